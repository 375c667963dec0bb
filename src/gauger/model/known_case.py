"""Cases that a provider has closed: accounts about which people found out what they are."""

from __future__ import annotations

from dataclasses import dataclass

from gauger.model.run import InputRecord


@dataclass(frozen=True, slots=True)
class KnownCase:
    """Accounts that belong together, and what people found: one operator runs them, or not.

    `operated` is whether one operator was confirmed, `harvests` whether the traffic was confirmed
    to harvest training data, `explanation` the ordinary explanation that holds ("" where none
    does, or none was named).
    """

    name: str
    accounts: tuple[str, ...]
    operated: bool
    harvests: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class KnownCases:
    """The cases of one file, in the order in which they first occur, and the file."""

    cases: tuple[KnownCase, ...]
    record: InputRecord

    @property
    def confirmed(self) -> int:
        """Cases in which one operator was confirmed."""
        return sum(case.operated for case in self.cases)

    @property
    def cleared(self) -> int:
        """Cases that were cleared."""
        return len(self.cases) - self.confirmed
