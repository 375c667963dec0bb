"""What all families say together of one account, and from where on it is recognised."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.model.population import Floats

BESIDE: Final = 0.5
"""How much of a family's LR counts beside the strongest: families depend on each other."""
RECOGNISED: Final = 2.75
"""log10 LR from which an account is taken for one of a network's: a little more than a scan asks
of an account that nobody proposed, since a scan weighs far more of it."""
REMAINS: Final = 1.0
"""What must remain of it when any one family is left out, as in a scan."""


def together(families: Floats) -> Floats:
    """log10 LR of each row (columns are families): the strongest for and what speaks against it
    in full, others for it in part."""
    positive = np.maximum(families, 0.0)
    strongest = positive.max(axis=-1)
    return np.asarray(
        strongest
        + BESIDE * (positive.sum(axis=-1) - strongest)
        + np.minimum(families, 0.0).sum(axis=-1)
    )


def remaining(families: Floats) -> Floats:
    """The least that it becomes when one family is left out."""
    left = []
    for number in range(families.shape[-1]):
        kept = families.copy()
        kept[..., number] = 0.0
        left.append(together(kept))
    return np.asarray(np.min(left, axis=0))


def recognised(families: Floats) -> NDArray[np.bool_]:
    """Which rows are strong enough, and do not hang on one family."""
    return (together(families) >= RECOGNISED) & (remaining(families) >= REMAINS)
