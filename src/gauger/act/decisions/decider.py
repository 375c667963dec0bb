"""Decides while traffic runs: what is known, what was just recognised, the policy, the quotas.

It never stands in the way by accident: whatever goes wrong within it is counted, and answered as
the policy says, which is to allow unless somebody chose otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING

import pyarrow as pa

from gauger.act.accounts.closed import ClosedIndex
from gauger.act.cases.memory import Memory
from gauger.act.decisions.decide import basis_for, failed, in_force, judge
from gauger.act.decisions.given import GivenAnswers
from gauger.act.decisions.index import Index
from gauger.act.decisions.recognised import as_known
from gauger.act.decisions.references import References
from gauger.act.policy.policy import SHADOW, Policy, Quota
from gauger.act.signatures.recogniser import Recogniser, Recognition
from gauger.model.case import Basis
from gauger.model.decision import Answer, Asked, Decision, KnownAccount, Reason

if TYPE_CHECKING:
    from gauger.act.quotas.quotas import Quotas
    from gauger.act.signatures.shared import Shared


@dataclass(frozen=True, slots=True)
class Known:
    """What decisions rest on; put in the place of an older one as a whole."""

    index: Index = field(default_factory=Index)
    recogniser: Recogniser | None = None
    closed: ClosedIndex | None = None
    """What accounts closed before held."""


class Decider:
    """One per process. Questions come from one thread; exchanges may come from another."""

    def __init__(
        self,
        known: Known,
        policy: Policy = SHADOW,
        *,
        quotas: Quotas,
        secret: str | None = None,
        shared: Shared | None = None,
    ) -> None:
        self.known = known
        self.policy = policy
        self.shared = shared
        """First exchanges that other processes saw; null where there is one process."""
        self._meeting = Lock()
        self.quotas = quotas
        self.references = References(secret)
        self.memory = Memory()
        """Whom people have cleared."""
        self.given = GivenAnswers()
        self.counted: Counter[tuple[Answer, Answer, Reason]] = Counter()
        """Decisions by answer, what it would have been, and reason."""
        self.failures: Counter[str] = Counter()
        """What went wrong, by the name of the error."""
        self.told: Callable[[Decision, float], None] | None = None
        """Told of every decision and how many seconds it took; it must not raise."""

    async def decide(self, asked: Asked) -> Decision:
        """The answer to one request; it never raises."""
        now, began = datetime.now(UTC), perf_counter()
        try:
            decision = await self._decided(asked, now)
        except Exception as error:
            self.failures[type(error).__name__] += 1
            decision = failed(asked, self.policy, now)
        self.counted[decision.answer, decision.would_be, decision.reason] += 1
        if self.told is not None:
            self.told(decision, perf_counter() - began)
        return decision

    def meet(self, exchanges: pa.RecordBatch) -> list[Recognition]:
        """Takes in exchanges (LOCATED_SCHEMA) as they came; accounts that were recognised by
        them."""
        with self._meeting:
            recogniser = self.known.recogniser
            if recogniser is None:
                return []
            if self.shared is not None:
                self.shared.meet(recogniser, recogniser.observe(exchanges))
                accounts = set(exchanges["account_id"].to_pylist())
                return [r for a in accounts if (r := recogniser.known(a)) is not None]
            found = {r.account_id: r for r in recogniser.meet(exchanges) if r is not None}
        return list(found.values())

    def wants(self, account_id: str) -> bool:
        """Whether a further exchange of an account can tell anything: not of one that a scan
        named, was recognised, or whose first exchanges are over."""
        recogniser = self.known.recogniser
        if recogniser is None or recogniser.over(account_id):
            return False
        return self.stands(account_id) is None

    def renew(self, known: Known) -> None:
        """Puts what a later scan found in the place of what was known; who was recognised, and
        whose first exchanges are over, stays so."""
        with self._meeting:
            if known.recogniser is not None and self.known.recogniser is not None:
                known.recogniser.adopt(self.known.recogniser)
            self.known = known

    def stands(self, account_id: str) -> KnownAccount | None:
        """What is known of an account: what a scan says before what its first exchanges do."""
        known = self.known.index.account(account_id)
        recogniser = self.known.recogniser
        if known is not None or recogniser is None:
            return known
        recognition = recogniser.known(account_id)
        if recognition is None and self.shared is not None:
            recognition = self.shared.known(account_id)
            if recognition is not None and recognition.network_id not in recogniser.networks:
                recognition = None
        if recognition is None:
            return None
        return as_known(replace(recognition, account_id=account_id), self.known.index)

    async def _decided(self, asked: Asked, now: datetime) -> Decision:
        policy = self.policy
        known = self.stands(asked.account_id)
        decision, rule = judge(asked, known, policy, self.references, now, self.memory)
        if rule is not None and rule.quota is not None and known is not None:
            decision = await self._within(decision, rule.quota, known, asked)
        decision = in_force(decision, policy)
        if decision.reference is not None and self.given.is_due(decision, self.memory, now):
            self.given.note(decision, basis_for(decision, known, policy, now), self.memory, now)
        return decision

    def note(self, decision: Decision, basis: Basis, now: datetime) -> None:
        """Keeps an answer that rests on something else than exchanges, so that it opens a case."""
        if self.given.is_due(decision, self.memory, now):
            self.given.note(decision, basis, self.memory, now)

    def register(self, records: pa.Table) -> None:
        """Takes in records (ACCOUNT_SCHEMA): their identity speaks from the accounts' first
        exchanges on."""
        with self._meeting:
            if self.known.recogniser is not None:
                self.known.recogniser.register(records)

    async def _within(
        self, decision: Decision, quota: Quota, known: KnownAccount, asked: Asked
    ) -> Decision:
        """Slowed only beyond the network's quota, which is drawn from in shadow as well: what
        would be slowed is known before anybody is."""
        drawn = await self.quotas.draw(known.network.network_id, quota, known.place, asked.tokens)
        if drawn.granted:
            return replace(
                decision, answer=Answer.ALLOW, would_be=Answer.ALLOW, reason=Reason.WITHIN_QUOTA,
                appeal=None, retry_after=None, reference=None,
            )  # fmt: skip
        return replace(decision, reason=Reason.NETWORK_QUOTA, retry_after=drawn.retry_after)
