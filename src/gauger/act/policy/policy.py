"""A policy as value objects: rules from verdicts to answers, and whom they spare.

Nothing here decides; a policy that was read is known to be whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gauger.model.decision import Answer, Asked, KnownAccount, Place
from gauger.model.evidence import LogLR, Verdict
from gauger.model.signup import Signal, SignalCode, Support, Tie, TiedTo


@dataclass(frozen=True, slots=True)
class Quota:
    """What all accounts of one network may use together in each period."""

    requests: int | None
    tokens: int | None
    seconds: int
    mixed_reserve: float = 0.0
    """Part of it that is kept for mixed accounts once the rest is used."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Whoever fits all of it gets its answer; what is left out fits everybody.

    LR bounds are compared with lower bounds: of the network's claims, and of the account's own
    evidence for belonging.
    """

    name: str
    answer: Answer
    lasts: timedelta
    verdicts: tuple[Verdict, ...] = ()
    places: tuple[Place, ...] = ()
    coordinated_least: float | None = None
    extraction_least: float | None = None
    account_least: float | None = None
    plans: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    quota: Quota | None = None

    def fits(self, asked: Asked, known: KnownAccount) -> bool:
        """Whether an account of a network gets this rule's answer."""
        network = known.network
        return (
            (not self.verdicts or network.verdict in self.verdicts)
            and (not self.places or known.place in self.places)
            and _at_least(network.coordinated, self.coordinated_least)
            and _at_least(network.extraction, self.extraction_least)
            and _at_least(known.lr, self.account_least)
            and (not self.plans or asked.plan in self.plans)
            and (not self.tiers or asked.tier in self.tiers)
            and (not self.contracts or asked.contract in self.contracts)
            and (not self.models or asked.model in self.models)
        )


def _at_least(lr: LogLR | None, least: float | None) -> bool:
    return least is None or (lr is not None and lr.lower >= least)


@dataclass(frozen=True, slots=True)
class Spared:
    """An account, organization or network that no rule touches, for a reason, until a day."""

    reason: str
    author: str
    until: date | None
    account: str | None = None
    organization: str | None = None
    network: str | None = None

    def covers(self, asked: Asked, network_id: str | None, today: date) -> bool:
        """Whether it holds today for this account in this network."""
        if self.until is not None and today >= self.until:
            return False
        return (
            (self.account is not None and self.account == asked.account_id)
            or (self.organization is not None and self.organization == asked.organization_id)
            or (self.network is not None and self.network == network_id)
        )


@dataclass(frozen=True, slots=True)
class Suspension:
    """An account or network that two people hold; nothing else ever does."""

    reason: str
    people: tuple[str, ...]
    until: date
    account: str | None = None
    network: str | None = None

    def covers(self, asked: Asked, network_id: str | None, today: date) -> bool:
        """Whether it holds today for this account in this network."""
        return today < self.until and (
            (self.account is not None and self.account == asked.account_id)
            or (self.network is not None and self.network == network_id)
        )


@dataclass(frozen=True, slots=True)
class Reserved:
    """A model that only accounts of these tiers or organizations may ask; `enforced` whether that
    holds for everybody at once, whatever the live share is."""

    model: str
    tiers: tuple[str, ...]
    organizations: tuple[str, ...] = ()
    enforced: bool = False

    @property
    def name(self) -> str:
        """As a decision names it where a rule would be."""
        return f"reserved: {self.model}"

    def refuses(self, asked: Asked) -> bool:
        """Whether a request is for this model and its account is not among those."""
        return (
            self.model == asked.model
            and asked.tier not in self.tiers
            and asked.organization_id not in self.organizations
        )


@dataclass(frozen=True, slots=True)
class SignUpRule:
    """What is answered to a sign-up that is tied to a network or to accounts closed before.

    What is left out fits every tie; of `signals` one is enough. Without a tie no rule fits, so a
    signal accuses nobody by itself.
    """

    name: str
    answer: Answer
    lasts: timedelta
    tied_to: tuple[TiedTo, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    support: tuple[Support, ...] = ()
    signals: tuple[SignalCode, ...] = ()
    plans: tuple[str, ...] = ()

    def fits(self, tie: Tie, signals: Sequence[Signal], plan: str | None) -> bool:
        """Whether a sign-up with this tie gets this rule's answer."""
        seen = {signal.code for signal in signals}
        return (
            (not self.tied_to or tie.to in self.tied_to)
            and (not self.verdicts or tie.verdict in self.verdicts)
            and (not self.support or tie.support in self.support)
            and (not self.signals or bool(seen.intersection(self.signals)))
            and (not self.plans or plan in self.plans)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of what a provider does; the first rule that fits counts."""

    version: int
    author: str
    reason: str
    rules: tuple[Rule, ...]
    live_share: float = 0.0
    """Part of accounts whose answers are live; 0 is shadow: everything is allowed and counted."""
    fails_open: bool = True
    appeal_url: str | None = None
    """With `{reference}` where the reference of a case belongs; so has the next one."""
    verification_url: str | None = None
    allowed: tuple[Spared, ...] = ()
    snoozed: tuple[Spared, ...] = ()
    suspended: tuple[Suspension, ...] = ()
    reserved: tuple[Reserved, ...] = ()
    sign_up: tuple[SignUpRule, ...] = ()
    made: datetime | None = None

    @property
    def enforced_at_once(self) -> frozenset[str]:
        """Names of what is reserved whatever the live share is."""
        return frozenset(held.name for held in self.reserved if held.enforced)

    def is_live_for(self, account_id: str) -> bool:
        """Whether an account is in the live share: the same ones at every replica, and more of
        them as the share grows, none of them fewer."""
        if self.live_share >= 1.0 or self.live_share <= 0.0:
            return self.live_share >= 1.0
        digest = hashlib.blake2b(account_id.encode("utf-8", "replace"), digest_size=8).digest()
        return int.from_bytes(digest, "big") < self.live_share * 2.0**64


SHADOW = Policy(0, "gauger", "nothing was set yet: everything is allowed", ())
"""What is in force where a provider has set nothing."""


def first_that_fits(rules: Sequence[Rule], asked: Asked, known: KnownAccount) -> Rule | None:
    """The rule that counts for an account of a network, if any."""
    return next((rule for rule in rules if rule.fits(asked, known)), None)
