"""What a person wants to see of each network: days, hours, capabilities, and words if asked."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from gauger.engine import Engine

_TEXTS_PER_NETWORK = 200


class Pictures:
    """Counts of exchanges per network; `membership` has rows (account_key, network)."""

    def __init__(self, engine: Engine, sketches: ir.Table, membership: pa.Table) -> None:
        self._engine = engine
        self._sketches = sketches
        self._theirs = sketches.join(engine.lend(membership, "membership"), "account_key")

    def totals(self) -> pa.Table:
        """Rows (account_id, exchanges, input_tokens, output_tokens, first_seen, last_seen) of the
        accounts of all networks."""
        theirs = self._theirs
        return self._fetch(
            theirs.group_by("account_key").aggregate(
                account_id=theirs.account_id.min(),
                exchanges=theirs.count(),
                input_tokens=theirs.input_tokens.fill_null(0).sum(),
                output_tokens=theirs.output_tokens.fill_null(0).sum(),
                first_seen=theirs.time.min(),
                last_seen=theirs.time.max(),
            )
        )

    def daily(self) -> pa.Table:
        """Rows (network, day, exchanges)."""
        theirs = self._theirs
        return self._fetch(
            theirs.group_by("network", day=theirs.time.date()).aggregate(exchanges=theirs.count())
        )

    def hourly(self) -> pa.Table:
        """Rows (network, hour, exchanges)."""
        theirs = self._theirs
        return self._fetch(
            theirs.group_by("network", hour=theirs.time.hour()).aggregate(exchanges=theirs.count())
        )

    def hourly_of_all(self) -> pa.Table:
        """Rows (hour, exchanges) over every account, networks included."""
        all_ = self._sketches
        return self._fetch(all_.group_by(hour=all_.time.hour()).aggregate(exchanges=all_.count()))

    def capabilities(self) -> pa.Table:
        """Rows (network, capability, exchanges)."""
        theirs = self._theirs
        return self._fetch(
            theirs.group_by("network", "capability").aggregate(exchanges=theirs.count())
        )

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
