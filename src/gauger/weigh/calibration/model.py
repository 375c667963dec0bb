"""A calibration: what readings of statistics are worth as log10 likelihood ratios.

Every statistic gets a monotone, piecewise linear curve, and a model is the sum of its curves: a
generalized additive model for the log odds, fitted with equal weight on either proposition so
that its output is a log likelihood ratio (logistic-regression fusion: Brümmer and du Preez 2006;
Morrison 2013). Statistics that say the same thing twice share the weight, so nothing is counted
double; no statistic can turn evidence for one operator into evidence against.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gauger.model.once import once
from gauger.model.population import Floats, Ints
from gauger.weigh.evidence.kernels import summed
from gauger.weigh.evidence.reading import NOTHING, Reading, Readings

Layers = frozenset[str]


@dataclass(frozen=True)
class Additive:
    """log10 LR as the sum of one curve per statistic.

    `curves[name]` holds the log10 LR per unit of every piece of the statistic's reading.
    """

    bias: float
    curves: Mapping[str, tuple[float, ...]]

    def log10(self, readings: Readings) -> Floats:
        """log10 LR of every group of the readings."""
        return np.asarray(self.bias + sum(self.parts(readings).values()), np.float64)

    def parts(self, readings: Readings) -> dict[str, Floats]:
        """What each statistic adds."""
        return {
            name: readings[name].pieces @ curve
            for name, curve in self._columns.items()
            if name in readings
        }

    @once
    def _columns(self) -> dict[str, Floats]:
        return {name: np.asarray(curve) for name, curve in self.curves.items()}

    def log10_classed(self, classed: Classed, silenced: Sequence[Collection[str]]) -> Floats:
        """log10 LR of every row (columns) for each of the sets, whose statistics then say
        nothing."""
        used = [number for number, name in enumerate(classed.names) if name in self.curves]
        # In the order of the curves, as everywhere: sums in another order differ.
        order = list(self.curves)
        used.sort(key=lambda number: order.index(classed.names[number]))
        names = [classed.names[number] for number in used]
        curves = [self._columns[name] for name in names]
        pieces = classed.pieces
        parts = np.array(
            [pieces[number] @ curve for number, curve in zip(used, curves, strict=True)]
        )
        nothing = np.array([(NOTHING.pieces @ curve)[0] for curve in curves])
        out = np.array([[name in each for name in names] for each in silenced])
        return np.asarray(self.bias + summed(classed.classes[:, used], parts, nothing, out))


@dataclass(frozen=True)
class Classed:
    """Readings of many rows that fall into few classes each.

    `values[f]` holds what is read in every class of statistic f of `names`, as a place; `classes`
    has a line per row, with its class in each statistic.
    """

    names: tuple[str, ...]
    values: Floats
    classes: NDArray[np.uint8]

    @once
    def pieces(self) -> Floats:
        """The parts that weights apply to, for every class of every statistic."""
        flat = self.values.ravel()
        pieces = Reading(flat, np.full(len(flat), np.nan)).pieces
        return pieces.reshape(*self.values.shape, -1)

    def of(self, rows: NDArray[np.bool_] | Ints) -> Classed:
        """The same of some rows."""
        return replace(self, classes=self.classes[rows])


@dataclass(frozen=True, slots=True)
class Component:
    """One way of the proposition to be true, with its share among those ways."""

    name: str
    share: float
    model: Additive


@dataclass(frozen=True, slots=True)
class Figures:
    """What was fitted on, and how good it was on worlds left out of the fit (by turns)."""

    true_trials: int
    false_trials: int
    worlds: int
    cllr: float
    cllr_min: float


@dataclass(frozen=True, slots=True)
class Weight:
    """A calibrated, bounded log10 LR for one pair of propositions.

    `scale` and `shift` map the mixture of components to what it proved worth on worlds left out;
    `lower` and `upper` are the empirical bounds beyond which the trials support no LR (ELUB:
    Vergeer et al. 2016).
    """

    components: tuple[Component, ...]
    scale: float
    shift: float
    lower: float
    upper: float
    figures: Figures

    def raw(self, readings: Readings) -> Floats:
        """log10 LR of the mixture of components, before calibration."""
        return self._mixed(np.vstack([part.model.log10(readings) for part in self.components]))

    def log10(self, readings: Readings) -> Floats:
        """log10 LR of every group of the readings, calibrated and within its bounds."""
        return self._calibrated(self.raw(readings))

    def log10_classed(self, classed: Classed, silenced: Sequence[Collection[str]]) -> Floats:
        """The same of rows (columns) in classes for each of the sets, whose statistics then say
        nothing."""
        held = [part.model.log10_classed(classed, silenced) for part in self.components]
        return np.vstack(
            [
                self._calibrated(self._mixed(np.vstack(stacked)))
                for stacked in zip(*held, strict=True)
            ]
        )

    def _mixed(self, stacked: Floats) -> Floats:
        if len(stacked) == 1 and self.components[0].share == 1.0:
            return np.asarray(stacked[0])
        shares = np.array([[part.share] for part in self.components])
        most = stacked.max(axis=0)
        return np.asarray(most + np.log10((shares * 10.0 ** (stacked - most)).sum(axis=0)))

    def _calibrated(self, raw: Floats) -> Floats:
        return np.asarray(np.clip(self.scale * raw + self.shift, self.lower, self.upper))


@dataclass(frozen=True, slots=True)
class Range:
    """Middle of a statistic over random ordinary groups: lowest and highest of the worlds."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Made:
    """Where a calibration comes from."""

    name: str
    version: str
    on: str
    """The worlds and seeds, or the cases, in words."""
    at: str
    """Date, ISO 8601."""


@dataclass(frozen=True)
class Calibration:
    """Everything that turns readings into evidence.

    `coordinated` holds one weight for every set of layers that may have something to weigh;
    `extraction` one for every ordinary explanation and set of optional layers; `membership` one
    for every set of families of evidence of an account's own that logs may have something for.
    """

    made: Made
    coordinated: Mapping[Layers, Weight]
    extraction: Mapping[str, Mapping[Layers, Weight]]
    membership: Mapping[Layers, Weight]
    ranges: Mapping[str, Range]

    def coordination(self, layers: Layers) -> Weight | None:
        """The weight for what these layers say together; None where none was fitted."""
        return self.coordinated.get(layers)

    def against(self, explanation: str, layers: Layers) -> Weight:
        """The weight of extraction against an explanation, given the layers with something to
        weigh; optional layers that were not fitted apart are left out by their readings."""
        fitted = self.extraction[explanation]
        optional = frozenset().union(*fitted)
        return fitted[layers & optional]
