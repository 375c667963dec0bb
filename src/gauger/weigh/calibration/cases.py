"""Groups of known truth, as columns: what a calibration is fitted on and judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gauger.model.population import Floats
from gauger.weigh.evidence.reading import Reading, Readings

Texts = NDArray[np.str_]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Cases:
    """Groups with their readings and what is known of them, one entry of every column per group.

    `world` names the world or log that a group comes from, `unit` the operator or the group of
    strangers (several groups may stand for one), `component` the way in which one operator runs
    it ("" for strangers), `explanation` the ordinary explanation that holds ("" where none does),
    `harvests` whether its traffic harvests training data, and `counted` whether it counts where a
    calibration is judged: of the groups that stand for one operator the one most like it.
    """

    readings: Readings
    world: Texts
    unit: Texts
    component: Texts
    explanation: Texts
    harvests: Bools
    counted: Bools

    def __len__(self) -> int:
        return len(self.world)

    @property
    def operated(self) -> Bools:
        """Whether one operator runs the group."""
        return np.asarray(self.component != "")

    def where(self, chosen: Bools) -> Cases:
        """The flagged cases."""
        return Cases(
            {
                name: Reading(reading.place[chosen], reading.level[chosen])
                for name, reading in self.readings.items()
            },
            self.world[chosen], self.unit[chosen], self.component[chosen],
            self.explanation[chosen], self.harvests[chosen], self.counted[chosen],
        )  # fmt: skip

    @classmethod
    def joined(cls, parts: Sequence[Cases]) -> Cases:
        """All parts as one; they hold the same statistics."""
        names = parts[0].readings

        def column(name: str) -> NDArray[np.str_]:
            return np.concatenate([getattr(part, name) for part in parts])

        readings: dict[str, Reading] = {}
        for name in names:
            place: Floats = np.concatenate([part.readings[name].place for part in parts])
            level: Floats = np.concatenate([part.readings[name].level for part in parts])
            readings[name] = Reading(place, level)
        return cls(
            readings, column("world"), column("unit"), column("component"), column("explanation"),
            np.concatenate([part.harvests for part in parts]),
            np.concatenate([part.counted for part in parts]),
        )  # fmt: skip
