"""The one figure of this bench: an area under the ROC curve with its bootstrap interval.

Within strata only pairs of one stratum are compared: "the same under a matched number of events"
is the chance that of a positive and a negative with equally many events the positive scores
higher (the stratified Mann-Whitney statistic; van Elteren, 1960).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.model.population import Floats, Ints

RESAMPLES: Final = 1000
_SEED: Final = 20261121


@dataclass(frozen=True, slots=True)
class Auc:
    """An AUC with the 2.5th and 97.5th percentile over resamples; NaN without any pair."""

    value: float
    low: float
    high: float
    positives: int
    negatives: int
    """Counts of those that had anybody in their stratum to be compared with."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: a score, plain and under matching."""

    score: str
    plain: Auc
    matched: Auc | None = None


def auc(
    score: Floats,
    positive: NDArray[np.bool_],
    *,
    strata: Ints | None = None,
    clusters: Ints | None = None,
    resamples: int = RESAMPLES,
) -> Auc:
    """Chance that a positive scores higher than a negative of its stratum; ties count half.

    Unknown scores (NaN) count as the lowest. Resampling draws whole `clusters`: accounts that
    act on one repository are not independent of each other.
    """
    held = _Pairs.of(score, positive, np.zeros(len(score), np.int64) if strata is None else strata)
    cluster = (
        np.arange(len(score))
        if clusters is None
        else np.unique(clusters, return_inverse=True)[1].astype(np.int64)
    )
    value = held.concordance(np.ones(len(score)))
    rng = np.random.default_rng(_SEED)
    total = int(cluster.max(initial=-1)) + 1
    drawn = [
        held.concordance(
            np.bincount(rng.integers(total, size=total), minlength=total)[cluster].astype(float)
        )
        for _ in range(resamples if np.isfinite(value) else 0)
    ]
    known = np.array([each for each in drawn if np.isfinite(each)])
    low, high = np.percentile(known, [2.5, 97.5]) if len(known) else (np.nan, np.nan)
    return Auc(value, float(low), float(high), *held.compared())


@dataclass(frozen=True)
class _Pairs:
    """Items by the place of their (stratum, score) among all, lowest first."""

    place: Ints
    positive: NDArray[np.bool_]
    stratum_of_place: Ints

    @classmethod
    def of(cls, score: Floats, positive: NDArray[np.bool_], strata: Ints) -> _Pairs:
        known = np.where(np.isfinite(score), score, -np.inf)
        rank = np.unique(known, return_inverse=True)[1]
        level = np.unique(strata, return_inverse=True)[1]
        codes, place = np.unique(level * (len(score) + 1) + rank, return_inverse=True)
        return cls(place, np.asarray(positive, np.bool_), codes // (len(score) + 1))

    def concordance(self, weight: Floats) -> float:
        places = len(self.stratum_of_place)
        up = np.bincount(self.place, weight * self.positive, places)
        down = np.bincount(self.place, weight * ~self.positive, places)
        first = np.searchsorted(self.stratum_of_place, self.stratum_of_place)
        before = np.concatenate(([0.0], np.cumsum(down)))
        below = before[:-1] - before[first]
        pairs = float(
            (
                np.bincount(self.stratum_of_place, up) * np.bincount(self.stratum_of_place, down)
            ).sum()
        )
        return float((up * (below + 0.5 * down)).sum() / pairs) if pairs else float("nan")

    def compared(self) -> tuple[int, int]:
        stratum = self.stratum_of_place[self.place]
        up = np.bincount(stratum, self.positive)
        down = np.bincount(stratum, ~self.positive)
        both = (up > 0) & (down > 0)
        return int(up[both].sum()), int(down[both].sum())


def steps(values: Ints | Floats) -> Ints:
    """Strata of a count: exact up to 10, by quarter of an octave beyond."""
    counts = np.asarray(values, np.float64)
    return np.where(
        counts <= 10, np.round(counts), 100 + np.floor(4 * np.log2(np.maximum(counts, 1)))
    ).astype(np.int64)


def together(*strata: Ints) -> Ints:
    """Strata of those that are alike in every one of several ways."""
    return np.unique(np.stack(strata, axis=1), axis=0, return_inverse=True)[1].reshape(-1)


def balanced(positive: NDArray[np.bool_], strata: Ints, rng: np.random.Generator) -> Ints:
    """Positions of as many positives as negatives in every stratum, drawn at random."""
    chosen: list[Ints] = []
    for stratum in np.unique(strata):
        inside = np.flatnonzero(strata == stratum)
        up, down = inside[positive[inside]], inside[~positive[inside]]
        fewest = min(len(up), len(down))
        chosen += [rng.choice(up, fewest, replace=False), rng.choice(down, fewest, replace=False)]
    return np.sort(np.concatenate(chosen)) if chosen else np.empty(0, np.int64)


def table(first: str, rows: Sequence[Row], matched: str | None = None) -> str:
    """Rows as a Markdown table; `matched` names what the last column is matched on."""
    head = [first, "AUC", "95% interval", "positives", "negatives"]
    head += [f"AUC, {matched}", "95% interval", "compared"] if matched else []
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for row in rows:
        cells = [row.score, *_cells(row.plain), f"{row.plain.positives:,}"]
        cells += [f"{row.plain.negatives:,}"]
        if matched:
            cells += _compared(row.matched) if row.matched else ["", "", ""]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cells(figure: Auc) -> list[str]:
    if not np.isfinite(figure.value):
        return ["none to compare", ""]
    return [f"{figure.value:.3f}", f"{figure.low:.3f} to {figure.high:.3f}"]


def _compared(figure: Auc) -> list[str]:
    return [*_cells(figure), f"{figure.positives:,} and {figure.negatives:,}"]
