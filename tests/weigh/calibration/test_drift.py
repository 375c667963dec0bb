"""Drift: the size of what lies outside of what was fitted does not speak; too much silences all."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.weigh.calibration import shipped
from gauger.weigh.calibration.drift import WITHHELD, drift, ranges, without, without_levels
from gauger.weigh.evidence.fusing import fuse
from gauger.weigh.evidence.reading import Reading
from gauger.weigh.layers import LAYERS
from gauger.weigh.measures import STATISTICS

RANGES = shipped().ranges
MIDDLE = {name: (held.low + held.high) / 2 for name, held in RANGES.items()}
ALL = frozenset(layer.name for layer in LAYERS)


def test_the_worlds_fitted_on_are_not_outside() -> None:
    for end in ("low", "high"):
        found = drift({name: getattr(held, end) for name, held in RANGES.items()}, shipped())
        assert not found.outside
        assert found.compared == len(RANGES)


def test_one_statistic_far_out_is_named_and_the_rest_are_weighed() -> None:
    found = drift(MIDDLE | {"alike in hour": 40.0}, shipped())
    assert found.outside == {"alike in hour"}
    assert not found.withheld


def test_a_population_that_is_unlike_in_half_of_them_is_withheld() -> None:
    far = dict(list(MIDDLE.items())[: int(len(MIDDLE) * WITHHELD) + 1])
    assert drift(MIDDLE | dict.fromkeys(far, 1e6), shipped()).withheld
    assert not drift({}, shipped()).withheld


@settings(deadline=None, max_examples=40)
@given(st.sets(st.sampled_from(sorted(s.name for s in STATISTICS))), st.floats(-3, 4))
def test_the_level_of_what_is_outside_never_speaks(outside: set[str], place: float) -> None:
    at = Reading(np.array([place]), np.array([0.5]))
    readings = {statistic.name: at for statistic in STATISTICS}
    kept = without_levels(readings, frozenset(outside))
    gone = without(readings, frozenset(outside))
    before, after, least = (fuse(r, ALL, shipped()).together for r in (readings, kept, gone))
    assert least.log10 - 1e-9 <= after.log10 <= before.log10 + 1e-9
    for name in outside:
        assert kept[name].place[0] == place
        assert kept[name].level[0] == 0
        assert gone[name].place[0] <= 0
    for name in set(readings) - outside:
        assert kept[name] is gone[name] is readings[name]


def test_bounds_are_widened_to_what_remains_without_it() -> None:
    fused = fuse({}, ALL, shipped())
    wider = fused.widened(fused.together.lower - 1)
    assert wider.together.lower == fused.together.lower - 1
    assert wider.together.log10 == fused.together.log10
    assert fused.widened(fused.together.log10) == fused


def test_ranges_span_the_worlds_that_know_a_statistic() -> None:
    made = ranges([{"a": 1.0, "b": 2.0}, {"a": 3.0}])
    assert (made["a"].low, made["a"].high) == (1.0, 3.0)
    assert (made["b"].low, made["b"].high) == (2.0, 2.0)
