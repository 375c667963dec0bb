"""Kept sketches: what a scan of them finds, what is refused, and that no text is in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from exchanges import PHRASE, at, write_log
from gauger.engine import Engine
from gauger.model.errors import GaugerError, OutputError, UnreadableInput, UsageError
from gauger.model.manifest import MANIFEST, Manifest, describe_files, read_manifest
from gauger.model.run import ScanRequest
from gauger.model.sketch import SKETCH_SCHEMA
from gauger.read.keeping import KeepRequest, keep_sketches
from gauger.read.kept import find_kept
from gauger.read.sketched import table_of
from gauger.read.sources import Rejects
from gauger.scan import Scan, scan
from gauger.tell.output import OutputFolder
from gauger.world import World, simulate

PLAIN = Path(__file__).parents[1] / "plain.toml"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A small world with one campaign that does not hide."""
    return simulate(str(PLAIN), tmp_path_factory.mktemp("plain"), seed=1)


def keep(paths: list[Any], folder: Path, secret: str | None = PHRASE) -> Manifest:
    """Sketches to keep."""
    request = KeepRequest(tuple(map(str, paths)), folder, secret=secret)
    with Rejects(folder / "rejects.jsonl") as rejects:
        return keep_sketches(request, rejects)


def scanned(paths: list[Any], out: Path, **choices: Any) -> tuple[Scan, bytes]:
    """A scan and the bytes of its findings."""
    request = ScanRequest(**{"paths": tuple(map(str, paths)), "secret": PHRASE, **choices})
    output = OutputFolder(out)
    output.prepare()
    with Rejects(output.rejects) as rejects:
        done = scan(request, rejects)
    output.write(done.findings, done.run)
    return done, output.findings.read_bytes()


