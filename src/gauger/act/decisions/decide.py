"""From what is known and the policy in force to a decision; a pure function but for quotas."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from gauger.act.cases.basis import basis_of, suspended_basis
from gauger.act.cases.memory import Memory
from gauger.act.decisions.references import References
from gauger.act.policy.policy import Policy, Rule, first_that_fits
from gauger.model.case import Basis
from gauger.model.decision import Answer, Asked, Decision, KnownAccount, Reason

FORGOTTEN: Final = Memory()
"""Where nobody has decided anything."""
_LISTED: Final = timedelta(minutes=5)
"""How long an answer may be kept that rests on no rule."""


def judge(
    asked: Asked,
    known: KnownAccount | None,
    policy: Policy,
    references: References,
    now: datetime,
    memory: Memory = FORGOTTEN,
) -> tuple[Decision, Rule | None]:
    """What the policy says of a request, in force or not, and the rule that says it.

    `memory` holds whom people have cleared: they are allowed on the same evidence. Quotas are not
    asked: a rule that slows says so, and whoever keeps quotas lets through what they leave.
    """
    today, network_id = now.date(), None if known is None else known.network.network_id
    suspended = next((s for s in policy.suspended if s.covers(asked, network_id, today)), None)
    if suspended is not None:
        until = datetime.combine(suspended.until, now.timetz().replace(hour=0, minute=0, second=0,
                                 microsecond=0))  # fmt: skip
        said = Decision(Answer.HOLD, Answer.HOLD, Reason.SUSPENDED, asked.account_id, expires=until)
        said = _told(said, known, policy, references)
        if not _cleared(asked, basis_for(said, known, policy, now), memory, now):
            return said, None
    for held in policy.reserved:
        if held.refuses(asked):
            said = Decision(
                Answer.STEP_UP, Answer.STEP_UP, Reason.TIER_REQUIRED, asked.account_id,
                rule=held.name, expires=now + _LISTED,
            )  # fmt: skip
            return _told(said, known, policy, references), None
    if known is None:
        return _allowed(asked, Reason.UNKNOWN_ACCOUNT, policy, None, now), None
    for spared, reason in (
        (policy.allowed, Reason.ALLOW_LISTED), (policy.snoozed, Reason.SNOOZED),
    ):  # fmt: skip
        if any(each.covers(asked, network_id, today) for each in spared):
            return _allowed(asked, reason, policy, known, now), None
    rule = first_that_fits(policy.rules, asked, known)
    if rule is None:
        return _allowed(asked, Reason.NO_RULE, policy, known, now), None
    if _cleared(asked, basis_of(Reason.MEMBER, known), memory, now):
        return _allowed(asked, Reason.CLEARED, policy, known, now), None
    reason = Reason.RECOGNISED if known.place == "recognised" else Reason.MEMBER
    said = Decision(
        rule.answer, rule.answer, reason, asked.account_id, rule=rule.name,
        expires=now + rule.lasts,
    )  # fmt: skip
    return _told(said, known, policy, references), rule


def _cleared(asked: Asked, basis: Basis, memory: Memory, now: datetime) -> bool:
    held = asked.account_id in memory
    return held and memory.says(asked.account_id, asked.model, basis, now).clears


def basis_for(
    decision: Decision, known: KnownAccount | None, policy: Policy, now: datetime
) -> Basis:
    """What a decision rests on."""
    if decision.reason is Reason.SUSPENDED:
        asked = Asked(decision.account_id)
        for held in policy.suspended:
            if held.covers(asked, decision.network_id, now.date()):
                return suspended_basis(held)
    return basis_of(decision.reason, known)


def in_force(decision: Decision, policy: Policy) -> Decision:
    """The decision as it reaches the gateway: in shadow, and outside the live share, it allows.

    What people suspended is held at once, and what they reserved and enforced is reserved at
    once; neither is a matter of a rule that is tried first.
    """
    at_once = decision.reason is Reason.SUSPENDED or (
        decision.reason is Reason.TIER_REQUIRED and decision.rule in policy.enforced_at_once
    )
    if at_once or policy.is_live_for(decision.account_id):
        return decision
    return replace(
        decision, answer=Answer.ALLOW, appeal=None, verification=None, retry_after=None,
        reference=None,
    )  # fmt: skip


def failed(asked: Asked, policy: Policy, now: datetime) -> Decision:
    """What is answered where nothing could be decided: allow, unless the policy says hold."""
    if policy.fails_open:
        return Decision(
            Answer.ALLOW, Answer.ALLOW, Reason.FAILED_OPEN, asked.account_id,
            policy_version=policy.version,
        )  # fmt: skip
    return Decision(
        Answer.SLOW, Answer.SLOW, Reason.FAILED_CLOSED, asked.account_id,
        expires=now + _LISTED, retry_after=30, policy_version=policy.version,
    )  # fmt: skip


def _allowed(
    asked: Asked, reason: Reason, policy: Policy, known: KnownAccount | None, now: datetime
) -> Decision:
    said = Decision(
        Answer.ALLOW, Answer.ALLOW, reason, asked.account_id, expires=now + _LISTED,
        policy_version=policy.version,
    )  # fmt: skip
    return said if known is None else _of(said, known)


def _told(
    decision: Decision, known: KnownAccount | None, policy: Policy, references: References
) -> Decision:
    """With the network behind it and the ways back."""
    decision = replace(decision, policy_version=policy.version)
    if known is not None:
        decision = _of(decision, known)
    if decision.answer is Answer.ALLOW:
        return decision
    reference = references.of(decision.account_id, decision.network_id, decision.reason)
    return with_ways_back(decision, policy, reference)


def with_ways_back(decision: Decision, policy: Policy, reference: str) -> Decision:
    """A decision with where its customer can appeal and verify."""
    appeal = policy.appeal_url and policy.appeal_url.replace("{reference}", reference)
    verification = None
    if decision.answer is Answer.STEP_UP and policy.verification_url:
        verification = policy.verification_url.replace("{reference}", reference)
    return replace(decision, appeal=appeal, verification=verification, reference=reference)


def _of(decision: Decision, known: KnownAccount) -> Decision:
    network = known.network
    return replace(
        decision,
        network_id=network.network_id,
        verdict=network.verdict,
        place=known.place,
        evidence=network.evidence,
    )
