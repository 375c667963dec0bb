"""How far what an account's exchanges carry speaks for a network, family by family.

A trait weighs log10 of the rate at which members hold it over the rate of outsiders. Of one
family the best trait of an exchange counts, and of an account the mean over its exchanges: a
frame of fifty words is one habit, and one exchange of three is a third of one.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gauger.model.population import Floats, Ints
from gauger.model.signature import FAMILIES

TELLING: Final = 1.0
"""log10 of the ratio of rates from which a trait marks a network, as in a scan."""
MOST: Final = 2.5
"""A single trait weighs no more: a network has many, and one of them is soon met by chance."""
STEPS: Final = (1, 2, 3, 5, 10)
"""After so many exchanges it is said what a score is worth; from the last on a scan knows more."""


def weights(
    members: NDArray[Any], outsiders: NDArray[Any], of_members: int, of_outsiders: int
) -> Floats:
    """Weight of traits that so many of the members and of the outsiders hold; 0 where it is below
    TELLING."""
    inside = (members + 0.5) / (of_members + 1.0)
    outside = (outsiders + 0.5) / (of_outsiders + 1.0)
    weight = np.minimum(np.log10(inside / outside), MOST)
    return np.where(weight >= TELLING, weight, 0.0)


def scores(account: Ints, best: Floats, spoke: NDArray[np.bool_], accounts: int) -> Floats:
    """Mean of the best weights over the exchanges in which a family had something to say.

    Rows of `best` and `spoke` are exchanges, columns families; rows of the result are accounts,
    NaN where no exchange said anything.
    """
    scored = np.empty((accounts, len(FAMILIES)))
    for family in range(len(FAMILIES)):
        total = np.bincount(account, best[:, family] * spoke[:, family], accounts)
        count = np.bincount(account, spoke[:, family], accounts)
        scored[:, family] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return scored
