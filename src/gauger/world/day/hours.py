"""At what time of a day an account comes: its own hours, its weekends, its country's holidays."""

from __future__ import annotations

import numpy as np

from gauger.world.people.cast import Bools, Cast
from gauger.world.text.lexicon import Floats, Ints


def moments(rng: np.random.Generator, cast: Cast, who: Ints, day: int) -> Floats:
    """A moment of the day for each entry of `who`, in days from the world's start."""
    n = len(who)
    early = rng.random(n) < 0.5
    peak = np.where(early, cast.peak[0][who], cast.peak[1][who])
    local = peak + cast.width[who] * rng.standard_normal(n)
    anytime = rng.random(n) < cast.flat[who]
    local = np.where(anytime, 24.0 * rng.random(n), local)
    moment: Floats = day + ((local - cast.zone[who]) % 24.0) / 24.0
    return moment


def awake(
    rng: np.random.Generator, cast: Cast, who: Ints, moment: Floats, weekday: int, free: Bools
) -> Bools:
    """Whether an account is at work then; `free` marks holidays by country and day."""
    local = np.floor(moment + cast.zone[who] / 24.0).astype(np.int64)
    of_week = (local + weekday) % 7
    rest_day = (of_week == cast.holiday[who]) | (of_week == (cast.holiday[who] + 1) % 7)
    within = np.clip(local, 0, free.shape[1] - 1)
    holiday = free[cast.country[who], within] & cast.rests[who] & (local == within)
    chance = np.where(rest_day | holiday, np.minimum(cast.weekend[who], 1.0), 1.0)
    chance = np.where(holiday, chance * 0.6, chance)
    due = cast.deadline[who]
    rush = np.where(moment <= due, np.exp((moment - due) / 1.1), 0.02)
    chance = np.where(due < 1e8, rush, chance)
    inside = (moment >= cast.first[who]) & (moment < cast.last[who])
    inside &= (moment < cast.silent[0][who]) | (moment >= cast.silent[1][who])
    here: Bools = inside & (rng.random(len(who)) < chance)
    return here
