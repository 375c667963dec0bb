"""Countries with their share of customers, time zones, languages and public holidays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from gauger.world.text.data import words


@dataclass(frozen=True, slots=True)
class Country:
    """What living in a country means for the traffic of an account.

    `homes` are the first two numbers of its access providers' ranges, `mobile` of its carriers'.
    """

    code: str
    weight: float
    zones: tuple[float, ...]
    languages: tuple[str, ...]
    homes: tuple[str, ...]
    mobile: str
    mail: tuple[str, ...]
    weekend: tuple[int, ...] = (5, 6)


COUNTRIES: Final = tuple(
    Country(
        code,
        float(table["weight"]),
        tuple(float(zone) for zone in table["zones"]),
        tuple(table["languages"]),
        tuple(table["homes"]),
        table["mobile"],
        tuple(table["mail"]),
        tuple(table.get("weekend", (5, 6))),
    )
    for code, table in words("places")["country"].items()
)

CODES: Final = tuple(country.code for country in COUNTRIES)


@cache
def _shares() -> list[float]:
    weights = np.array([country.weight for country in COUNTRIES])
    shares: list[float] = np.cumsum(weights / weights.sum()).tolist()
    return shares


def country_of(rng: np.random.Generator) -> Country:
    """A country drawn by its share of customers."""
    return COUNTRIES[min(int(np.searchsorted(_shares(), rng.random())), len(COUNTRIES) - 1)]


def by_code(code: str) -> Country:
    """A country by its two letters."""
    return COUNTRIES[CODES.index(code)]


def holidays(days: int, seed: int) -> dict[str, frozenset[int]]:
    """Days of the window on which a country rests, counted from its first day.

    About one public holiday a month falls on each country; neighbours share some of them.
    """
    rng = np.random.default_rng([seed, 7])
    shared = rng.integers(0, max(days, 1), max(1, days // 30))
    resting: dict[str, frozenset[int]] = {}
    for country in COUNTRIES:
        own = rng.integers(0, max(days, 1), rng.poisson(days / 30))
        common = shared[rng.random(len(shared)) < 0.5]
        resting[country.code] = frozenset(int(day) for day in (*own, *common))
    return resting
