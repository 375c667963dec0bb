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
NEW: Final = len(MODELS)
"""Place of the model that is released within the window, if a scenario has a release."""
NAMES: Final = (*(model.name for model in MODELS), "atlas-5-large")
SPEEDS: Final = (*(model.speed for model in MODELS), 60.0)
REASONS: Final = (*(model.reasons for model in MODELS), 0.5)
"""How likely each model is to reason before it answers."""
_SHARES: Final = np.cumsum([model.weight for model in MODELS]) / sum(m.weight for m in MODELS)


def model_of(rng: np.random.Generator) -> int:
    """A model drawn by its popularity."""
    return int(np.searchsorted(_SHARES, rng.random()))


def adoption(rng: np.random.Generator, release: float | None, eager: float) -> float:
    """The day on which a customer takes up a new model, if ever; most wait, some for good."""
    if release is None or rng.random() > 0.55:
        return 1e9
    return release + float(rng.exponential(eager))
