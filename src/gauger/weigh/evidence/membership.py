"""What all evidence of an account for belonging to a network is worth together.

Families of evidence are dependent (one exit gives address and client), so their LRs are not
added: a calibration weighs them, fitted on accounts of operators and on the strangers that
linkage put beside them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gauger.find.linkage.ties import Ties
from gauger.model.population import Floats, Ints, Population
from gauger.weigh.calibration.model import Calibration, Layers
from gauger.weigh.evidence.likeness import Likeness
from gauger.weigh.evidence.members import FAMILIES, Shared, shared_with
from gauger.weigh.evidence.reading import Reading
from gauger.weigh.evidence.telling import Held

ALWAYS: Final = "behaviour"
"""The family that every log has something for."""
HABITUAL: Final = "habits"
"""Stands for the likeness of accounts whose habits were fetched: a sample of a large network's."""
SOMETIMES: Final = ("content", "infrastructure", "identity", HABITUAL)
"""What logs may lack, or what may not be known of an account."""
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


_NEAR: Final = 1.0
"""log10 LR of a family from which the habits of an account that is no member are compared."""
_RECENT: Final = 24
"""Answers kept: one step of a scan asks for what the step before it asked for."""


class Membership:
    """Weighs accounts of one population for belonging to networks."""

    def __init__(self, population: Population, ties: Ties, calibration: Calibration) -> None:
        self.population = population
        self.ties = ties
        self._likeness = Likeness(population)
        known = families_known(ties)
        self._by_things = calibration.membership[known]
        self._by_all = calibration.membership[known | {HABITUAL}]
        self._recent: OrderedDict[tuple[bytes, bytes], Ownership] = OrderedDict()

    def of(self, members: Ints, outsiders: NDArray[np.bool_]) -> Ownership:
        """Evidence of every account for belonging to `members`, calibrated.

        The bounds are the least and the most that it becomes when all that has one cause is left
        out.
        """
        key = members.tobytes(), np.packbits(outsiders).tobytes()
        if key not in self._recent:
            self._recent[key] = self._weighed(members, outsiders)
            if len(self._recent) > _RECENT:
                self._recent.popitem(last=False)
        self._recent.move_to_end(key)
        return self._recent[key]

    def about(self, accounts: Ints, members: Ints, outsiders: NDArray[np.bool_]) -> Ownership:
        """The same of the given accounts alone, none of which is a member."""
        return self._weighed(members, outsiders, accounts).of(accounts)

    def _weighed(
        self, members: Ints, outsiders: NDArray[np.bool_], asked: Ints | None = None
    ) -> Ownership:
        held = shared_with(self.ties, members, outsiders)
        strongest = np.vstack(list(held.families.values())).max(axis=0)[:-1]
        near = held.accounts[strongest >= _NEAR]
        compared = np.union1d(members, near) if asked is None else np.intersect1d(asked, near)
        families = observed(held, self._likeness, members, outsiders, compared)
        # The last row stands for all who hold nothing telling; their habits are not asked for.
        pooled = np.append(
            np.isin(held.accounts, compared) & (self.population.row[held.accounts] >= 0), False
        )
        without = self._log10(families, pooled, ((), *CAUSES))
        return Ownership(
            held.accounts, without[0], without.min(axis=0), without.max(axis=0), families,
            held.marked,
        )  # fmt: skip

    def of_part(
        self, part: Ints, rest: Ints, outsiders: NDArray[np.bool_], held: Held | None = None
    ) -> Floats:
        """log10 LR of the accounts of one part for belonging to the rest of a network; `held` is
        what the rest holds, where that is known already.

        A card of its own is not held against a part: one operator may have several, and the parts
        of its network are then those of its cards.
        """
        shared = shared_with(self.ties, rest, outsiders, held)
        rows = shared.rows(part)
        every = observed(shared, self._likeness, rest, outsiders, part)
        families = {name: values[rows] for name, values in every.items()}
        families["identity"] = np.maximum(families["identity"], 0.0)
        pooled = (self.population.row[part] >= 0) & (rows < len(shared.accounts))
        return np.asarray(self._log10(families, pooled, ((),))[0])

    def _log10(
        self,
        families: dict[str, Floats],
        pooled: NDArray[np.bool_],
        left_out: Sequence[tuple[str, ...]],
    ) -> Floats:
        """One row for each set of families that are left out."""
        log10 = np.empty((len(left_out), len(pooled)))
        for rows, weight in ((pooled, self._by_all), (~pooled, self._by_things)):
            if rows.any():
                readings = {name: as_reading(held[rows]) for name, held in families.items()}
                log10[:, rows] = weight.log10_silenced(readings, left_out)
        return log10


def families_of(known: Layers) -> tuple[str, ...]:
    """The families that speak where so much is known."""
    families = [ALWAYS, *(name for name in SOMETIMES[:3] if name in known)]
    if HABITUAL in known:
        families += ["hours", "shape", "gear"]
        families += ["subject"] if "content" in known else []
        families += ["origin"] if "infrastructure" in known else []
    return tuple(families)


def observed(
    held: Shared,
    likeness: Likeness,
    members: Ints,
    outsiders: NDArray[np.bool_],
    compared: Ints,
) -> dict[str, Floats]:
    """All families, not weighed together yet: what accounts share with the members, and how like
    them those are that are to be compared. Rows are those of `held`."""
    outside = outsiders.copy()
    outside[members] = False
    at = np.flatnonzero(np.isin(held.accounts, compared))
    families = dict(held.families)
    for name, values in likeness.log10(held.accounts[at], members, outside).items():
        families[name] = np.zeros(len(held.accounts) + 1)
        families[name][at] = values
    return families


def as_reading(log10: Floats) -> Reading:
    """A family's LR as calibrations read it."""
    return Reading(log10, np.full(len(log10), np.nan))


def families_known(ties: Ties) -> Layers:
    """Which families of things, besides the one they always have, logs have something for."""
    return frozenset(name for name in SOMETIMES[:3] if FAMILIES[name] & ties.kinds_held)
