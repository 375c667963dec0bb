"""All layers as one LR, with what remains of it when any one layer is left out.

Layers are dependent (one proxy service gives the same ranges, the same client and the same
hours), so their LRs are not added: a calibration holds a weight for every set of layers, fitted
on what those layers say together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gauger.model.evidence import LogLR
from gauger.model.population import Floats
from gauger.weigh.calibration.model import Calibration, Layers
from gauger.weigh.evidence.reading import Readings


@dataclass(frozen=True, slots=True)
class Fused:
    """The LR of all layers, of each layer by itself, and of all but each.

    The bounds of `together` are the least and the most that it becomes when one layer is left
    out, or itself.
    """

    together: LogLR
    alone: Mapping[str, LogLR]
    without: Mapping[str, float]

    def widened(self, log10: float) -> Fused:
        """The same with bounds that also hold `log10`."""
        lr = self.together
        bounds = LogLR(lr.log10, min(lr.lower, log10), max(lr.upper, log10))
        return Fused(bounds, self.alone, self.without)


def fuse(readings: Readings, layers: Layers, calibration: Calibration) -> Fused:
    """Weighs one group's readings; `layers` have something to weigh."""
    together = _log10(readings, layers, calibration)
    alone = {name: _by_itself(readings, name, calibration) for name in sorted(layers)}
    without = {name: _log10(readings, layers - {name}, calibration) for name in sorted(layers)}
    around = [together, *without.values()]
    return Fused(LogLR(together, min(around), max(around)), alone, without)


def fuse_many(readings: Readings, layers: Layers, calibration: Calibration, groups: int) -> Floats:
    """log10 LR of many groups at once, 0 where no weight was fitted for such layers."""
    weight = calibration.coordination(layers)
    return np.zeros(groups) if weight is None else weight.log10(readings)


def _log10(readings: Readings, layers: Layers, calibration: Calibration) -> float:
    """No weight, no evidence: too few layers are left for any to have been fitted."""
    weight = calibration.coordination(layers)
    return 0.0 if weight is None else float(weight.log10(readings)[0])


def _by_itself(readings: Readings, name: str, calibration: Calibration) -> LogLR:
    weight = calibration.coordination(frozenset({name}))
    if weight is None:
        return LogLR(0.0, 0.0, 0.0)
    return LogLR(float(weight.log10(readings)[0]), weight.lower, weight.upper)
