"""A scan of what changed since an earlier one: what it weighs, and what it goes on from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import ibis.expr.types as ir
import numpy as np

from gauger.engine import Engine
from gauger.find.changed import Changed, changed_since
from gauger.find.compared import to_weigh
from gauger.find.days import Days
from gauger.find.profiles.facts import AccountFacts
from gauger.find.sent import Sent
from gauger.model.lineage import EarlierNetwork
from gauger.model.standing import EarlierScan
from gauger.weigh.carrying import Carried, carried_over
from gauger.weigh.established import Established

MOVED: Final = 0.5
"""Part of a network's accounts that must have changed, or stand in one already: the others were
weighed beside everybody in the earlier scan, and a network that is mostly theirs was not there."""


@dataclass(frozen=True)
class Since:
    """An earlier scan, and what changed since."""

    earlier: EarlierScan
    days: Days
    changed: Changed

    @classmethod
    def of(cls, engine: Engine, sketches: ir.Table, earlier: EarlierScan, days: Days) -> Since:
        """Looks at what every account has sent by now; `days` are compared with the earlier
        ones."""
        return cls(earlier, days, changed_since(Sent.of(engine, sketches), earlier))

    def part_of(self, engine: Engine, sketches: ir.Table) -> ir.Table:
        """The sketches of the accounts that are weighed, kept by the engine."""
        keys, standing = self.changed.weighed_keys, self.earlier.standing
        return to_weigh(engine, sketches, keys, standing, self.days)

    def weighed_facts(self, facts: AccountFacts) -> AccountFacts:
        """The facts, without those that hang on exchanges which are not weighed."""
        whole = self.everybody().told_of(facts)
        return facts.without_beginnings(facts.first_seen > whole.first_seen)

    def networks(self) -> tuple[EarlierNetwork, ...]:
        """The earlier networks with those of their accounts that are weighed again."""
        return tuple(
            EarlierNetwork(
                network.network_id,
                network.verdict,
                network.accounts & self._weighed,
                network.core & self._weighed,
            )
            for network in self.earlier.networks
        )

    def moved(self, found: Sequence[Established], facts: AccountFacts) -> tuple[Established, ...]:
        """The networks that are made of what changed, or stood before."""
        moving = self.changed.moved(facts)
        return tuple(held for held in found if np.mean(moving[held.accounts]) >= MOVED)

    def everybody(self) -> Sent:
        """What all accounts have sent, weighed or not."""
        return self.changed.sent

    def carried(self, heirs: Sequence[Sequence[str]]) -> list[Carried]:
        """Accounts that every network keeps from the earlier ones that it continues."""
        present = frozenset(self.changed.sent.ids.to_pylist())
        return carried_over(heirs, self.earlier.networks, self._weighed, present)

    @cached_property
    def _weighed(self) -> frozenset[str]:
        return frozenset(self.changed.weighed_ids)
