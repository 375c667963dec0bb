"""How measured clients arrive: the figures of words/arrivals.toml, and draws from them.

bench/arrivals computes them; docs/arrivals.md says which is used for whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gauger.world.people.persona import Temper
from gauger.world.text.data import words
from gauger.world.text.lexicon import Floats

_FIGURES: Final[dict[str, Any]] = words("arrivals")
_LEVELS: Final = np.array(_FIGURES["levels"])

DRIFT_MEMORY: Final = float(_FIGURES["drift"]["memory"])
"""Autocorrelation of a client's log daily level from day to day."""
SPREAD: Final = float(_FIGURES["spread"]["log_sd"])
"""Spread of log mean rates over clients that are programs."""
PREAMBLE: Final = float(_FIGURES["preamble"]["tokens"])
"""Tokens of an application's own prompt, which its requests begin with and logs leave out."""
PAUSE_SPREAD: Final = float(_FIGURES["pause"]["log_sd"])
"""Spread of log seconds from one turn of a conversation to the next."""
TURNS_STOP: Final = float(_FIGURES["turns"]["stop"])
"""Shape of the beta law of a conversation's chance to stop; the smaller, the longer the tail."""

LARGEST_CV: Final = 8.0
"""Beyond it a low rate would make one burst of a whole window's requests."""
LARGEST: Final = 2.33
"""Standard deviations at which the spread of rates is cut, so that no client is half a world."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Log tokens of answers in one kind of use: their median and quantiles at `_LEVELS`."""

    median: float
    quantiles: Floats

    def beyond(self, level: Floats) -> Floats:
        """By how much the log length exceeds the median, at quantile levels from 0 to 1."""
        found: Floats = np.interp(level, _LEVELS, self.quantiles) - self.median
        return found


ANSWERS: Final = {
    use: Answers(float(table["median"]), np.array(table["quantiles"]))
    for use, table in _FIGURES["output"].items()
}
"""`conversation` and `code`."""


def _quantile(u: float, table: list[float]) -> float:
    return float(np.interp(u, _LEVELS, table))


@cache
def _concentrations() -> tuple[Floats, Floats]:
    """Resultant lengths of the von Mises law, and the concentrations that give them."""
    from scipy.special import ive

    kappa = np.linspace(0.0, 12.0, 241)
    return np.asarray(ive(1, kappa) / ive(0, kappa)), kappa


def temper(rng: np.random.Generator, kind: str, middle: float) -> Temper:
    """One client that is a program, of kind `serving` or `jobs`; `middle` is its kind's peak hour.

    Figures are drawn apart from each other, but for the family of inter-arrival times, which
    goes by the CV.
    """
    table = _FIGURES[kind]
    u = rng.random(8)
    lengths, kappa = _concentrations()
    swing = _quantile(u[3], _FIGURES["hours"]["swing"])
    cv = min(_quantile(u[5], table["cv"]), LARGEST_CV)
    weibull = _FIGURES["cv"]["weibull"][int(np.digitize(cv, _FIGURES["cv"]["bins"]))]
    return Temper(
        busy=_quantile(u[0], table["busy"]),
        inside=min(_quantile(u[1], table["inside"]), 1.0),
        spell=max(_quantile(u[2], table["spell"]), 1.0),
        ripple=_quantile(u[6], table["ripple"]),
        ripple_memory=float(table["ripple_memory"]),
        drift=_quantile(u[4], table["drift"]),
        concentration=float(np.interp(swing, lengths, kappa)),
        peak=middle + float(_FIGURES["hours"]["peak_sd"]) * rng.standard_normal(),
        cv=cv,
        cv_within=_quantile(u[7], table["cv_within"]),
        weibull=bool(rng.random() < weibull),
    )


@cache
def _mean_level() -> float:
    z = np.linspace(-8, 8, 4001)
    weight = np.exp(-(z**2) / 2)
    level = np.exp(SPREAD * np.clip(z, -LARGEST, LARGEST))
    return float((weight * level).sum() / weight.sum())


def level(rng: np.random.Generator) -> float:
    """How much a program does relative to the mean of its kind."""
    drawn = np.clip(rng.standard_normal(), -LARGEST, LARGEST)
    return float(np.exp(SPREAD * drawn)) / _mean_level()


def further_turns(rng: np.random.Generator, mean: Floats) -> npt.NDArray[np.int64]:
    """Turns after the first, beta-geometric about means above 0.

    The chance to stop is drawn for each conversation, so those that have gone on tend to go on.
    """
    stop = rng.beta(TURNS_STOP, np.maximum(mean, 1e-6) * (TURNS_STOP - 1))
    return rng.geometric(np.clip(stop, 1e-4, 1.0)) - 1
