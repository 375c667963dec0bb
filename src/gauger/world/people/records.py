"""Account records of unrelated people: names, cards, sign-ups and plans."""

from __future__ import annotations

from typing import Final, TypeVar

import numpy as np

from gauger.world.people.persona import Record
from gauger.world.place.countries import Country
from gauger.world.text import names

DAY: Final = 86_400_000_000
T = TypeVar("T")

_PLANS = ("free", "free", "plus", "plus", "payg", "payg", "payg")
_CHECKS = ("email", "email", "email", "phone", "phone", "none", "id")


def one(rng: np.random.Generator, options: tuple[T, ...] | list[T]) -> T:
    """One of a few, at far less cost than a general choice."""
    return options[int(rng.random() * len(options))]


def token(rng: np.random.Generator, prefix: str, size: int = 8) -> str:
    """A random identifier; all kinds of account draw from the same ones."""
    return prefix + rng.bytes(size).hex()


def mailbox(rng: np.random.Generator) -> str:
    """The part before the @, in one of the ways in which people choose it."""
    given, family = one(rng, names.given()).lower(), one(rng, names.surnames())
    number = int(rng.random() * 10 ** (1 + int(rng.random() * 3)))
    handle = str(names.invented()[int(rng.random() * names.POOL)]).replace("_", "")
    return one(
        rng,
        (
            f"{given}.{family}",
            f"{given}{family}{number}",
            f"{given[0]}{family}",
            f"{given}{number}",
            f"{handle}{number}",
            handle,
            f"{family}.{given}",
            f"{given}_{family}",
            f"{given}{one(rng, (84, 88, 91, 93, 95, 97, 99, 2001, 2003))}",
        ),
    )


def signed_up(rng: np.random.Generator, start: int, zone: float, years: float = 2.0) -> int:
    """A sign-up within the last years, later ones more often as the provider grew."""
    day = int(years * 365 * rng.random() ** 1.5)
    hour = (14.0 + 4.5 * rng.standard_normal() - zone) % 24
    return start - (day + 1) * DAY + int(hour * 3.6e9)


def record(
    rng: np.random.Generator,
    country: Country,
    zone: float,
    start: int,
    *,
    company: float = 0.0,
    organization: float = 0.0,
) -> Record:
    """The record of an account that has nothing to do with any other."""
    firm = rng.random() < company
    domain = (
        names.firm(rng)
        + one(rng, (".com", ".com", ".io", ".co", ".dev", ".net", f".{country.code.lower()}"))
        if firm
        else one(rng, country.mail)
    )
    plan = one(rng, ("team", "payg", "payg", "enterprise")) if firm else one(rng, _PLANS)
    pays = plan != "free" or rng.random() < 0.1
    return Record(
        account_id=token(rng, "acct_"),
        created_at=signed_up(rng, start, zone),
        email=f"{mailbox(rng)}@{domain}",
        country=country.code,
        plan=plan,
        organization_id=token(rng, "org_", 6) if rng.random() < organization else None,
        payment=token(rng, "pm_") if pays else None,
        phone=token(rng, "ph_") if rng.random() < 0.5 else None,
        verification=one(rng, _CHECKS),
        credentials=tuple(
            token(rng, "key_", 6) for _ in range(1 + (rng.random() < 0.3) + (rng.random() < 0.1))
        ),
    )
