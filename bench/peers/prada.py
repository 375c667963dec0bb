"""PRADA: are the distances between one account's queries distributed normally?

Juuti, Szyller, Marchal, Asokan: PRADA, EuroS&P 2019, restated from the authors' code
(SSGAalto/prada-protecting-against-dnn-model-stealing-attacks, `growing_set.py`). A query's
distance is that to the nearest query of a growing set; every tenth query the distances so far
are tested with Shapiro and Wilk's W, and W below delta is an alarm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import stats

from bench.peers.embedding import MODEL, Embedded, Vectors, said
from bench.peers.peer import Proposal, ProviderLogs, Setting, of_scores

DELTA: Final = 0.9
"""Threshold of W that the authors' `main.py` sets."""
TEST_EVERY: Final = 10
DISTANCES_MORE_THAN: Final = 100
OUTLIER_DEVIATIONS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Prada:
    """Flags an account on its first alarm; the score is one minus its lowest W."""

    title: str = "PRADA"
    source: str = (
        "Juuti et al., EuroS&P 2019; github.com/SSGAalto/"
        "prada-protecting-against-dnn-model-stealing-attacks (restated)"
    )
    settings: Mapping[str, Setting] = field(
        default_factory=lambda: {
            "delta": DELTA,
            "test every n queries": TEST_EVERY,
            "distances needed, more than": DISTANCES_MORE_THAN,
            "outliers beyond standard deviations": OUTLIER_DEVIATIONS,
            "distance": "l2",
            "embedding": MODEL,
        }
    )
    left_out: tuple[str, ...] = (
        "one growing set per predicted class: a language model predicts none, so all are one class",
        "distances between images: between embeddings of prompts here",
    )

    def propose(self, logs: ProviderLogs) -> Proposal:
        """Play each account's queries in order."""
        exchanges = said(logs.exchanges("account_id", "prompt"))
        vectors = Embedded(exchanges["prompt"])
        accounts = np.asarray(exchanges["account_id"].to_pylist(), dtype=object)
        order = np.argsort(accounts, kind="stable")
        starts = np.flatnonzero(np.r_[True, accounts[order][1:] != accounts[order][:-1]])
        scores: dict[str, float] = {}
        flagged: list[str] = []
        for rows in np.split(order, starts[1:]):
            if len(rows) <= DISTANCES_MORE_THAN:
                continue
            tested = lowest_w(vectors[rows])
            if tested is None:
                continue
            account = str(accounts[rows[0]])
            scores[account] = 1.0 - tested
            if tested < DELTA:
                flagged.append(account)
        return of_scores(scores, flagged, f"{len(scores)} accounts had enough queries to be tested")


def lowest_w(queries: Vectors) -> float | None:
    """The lowest W of any test on a stream of queries; None where there never were enough."""
    kept = np.empty_like(queries)
    kept[0] = queries[0]
    size, threshold, lowest = 1, 0.0, None
    set_distances = [0.0]
    distances: list[float] = []
    for number, query in enumerate(queries[1:], start=1):
        nearest = float(np.sqrt(np.min(np.sum((kept[:size] - query) ** 2, axis=1))))
        distances.append(nearest)
        if nearest > threshold:
            kept[size] = query
            size += 1
            set_distances.append(nearest)
            known = np.asarray(set_distances)
            threshold = max(threshold, float(known.mean() - known.std()))
        if number % TEST_EVERY == 0:
            inner = _without_outliers(np.asarray(distances))
            if len(inner) > DISTANCES_MORE_THAN and np.ptp(inner) > 0:
                w = float(stats.shapiro(inner[:5000]).statistic)
                lowest = w if lowest is None else min(lowest, w)
    return lowest


def _without_outliers(distances: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    near = np.abs(distances - distances.mean()) < OUTLIER_DEVIATIONS * distances.std()
    inner: npt.NDArray[np.float64] = distances[near]
    return inner


PRADA: Final = Prada()
