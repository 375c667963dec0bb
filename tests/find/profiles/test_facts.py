"""From rows to arrays by account: aligned with the ids, whatever the engine's order."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from exchanges import at, sketched
from gauger.engine import Engine
from gauger.find.linkage import propose, tie
from gauger.find.profiles import Summary, summarize
from gauger.find.profiles.facts import AccountFacts, gather_facts
from gauger.find.profiles.pool import gather_population
from gauger.find.tied import held_by_kind
from gauger.model.account import ACCOUNT_SCHEMA

from . import oracle


@pytest.fixture
def sketches() -> pa.Table:
    """Sketches of a few accounts."""
    return oracle.population()


@pytest.fixture
def summary(duckdb: Engine, sketches: pa.Table) -> Summary:
    """What their exchanges come to."""
    return summarize(duckdb, duckdb.lend(sketches, "sketches"))


@pytest.fixture
def facts(duckdb: Engine, summary: Summary) -> AccountFacts:
    """What their traffic says of them."""
    return gather_facts(duckdb, summary, None)


def test_every_array_stands_by_the_ids(facts: AccountFacts, sketches: pa.Table) -> None:
    expected = oracle.account_profiles(sketches.to_pylist())
    assert list(facts.ids) == sorted({row["account_id"] for row in expected.values()})
    of = {row["account_id"]: row for row in expected.values()}
    for place, account in enumerate(facts.ids):
        row = of[account]
        assert facts.keys[place] == row["account_key"]
        assert facts.exchanges[place] == row["exchanges"]
        assert facts.input_tokens[place] == row["input_tokens"]
        assert facts.first_seen[place] == round(row["first_seen"].timestamp() * 1e6)
        assert facts.organization[place] == row["organization_id"]
        shares = {name: values[place] for name, values in facts.profile.items()}
        assert shares["reaction_share"] == row["reactions"] / row["exchanges"]
        assert shares["repeat_share"] == 1 - row["distinct_prompts"] / row["prompts"]
    for name, values in facts.profile.items():
        assert values.shape == (len(facts.ids),), name
        if name.endswith("_share"):
            assert ((values >= 0) & (values <= 1)).all(), name


def test_positions_are_found_by_key(facts: AccountFacts) -> None:
    order = np.random.default_rng(1).permutation(len(facts.keys))
    np.testing.assert_array_equal(facts.positions(facts.keys[order]), order)
    assert facts.positions(np.zeros(0, np.int64)).tolist() == []


def test_records_are_joined_by_account_and_may_be_missing(
    duckdb: Engine, sketches: pa.Table
) -> None:
    records = pa.Table.from_pylist(
        [
            {"account_id": "acct_3", "payment_fingerprint": "p", "contract": "distillation"},
            {"account_id": "nobody", "payment_fingerprint": "p"},
            {"account_id": "acct_1", "payment_fingerprint": "p", "created_at": at(30),
             "organization_id": "recorded", "email": "labuser1@x.example"},
        ],
        ACCOUNT_SCHEMA,
    )  # fmt: skip
    facts = gather_facts(duckdb, summarize(duckdb, duckdb.lend(sketches, "sketches")), records)
    place = {account: number for number, account in enumerate(facts.ids)}
    one, two, three = (place[f"acct_{number}"] for number in (1, 2, 3))
    assert facts.contract[three] == "distillation"
    assert facts.contract[one] is None
    assert facts.organization[one] == "recorded"
    assert facts.organization[place["acct_4"]] == "org-4"
    payment = facts.traits["payment"]
    assert payment[one] == payment[three] >= 0
    assert payment[two] == -1
    assert facts.traits["signup_day"][one] == at(24).timestamp() // 86400
    assert (facts.traits["signup_day"][[two, three]] == -1).all()
    assert facts.records is not None
    assert facts.records.num_rows == len(facts.ids)


def test_the_edges_of_the_window_say_nothing_of_first_and_last(duckdb: Engine) -> None:
    spans = {"whole": (0, 240), "late": (60, 240), "early": (0, 100)}
    rows = [
        {"exchange_id": f"{name}{hour}", "account_id": name, "time": at(hour)}
        for name, hours in spans.items()
        for hour in hours
    ]
    facts = gather_facts(duckdb, summarize(duckdb, duckdb.lend(sketched(rows), "sketches")), None)
    known = {
        account: (facts.traits["first_active"][place] >= 0, facts.traits["last_active"][place] >= 0)
        for place, account in enumerate(facts.ids)
    }
    assert known == {"early": (False, True), "late": (True, False), "whole": (False, False)}


def test_who_is_cut_says_nothing_of_when_it_began(duckdb: Engine) -> None:
    rows = [
        {"exchange_id": f"{name}{hour}", "account_id": name, "time": at(hour)}
        for name, hours in {"whole": (0, 240), "cut": (60, 200), "new": (60, 200)}.items()
        for hour in hours
    ]
    records = pa.Table.from_pylist(
        [{"account_id": name, "created_at": at(0)} for name in ("cut", "new")], ACCOUNT_SCHEMA
    )
    lent = duckdb.lend(sketched(rows), "sketches")
    facts = gather_facts(duckdb, summarize(duckdb, lent), records)
    cut = np.array([name == "cut" for name in facts.ids])
    less = facts.without_beginnings(cut)
    place = {name: number for number, name in enumerate(facts.ids)}
    for name in ("first_active", "adopted"):
        assert less.traits[name][place["cut"]] == -1
        np.testing.assert_array_equal(less.traits[name][~cut], facts.traits[name][~cut])
    assert facts.traits["first_active"][place["cut"]] >= 0
    assert np.isfinite(facts.profile["dormancy"][place["cut"]])
    assert np.isnan(less.profile["dormancy"][place["cut"]])
    assert less.profile["dormancy"][place["new"]] == facts.profile["dormancy"][place["new"]]
    np.testing.assert_array_equal(less.traits["last_active"], facts.traits["last_active"])


def test_the_pool_has_a_row_for_every_account_that_can_be_compared(
    duckdb: Engine, sketches: pa.Table, summary: Summary, facts: AccountFacts
) -> None:
    ties = tie(held_by_kind(duckdb, summary, facts), facts.exchanges)
    population = gather_population(duckdb, summary, facts, ties, propose(ties))
    assert population.account_ids == facts.ids
    pooled = population.row[population.row >= 0]
    assert sorted(pooled.tolist()) == list(range(len(facts.ids)))
    rows = oracle.by_account(sketches.to_pylist())
    for place, key in enumerate(facts.keys.tolist()):
        row = population.row[place]
        hours = population.spreads["hour"]
        mine = slice(hours.start[row], hours.start[row + 1])
        counted = np.bincount([each["time"].hour for each in rows[key]], minlength=24)
        assert hours.bucket[mine].tolist() == np.flatnonzero(counted).tolist()
        np.testing.assert_allclose(
            hours.share[mine], counted[counted > 0] / len(rows[key]), rtol=1e-6
        )
        assert population.clocks.counts.totals[row] == len(rows[key])
    for name, spread in population.spreads.items():
        total = spread.share_in(range(spread.buckets))
        assert np.all(np.isclose(total, 1.0) | (total == 0)), name
