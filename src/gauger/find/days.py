"""Which days of the logs are as an earlier scan had them, so that little of them is read again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gauger.engine import Engine
from gauger.engine.moments import hour_of
from gauger.model.standing import DAYS_SCHEMA

MOST_REPEATED: Final = 1_000_000
"""Keys of exchanges that came several times which are kept: where there are more, later scans look
through all exchanges anew."""
_BITS: Final = (1 << 31) - 1
"""Bits of every key that are summed: all of them would be more than a number holds."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Days:
    """The days at hand, rows (day, exchanges, check), and those of them that are the `same`."""

    table: pa.Table
    same: frozenset[int] = frozenset()

    @classmethod
    def of(cls, engine: Engine, sketches: ir.Table, earlier: pa.Table) -> Days:
        """Looks at all sketches, repeats included; `earlier` has rows (DAYS_SCHEMA)."""
        day = _day(sketches)
        rows = engine.fetch(
            sketches.group_by(day=day).aggregate(
                exchanges=sketches.count(),
                check=(sketches.exchange_key & _BITS).sum().cast("int64"),
            ),
            "days",
        )
        rows = rows.select(DAYS_SCHEMA.names[:3]).cast(pa.schema(list(DAYS_SCHEMA)[:3]))
        return cls(rows.sort_by("day"), _same(rows, earlier))

    @property
    def others(self) -> frozenset[int]:
        """The days that are not the same."""
        return frozenset(self.table["day"].to_pylist()) - self.same

    def perhaps_repeated(
        self, engine: Engine, sketches: ir.Table, earlier: pa.Table
    ) -> ir.Table | None:
        """Rows (exchange_key) of all that can have come several times: what did before, and what
        came on another day than those that are the same. Null where no day is, and anything
        can."""
        if not self.same:
            return None
        known = pc.list_flatten(earlier["repeated"]).unique()
        lent = engine.lend(pa.table({"exchange_key": known}), "repeated_before")
        coming = within(sketches, self.others).select("exchange_key")
        return ibis.union(lent, coming)

    def kept(self, engine: Engine, sketches: ir.Table, repeated: ir.Table) -> pa.Table:
        """Rows (DAYS_SCHEMA) for later scans; `repeated` has rows (exchange_key). None where more
        came several times than can be kept."""
        again = sketches.semi_join(repeated, "exchange_key")
        counted = engine.fetch(again.aggregate(records=again.count()), "count repeats")
        if counted["records"][0].as_py() > MOST_REPEATED:
            return DAYS_SCHEMA.empty_table()
        rows = engine.fetch(again.select("exchange_key", day=_day(again)), "days of repeats")
        day, key = (np.asarray(rows[name].to_numpy(), np.int64) for name in ("day", "exchange_key"))
        order = np.lexsort((key, day))
        places = np.searchsorted(day[order], self.table["day"].to_numpy())
        offsets = pa.array(np.append(places, len(day)), pa.int32())
        lists = pa.ListArray.from_arrays(offsets, pa.array(key[order], pa.int64()))
        return self.table.append_column("repeated", lists).cast(DAYS_SCHEMA)


def within(sketches: ir.Table, days: Collection[int]) -> ir.Table:
    """The sketches of some days (since the epoch), as ranges of time, past which files are not
    read."""
    if not days:
        return sketches.filter(ibis.literal(False))
    ordered = sorted(days)
    begins = [day for day in ordered if day - 1 not in days]
    ends = [day + 1 for day in ordered if day + 1 not in days]
    ranges = [
        (sketches.time >= _moment(begin)) & (sketches.time < _moment(end))
        for begin, end in zip(begins, ends, strict=True)
    ]
    return sketches.filter(reduce(or_, ranges))


def _same(rows: pa.Table, earlier: pa.Table) -> frozenset[int]:
    told = {
        row["day"]: (row["exchanges"], row["check"])
        for row in earlier.select(["day", "exchanges", "check"]).to_pylist()
    }
    return frozenset(
        row["day"]
        for row in rows.to_pylist()
        if told.get(row["day"]) == (row["exchanges"], row["check"])
    )


def _day(sketches: ir.Table) -> ir.IntegerValue:
    return (hour_of(sketches.time) // 24).cast("int32")


def _moment(day: int) -> datetime:
    return _EPOCH + timedelta(days=day)
