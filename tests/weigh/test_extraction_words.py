"""What the claim of extraction says: which explanation was measured best, and the contract."""

from __future__ import annotations

import pytest

from gauger.model.evidence import Claim, Explanation, LogLR
from gauger.weigh.conclude import Standing, _extraction
from gauger.weigh.purpose import Purpose
from gauger.weigh.purpose.explanations import LICENCE

OPEN = Standing(False, False, "")


def _claim(*against: tuple[str, float]) -> Claim:
    ordered = sorted(against, key=lambda pair: pair[1])
    explanations = tuple(Explanation(name, lr, f"Of {name}.") for name, lr in ordered)
    lowest = ordered[0][1]
    return _extraction(Purpose(LogLR(lowest, lowest, lowest), explanations), OPEN)


def test_the_best_measured_explanation_is_named_where_the_contract_is_lowest() -> None:
    claim = _claim((LICENCE, 2.0), ("evaluation", 3.1), ("product in use", 2.4))
    assert claim.established
    assert "of the ordinary explanations measured, “product in use” fits best" in claim.statement
    assert f"Of {LICENCE}. The LR stops at the value assigned to that" in claim.statement
    assert f"“{LICENCE}”" not in claim.statement


def test_a_measured_explanation_that_is_lowest_stops_nothing() -> None:
    claim = _claim((LICENCE, 2.0), ("evaluation", 1.4))
    assert claim.statement.endswith(f"speaks against it. Of {LICENCE}.")


@pytest.mark.parametrize("lr", [0.9, -1.0])
def test_an_explanation_that_holds_is_one_that_was_measured(lr: float) -> None:
    claim = _claim((LICENCE, 2.0), ("evaluation", lr))
    assert not claim.established
    assert "“evaluation”" in claim.statement
