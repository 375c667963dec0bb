"""Fitting: monotone, calibrated on cases left out, and bounded by the number of cases."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import replace

import numpy as np
import pytest

from gauger.weigh.calibration.additive import additive, design, fit_additive, unit_weights
from gauger.weigh.calibration.cases import Cases
from gauger.weigh.calibration.fit import Task, fit_weight, layer_sets
from gauger.weigh.evidence.reading import Reading
from gauger.weigh.layers import LAYERS

needs_lir = pytest.mark.skipif(
    importlib.util.find_spec("lir") is None and not os.environ.get("CI"),
    reason="`lir` is not installed (`make bench-env`)",
)
NAMES = ("telling", "idle", "misleading")


def _cases(many: int, seed: int, shift: float = 2.0) -> Cases:
    """Operated groups lie `shift` higher in one statistic, and lower in another that must not
    count; a third says nothing."""
    rng = np.random.default_rng(seed)
    operated = np.arange(many) % 5 == 0
    places = {
        "telling": rng.normal(0.0, 1.0, many) + shift * operated,
        "idle": rng.normal(0.0, 1.0, many),
        "misleading": rng.normal(0.0, 1.0, many) - operated,
    }
    unknown = np.full(many, np.nan)
    world = np.array([f"world {number // 5 % 10}" for number in range(many)])
    return Cases(
        {name: Reading(np.clip(held, -3, 4), unknown) for name, held in places.items()},
        world,
        np.array([f"{world[i]} {i}" if operated[i] else "" for i in range(many)]),
        np.where(operated, "campaign", ""),
        np.where(operated, "", "product in use"),
        operated,
        np.ones(many, np.bool_),
    )


def _task(cases: Cases) -> Task:
    return Task(cases, cases.operated, {"campaign": 1.0}, NAMES)


def test_curves_never_count_a_statistic_against_its_direction() -> None:
    cases = _cases(2_000, 1)
    pieces = design(cases.readings, NAMES)
    weight = unit_weights(cases.operated, cases.world, cases.unit)
    assert weight.sum() == pytest.approx(1.0)
    assert weight[cases.operated].sum() == pytest.approx(0.5)
    model = additive(fit_additive(pieces, cases.operated, weight), NAMES)
    assert set(model.curves) <= set(NAMES)
    assert all(min(curve) >= 0 for curve in model.curves.values())
    assert max(model.curves["telling"]) > 0.3
    assert max(model.curves.get("misleading", (0.0,))) < 0.05
    lrs = model.log10(cases.readings)
    assert lrs[cases.operated].mean() > 0 > lrs[~cases.operated].mean()


def test_fitting_on_from_another_fit_ends_at_the_same_weights() -> None:
    cases = _cases(1_000, 2)
    pieces = design(cases.readings, NAMES)
    weight = unit_weights(cases.operated, cases.world, cases.unit)
    cold = fit_additive(pieces, cases.operated, weight)
    warm = fit_additive(pieces, cases.operated, weight, np.abs(cold) + 0.2)
    at = Reading(np.linspace(-2, 3, 20), np.full(20, np.nan))
    readings = dict.fromkeys(NAMES, at)
    assert additive(warm, NAMES).log10(readings) == pytest.approx(
        additive(cold, NAMES).log10(readings), abs=0.05
    )


def test_every_layer_is_fitted_alone_and_left_out() -> None:
    sets = list(layer_sets())
    names = frozenset(layer.name for layer in LAYERS)
    assert len(sets) == len(set(sets))
    assert names in sets
    for name in names:
        assert frozenset({name}) in sets
        assert names - {name} in sets
    assert len(sets) == 2 ** len(names) - 1


@needs_lir
def test_a_weight_is_calibrated_on_worlds_that_it_was_not_fitted_on() -> None:
    weight = fit_weight(_task(_cases(3_000, 3)))
    figures = weight.figures
    assert (figures.true_trials, figures.false_trials, figures.worlds) == (600, 2_400, 10)
    assert figures.cllr - figures.cllr_min < 0.05
    others = _cases(3_000, 4)
    lrs = weight.log10(others.readings)
    # Of a calibrated LR of x or more, strangers show at most one in x.
    for least in (0.5, 1.0):
        high = lrs >= least
        true = (high & others.operated).sum() / others.operated.sum()
        false = (high & ~others.operated).sum() / (~others.operated).sum()
        assert true / false > 10**least


@needs_lir
def test_only_what_counts_is_calibrated_and_bounded_on() -> None:
    cases = _cases(1_500, 9)
    diluted = replace(_cases(1_500, 10, shift=0.0), counted=np.zeros(1_500, np.bool_))
    weight = fit_weight(_task(Cases.joined([cases, diluted])))
    assert weight.figures.true_trials == cases.operated.sum()
    assert weight.figures.false_trials == (~cases.operated).sum()
    assert weight.figures.cllr - weight.figures.cllr_min < 0.05
    assert weight.upper == pytest.approx(fit_weight(_task(cases)).upper, abs=0.6)


@needs_lir
def test_bounds_are_what_the_number_of_cases_supports() -> None:
    few, many = (fit_weight(_task(_cases(number, 5, shift=9.0))) for number in (200, 4_000))
    assert few.upper < many.upper
    for weight, strangers in ((few, 160), (many, 3_200)):
        assert 0 < weight.upper <= np.log10(strangers) + 0.3
        assert weight.log10(_cases(100, 6, shift=9.0).readings).max() <= weight.upper


@needs_lir
def test_cases_that_say_nothing_give_no_evidence() -> None:
    weight = fit_weight(_task(_cases(2_000, 7, shift=0.0)))
    assert np.abs(weight.log10(_cases(500, 8, shift=0.0).readings)).max() < 0.5
