"""Layers as one: never their sum, bounded, and told with each layer left out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.weigh.calibration import shipped
from gauger.weigh.evidence.fusing import fuse
from gauger.weigh.evidence.reading import Reading, Readings
from gauger.weigh.layers import LAYERS
from gauger.weigh.measures import STATISTICS

ALL = frozenset(layer.name for layer in LAYERS)


def _readings(places: dict[str, float]) -> Readings:
    """All statistics of a layer at one place."""
    of = {s.name: layer.name for layer in LAYERS for s in layer.statistics}
    return {
        s.name: Reading(np.array([places.get(of.get(s.name, ""), 0.0)]), np.array([np.nan]))
        for s in STATISTICS
    }


PLACES = st.fixed_dictionaries({name: st.floats(-3, 4) for name in sorted(ALL)})


@settings(deadline=None, max_examples=60)
@given(PLACES, st.sampled_from(sorted(ALL)), st.floats(0, 2))
def test_more_evidence_of_any_layer_never_lowers_the_lr(
    places: dict[str, float], layer: str, more: float
) -> None:
    low = fuse(_readings(places), ALL, shipped()).together
    high = fuse(_readings(places | {layer: places[layer] + more}), ALL, shipped()).together
    assert high.log10 >= low.log10 - 1e-9


@settings(deadline=None, max_examples=40)
@given(PLACES)
def test_the_bounds_are_what_it_becomes_with_a_layer_left_out(places: dict[str, float]) -> None:
    fused = fuse(_readings(places), ALL, shipped())
    around = [fused.together.log10, *fused.without.values()]
    assert (fused.together.lower, fused.together.upper) == (min(around), max(around))
    assert set(fused.alone) == set(fused.without) == ALL


def test_no_lr_goes_beyond_what_the_trials_support() -> None:
    weight = shipped().coordination(ALL)
    assert weight is not None
    assert fuse(_readings(dict.fromkeys(ALL, 4.0)), ALL, shipped()).together.log10 == weight.upper
    assert fuse(_readings(dict.fromkeys(ALL, -3.0)), ALL, shipped()).together.log10 == weight.lower
    assert weight.upper <= np.log10(weight.figures.false_trials)


@pytest.mark.parametrize("layer", sorted(ALL))
def test_one_layer_by_itself_establishes_nothing(layer: str) -> None:
    fused = fuse(_readings({layer: 4.0}), ALL, shipped())
    assert fused.together.lower < 1.0


def test_nothing_to_weigh_says_nothing() -> None:
    fused = fuse(_readings({}), frozenset(), shipped())
    assert fused.together.log10 == 0.0
    assert not fused.alone
