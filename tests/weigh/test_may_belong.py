"""The quick question before two networks are weighed as one never answers no in error."""

from __future__ import annotations

import numpy as np
import pytest

from gauger.weigh.evidence.members import Held, may_belong, shared_with
from graphs import planted, tied

GROUPS, SIZE, STRANGERS = 3, 24, 300
TOTAL = GROUPS * SIZE + STRANGERS


@pytest.mark.parametrize("seed", range(6))
def test_whoever_may_be_one_is_weighed(seed: int) -> None:
    ties = tied(planted(seed, GROUPS, SIZE, STRANGERS), TOTAL)
    rng = np.random.default_rng(seed)
    whole = [np.arange(number * SIZE, (number + 1) * SIZE) for number in range(GROUPS)]
    halves = [half for members in whole for half in np.split(rng.permutation(members), 2)]
    asked = weighed = 0
    for one in halves:
        for other in halves:
            if one is other:
                continue
            outsiders = np.ones(TOTAL, np.bool_)
            outsiders[one] = outsiders[other] = False
            towards = np.isin(other, shared_with(ties, np.sort(one), outsiders).accounts)
            back = np.isin(one, shared_with(ties, np.sort(other), outsiders).accounts)
            asked += 1
            holds = Held.by(ties, np.sort(one))
            other_holds = Held.by(ties, np.sort(other))
            towards_may = may_belong(ties, holds, other_holds)
            back_may = may_belong(ties, other_holds, holds)
            weighed += towards_may and back_may
            if min(towards.mean(), back.mean()) >= 0.5:
                assert towards_may
                assert back_may
    assert 0 < weighed < asked
