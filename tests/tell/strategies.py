"""Findings of every shape, with names that try to be markup, for property tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from gauger.model.attribution import Attribution, Tally, WeighedHypothesis, WeighedIndicator
from gauger.model.evidence import (
    Bridge,
    CalibrationRecord,
    Claim,
    Explanation,
    LayerEvidence,
    LogLR,
    Robustness,
    Verdict,
    Weighed,
)
from gauger.model.finding import (
    Belonging,
    Findings,
    GraphEdge,
    Measured,
    Member,
    Network,
    Picture,
    SharedThing,
)
from gauger.model.prices import ListPrice, ModelPrice, ModelUse, PricedModel, PriceList
from gauger.model.taken import (
    Breadth,
    CapabilityTaken,
    Day,
    Growth,
    Pace,
    Richness,
    Taken,
    Tokens,
)
from gauger.model.worksheet import Bearing, Conclusion, Hypothesis, Indicator, Reliability, Speaks

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "<!--",
    "]]><svg onload=alert(1)>",
    "javascript:alert(1)",
    "acct\u202egnp.exe",
    "\u0000\u0007",
    "\ud800",
    "",
    "`ticked`",
)

names = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))
numbers = st.floats(allow_nan=False, width=32)
times = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - the zone is added by `timezones`
    max_value=datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
counts = st.integers(min_value=0, max_value=2**53)
lrs = st.tuples(numbers, numbers, numbers).map(
    lambda three: LogLR(*(sorted(three)[index] for index in (1, 0, 2)))
)
claims = st.builds(
    Claim,
    established=st.booleans(),
    statement=names,
    not_established=names,
    lr=st.none() | lrs,
    verbal=st.none() | names,
)
statistics = st.builds(
    Weighed,
    name=names,
    meaning=names,
    value=st.floats(),
    ordinary_low=st.floats(),
    ordinary_median=st.floats(),
    ordinary_high=st.floats(),
    p_value=st.floats(min_value=0, max_value=1),
    reference_groups=counts,
)
layers = st.builds(
    LayerEvidence,
    layer=names,
    lr=lrs,
    statement=names,
    statistics=st.lists(statistics, max_size=2).map(tuple),
    weighed=st.booleans(),
)
explanations = st.builds(Explanation, explanation=names, log10_lr_against=numbers, statement=names)
members = st.builds(
    Member,
    account_id=names,
    lr=lrs,
    exchanges=counts,
    input_tokens=counts,
    output_tokens=counts,
    first_seen=times,
    last_seen=times,
    ties=st.lists(names, max_size=3).map(tuple),
    belonging=st.sampled_from(Belonging),
    marked=st.none() | st.floats(min_value=0, max_value=1),
)
hypotheses = st.builds(
    Hypothesis,
    name=names,
    statement=names,
    author=names,
    entered=st.dates(),
    conclusion=st.none() | st.builds(Conclusion, by=names, reviewed_by=names, reason=names),
)
tallies = st.builds(Tally, indicators=st.integers(0, 9), causes=st.integers(0, 9))
weighed_hypotheses = st.builds(
    WeighedHypothesis,
    hypothesis=hypotheses,
    speaks_for=tallies,
    speaks_against=tallies,
    unanswered=st.lists(names, max_size=2).map(tuple),
    lr=st.none() | lrs,
    lr_causes=st.integers(0, 9),
    lr_words=names,
    verbal=st.none() | names,
    not_established=names,
)


@st.composite
def attributions(draw: st.DrawFn) -> Attribution:
    """Hypotheses, and indicators that speak of every one of them."""
    entered = draw(st.lists(weighed_hypotheses, min_size=1, max_size=3))
    bearings = [
        st.builds(
            Bearing,
            hypothesis=st.just(each.hypothesis.name),
            speaks=st.sampled_from(Speaks),
            lr=st.none() | lrs,
            answer=names,
        )
        for each in entered
    ]
    rows = st.builds(
        WeighedIndicator,
        indicator=st.builds(
            Indicator,
            name=names,
            observed=names,
            source=names,
            reference=names,
            collected=st.dates(),
            bearings=st.tuples(*bearings),
            reliability=st.none()
            | st.builds(Reliability, st.sampled_from("ABCDEF"), st.integers(1, 6)),
        ),
        cause=st.integers(1, 3),
        tells_apart=st.booleans(),
    )
    named = draw(st.none() | st.integers(1, 9))
    return Attribution(tuple(entered), tuple(draw(st.lists(rows, max_size=3))), named)


shares = st.floats(min_value=0, max_value=1)
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))
small = st.integers(min_value=0, max_value=5)
pictures = st.builds(
    Picture,
    daily=st.lists(st.tuples(days, counts), max_size=4).map(tuple),
    hours=st.lists(shares, max_size=24).map(tuple),
    ordinary_hours=st.lists(shares, max_size=24).map(tuple),
    things=st.lists(
        st.builds(SharedThing, kind=names, label=names, members=counts, outsiders=counts),
        max_size=3,
    ).map(tuple),
    edges=st.lists(
        st.builds(GraphEdge, member=small, thing=small, exchanges=counts), max_size=5
    ).map(tuple),
    edges_total=counts,
    frame_words=st.lists(names, max_size=2).map(tuple),
)
fractions = st.none() | shares
tokens = st.builds(Tokens, total=st.none() | counts, stated_by=counts)
sizes = st.none() | st.floats(min_value=0, max_value=2**53)
richnesses = st.builds(
    Richness,
    samples=counts,
    tasks=counts,
    once=counts,
    twice=counts,
    coverage=fractions,
    at_least=sizes,
    lower=sizes,
    upper=sizes,
    planned=st.none() | counts,
)
uses = st.builds(
    ModelUse,
    model=names,
    exchanges=counts,
    uncounted=counts,
    input_tokens=counts,
    cached_tokens=counts,
    output_tokens=counts,
)
money = st.decimals(min_value=0, max_value=10**12, places=6)
entries = st.builds(
    ModelPrice, pattern=names, input=money, output=money, cached_input=st.none() | money
)
list_prices = st.builds(
    ListPrice,
    basis=st.builds(
        PriceList,
        file=names,
        sha256=st.just("ab" * 32),
        as_of=days,
        currency=st.just("EUR"),
        prices=st.lists(entries, max_size=2).map(tuple),
    ),
    amount=money,
    priced=st.lists(st.builds(PricedModel, use=uses, price=entries, amount=money), max_size=2).map(
        tuple
    ),
    unpriced=st.lists(uses, max_size=12).map(tuple),
)
takings = st.builds(
    Taken,
    exchanges=counts,
    refused=counts,
    input_tokens=tokens,
    output_tokens=tokens,
    reasoning_tokens=tokens,
    richness=richnesses,
    repeated=fractions,
    across=fractions,
    capabilities=st.lists(
        st.builds(
            CapabilityTaken,
            capability=names,
            exchanges=counts,
            output_tokens=tokens,
            richness=richnesses,
        ),
        max_size=3,
    ).map(tuple),
    breadth=st.builds(Breadth, covered=counts, known=counts, effective=sizes),
    growth=st.builds(
        Growth,
        daily=st.lists(st.builds(Day, day=days, samples=counts, first_sent=counts), max_size=4).map(
            tuple
        ),
        since=st.none() | times,
        share=fractions,
        fresh_before=fractions,
        fresh_last=fractions,
        pace=st.none() | st.sampled_from(Pace),
    ),
    price=st.none() | list_prices,
)
networks = st.builds(
    Network,
    network_id=names,
    verdict=st.sampled_from(Verdict),
    members=st.lists(members, max_size=4).map(tuple),
    exchanges=counts,
    input_tokens=counts,
    output_tokens=counts,
    first_seen=times,
    last_seen=times,
    coordinated=claims,
    extraction=claims,
    attributed=claims,
    used=claims,
    layers=st.lists(layers, max_size=3).map(tuple),
    explanations=st.lists(explanations, max_size=3).map(tuple),
    capabilities=st.lists(st.tuples(names, shares), max_size=3).map(tuple),
    picture=pictures,
    headline=names,
    attribution=st.none() | attributions(),
    taken=st.none() | takings,
    robustness=st.none()
    | st.builds(
        Robustness,
        without=st.lists(st.tuples(names, numbers), max_size=3).map(tuple),
        bridge=st.none()
        | st.builds(
            Bridge,
            part=counts,
            rest=counts,
            log10=numbers,
            ways=st.lists(names, max_size=3).map(tuple),
        ),
        changes=st.lists(names, max_size=3).map(tuple),
    ),
    undecided=st.lists(members, max_size=2).map(tuple),
)
calibrations = st.builds(
    CalibrationRecord,
    name=names,
    version=names,
    on=names,
    at=names,
    digest=names,
    worlds=counts,
    cllr=st.floats(),
    cllr_min=st.floats(),
    compared=counts,
    outside=st.lists(names, max_size=3).map(tuple),
    withheld=st.booleans(),
)
findings = st.builds(
    Findings,
    measured=st.builds(
        Measured,
        exchanges=counts,
        accounts=counts,
        first=st.none() | times,
        last=st.none() | times,
        rejected=counts,
    ),
    networks=st.lists(networks, max_size=3).map(tuple),
    notes=st.lists(names, max_size=2).map(tuple),
    calibration=st.none() | calibrations,
)
