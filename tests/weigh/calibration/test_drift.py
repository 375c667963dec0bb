"""Drift: the size of what lies outside of what was fitted does not speak; too much silences all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.weigh.calibration import shipped
from gauger.weigh.calibration.drift import WITHHELD, carried_over, drift, ranges, without
from gauger.weigh.evidence.fusing import fuse
from gauger.weigh.evidence.reading import Reading, levels
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
@given(st.sets(st.sampled_from(sorted(MIDDLE))), st.floats(-3, 4))
def test_only_what_is_outside_is_moved_and_may_be_left_out(names: set[str], place: float) -> None:
    found = drift(MIDDLE | {name: MIDDLE[name] * 3 + 900 for name in names}, shipped())
    assert found.outside == names
    at = Reading(np.array([place]), np.array([0.5]))
    readings = {statistic.name: at for statistic in STATISTICS}
    kept = carried_over(readings, found)
    gone = without(kept, found)
    for name, held in kept.items():
        assert held.place[0] == place
        assert (held.level[0] == 0.5) or name in found.moved
        assert gone[name].place[0] == (min(place, 0.0) if name in names else place)
    least, most = (fuse(r, ALL, shipped()).together for r in (gone, kept))
    assert np.isfinite([least.log10, most.log10]).all()


def test_a_level_lies_as_far_from_the_fitted_middle_as_from_the_middle_here() -> None:
    """Accounts that go on for long where most make three exchanges, and where most make thirty."""
    found = drift(MIDDLE | {"brief use": 1 / 3}, shipped())
    assert "brief use" in found.outside
    group = levels("brief use", -1, np.array([1 / 20]))
    here = levels("brief use", -1, np.array([1 / 3]))
    fitted = levels("brief use", -1, np.array([MIDDLE["brief use"]]))
    moved = carried_over({"brief use": Reading(np.zeros(1), group)}, found)["brief use"].level
    assert moved == pytest.approx(np.minimum(group - here + fitted, 2.0))


def test_an_unknown_level_is_the_usual_one() -> None:
    unknown = {"long answers": Reading(np.full(1, np.nan), np.full(1, np.nan))}
    (level,) = carried_over(unknown, drift(MIDDLE, shipped()))["long answers"].level
    assert level == pytest.approx(levels("long answers", 1, np.array([MIDDLE["long answers"]]))[0])


def test_bounds_are_widened_to_what_remains_without_it() -> None:
    fused = fuse({}, ALL, shipped())
    wider = fused.widened(fused.together.lower - 1)
    assert wider.together.lower == fused.together.lower - 1
    assert wider.together.log10 == fused.together.log10
    assert fused.widened(fused.log10).together == fused.together


def test_ranges_span_the_worlds_that_know_a_statistic() -> None:
    made = ranges([{"a": 1.0, "b": 2.0}, {"a": 3.0}])
    assert (made["a"].low, made["a"].high) == (1.0, 3.0)
    assert (made["b"].low, made["b"].high) == (2.0, 2.0)
