"""A network whose coordination is established."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gauger.model.population import Ints
from gauger.weigh.belonging import STRANGE
from gauger.weigh.evidence.members import Ownership
from gauger.weigh.judge import Judgement


@dataclass(frozen=True)
class Established:
    """A network with its judgement and the evidence of each of its accounts."""

    judgement: Judgement
    ownership: Ownership
    considered: Ints
    """Accounts that were put beside the members by linkage, the members included."""

    @property
    def accounts(self) -> Ints:
        """Positions of the members, ascending."""
        return self.judgement.accounts

    def undecided(self, elsewhere: NDArray[np.bool_]) -> Ints:
        """Accounts put beside the members whose own evidence does not tell; none of those that
        are `elsewhere`."""
        others = np.setdiff1d(self.considered, self.accounts)
        log10 = self.ownership.of(others).log10
        return others[(log10 >= STRANGE) & ~elsewhere[others]]
