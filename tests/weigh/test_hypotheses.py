"""Competing hypotheses: order means nothing, one cause counts once, and weak spots are said."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.model.attribution import Tally, WeighedHypothesis
from gauger.model.evidence import LogLR
from gauger.model.worksheet import (
    LARGEST_LR,
    Bearing,
    Conclusion,
    Hypothesis,
    Indicator,
    Reliability,
    Sheet,
    Speaks,
)
from gauger.weigh.evidence.say import verbal
from gauger.weigh.hypotheses import weigh_hypotheses, weigh_indicators
from worksheets import CONCLUDED, WORKSHEET, worksheet

PARTIES = ("East", "West", "North")
DAY = dt.date(2026, 6, 1)
SIGN = {Speaks.FOR: 1, Speaks.AGAINST: -1}


def weigh(sheet: Sheet, unnamed: int = 0) -> dict[str, WeighedHypothesis]:
    rows = weigh_indicators(sheet)
    weighed = weigh_hypotheses(sheet, rows, unnamed)
    return {each.hypothesis.name: each for each in weighed}


@st.composite
def bearings(draw: st.DrawFn, party: str) -> Bearing:
    speaks = draw(st.sampled_from(Speaks))
    lr = None
    if speaks is not Speaks.NEITHER and draw(st.booleans()):
        low, size, high = sorted(draw(st.lists(st.floats(0.01, 6), min_size=3, max_size=3)))
        lr = LogLR(size, low, high) if speaks is Speaks.FOR else LogLR(-size, -high, -low)
    answered = speaks is Speaks.AGAINST and draw(st.booleans())
    return Bearing(party, speaks, lr, "It may be so." if answered else "")


@st.composite
def sheets(draw: st.DrawFn, most: int = 7) -> Sheet:
    parties = PARTIES[: draw(st.integers(1, 3))]
    names = [f"i{number}" for number in range(draw(st.integers(0, most)))]
    indicators = tuple(
        Indicator(
            name, "seen", "there", "page 1", DAY + dt.timedelta(draw(st.integers(0, 3))),
            tuple(draw(bearings(party)) for party in parties),
            draw(st.none() | st.builds(Reliability, st.sampled_from("ABCDEF"), st.integers(1, 6))),
            tuple(draw(st.lists(st.sampled_from(names), max_size=2, unique=True))),
        )
        for name in names
    )  # fmt: skip
    hypotheses = tuple(Hypothesis(party, "It did.", "A. Author", DAY) for party in parties)
    return Sheet("network[0]", "net-1", (), hypotheses, indicators)


@settings(deadline=None, max_examples=150)
@given(sheets(), st.data())
def test_the_order_of_indicators_and_hypotheses_does_not_matter(
    sheet: Sheet, data: st.DataObject
) -> None:
    indicators = data.draw(st.permutations(sheet.indicators))
    hypotheses = data.draw(st.permutations(sheet.hypotheses))
    names = [hypothesis.name for hypothesis in hypotheses]
    mixed = replace(
        sheet,
        hypotheses=tuple(hypotheses),
        indicators=tuple(
            replace(each, bearings=tuple(each.bearing(name) for name in names))
            for each in indicators
        ),
    )
    rows, others = weigh_indicators(sheet), weigh_indicators(mixed)
    told = [(row.indicator.name, row.cause, row.tells_apart) for row in rows]
    assert [(row.indicator.name, row.cause, row.tells_apart) for row in others] == told
    assert weigh_hypotheses(sheet, rows, 0) == weigh_hypotheses(mixed, others, 0)


@settings(deadline=None, max_examples=150)
@given(sheets(), st.data())
def test_a_second_look_at_one_cause_adds_nothing(sheet: Sheet, data: st.DataObject) -> None:
    if not sheet.indicators:
        return
    seen = data.draw(st.sampled_from(sheet.indicators))
    again = replace(seen, name="again", same_cause_as=(seen.name,))
    before = weigh(sheet)
    after = weigh(replace(sheet, indicators=(*sheet.indicators, again)))
    for name, weighed in before.items():
        assert after[name].lr == weighed.lr
        assert after[name].lr_causes == weighed.lr_causes
        assert after[name].speaks_for.causes == weighed.speaks_for.causes
        assert after[name].speaks_against.causes == weighed.speaks_against.causes
    independent = weigh(
        replace(sheet, indicators=(*sheet.indicators, replace(again, same_cause_as=())))
    )
    for name, weighed in before.items():
        way = seen.bearing(name).speaks
        more = independent[name].speaks_for.causes + independent[name].speaks_against.causes
        less = weighed.speaks_for.causes + weighed.speaks_against.causes
        assert more - less == (way is not Speaks.NEITHER)


@settings(deadline=None, max_examples=150)
@given(sheets())
def test_saying_that_two_share_a_cause_never_makes_either_side_stronger(sheet: Sheet) -> None:
    apart = replace(
        sheet, indicators=tuple(replace(each, same_cause_as=()) for each in sheet.indicators)
    )
    for name, weighed in weigh(sheet).items():
        alone = weigh(apart)[name]
        assert weighed.speaks_for.causes <= alone.speaks_for.causes
        assert weighed.speaks_against.causes <= alone.speaks_against.causes
        assert weighed.speaks_for.indicators == alone.speaks_for.indicators
        one_way = not weighed.speaks_for.indicators or not weighed.speaks_against.indicators
        if weighed.lr and alone.lr and one_way:
            assert abs(weighed.lr.log10) <= abs(alone.lr.log10)


@settings(deadline=None, max_examples=150)
@given(sheets())
def test_sums_are_those_of_the_strongest_of_each_cause(sheet: Sheet) -> None:
    causes = {row.indicator.name: row.cause for row in weigh_indicators(sheet)}
    for name, weighed in weigh(sheet).items():
        said = [(causes[each.name], each.bearing(name)) for each in sheet.indicators]
        bare = any(b.speaks is Speaks.AGAINST and b.lr is None for _, b in said)
        held = [(cause, b.speaks, b.lr) for cause, b in said if b.lr is not None]
        if bare or not held:
            assert weighed.lr is None
            assert weighed.verbal is None
            continue
        total = sum(
            SIGN[way] * max(abs(lr.log10) for c, w, lr in held if (c, w) == (cause, way))
            for cause, way in {(cause, way) for cause, way, _ in held}
        )
        assert weighed.lr is not None
        limited = max(-LARGEST_LR, min(LARGEST_LR, total))
        assert weighed.lr.log10 == pytest.approx(limited, abs=1e-9)
        assert weighed.verbal == verbal(weighed.lr.log10)


@settings(deadline=None, max_examples=60)
@given(sheets())
def test_those_with_least_against_them_come_first(sheet: Sheet) -> None:
    weighed = weigh_hypotheses(sheet, weigh_indicators(sheet), 0)
    against = [each.speaks_against.causes for each in weighed]
    assert against == sorted(against)
    assert all(each.not_established for each in weighed)


def test_the_example_is_weighed_as_a_person_would() -> None:
    sheet = worksheet().sheets[0]
    rows = weigh_indicators(sheet)
    assert [(row.indicator.name, row.cause) for row in rows] == [
        ("cards", 1), ("register", 1), ("hours", 2), ("names", 3)
    ]  # fmt: skip
    assert [row.tells_apart for row in rows] == [True, True, False, True]
    weighed = weigh(sheet)
    example, another = weighed["Example Lab"], weighed["Another Lab"]
    assert (example.speaks_for, example.speaks_against) == (Tally(3, 2), Tally(1, 1))
    assert example.lr is not None
    # The register's 0.8 is of the cards' cause and does not count beside their 1.2.
    assert (example.lr.log10, example.lr.lower, example.lr.upper) == pytest.approx((0.7, -0.6, 1.5))
    assert (example.verbal, example.lr_causes) == ("weak support", 2)
    assert example.lr_words.startswith("From 2 of the 3 causes")
    assert another.lr is None
    assert another.lr_words == "No sum: `register` speaks against it without an LR."
    assert another.unanswered == ("register",)
    assert "What speaks against it is not answered: `register`." in another.not_established
    assert "Nothing for it is rated C3 or better" in another.not_established
    assert "Nothing for it is rated" not in example.not_established
    assert "nobody has concluded" in example.not_established


def _only(sheet: Sheet, *names: str) -> Sheet:
    return replace(sheet, indicators=tuple(i for i in sheet.indicators if i.name in names))


def test_weak_spots_are_said() -> None:
    sheet = worksheet().sheets[0]
    below = "The lower bound of its assigned LRs does not support it."
    against = "Together, the assigned LRs do not support it."
    assert below in weigh(sheet)["Example Lab"].not_established
    assert against in weigh(_only(sheet, "names"))["Example Lab"].not_established
    assert "assigned LRs" not in weigh(_only(sheet, "cards"))["Example Lab"].not_established
    nothing = weigh(_only(sheet))["Example Lab"]
    assert "Nothing that was entered speaks for it." in nothing.not_established
    assert "No indicator tells it from “Another Lab”." in nothing.not_established
    assert nothing.lr_words == "No LR was assigned."
    alike = weigh(_only(sheet, "hours"))["Example Lab"]
    assert "No indicator tells it from “Another Lab”." in alike.not_established
    one = weigh(_only(sheet, "cards", "register"))["Example Lab"]
    assert "All that speaks for it has one cause." in one.not_established
    assert one.lr_words == "Every cause has an LR."
    assert "tells it from" not in one.not_established


def test_a_conclusion_is_not_said_to_exclude_anybody() -> None:
    sheet = worksheet(CONCLUDED).sheets[0]
    assert isinstance(sheet.hypotheses[0].conclusion, Conclusion)
    said = weigh(sheet)["Example Lab"].not_established
    assert said.startswith("That nobody but Example Lab directs these accounts; gauger has exclu")
    assert "does not name" not in said
    assert "the 3 accounts of this network that the worksheet does not name" in (
        weigh(sheet, unnamed=3)["Example Lab"].not_established
    )
    assert "the 1 account of this" in weigh(sheet, unnamed=1)["Example Lab"].not_established


def test_a_sum_stops_where_the_verbal_scale_ends() -> None:
    strong = WORKSHEET.replace("log10_lr = 1.2", "log10_lr = 5.9").replace(
        "upper = 1.6", "upper = 6"
    )
    sheet = worksheet(strong).sheets[0]
    many = tuple(replace(sheet.indicators[0], name=f"c{n}") for n in range(3))
    lr = weigh(replace(sheet, indicators=many))["Example Lab"].lr
    assert lr is not None
    assert (lr.log10, lr.upper) == (LARGEST_LR, LARGEST_LR)
    assert lr.lower == pytest.approx(1.2)
