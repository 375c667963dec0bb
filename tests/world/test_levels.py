"""What each level of hiding means in the logs."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest

from .worlds import Made, small


def campaign(made: Made) -> list[dict[str, object]]:
    return made.of(made.members("north"))


def cards(made: Made) -> Counter[object]:
    mine = set(made.members("north"))
    return Counter(
        row["payment_fingerprint"] for row in made.accounts.to_pylist() if row["account_id"] in mine
    )


def addresses(rows: list[dict[str, object]]) -> dict[object, set[object]]:
    used: dict[object, set[object]] = defaultdict(set)
    for row in rows:
        used[row["account_id"]].add(row["source_ip"])
    return used


def test_level_0_is_plain_on_every_axis(tmp_path: Path) -> None:
    made = small(tmp_path)
    rows = campaign(made)
    assert len(cards(made)) == 1
    assert len({str(row["source_ip"]).rsplit(".", 1)[0] for row in rows}) == 1
    assert len({(row["ja4"], row["user_agent"]) for row in rows}) == 1
    assert {row["turn"] for row in rows} == {1}
    assert len({row["system"] for row in rows}) == 1
    assert len({row["prompt"] for row in rows}) == len(rows)
    volumes = Counter(row["account_id"] for row in rows)
    assert max(volumes.values()) - min(volumes.values()) <= 1
    gaps = np.diff([row["time"].timestamp() for row in rows])  # type: ignore[attr-defined]
    assert gaps.std() < gaps.mean()


def test_network_1_rotates_hosting_ranges_by_day(tmp_path: Path) -> None:
    days: dict[object, set[str]] = defaultdict(set)
    for row in campaign(small(tmp_path, network=1, clock=1)):
        block = str(row["source_ip"]).rsplit(".", 1)[0]
        days[row["time"].date()].add(block)  # type: ignore[attr-defined]
    assert len(set.union(*days.values())) > max(len(blocks) for blocks in days.values())


def test_network_2_uses_another_exit_for_each_session(tmp_path: Path) -> None:
    rows = campaign(small(tmp_path, network=2))
    assert len({row["source_ip"] for row in rows}) > 150


def test_network_3_keeps_one_address_for_each_account(tmp_path: Path) -> None:
    used = addresses(campaign(small(tmp_path, network=3)))
    assert all(len(places) == 1 for places in used.values())
    assert len(set.union(*used.values())) == len(used)


@pytest.mark.parametrize(("level", "low", "high"), [(1, 2, 4), (2, 30, 30)])
def test_identity_spreads_over_cards(tmp_path: Path, level: int, low: int, high: int) -> None:
    assert low <= len(cards(small(tmp_path, identity=level))) <= high


def test_identity_3_looks_like_anyone(tmp_path: Path) -> None:
    made = small(tmp_path, identity=3)
    mine = set(made.members("north"))
    ages = [r["created_at"] for r in made.accounts.to_pylist() if r["account_id"] in mine]
    assert (max(ages) - min(ages)).days > 150


def test_clock_1_rests_outside_working_hours(tmp_path: Path) -> None:
    rows = campaign(small(tmp_path, clock=1))
    hours = Counter(row["time"].hour for row in rows)  # type: ignore[attr-defined]
    assert sum(1 for hour in range(24) if hours[hour] < len(rows) / 200) >= 8


def test_clock_3_fills_the_day_from_many_zones(tmp_path: Path) -> None:
    own: dict[object, list[float]] = defaultdict(list)
    for row in campaign(small(tmp_path, clock=3, each=60)):
        own[row["account_id"]].append(row["time"].hour / 24 * 2 * np.pi)  # type: ignore[attr-defined]
    means = [np.exp(1j * np.array(hours)).mean() for hours in own.values() if len(hours) > 20]
    directions = np.array([mean / abs(mean) for mean in means])
    assert np.mean([abs(mean) for mean in means]) > abs(directions.mean())


@pytest.mark.parametrize("level", [2, 3])
def test_share_grows_uneven(tmp_path: Path, level: int) -> None:
    volumes = Counter(r["account_id"] for r in campaign(small(tmp_path, share_of_work=level)))
    counts = np.array(list(volumes.values()))
    assert counts.std() / counts.mean() > {2: 0.35, 3: 0.7}[level]


@pytest.mark.parametrize(("level", "low", "high"), [(1, 12, 24), (2, 150, 320)])
def test_templates_multiply(tmp_path: Path, level: int, low: int, high: int) -> None:
    rows = campaign(small(tmp_path, template=level))
    frames = {row["system"] for row in rows}
    assert low <= len(frames) <= high


def test_template_3_leaves_no_system_prompt(tmp_path: Path) -> None:
    assert {row["system"] for row in campaign(small(tmp_path, template=3))} == {None}


def test_content_1_asks_the_same_item_several_times(tmp_path: Path) -> None:
    rows = campaign(small(tmp_path, content=1))
    times = Counter(row["prompt"] for row in rows)
    assert 2.5 < np.mean(list(times.values())) < 5


def test_content_3_is_half_customers(tmp_path: Path) -> None:
    made = small(tmp_path, content=3, template=0, each=40)
    rows = campaign(made)
    frame = Counter(row["system"] for row in rows).most_common(2)
    framed = max(count for system, count in frame if system is not None)
    assert 0.25 < framed / len(rows) < 0.65


@pytest.mark.parametrize(("level", "purpose"), [(1, "reasoning"), (2, "agentic"), (3, "reasoning")])
def test_dialogue_grows(tmp_path: Path, level: int, purpose: str) -> None:
    rows = campaign(small(tmp_path, dialogue=level, purpose=purpose))
    turns = Counter(row["turn"] for row in rows)
    second = [row["prompt"] for row in rows if row["turn"] == 2]
    if level == 1:
        assert set(turns) == {1, 2}
        assert len(set(second)) <= 3
    else:
        assert max(turns) >= 4  # type: ignore[type-var]
        assert len(set(second)) > len(second) / 2
    assert any(row["input_role"] == "tool" for row in rows) == (level == 2)


def test_dialogue_3_takes_up_the_answer(tmp_path: Path) -> None:
    talks: dict[object, dict[object, dict[str, object]]] = defaultdict(dict)
    for row in campaign(small(tmp_path, dialogue=3)):
        talks[row["conversation_id"]][row["turn"]] = row
    pairs = [(t[1]["response"], t[2]["prompt"]) for t in talks.values() if {1, 2} <= set(t)]
    known = [(str(a).lower().split(), str(b).lower().split()) for a, b in pairs if a]
    taken = [len(set(answer) & set(reply) - {"the", "is", "a", "and"}) for answer, reply in known]
    assert np.mean(np.array(taken) > 0) > 0.7


@pytest.mark.parametrize("level", [2, 3])
def test_lifetime_replaces_accounts_and_holds_the_total(tmp_path: Path, level: int) -> None:
    made = small(tmp_path, lifetime=level, members=60, accounts=90, days=14)
    rows = campaign(made)
    daily = Counter(row["time"].date() for row in rows)  # type: ignore[attr-defined]
    active = defaultdict(set)
    for row in rows:
        active[row["time"].date()].add(row["account_id"])  # type: ignore[attr-defined]
    assert len(daily) == 14
    assert max(daily.values()) < 1.25 * min(daily.values())
    assert max(len(who) for who in active.values()) < 45
    mine = set(made.members("north"))
    closed = [r["closed_at"] for r in made.accounts.to_pylist() if r["account_id"] in mine]
    assert sum(moment is not None for moment in closed) > 15


def test_lifetime_1_joins_in_waves(tmp_path: Path) -> None:
    rows = campaign(small(tmp_path, lifetime=1, days=14))
    first: dict[object, object] = {}
    for row in rows:
        first.setdefault(row["account_id"], row["time"].date())  # type: ignore[attr-defined]
    assert 2 <= len(set(first.values())) <= 8


@pytest.mark.parametrize(("level", "low", "high"), [(1, 1, 1), (2, 3, 8), (3, 9, 40)])
def test_clients_multiply(tmp_path: Path, level: int, low: int, high: int) -> None:
    rows = campaign(small(tmp_path, client=level))
    assert low <= len({row["user_agent"] for row in rows}) <= high
