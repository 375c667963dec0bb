"""Invented names of projects, products and modules, and the names of people and places.

Real users keep coming back to words that nobody else uses: their own project, their own
customers. A large pool of invented names gives each account a few of its own.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from gauger.world.text import data
from gauger.world.text.lexicon import Texts

POOL: Final = 1 << 15
OWN_NAMES: Final = 7
"""How many names of the pool an account calls its own."""


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(words.split() if isinstance(words, str) else words)
        for name, words in data.words("names").items()
    }


def _objects(values: list[str] | tuple[str, ...]) -> Texts:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


@cache
def invented() -> Texts:
    """The pool of invented names, the same in every world."""
    rng, lists = np.random.default_rng(20260101), _lists()
    parts = [
        _objects(lists[name])[rng.integers(0, len(lists[name]), POOL)]
        for name in ("heads", "middles", "tails", "joins")
    ]
    return _objects(["".join(made).removesuffix(".") for made in zip(*parts, strict=True)])


def firm(rng: np.random.Generator) -> str:
    """The name of a firm or a domain, without the joints of program names."""
    return str(invented()[int(rng.integers(0, POOL))]).split("_")[0]


def given() -> tuple[str, ...]:
    """Given names."""
    return _lists()["people"]


def surnames() -> tuple[str, ...]:
    """Surnames, in lower case."""
    return _lists()["surnames"]


@cache
def people() -> Texts:
    """Given names, to draw from."""
    return _objects(_lists()["people"])


@cache
def places() -> Texts:
    """Towns."""
    return _objects(_lists()["places"])


@cache
def whens() -> Texts:
    """Points in time as people write them."""
    return _objects(_lists()["whens"])


@cache
def numbers() -> Texts:
    """Numbers as they occur in prompts: small ones often, large ones seldom."""
    rng = np.random.default_rng(20260102)
    return _objects([str(int(n)) for n in np.exp(rng.uniform(np.log(3), np.log(9000), 4096))])


@cache
def small_numbers() -> Texts:
    """Counts up to ten."""
    return _objects([str(n) for n in (2, 3, 3, 4, 5, 5, 6, 7, 8, 9, 10)])
