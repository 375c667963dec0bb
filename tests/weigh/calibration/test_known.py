"""Known cases are found among the accounts of logs, and what cannot be weighed says why."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from gauger.find.profiles.facts import AccountFacts
from gauger.model.known_case import KnownCase, KnownCases
from gauger.model.run import InputRecord
from gauger.weigh.calibration.known import LeftOut, locate, to_pool
from gauger.weigh.ordinary import SIZES

IDS = tuple(f"acct_{number:03d}" for number in range(300))


def _known(*cases: KnownCase) -> KnownCases:
    return KnownCases(cases, InputRecord("cases.csv", "csv", 1, "0" * 64))


def _facts(exchanges: Any) -> AccountFacts:
    return cast(AccountFacts, SimpleNamespace(exchanges=np.asarray(exchanges)))


def test_accounts_are_found_by_their_ids() -> None:
    located = locate(
        _known(
            KnownCase("ring", (*reversed(IDS[10:16]), "gone"), True, True, ""),
            KnownCase("pair", (*IDS[20:22], "gone", "too"), True, False, ""),
            KnownCase("class", IDS[30:36], False, False, "class or course"),
        ),
        IDS,
    )
    assert [placed.case.name for placed in located.placed] == ["ring", "class"]
    assert located.placed[0].accounts.tolist() == list(range(10, 16))
    assert located.unknown == 2
    assert located.left_out == (LeftOut("pair", "2 of its accounts in these logs, 5 are needed"),)
    # Whom a confirmed case names is not ordinary, whether the case can be weighed or not.
    assert np.flatnonzero(located.confirmed).tolist() == [*range(10, 16), 20, 21]


def test_no_more_of_a_case_is_pooled_than_is_judged() -> None:
    located = locate(_known(KnownCase("all", IDS, False, False, "")), IDS)
    exchanges = np.where(np.arange(300) < 40, 1, 9)
    (pooled,) = to_pool(located, _facts(exchanges))
    assert len(pooled.accounts) == SIZES[-1]
    assert (pooled.accounts >= 40).all()
    (few,) = to_pool(located, _facts(np.where(np.arange(300) < 293, 1, 9)))
    assert few.accounts.tolist() == list(range(293, 300))
