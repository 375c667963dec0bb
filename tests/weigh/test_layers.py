"""Layers and purpose: bounded by what there was to compare with, silent where there was nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from gauger.model.evidence import LogLR, Weighed
from gauger.weigh.calibration import shipped
from gauger.weigh.evidence.reading import FEWEST_GROUPS, Readings, Scale, read
from gauger.weigh.layers import LAYERS, Layer
from gauger.weigh.layers.layer import readable
from gauger.weigh.measures import STATISTICS as MEASURES
from gauger.weigh.purpose import Purpose, weigh_purpose
from gauger.weigh.purpose.explanations import EXPLANATIONS, LICENCE
from gauger.weigh.robustness import SHOWN_BY
from gauger.weigh.statistics import Alikeness, Sharing

STATISTICS = {statistic.name: statistic for statistic in MEASURES}


def _ordinary(groups: int = 500, seed: int = 1) -> dict[str, NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    return {name: rng.uniform(0.3, 0.7, groups) for name in STATISTICS}


def _values(extreme: float) -> dict[str, float]:
    """Every statistic so far out on the telling side; 0 is in the middle, -1 on the other side."""
    return {name: 0.5 + s.telling * extreme * 0.5 for name, s in STATISTICS.items()}


def _readings(values: Mapping[str, float], ordinary: Mapping[str, NDArray[np.float64]]) -> Readings:
    return {
        name: read(name, np.array([values[name]]), Scale.of(ordinary[name], s.telling))
        for name, s in STATISTICS.items()
    }


def _purpose(extreme: float, *, licensed: bool = False, contracts_known: bool = True) -> Purpose:
    return weigh_purpose(
        _readings(_values(extreme), _ordinary()), frozenset(layer.name for layer in LAYERS),
        shipped(), licensed=licensed, contracts_known=contracts_known,
    )  # fmt: skip


def test_names_are_unique_and_every_phrase_belongs_to_a_statistic() -> None:
    assert len({layer.name for layer in LAYERS}) == len(LAYERS)
    assert len(STATISTICS) == len(MEASURES)
    for layer in LAYERS:
        names = {statistic.name for statistic in layer.statistics}
        assert set(layer.phrases) == names
        assert all(statistic.telling in (-1, 1) for statistic in layer.statistics)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_a_layer_says_more_the_farther_out_a_network_lies(layer: Layer) -> None:
    ordinary = _ordinary()
    weight = shipped().coordination(frozenset({layer.name}))
    assert weight is not None
    lrs = [
        float(weight.log10(_readings(_values(extreme), ordinary))[0]) for extreme in (-1.0, 0, 1.0)
    ]
    assert lrs == sorted(lrs)
    assert lrs[0] < 0 < lrs[2]
    assert weight.lower <= lrs[0] <= lrs[2] <= weight.upper
    rows = layer.compare(_values(1.0), ordinary)
    said = layer.evidence(rows, LogLR(lrs[2], weight.lower, weight.upper))
    assert said.weighed
    assert said.statement.endswith(".")
    assert said.statement[0].isupper()
    for row in said.statistics:
        assert 1 / 501 <= row.p_value <= 1
        assert row.reference_groups == 500
        assert row.ordinary_low <= row.ordinary_median <= row.ordinary_high


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_a_layer_without_anything_to_weigh_says_so(layer: Layer) -> None:
    nothing: list[tuple[Mapping[str, float], Mapping[str, NDArray[np.float64]]]] = [
        (dict.fromkeys(STATISTICS, math.nan), _ordinary()),
        (_values(1.0), _ordinary(FEWEST_GROUPS - 1)),
        (_values(1.0), {name: np.full(500, np.nan) for name in STATISTICS}),
        (dict.fromkeys(STATISTICS, 1.0), {name: np.ones(500) for name in STATISTICS}),
    ]
    for values, ordinary in nothing:
        assert layer.compare(values, ordinary) == ()
        readings = _readings(values, ordinary)
        assert not any(readings[held.name].known for held in layer.statistics)
    said = layer.evidence((), None)
    assert not said.weighed
    assert (said.lr.lower, said.lr.log10, said.lr.upper) == (0.0, 0.0, 0.0)
    assert said.statement.startswith("Nothing to weigh: ")


def test_extraction_is_weighed_by_its_best_ordinary_explanation() -> None:
    for extreme in (-1.0, 0.0, 1.0):
        purpose = _purpose(extreme)
        against = [each.log10_lr_against for each in purpose.explanations]
        assert against == sorted(against)
        assert purpose.lr.log10 == against[0]
        names = [each.explanation for each in purpose.explanations]
        assert set(names) == {LICENCE, *(held.name for held in EXPLANATIONS)}
        assert all(each.statement.endswith(".") for each in purpose.explanations)


def test_ordinary_traffic_is_no_extraction_and_a_licence_speaks_against_it() -> None:
    assert _purpose(-1.0).lr.log10 < 0
    free, licensed = _purpose(1.0), _purpose(1.0, licensed=True)
    assert licensed.lr.log10 < min(free.lr.log10, 0)
    assert licensed.explanations[0].explanation == LICENCE


def test_everything_unusual_is_extraction_and_the_middle_is_not() -> None:
    assert _purpose(1.0).best_measured.log10_lr_against > 1
    assert _purpose(0.0).lr.log10 < 1


def test_every_explanation_says_what_would_show_that_it_holds() -> None:
    assert set(SHOWN_BY) == {LICENCE, *(held.name for held in EXPLANATIONS)}


def test_nothing_known_establishes_nothing() -> None:
    unknown = {name: np.full(500, np.nan) for name in STATISTICS}
    readings = _readings(dict.fromkeys(STATISTICS, math.nan), unknown)
    assert weigh_purpose(readings, frozenset(), shipped(), licensed=False).lr.log10 <= 0


TWO = Layer(
    "two",
    (
        Alikeness("hour", "how far the hour tells accounts apart"),
        Sharing("range", "the same ranges"),
        Sharing("block", "the same blocks"),
    ),
    "nothing",
    phrases={
        "alike in hour": "all accounts keep the same hours",
        "shared range": "accounts come from the same ranges",
    },
)


def _said(hour: float, ranges: float, block: float) -> str:
    values = {"alike in hour": hour, "shared range": ranges, "shared block": block}
    ordinary = {name: np.linspace(0.3, 0.7, 1_000) for name in values}
    return TWO.evidence(TWO.compare(values, ordinary), LogLR(1.0, 0.0, 2.0)).statement


def test_how_rare_it_is_is_said_once_for_clauses_that_agree() -> None:
    assert _said(0.9, 0.8, 0.4) == (
        "All accounts keep the same hours (0.9, ordinarily 0.5); accounts come from the same "
        "ranges (0.8, ordinarily 0.5): none of 1,000 ordinary groups is as extreme in either."
    )
    assert _said(0.9, 0.8, 0.8).endswith(
        "none of 1,000 ordinary groups is as extreme in any of these."
    )
    assert _said(0.9, 0.4, 0.4).endswith(": none of 1,000 ordinary groups is as extreme.")


def test_clauses_that_differ_in_rarity_are_sentences_of_their_own() -> None:
    assert _said(0.9, 0.69, 0.4) == (
        "All accounts keep the same hours (0.9, ordinarily 0.5): none of 1,000 ordinary groups is "
        "as extreme. Accounts come from the same ranges (0.69, ordinarily 0.5): 25 of 1,000 "
        "ordinary groups are as extreme."
    )


def test_a_group_like_others_is_said_to_be_one() -> None:
    said = _said(0.5, 0.5, 0.5)
    assert said == "Nothing unusual: all 3 statistics lie where those of ordinary groups lie."


def test_alikeness_is_shown_up_to_1_and_kept_as_it_is() -> None:
    assert "(1, ordinarily 0.5)" in _said(1.3, 0.4, 0.4)
    row = Weighed("alike in hour", "", 1.3, 0.2, 1.01, 1.2, 0.5, 10)
    shown = readable(row)
    assert (shown.value, shown.ordinary_low, shown.ordinary_median, shown.ordinary_high) == (
        1.0, 0.2, 1.0, 1.0,
    )  # fmt: skip
    other = replace(row, name="uneven volumes")
    assert readable(other) == other


def test_every_alikeness_is_known_by_its_name() -> None:
    for layer in LAYERS:
        for statistic in layer.statistics:
            row = Weighed(statistic.name, "", 1.3, 1.3, 1.3, 1.3, 0.5, 10)
            assert (readable(row).value == 1.0) == isinstance(statistic, Alikeness)


@pytest.mark.parametrize(
    ("licensed", "known", "words"),
    [(True, True, "allows it"), (False, True, "No contract"), (False, False, "No contracts were")],
)
def test_a_contract_is_looked_up_and_no_measured_explanation(
    licensed: bool, known: bool, words: str
) -> None:
    purpose = _purpose(1.0, licensed=licensed, contracts_known=known)
    assert words in purpose.licence.statement
    measured = [each for each in purpose.explanations if each is not purpose.licence]
    assert purpose.best_measured is measured[0]
    assert len(measured) == len(purpose.explanations) - 1
