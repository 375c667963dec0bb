"""Filling a lake: what is added, what is left out, and what an ingest leaves behind."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchanges import PHRASE, at, write_log
from gauger.model.errors import LakeError, UsageError
from gauger.model.sketch import SKETCH_SCHEMA
from gauger.read.lake import drafting, unseen
from gauger.read.lake.loads import read_loads
from gauger.read.sources.opening import LogFile, hash_whole

from .lakes import files_under, fill, held, keys, log_of, opened, rows, scanned


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Where a lake may be made."""
    return tmp_path / "lake"


def test_large_logs_are_several_loads(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    logs = [log_of(tmp_path / f"{n}.parquet", 10 * n, 10 * n + 10) for n in range(4)]
    good = {"time": "2026-04-20T10:00:00Z", "account_id": "a", "request_model": "m"}
    times = ("when?", good["time"], good["time"])
    lines = [{**good, "exchange_id": f"late {n}", "time": time} for n, time in enumerate(times)]
    bad = tmp_path / "bad.jsonl"
    bad.write_text("\n".join(json.dumps(line) for line in lines))
    size = str(2 * max(log.stat().st_size for log in logs))
    done = fill(lake, *logs, bad, load_size=size)
    assert done.loads[0].exchanges == 20
    assert sum(load.exchanges for load in done.loads) == 42
    assert [load.rejected for load in done.loads] == [0] * (len(done.loads) - 1) + [1]
    assert len({load.load_id for load in done.loads}) == len(done.loads) >= 2
    whole = tmp_path / "whole"
    assert len(fill(whole, *logs, bad).loads) == 1
    assert keys(lake) == keys(whole)
    one, two = (
        scanned(tmp_path / f"out-{n}", lake=str(each)) for n, each in enumerate((lake, whole))
    )
    assert one[0].findings.measured.exchanges == two[0].findings.measured.exchanges == 42
    assert one[0].findings.measured.rejected == two[0].findings.measured.rejected == 1


def test_a_load_size_that_is_none_is_refused(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log.parquet", 0, 10)
    with pytest.raises(UsageError, match="--load-size"):
        fill(tmp_path / "lake", log, load_size="a lot")


def test_what_is_added_is_said_and_there(tmp_path: Path, lake: Path) -> None:
    done = fill(lake, log_of(tmp_path / "log.parquet", 0, 60))
    assert done.load is not None
    assert done.snapshot is not None
    assert (done.load.exchanges, done.load.rejected, done.known) == (60, 0, ())
    assert (done.snapshot.exchanges, done.snapshot.operation) == (60, "ingest")
    days = (at(0).date(), at(59).date())
    assert (done.load.first_day, done.load.last_day) == days
    assert (done.snapshot.first_day, done.snapshot.last_day) == days
    table = held(lake)
    assert table.schema.names == SKETCH_SCHEMA.names
    assert sorted(table["time"].to_pylist()) == [at(n) for n in range(60)]


def test_every_day_is_a_partition_of_its_own(tmp_path: Path, lake: Path) -> None:
    fill(lake, log_of(tmp_path / "log.parquet", 0, 60))
    files = files_under(lake / "sketches" / "data")
    assert {path.parent.name for path in files} == {
        f"time_day={at(24 * n):%Y-%m-%d}" for n in range(3)
    }
    for path in files:
        times = pq.ParquetFile(path).read(columns=["time"])["time"].to_pylist()
        assert {f"time_day={time.date()}" for time in times} == {path.parent.name}


def test_the_same_log_again_adds_nothing(tmp_path: Path, lake: Path) -> None:
    log = log_of(tmp_path / "log.parquet", 0, 30)
    first = fill(lake, log)
    again = fill(lake, log)
    assert again.load is None
    assert again.known == (log,)
    assert again.snapshot == first.snapshot
    renamed = tmp_path / "renamed.parquet"
    renamed.write_bytes(log.read_bytes())
    assert fill(lake, renamed).load is None
    assert len(keys(lake)) == 30


def test_a_folder_that_grew_adds_what_came(tmp_path: Path, lake: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    log_of(logs / "1.parquet", 0, 30)
    # What is no log is told again with every load, and stops none.
    (logs / "readme.txt").write_text("how these logs came here")
    fill(lake, logs)
    log_of(logs / "2.parquet", 30, 50)
    done = fill(lake, logs)
    assert done.load is not None
    assert (done.load.exchanges, done.load.rejected) == (20, 1)
    assert [path.name for path in done.known] == ["1.parquet"]
    assert len(set(keys(lake))) == 50


def test_only_what_may_be_known_is_read_to_know_it(
    tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digested: list[str] = []

    def hashed(file: LogFile) -> None:
        digested.append(file.path.name)
        hash_whole(file)

    monkeypatch.setattr(unseen, "hash_whole", hashed)
    logs = tmp_path / "logs"
    logs.mkdir()
    log_of(logs / "1.parquet", 0, 30)
    log_of(logs / "2.parquet", 30, 90)
    fill(lake, logs)
    assert digested == []
    log_of(logs / "3.parquet", 90, 250)
    done = fill(lake, logs)
    assert [path.name for path in done.known] == digested == ["1.parquet", "2.parquet"]
    assert len(set(keys(lake))) == 250


def test_a_log_that_is_named_twice_counts_once(tmp_path: Path, lake: Path) -> None:
    log = log_of(tmp_path / "log.parquet", 0, 30)
    copy = tmp_path / "copy.parquet"
    copy.write_bytes(log.read_bytes())
    done = fill(lake, log, copy)
    assert done.known == (copy,)
    assert len(keys(lake)) == 30


def test_an_exchange_that_a_load_meets_twice_counts_once(
    tmp_path: Path, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Chunks of a few rows, so that what repeats lies in several of them.
    monkeypatch.setattr(drafting, "CHUNK", 16)
    one = log_of(tmp_path / "one.parquet", 0, 40)
    two = log_of(tmp_path / "two.parquet", 30, 70)
    done = fill(lake, one, two)
    assert done.load is not None
    assert (done.load.exchanges, done.load.rejected) == (70, 10)
    assert len(set(keys(lake))) == len(keys(lake)) == 70
    assert done.load.rejects is not None
    told = [json.loads(line) for line in Path(done.load.rejects).read_text().splitlines()]
    assert [(each["file"], each["row"]) for each in told] == [(str(two), n) for n in range(1, 11)]
    assert {each["field"] for each in told} == {"exchange_id"}


def test_rejected_records_are_kept_and_counted(tmp_path: Path, lake: Path) -> None:
    good = {"time": "2026-04-20T10:00:00Z", "account_id": "a", "request_model": "m"}
    lines = [json.dumps({**good, "exchange_id": f"e{n}"}) for n in range(9)]
    log = tmp_path / "log.jsonl.gz"
    bad = json.dumps({**good, "exchange_id": "bad", "time": "when?"})
    log.write_bytes(gzip.compress("\n".join([*lines, bad]).encode()))
    done = fill(lake, log)
    assert done.load is not None
    assert (done.load.exchanges, done.load.rejected) == (9, 1)
    assert done.load.rejects is not None
    assert "when?" in Path(done.load.rejects).read_text()


def test_a_log_that_gave_only_rejects_may_be_read_again(tmp_path: Path, lake: Path) -> None:
    record = {"time": "2026-04-20T10:00:00Z", "request_model": "m", "tenant": "a"}
    lines = [json.dumps({**record, "exchange_id": f"e{n}"}) for n in range(9)]
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(lines))
    wrong = fill(lake, log, format="canonical")
    assert wrong.load is not None
    assert (wrong.load.exchanges, wrong.load.rejected) == (0, 9)
    right = fill(lake, log, format="canonical", account_field="tenant")
    assert right.load is not None
    assert (right.load.exchanges, right.load.rejected) == (9, 0)
    # What was rejected for want of an account is no reject of the lake any more.
    done, _ = scanned(tmp_path / "out", lake=str(lake))
    assert (done.findings.measured.exchanges, done.findings.measured.rejected) == (9, 0)
    assert fill(lake, log, format="canonical", account_field="tenant").load is None


def test_a_log_without_an_exchange_is_a_load(tmp_path: Path, lake: Path) -> None:
    write_log(tmp_path / "empty.parquet", [])
    done = fill(lake, tmp_path / "empty.parquet")
    assert done.load is not None
    assert done.snapshot is not None
    assert (done.load.exchanges, done.load.first_day, done.snapshot.exchanges) == (0, None, 0)
    assert fill(lake, tmp_path / "empty.parquet").load is None


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_any_split_and_order_gives_the_same_exchanges(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("split")
    everything = rows(0, 24, hours=5)
    cuts = sorted(data.draw(st.sets(st.integers(1, 23), max_size=3)))
    parts = [everything[a:b] for a, b in zip([0, *cuts], [*cuts, 24], strict=True)]
    logs = [write_log(folder / f"{n}.parquet", part) for n, part in enumerate(parts)]
    together = data.draw(st.permutations(logs))
    size = data.draw(st.integers(1, len(together)))
    for start in range(0, len(together), size):
        fill(folder / "lake", *together[start : start + size])
    fill(folder / "other", write_log(folder / "all.parquet", everything))
    assert keys(folder / "lake") == keys(folder / "other")


def test_logs_are_numbered_through(tmp_path: Path, lake: Path) -> None:
    for n in range(3):
        fill(lake, log_of(tmp_path / f"{n}.parquet", n * 10, n * 10 + 10))
    assert held(lake)["source_file"].to_pylist() == [n // 10 for n in range(30)]
    there = opened(lake)
    loads = read_loads(there, there.table.current_snapshot())
    assert [Path(log.record.path).name for load in loads for log in load.logs] == [
        "0.parquet", "1.parquet", "2.parquet",
    ]  # fmt: skip


def test_no_text_is_kept(tmp_path: Path, lake: Path) -> None:
    fill(lake, log_of(tmp_path / "log.parquet", 0, 30))
    plain = json.dumps(held(lake).to_pylist(), default=str).encode()
    stored = b"".join(path.read_bytes() for path in files_under(lake))
    for words in (b"careful", b"clerk", b"203.0.113", PHRASE.encode()):
        assert words not in plain
        assert words not in stored


@pytest.mark.parametrize("secret", [None, ""])
def test_a_secret_is_needed(tmp_path: Path, lake: Path, secret: str | None) -> None:
    with pytest.raises(UsageError, match="GAUGER_SECRET"):
        fill(lake, log_of(tmp_path / "log.parquet", 0, 3), secret=secret)
    assert not lake.exists()


def test_another_secret_is_refused(tmp_path: Path, lake: Path) -> None:
    fill(lake, log_of(tmp_path / "log.parquet", 0, 3))
    with pytest.raises(LakeError, match="another key"):
        fill(lake, log_of(tmp_path / "more.parquet", 3, 6), secret=PHRASE[::-1])
    assert len(keys(lake)) == 3


def _lines(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def _answer(number: int) -> dict[str, Any]:
    body = {"model": "m", "created": 1776675600, "choices": [], "usage": {}}
    response = {"status_code": 200, "request_id": f"r{number}", "body": body}
    return {"id": f"x{number}", "custom_id": f"c{number}", "response": response}


def test_halves_of_a_batch_are_read_together(tmp_path: Path, lake: Path) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "hello"}], "user": "acct"}
    asked = [
        {"custom_id": f"c{n}", "method": "POST", "url": "/v1/chat/completions", "body": body}
        for n in range(4)
    ]
    requests = _lines(tmp_path / "batch_input.jsonl", asked)
    first = _lines(tmp_path / "batch_output.jsonl", [_answer(0), _answer(1)])
    # Whatever the size of a load, they are not read apart.
    assert len(fill(lake, requests, first, account_field="body.user", load_size="1").loads) == 1
    assert len(keys(lake)) == 2
    # The requests are known, and needed for the answers that came later.
    later = _lines(tmp_path / "batch_output.2.jsonl", [_answer(2), _answer(3)])
    done = fill(lake, requests, first, later, account_field="body.user")
    assert done.load is not None
    assert done.known == ()
    assert len(set(keys(lake))) == 4
