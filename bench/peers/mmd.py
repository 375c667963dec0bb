"""The window test of Liu, Guo and Dong: does a window of queries differ from past traffic?

"An Embarrassingly Simple Detector for Model Extraction Attacks in LLM API Traffic",
arXiv 2606.05725, restated from LabRAI/mmd-llm-mea-detection (`mmd_detector_gpu.py` and
`run_mmd_detection_gpu.sh`). The threshold is the 95th percentile of the discrepancy between
samples of the reference traffic; a window's score is its mean discrepancy from 20 references.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from bench.peers.embedding import MODEL, Embedded, Vectors, said
from bench.peers.kernel import Kernel, Rows, discrepancies, median_distance, within
from bench.peers.peer import Proposal, ProviderLogs, Setting, of_scores

REFERENCE_DAYS: Final = 2
POOL: Final = 10_000
REPEATS: Final = 20
NULL_SAMPLES: Final = 1_000
PERCENTILE: Final = 95.0
BANDWIDTH_SAMPLE: Final = 2_000
SEED: Final = 42
DAY: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Judge:
    """A reference pool with its kernel, references and threshold, for windows of one size."""

    kernel: Kernel
    pool: Vectors
    references: Vectors
    within_references: npt.NDArray[np.float64]
    threshold: float

    def score(self, window: Vectors) -> float:
        """Mean discrepancy of a window from the references; the size is that of the judge."""
        values = self.kernel.of(window, window)
        size = len(window)
        own = (float(values.sum(dtype=np.float64)) - size) / (size * (size - 1))
        crossed = self.kernel.of(self.pool, window).sum(axis=1, dtype=np.float32)
        cross = (crossed @ self.references).astype(np.float64) / (size * size)
        return float(np.mean(own + self.within_references - 2.0 * cross))


def judge(pool: Vectors, size: int, rng: np.random.Generator) -> Judge:
    """Build the null distribution of a pool and take its threshold."""
    kernel = Kernel(median_distance(pool, BANDWIDTH_SAMPLE, rng))
    ones, others = [], []
    for _ in range(NULL_SAMPLES):
        if len(pool) >= 2 * size:
            drawn = rng.choice(len(pool), size=2 * size, replace=False)
            ones.append(drawn[:size])
            others.append(drawn[size:])
        else:
            ones.append(_sample(len(pool), size, rng))
            others.append(_sample(len(pool), size, rng))
    null = discrepancies(kernel, pool, ones, others)
    drawn_references = [_sample(len(pool), size, rng) for _ in range(REPEATS)]
    columns = np.zeros((len(pool), REPEATS), np.float32)
    for number, rows in enumerate(drawn_references):
        np.add.at(columns[:, number], rows, 1.0)
    threshold = float(np.percentile(null, PERCENTILE))
    return Judge(kernel, pool, columns, within(kernel, pool, drawn_references), threshold)


def _sample(height: int, size: int, rng: np.random.Generator) -> Rows:
    return rng.choice(height, size=size, replace=height < size).astype(np.int64)


@dataclass(frozen=True, slots=True)
class WindowTest:
    """Windows of consecutive queries, of one account each or of all traffic.

    A window of one account flags the account. A window of all traffic names nobody: every
    account with a query in an alarmed window is flagged, and its score is the share of its
    queries in alarmed windows.
    """

    title: str
    size: int
    by_account: bool
    source: str = "arXiv 2606.05725; github.com/LabRAI/mmd-llm-mea-detection (restated)"
    left_out: tuple[str, ...] = (
        "bge-small-en-v1.5 (its weights are not on PyPI): WordLlama stands for it",
        "20 fresh references per window: one set of 20 is drawn and used for all windows",
    )

    @property
    def settings(self) -> Mapping[str, Setting]:
        """Published settings, and where the reference traffic comes from."""
        return {
            "window, queries": self.size,
            "windows of": "one account" if self.by_account else "all traffic",
            "reference": f"all queries of the first {REFERENCE_DAYS} days, whoever sent them",
            "reference, at most": POOL,
            "references per window": REPEATS,
            "null samples": NULL_SAMPLES,
            "threshold percentile": PERCENTILE,
            "kernel": "Gaussian, mean of 0.5, 1, 2 and 4 times the median distance",
            "embedding": MODEL,
        }

    def propose(self, logs: ProviderLogs) -> Proposal:
        """Take the first days as reference and test full windows of what follows."""
        rng = np.random.default_rng(SEED)
        exchanges = said(logs.exchanges("account_id", "prompt", "time"))
        times = pc.cast(exchanges["time"], "int64").to_numpy()
        past = int(np.searchsorted(times, times[0] // DAY * DAY + REFERENCE_DAYS * DAY))
        accounts = np.asarray(exchanges["account_id"].to_pylist(), dtype=object)
        windows = list(self._windows(accounts, past))
        if not windows:
            return of_scores({}, [], "no full window to test")
        vectors = Embedded(exchanges["prompt"])
        rows = np.arange(past)
        if past > POOL:
            rows = np.sort(rng.choice(past, size=POOL, replace=False))
        judged = judge(vectors[rows], self.size, rng)
        alarmed = 0
        seen: defaultdict[str, list[float]] = defaultdict(list)
        flagged: set[str] = set()
        for window in windows:
            score = judged.score(vectors[window])
            alarm = score > judged.threshold
            alarmed += alarm
            for account in accounts[window]:
                seen[str(account)].append(score if self.by_account else float(alarm))
            if alarm:
                flagged |= {str(account) for account in accounts[window]}
        pick = max if self.by_account else np.mean
        scores = {account: float(pick(found)) for account, found in seen.items()}
        note = f"{len(windows)} full windows tested, {alarmed} alarmed"
        return of_scores(scores, flagged, note)

    def _windows(self, accounts: npt.NDArray[np.object_], past: int) -> Iterator[Rows]:
        later = np.arange(past, len(accounts))
        if not self.by_account:
            yield from _full(later, self.size)
            return
        order = later[np.argsort(accounts[later], kind="stable")]
        edges = np.flatnonzero(accounts[order][1:] != accounts[order][:-1]) + 1
        for rows in np.split(order, edges):
            yield from _full(rows, self.size)


def _full(rows: Rows, size: int) -> Iterator[Rows]:
    for start in range(0, len(rows) - size + 1, size):
        yield rows[start : start + size]


ACCOUNT: Final = WindowTest("MMD window test, per account, 1,500 queries", 1_500, True)
ACCOUNT_100: Final = WindowTest("MMD window test, per account, 100 queries", 100, True)
GLOBAL: Final = WindowTest("MMD window test, all traffic, 1,500 queries", 1_500, False)
