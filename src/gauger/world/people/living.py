"""When an account is at work and how much it does."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from gauger.world.people import fitted
from gauger.world.people.circle import Circle, temper_of
from gauger.world.people.kind import HABITS, Kind
from gauger.world.people.persona import Clock, Temper, Volume

HOLIDAY: Final = 4.0
"""Days of a region's long holiday, in worlds long enough for one."""


def clock_of(
    rng: np.random.Generator, kind: Kind, zone: float, shared: Circle | None, days: float
) -> Clock:
    """The kind's hours, moved to a life of its own."""
    base = HABITS[kind.habit]
    shift = 1.6 * rng.standard_normal()
    clock = replace(
        base,
        zone=zone,
        peaks=(
            base.peaks[0] + shift + 0.8 * rng.standard_normal(),
            base.peaks[1] + shift + 0.8 * rng.standard_normal(),
        ),
        width=base.width * (0.6 + 0.8 * rng.random()),
        flat=min(1.0, base.flat * 2 * rng.random()) if base.flat < 1 else 1.0,
        weekend=base.weekend * (0.5 + 0.8 * rng.random()),
        active=min(1.0, base.active * (0.5 + rng.random())),
    )
    if shared is not None and kind.window == "deadline":
        return replace(clock, deadline=shared.moment, active=1.0)
    if shared is not None and kind.window == "two_days":
        return replace(clock, span=(shared.moment - 1.4, shared.moment + 0.8), active=1.0)
    if shared is not None and kind.window == "holiday":
        begin = shared.moment - 0.3 * rng.random()
        away = min(HOLIDAY, 0.3 * days) + 0.4 * rng.random()
        return replace(clock, silent=(begin, begin + away), active=min(1.0, 1.3 * clock.active))
    if kind.window != "all":
        return clock
    if rng.random() < 0.08:
        return replace(clock, span=(days * rng.random(), 1e9))
    if rng.random() < 0.06:
        return replace(clock, span=(-1e9, days * rng.random()))
    return clock


def volume_of(
    rng: np.random.Generator,
    kind: Kind,
    shared: Circle | None,
    days: float,
    mean: float,
    listed: int,
) -> Volume:
    """Heavy-tailed volumes; `mean` is exchanges a day, `listed` the length of the group's list."""
    planned: tuple[tuple[float, int], ...] = ()
    if kind.window == "runs" and shared is not None:
        runs = days * rng.random(1 + int(rng.random() * 3))
        planned = tuple((float(day), listed) for day in sorted(runs))
    if kind.window == "once" and shared is not None:
        planned = ((days * rng.random(), 1 + int(rng.random() * listed)),)
    turns = max(1.0, kind.turns * (0.7 + 0.6 * rng.random()))
    temper = _temper(rng, kind, shared)
    if temper is not None:
        turns = 1.0
    if temper is not None and not kind.group:
        level = fitted.level(rng)
    else:
        level = float(np.exp(kind.spread * rng.standard_normal() - kind.spread**2 / 2))
    active = {"two_days": 2.0, "deadline": 1.2}.get(kind.window, days)
    span = min(active / days, 1.0)
    daily = kind.volume * mean * level / span
    return Volume(
        sessions=daily / turns,
        turns=turns,
        chained=kind.chained,
        gap=kind.gap * (0.6 + 0.8 * rng.random()),
        output=kind.output + 0.35 * rng.standard_normal(),
        temper=temper,
        planned=planned,
    )


def _temper(rng: np.random.Generator, kind: Kind, shared: Circle | None) -> Temper | None:
    """A program's way to arrive; members of one organization balance one load between them."""
    if shared is not None and "organization" in kind.shares:
        return shared.temper
    return temper_of(rng, kind)
