"""kill -9 at random moments of a scan: no half result, nothing changed, and the same findings
when it is run again."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest

from exchanges import PHRASE
from gauger.world import simulate
from read.lake.lakes import fill, keys, scanned

TESTS = Path(__file__).parent
_SCAN = """
import sys
from pathlib import Path
from gauger.model.run import ScanRequest
from gauger.read.sources import Rejects
from gauger.scan import scan
from gauger.tell.output import OutputFolder
print("ready", flush=True)
sys.stdin.readline()
output = OutputFolder(Path(sys.argv[2]))
output.prepare()
request = ScanRequest(paths=(), lake=sys.argv[1], spill=Path(sys.argv[3]), memory="600MB")
with Rejects(output.rejects) as rejects:
    done = scan(request, rejects)
output.write(done.findings, done.run, done.standing)
print("done", flush=True)
"""


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of a small world that holds a campaign."""
    folder = tmp_path_factory.mktemp("killed")
    world = simulate("quick", folder / "world", accounts=120, seed=5)
    fill(folder / "lake", *world.logs)
    return folder / "lake"


def _killed_at(lake: Path, folder: Path, seconds: float) -> bool:
    """Kills a scan after so many seconds of work; whether it was hit."""
    worker = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", _SCAN, str(lake), str(folder / "out"), str(folder / "spill")],
        text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "GAUGER_SECRET": PHRASE},
    )  # fmt: skip
    assert worker.stdout is not None
    assert worker.stdin is not None
    assert worker.stdout.readline().strip() == "ready"
    worker.stdin.write("\n")
    worker.stdin.flush()
    time.sleep(seconds)
    worker.kill()
    said = worker.stdout.readline().strip()
    worker.wait()
    return said != "done"


def _moments(rounds: int, longest: float, seed: int) -> Iterator[float]:
    rng = random.Random(seed)
    return (rng.uniform(0, longest) for _ in range(rounds))


def _loop(lake: Path, folder: Path, rounds: int, seed: int) -> int:
    there = keys(lake)
    begun = time.perf_counter()
    _, whole = scanned(folder / "whole", lake=str(lake))
    members = pq.read_table(folder / "whole" / "members.parquet")
    longest = 1.2 * (time.perf_counter() - begun)
    out = folder / "out"
    hit = 0
    for moment in _moments(rounds, longest, seed):
        hit += _killed_at(lake, folder, moment)
        if (out / "findings.json").exists():
            # It stands only beside everything else, whole and about this scan.
            assert (out / "findings.json").read_bytes() == whole
            assert pq.read_table(out / "members.parquet").equals(members)
            told = orjson.loads((out / "run.json").read_bytes())
            assert told["configuration"]["lake"] == str(lake)
            assert (out / "report.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert keys(lake) == there
    assert scanned(out, lake=str(lake))[1] == whole
    return hit


def test_a_few_kills(lake: Path, tmp_path: Path) -> None:
    assert _loop(lake, tmp_path, 2, seed=3) > 0


@pytest.mark.slow
def test_many_kills(lake: Path, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    assert _loop(lake, tmp_path, 70, seed) >= 50, f"seed {seed}"
