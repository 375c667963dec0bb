"""All layers as one LR, with what remains of it when any one layer is left out.

Layers are dependent (one proxy service gives the same ranges, the same client and the same
hours), so their LRs are not added: a calibration holds a weight for every set of layers, fitted
on what those layers say together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gauger.model.evidence import LogLR
from gauger.model.once import once
from gauger.model.population import Floats
from gauger.weigh.calibration.model import Calibration, Layers
from gauger.weigh.evidence.reading import Readings, apart


@dataclass(frozen=True)
class Fused:
    """The LR of all layers, of each layer by itself, and of all but each.

    Everything but `log10` is worked out when it is first asked for: most groups that are weighed
    are strangers, and nobody asks.
    """

    readings: Readings
    layers: Layers
    calibration: Calibration
    log10: float
    """log10 LR of all layers."""
    beside: float | None = None
    """A log10 LR that the bounds hold as well."""

    @property
    def together(self) -> LogLR:
        """The same with bounds: the least and the most that it becomes when one layer is left
        out, or itself."""
        around = [self.log10, *self.without.values()]
        if self.beside is not None:
            around.append(self.beside)
        return LogLR(self.log10, min(around), max(around))

    @once
    def alone(self) -> Mapping[str, LogLR]:
        """What each layer says by itself."""
        return {
            name: _by_itself(self.readings, name, self.calibration) for name in sorted(self.layers)
        }

    @once
    def without(self) -> Mapping[str, float]:
        """log10 LR of all layers but one."""
        return {
            name: _log10(self.readings, self.layers - {name}, self.calibration)
            for name in sorted(self.layers)
        }

    def widened(self, log10: float) -> Fused:
        """The same with bounds that also hold `log10`."""
        return replace(self, beside=log10)


def fuse(readings: Readings, layers: Layers, calibration: Calibration) -> Fused:
    """Weighs one group's readings; `layers` have something to weigh."""
    return Fused(readings, layers, calibration, _log10(readings, layers, calibration))


def fuse_each(
    readings: Readings, layers: Sequence[Layers], calibration: Calibration
) -> list[Fused]:
    """Weighs the readings of many groups, each with the layers that have something to weigh."""
    log10 = np.zeros(len(layers))
    for known in set(layers):
        chosen = np.array([each == known for each in layers])
        log10[chosen] = fuse_many(readings, known, calibration, len(layers))[chosen]
    return [
        Fused(single, known, calibration, float(value))
        for single, known, value in zip(apart(readings, len(layers)), layers, log10, strict=True)
    ]


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
