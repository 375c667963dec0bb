"""Which accounts a scan of what changed weighs, and the part of the sketches that is theirs.

An account that did most of what it ever did since the last scan of everything may belong to
anybody, so it is weighed anew; so are the networks that stand. All others were weighed then, and
would be weighed now, beside each other: a reference of them is enough to say what is ordinary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gauger.engine import Engine
from gauger.find.profiles.facts import AccountFacts
from gauger.model.exchange import TIME
from gauger.model.population import Ints
from gauger.model.standing import EarlierScan

OF_ONE_NETWORK: Final = 150
"""Accounts of a standing network that are weighed again, a few more than any group is measured by;
the others keep the evidence they had."""
_MOSTLY: Final = 0.5
"""Part of an account's exchanges from which it is another account than it was."""
_SEED: Final = 20261130


@dataclass(frozen=True)
class Changed:
    """All accounts at hand in the order of their ids, and which of them are weighed.

    `moving` are those that changed and those of standing networks; `weighed` has the reference
    beside them. Parallel arrays.
    """

    ids: pa.Array
    keys: Ints
    exchanges: Ints
    first_seen: int
    """Microseconds since the epoch; so is `last_seen`."""
    last_seen: int
    moving: NDArray[np.bool_]
    weighed: NDArray[np.bool_]

    @property
    def weighed_ids(self) -> list[str]:
        """Ids of the accounts that are weighed."""
        found: list[str] = self.ids.filter(pa.array(self.weighed)).to_pylist()
        return found

    def keys_of(self, account_ids: Sequence[str]) -> Ints:
        """Keys of accounts that are at hand."""
        place = pc.index_in(pa.array(account_ids, pa.string()), self.ids)
        return self.keys[np.asarray(place.to_numpy(zero_copy_only=False), np.int64)]

    @property
    def weighed_exchanges(self) -> int:
        """Exchanges of the accounts that are weighed, repeats included."""
        return int(self.exchanges[self.weighed].sum())

    def part_of(self, sketches: ir.Table, engine: Engine) -> ir.Table:
        """The sketches of the accounts that are weighed, kept."""
        lent = engine.lend(pa.table({"account_key": self.keys[self.weighed]}), "accounts_weighed")
        return engine.keep(sketches.semi_join(lent, "account_key"), "sketches_weighed")

    def moved(self, facts: AccountFacts) -> NDArray[np.bool_]:
        """Flags of the accounts of `facts`, by position, that are `moving`."""
        flags = np.zeros(len(facts.ids), np.bool_)
        flags[facts.positions(self.keys[self.moving])] = True
        return flags


def changed_since(engine: Engine, sketches: ir.Table, earlier: EarlierScan) -> Changed:
    """Compares what every account has sent by now with what it had sent by the earlier scan."""
    rows = engine.fetch(
        sketches.group_by("account_key").aggregate(
            account_id=sketches.account_id.min(),
            exchanges=sketches.count(),
            first=sketches.time.min(),
            last=sketches.time.max(),
        ),
        "accounts at hand",
    ).sort_by("account_id")
    ids = rows["account_id"].combine_chunks()
    exchanges = np.asarray(rows["exchanges"].to_numpy(), np.int64)
    place = pc.index_in(ids, earlier.activity["account_id"].combine_chunks())
    before: Ints = _at(earlier.activity["exchanges"], place, 0)
    since = exchanges - before
    moving = (since > 0) & (since >= _MOSTLY * exchanges)
    moving |= _standing(ids, earlier)
    weighed = moving | _at(earlier.activity["reference"], place, False)
    if not weighed.any():
        # Nobody changed, and nobody had sent enough to be compared with.
        weighed[:] = True
    return Changed(
        ids,
        np.asarray(rows["account_key"].to_numpy(), np.int64),
        exchanges,
        _moment(pc.min(rows["first"])),
        _moment(pc.max(rows["last"])),
        moving,
        weighed,
    )


def _moment(time: pa.Scalar) -> int:
    return int(time.cast(TIME).value)


def _at(column: pa.ChunkedArray, place: pa.Array, missing: object) -> NDArray[Any]:
    found = pc.fill_null(column.combine_chunks().take(place), missing)
    return np.asarray(found.to_numpy(zero_copy_only=False))


def _standing(ids: pa.Array, earlier: EarlierScan) -> NDArray[np.bool_]:
    """Some accounts of every network that stands, the same ones for the same networks."""
    rng = np.random.default_rng(_SEED)
    chosen: list[str] = []
    for network in earlier.networks:
        accounts = sorted(network.accounts)
        if len(accounts) > OF_ONE_NETWORK:
            at = np.sort(rng.choice(len(accounts), OF_ONE_NETWORK, replace=False))
            accounts = [accounts[number] for number in at.tolist()]
        chosen += accounts
    wanted = pc.is_in(ids, pa.array(chosen, pa.string()))
    return np.asarray(wanted.to_numpy(zero_copy_only=False), np.bool_)
