"""Requests of accounts that are programs: bursts about a level that swings, drifts and pauses.

A client's requests are a renewal process with Gamma or Weibull inter-arrival times in operational
time, which runs as fast as the client's level does (ServeGen's model of a client, arXiv
2505.09999). A day is drawn without what the days before left behind: what lasts longer comes from
seeds of the day, so that any day can be drawn alone.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from gauger.world.people.cast import Cast
from gauger.world.people.fitted import DRIFT_MEMORY, LARGEST_CV
from gauger.world.people.programs import Programs
from gauger.world.text.lexicon import Floats, Ints

WINDOWS = 144
"""Windows of a day, 600 s each, over which the level of a client is constant."""
REMEMBERED = 8
"""Days whose drift still shows in today's."""
DISPATCH = 0.15 / 86_400
"""Mean delay of a request on its way, in days; requests of one burst do not come as one."""
_EARLIER = 1000
"""Added to a day's number, as seeds know no day before the first."""

Levels = npt.NDArray[np.float32]


def _drift(programs: Programs, day: int) -> Floats:
    """Log level of each client's day, of mean 0 and variance 1, in memory of the days before."""
    weight = DRIFT_MEMORY ** np.arange(REMEMBERED)
    total = np.zeros(len(programs))
    for back in range(REMEMBERED):
        drawn = np.random.default_rng([programs.key, 1, day - back + _EARLIER])
        total += weight[back] * drawn.standard_normal(len(programs))
    scaled: Floats = total / np.sqrt((weight**2).sum())
    return scaled


def _own_day(programs: Programs, day: int) -> Levels:
    """Levels over the windows of each client's own day, 1 on average over days."""
    n, rng = len(programs), np.random.default_rng([programs.key, 2, day + _EARLIER])
    level = programs.drift * _drift(programs, day) - programs.drift**2 / 2
    base = np.exp(level) / (programs.busy * programs.inside)
    base[rng.random(n) >= programs.busy] = 0.0
    leave = 1.0 / programs.spell
    enter = np.minimum(programs.inside / np.maximum(1 - programs.inside, 1e-9) * leave, 1.0)
    keep = programs.ripple_memory
    fresh = np.sqrt(1 - keep**2)
    on, ripple = rng.random(n) < programs.inside, rng.standard_normal(n)
    made = np.empty((n, WINDOWS), dtype=np.float32)
    for window in range(WINDOWS):
        wave = np.exp(programs.ripple * ripple - programs.ripple**2 / 2)
        made[:, window] = np.where(on, base * wave, 0.0)
        u = rng.random(n)
        on = np.where(on, u >= leave, u < enter)
        ripple = keep * ripple + fresh * rng.standard_normal(n)
    return made


def _hours(programs: Programs, zone: Floats) -> Levels:
    """How the hours of the day weigh, 1 on average: a von Mises law about the client's peak."""
    hour = (np.arange(WINDOWS) + 0.5) / 6.0
    angle = (hour[None, :] + zone[programs.who, None] - programs.peak[:, None]) * (np.pi / 12)
    shape = np.exp(programs.concentration[:, None] * (np.cos(angle) - 1.0))
    weighed: Levels = (shape / shape.mean(axis=1, keepdims=True)).astype(np.float32)
    return weighed


def levels(programs: Programs, zone: Floats, day: int) -> Levels:
    """The level of each client in each window of a day, 1 on average."""
    window = np.arange(WINDOWS)
    own = (window[None, :] - programs.turn[:, None]) % WINDOWS
    today = np.take_along_axis(_own_day(programs, day), own, axis=1)
    before = np.take_along_axis(_own_day(programs, day - 1), own, axis=1)
    begun = window[None, :] >= programs.turn[:, None]
    drawn: Levels = np.where(begun, today, before) * _hours(programs, zone)
    return drawn


