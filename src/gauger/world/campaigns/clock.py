"""Axis `clock`: from a constant rate to a time zone, sessions and days off for each account."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gauger.world.people.kind import HABITS
from gauger.world.people.persona import Clock
from gauger.world.text.lexicon import Floats


def clocks(
    level: int,
    rng: np.random.Generator,
    own: list[Clock],
    zone: float,
    spans: list[tuple[float, float]],
) -> list[Clock]:
    """One clock for each account; `own` are those of unrelated people.

    0: constant; 1: the operator's working hours; 2: a human day for each account, in the
    operator's time zone; 3: each its own, days off included.
    """
    if level == 0:
        made = [replace(HABITS["steady"], zone=zone)] * len(own)
    elif level == 1:
        made = [Clock(zone, (11.0, 16.0), 1.9, 0.0, 0.1)] * len(own)
    elif level == 2:
        made = [replace(clock, zone=zone, weekend=0.8, active=0.9, rests=False) for clock in own]
    else:
        made = own
    return [replace(clock, span=span) for clock, span in zip(made, spans, strict=True)]


def day_factor(level: int, rng: np.random.Generator, weekday: int, holiday: bool) -> float:
    """How much of an average day's work is done on a day of the week."""
    if level == 0:
        return 1.0
    if level == 1:
        worked = 0.1 if holiday or weekday == 6 else 0.6 if weekday == 5 else 1.25
        return float(worked * np.exp(0.05 * rng.standard_normal()))
    return float(np.exp((0.06 if level == 2 else 0.15) * rng.standard_normal()))


def even(rng: np.random.Generator, n: int, day: int) -> Floats:
    """Moments evenly spaced over a day, as a queue that is worked off at a constant rate gives."""
    moment: Floats = day + (np.arange(n) + 0.15 + 0.7 * rng.random(n)) / max(n, 1)
    return moment
