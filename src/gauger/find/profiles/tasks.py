"""Tasks that are alike in what they say of a network: how often they came, when first, and whether
from one account.

All exchanges of the networks have to be told apart for it, in the engine, or in compiled loops
where the engine is embedded and its rows are here anyway.
"""

from __future__ import annotations

from typing import Any, Final

import ibis.expr.types as ir
import numba as nb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.engine import Engine
from gauger.find.profiles.meeting import mixed
from gauger.find.profiles.things import numbers
from gauger.model.ahead import worked_ahead
from gauger.model.population import Ints

_ROWS: Final = 250_000
"""Samples of a part, which a processor's cache has room for."""
_ROOM: Final = 300_000_000
"""Bytes of samples that wait in memory for their part."""
_CAPABILITY: Final = 32
_NETWORK: Final = 40
"""The bits from which a sample's capability and network stand above its hour."""
_ALIKE: Final = ("network", "capability", "samples", "hour", "tasks", "shared")


def alike(engine: Engine, samples: ir.Table, expected: int) -> ir.Table:
    """Rows (network, capability, samples, hour, tasks, shared): tasks that are alike in these, and
    how many of them came from two accounts or more.

    `samples` has rows (network, account_key, task, capability, hour), about `expected` of them;
    `hour` of a task is that of its first sample. A prompt with words of no capability counts as
    agentic where tools were sent with it, so its samples may bear two tags: the higher code is the
    one that says something.
    """
    if engine.embedded:
        return engine.lend(_told(engine, samples, expected), "tasks_of_networks")
    return engine.keep(_grouped(samples), "tasks_of_networks")


def _grouped(samples: ir.Table) -> ir.Table:
    tasks = samples.group_by("network", "task").aggregate(
        capability=samples.capability.max(),
        samples=samples.count(),
        # They differ where a task came from more than one account; a set of accounts would grow.
        one=samples.account_key.min(),
        another=samples.account_key.max(),
        hour=samples.hour.min(),
    )
    several = (tasks.one != tasks.another).cast("int64").sum()
    return tasks.group_by("network", "capability", "samples", "hour").aggregate(
        tasks=tasks.count(), shared=several
    )


def _told(engine: Engine, samples: ir.Table, expected: int) -> pa.Table:
    parts = 1
    while parts * _ROWS < expected:
        parts *= 2
    held = engine.scattered("tasks", parts, _ROOM, (np.int64, np.int64, np.int64))
    network, capability = (samples[name].cast("int64") for name in ("network", "capability"))
    where = (network << _NETWORK) | (capability << _CAPABILITY) | samples.hour
    rows = samples.select("task", "account_key", where=where.cast("int64"))
    for batch in engine.stream(rows, "what networks took"):
        with engine.told("what networks took"):
            held.add(*(numbers(batch[name]) for name in rows.columns))
    with engine.told("what networks took"):
        held.whole()

        def part(number: int) -> tuple[NDArray[Any], ...]:
            found: tuple[NDArray[Any], ...] = _alike(*held.take(number))
            return found

        found = list(worked_ahead(part, range(parts), engine.threads))
    columns: list[Ints] = [
        np.concatenate(column).astype(np.int64) for column in zip(*found, strict=True)
    ]
    together = pa.table(columns, list(_ALIKE)).group_by(list(_ALIKE[:4]))
    summed = together.aggregate([("tasks", "sum"), ("shared", "sum")])
    return summed.select([*_ALIKE[:4], "tasks_sum", "shared_sum"]).rename_columns(list(_ALIKE))


@nb.njit(cache=True, nogil=True)
def _alike(task, account, where):  # type: ignore[no-untyped-def]
    """Columns network, capability, samples, hour, tasks and shared of the tasks of these samples;
    a task of one network is in one call or in none."""
    network = where >> _NETWORK
    capability = (where >> _CAPABILITY) & 255
    hour = where & ((1 << _CAPABILITY) - 1)
    size = 16
    while size < 2 * len(task):
        size *= 2
    mask = np.uint64(size - 1)
    table = np.full(size, -1, np.int32)
    first = np.empty(len(task), np.int32)
    tag, begun = np.empty(len(task), np.int64), np.empty(len(task), np.int64)
    times, several = np.zeros(len(task), np.int32), np.zeros(len(task), np.bool_)
    known = 0
    for row in range(len(task)):
        at = mixed(task[row] + network[row]) & mask
        while table[at] >= 0:
            held = first[table[at]]
            if task[held] == task[row] and network[held] == network[row]:
                break
            at = (at + np.uint64(1)) & mask
        if table[at] < 0:
            table[at] = known
            first[known], tag[known], begun[known] = row, capability[row], hour[row]
            known += 1
        slot = table[at]
        times[slot] += 1
        tag[slot] = max(tag[slot], capability[row])
        begun[slot] = min(begun[slot], hour[row])
        several[slot] |= account[row] != account[first[slot]]
    table[:] = -1
    example = np.empty(known, np.int32)
    tasks, shared = np.zeros(known, np.int64), np.zeros(known, np.int64)
    kinds = 0
    for slot in range(known):
        own = network[first[slot]]
        said = begun[slot] << 32 | np.int64(times[slot]) << 8 | tag[slot]
        at = mixed(said + (own << 20)) & mask
        while table[at] >= 0:
            other = example[table[at]]
            if (
                network[first[other]] == own
                and begun[other] == begun[slot]
                and times[other] == times[slot]
                and tag[other] == tag[slot]
            ):
                break
            at = (at + np.uint64(1)) & mask
        if table[at] < 0:
            table[at] = kinds
            example[kinds] = slot
            kinds += 1
        tasks[table[at]] += 1
        shared[table[at]] += several[slot]
    chosen = example[:kinds]
    return (
        network[first[chosen]],
        tag[chosen],
        times[chosen],
        begun[chosen],
        tasks[:kinds],
        shared[:kinds],
    )
