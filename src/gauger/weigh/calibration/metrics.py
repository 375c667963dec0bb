"""Calibration, bounds and Cllr by `lir`, the library of the Netherlands Forensic Institute.

Loaded when something is fitted or judged: applying a calibration needs none of it.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from gauger.model.errors import MissingExtra
from gauger.model.population import Floats
from gauger.weigh.calibration.cases import Bools
from gauger.weigh.calibration.model import Figures


def rescaled(scores: Floats, true: Bools) -> tuple[float, float]:
    """Scale and shift that make log10 scores calibrated: logistic calibration with equal weight
    on either proposition.

    Scores that lie higher where one operator is absent say nothing that a monotone model could
    use: scale and shift are then 0.
    """
    calibrator = _lir("lir.algorithms.logistic_regression").LogitCalibrator()
    calibrator.fit(scores.reshape(-1, 1), true.astype(int))
    low, high = calibrator.transform(np.array([[0.0], [1.0]])).ravel()
    return (float(high - low), float(low)) if high > low else (0.0, 0.0)


def bounds(lrs: Floats, true: Bools) -> tuple[float, float]:
    """Empirical lower and upper bound of log10 LRs: ELUB (Vergeer et al. 2016)."""
    low, high = _lir("lir.algorithms.bayeserror").elub(lrs, true.astype(int), add_misleading=1)
    return min(float(low), 0.0), max(float(high), 0.0)


def figures(lrs: Floats, true: Bools, worlds: int) -> Figures:
    """How good log10 LRs are whose truth is known."""
    metrics, models = _lir("lir.metrics"), _lir("lir.data.models")
    data = models.LLRData(features=np.asarray(lrs, np.float64), labels=true.astype(int))
    return Figures(
        int(true.sum()), int((~true).sum()), worlds,
        round(float(metrics.cllr(data)), 4), round(float(metrics.cllr_min(data)), 4),
    )  # fmt: skip


def _lir(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtra("fitting a calibration", "calibrate") from error
