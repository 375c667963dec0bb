"""A decision: what a gateway should do about a request, and why.

The verdict is what gauger concludes about a network, the answer is what the provider does about
one request. A decision names both, and neither follows from the other but by a policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gauger.model.evidence import LogLR, Verdict


class Answer(StrEnum):
    """What the provider does about a request; from the mildest to the hardest."""

    ALLOW = "allow"
    SLOW = "slow"
    STEP_UP = "step-up"
    HOLD = "hold"


class Reason(StrEnum):
    """Why a decision was made, in a few words that never change; not what was seen."""

    UNKNOWN_ACCOUNT = "unknown_account"
    NO_RULE = "no_rule"
    ALLOW_LISTED = "allow_listed"
    SNOOZED = "snoozed"
    CLEARED = "cleared"
    MEMBER = "member_of_network"
    RECOGNISED = "recognised_as_network"
    WITHIN_QUOTA = "within_quota"
    NETWORK_QUOTA = "network_quota_used"
    TIER_REQUIRED = "tier_required"
    SUSPENDED = "suspended_by_people"
    TIED_TO_NETWORK = "tied_to_network"
    TIED_TO_CLOSED = "tied_to_closed_accounts"
    NOT_TIED = "not_tied"
    FAILED_OPEN = "failed_open"
    FAILED_CLOSED = "failed_closed"


class Place(StrEnum):
    """How an account stands to a network, for a policy."""

    CORE = "core"
    LIKELY = "likely"
    MIXED = "mixed"
    """It belongs, and much of what it sends is somebody else's: a reseller's customers, say."""
    RECOGNISED = "recognised"
    """No scan has seen it yet: its first exchanges say so."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: may this account have this model answer this request?

    `tokens` is how many it may use, where that is known before.
    """

    account_id: str
    organization_id: str | None = None
    plan: str | None = None
    tier: str | None = None
    contract: str | None = None
    model: str | None = None
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class KnownNetwork:
    """A network as decisions know it; `evidence` names where its findings lie."""

    network_id: str
    verdict: Verdict
    coordinated: LogLR | None
    extraction: LogLR | None
    accounts: int
    evidence: str
    core: tuple[int, ...] = ()
    """A sample of hashes of the accounts in its core, of whom there are `core_accounts`."""
    core_accounts: int = 0


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """What is known of an account that belongs to a network."""

    account_id: str
    network: KnownNetwork
    place: Place
    lr: LogLR
    """Of its own, for belonging."""
    marked: float = 1.0
    """Part of its exchanges that carry what marks the network; 1 where that is not known."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one request, with what it rests on and how it ends.

    Where the policy runs in shadow, or the account is outside its live share, `answer` is to
    allow and `would_be` what it would have been.
    """

    answer: Answer
    would_be: Answer
    reason: Reason
    account_id: str
    network_id: str | None = None
    verdict: Verdict | None = None
    place: Place | None = None
    rule: str | None = None
    evidence: str | None = None
    """Names the findings; for people, not for the account."""
    expires: datetime | None = None
    """When the answer ends unless it is given again."""
    appeal: str | None = None
    """Where whoever is affected can ask for a person's decision; null where nothing affects
    them."""
    verification: str | None = None
    retry_after: int | None = None
    """Seconds after which a slowed request may be tried again."""
    policy_version: int | None = None
    reference: str | None = None
    """Of the case; the same that stands in `appeal`."""

    @property
    def live(self) -> bool:
        """Whether the answer is what the policy came to."""
        return self.answer is self.would_be
