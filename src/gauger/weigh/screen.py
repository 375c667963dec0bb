"""Which candidates are worth a close look: all of them at once, beside random groups.

Random groups are blind to ordinary reasons, so a suspect here is often an ordinary group; what
matters is that nothing coordinated is passed over, and that thousands of candidates cost little.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from gauger.find.linkage.candidates import MIN_ACCOUNTS, Candidate
from gauger.model.population import Floats, Ints, Population
from gauger.weigh.calibration.model import Calibration
from gauger.weigh.evidence.fusing import fuse_many
from gauger.weigh.evidence.reading import FEWEST_GROUPS
from gauger.weigh.judge import Judge, sampled, thinned
from gauger.weigh.layers import LAYERS
from gauger.weigh.ordinary import Ordinary

SCREENING_GROUPS: Final = 300
"""Fewer than for evidence: they need only tell who is worth a close look."""
SUSPECT: Final = 2.0
"""log10 LR beside random groups from which a candidate is looked at closely."""
_LARGE: Final = 0.02
"""A candidate with more of the population than this is in the random groups itself, and is
judged beside groups drawn from the rest."""


def screen(
    population: Population,
    candidates: Sequence[Candidate],
    ordinary: Ordinary,
    calibration: Calibration,
    advance: Callable[[int, int], None],
) -> list[Ints]:
    """Accounts of every suspect candidate, in the order of the candidates."""
    by_kind: dict[tuple[int, int], list[tuple[int, Ints]]] = {}
    for number, candidate in enumerate(candidates):
        sample = sampled(candidate.accounts, population)
        if len(sample) >= MIN_ACCOUNTS:
            activity = float(np.median(population.exchanges[candidate.accounts]))
            kind = ordinary.kind_of(len(sample), activity)
            by_kind.setdefault(kind, []).append((number, sample))
    judge = Judge(population, ordinary, calibration)
    suspects: list[int] = []
    done = 0
    for kind, held in sorted(by_kind.items()):
        scores = _scores(kind, [sample for _, sample in held], ordinary, calibration)
        for (number, _), score in zip(held, scores, strict=True):
            accounts = candidates[number].accounts
            if len(accounts) > _LARGE * population.size:
                score = judge.judge(accounts).log10
            if score >= SUSPECT:
                suspects.append(number)
        done += len(held)
        advance(done, len(candidates))
    return [candidates[number].accounts for number in sorted(suspects)]


def _scores(
    kind: tuple[int, int], samples: Sequence[Ints], ordinary: Ordinary, calibration: Calibration
) -> Floats:
    beside = ordinary.of_kind(kind)
    if len(beside) < FEWEST_GROUPS:
        return np.zeros(len(samples))
    groups = np.full((len(samples), beside.size), -1, np.int64)
    for row, sample in enumerate(samples):
        kept = thinned(sample, beside.size)
        groups[row, : len(kept)] = kept
    readings = ordinary.readings(ordinary.measuring.of(groups), beside)
    known = frozenset(layer.name for layer in LAYERS if layer.has_something(readings))
    return fuse_many(readings, known, calibration, len(samples))
