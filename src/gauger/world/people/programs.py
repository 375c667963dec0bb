"""The accounts of a world that are programs, as columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gauger.world.people.persona import Persona, Temper
from gauger.world.text.lexicon import Floats, Ints


@dataclass(frozen=True, slots=True)
class Programs:
    """Columns over the accounts that are programs; `who` says which these are.

    `key` seeds whatever lasts longer than a day, `turn` is the window in which each one's own
    day begins, so that nothing changes for all at one midnight.
    """

    key: int
    who: Ints
    turn: Ints
    busy: Floats
    inside: Floats
    spell: Floats
    ripple: Floats
    ripple_memory: Floats
    drift: Floats
    concentration: Floats
    peak: Floats
    cv: Floats
    cv_within: Floats
    weibull: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.who)


def programs_of(personas: Sequence[Persona], rng: np.random.Generator) -> Programs:
    """The programs among personas, in their order."""
    known = [(i, p.volume.temper) for i, p in enumerate(personas) if p.volume.temper is not None]
    tempers = [temper for _, temper in known]

    def floats(get: Callable[[Temper], float]) -> Floats:
        return np.array([get(temper) for temper in tempers], dtype=np.float64)

    return Programs(
        key=int(rng.integers(0, 1 << 62)),
        who=np.array([i for i, _ in known], dtype=np.int64),
        turn=rng.integers(0, 144, len(known)),
        busy=floats(lambda t: t.busy),
        inside=floats(lambda t: t.inside),
        spell=floats(lambda t: t.spell),
        ripple=floats(lambda t: t.ripple),
        ripple_memory=floats(lambda t: t.ripple_memory),
        drift=floats(lambda t: t.drift),
        concentration=floats(lambda t: t.concentration),
        peak=floats(lambda t: t.peak),
        cv=floats(lambda t: t.cv),
        cv_within=floats(lambda t: t.cv_within),
        weibull=np.array([t.weibull for t in tempers], dtype=np.bool_),
    )
