"""A peer: a method that a provider could run on the same logs instead of gauger.

A peer sees the logs and the account records that `gauger simulate` wrote, never the truth. Its
settings are those of its paper or package and are not fitted to any world.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Setting = str | int | float | bool


@dataclass(frozen=True, slots=True)
class ProviderLogs:
    """A world as a provider has it: exchanges and account records, and nothing else."""

    folder: Path

    def exchanges(self, *columns: str) -> pa.Table:
        """These columns of all exchanges in order of time, read when asked for.

        Strings come as `large_string`, so that joined text may pass 2 GB.
        """
        wanted = [*columns] if "time" in columns else [*columns, "time"]
        files = sorted((self.folder / "logs").glob("*.parquet"))
        if not files:
            raise FileNotFoundError(f"no logs in {self.folder}/logs; simulate a world there first")
        table = pa.concat_tables([pq.read_table(path, columns=wanted) for path in files])
        wide = [
            item.with_type(pa.large_string()) if item.type == pa.string() else item
            for item in table.schema
        ]
        table = table.cast(pa.schema(wide))
        order = pc.sort_indices(table, sort_keys=[("time", "ascending")])
        return table.take(order).select(list(columns))

    def accounts(self, *columns: str) -> pa.Table:
        """These columns of the account records."""
        return pq.read_table(self.folder / "accounts.parquet", columns=list(columns))


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a peer proposes: accounts it flags, networks if it finds any, scores if it has them.

    A higher score is more suspect; accounts without one were not judged. `note` says what
    happened in this run.
    """

    accounts: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    note: str = ""


class Peer(Protocol):
    """One row of the table of peers."""

    title: str
    source: str
    settings: Mapping[str, Setting]
    left_out: tuple[str, ...]

    def propose(self, logs: ProviderLogs) -> Proposal:
        """Look at the logs and name suspects."""
        ...


def of_groups(
    groups: Iterable[Iterable[str]], scores: Mapping[str, float] | None = None, note: str = ""
) -> Proposal:
    """A proposal that flags every account of every group; larger groups first."""
    settled = [tuple(sorted(group)) for group in groups]
    ordered = tuple(sorted(settled, key=lambda group: (-len(group), group)))
    flagged = tuple(sorted({account for group in ordered for account in group}))
    return Proposal(flagged, ordered, scores or {}, note)


def of_scores(scores: Mapping[str, float], flagged: Iterable[str], note: str = "") -> Proposal:
    """A proposal of a method that judges every account for itself."""
    return Proposal(tuple(sorted(flagged)), (), scores, note)
