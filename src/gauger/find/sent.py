"""What every account of the logs has sent by now, weighed or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gauger.engine import Engine
from gauger.find.profiles.facts import AccountFacts
from gauger.find.profiles.places import Places
from gauger.model.exchange import TIME
from gauger.model.population import Ints


@dataclass(frozen=True)
class Sent:
    """Accounts in the order of their ids; parallel arrays, moments in microseconds since the
    epoch."""

    ids: pa.Array
    keys: Ints
    exchanges: Ints
    input_tokens: Ints
    output_tokens: Ints
    first_seen: Ints
    last_seen: Ints

    @classmethod
    def of(cls, engine: Engine, sketches: ir.Table) -> Sent:
        """Goes over a few columns of all sketches."""
        s = sketches
        rows = engine.fetch(
            s.group_by("account_key").aggregate(
                account_id=s.account_id.min(),
                exchanges=s.count(),
                input_tokens=s.input_tokens.fill_null(0).sum().cast("int64"),
                output_tokens=s.output_tokens.fill_null(0).sum().cast("int64"),
                first=s.time.min(),
                last=s.time.max(),
            ),
            "accounts at hand",
        ).sort_by("account_id")
        return cls(
            rows["account_id"].combine_chunks(),
            *(_ints(rows[name]) for name in ("account_key", "exchanges")),
            *(_ints(rows[name]) for name in ("input_tokens", "output_tokens")),
            *(_ints(rows[name].cast(TIME)) for name in ("first", "last")),
        )

    def places_of(self, account_ids: Sequence[str]) -> Ints:
        """Places of accounts that are at hand."""
        place = pc.index_in(pa.array(account_ids, pa.string()), self.ids)
        return np.asarray(place.to_numpy(zero_copy_only=False), np.int64)

    def told_of(self, facts: AccountFacts) -> AccountFacts:
        """The facts with all that their accounts ever sent, of some of which only a part was
        weighed."""
        place = Places.of(self.keys).find(facts.keys)
        return replace(
            facts,
            exchanges=self.exchanges[place],
            input_tokens=self.input_tokens[place],
            output_tokens=self.output_tokens[place],
            first_seen=self.first_seen[place],
            last_seen=self.last_seen[place],
        )


def _ints(column: pa.ChunkedArray) -> Ints:
    return np.asarray(column.cast(pa.int64()).to_numpy(), np.int64)
