"""Good-Turing and Chao1 beside plain counting, and beside sources whose size is known."""

from __future__ import annotations

import math
import random
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gauger.model.taken import Richness
from gauger.weigh.richness import (
    FEWEST_REPEATS,
    Frequencies,
    effective_number,
    interval,
    lower_bound,
    richness,
)

SAMPLES = st.lists(st.integers(0, 12), max_size=40)


def of(samples: list[int]) -> Richness:
    """Richness of samples given as task numbers."""
    return richness(Frequencies.of(Counter(Counter(samples).values()).items()))


@given(SAMPLES)
@example([])
@example([1])
@example([1, 1])
@example([1, 2, 3])
def test_coverage_is_how_often_a_sample_left_out_was_there_already(samples: list[int]) -> None:
    found = of(samples)
    known = [task in samples[:place] + samples[place + 1 :] for place, task in enumerate(samples)]
    assert (found.samples, found.tasks) == (len(samples), len(set(samples)))
    if samples:
        assert found.coverage == pytest.approx(sum(known) / len(samples))
    else:
        assert found.coverage is None


@given(SAMPLES)
@example([1, 1, 1, 2, 3])
@example([1, 1, 2])
@example([1, 1])
def test_the_lower_bound_is_pairs_of_lone_tasks_over_tasks_that_came_twice(
    samples: list[int],
) -> None:
    lone = [task for task in set(samples) if samples.count(task) == 1]
    double = [task for task in set(samples) if samples.count(task) == 2]
    tasks, unseen = len(set(samples)), len(list(combinations(lone, 2))) / (len(double) + 1)
    estimate = lower_bound(tasks, len(lone), len(double))
    assert estimate == pytest.approx(tasks + unseen)
    lower, upper = interval(tasks, len(lone), len(double))
    if unseen == 0:
        assert (lower, upper) == (None, None)
    else:
        assert lower is not None
        assert upper is not None
        assert tasks < lower < estimate < upper
    found = of(samples)
    if len(samples) - tasks < FEWEST_REPEATS:
        assert (found.at_least, found.lower, found.upper) == (None, None, None)
    else:
        assert (found.at_least, found.lower, found.upper) == (estimate, lower, upper)


def test_the_interval_is_the_classic_one_where_the_correction_no_longer_matters() -> None:
    """Chao 1987: f2 (r²/2 + r³ + r⁴/4) with r = f1 / f2."""
    once, twice = 400_000, 500_000
    found = richness(Frequencies.of([(1, once), (2, twice)]))
    ratio = once / twice
    variance = twice * (ratio**2 / 2 + ratio**3 + ratio**4 / 4)
    unseen = once**2 / (2 * twice)
    spread = math.exp(1.96 * math.sqrt(math.log1p(variance / unseen**2)))
    assert found.lower == pytest.approx(found.tasks + unseen / spread, rel=1e-5)
    assert found.upper == pytest.approx(found.tasks + unseen * spread, rel=1e-5)


def test_a_source_of_known_size_is_within_the_interval_nearly_always() -> None:
    dice = random.Random(5)
    held = 0
    for _ in range(300):
        found = of([dice.randrange(500) for _ in range(400)])
        assert found.lower is not None
        assert found.upper is not None
        held += found.lower <= 500 <= found.upper
    assert held >= 0.9 * 300


def test_where_some_tasks_are_rarer_it_is_a_lower_bound() -> None:
    dice = random.Random(6)
    weights = [1 / (rank + 1) for rank in range(500)]
    sizes = [of(dice.choices(range(500), weights, k=400)).at_least or math.inf for _ in range(200)]
    assert 150 < sum(sizes) / len(sizes) < 500


def test_coverage_is_near_the_share_of_the_source_that_was_seen() -> None:
    dice = random.Random(7)
    weights = [1 / (rank + 1) for rank in range(300)]
    errors = []
    for _ in range(100):
        samples = dice.choices(range(300), weights, k=300)
        seen = sum(weights[task] for task in set(samples)) / sum(weights)
        errors.append((of(samples).coverage or 0.0) - seen)
    assert abs(sum(errors) / len(errors)) < 0.01


def test_a_dataset_dealt_out_without_repeats_cannot_be_sized() -> None:
    found = of(list(range(1000)))
    assert found.coverage == 0
    assert (found.at_least, found.planned) == (None, None)


def test_a_single_chance_repeat_does_not_size_a_source() -> None:
    samples = [*range(8000), 0]
    assert of(samples).at_least is None
    assert of(samples).coverage == pytest.approx(2 / 8001)
    assert of([*range(8000), *range(FEWEST_REPEATS)]).at_least is not None


@pytest.mark.parametrize("times", [2, 4, 7])
def test_a_plan_of_so_many_samples_a_task_is_seen(times: int) -> None:
    samples = [task for task in range(100) for _ in range(times)]
    assert of(samples).planned == times
    assert of(samples[: times * 95]).planned == times


def test_chance_is_not_taken_for_a_plan() -> None:
    dice = random.Random(8)
    for mean in (1, 2, 3, 5, 9):
        assert of([dice.randrange(400) for _ in range(400 * mean)]).planned is None
    assert of([1] * 12).planned is None
    assert of([]).planned is None


@given(st.lists(st.integers(0, 10**9), max_size=20))
@example([])
@example([0, 0])
def test_the_effective_number_lies_between_one_and_all(counts: list[int]) -> None:
    held = [count for count in counts if count]
    number = effective_number(counts)
    if not held:
        assert number is None
        return
    assert number is not None
    assert 1 - 1e-9 <= number <= len(held) + 1e-9


@given(st.integers(1, 50), st.integers(1, 10**6))
def test_equal_shares_count_in_full(capabilities: int, each: int) -> None:
    assert effective_number([each] * capabilities) == pytest.approx(capabilities)
