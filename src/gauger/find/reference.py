"""Which accounts later scans are compared with: whole ordinary groups, and accounts at random.

Half of the groups that a network is weighed beside share something for an ordinary reason, so a
random sample of single accounts, in which hardly any two share a tool, a class or an office, would
make everything that does share look like an operator's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.find.linkage.candidates import Candidate
from gauger.model.population import Ints

STRANGERS: Final = 1_500
IN_GROUPS: Final = 1_500
"""Both together are as many accounts as the worlds have that calibrations are fitted on."""
_OF_ONE_GROUP: Final = 60
_OURS: Final = 0.1
"""Part of a group that may belong to networks: more, and it is no ordinary group."""
_FEWEST_EXCHANGES: Final = 2
_SEED: Final = 20261129


def reference_accounts(
    exchanges: Ints, candidates: Sequence[Candidate], networks: Sequence[Ints]
) -> NDArray[np.bool_]:
    """Flags of the accounts, by position, that stand for everybody whom no network holds.

    `exchanges` is per account; `candidates` are what linkage proposed, `networks` the accounts of
    those that were established.
    """
    rng = np.random.default_rng(_SEED)
    taken = np.zeros(len(exchanges), np.bool_)
    for accounts in networks:
        taken[accounts] = True
    able = (exchanges >= _FEWEST_EXCHANGES) & ~taken
    chosen = np.zeros(len(exchanges), np.bool_)
    drawn = 0
    for number in rng.permutation(len(candidates)):
        if drawn >= IN_GROUPS:
            break
        accounts = candidates[number].accounts
        if taken[accounts].mean() > _OURS:
            continue
        eligible = accounts[able[accounts]]
        if len(eligible) > _OF_ONE_GROUP:
            eligible = rng.choice(eligible, _OF_ONE_GROUP, replace=False)
        drawn += int((~chosen[eligible]).sum())
        chosen[eligible] = True
    left = np.flatnonzero(able & ~chosen)
    chosen[rng.choice(left, min(STRANGERS, len(left)), replace=False)] = True
    return chosen
