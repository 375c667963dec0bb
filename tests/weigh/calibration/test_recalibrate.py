"""Refitting: a known miscalibration is undone, and nothing goes beyond what the cases support."""

from __future__ import annotations

import importlib.util
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.model.errors import MissingExtra, UsageError
from gauger.weigh.calibration import read_calibration, write_calibration
from gauger.weigh.calibration import recalibrate as recalibrate_module
from gauger.weigh.calibration.cases import Bools, Cases
from gauger.weigh.calibration.drift import drift
from gauger.weigh.calibration.known import LeftOut, WeighedCases
from gauger.weigh.calibration.metrics import figures
from gauger.weigh.calibration.model import (
    Additive,
    Calibration,
    Component,
    Figures,
    Layers,
    Made,
    Range,
    Weight,
)
from gauger.weigh.calibration.recalibrate import own_ranges, recalibrate, refitted
from gauger.weigh.calibration.support import Fewest
from gauger.weigh.evidence.reading import LEVEL_PIECES, PLACE_PIECES, Reading

needs_lir = pytest.mark.skipif(
    importlib.util.find_spec("lir") is None and os.environ.get("CI") != "true",
    reason="`lir` is not installed (`make bench-env`)",
)
MADE = Made("mine", "1", "cases of a test", "2026-06-01")
STRAIGHT = (1.0,) * PLACE_PIECES + (0.0,) * LEVEL_PIECES
ONE, OTHER, BOTH = (
    frozenset({"content"}),
    frozenset({"identity"}),
    frozenset(("content", "identity")),
)
NONE: Layers = frozenset()


def _weight(*names: str, scale: float = 1.0, shift: float = 0.0) -> Weight:
    model = Additive(0.0, dict.fromkeys(names, STRAIGHT))
    return Weight((Component("", 1.0, model),), scale, shift, -3.0, 3.0, Figures(9, 9, 9, 0.1, 0.1))


def _base() -> Calibration:
    against = {NONE: _weight("frames"), OTHER: _weight("frames", "payment")}
    return Calibration(
        Made("base", "1", "worlds of a test", "2026-01-01"),
        {ONE: _weight("frames"), OTHER: _weight("payment"), BOTH: _weight("frames", "payment")},
        {"product in use": against, "evaluation": against},
        {NONE: _weight("content")},
        {"frames": Range(0.0, 0.4), "payment": Range(0.0, 0.0)},
    )


def _scores(true: Bools, seed: int, spread: float = 2.5) -> np.ndarray:
    """Calibrated log10 LRs: normal, their mean half their variance in natural logarithms."""
    mean = np.where(true, 1.0, -1.0) * spread**2 / 2
    return np.random.default_rng(seed).normal(mean, spread) / np.log(10)


def _weighed(confirmed: int, cleared: int, seed: int, identity: bool = True) -> WeighedCases:
    true = np.arange(confirmed + cleared) < confirmed
    many = len(true)
    unknown = np.full(many, np.nan)
    payment = _scores(true, seed + 1, 1.0) if identity else unknown
    cases = Cases(
        {"frames": Reading(_scores(true, seed), unknown), "payment": Reading(payment, unknown)},
        np.full(many, "these logs"),
        np.array([f"case {number}" for number in range(many)]),
        np.where(true, "campaign", ""),
        np.where(true, "", "product in use"),
        true,
        np.ones(many, np.bool_),
    )  # fmt: skip
    return WeighedCases(cases, (BOTH if identity else ONE,) * many, (LeftOut("x", "why"),))


@needs_lir
@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    scale=st.floats(1.0, 3.0),
    shift=st.floats(-2.0, 2.0),
)
def test_a_known_miscalibration_is_undone(seed: int, scale: float, shift: float) -> None:
    """LRs that are `scale` times as strong as they should be and `shift` too high."""
    true = np.arange(1_500) < 500
    right = _scores(true, seed)
    wrong = scale * right + shift
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recalibrate_module, "TURNS", 10)
        found = refitted(_weight("frames"), wrong, true)
    assert found.scale * scale == pytest.approx(1.0, abs=0.2)
    assert found.scale * shift + found.shift == pytest.approx(0.0, abs=0.2)
    again = found.scale * wrong + found.shift
    assert np.abs(again - right).mean() < 0.3
    assert found.lower < 0 < found.upper <= np.log10(1_001)
    assert found.figures.cllr < found.figures.cllr_min + 0.05


@needs_lir
def test_scores_that_tell_the_wrong_way_are_worth_nothing() -> None:
    true = np.arange(120) < 40
    found = refitted(_weight("frames"), -_scores(true, 3), true)
    assert (found.scale, found.shift) == (0.0, 0.0)
    assert found.figures.cllr == pytest.approx(1.0, abs=0.02)


