"""How strong evidence a number of cases can support, and how many cases a strength takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from gauger.model.errors import UsageError
from gauger.weigh.calibration.metrics import bounds

_APART: Final = 9.0
"""log10 LRs of cases that are told apart without any doubt."""


@dataclass(frozen=True, slots=True)
class Fewest:
    """Cases that a refit takes at least."""

    confirmed: int
    cleared: int


FEWEST: Final = Fewest(confirmed=20, cleared=60)
"""Set by judgement: from so many cases to as many others the shift of a refit still moves by about
0.3 in log10 units. Cleared cases are the more numerous since they bound how high an LR may go."""


def require(confirmed: int, cleared: int, fewest: Fewest, where: str) -> None:
    """Raises UsageError where there are fewer cases than a refit takes; `where` says of what."""
    if confirmed >= fewest.confirmed and cleared >= fewest.cleared:
        return
    raise UsageError(
        f"too few cases to refit a calibration {where}",
        f"{confirmed:,} confirmed and {cleared:,} cleared",
        f"at least {fewest.confirmed:,} confirmed and {fewest.cleared:,} cleared are needed; "
        "docs/calibrate.md says where to find them",
    )


def highest(confirmed: int, cleared: int) -> float:
    """Highest log10 LR that so many cases support, were all of them told apart without doubt."""
    lrs = np.concatenate([np.full(confirmed, _APART), np.full(cleared, -_APART)])
    return bounds(lrs, np.arange(len(lrs)) < confirmed)[1]


def cleared_for(log10: float, confirmed: int) -> int:
    """Cleared cases that it takes at least before any LR can be as high as `log10`."""
    high = 1
    while highest(confirmed, high) < log10:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if highest(confirmed, middle) < log10:
            low = middle
        else:
            high = middle
    return high
