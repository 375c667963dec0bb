"""A sign-up, what it is tied to, and what is seen of it besides.

A tie is evidence, and rests on two different things at least. A signal is said, and never
accuses by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gauger.model.decision import Decision
from gauger.model.evidence import LogLR, Verdict


class NetworkClass(StrEnum):
    """What kind of network an address belongs to, as far as the provider knows."""

    RESIDENTIAL = "residential"
    MOBILE = "mobile"
    BUSINESS = "business"
    EDUCATION = "education"
    HOSTING = "hosting"
    VPN = "vpn"
    PROXY = "proxy"
    TOR = "tor"


@dataclass(frozen=True, slots=True)
class SignUp:
    """What is known of an account before it is let in; e-mail, phone and address are keyed before
    anything else is done with them."""

    account_id: str
    created_at: datetime | None = None
    email: str | None = None
    payment_fingerprint: str | None = None
    phone_hash: str | None = None
    country: str | None = None
    organization_id: str | None = None
    plan: str | None = None
    tier: str | None = None
    contract: str | None = None
    model: str | None = None
    source_ip: str | None = None
    user_agent: str | None = None
    ja4: str | None = None
    seen_country: str | None = None
    network_class: NetworkClass | None = None


class TiedTo(StrEnum):
    """What a sign-up is tied to."""

    NETWORK = "network"
    CLOSED = "closed"


class Support(StrEnum):
    """How far evidence carries a tie."""

    SOME = "some"
    """Two different things are shared, which one ordinary cause may explain."""
    STRONG = "strong"
    """Enough to recognise an account by, and it does not hang on one family of things."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A sign-up shares things with a network's accounts, or with accounts that were closed.

    `lr` is of belonging to the network; null for accounts closed before, of whom no trials were
    made. `shares` are kinds of thing, `accounts` how many of those closed share them.
    """

    to: TiedTo
    support: Support
    shares: tuple[str, ...]
    network_id: str | None = None
    verdict: Verdict | None = None
    lr: LogLR | None = None
    accounts: int = 0


class SignalCode(StrEnum):
    """What may be said of a sign-up without accusing anybody."""

    DISPOSABLE_EMAIL = "disposable_email"
    HOSTING_NETWORK = "hosting_network"
    COUNTRY_MISMATCH = "country_mismatch"
    SIGNUP_BURST = "signup_burst"
    SHARES_ONE_THING = "shares_one_thing"


@dataclass(frozen=True, slots=True)
class Signal:
    """One of them, with a sentence for people."""

    code: SignalCode
    statement: str


class Proof(StrEnum):
    """What would verify an account."""

    OWN_PAYMENT = "own_payment"
    OWN_PHONE = "own_phone"
    LASTING_EMAIL = "lasting_email"
    OWN_NETWORK = "own_network"
    ORGANIZATION = "organization"
    PURPOSE = "purpose"


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """What a check came to; `without` names what it could not look at."""

    decision: Decision
    ties: tuple[Tie, ...]
    signals: tuple[Signal, ...]
    would_verify: tuple[Proof, ...]
    reserved_models: tuple[str, ...] = ()
    """Models that the policy keeps for other tiers and organizations."""
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClosedAccounts:
    """What accounts that were closed held, in keyed prints; parallel tuples.

    Accounts are numbered anew and named by nothing. `closed_at` (microseconds) and `network_id`
    are by account, `account`, `kind` (a position in TRAIT_KINDS), `print` and `holders` by row:
    `holders` are accounts, closed or not, that hold the thing.
    """

    accounts: int
    others: int
    """Accounts that were not closed."""
    closed_at: tuple[int, ...]
    network_id: tuple[str | None, ...]
    account: tuple[int, ...]
    kind: tuple[int, ...]
    print: tuple[int, ...]
    holders: tuple[int, ...]
