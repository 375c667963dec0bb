"""The provider's models and how customers spread over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np


@dataclass(frozen=True, slots=True)
class Model:
    """One model on offer; `speed` is tokens written in a second."""

    name: str
    weight: float
    speed: float
    reasons: float


MODELS: Final = (
    Model("atlas-4-large", 30, 55, 0.0),
    Model("atlas-4-mid", 34, 90, 0.0),
    Model("atlas-4-mini", 22, 160, 0.0),
    Model("atlas-4-reason", 12, 70, 1.0),
    Model("atlas-3-large", 6, 45, 0.0),
    Model("atlas-3-mini", 4, 120, 0.0),
)
NAMES: Final = tuple(model.name for model in MODELS)
EMBEDDER: Final = "atlas-embed-2"
_SHARES: Final = np.cumsum([model.weight for model in MODELS]) / sum(m.weight for m in MODELS)


def model_of(rng: np.random.Generator) -> int:
    """A model drawn by its popularity."""
    return int(np.searchsorted(_SHARES, rng.random()))
