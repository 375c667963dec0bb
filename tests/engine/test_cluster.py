"""A scan on a real cluster: DuckDB's findings from logs and from a lake, and what is lost is told.

The driver is a process of its own, for a process holds one Spark and other tests have theirs.
What starts a cluster takes a minute or more; `make test-cluster` runs it, and so does CI.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engine.cluster import Cluster
from exchanges import PHRASE
from gauger.model.lake import IngestRequest
from gauger.model.run import ScanRequest
from gauger.read.lake.ingest import ingest
from gauger.read.sketch import SketchKey
from gauger.read.sources import Rejects
from gauger.scan import scan
from gauger.tell.output import OutputFolder
from gauger.world import World, simulate
from needs import program

HERE = Path(__file__).parent
PLAIN = HERE.parent / "plain.toml"
_COMMAND = "import sys; from gauger.face.cli.app import main; sys.argv[0] = 'gauger'; main()"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A master and two workers of one core."""
    program("java")
    with Cluster(tmp_path_factory.mktemp("cluster")) as started:
        yield started


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster that a test may break."""
    program("java")
    with Cluster(tmp_path / "cluster") as started:
        yield started


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A small world with one campaign, some records that cannot be used and some read twice."""
    made = simulate(str(PLAIN), tmp_path_factory.mktemp("plain"), seed=1)
    first = made.logs[0]
    pq.write_table(pq.read_table(first).slice(10, 7), first.with_name("zz-again.parquet"))
    good = {"time": "2026-04-20T10:00:00Z", "account_id": "a", "request_model": "m"}
    lines = [json.dumps({**good, "exchange_id": f"line-{n}"}) for n in range(5)]
    lines[2:2] = ["no json", json.dumps({**good, "exchange_id": "when", "time": "when?"})]
    first.with_name("lines.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made


def _on_duckdb(out: Path, world: World, *paths: str, lake: str | None = None) -> OutputFolder:
    folder = OutputFolder(out)
    folder.prepare()
    request = ScanRequest(paths, accounts=world.accounts, secret=PHRASE, lake=lake)
    with Rejects(folder.rejects) as rejects:
        done = scan(request, rejects)
    folder.write(done.findings, done.run)
    return folder


def _begun(out: Path, master: str, *options: object) -> subprocess.Popen[str]:
    scratch = out.with_name(f"{out.name}-scratch")
    scratch.mkdir()
    environment = {
        **os.environ,
        "GAUGER_SECRET": PHRASE,
        "TMPDIR": str(scratch),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_CONF_DIR": str(HERE / "spark"),
    }
    command = [
        "scan",
        "--memory",
        "600MB",
        *options,
        "--out",
        out,
        "--engine",
        "spark",
        "--master",
        master,
    ]
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", _COMMAND, *map(str, command), "--quiet"],
        env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _finished(scan: subprocess.Popen[str], seconds: float = 1800) -> tuple[int, str]:
    try:
        _, said = scan.communicate(timeout=seconds)
    finally:
        scan.kill()
    return scan.returncode, said


def _await(scan: subprocess.Popen[str], seen: Callable[[], object]) -> None:
    while not seen():
        assert scan.poll() is None, scan.communicate()[1]
        time.sleep(0.05)


def _same(one: OutputFolder, other: Path) -> None:
    assert json.loads(one.findings.read_bytes())["networks"]
    assert (other / "findings.json").read_bytes() == one.findings.read_bytes()
    assert (other / "rejects.jsonl").exists() == one.rejects.exists()
    if one.rejects.exists():
        assert (other / "rejects.jsonl").read_bytes() == one.rejects.read_bytes()


def _steps(out: Path) -> list[str]:
    return [step["step"] for step in json.loads((out / "run.json").read_bytes())["steps"]]


@pytest.mark.slow
def test_a_cluster_finds_in_logs_what_duckdb_finds(
    cluster: Cluster, world: World, tmp_path: Path
) -> None:
    logs = str(world.logs[0].parent)
    expected = _on_duckdb(tmp_path / "one", world, logs)
    rejects = expected.rejects.read_text().splitlines()
    assert len(rejects) == 9
    out = tmp_path / "other"
    code, said = _finished(_begun(out, cluster.url, logs, "--accounts", world.accounts))
    assert (code, said) == (1, "")
    _same(expected, out)
    assert "read and sketch on the cluster" in _steps(out)
    run = json.loads((out / "run.json").read_bytes())
    assert run["configuration"]["master"] == cluster.url
    assert run["inputs"] == json.loads(expected.run.read_bytes())["inputs"]
    assert not any((tmp_path / "other-scratch").iterdir())
    _keyless(cluster)


def _keyless(cluster: Cluster) -> None:
    """What master, workers and executors say holds settings and commands, and no secret."""
    key = SketchKey.from_secret(PHRASE)
    said = cluster.said()
    assert "spark.executor.memory" in said or "-Xmx600M" in said
    for secret in (PHRASE, str(key.low), str(key.high), f"{key.low:x}", f"{key.high:x}"):
        assert secret not in said


@pytest.mark.slow
def test_a_scan_outlives_a_worker_lost_while_it_sketches(
    own_cluster: Cluster, world: World, tmp_path: Path
) -> None:
    logs = str(world.logs[0].parent)
    expected = _on_duckdb(tmp_path / "one", world, logs)
    out = tmp_path / "other"
    scan = _begun(out, own_cluster.url, logs, "--accounts", world.accounts)
    _await(scan, lambda: [*(tmp_path / "other-scratch").glob("gauger-*/tasks-1")])
    own_cluster.kill(0)
    code, said = _finished(scan)
    assert (code, said) == (1, "")
    _same(expected, out)


@pytest.mark.slow
def test_a_scan_of_a_lake_outlives_a_worker_and_without_any_left_says_what_to_do(
    own_cluster: Cluster, world: World, tmp_path: Path
) -> None:
    lake = str(tmp_path / "lake")
    for log in world.logs:
        ingest(IngestRequest(paths=(str(log),), lake=lake, secret=PHRASE, memory="500MB"))
    expected = _on_duckdb(tmp_path / "one", world, lake=lake)
    out = tmp_path / "other"
    options = ("--lake", lake, "--accounts", world.accounts)
    scan = _begun(out, own_cluster.url, *options)
    # While runs are scattered and told apart.
    _await(scan, lambda: [*(tmp_path / "other-scratch").glob("gauger-*/distinct_prompts.kept")])
    own_cluster.kill(0)
    code, said = _finished(scan)
    assert (code, said) == (1, "")
    _same(expected, out)

    scan = _begun(tmp_path / "out", own_cluster.url, *options)
    _await(scan, lambda: [*(tmp_path / "out-scratch").glob("gauger-*/repeated")])
    own_cluster.kill(1)
    code, said = _finished(scan)
    assert code == 2
    assert "start workers again" in said


@pytest.mark.slow
def test_workers_that_are_too_small_are_told(
    cluster: Cluster, world: World, tmp_path: Path
) -> None:
    logs = str(world.logs[0].parent)
    code, said = _finished(_begun(tmp_path / "out", cluster.url, logs, "--memory", "90GB"))
    assert code == 2
    assert "no worker gave an executor of 90g" in said
    assert "`--memory`" in said
