"""From a place among ordinary groups to a bounded likelihood ratio.

The p-value is conformal: the share of ordinary groups at least as extreme, counting the group
itself, so it never falls below 1 / (groups + 1) and needs no model of the null. The calibrator
`k * p ** (k - 1)` turns it into an e-value (Vovk and Wang, 2021, "E-values: calibration,
combination and applications"): its expectation under the null is 1, so it never overstates, and
it is bounded by the number of ordinary groups there were to compare with.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from gauger.model.population import Floats

EXPONENT: Final = 0.2
"""`k` of the calibrator: small, so that most is won in the far tail and little lost near p = 1."""


def p_value(value: float, ordinary: Floats, telling: int) -> float:
    """Conformal p-value of `value` among the finite `ordinary` ones; ties count against it."""
    known = ordinary[np.isfinite(ordinary)]
    # Equal up to rounding is equal: different orders of summation must not make evidence.
    slack = 1e-9 * max(1.0, abs(value))
    extreme = known >= value - slack if telling > 0 else known <= value + slack
    return float((1 + np.count_nonzero(extreme)) / (len(known) + 1))


def log10_e(p: float) -> float:
    """log10 of the e-value that a p-value is worth."""
    return float(np.log10(EXPONENT) + (EXPONENT - 1.0) * np.log10(p))


def mean_log10_e(p_values: list[float]) -> float:
    """log10 of the mean of the e-values: valid whatever their dependence."""
    return float(np.log10(np.mean([10.0 ** log10_e(p) for p in p_values])))


def tells_nothing(value: float, ordinary: Floats) -> bool:
    """Whether most ordinary groups have the very same value: no evidence either way."""
    known = ordinary[np.isfinite(ordinary)]
    return bool(np.mean(np.abs(known - value) <= 1e-9 * max(1.0, abs(value))) > 0.5)


def e_values(values: Floats, ordinary: Floats, telling: int) -> Floats:
    """e-value of each of many values beside one set of ordinary ones; NaN where unknown.

    Quicker than one at a time and without its tolerance for rounding: good for screening.
    """
    known = np.sort(ordinary[np.isfinite(ordinary)])
    below = np.searchsorted(known, values, side="left" if telling > 0 else "right")
    extreme = len(known) - below if telling > 0 else below
    p = (1.0 + extreme) / (len(known) + 1.0)
    return np.where(np.isfinite(values), EXPONENT * p ** (EXPONENT - 1.0), np.nan)


def null_log10_e(columns: list[tuple[Floats, int]]) -> Floats:
    """Mean-e score of every ordinary group among the others, from (values, telling) pairs.

    How the scores of two such sets move together is how far their evidence is the same.
    """
    scores = []
    for held, telling in columns:
        filled = np.where(np.isfinite(held), held, np.nanmedian(held))
        rank = np.argsort(np.argsort(-telling * filled, kind="stable"))
        scores.append(EXPONENT * ((1.0 + rank) / len(held)) ** (EXPONENT - 1.0))
    return np.asarray(np.log10(np.mean(scores, axis=0)))
