"""What is kept is on the disk, each exchange once, without its text; what fails is not kept."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.read.spool import segments
from gauger.read.spool.committing import commit_spool
from gauger.read.spool.seen import Seen
from gauger.read.spool.segments import Damaged, read_segment
from gauger.read.spool.spool import Kept
from gauger.read.spool.streams import bytes_in, streams_in
from read.spool.spooling import Place, arrival, lake_of


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty lake and no spool yet."""
    return Place(tmp_path)


def test_an_exchange_is_kept_once_whoever_sends_it_again(place: Place) -> None:
    with place.begin() as spool:
        assert spool.keep([arrival("a", "b"), arrival("b", "c")]) == [Kept(2, 0), Kept(1, 1)]
        assert spool.keep([arrival("a", "c", "d")]) == [Kept(1, 2)]
        assert spool.keep([arrival()]) == [Kept(0, 0)]
    # Not committed, committed, and after another beginning each.
    with place.begin() as spool:
        assert spool.keep([arrival("d", "e")]) == [Kept(1, 1)]
        assert commit_spool(place.lake, place.spool, place.drafting()).rows == 5
        assert spool.keep([arrival("e")]) == [Kept(0, 1)]
    with place.begin() as spool:
        assert spool.keep([arrival("a", "e", "f")]) == [Kept(1, 2)]
    commit_spool(place.lake, place.spool, place.drafting())
    assert len(place.keys()) == len(set(place.keys())) == 6
    assert streams_in(place.spool) == []


def test_no_text_reaches_the_disk(place: Place) -> None:
    with place.begin() as spool:
        spool.keep([arrival("a")])
    held = [path.read_bytes() for path in place.spool.rglob("*") if path.is_file()]
    assert any(held)
    assert not any(b"walrus" in each for each in held)


def test_a_full_disk_keeps_nothing_and_the_same_may_come_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def refuse(_: int) -> None:
        raise full

    with place.begin() as spool:
        with monkeypatch.context() as patched:
            patched.setattr(segments.os, "fsync", refuse)
            with pytest.raises(OSError, match="No space"):
                spool.keep([arrival("a")])
        assert bytes_in(place.spool) == 0
        assert spool.keep([arrival("a")]) == [Kept(1, 0)]
    assert commit_spool(place.lake, place.spool, place.drafting()).rows == 1


def test_a_damaged_segment_is_set_apart_and_the_others_go_on(place: Place) -> None:
    with place.begin() as spool:
        for each in "abc":
            spool.keep([arrival(each)])
        (stream,) = streams_in(place.spool)
        middle = stream.segments[1].path
        data = bytearray(middle.read_bytes())
        data[len(data) // 2] ^= 1
        middle.write_bytes(data)
        with pytest.raises(Damaged, match="was changed"):
            read_segment(stream.segments[1])
        done = commit_spool(place.lake, place.spool, place.drafting())
        assert (done.rows, len(done.damaged)) == (2, 1)
        assert middle.with_suffix(".damaged").exists()
        spool.keep([arrival("d")])
        assert commit_spool(place.lake, place.spool, place.drafting()).rows == 1
    assert len(place.keys()) == 3


def test_a_segment_that_outlived_its_commit_is_not_added_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with place.begin() as spool:
        spool.keep([arrival("a", "b")])
        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", lambda *_, **__: None)
            assert commit_spool(place.lake, place.spool, place.drafting()).rows == 2
        assert bytes_in(place.spool)
        assert commit_spool(place.lake, place.spool, place.drafting()).rows == 0
        spool.keep([arrival("c")])
        assert commit_spool(place.lake, place.spool, place.drafting()).rows == 1
    assert len(place.keys()) == 3
    loads = lake_of(place.folder).table.current_snapshot()
    assert loads is not None


def test_two_committers_of_one_spool_add_each_row_once(place: Place) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with place.begin() as spool:
        for number in range(12):
            spool.keep([arrival(*(f"{number}-{each}" for each in range(5)))])

        def commit(number: int) -> None:
            other = Place(place.folder)
            other.folder = place.folder / f"committer-{number}"
            commit_spool(other.lake, place.spool, other.drafting())

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(commit, range(3)))
    assert len(place.keys()) == len(set(place.keys())) == 60


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 60), max_size=12), max_size=25),
    st.integers(2, 40),
)
def test_what_came_lately_is_known(groups: list[list[int]], most: int) -> None:
    seen = Seen(most)
    order: list[int] = []
    for group in groups:
        keys = np.array(group, np.int64)
        fresh = seen.fresh(keys)
        lately = set(order[-(most // 2) :])
        for place, (key, new) in enumerate(zip(group, fresh.tolist(), strict=True)):
            if key in lately or key in group[:place]:
                assert not new
            if key not in order and key not in group[:place]:
                assert new
        seen.add(keys[fresh])
        order += keys[fresh].tolist()
    assert len(seen) <= most + most // 2 + 12
