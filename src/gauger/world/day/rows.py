"""Exchanges of a day: sessions unrolled into requests, with everything but the texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gauger.world.day.sessions import Sessions
from gauger.world.people.cast import Bools, Cast
from gauger.world.people.fitted import PAUSE_SPREAD
from gauger.world.text.lexicon import Floats, Ints

_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns over exchanges, session by session; `step` counts from 0 within one."""

    session: Ints
    account: Ints
    step: Ints
    moment: Floats
    first: Bools
    """Whether a conversation starts here; in a burst every request starts one."""
    many: Bools
    """Whether the conversation has more than one turn."""
    operator: Ints
    item: Ints

    def __len__(self) -> int:
        return len(self.account)

    def opening(self) -> Ints:
        """For each row, the row in which its conversation starts."""
        row: Ints = np.flatnonzero(self.first)[np.cumsum(self.first) - 1]
        return row


def unroll(rng: np.random.Generator, cast: Cast, held: Sessions) -> Rows:
    """One row for each exchange of each session, spaced as people or programs space them."""
    session = np.repeat(np.arange(len(held)), held.turns)
    n = len(session)
    begin = np.cumsum(held.turns) - held.turns
    step = np.arange(n) - begin[session]
    pause = held.gap[session] * np.exp(PAUSE_SPREAD * rng.standard_normal(n))
    pause[step == 0] = 0.0
    passed = np.cumsum(pause)
    passed = passed - passed[begin[session]] if n else passed
    chained = held.chained[session]
    return Rows(
        session=session,
        account=held.account[session],
        step=step,
        moment=held.start[session] + passed / _SECONDS,
        first=(step == 0) | ~chained,
        many=chained & (held.turns[session] > 1),
        operator=held.operator[session],
        item=held.item[session],
    )
