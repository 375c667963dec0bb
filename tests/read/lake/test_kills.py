"""kill -9 at random moments: what was acknowledged is there, once, and the rest is run again."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from exchanges import at
from gauger.model.errors import LakeError
from gauger.model.lake import LOAD_SIZE
from gauger.read.lake import retain as retaining
from gauger.read.lake.compact import compact
from gauger.read.lake.references import of_metadata, of_snapshots
from gauger.read.lake.retain import retain

from .lakes import fill, keys, log_of, opened

TESTS = Path(__file__).parents[2]
STEPS = {"ingest": 58, "compact": 32}
"""About as many changes to files are made by each in these tests."""


class Worker:
    """A process that waits with everything loaded, so that a kill hits work and not a start."""

    def __init__(self) -> None:
        path = os.pathsep.join([str(TESTS), *sys.path])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "read.lake.worker"], cwd=TESTS, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
        assert self._line() == "ready"

    def begin(
        self, lake: Path, paths: Sequence[Path], step: int | None = None, load_size: str = LOAD_SIZE
    ) -> None:
        """Begins an ingest of `paths`, or a compaction where there are none."""
        task = {
            "lake": str(lake), "paths": [str(path) for path in paths], "step": step,
            "load_size": load_size,
        }  # fmt: skip
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """kill -9, at once."""
        self._process.kill()

    def end(self) -> str:
        """What it said last; nothing where it was killed."""
        said = self._line()
        self._process.wait()
        return said

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def _loop(folder: Path, rounds: int, seed: int) -> int:
    """Kills so many ingests and compactions of one lake; returns how many were hit."""
    rng = random.Random(seed)
    lake = folder / "lake"
    fill(lake, log_of(folder / "first.parquet", 0, 10))
    there = set(keys(lake))
    killed = 0
    for number in range(rounds):
        compacting = number % 4 == 3
        log = log_of(folder / f"{number}.parquet", 100 * number + 10, 100 * number + 110, hours=0.5)
        worker = Worker()
        if rng.random() < 0.5:
            steps = STEPS["compact" if compacting else "ingest"]
            worker.begin(lake, [] if compacting else [log], rng.randint(1, steps))
        else:
            worker.begin(lake, [] if compacting else [log])
            time.sleep(rng.uniform(0, 1.0))
            worker.kill()
        said = worker.end()
        assert said in ("", "done"), said
        killed += said == ""

        found = keys(lake)
        assert len(found) == len(set(found)), "counted twice"
        assert there <= set(found), "lost"
        added = set(found) - there
        if compacting:
            assert not added
        else:
            # All of it or nothing; all of it where that was said.
            assert len(added) in ((100,) if said == "done" else (0, 100))
            fill(lake, log)
            fill(lake, log)
            there |= set(keys(lake))
            assert len(keys(lake)) == len(there) == 10 + 100 * _ingested(number)
    compact(str(lake), memory="300MB", threads=1)
    assert set(keys(lake)) == there
    return killed


def _ingested(number: int) -> int:
    return sum(each % 4 != 3 for each in range(number + 1))


def _nothing_is_left_behind(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = keys(lake)
    monkeypatch.setattr(retaining, "GRACE", timedelta(0))
    later = datetime.now(at(0).tzinfo) + timedelta(minutes=1)
    retain(str(lake), snapshots_older_than=timedelta(0), now=later)
    with opened(lake) as left:
        named = of_snapshots(left, left.table.snapshots()) | of_metadata(left.table)
        assert {each.location for each in left.storage.walk(left.root)} == named
    assert keys(lake) == there


def _goes_on(folder: Path, step: int | None) -> int:
    """Kills an ingest of several loads and runs it again; returns how many it left out then."""
    lake = folder / "lake"
    logs = [
        log_of(folder / f"{number}.parquet", 100 * number, 100 * number + 100)
        for number in range(5)
    ]
    worker = Worker()
    worker.begin(lake, logs, step, load_size="1")
    said = worker.end()
    assert said == ("" if step else "done")
    try:
        there = keys(lake) if opened(lake).table.current_snapshot() else []
    except LakeError:
        # Killed before there was a lake.
        there = []
    assert len(there) == len(set(there))
    assert len(there) % 100 == 0
    done = fill(lake, *logs, load_size="1")
    assert len(done.known) == len(there) // 100
    assert len(done.loads) == 5 - len(done.known)
    assert len(keys(lake)) == len(set(keys(lake))) == 500
    return len(done.known)


def test_an_ingest_of_several_loads_goes_on_after_the_last(tmp_path: Path) -> None:
    steps = (5, 90, 150, None)
    folders = [tmp_path / str(step) for step in steps]
    for folder in folders:
        folder.mkdir()
    left_out = [_goes_on(folder, step) for folder, step in zip(folders, steps, strict=True)]
    assert left_out[0] == 0
    assert left_out == sorted(left_out)
    assert 0 < left_out[2] < left_out[3] == 5


def test_a_few_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _loop(tmp_path, 4, seed=1)
    _nothing_is_left_behind(tmp_path / "lake", monkeypatch)


@pytest.mark.slow
def test_many_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = random.SystemRandom().randrange(10**6)
    killed = _loop(tmp_path, 80, seed)
    assert killed >= 50, f"seed {seed}"
    _nothing_is_left_behind(tmp_path / "lake", monkeypatch)
