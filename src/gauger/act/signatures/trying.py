"""Tries a signature on the accounts it is made of, and says what scores are worth."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.act.signatures.recognition import recognised
from gauger.act.signatures.replay import MEMBER, OUTSIDER, Scored
from gauger.act.signatures.scoring import STEPS
from gauger.act.signatures.worth import log10_of, worth_of
from gauger.model.signature import FAMILIES, Trial, Worth

_WRONG: Final = 0.05
"""Outsiders that a signature may recognise, as a part of the network's members: some will be the
operator's own accounts, which the scan did not name."""


def tried(
    scored: Scored, standing: NDArray[np.int8], members: int, outsiders: int
) -> tuple[tuple[Worth, ...], tuple[Trial, ...], bool]:
    """The worth of scores in every family after each of STEPS, how many would have been
    recognised by then, and whether the signature may recognise anybody.

    `members` and `outsiders` are how many there are, of whom a sample was scored.
    """
    worths: list[Worth] = []
    trials: list[Trial] = []
    ever = np.zeros(len(standing), np.bool_)
    for step, scores in zip(STEPS, scored.steps, strict=True):
        there = ~np.isnan(scores).all(axis=1)
        inside, outside = there & (standing == MEMBER), there & (standing == OUTSIDER)
        of_step = [
            worth_of(family, step, scores[inside, number], scores[outside, number])
            for number, family in enumerate(FAMILIES)
        ]
        log10 = np.stack(
            [log10_of(worth, scores[:, number]) for number, worth in enumerate(of_step)], axis=1
        )
        worths += of_step
        ever |= there & recognised(log10)
        trials.append(
            Trial(
                step, int(inside.sum()), int((ever & inside).sum()), int(outside.sum()),
                int((ever & outside).sum()),
            )
        )  # fmt: skip
    replayed = max(int((standing == OUTSIDER).sum()), 1)
    wrong = outsiders * int((ever & (standing == OUTSIDER)).sum()) / replayed
    anybody = bool((ever & (standing == MEMBER)).any())
    return tuple(worths), tuple(trials), anybody and wrong <= _WRONG * members
