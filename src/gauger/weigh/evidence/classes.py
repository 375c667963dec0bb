"""LR of the class that an account falls in, from how many members and outsiders fall in each."""

from __future__ import annotations

import numpy as np

from gauger.model.population import Floats, Ints

NEITHER, MEMBER, OUTSIDER = 0, 1, 2
"""How an account stands to the network, which says in which count it is itself."""
STANDINGS = 3


def class_lr(members: Ints, outsiders: Ints) -> Floats:
    """log10 LR of every class (columns) for accounts of every standing (rows).

    `members` and `outsiders` count accounts by class; each account is left out of its own class,
    and every class holds half an account more of either kind.
    """
    own = np.arange(STANDINGS)[:, None]
    return np.asarray(np.log10(_rate(members, own == MEMBER) / _rate(outsiders, own == OUTSIDER)))


def _rate(count: Ints, own: Ints) -> Floats:
    others = np.maximum(count - own, 0) + 0.5
    return np.asarray(others / (count.sum() - own + 0.5 * len(count)))