@cache
def _weibull_shapes() -> tuple[Floats, Floats]:
    """CVs of the Weibull law in rising order, and the shapes that have them."""
    from scipy.special import gammaln

    shape = np.geomspace(4.0, 0.22, 200)
    square = np.exp(gammaln(1 + 2 / shape) - 2 * gammaln(1 + 1 / shape)) - 1
    return np.sqrt(square), shape


def _gaps(rng: np.random.Generator, cv: Floats, weibull: npt.NDArray[np.bool_]) -> Floats:
    """Inter-arrival times of mean 1."""
    from scipy.special import gamma

    known, shapes = _weibull_shapes()
    shape = np.interp(cv, known, shapes)
    made: Floats = np.where(
        weibull,
        rng.weibull(shape) / gamma(1 + 1 / shape),
        rng.gamma(cv**-2.0) * cv**2,
    )
    return made


def _first(rng: np.random.Generator, cv: Floats, weibull: npt.NDArray[np.bool_]) -> Floats:
    """Time to the first arrival of a process that has been running for ever (Cox 1962)."""
    from scipy.special import gamma

    known, shapes = _weibull_shapes()
    shape = np.interp(cv, known, shapes)
    inspected = np.where(
        weibull,
        rng.gamma(1 + 1 / shape) ** (1 / shape) / gamma(1 + 1 / shape),
        rng.gamma(cv**-2.0 + 1) * cv**2,
    )
    return inspected * rng.random(len(cv))


def renewals(
    rng: np.random.Generator, total: Floats, cv: Floats, weibull: npt.NDArray[np.bool_]
) -> tuple[Ints, Floats]:
    """Arrivals of stationary renewal processes of rate 1, each up to its own total.

    Returns the process and the time of each arrival, as many on average as the totals say.
    """
    which: list[Ints] = []
    when: list[Floats] = []
    at = _first(rng, cv, weibull)
    alive = np.flatnonzero(at < total)
    at = at[alive]
    while len(alive):
        ahead = (1.3 * (total[alive] - at)).astype(np.int64) + 4
        row = np.repeat(np.arange(len(alive)), ahead)
        end = np.cumsum(ahead)
        gap = _gaps(rng, cv[alive][row], weibull[alive][row])
        passed = np.cumsum(gap)
        started = np.r_[0.0, passed[end[:-1] - 1]]
        reached = at[row] + passed - started[row]
        which += [alive, alive[row]]
        when += [at, reached]
        at = reached[end - 1]
        going = at < total[alive]
        # The last arrival of a round opens the next one: it is counted there.
        which[-1] = np.delete(which[-1], end - 1)
        when[-1] = np.delete(when[-1], end - 1)
        alive, at = alive[going], at[going]
    if not which:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    process, time = np.concatenate(which), np.concatenate(when)
    inside = time < total[process]
    return process[inside], time[inside]


def requests(rng: np.random.Generator, cast: Cast, day: int) -> tuple[Ints, Floats]:
    """Account and moment of each request that programs send on a day, in days."""
    programs = cast.programs
    if not len(programs):
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    rate = cast.sessions[programs.who] / WINDOWS
    alive = (cast.first[programs.who] < day + 1) & (cast.last[programs.who] > day)
    work = levels(programs, cast.zone, day) * np.where(alive, rate, 0.0)[:, None]
    total = work.sum(axis=1)
    cv = programs.cv * np.exp(programs.cv_within * rng.standard_normal(len(programs)))
    which, time = renewals(rng, total, np.clip(cv, 0.4, LARGEST_CV), programs.weibull)
    passed = np.cumsum(work.ravel())
    before = np.r_[0.0, passed[WINDOWS - 1 : -1 : WINDOWS]]
    reached = np.minimum(before[which] + time, np.nextafter(passed[-1], 0.0))
    cell = np.searchsorted(passed, reached, side="right")
    part = 1.0 - (passed[cell] - reached) / np.maximum(work.ravel()[cell], 1e-300)
    moment = day + (cell % WINDOWS + np.clip(part, 0.0, 1.0)) / WINDOWS
    return programs.who[which], moment + DISPATCH * rng.standard_exponential(len(which))
