"""Invented names of projects, products and modules, and the names of people and places.

Real users keep coming back to words that nobody else uses: their own project, their own
customers. A large pool of invented names gives each account a few of its own.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from gauger.world.text.lexicon import Texts

POOL: Final = 1 << 15
OWN_NAMES: Final = 7
"""How many names of the pool an account calls its own."""

_HEADS = "ba be bo bri ca cle cor da del dor el fa fer gal gri ha hel jo ka kel lo lum ma mer mi no".split()
_MIDDLES = "ba ca da di fo ga go la li lo ma mi na no pa ra ri ro sa ta te to va vi za zo".split()
_TAILS = "bit dock fy gen grid hub kit la lia lo mart nix nova ra rio sync tek tra via zen x on us".split()
_JOINS = ("_api", "_v2", "_job", "_core", "_tmp", "_2", "", "", "", "", "", "")

PEOPLE: Final = tuple(
    "Anna Ben Carla David Elif Farid Grace Hugo Ines Jonas Katya Liam Mei Nadia Omar Paula Quentin Rosa"
    " Sam Tina Uwe Vera Wei Ximena Yuki Zoe Amir Bella Chen Dora Emil Fatma Goran Hana Ivan Julia Kofi"
    " Lena Marco Nina Otto Priya Raj Sofia Tom Usha Viktor Wanda Yara Zack Mina Leo Ruth Sven Alba Kim"
    " Noor Pia Tariq Ole".split()
)
PLACES: Final = tuple(
    "Berlin,Austin,Lagos,Osaka,Lima,Oslo,Pune,Madrid,Lyon,Seoul,Hanoi,Perth,Toronto,Cairo,Quito,Turin,"
    "Porto,Leeds,Gdansk,Izmir,Chennai,Kyoto,Busan,Denver,Boise,Malmo,Ghent,Basel,Graz,Split,Riga,"
    "Tampa,Bergen,Utrecht,Dakar,Nairobi,Cusco,Davao,Medan,Hobart".split(",")
)
WHENS: Final = tuple(
    "Monday,Friday,tomorrow,next week,March,the 14th,noon,Thursday,the weekend,June 3,end of month,"
    "Tuesday,the release,autumn,the 2nd,tonight,yesterday,last week,Sunday,the deadline".split(",")
)


def _objects(values: list[str]) -> Texts:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


@cache
def invented() -> Texts:
    """The pool of invented names, the same in every world."""
    rng = np.random.default_rng(20260101)
    heads, middles = rng.integers(0, len(_HEADS), POOL), rng.integers(0, len(_MIDDLES), POOL)
    tails, joins = rng.integers(0, len(_TAILS), POOL), rng.integers(0, len(_JOINS), POOL)
    return _objects(
        [
            _HEADS[h] + _MIDDLES[m] + _TAILS[t] + _JOINS[j]
            for h, m, t, j in zip(heads, middles, tails, joins, strict=True)
        ]
    )


@cache
def people() -> Texts:
    """Given names."""
    return _objects(list(PEOPLE))


@cache
def places() -> Texts:
    """Towns."""
    return _objects(list(PLACES))


@cache
def whens() -> Texts:
    """Points in time as people write them."""
    return _objects(list(WHENS))


@cache
def numbers() -> Texts:
    """Numbers as they occur in prompts: small ones often, large ones seldom."""
    rng = np.random.default_rng(20260102)
    return _objects([str(int(n)) for n in np.exp(rng.uniform(np.log(3), np.log(9000), 4096))])


@cache
def small_numbers() -> Texts:
    """Counts up to ten."""
    return _objects([str(n) for n in (2, 3, 3, 4, 5, 5, 6, 7, 8, 9, 10)])
