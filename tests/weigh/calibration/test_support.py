"""How far a number of cases lets evidence go, and what is refused for want of cases."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest

from gauger.model.errors import UsageError
from gauger.weigh.calibration.metrics import rescaled
from gauger.weigh.calibration.support import FEWEST, Fewest, cleared_for, highest, require
from gauger.weigh.judge import ESTABLISHED

needs_lir = pytest.mark.skipif(
    importlib.util.find_spec("lir") is None and os.environ.get("CI") != "true",
    reason="`lir` is not installed (`make bench-env`)",
)


def test_too_few_cases_are_refused_with_both_numbers() -> None:
    require(20, 60, FEWEST, "here")
    for confirmed, cleared in ((19, 6_000), (2_000, 59)):
        with pytest.raises(UsageError) as raised:
            require(confirmed, cleared, FEWEST, "here")
        said = str(raised.value)
        assert f"found {confirmed:,} confirmed and {cleared:,} cleared" in said
        assert "at least 20 confirmed and 60 cleared are needed" in said
    require(2, 3, Fewest(2, 3), "here")


@needs_lir
def test_no_lr_goes_beyond_the_number_of_cleared_cases() -> None:
    for confirmed in (20, 100):
        for cleared in (9, 60, 400):
            held = highest(confirmed, cleared)
            # Of n cleared cases one more may have been misleading: at most n + 1 (ELUB).
            assert np.log10(cleared + 1) - 0.06 <= held <= np.log10(cleared + 1)


@needs_lir
def test_what_establishing_takes_is_the_least_that_does() -> None:
    for log10, confirmed in ((1.0, 20), (ESTABLISHED, 20), (ESTABLISHED, 300)):
        least = cleared_for(log10, confirmed)
        assert highest(confirmed, least) >= log10 > highest(confirmed, least - 1)
    # More confirmed cases bring it closer to what no number of them can pass under.
    assert cleared_for(ESTABLISHED, 20) > cleared_for(ESTABLISHED, 300) >= 999


@needs_lir
def test_the_page_says_how_many_cleared_cases_establishing_takes() -> None:
    page = (Path(__file__).parents[3] / "docs" / "calibrate.md").read_text(encoding="utf-8")
    for confirmed in (20, 100):
        said = f"with {confirmed} confirmed cases {cleared_for(ESTABLISHED, confirmed):,}"
        assert said in page


@needs_lir
def test_the_fewest_cases_move_the_shift_by_what_is_said_of_them() -> None:
    """Normal log LRs that are calibrated: mean half the variance, in natural logarithms."""
    rng = np.random.default_rng(4)
    true = np.arange(FEWEST.confirmed + FEWEST.cleared) < FEWEST.confirmed
    spread = 4.5
    shifts = [
        rescaled(rng.normal(np.where(true, 1, -1) * spread**2 / 2, spread) / np.log(10), true)[1]
        for _ in range(60)
    ]
    assert 0.15 < np.std(shifts) < 0.45
