"""From what is known and the policy in force to a decision; a pure function but for quotas."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from gauger.act.decisions.references import References
from gauger.act.policy.policy import Policy, Rule, first_that_fits
from gauger.model.decision import Answer, Asked, Decision, KnownAccount, Reason

_LISTED: Final = timedelta(minutes=5)
"""How long an answer may be kept that rests on no rule."""


def judge(
    asked: Asked,
    known: KnownAccount | None,
    policy: Policy,
    references: References,
    now: datetime,
) -> tuple[Decision, Rule | None]:
    """What the policy says of a request, in force or not, and the rule that says it.

    Quotas are not asked: a rule that slows says so, and whoever keeps quotas lets through what
    they leave.
    """
    today, network_id = now.date(), None if known is None else known.network.network_id
    suspended = next((s for s in policy.suspended if s.covers(asked, network_id, today)), None)
    if suspended is not None:
        until = datetime.combine(suspended.until, now.timetz().replace(hour=0, minute=0, second=0,
                                 microsecond=0))  # fmt: skip
        said = Decision(Answer.HOLD, Answer.HOLD, Reason.SUSPENDED, asked.account_id, expires=until)
        return _told(said, known, policy, references), None
    for held in policy.reserved:
        if held.model == asked.model and asked.tier not in held.tiers:
            said = Decision(
                Answer.STEP_UP, Answer.STEP_UP, Reason.TIER_REQUIRED, asked.account_id,
                expires=now + _LISTED,
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
    reason = Reason.RECOGNISED if known.place == "recognised" else Reason.MEMBER
    said = Decision(
        rule.answer, rule.answer, reason, asked.account_id, rule=rule.name,
        expires=now + rule.lasts,
    )  # fmt: skip
    return _told(said, known, policy, references), rule


def in_force(decision: Decision, policy: Policy) -> Decision:
    """The decision as it reaches the gateway: in shadow, and outside the live share, it allows.

    What people suspended is held at once; that is no matter of a rule that is tried first.
    """
    if decision.reason is Reason.SUSPENDED or policy.is_live_for(decision.account_id):
        return decision
    return replace(decision, answer=Answer.ALLOW, appeal=None, verification=None, retry_after=None)


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
    appeal = policy.appeal_url and policy.appeal_url.replace("{reference}", reference)
    verification = None
    if decision.answer is Answer.STEP_UP and policy.verification_url:
        verification = policy.verification_url.replace("{reference}", reference)
    return replace(decision, appeal=appeal, verification=verification)


def _of(decision: Decision, known: KnownAccount) -> Decision:
    network = known.network
    return replace(
        decision,
        network_id=network.network_id,
        verdict=network.verdict,
        place=known.place,
        evidence=network.evidence,
    )