def _rows(first: int, last: int) -> list[dict[str, Any]]:
    return [
        {"exchange_id": f"e{n}", "account_id": f"a{n % 3}", "prompt": f"what is the number {n}",
         "system": "You are a careful clerk", "source_ip": "203.0.113.9", "time": at(n)}
        for n in range(first, last)
    ]  # fmt: skip


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Twelve exchanges, sketched."""
    folder = tmp_path / "small"
    keep([write_log(tmp_path / "log.parquet", _rows(0, 12))], folder)
    return folder


def test_sketches_give_the_findings_of_their_logs(world: World, tmp_path: Path) -> None:
    logs = world.logs[0].parent
    manifest = keep([logs], tmp_path / "sketches")
    assert manifest.exchanges == world.exchanges
    once, expected = scanned([logs], tmp_path / "a", accounts=world.accounts)
    done, found = scanned([tmp_path / "sketches"], tmp_path / "b", accounts=world.accounts)
    assert found == expected
    assert json.loads(found)["networks"]
    assert {held.format for held in done.run.inputs} == {"sketches"}
    assert [held.sha256 for held in done.run.inputs] == [file.sha256 for file in manifest.files]
    assert done.run.stable_key
    assert once.run.candidates == done.run.candidates


def test_what_logs_held_beside_exchanges_is_still_said(tmp_path: Path) -> None:
    logs = Path(__file__).parents[2] / "examples" / "logs" / "otel"
    manifest = keep([logs], tmp_path / "one")
    keep([logs / "traces.jsonl"], tmp_path / "two")
    assert {each.format for each in manifest.passed_over} == {"otel"}
    done, _ = scanned([tmp_path / "one", tmp_path / "two"], tmp_path / "a")
    said = "Beside exchanges, this source (`otel`) held spans of tools, agents and other steps: 2."
    assert said in done.findings.notes


def test_no_secret_is_needed_to_scan_sketches(small: Path, tmp_path: Path) -> None:
    _, expected = scanned([small], tmp_path / "a")
    done, found = scanned([small], tmp_path / "b", secret=None)
    assert found == expected
    assert done.run.stable_key


@pytest.mark.parametrize("hours", [30.5, -1000.0])
def test_until_is_the_same_on_sketches_as_on_logs(
    world: World, tmp_path: Path, hours: float
) -> None:
    logs = world.logs[0].parent
    keep([logs], tmp_path / "sketches")
    until = at(hours)
    one, expected = scanned([logs], tmp_path / "a", until=until)
    _, found = scanned([tmp_path / "sketches"], tmp_path / "b", until=until)
    assert found == expected
    assert (one.findings.measured.exchanges == 0) == (hours < 0)


def test_folders_sketched_apart_are_scanned_as_one(world: World, tmp_path: Path) -> None:
    half = len(world.logs) // 2
    keep(list(world.logs[:half]), tmp_path / "early")
    # A name that an engine could take for a glob.
    keep(list(world.logs[half:]), tmp_path / "late [x]*")
    _, expected = scanned(list(world.logs), tmp_path / "a", accounts=world.accounts)
    folders = [tmp_path / "early", tmp_path / "late [x]*"]
    _, found = scanned(folders, tmp_path / "b", accounts=world.accounts)
    assert found == expected


def test_repeats_between_folders_are_counted_once_and_named(tmp_path: Path) -> None:
    first = write_log(tmp_path / "first.parquet", _rows(0, 12))
    second = write_log(tmp_path / "second.parquet", _rows(0, 15))
    keep([first], tmp_path / "one")
    keep([second], tmp_path / "two")
    done, _ = scanned([tmp_path / "one", tmp_path / "two"], tmp_path / "out")
    assert (done.findings.measured.exchanges, done.findings.measured.rejected) == (15, 12)
    lines = (tmp_path / "out" / "rejects.jsonl").read_text().splitlines()
    named = [json.loads(line) for line in lines]
    assert [(row["file"], row["row"]) for row in named] == [(second, n) for n in range(1, 13)]


def test_records_rejected_while_sketching_still_count(tmp_path: Path) -> None:
    good = {"time": "2026-04-20T10:00:00Z", "account_id": "a", "request_model": "m"}
    lines = [json.dumps({**good, "exchange_id": f"e{n}"}) for n in range(9)]
    lines += [json.dumps({**good, "exchange_id": "bad", "time": "when?"})]
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(lines) + "\n")
    keep([log], tmp_path / "sketches")
    assert (tmp_path / "sketches" / "rejects.jsonl").exists()
    _, expected = scanned([log], tmp_path / "a")
    done, found = scanned([tmp_path / "sketches"], tmp_path / "b")
    assert found == expected
    assert done.findings.measured.rejected == 1


def test_sketches_hold_no_text(small: Path) -> None:
    table = pq.read_table(sorted(small.glob("*.parquet")))
    assert table.schema.names == SKETCH_SCHEMA.names
    held = b"".join(path.read_bytes() for path in small.iterdir())
    plain = json.dumps(table.to_pylist(), default=str).encode()
    for words in (b"number", b"careful", b"clerk", b"203.0.113"):
        assert words not in held
        assert words not in plain


def test_the_same_logs_and_secret_give_the_same_files(small: Path, tmp_path: Path) -> None:
    again = keep([tmp_path / "log.parquet"], tmp_path / "again")
    assert again == read_manifest(small)
    other = keep([tmp_path / "log.parquet"], tmp_path / "other", secret=PHRASE[::-1])
    assert other.key_check != again.key_check
    mine, theirs = (_prompts(folder) for folder in (small, tmp_path / "other"))
    assert not pc.any(pc.equal(mine, theirs)).as_py()


def _prompts(folder: Path) -> pa.ChunkedArray:
    return pq.read_table(sorted(folder.glob("*.parquet")))["prompt"]


def test_logs_are_no_sketches(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", _rows(0, 3))
    assert find_kept([log], tmp_path / "rejects.jsonl") is None


def _refused(kind: type[GaugerError], paths: list[Any], out: Path, *words: str) -> None:
    with pytest.raises(kind) as caught:
        scanned(paths, out)
    for word in words:
        assert word in str(caught.value)


def test_logs_beside_sketches_are_refused(small: Path, tmp_path: Path) -> None:
    log = write_log(tmp_path / "more.parquet", _rows(20, 30))
    _refused(UsageError, [small, log], tmp_path / "out", "more.parquet", "gauger sketch")
    _refused(UsageError, [log, small], tmp_path / "out", "more.parquet")
    write_log(small / "inside.parquet", _rows(20, 30))
    _refused(UsageError, [small], tmp_path / "out", "inside.parquet")


@pytest.mark.parametrize("secret", [None, "quite another secret of the tests"])
def test_sketches_of_different_keys_are_refused(
    small: Path, tmp_path: Path, secret: str | None
) -> None:
    keep([tmp_path / "log.parquet"], tmp_path / "other", secret=secret)
    _refused(UsageError, [small, tmp_path / "other"], tmp_path / "out", "keys", "GAUGER_SECRET")
    # Each by itself is fine.
    assert scanned([tmp_path / "other"], tmp_path / "out")[0].run.stable_key == bool(secret)


def _edit_manifest(folder: Path, **changed: Any) -> None:
    path = folder / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))


def _without_column(folder: Path) -> None:
    path = next(folder.glob("*.parquet"))
    table = pq.read_table(path)
    pq.write_table(table.drop_columns(["runs"]), path)
    _describe_again(folder)


def _describe_again(folder: Path) -> None:
    (file,) = describe_files(folder)
    _edit_manifest(folder, files=[asdict(file)])


def _column_of_another_type(folder: Path) -> None:
    path = next(folder.glob("*.parquet"))
    table = pq.read_table(path)
    place = table.schema.get_field_index("prompt")
    pq.write_table(table.set_column(place, "prompt", table["prompt"].cast(pa.string())), path)
    _describe_again(folder)


def _cut(folder: Path) -> None:
    path = next(folder.glob("*.parquet"))
    path.write_bytes(path.read_bytes()[:-40])


def _flip(folder: Path) -> None:
    path = next(folder.glob("*.parquet"))
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0xFF
    path.write_bytes(bytes(data))


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut": (_cut, "bytes, its manifest says"),
    "flipped": (_flip, "changed since it was written"),
    "gone": (lambda folder: next(folder.glob("*.parquet")).unlink(), "gone"),
    "unsealed": (lambda folder: (folder / MANIFEST).unlink(), "not whole"),
    "version": (lambda folder: _edit_manifest(folder, version=99), "version 99"),
    "no manifest": (lambda folder: (folder / MANIFEST).write_text("[1"), "no manifest"),
    "half a manifest": (lambda folder: _edit_manifest(folder, files=3), "no manifest"),
    "column": (_without_column, "`runs`"),
    "type": (_column_of_another_type, "`prompt` is string"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_sketches_are_refused(small: Path, tmp_path: Path, name: str) -> None:
    damage, word = DAMAGE[name]
    damage(small)
    _refused(UnreadableInput, [small], tmp_path / "out", word, "gauger sketch")


def test_a_part_of_a_folder_is_refused(small: Path, tmp_path: Path) -> None:
    _refused(UnreadableInput, [small / MANIFEST], tmp_path / "out", "not named", "whole folder")
    # All of it by a glob is the whole folder.
    assert scanned([small / "*"], tmp_path / "out")[0].findings.measured.exchanges == 12


@pytest.mark.parametrize("choice", [{"show_text": True}, {"format": "litellm"}])
def test_choices_that_only_logs_have(small: Path, tmp_path: Path, choice: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        scanned([small], tmp_path / "out", **choice)


def test_a_folder_in_use_is_left_alone(small: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.parquet"
    before = sorted(path.read_bytes() for path in small.iterdir())
    for folder in (small, tmp_path):
        with pytest.raises(OutputError):
            keep([log], folder)
    assert sorted(path.read_bytes() for path in small.iterdir()) == before
    (small / MANIFEST).unlink()
    assert keep([log], small).exchanges == 12


def test_nothing_to_count_is_no_error(small: Path, tmp_path: Path) -> None:
    done, _ = scanned([small], tmp_path / "out", until=at(0) - timedelta(days=900))
    assert done.findings.measured.exchanges == 0
    keep([write_log(tmp_path / "empty.parquet", [])], tmp_path / "empty")
    assert scanned([tmp_path / "empty"], tmp_path / "out")[0].findings.networks == ()


def test_every_engine_reads_them(small: Path, tmp_path: Path, engine: Engine) -> None:
    keep([write_log(tmp_path / "more.parquet", _rows(12, 20))], tmp_path / "two")
    kept = find_kept([str(small), str(tmp_path / "two")], tmp_path / "rejects.jsonl")
    assert kept is not None
    sketched = kept.sketched(at(18))
    assert sketched.exchanges == 18
    table = table_of(sketched, engine, at(18), tmp_path)
    rows = engine.fetch(table.select("time", "source_file", "source_row"), "read")
    # One engine gives times with their zone, which is UTC, the other without.
    assert sorted(time.replace(tzinfo=UTC) for time in rows["time"].to_pylist()) == [
        at(n) for n in range(18)
    ]
    assert sorted(rows["source_file"].to_pylist()) == [0] * 12 + [1] * 6


def test_a_cluster_checks_kept_sketches(tmp_path: Path, duckdb: Engine) -> None:
    keep([write_log(tmp_path / "log.parquet", _rows(0, 30))], tmp_path / "kept")
    kept = find_kept([str(tmp_path / "kept")], tmp_path / "rejects")
    assert kept is not None
    assert kept.sketched(None, cluster=duckdb) == kept.sketched(None)
    (file, *_) = (tmp_path / "kept").glob("*.parquet")
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(UnreadableInput, match="it was changed since it was written"):
        kept.sketched(None, cluster=duckdb)
