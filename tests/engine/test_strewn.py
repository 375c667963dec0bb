"""Rows that several processes scatter to parts come back whole, from their files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gauger.engine import strewn as module
from gauger.engine.strewn import Strewing, strewn

KEYS = arrays(np.int64, st.integers(0, 300), elements=st.integers(-(2**63), 2**63 - 1))
TYPES = (np.int64, np.int32, np.bool_)


@given(
    st.lists(st.lists(KEYS, max_size=4), max_size=3),
    st.sampled_from([1, 2, 8]),
    st.sampled_from([1, 200, 10**9]),
)
def test_every_row_comes_back_once_in_the_part_of_its_bits(
    processes: list[list[np.ndarray]], parts: int, at_once: int
) -> None:
    expected: Counter[tuple[int, int, bool]] = Counter()
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_ROWS", at_once)
        files: list[Path] = []
        for number, batches in enumerate(processes):
            strewing = Strewing(Path(folder) / str(number), parts, TYPES)
            for batch in batches:
                places, even = np.arange(len(batch)), batch % 2 == 0
                strewing.add(batch, places, even)
                expected.update(zip(batch.tolist(), places.tolist(), even.tolist(), strict=True))
            strewing.write()
            files += [Path(folder) / name for name in strewing.files]
        assert sorted(Path(folder).iterdir()) == sorted(files)
        found: Counter[tuple[int, int, bool]] = Counter()
        for part in range(parts):
            columns = strewn(files, part, parts, TYPES)
            assert [column.dtype for column in columns] == [np.dtype(of) for of in TYPES]
            assert set((columns[0] & (parts - 1)).tolist()) <= {part}
            found.update(zip(*(column.tolist() for column in columns), strict=True))
    assert found == expected
