"""Accounts of a standing network that were not weighed again, with the evidence they had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gauger.model.finding import Member
from gauger.model.lineage import EarlierNetwork, Lineage
from gauger.model.standing import EarlierMember


@dataclass(frozen=True, slots=True)
class Carried:
    """Accounts that one network keeps from the earlier networks that it continues."""

    account_ids: tuple[str, ...] = ()

    def members(
        self, evidence: Mapping[str, EarlierMember], totals: Mapping[str, Totals]
    ) -> tuple[Member, ...]:
        """Their evidence of then with what they have sent by now."""
        found = []
        for account in self.account_ids:
            held, sent = evidence[account], totals[account]
            found.append(
                Member(
                    account, held.lr, sent.exchanges, sent.input_tokens, sent.output_tokens,
                    sent.first_seen, sent.last_seen, held.ties, held.belonging, held.marked,
                )
            )  # fmt: skip
        found.sort(key=lambda member: (-member.exchanges, member.account_id))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Totals:
    """What one account has sent by now."""

    exchanges: int
    input_tokens: int
    output_tokens: int
    first_seen: datetime
    last_seen: datetime


def carried_over(
    heirs: Sequence[Sequence[str]],
    earlier: Sequence[EarlierNetwork],
    weighed: frozenset[str],
    present: frozenset[str],
) -> list[Carried]:
    """For every network at hand, the accounts of those it continues that were not `weighed` and
    are `present` in the logs; `heirs` names the earlier networks that each continues."""
    held = {network.network_id: network.accounts for network in earlier}
    carried = []
    for names in heirs:
        accounts = frozenset().union(*(held[name] for name in names))
        carried.append(Carried(tuple(sorted((accounts & present) - weighed))))
    return carried


def told(lineage: Lineage | None, carried: int) -> Lineage | None:
    """The lineage, which also says how many accounts were not weighed again."""
    if lineage is None or not carried:
        return lineage
    count = "1 account" if carried == 1 else f"{carried:,} accounts"
    kept = "keeps" if carried == 1 else "keep"
    said = f"{lineage.statement} {count} of it {kept} the evidence of an earlier scan."
    return replace(lineage, statement=said)
