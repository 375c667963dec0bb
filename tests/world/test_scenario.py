"""Scenarios: what is wrong in a file is said with file, key, what was found and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.model.errors import UsageError
from gauger.world import scenario_names
from gauger.world.people.kinds import KINDS
from gauger.world.scaling import SMALLEST_CAMPAIGN, headcount, scaled
from gauger.world.scenario import AXES, load, parse

GOOD = """
[population]
accounts = 100
days = 3
start = 2026-04-20
exchanges_per_account = 5
[ordinary]
chat = 1
[[campaign]]
name = "north"
purpose = "reasoning"
accounts = 20
exchanges_per_account = 10
network = 2
"""


def test_packaged_scenarios_load_and_have_the_promised_names() -> None:
    assert {"demo", "innocent", "quick"} <= set(scenario_names())
    for name in scenario_names():
        assert load(name).name == name


def test_the_demo_holds_every_kind_and_three_campaigns() -> None:
    demo = load("demo")
    assert set(demo.ordinary) == set(KINDS)
    assert len(demo.campaigns) == 3
    assert set(load("innocent").ordinary) == set(KINDS)
    assert not load("innocent").campaigns


LOOK_ALIKES = {
    "users of one agent tool or plug-in": {"agent_tool", "agent_plugin"},
    "customers of a niche platform": {"platform"},
    "a class": {"class"},
    "employees behind one exit": {"office"},
    "people on a VPN": {"vpn"},
    "evaluators running a public benchmark": {"evaluator"},
    "a synthetic-data team within the terms": {"synthetic_team"},
    "a licensed distiller": {"licensed"},
    "an agency or an integrator with many accounts": {"integrator"},
    "a prompt that goes viral": {"viral"},
    "a tutorial or notebook that many run once": {"tutorial"},
    "a batch job or a night crawler of one customer": {"nightly", "steady"},
    "a regional reseller of access to real people": {"reseller"},
    "spam or click farms": {"spam_farm"},
    "a time zone or a holiday": {"region"},
}


@pytest.mark.parametrize("name", scenario_names())
def test_every_packaged_scenario_holds_every_look_alike(name: str) -> None:
    counts = headcount(load(name))
    for kinds in LOOK_ALIKES.values():
        assert all(counts.get(kind, 0) >= KINDS[kind].minimum for kind in kinds)


@pytest.mark.parametrize(
    ("name", "part"), [("reported", 1), ("reported-tenth", 10), ("reported-hundredth", 100)]
)
def test_reported_campaigns_keep_their_rates_at_every_size(name: str, part: int) -> None:
    plan = load(name)
    sizes = {c.name: (c.accounts, c.accounts * c.exchanges_per_account) for c in plan.campaigns}
    assert plan.population.days == 45
    assert sizes["a"] == (25_000 // part, 28_800_000 // part)
    for campaign, exchanges in (("b", 150_000), ("c", 3_400_000), ("d", 13_000_000)):
        assert sizes[campaign][1] == pytest.approx(exchanges / part, rel=0.001)
    together = sum(sizes[campaign][0] for campaign in "bcd")
    assert together == 24_000 // part
    assert sum(headcount(plan).values()) > 4 * (sizes["a"][0] + together)


def test_levels_default_to_0() -> None:
    campaign = parse(GOOD, "good.toml").campaigns[0]
    assert {axis: campaign.level(axis) for axis in AXES} == {
        axis: 2 if axis == "network" else 0 for axis in AXES
    }


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("network = 2", "network = 4", ["campaign[0].network", "`4`", "0 to 3"]),
        ("network = 2", "network = true", ["campaign[0].network", "`True`", "0 to 3"]),
        ("network = 2", "netwrok = 2", ["campaign[0].netwrok", "`network`"]),
        ('purpose = "reasoning"', 'purpose = "fun"', ["campaign[0].purpose", "`fun`", "`grading`"]),
        ('name = "north"', "", ["campaign[0].name", "`nothing`", "a name"]),
        ("accounts = 100", 'accounts = "many"', ["population.accounts", "`many`", "whole number"]),
        ("accounts = 100", "accounts = 10", ["population.accounts", "`10`", "20"]),
        ("start = 2026-04-20", 'start = "today"', ["population.start", "`today`", "2026-04-20"]),
        ("days = 3", "", ["population.days", "`nothing`"]),
        ("chat = 1", "chat = -1", ["ordinary.chat", "`-1`"]),
        ("chat = 1", "chat = 0", ["ordinary", "share above 0"]),
        ("chat = 1", "chatt = 1", ["ordinary.chatt", "`chat`"]),
        ("[ordinary]\nchat = 1", "", ["`ordinary`", "`nothing`"]),
        ("days = 3", "days = = 3", ["no TOML"]),
    ],
)
def test_errors_name_file_key_found_and_allowed(old: str, new: str, parts: list[str]) -> None:
    assert old in GOOD
    with pytest.raises(UsageError) as caught:
        parse(GOOD.replace(old, new, 1), "mine.toml")
    for part in ["mine.toml", *parts]:
        assert part in str(caught.value)


def test_two_campaigns_of_one_name_are_refused() -> None:
    twice = GOOD + GOOD[GOOD.index("[[campaign]]") :]
    with pytest.raises(UsageError, match="name of its own"):
        parse(twice, "mine.toml")


def test_a_scenario_that_is_nowhere_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="`demo`"):
        load(str(tmp_path / "none.toml"))
    with pytest.raises(UsageError, match="from 1"):
        scaled(load("quick"), 0, None)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(scenario_names())),
    accounts=st.integers(1, 40_000),
    days=st.integers(1, 90),
)
def test_scaling_keeps_groups_rates_and_the_total(name: str, accounts: int, days: int) -> None:
    whole = load(name)
    plan = scaled(whole, accounts, days)
    counts = headcount(plan)
    for before, after in zip(whole.campaigns, plan.campaigns, strict=True):
        assert after.accounts >= min(SMALLEST_CAMPAIGN, before.accounts)
        exact = before.accounts * accounts / whole.population.accounts
        assert after.accounts <= SMALLEST_CAMPAIGN or abs(after.accounts - exact) <= 0.5
        assert after.exchanges_per_account / days == pytest.approx(
            before.exchanges_per_account / whole.population.days
        )
    assert all(count >= KINDS[kind].minimum for kind, count in counts.items())
    total = sum(counts.values()) + sum(c.accounts for c in plan.campaigns)
    smallest = sum(KINDS[kind].minimum for kind in counts) + sum(c.accounts for c in plan.campaigns)
    assert total == max(accounts, smallest)
