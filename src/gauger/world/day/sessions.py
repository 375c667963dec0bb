"""Sessions of a day: an account comes, sends one or more exchanges, and leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from gauger.world.day.arrivals import requests
from gauger.world.day.hours import awake, moments
from gauger.world.people.cast import Bools, Cast
from gauger.world.people.fitted import further_turns
from gauger.world.text.lexicon import Floats, Ints

LONGEST = 60


@dataclass(frozen=True, slots=True)
class Sessions:
    """Columns over sessions; `item` and `operator` are -1 for an ordinary one.

    A chained session is one conversation; one that is not is a burst of separate requests.
    """

    account: Ints
    start: Floats
    turns: Ints
    chained: Bools
    gap: Floats
    item: Ints
    operator: Ints

    def __len__(self) -> int:
        return len(self.account)


def together(parts: list[Sessions]) -> Sessions:
    """Several sets of sessions as one."""
    return Sessions(
        *(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Sessions))
    )


def in_parts(held: Sessions, most: int, end: float) -> Iterator[tuple[Sessions, float]]:
    """The sessions in order of time, in parts of about so many exchanges at most.

    Comes with the moment up to which the exchanges are complete once a part is unrolled: the
    next part's first, or `end`.
    """
    order = np.argsort(held.start, kind="stable")
    counted = np.cumsum(held.turns[order])
    total = int(counted[-1]) if len(counted) else 0
    cuts = np.searchsorted(counted, np.arange(most, total, most))
    bounds = np.unique(np.r_[0, cuts, len(order)])
    for low, high in pairwise(bounds.tolist()):
        part = Sessions(*(getattr(held, f.name)[order[low:high]] for f in fields(Sessions)))
        yield part, float(held.start[order[high]]) if high < len(order) else end
    if not len(order):
        yield held, end


def sessions(
    who: Ints,
    start: Floats,
    turns: Ints,
    chained: Bools,
    gap: Floats,
    item: Ints | None = None,
    operator: int = -1,
) -> Sessions:
    """Sessions of one source."""
    none = np.full(len(who), -1, dtype=np.int64)
    return Sessions(
        who,
        start,
        turns.astype(np.int64),
        chained,
        gap,
        none if item is None else item,
        np.full(len(who), operator, dtype=np.int64),
    )


def moods(rng: np.random.Generator, cast: Cast, who: Ints) -> tuple[Bools, Floats]:
    """Whether each account is there that day at all, and how busy it is relative to its mean."""
    busy = rng.random(len(who)) < cast.active[who]
    spread = cast.unevenness[who]
    return busy, np.exp(spread * rng.standard_normal(len(who)) - spread**2 / 2)


def _visits(rng: np.random.Generator, cast: Cast) -> Ints:
    """How often each account comes on a day: not at all, or about its own rate, unevenly."""
    n = len(cast)
    busy, level = moods(rng, cast, np.arange(n))
    rate = np.where(busy & ~cast.program, cast.sessions / cast.active * level, 0.0)
    counts = rng.poisson(rate)
    even = np.floor(cast.sessions + rng.random(n)).astype(np.int64)
    visits: Ints = np.where(cast.steady, even, counts).astype(np.int64)
    return visits


def ordinary_sessions(
    rng: np.random.Generator, cast: Cast, day: int, weekday: int, free: Bools
) -> Sessions:
    """Everyone's own sessions of a day."""
    visits = _visits(rng, cast)
    who = np.repeat(np.arange(len(cast)), visits)
    start = moments(rng, cast, who, day)
    order = np.arange(len(who)) - np.repeat(np.cumsum(visits) - visits, visits)
    even = day + (order + cast.phase[who]) / np.maximum(visits[who], 1)
    start = np.where(cast.steady[who], even, start)
    here = awake(rng, cast, who, start, weekday, free)
    who, start = who[here], start[here]
    turns = 1 + np.minimum(further_turns(rng, cast.turns[who] - 1.0), LONGEST)
    own = sessions(who, start, turns, cast.chained[who], cast.gap[who])
    return together([own, _programs(rng, cast, day, weekday, free), _planned(cast, day)])


def _programs(
    rng: np.random.Generator, cast: Cast, day: int, weekday: int, free: Bools
) -> Sessions:
    """Requests of accounts that are programs, each a session of its own."""
    who, start = requests(rng, cast, day)
    here = awake(rng, cast, who, start, weekday, free)
    who, start = who[here], start[here]
    single = np.zeros(len(who), dtype=np.bool_)
    return sessions(who, start, np.ones(len(who), dtype=np.int64), single, cast.gap[who])


def _planned(cast: Cast, day: int) -> Sessions:
    plan = cast.planned
    due = (plan.moment >= day) & (plan.moment < day + 1)
    who = plan.who[due]
    return sessions(who, plan.moment[due], plan.size[due], cast.chained[who], cast.gap[who])
