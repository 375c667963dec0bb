"""Programs arrive in bursts about a level of their own, and lengths follow from what is sent."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.world.day.arrivals import WINDOWS, levels, renewals, requests
from gauger.world.day.records import TOOL
from gauger.world.day.sessions import in_parts, sessions
from gauger.world.people import fitted
from gauger.world.people.programs import Programs
from gauger.world.text.data import words

from .worlds import Made


def programs(kind: str, many: int, seed: int = 3) -> Programs:
    rng = np.random.default_rng(seed)
    drawn = [fitted.temper(rng, kind, 14.0) for _ in range(many)]

    def of(name: str) -> np.ndarray[Any, Any]:
        return np.array([getattr(temper, name) for temper in drawn])

    return Programs(
        key=seed,
        who=np.arange(many),
        turn=rng.integers(0, WINDOWS, many),
        busy=of("busy"),
        inside=of("inside"),
        spell=of("spell"),
        ripple=of("ripple"),
        ripple_memory=of("ripple_memory"),
        drift=of("drift"),
        concentration=of("concentration"),
        peak=of("peak"),
        cv=of("cv"),
        cv_within=of("cv_within"),
        weibull=of("weibull"),
    )


@pytest.mark.parametrize("weibull", [True, False])
@pytest.mark.parametrize("cv", [0.6, 1.0, 3.0])
def test_renewals_come_at_their_rate_and_cluster_by_their_cv(cv: float, weibull: bool) -> None:
    many, total = 6000, 12.0
    which, time = renewals(
        np.random.default_rng(1),
        np.full(many, total),
        np.full(many, cv),
        np.full(many, weibull),
    )
    counts = np.bincount(which, minlength=many)
    assert counts.mean() == pytest.approx(total, rel=0.06)
    dispersion = counts.var() / counts.mean()
    assert (dispersion < 0.8) if cv < 1 else (dispersion > 2.5) if cv > 1 else True
    assert time.min() >= 0
    assert time.max() < total


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.0, 40.0), max_size=20), st.floats(0.4, 8.0), st.booleans())
def test_renewals_stay_within_their_totals(totals: list[float], cv: float, weibull: bool) -> None:
    total = np.array(totals)
    many = len(totals)
    which, time = renewals(
        np.random.default_rng(2), total, np.full(many, cv), np.full(many, weibull)
    )
    assert (time < total[which]).all()


@pytest.mark.parametrize("kind", ["serving", "jobs"])
def test_levels_are_1_on_average_and_any_day_can_be_drawn_alone(kind: str) -> None:
    made = programs(kind, 1500)
    zone = np.zeros(1500)
    days = [levels(made, zone, day) for day in range(6)]
    assert np.mean(days) == pytest.approx(1.0, rel=0.35)
    assert (levels(made, zone, 4) == days[4]).all()
    silent = np.mean([(day == 0).mean() for day in days])
    assert silent > 0.7 if kind == "jobs" else silent < 0.2


def test_nothing_changes_for_all_at_one_midnight() -> None:
    made = programs("serving", 2000)
    two = np.concatenate([levels(made, np.zeros(2000), day) > 0 for day in (3, 4)], axis=1)
    changed = (two[:, 1:] != two[:, :-1]).sum(axis=0)
    assert changed[WINDOWS - 1] < 3 * np.median(changed) + 10


def test_requests_fall_on_their_day_and_within_the_life_of_an_account() -> None:
    made = programs("serving", 50)
    cast = SimpleNamespace(
        programs=made,
        sessions=np.full(50, 30.0),
        zone=np.zeros(50),
        first=np.r_[np.full(25, -1e9), np.full(25, 9.0)],
        last=np.full(50, 1e9),
    )
    who, moment = requests(np.random.default_rng(4), cast, 5)  # type: ignore[arg-type]
    assert set(who) <= set(range(25))
    assert moment.min() >= 5
    assert moment.max() < 6.01


def test_mean_levels_and_turns_are_kept() -> None:
    rng = np.random.default_rng(5)
    assert np.mean([fitted.level(rng) for _ in range(60_000)]) == pytest.approx(1.0, rel=0.1)
    turns = fitted.further_turns(rng, np.full(60_000, 2.0))
    assert turns.mean() == pytest.approx(2.0, rel=0.08)
    assert (turns > 20).any()


def test_every_figure_names_its_source_and_licence() -> None:
    figures = words("arrivals")
    named = [name for source in figures["source"].values() for name in source["figures"]]
    assert all(source["origin"] and source["licence"] for source in figures["source"].values())
    assert len(named) == len(set(named))
    for name in named:
        table = figures
        for part in name.split("."):
            table = table[part]
        assert table
    assert {name.split(".")[0] for name in named} == set(figures) - {"source", "levels"}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 9)), max_size=60), st.integers(1, 40))
def test_parts_of_a_day_follow_each_other_and_lose_nothing(
    held: list[tuple[float, int]], most: int
) -> None:
    n = len(held)
    start = np.array([moment for moment, _ in held])
    turns = np.array([count for _, count in held], dtype=np.int64)
    day = sessions(np.arange(n), start, turns, np.ones(n, np.bool_), np.ones(n))
    seen: list[int] = []
    before = -1.0
    for part, until in in_parts(day, most, 2.0):
        assert (part.start >= before).all()
        assert (part.start <= until).all()
        assert part.turns.sum() <= most + 9 or len(part) == 1
        seen += part.account.tolist()
        before = until if until < 2.0 else before
    assert sorted(seen) == list(range(n))


def test_input_tokens_follow_from_what_is_sent(quick: Made) -> None:
    talks: dict[object, list[dict[str, Any]]] = defaultdict(list)
    for row in quick.exchanges.to_pylist():
        talks[row["conversation_id"] or row["exchange_id"]].append(row)
    for talk in talks.values():
        history = 0.0
        for row in talk:
            said = len(row["prompt"]) + len(row["system"] or "")
            tools = TOOL * (row["tools"] or "").count('"') / 2
            most = said / 1.7 + 4 + tools + fitted.PREAMBLE + history
            assert said / 4 <= row["input_tokens"] <= most
            assert row["cached_tokens"] <= row["input_tokens"]
            answer = row["output_tokens"] - row["reasoning_tokens"]
            history += len(row["prompt"]) / 1.7 + 4 + answer + 1
