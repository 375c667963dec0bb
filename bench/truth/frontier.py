"""The frontier of hiding: recall against the level of each axis, all else equal.

One world holds four campaigns of one size that differ in one axis only, at its levels 0 to 3;
the other axes stand at `BASE`. A second set raises several axes together. What a level costs the
operator is counted in the world itself: accounts, cards, exits, exchanges a day and account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.truth.scanned import scan_logs
from bench.truth.worlds import BenchWorld, build
from gauger.world.scenario import AXES, load

ACCOUNTS: Final = 60
EXCHANGES: Final = 45
BASE: Final = 1
"""Level of every axis that is not varied: what an operator does who takes some care."""
LEVELS: Final = (0, 1, 2, 3)
COMBINED: Final = {
    "where from": ("network", "identity", "client"),
    "when": ("clock", "share_of_work", "lifetime"),
    "what": ("template", "content", "dialogue"),
    "everything": AXES,
}
_POPULATION: Final = "[population]\naccounts = 1700\ndays = 14\nstart = 2026-07-06\n"


@dataclass(frozen=True, slots=True)
class Point:
    """One campaign at one level of one axis, or of several raised together."""

    axis: str
    level: int
    seed: int
    accounts: int
    recall: float
    listed: float
    cards: int
    exits: int
    daily: float


def frontier(seeds: Sequence[int], out: Path, only: Sequence[str] = ()) -> list[Point]:
    """Every axis, then the combinations, for every seed."""
    varied = {axis: (axis,) for axis in AXES} | COMBINED
    points = []
    for name, axes in varied.items():
        if only and name not in only:
            continue
        path = out / "frontier" / f"{name.replace(' ', '-')}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(scenario(axes), encoding="utf-8")
        for seed in seeds:
            world = build(f"frontier-{path.stem}", str(path), seed, out)
            points += _points(name, world, out)
    return points


def scenario(axes: Sequence[str]) -> str:
    """A scenario with one campaign for each level of `axes`, the other axes at BASE."""
    ordinary = load("demo").ordinary
    lines = [
        'about = "One axis of hiding, or several together, at every level"',
        _POPULATION + "exchanges_per_account = 36",
        "[ordinary]",
        *(f"{kind} = {share:g}" for kind, share in ordinary.items()),
    ]
    for level in LEVELS:
        lines += [
            "[[campaign]]",
            f'name = "level-{level}"',
            'purpose = "reasoning"',
            f"accounts = {ACCOUNTS}",
            f"exchanges_per_account = {EXCHANGES}",
            *(f"{axis} = {level if axis in axes else BASE}" for axis in AXES),
        ]
    return "\n".join(lines) + "\n"


def _points(name: str, world: BenchWorld, out: Path) -> list[Point]:
    truth, scan = world.truth, scan_logs(world, out)
    listed = scan.with_verdict("extraction", "coordinated")
    records = {
        row["account_id"]: row["payment_fingerprint"]
        for row in pq.read_table(
            world.accounts, columns=["account_id", "payment_fingerprint"]
        ).to_pylist()
    }
    exits = _exits(world)
    points = []
    for campaign, accounts in truth.campaigns.items():
        points.append(
            Point(
                name, int(campaign.removeprefix("level-")), world.seed, len(accounts),
                len(accounts & scan.accused) / len(accounts),
                len(accounts & listed) / len(accounts),
                len({records[account] for account in accounts}),
                len(frozenset().union(*(exits[account] for account in accounts))),
                median(truth.exchanges[account] for account in accounts) / 14,
            )
        )  # fmt: skip
    return points


def _exits(world: BenchWorld) -> dict[str, frozenset[str]]:
    """Addresses that each account came from."""
    tables = [
        pq.read_table(path, columns=["account_id", "source_ip"])
        for path in sorted(world.logs.glob("*.parquet"))
    ]
    pairs = pa.concat_tables(tables).filter(pc.field("source_ip").is_valid())
    pairs = pairs.group_by(["account_id", "source_ip"]).aggregate([])
    exits: dict[str, set[str]] = {}
    for account, address in zip(
        pairs["account_id"].to_pylist(), pairs["source_ip"].to_pylist(), strict=True
    ):
        exits.setdefault(account, set()).add(address)
    return {account: frozenset(exits.get(account, ())) for account in world.truth.kind}
