"""What all evidence of an account for belonging to a network is worth together.

Families of evidence are dependent (one exit gives address and client), so their LRs are not
added: a calibration weighs them, fitted on accounts of operators and on the strangers that
linkage put beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.find.linkage.ties import Ties
from gauger.model.population import Floats, Ints, Population
from gauger.weigh.calibration.model import Calibration, Layers
from gauger.weigh.evidence.likeness import HABITS, Likeness
from gauger.weigh.evidence.members import FAMILIES, Shared, shared_with
from gauger.weigh.evidence.reading import Reading

FAMILIES_ALL_HAVE: Final = ("behaviour", "hours", "shape", "gear")
"""Families that every log has something for."""
FAMILIES_SOME_LACK: Final[dict[str, tuple[str, ...]]] = {
    "content": ("content", "subject"),
    "infrastructure": ("infrastructure", "origin"),
    "identity": ("identity",),
}
"""Families that some logs have nothing for, by what these lack."""
CAUSES: Final = (
    ("content", "subject"),
    ("infrastructure", "origin"),
    ("identity",),
    ("behaviour", "gear"),
    ("shape",),
    ("hours",),
)
"""Families that one ordinary cause would explain together: one exit gives the same addresses and
the same ranges."""


@dataclass(frozen=True)
class Ownership:
    """log10 LR of accounts for belonging to the network, with its families; parallel arrays.

    Only accounts that hold anything telling, or are members, stand in `accounts` (ascending);
    everybody else is a stranger, and all of these have the values of the last row.
    """

    accounts: Ints
    log10: Floats
    lower: Floats
    upper: Floats
    families: dict[str, Floats]
    marked: Floats
    """Part of each account's exchanges that carry content which is telling for the network."""

    def of(self, accounts: Ints) -> Ownership:
        """The rows of the given accounts, in their order."""
        row = Shared(self.accounts, self.families, self.marked).rows(accounts)
        families = {name: held[row] for name, held in self.families.items()}
        return Ownership(
            accounts, self.log10[row], self.lower[row], self.upper[row], families, self.marked[row]
        )


class Membership:
    """Weighs accounts of one population for belonging to networks."""

    def __init__(self, population: Population, ties: Ties, calibration: Calibration) -> None:
        self.population = population
        self.ties = ties
        self._likeness = Likeness(population)
        self._weight = calibration.membership[families_known(ties)]

    def of(self, members: Ints, outsiders: NDArray[np.bool_]) -> Ownership:
        """Evidence of every account for belonging to `members`, calibrated.

        The bounds are the least and the most that it becomes when all that has one cause is left
        out.
        """
        held = observed(self.ties, self._likeness, members, outsiders)
        total = self._log10(held.families)
        without = np.vstack([total, *(self._log10(held.families, cause) for cause in CAUSES)])
        return Ownership(
            held.accounts, total, without.min(axis=0), without.max(axis=0), held.families,
            held.marked,
        )  # fmt: skip

    def of_part(self, part: Ints, rest: Ints, outsiders: NDArray[np.bool_]) -> Floats:
        """log10 LR of the accounts of one part for belonging to the rest of a network.

        A card of its own is not held against a part: one operator may have several, and the parts
        of its network are then those of its cards.
        """
        held = observed(self.ties, self._likeness, rest, outsiders)
        families = {name: values[held.rows(part)] for name, values in held.families.items()}
        families["identity"] = np.maximum(families["identity"], 0.0)
        return self._log10(families)

    def _log10(self, families: dict[str, Floats], left_out: tuple[str, ...] = ()) -> Floats:
        readings = {
            name: as_reading(np.zeros_like(held) if name in left_out else held)
            for name, held in families.items()
        }
        return self._weight.log10(readings)


def observed(ties: Ties, likeness: Likeness, members: Ints, outsiders: NDArray[np.bool_]) -> Shared:
    """Things in common and likeness, family by family, not weighed together yet."""
    held = shared_with(ties, members, outsiders)
    outside = outsiders.copy()
    outside[members] = False
    alike = likeness.log10(held.accounts, members, outside)
    # The last row, of all who hold nothing telling, is like nobody.
    more = {name: np.append(alike[name], 0.0) for name in HABITS}
    return replace(held, families=held.families | more)


def as_reading(log10: Floats) -> Reading:
    """A family's LR as calibrations read it."""
    return Reading(log10, np.full(len(log10), np.nan))


def families_known(ties: Ties) -> Layers:
    """Which optional families the logs have something for."""
    kinds = [set(FAMILIES[name]) for name in FAMILIES_SOME_LACK]
    held = ties.kinds_held
    return frozenset(name for name, of in zip(FAMILIES_SOME_LACK, kinds, strict=True) if of & held)
