"""Masters that can be, that cannot be, and that do not answer; and what workers send back."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pyarrow as pa
import pytest

from gauger.engine import parse_master, start
from gauger.engine.master import Master, own_address
from gauger.engine.spark import _cause
from gauger.engine.spread import answers, taken
from gauger.model.errors import EngineError, LakeError, UnreadableInput, UsageError
from gauger.model.run import ScanRequest
from gauger.read.sources import Rejects
from gauger.scan import scan


@pytest.mark.parametrize(
    ("text", "cluster", "places"),
    [
        ("local", False, ()),
        ("local[4]", False, ()),
        ("local[*]", False, ()),
        ("spark://one:7077", True, (("one", 7077),)),
        ("spark://10.0.0.5:7077,two:7078", True, (("10.0.0.5", 7077), ("two", 7078))),
    ],
)
def test_masters_that_can_be(text: str, cluster: bool, places: tuple[tuple[str, int], ...]) -> None:
    master = parse_master("spark", text)
    assert master is not None
    assert (master.is_cluster, master.places) == (cluster, places)


@pytest.mark.parametrize(
    "text", ["", "yarn", "k8s://host:443", "spark://host", "spark://host:99999", "local[x]",
             "spark://user@host:7077", "spark://host:7077/path"],
)  # fmt: skip
def test_masters_that_cannot_be(text: str) -> None:
    with pytest.raises(UsageError, match="spark://HOST:PORT"):
        parse_master("spark", text)


def test_a_master_needs_the_engine_spark(tmp_path: Path) -> None:
    assert parse_master("duckdb", None) is None
    with pytest.raises(UsageError, match="add `--engine spark`"):
        start("duckdb", tmp_path, memory="1GB", threads=1, master="spark://host:7077")


def test_a_wrong_master_is_told_before_anything_is_read(tmp_path: Path) -> None:
    request = ScanRequest(("no such log",), engine="spark", master="mesos://host")
    with Rejects(tmp_path / "rejects") as rejects, pytest.raises(UsageError, match="mesos"):
        scan(request, rejects)


def test_a_master_that_is_away_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = pytest.importorskip("pyspark.sql").SparkSession
    # Other tests of this process may have left one.
    monkeypatch.setattr(session, "getActiveSession", lambda: None)
    log = tmp_path / "log.jsonl"
    line = {"time": "2026-04-20T10:00:00Z", "account_id": "a", "request_model": "m"}
    log.write_text(json.dumps({**line, "exchange_id": "one"}) + "\n")
    request = ScanRequest((str(log),), engine="spark", master=f"spark://127.0.0.1:{_closed()}")
    with Rejects(tmp_path / "rejects") as rejects, pytest.raises(EngineError) as failed:
        scan(request, rejects)
    assert "no master answers at `spark://127.0.0.1:" in failed.value.problem
    assert "correct `--master`" in failed.value.remedy


def test_the_driver_takes_the_address_that_a_master_sees() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        master = Master(f"spark://127.0.0.1:{_closed()},127.0.0.1:{port}")
        assert own_address(master) == "127.0.0.1"


def _closed() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@pytest.mark.parametrize(
    "error",
    [UnreadableInput("a.log", "it is locked", "unlock it"), LakeError("./lake", "gone", "again")],
)
def test_errors_of_ours_come_back_from_a_worker(error: Exception, tmp_path: Path) -> None:
    def answer(task: bytes) -> bytes:
        if task == b"bad":
            raise error
        return task * 2

    for number, task in enumerate([b"a", b"bad", b"c"]):
        (tmp_path / str(number)).write_bytes(task)
    numbers = pa.RecordBatch.from_pydict({"id": [2, 0]})
    found = pa.Table.from_batches(answers(iter([numbers]), tmp_path, answer))
    assert taken(found) == [b"aa", b"cc"]
    numbers = pa.RecordBatch.from_pydict({"id": [0, 1, 2]})
    with pytest.raises(type(error)) as raised:
        taken(pa.Table.from_batches(answers(iter([numbers]), tmp_path, answer)))
    assert str(raised.value) == str(error)


def test_what_a_task_died_of_is_found_in_what_spark_says() -> None:
    worker = 'x\nTraceback (most recent call last):\n  File "a"\n    raise\nOSError: no\n\nat y'
    assert _cause(worker) == "OSError: no"
    lost = "Job aborted: failed 4 times, most recent failure: Lost task 0.3: gone\nDriver stack:"
    assert _cause(lost) == "Lost task 0.3: gone"
    assert _cause("anything else") is None
