"""What accounts have in common, told in compiled loops, is what plain Python tells."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pytest import MonkeyPatch

from gauger.find.profiles import meeting
from gauger.find.profiles.meeting import met

ROWS = st.lists(
    st.tuples(
        st.one_of(st.integers(-3, 3), st.integers(-(2**63), 2**63 - 1)),
        st.integers(0, 5),
        st.integers(1, 9),
        st.booleans(),
    ),
    max_size=200,
)


@given(ROWS, st.sampled_from([1, 8, 8_192]))
def test_what_is_met_is_what_plain_python_meets(
    rows: list[tuple[int, int, int, bool]], together: int
) -> None:
    with MonkeyPatch.context() as patch:
        patch.setattr(meeting, "_TOGETHER", together)
        found = met(
            np.array([row[0] for row in rows], np.int64),
            np.array([row[1] for row in rows], np.int32),
            np.array([row[2] for row in rows], np.int32),
            np.array([row[3] for row in rows], np.bool_),
        )
    times: dict[int, Counter[int]] = defaultdict(Counter)
    sampled: dict[int, Counter[int]] = defaultdict(Counter)
    for thing, account, often, kept in rows:
        times[thing][account] += often
        sampled[thing][account] += kept
    shared = {
        (account, thing, often, sampled[thing].total() > 0)
        for thing, holders in times.items()
        for account, often in holders.items()
        if len(holders) > 1
    }
    columns = found.account, found.thing, found.times, found.sampled
    got = list(zip(*(column.tolist() for column in columns), strict=True))
    assert len(got) == len(shared)
    assert set(got) == shared
    assert sorted(found.alone.tolist()) == sorted(
        next(iter(holders)) for holders in times.values() if len(holders) == 1
    )
    owned = Counter(zip(found.owner.tolist(), found.own.tolist(), strict=True))
    holders_of_samples = [+held for held in sampled.values()]
    assert owned == Counter(
        next(iter(held.items()))
        for held in holders_of_samples
        if len(held) == 1 and held.total() > 1
    )
