"""How far LRs can be taken at their word: Cllr and its parts, Tippett and PAV plots, by `lir`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("agg")

import lir.plotting as drawing
import matplotlib.pyplot as plt
from lir.data.models import LLRData
from lir.metrics import cllr, cllr_cal, cllr_min

from bench.truth.trials import Trial


@dataclass(frozen=True, slots=True)
class Weighing:
    """Figures of one claim over a set of trials; Cllr is 0 at best, 1 if it says nothing.

    `misleading` is the part of the false trials with an LR above 1, `beyond` of those with one
    from which the claim is established; `reached` the same part of the true trials.
    """

    claim: str
    true_trials: int
    false_trials: int
    cllr: float
    cllr_min: float
    cllr_cal: float
    misleading: float
    beyond: float
    reached: float
    highest_false: float


def weigh(claim: str, lrs: Sequence[float], truth: Sequence[bool], threshold: float) -> Weighing:
    """Figures of log10 LRs whose truth is known; both kinds of trial must occur."""
    data = _data(lrs, truth)
    values, true = np.asarray(lrs), np.asarray(truth)
    return Weighing(
        claim, int(true.sum()), int((~true).sum()),
        cllr(data), cllr_min(data), cllr_cal(data),
        float((values[~true] > 0).mean()), float((values[~true] >= threshold).mean()),
        float((values[true] >= threshold).mean()), float(values[~true].max()),
    )  # fmt: skip


def plot(claim: str, lrs: Sequence[float], truth: Sequence[bool], folder: Path) -> tuple[Path, ...]:
    """Tippett and PAV plots of one claim as PNG files."""
    data = _data(lrs, truth)
    made = []
    for name, draw in (("tippett", drawing.tippett), ("pav", drawing.pav)):
        figure, axes = plt.subplots(figsize=(5.2, 4.2))
        draw(data, ax=axes)
        axes.set_title(f"{name.upper() if name == 'pav' else name.title()}: {claim}")
        path = folder / f"{claim}-{name}.png"
        figure.tight_layout()
        figure.savefig(path, dpi=100, metadata={"Software": None})
        plt.close(figure)
        made.append(path)
    return tuple(made)


def extraction_of(trials: Sequence[Trial]) -> tuple[list[float], list[bool]]:
    """LRs and truth for "extraction", over groups that somebody runs or that look like it."""
    return [t.extraction for t in trials], [t.harvests for t in trials]


def coordination_of(trials: Sequence[Trial]) -> tuple[list[float], list[bool]]:
    """LRs and truth for "coordinated"."""
    return [t.coordinated for t in trials], [t.operated for t in trials]


def _data(lrs: Sequence[float], truth: Sequence[bool]) -> LLRData:
    return LLRData(features=np.asarray(lrs, np.float64), labels=np.asarray(truth, np.int64))
