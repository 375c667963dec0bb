"""Rows of classes that are alike get one number, and no others."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gauger.weigh.evidence.kernels import kinds_of


@given(st.integers(1, 8), st.integers(0, 400), st.integers(1, 256), st.integers(0, 2**32 - 1))
def test_rows_are_of_one_kind_where_all_their_classes_are_the_same(
    columns: int, count: int, most: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    # Many of one kind, and more kinds than a table begins with room for.
    classes = rng.integers(0, most, (3 * count, columns)).astype(np.uint8)
    classes[rng.random(len(classes)) < 0.3] = 1
    rows = rng.permutation(len(classes))[: 2 * count]
    kind, example = kinds_of(classes, rows)
    assert np.array_equal(classes[example[kind]], classes[rows])
    assert np.isin(example, rows).all()
    assert len(np.unique(classes[example], axis=0)) == len(example)


def test_there_may_be_more_kinds_than_the_table_begins_with() -> None:
    classes = np.arange(4 * 50_000, dtype=np.uint32).view(np.uint8).reshape(-1, 4)
    kind, example = kinds_of(classes, np.arange(len(classes)))
    assert np.array_equal(example[kind], np.arange(len(classes)))
