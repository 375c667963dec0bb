"""Counts of what networks took are the same on every engine as in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pyarrow as pa
import pytest

from exchanges import at, sketched
from gauger.engine import Engine
from gauger.find.profiles.prompts import MIN_ITEM_TOKENS
from gauger.find.profiles.taken import Takings

from . import oracle

Row = dict[str, Any]
TEXTS = [
    "hi",
    None,
    "Prove the theorem of the river step by step and write out your reasoning",
    "Refactor this function in python so that the unit tests of the parser pass",
    "Tell me about the old river and its stones on a long walk outside",
]


@pytest.fixture(scope="module")
def sketches() -> pa.Table:
    """Sketches of a few accounts, some of whose prompts recur within and across accounts."""
    rows = [
        row | {"cached_tokens": cached, "reasoning_tokens": reasoning}
        for row, cached, reasoning in zip(
            oracle.exchanges(),
            [None, 0, 3, 9000] * 65,
            [None, None, 5, 0, 7] * 52,
            strict=True,
        )
    ]
    for number in range(120):
        text = TEXTS[number % 5]
        rows.append(
            {
                "exchange_id": f"more{number}",
                "account_id": f"acct_{number % 4 if number % 2 else 0}",
                "time": at(number / 3),
                "prompt": text if text is None or number % 3 else f"{text}, number {number % 11}",
                "status": None,
                "tools": None if number % 4 else "[1]",
            }
        )
    return sketched(rows)


@pytest.fixture(scope="module")
def theirs(sketches: pa.Table) -> list[tuple[int, Row]]:
    """Exchanges of two networks, with the network's number."""
    rows = sketches.to_pylist()
    network = _networks(sketches)
    return [(network[row["account_key"]], row) for row in rows if row["account_key"] in network]


@pytest.fixture
def takings(engine: Engine, sketches: pa.Table) -> Takings:
    """What is under test, on every engine."""
    network = _networks(sketches)
    membership = pa.table(
        {"account_key": list(network), "network": pa.array(network.values(), pa.int64())}
    )
    return Takings(engine, engine.lend(sketches, "sketches"), membership)


def _networks(sketches: pa.Table) -> dict[int, int]:
    keys = {row["account_id"]: row["account_key"] for row in sketches.to_pylist()}
    return {keys[f"acct_{number}"]: int(number >= 4) for number in range(6)}


def _samples(theirs: list[tuple[int, Row]]) -> list[tuple[int, Row]]:
    return [
        (network, row)
        for network, row in theirs
        if row["prompt"] is not None
        and row["prompt_tokens"] >= MIN_ITEM_TOKENS
        and row["input_role"] != "tool"
        and (row["status"] or 0) < 400
    ]


