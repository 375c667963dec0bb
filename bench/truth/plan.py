"""Which worlds were looked at while thresholds were set, and which only judge."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.fitting import drawn

HERE: Final = Path(__file__).parent / "scenarios"


@dataclass(frozen=True, slots=True)
class Family:
    """A scenario and the seeds that are drawn of it; `scenario` is packaged or a file."""

    name: str
    scenario: str
    seeds: tuple[int, ...]

    @classmethod
    def own(cls, name: str, seeds: tuple[int, ...]) -> Family:
        """A scenario of this bench."""
        return cls(name, str(HERE / f"{name}.toml"), seeds)


FITTING: Final = (
    Family("demo", "demo", (1, 2, 3)),
    Family("ladder", "ladder", (1, 7)),
    Family("innocent", "innocent", (1, 2, 3)),
    Family("quick", "quick", (1,)),
)
"""Worlds that thresholds were set by. Their figures say what was fitted, not how good it is."""

JUDGING: Final = (
    Family.own("consumer", (1001, 1002)),
    Family.own("gateway", (1001, 1002)),
    Family.own("twins", (1001, 1002)),
    Family.own("lookalikes", (1001, 1002)),
    Family("reported-hundredth", "reported-hundredth", (1001,)),
    Family("drawn", drawn.NAME, tuple(range(7001, 7013))),
)
"""Worlds of other scenarios and other seeds, which no threshold was set by."""

DEVELOPING: Final = Family("drawn", drawn.NAME, tuple(range(6001, 6017)))
"""Drawn worlds that rules of membership were tried on; neither fitted on nor judging."""

QUICK: Final = (Family("quick", "quick", (1,)), Family.own("gateway", (1001,)))
"""What continuous integration runs."""

PEERS: Final = tuple(
    Family(family.name, family.scenario, family.seeds[:1])
    for family in JUDGING
    if family.name not in {"reported-hundredth", "drawn"}
)
"""Worlds on which peers run beside gauger: one seed each, since the slowest take minutes on each;
the largest is beyond what most of them finish."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A world that is scanned again and again: every so many hours, for so many days or to its
    end."""

    family: Family
    hours: int
    days: int | None = None


ALARM: Final = (
    Watch(Family.own("gateway", (1001,)), 6),
    Watch(Family.own("twins", (1001,)), 6),
    Watch(Family("reported-hundredth", "reported-hundredth", (1001,)), 3, 2),
)
"""Small campaigns of ten days or two weeks to the end, and those reported at a hundredth for the
first two days of their 45."""

FRONTIER_SEEDS: Final = (2001, 2002)
