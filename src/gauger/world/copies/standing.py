"""Which fingerprints are the same in every copy of a world, and which become another's.

What unrelated accounts have in common stays: a popular client is one client in a larger world
too. What one account holds, or one ordinary group, is another's in each copy. What a campaign
shares stays, so that its copies are one campaign; the items that it deals out do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.world.copies.mixing import Words
from gauger.world.people.kinds import KINDS

FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "runs": ("head", "tail", "runs", "system_runs"),
    "prompt": ("prompt",),
    "system": ("system",),
    "tools": ("tools",),
    "parameters": ("parameters",),
    "client": ("client",),
    "address": ("address",),
    "range": ("range",),
    "block": ("block",),
    "credential": ("credential",),
}
"""Columns whose values are compared with each other."""

CROWD: Final = 1000
"""Members from which on a group is a crowd, not people who know each other."""

SMALL_SHARE: Final = 0.1
"""Of what fewer of its accounts share, a larger campaign has more: items, exits, keys, cards."""

FRAME_PROMPTS: Final = 8
"""A run in as many different prompts of a campaign belongs to its frames, not to an item."""

_GROWING: Final = ("runs", "prompt", "address", "range", "block", "credential")


@dataclass(frozen=True, slots=True)
class Units:
    """The accounts of a world, by position, each with the unit that it belongs to.

    `unit` is 0 for people on their own, above 0 for a campaign, below 0 for an ordinary group;
    `sizes` is the number of accounts of each campaign.
    """

    ids: tuple[str, ...]
    unit: NDArray[np.int64]
    sizes: Mapping[int, int]


def units_of(truth: pa.Table) -> Units:
    """The units of a world, from its truth."""
    rows = truth.select(["account_id", "kind", "campaign", "circle"]).to_pydict()
    campaigns = {name: n + 1 for n, name in enumerate(sorted({c for c in rows["campaign"] if c}))}
    circles: dict[str, int] = {}
    unit = []
    for kind, campaign, circle in zip(rows["kind"], rows["campaign"], rows["circle"], strict=True):
        if campaign:
            unit.append(campaigns[campaign])
        elif circle and not is_crowd(kind):
            unit.append(circles.setdefault(circle, -(len(circles) + 1)))
        else:
            unit.append(0)
    sizes = {number: unit.count(number) for number in campaigns.values()}
    return Units(tuple(rows["account_id"]), np.array(unit, np.int64), sizes)


def is_crowd(kind: str) -> bool:
    """Whether what a group of a kind shares is common, such as a popular tool's frame."""
    return kind in KINDS and KINDS[kind].group >= CROWD


def standing(sketches: Path, units: Units, scratch: Path, memory: str) -> Mapping[str, Words]:
    """For each family the sorted fingerprints that are the same in every copy."""
    with duckdb.connect(config={"memory_limit": memory, "threads": 2}) as engine:
        engine.execute(f"SET temp_directory = '{scratch}'")
        engine.register("unit", pa.table({"account_id": units.ids, "unit": units.unit}))
        engine.from_parquet(str(sketches / "sketches-*.parquet")).create_view("sketch")
        engine.execute(
            "CREATE TABLE account AS SELECT DISTINCT account_key, unit "
            "FROM sketch JOIN unit USING (account_id)"
        )
        return {family: _standing(engine, family, units) for family in FAMILIES}


def _standing(engine: duckdb.DuckDBPyConnection, family: str, units: Units) -> Words:
    lists = family == "runs"
    held = " UNION ALL ".join(
        f'SELECT account_key, prompt, {"unnest" if lists else ""}("{column}") AS thing FROM sketch'
        for column in FAMILIES[family]
    )
    found: pa.Table = engine.sql(
        f"""
        WITH held AS ({held}),
        met AS (SELECT thing FROM held WHERE thing IS NOT NULL GROUP BY thing
                HAVING min(account_key) <> max(account_key))
        SELECT thing, count(DISTINCT account_key) AS holders, min(unit) AS low, max(unit) AS high,
               {"count(DISTINCT prompt) FILTER (unit > 0)" if lists else "0"} AS prompts
        FROM held SEMI JOIN met USING (thing) JOIN account USING (account_key)
        GROUP BY thing ORDER BY thing
        """
    ).to_arrow_table()
    thing, holders, low, high, prompts = (
        np.asarray(found[name].to_numpy(), np.int64) for name in found.column_names
    )
    stays = np.ones(len(thing), np.bool_)
    apart = low == high
    stays[apart & (low < 0)] = False
    for unit, size in units.sizes.items():
        few = apart & (low == unit) & (holders < SMALL_SHARE * size)
        if lists:
            few &= prompts < FRAME_PROMPTS
        if family in _GROWING:
            stays[few] = False
    return np.sort(thing[stays].view(np.uint64))


def within(values: Words, known: Words) -> NDArray[np.bool_]:
    """Which values are among the known ones, which are sorted."""
    if not len(known):
        return np.zeros(len(values), np.bool_)
    place = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return np.asarray(known[place] == values, np.bool_)
