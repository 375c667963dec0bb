"""What became of the networks of an earlier scan: which is which, what merged, split or went."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Descent(StrEnum):
    """Where a network comes from, compared with an earlier scan."""

    FIRST = "first found"
    SAME = "same"
    MERGED = "merged"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class EarlierNetwork:
    """A network as an earlier scan found it; `core` are those of `accounts` that surely belong."""

    network_id: str
    verdict: str
    accounts: frozenset[str]
    core: frozenset[str]


@dataclass(frozen=True, slots=True)
class Origin:
    """An earlier network of whose core a later one holds some.

    `core` counts the accounts of that core which the later logs hold, `kept` those of them that
    the later network has.
    """

    network_id: str
    core: int
    kept: int


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where one network comes from, and why it bears its id."""

    descent: Descent
    origins: tuple[Origin, ...]
    """Those with most accounts kept first."""
    statement: str


@dataclass(frozen=True, slots=True)
class Gone:
    """An earlier network whose id no network bears any more, and why."""

    network_id: str
    verdict: str
    accounts: int
    into: tuple[str, ...]
    """Networks that hold accounts of its core now, the one with most first."""
    statement: str
