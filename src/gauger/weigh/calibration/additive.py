"""Fits the curves of an additive model: penalized logistic regression with weights that cannot
be negative, so that no statistic is ever held against the direction in which it tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.optimize import minimize

from gauger.model.population import Floats
from gauger.weigh.calibration.cases import Bools, Texts
from gauger.weigh.calibration.model import Additive
from gauger.weigh.evidence.reading import LEVEL_PIECES, PLACE_PIECES, Readings

PENALTY: Final = 1e-4
"""Weight of the squared curves beside a mean log loss: chosen on worlds left out by turns."""
_PIECES: Final = PLACE_PIECES + LEVEL_PIECES
_SMALLEST: Final = 1e-3


def design(readings: Readings, names: Sequence[str]) -> Floats:
    """All pieces of the named statistics, one row per case."""
    return np.hstack([readings[name].pieces for name in names])


def unit_weights(true: Bools, world: Texts, unit: Texts) -> Floats:
    """Half of the weight on either side: each operator counts once on the true side, and each
    world once on the false one."""
    weight = np.zeros(len(true))
    for side, of in ((true, unit), (~true, world)):
        names, number, count = np.unique(of[side], return_inverse=True, return_counts=True)
        weight[side] = 0.5 / (len(names) * count[number]) if len(names) else 0.0
    return weight


def fit_additive(
    pieces: Floats, true: Bools, weight: Floats, start: Floats | None = None
) -> Floats:
    """Weights of the pieces (columns of `design`) and, last, the bias, as natural logarithms.

    `start` are weights to begin with, for instance those fitted on nearly the same cases.
    """
    sign = 2.0 * true - 1.0
    used = np.flatnonzero(np.ptp(pieces, axis=0) > 0)
    held = np.ascontiguousarray(pieces[:, used])

    def loss(at: Floats) -> tuple[float, Floats]:
        score = np.clip(sign * (held @ at[:-1] + at[-1]), -50.0, 50.0)
        wrong = np.exp(-score)
        value = float((weight * np.log1p(wrong)).sum() + PENALTY * np.square(at[:-1]).sum())
        slope = -weight * sign * wrong / (1.0 + wrong)
        return value, np.append(held.T @ slope + 2.0 * PENALTY * at[:-1], slope.sum())

    begin = np.zeros(len(used) + 1) if start is None else start[np.append(used, -1)]
    found = minimize(
        loss, begin, jac=True, method="L-BFGS-B",
        bounds=[(0.0, None)] * len(used) + [(None, None)], options={"maxiter": 300},
    ).x  # fmt: skip
    full = np.zeros(pieces.shape[1] + 1)
    full[np.append(used, -1)] = found
    return full


def additive(weights: Floats, names: Sequence[str]) -> Additive:
    """The model with these weights, in log10 units, without statistics that add nothing."""
    log10 = weights / np.log(10.0)
    curves = {}
    for number, name in enumerate(names):
        curve = log10[number * _PIECES : (number + 1) * _PIECES]
        if (curve >= _SMALLEST).any():
            curves[name] = tuple(round(float(weight), 4) for weight in curve)
    return Additive(round(float(log10[-1]), 4), curves)