def _rows(table: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    assert sorted(table.schema.names) == sorted(names)
    return sorted(zip(*(table[name].to_pylist() for name in names), strict=True))


def test_exchanges_and_tokens(takings: Takings, theirs: list[tuple[int, Row]]) -> None:
    expected = []
    for where in {(network, row["capability"]) for network, row in theirs}:
        rows = [row for network, row in theirs if (network, row["capability"]) == where]
        sums: list[int | None] = []
        for name in ("input_tokens", "output_tokens", "reasoning_tokens"):
            stated = [row[name] for row in rows if row[name] is not None]
            sums += [sum(stated) if stated else None, len(stated)]
        refused = sum((row["status"] or 0) >= 400 for row in rows)
        expected.append((*where, len(rows), refused, *sums))
    kinds = ("input", "output", "reasoning")
    tokens = [name for kind in kinds for name in (f"{kind}_tokens", f"{kind}_stated")]
    got = _rows(takings.exchanges(), "network", "capability", "exchanges", "refused", *tokens)
    assert got == sorted(expected)
    assert any(refused for _, _, _, refused, *_ in got)


def test_models(takings: Takings, theirs: list[tuple[int, Row]]) -> None:
    answered = [(network, row) for network, row in theirs if (row["status"] or 0) < 400]
    expected = []
    for where in {(network, row["request_model"]) for network, row in answered}:
        rows = [row for network, row in answered if (network, row["request_model"]) == where]
        lacking = [row["input_tokens"] is None or row["output_tokens"] is None for row in rows]
        inputs = [row["input_tokens"] or 0 for row in rows]
        cached = [min(row["cached_tokens"] or 0, row["input_tokens"] or 0) for row in rows]
        outputs = sum(row["output_tokens"] or 0 for row in rows)
        expected.append((*where, len(rows), sum(lacking), sum(inputs), sum(cached), outputs))
    names = ("network", "model", "exchanges", "uncounted")
    tokens = ("input_tokens", "cached_tokens", "output_tokens")
    got = _rows(takings.models(), *names, *tokens)
    assert got == sorted(expected)
    assert any(cached for *_, cached, _ in got)


def test_counts_of_counts(takings: Takings, theirs: list[tuple[int, Row]]) -> None:
    times: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for network, row in _samples(theirs):
        times[network, row["prompt"]][row["account_key"]] += 1
    tasks: Counter[tuple[int, int]] = Counter()
    shared: Counter[tuple[int, int]] = Counter()
    for (network, _), accounts in times.items():
        where = network, accounts.total()
        tasks[where] += 1
        shared[where] += len(accounts) > 1
    expected = [(*where, count, shared[where]) for where, count in tasks.items()]
    got = _rows(takings.frequencies(), "network", "samples", "tasks", "shared")
    assert got == sorted(expected)
    assert any(0 < both < held for _, _, held, both in got)


def test_counts_of_counts_by_capability(takings: Takings, theirs: list[tuple[int, Row]]) -> None:
    times = Counter((network, row["prompt"]) for network, row in _samples(theirs))
    tags: dict[tuple[int, int], set[int]] = defaultdict(set)
    for network, row in _samples(theirs):
        tags[network, row["prompt"]].add(row["capability"])
    assert any(len(held) > 1 for held in tags.values())
    expected = Counter((task[0], max(tags[task]), count) for task, count in times.items())
    names = ("network", "capability", "samples", "tasks")
    got = _rows(takings.frequencies_by_capability(), *names)
    assert got == sorted((*where, count) for where, count in expected.items())


def test_hours(takings: Takings, theirs: list[tuple[int, Row]]) -> None:
    held: Counter[tuple[int, int]] = Counter()
    first: dict[tuple[int, int], int] = {}
    for network, row in _samples(theirs):
        hour = int(row["time"].timestamp() // 3600)
        held[network, hour] += 1
        task = network, row["prompt"]
        first[task] = min(first.get(task, hour), hour)
    got = _rows(takings.hours(), "network", "hour", "samples")
    assert got == sorted((*where, count) for where, count in held.items())
    fresh = Counter((network, hour) for (network, _), hour in first.items())
    got = _rows(takings.first_hours(), "network", "hour", "tasks")
    assert got == sorted((*where, count) for where, count in fresh.items())
    assert fresh.total() < held.total()


def test_an_hour_ends_where_it_ends(engine: Engine) -> None:
    text = "a prompt that is long enough to be a task of some dataset"
    moments = [at(0.999999), at(1.0), at(1.0 + 1e-6), at(2 - 1e-9)]
    table = sketched({"time": moment, "prompt": text} for moment in moments)
    membership = pa.table({"account_key": table["account_key"].unique(), "network": [0]})
    takings = Takings(engine, engine.lend(table, "sketches"), membership)
    begin = int(at(0).timestamp()) // 3600
    assert _rows(takings.hours(), "network", "hour", "samples") == [
        (0, begin, 1),
        (0, begin + 1, 3),
    ]
    assert _rows(takings.first_hours(), "network", "hour", "tasks") == [(0, begin, 1)]


def test_without_networks_there_is_nothing_to_count(engine: Engine, sketches: pa.Table) -> None:
    empty = pa.table({"account_key": pa.array([], pa.int64()), "network": pa.array([], pa.int64())})
    takings = Takings(engine, engine.lend(sketches, "sketches"), empty)
    assert takings.exchanges().num_rows == takings.frequencies().num_rows == 0
