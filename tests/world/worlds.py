"""Small worlds for tests, and what there is to know about them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gauger.world import World, simulate

SMALL = """
about = "A few dozen ordinary accounts and one campaign"
[population]
accounts = {accounts}
days = {days}
start = 2026-04-20
exchanges_per_account = 10
[ordinary]
chat = 3
developer = 2
[[campaign]]
name = "north"
purpose = "{purpose}"
accounts = {members}
exchanges_per_account = {each}
{levels}
"""


@dataclass(frozen=True)
class Made:
    """A world as it lies on disk, read back."""

    world: World
    exchanges: pa.Table
    accounts: pa.Table
    truth: pa.Table

    def members(self, campaign: str) -> list[str]:
        """Accounts of a campaign."""
        rows = self.truth.to_pylist()
        return [row["account_id"] for row in rows if row["campaign"] == campaign]

    def of(self, accounts: list[str]) -> list[dict[str, object]]:
        """Exchanges of some accounts, in order of time."""
        chosen = pa.array(accounts)
        column = self.exchanges["account_id"]
        return self.exchanges.filter(pa.compute.is_in(column, value_set=chosen)).to_pylist()


def read(world: World) -> Made:
    """Read a world back."""
    return Made(
        world,
        pa.concat_tables([pq.read_table(path) for path in world.logs]),
        pq.read_table(world.accounts),
        pq.read_table(world.truth),
    )


def small(
    folder: Path,
    *,
    purpose: str = "reasoning",
    members: int = 30,
    each: int = 24,
    days: int = 6,
    accounts: int = 60,
    **levels: int,
) -> Made:
    """A world with one campaign at the given levels, all others at 0."""
    lines = "\n".join(f"{axis} = {level}" for axis, level in levels.items())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "small.toml"
    path.write_text(
        SMALL.format(
            purpose=purpose, members=members, each=each, days=days, accounts=accounts, levels=lines
        ),
        encoding="utf-8",
    )
    return read(simulate(str(path), folder / "world", seed=5))
