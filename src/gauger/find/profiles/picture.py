"""What a person wants to see beside what networks took: everybody's hours, and words if asked."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from gauger.engine import Engine
from gauger.engine.moments import hour_of

_TEXTS_PER_NETWORK = 200


class Pictures:
    """What networks look like beside everybody; `membership` has rows (account_key, network)."""

    def __init__(self, engine: Engine, sketches: ir.Table, membership: pa.Table) -> None:
        self._engine = engine
        self._sketches = sketches
        self._theirs = sketches.join(engine.lend(membership, "membership"), "account_key")

    def hourly_of_all(self) -> pa.Table:
        """Rows (hour, exchanges) over every account, networks included."""
        all_ = self._sketches
        hour = hour_of(all_.time) % 24
        return self._fetch(all_.group_by(hour=hour).aggregate(exchanges=all_.count()))

    def texts(self) -> pa.Table:
        """Rows (network, head, system_text, prompt_text): a sample of what the members sent.

        Only where the sketches were made with their text.
        """
        theirs = self._theirs.filter(self._theirs.prompt_text.notnull())
        order = ibis.window(group_by="network", order_by="exchange_key")
        numbered = theirs.mutate(number=ibis.row_number().over(order))
        sample = numbered.filter(numbered.number < _TEXTS_PER_NETWORK)
        return self._fetch(
            sample.select("network", "exchange_key", "head", "system_text", "prompt_text")
        ).sort_by([("network", "ascending"), ("exchange_key", "ascending")])

    def _fetch(self, expression: ir.Table) -> pa.Table:
        return self._engine.fetch(expression, "pictures of networks")
