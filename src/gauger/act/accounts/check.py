"""Checks an account before it is given credit or access: ties, signals, and the policy's answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gauger.act.accounts.bursts import Bursts
from gauger.act.accounts.networks import Shared, shared_with
from gauger.act.accounts.prints import SignUpPrints, prints_of
from gauger.act.accounts.signals import proofs_for, signals_of
from gauger.act.decisions.decide import basis_for, failed, in_force, judge, with_ways_back
from gauger.act.decisions.decider import Decider
from gauger.act.policy.policy import Policy, SignUpRule
from gauger.model.case import Basis
from gauger.model.decision import Answer, Asked, Decision, Reason
from gauger.model.signup import AccountCheck, Signal, SignUp, Tie, TiedTo
from gauger.read.sketch import SketchKey


@dataclass(frozen=True, slots=True)
class _Found:
    prints: SignUpPrints | None
    ties: tuple[Tie, ...]
    alone: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


class AccountChecker:
    """One per process, beside its decider."""

    def __init__(
        self, decider: Decider, bursts: Bursts, domains: frozenset[str], secret: str | None
    ) -> None:
        self._decider = decider
        self._bursts = bursts
        self._domains = domains
        # Without a secret things are compared within this process alone: bursts, and no ties.
        self._key = SketchKey.from_secret(secret) if secret else SketchKey.random()
        self._keyed = bool(secret)

    async def check(self, sign_up: SignUp) -> AccountCheck:
        """What a sign-up is tied to and what the policy answers; it never raises."""
        now, policy = datetime.now(UTC), self._decider.policy
        try:
            checked = await self._checked(sign_up, policy, now)
        except Exception as error:
            self._decider.failures[type(error).__name__] += 1
            checked = AccountCheck(failed(_asked(sign_up), policy, now), (), (), ())
        decision = checked.decision
        self._decider.counted[decision.answer, decision.would_be, decision.reason] += 1
        return checked

    async def _checked(self, sign_up: SignUp, policy: Policy, now: datetime) -> AccountCheck:
        found = await asyncio.to_thread(self._found, sign_up, now)
        bursts = () if found.prints is None else await self._bursts.count(
            sign_up.account_id, found.prints
        )  # fmt: skip
        signals = signals_of(sign_up, self._domains, bursts, found.alone)
        decision, basis = self._decided(sign_up, found.ties, signals, policy, now)
        decision = in_force(decision, policy)
        self._decider.note(decision, basis, now)
        asked = _asked(sign_up)
        return AccountCheck(
            decision,
            found.ties,
            signals,
            proofs_for(found.ties, signals),
            tuple(
                held.model
                for held in policy.reserved
                if held.refuses(replace(asked, model=held.model))
            ),
            found.without,
        )

    def _found(self, sign_up: SignUp, now: datetime) -> _Found:
        """What is shared with whom; whose record it is, is remembered with its prints, so that it
        speaks from the account's first exchange on."""
        prints = prints_of(sign_up, self._key)
        known = self._decider.known
        ties: list[Tie] = []
        shared = Shared((), ())
        without = []
        if known.recogniser is None or not self._keyed:
            without.append("signatures of known networks")
        else:
            shared = shared_with(known.recogniser, prints.prints)
            ties += shared.ties
            self._decider.register(prints.record)
        if known.closed is None or not self._keyed:
            without.append("accounts closed before")
        else:
            tie = known.closed.tie(prints.prints, now)
            ties += [tie] if tie is not None else []
        return _Found(prints, tuple(ties), shared.alone, tuple(without))

    def _decided(
        self,
        sign_up: SignUp,
        ties: Sequence[Tie],
        signals: Sequence[Signal],
        policy: Policy,
        now: datetime,
    ) -> tuple[Decision, Basis]:
        """What is known of the account itself comes first, then the first rule that fits a tie."""
        asked, decider = _asked(sign_up), self._decider
        known = decider.stands(sign_up.account_id)
        decision, rule = judge(asked, known, policy, decider.references, now, decider.memory)
        basis = basis_for(decision, known, policy, now)
        if rule is not None and rule.quota is not None:
            # Nobody is slowed by a check: that is for the requests to come.
            decision = replace(
                decision, answer=Answer.ALLOW, would_be=Answer.ALLOW, reason=Reason.WITHIN_QUOTA,
                appeal=None, verification=None, reference=None,
            )  # fmt: skip
        if known is not None or decision.answer is not Answer.ALLOW:
            return decision, basis
        allowed = replace(decision, reason=Reason.NOT_TIED)
        for tie in ties:
            answered = self._by(tie, allowed, asked, signals, policy, now)
            if answered is not None:
                return answered
        return allowed, basis

    def _by(
        self,
        tie: Tie,
        allowed: Decision,
        asked: Asked,
        signals: Sequence[Signal],
        policy: Policy,
        now: datetime,
    ) -> tuple[Decision, Basis] | None:
        """What the policy says of one tie; null where no rule fits."""
        reason = Reason.TIED_TO_NETWORK if tie.to is TiedTo.NETWORK else Reason.TIED_TO_CLOSED
        basis = self._basis(tie, reason)
        for spared, why in (
            (policy.allowed, Reason.ALLOW_LISTED),
            (policy.snoozed, Reason.SNOOZED),
        ):
            if any(each.covers(asked, tie.network_id, now.date()) for each in spared):
                return replace(allowed, reason=why), basis
        rules = (rule for rule in policy.sign_up if rule.fits(tie, signals, asked.plan))
        rule: SignUpRule | None = next(rules, None)
        if rule is None:
            return None
        said = replace(
            allowed, answer=rule.answer, would_be=rule.answer, reason=reason, rule=rule.name,
            network_id=tie.network_id, verdict=tie.verdict, expires=now + rule.lasts,
            evidence=tie.network_id and f"signatures.json#{tie.network_id}",
        )  # fmt: skip
        if rule.answer is Answer.ALLOW:
            return said, basis
        if self._decider.memory.says(asked.account_id, asked.model, basis, now).clears:
            return replace(allowed, reason=Reason.CLEARED), basis
        reference = self._decider.references.of(asked.account_id, tie.network_id, reason)
        return with_ways_back(said, policy, reference), basis

    def _basis(self, tie: Tie, reason: Reason) -> Basis:
        network = tie.network_id and self._decider.known.index.network(tie.network_id)
        return Basis(
            reason, tie.network_id, tie.verdict,
            account=None if tie.lr is None else round(tie.lr.lower, 3),
            core=network.core if network else (),
            core_accounts=network.core_accounts if network else 0,
            traits=tie.shares,
        )  # fmt: skip


def _asked(sign_up: SignUp) -> Asked:
    return Asked(
        sign_up.account_id, sign_up.organization_id, sign_up.plan, sign_up.tier, sign_up.contract,
        sign_up.model,
    )  # fmt: skip
