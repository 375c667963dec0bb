"""Rows that are scattered to parts come back whole, from memory and from files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gauger.engine import scattered as module
from gauger.engine.scattered import Scattered

KEYS = arrays(np.int64, st.integers(0, 300), elements=st.integers(-(2**63), 2**63 - 1))


@given(
    st.lists(KEYS, max_size=5),
    st.sampled_from([1, 2, 8]),
    st.sampled_from([0, 1_000, 10**9]),
    st.sampled_from([1, 400, 10**9]),
)
def test_every_row_comes_back_once_in_the_part_of_its_bits(
    batches: list[np.ndarray], parts: int, room: int, at_once: int
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_AT_ONCE", at_once)
        scattered = Scattered(Path(folder) / "rows", parts, room, (np.int64, np.int32))
        for batch in batches:
            scattered.add(batch, np.arange(len(batch)))
        expected = Counter(
            (int(key), place) for batch in batches for place, key in enumerate(batch)
        )
        found: Counter[tuple[int, int]] = Counter()
        scattered.whole()
        for part in range(parts):
            keys, places = scattered.take(part)
            assert keys.dtype == np.int64
            assert places.dtype == np.int32
            assert set((keys & (parts - 1)).tolist()) <= {part}
            found.update(zip(keys.tolist(), places.tolist(), strict=True))
        assert found == expected
        assert not list(Path(folder).rglob("*-0"))


def test_rows_past_the_room_lie_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 10)
    scattered = Scattered(tmp_path / "rows", 2, 100, (np.int64, np.bool_))
    scattered.add(np.arange(50), np.zeros(50, np.bool_))
    assert sum(file.stat().st_size for file in (tmp_path / "rows").iterdir()) == 50 * 9


def test_a_place_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 1)
    (tmp_path / "rows").write_text("in the way")
    scattered = Scattered(tmp_path / "rows", 2, 0, (np.int64,))
    with pytest.raises(OSError, match="rows"):
        scattered.add(np.arange(3))
