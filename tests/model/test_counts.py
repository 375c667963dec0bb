"""Counts without the columns that a row has nothing in."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.model.counts import Gathering

ROWS, COLUMNS = 7, 11
_ONE = st.tuples(st.integers(0, ROWS - 1), st.integers(0, COLUMNS - 1), st.integers(0, 5))


@settings(max_examples=200, deadline=None)
@given(batches=st.lists(st.lists(_ONE, max_size=12), max_size=5))
def test_counts_are_added_up_whatever_the_order(batches: list[list[tuple[int, int, int]]]) -> None:
    gathering, dense = Gathering(ROWS, COLUMNS), np.zeros((ROWS, COLUMNS), np.int64)
    for batch in batches:
        row, column, count = np.array(batch, np.int64).reshape(-1, 3).T
        gathering.add(row, column, count)
        np.add.at(dense, (row, column), count)
    counts = gathering.together()
    assert len(counts) == ROWS
    assert counts.columns == COLUMNS
    assert counts.totals.tolist() == dense.sum(axis=1).tolist()
    assert counts.lengths.tolist() == np.count_nonzero(dense, axis=1).tolist()
    for number, line in enumerate(dense):
        mine = slice(counts.start[number], counts.start[number + 1])
        assert counts.column[mine].tolist() == np.flatnonzero(line).tolist()
        assert counts.count[mine].tolist() == line[line > 0].tolist()
