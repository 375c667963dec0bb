"""The truth bench counts what it says it counts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.fitting import drawn
from bench.fitting.__main__ import FIRST_SEED, WORLDS
from bench.truth.alarm import alarms
from bench.truth.frontier import AXES, BASE, COMBINED, LEVELS, scenario
from bench.truth.plan import ALARM, DEVELOPING, FITTING, JUDGING, QUICK, Family, Watch
from bench.truth.scanned import Found, Scanned
from bench.truth.scores import campaign_scores, innocents, operator_of
from bench.truth.side_by_side import score
from bench.truth.worlds import BenchWorld, Truth, build
from gauger.world.scenario import load, parse

A = frozenset(f"a{i}" for i in range(10))
B = frozenset(f"b{i}" for i in range(10))
SHOP = frozenset(f"s{i}" for i in range(10))
PEOPLE = frozenset(f"p{i}" for i in range(20))


@pytest.fixture
def truth() -> Truth:
    """Two campaigns, a reseller, and twenty people, five of them in one company."""
    everybody = A | B | SHOP | PEOPLE
    return Truth(
        kind=dict.fromkeys(A | B, "campaign") | dict.fromkeys(SHOP, "reseller")
        | dict.fromkeys(PEOPLE, "chat"),
        campaign=dict.fromkeys(A, "north") | dict.fromkeys(B, "south"),
        operator=dict.fromkeys(A, "north")
        | dict.fromkeys(B, "south")
        | dict.fromkeys(SHOP, "shop"),
        organization={f"p{i}": "company" for i in range(5)},
        exchanges=dict.fromkeys(everybody, 3),
    )  # fmt: skip


def _scan(*networks: tuple[str, frozenset[str]]) -> Scanned:
    return Scanned(tuple(Found(v, accounts, 4.0, 2.0) for v, accounts in networks), 1.0, 1.0)


def test_recall_pieces_and_strangers_in_a_finding(truth: Truth) -> None:
    half = frozenset(f"a{i}" for i in range(5))
    scan = _scan(("extraction", half), ("extraction", B | (A - half)), ("coordinated", SHOP))
    north, south = campaign_scores("w", 1, truth, scan)
    assert (north.found, north.pieces, north.shared) == (10, 2, 1)
    assert (south.found, south.pieces, south.shared) == (10, 1, 1)
    assert north.exchanges == 30
    listed, _ = campaign_scores("w", 1, truth, _scan(("coordinated", A)))
    assert (listed.found, listed.coordinated, listed.recall) == (0, 10, 0.0)


def test_innocents_are_accused_by_extraction_alone(truth: Truth) -> None:
    people = frozenset({"p0", "p1", "p9"})
    scan = _scan(("extraction", A | people), ("coordinated", SHOP), ("permitted", PEOPLE))
    row = innocents("w", 1, truth, scan)
    assert row.listed == ()
    assert (row.accounts, row.wrong, row.accused) == (30, 3, (("chat", 3),))
    assert (row.organizations, row.accused_organizations) == (1, 1)
    listed = innocents("w", 1, truth, _scan(("extraction", A), ("coordinated", SHOP | people)))
    assert (listed.wrong, listed.listed) == (0, (("chat", 3),))


def test_a_network_belongs_to_whoever_runs_more_than_half(truth: Truth) -> None:
    assert operator_of(A, truth) == "north"
    assert operator_of(SHOP | frozenset({"p1"}), truth) == "shop"
    assert operator_of(A | B, truth) is None
    assert operator_of(PEOPLE, truth) is None


def test_a_peer_is_scored_like_ours(truth: Truth) -> None:
    world = BenchWorld("w", 1, Path())
    world.__dict__["truth"] = truth
    row = score("x", "X", world, A | frozenset({"p1", "s1", "gone"}), 1.0, 2.0)
    assert (row.found, row.campaign_accounts, row.accused) == (10, 20, 2)
    assert dict(row.recalls) == {"north": 1.0, "south": 0.0}


def test_judging_worlds_are_not_fitting_worlds() -> None:
    fitting = {(family.scenario, seed) for family in FITTING for seed in family.seeds}
    judging = {(family.scenario, seed) for family in JUDGING for seed in family.seeds}
    assert not {scenario for scenario, _ in fitting} & {scenario for scenario, _ in judging}
    watched = [watch.family for watch in ALARM]
    assert {(f.scenario, seed) for f in watched for seed in f.seeds} <= judging
    calibrating = range(FIRST_SEED, FIRST_SEED + WORLDS)
    for family in (*FITTING, *JUDGING, *QUICK, DEVELOPING):
        if family.scenario == drawn.NAME:
            assert not set(family.seeds) & set(calibrating)
            texts = [drawn.scenario(drawn.WHOLE, seed) for seed in family.seeds]
            assert all(parse(text, drawn.NAME).ordinary for text in texts)
        else:
            assert load(family.scenario).ordinary
    assert not {(DEVELOPING.scenario, seed) for seed in DEVELOPING.seeds} & judging


@pytest.mark.parametrize("axes", [(axis,) for axis in AXES] + list(COMBINED.values()))
def test_frontier_worlds_differ_in_the_raised_axes_only(axes: tuple[str, ...]) -> None:
    plan = parse(scenario(axes), "frontier.toml")
    assert [campaign.level(axes[0]) for campaign in plan.campaigns] == list(LEVELS)
    for campaign in plan.campaigns:
        assert {campaign.level(a) for a in AXES if a not in axes} <= {BASE}
    assert len({(c.accounts, c.exchanges_per_account, c.purpose) for c in plan.campaigns}) == 1


def test_alarm_counts_what_was_taken_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = tmp_path / "small.toml"
    plan.write_text(
        '[population]\naccounts = 60\ndays = 2\nstart = 2026-02-02\nexchanges_per_account = 10\n'
        '[ordinary]\nchat = 1\n[[campaign]]\nname = "north"\npurpose = "reasoning"\n'
        "accounts = 12\nexchanges_per_account = 20\n",
        encoding="utf-8",
    )  # fmt: skip
    world = build("small", str(plan), 1, tmp_path)
    campaign = world.truth.campaigns["north"]
    stranger = next(a for a in world.truth.kind if a not in campaign)
    calls = []

    def found(_world: object, until: object, _out: object) -> tuple[Found, ...]:
        calls.append(until)
        accused = campaign | frozenset({stranger}) if len(calls) == 3 else campaign
        return (Found("extraction", accused, 4.0, 2.0),) if len(calls) >= 3 else ()

    monkeypatch.setattr("bench.truth.alarm.scan_until", found)
    watch = Watch(Family("small", str(plan), (1,)), 6)
    result = alarms(world, watch, tmp_path)
    (row,) = result.campaigns
    table = pq.read_table(world.logs, columns=["account_id", "time"])
    before = sum(
        account in campaign and time < calls[2]
        for account, time in zip(*(table[n].to_pylist() for n in table.column_names), strict=True)
    )
    assert row.found and row.taken == before
    assert 0 < row.taken < row.total
    assert result.innocents_ever == 1
    assert result.scans == len(calls)
    calls.clear()
    shorter = alarms(world, replace(watch, hours=2, days=1), tmp_path)
    assert shorter.scans == len(calls) == 12
    assert shorter.days == 1.0
    assert shorter.campaigns[0].taken < row.taken


def test_truth_leaves_out_who_sent_nothing(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    pq.write_table(pa.table({"account_id": ["x", "x", "y"]}), logs / "exchanges-0000.parquet")
    rows = [
        {"account_id": "x", "kind": "campaign", "campaign": "c", "role": "worker", "circle": None},
        {"account_id": "y", "kind": "reseller", "campaign": None, "role": "r", "circle": "shop 1"},
        {"account_id": "z", "kind": "chat", "campaign": None, "role": "customer", "circle": None},
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "truth.parquet")
    accounts = [{"account_id": i, "organization_id": "o" if i == "y" else None} for i in "xyz"]
    pq.write_table(pa.Table.from_pylist(accounts), tmp_path / "accounts.parquet")
    truth = BenchWorld("w", 1, tmp_path).truth
    assert truth.exchanges == {"x": 2, "y": 1}
    assert truth.operators == {"c": {"x"}, "shop 1": {"y"}}
    assert (truth.campaigns, truth.organization) == ({"c": {"x"}}, {"y": "o"})
    assert json.dumps(truth.kind)