@needs_lir
def test_cases_left_out_do_not_speak_for_themselves() -> None:
    """One confirmed case that looks cleared: no refit that has seen it may judge it."""
    true = np.arange(100) < 30
    scores = _scores(true, 5, 6.0)
    scores[0] = -4.0
    left_out = refitted(_weight("frames"), scores, true)
    seen = left_out.scale * scores + left_out.shift
    seen = np.clip(seen, left_out.lower, left_out.upper)
    assert left_out.figures.cllr > figures(seen, true, 1).cllr


@needs_lir
def test_every_weight_is_refitted_and_comes_back_from_its_file(tmp_path: Path) -> None:
    base = _base()
    found = recalibrate(_weighed(40, 90, 1), base, {"frames": 0.3}, MADE, Fewest(20, 60))
    held = found.calibration
    assert held.made == MADE
    assert set(held.coordinated) == set(base.coordinated)
    assert found.unfitted == ()
    for layers, weight in held.coordinated.items():
        assert weight.components == base.coordinated[layers].components
        assert weight.figures.true_trials == 40
        assert weight.figures.false_trials == 90
        assert -np.log10(41) <= weight.lower < 0 < weight.upper <= np.log10(91)
    assert found.one_operator.weight == held.coordinated[BOTH]
    assert [refit.explanation for refit in found.against] == ["product in use"]
    assert found.against[0].weight == held.extraction["product in use"][OTHER]
    path = tmp_path / "mine.json"
    write_calibration(held, path)
    assert read_calibration(path) == held


@needs_lir
def test_an_explanation_that_few_cases_name_keeps_its_weights() -> None:
    base = _base()
    weighed = _weighed(40, 90, 1)
    weighed.cases.explanation[-5:] = "evaluation"
    found = recalibrate(weighed, base, {"frames": 0.3}, MADE, Fewest(20, 60))
    assert [(kept.explanation, kept.cleared) for kept in found.kept] == [("evaluation", 5)]
    assert found.calibration.extraction["evaluation"] == base.extraction["evaluation"]
    assert found.against[0].weight.figures.false_trials == 85


@needs_lir
def test_what_was_out_of_range_stays_so_and_kept_weights_are_as_they_were() -> None:
    base = _base()
    here = {"frames": 5.0, "payment": 0.0}
    assert drift(here, base).outside == {"frames"}
    found = recalibrate(_weighed(40, 90, 1), base, here, MADE, Fewest(20, 60))
    assert drift(here, found.calibration).outside == {"frames"}
    assert found.calibration.ranges["frames"] == base.ranges["frames"]
    assert found.calibration.extraction["evaluation"] == base.extraction["evaluation"]


@needs_lir
def test_layers_that_no_case_has_are_not_counted() -> None:
    base = _base()
    found = recalibrate(_weighed(40, 90, 1, identity=False), base, {}, MADE, Fewest(20, 60))
    assert found.unfitted == (OTHER,)
    held = found.calibration
    assert OTHER not in held.coordinated
    assert held.coordinated[BOTH] == held.coordinated[ONE]
    assert held.extraction["product in use"][OTHER] == held.extraction["product in use"][NONE]


@needs_lir
def test_too_few_cases_are_refused() -> None:
    with pytest.raises(UsageError, match="found 12 confirmed and 90 cleared"):
        recalibrate(_weighed(12, 90, 1), _base(), {}, MADE, Fewest(20, 60))
    apart = _weighed(40, 90, 1)
    apart = replace(apart, layers=(NONE,) * 130)
    with pytest.raises(UsageError, match="in which the same layers have something to weigh"):
        recalibrate(apart, _base(), {}, MADE, Fewest(20, 60))


def test_ranges_are_laid_around_the_populations_own_middles() -> None:
    base = {"frames": Range(0.0, 0.4), "payment": Range(0.0, 0.0), "unseen": Range(1.0, 2.0)}
    found = own_ranges({"frames": 0.6, "payment": 0.2, "other": -4.0}, base)
    assert found == {
        "frames": Range(0.4, 0.8),
        "other": Range(-5.0, -3.0),
        "payment": Range(0.15, 0.25),
        "unseen": Range(1.0, 2.0),
    }


def test_without_lir_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("algorithms.logistic_regression", "algorithms.bayeserror", "metrics"):
        monkeypatch.setitem(sys.modules, f"lir.{module}", None)
    with pytest.raises(MissingExtra, match=r"install `gauger\[calibrate\]`"):
        recalibrate(_weighed(40, 90, 1), _base(), {}, MADE, Fewest(20, 60))
