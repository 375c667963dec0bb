"""Files that are cut, broken, growing, oddly encoded or not logs at all."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import orjson
import pytest
import zstandard

from gauger.model.errors import GaugerError, NothingToRead, UnknownFormat, UsageError
from gauger.read.sources import Rejects, SourceSettings, open_logs
from read.scanning import NOW, canonical, scan, written


def _text(count: int) -> bytes:
    filler = "".join(hashlib.sha256(str(n).encode()).hexdigest() for n in range(4))
    rows = [canonical(number, prompt=f"{number} {filler}") for number in range(1, count + 1)]
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


def _noisy(count: int) -> bytes:
    """Rows that compress badly, so that a cut falls well inside."""
    rows = [
        canonical(number, prompt=hashlib.sha512(str(number).encode()).hexdigest())
        for number in range(1, count + 1)
    ]
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress, bytes])
def test_compressed_or_plain_gives_the_same_rows(tmp_path: Path, compress: object) -> None:
    path = tmp_path / "log.bin"
    assert callable(compress)
    path.write_bytes(compress(_text(500)))
    found = scan(path)
    assert [row["source_row"] for row in found.rows] == list(range(1, 501))
    assert found.logs.inputs[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_parts_that_follow_each_other_are_one_stream(tmp_path: Path, compress: object) -> None:
    assert callable(compress)
    text = _text(10)
    path = tmp_path / "log"
    path.write_bytes(compress(text[:700]) + compress(text[700:]))
    assert len(scan(path).rows) == 10


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_a_cut_file_keeps_the_rows_before_the_cut(tmp_path: Path, compress: object) -> None:
    assert callable(compress)
    whole = compress(_noisy(20_000))
    path = tmp_path / "log.jsonl"
    path.write_bytes(whole[: len(whole) // 2])
    found = scan(path)
    assert 8_000 < len(found.rows) < 12_000
    assert [row["source_row"] for row in found.rows] == list(range(1, len(found.rows) + 1))
    (reject,) = found.rejects
    assert reject["row"] == 0
    assert "ends early" in reject["reason"]


def test_a_broken_file_says_where_and_how_much_is_lost(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(_noisy(20_000)))
    middle = len(whole) // 2
    whole[middle : middle + 4_000] = b"\xff" * 4_000
    path = tmp_path / "log.jsonl"
    path.write_bytes(whole)
    found = scan(path)
    assert len(found.rows) > 5_000
    assert any("broken near byte" in reject["reason"] for reject in found.rejects)
    assert any("bytes held is lost" in reject["reason"] for reject in found.rejects)
    assert found.logs.inputs[0].sha256 == hashlib.sha256(whole).hexdigest()


def test_broken_zstd_costs_what_is_broken(tmp_path: Path) -> None:
    compressor = zstandard.ZstdCompressor(write_checksum=True)
    whole = bytearray(compressor.compress(_noisy(20_000)))
    middle = len(whole) // 2
    whole[middle : middle + 4_000] = b"\xff" * 4_000
    path = tmp_path / "log.jsonl"
    path.write_bytes(whole)
    found = scan(path)
    assert len(found.rows) > 5_000
    assert any("zstd data is broken" in reject["reason"] for reject in found.rejects)


def test_a_file_that_grows_is_read_as_it_was_when_opened(tmp_path: Path) -> None:
    path = written(tmp_path / "log.jsonl", canonical(1))
    with path.open("ab") as handle:
        handle.write(b'{"exchange_id": "ex-2", "ti')
    before = path.stat().st_size
    with Rejects(tmp_path / "rejects.jsonl") as rejects:
        logs = open_logs([str(path)], SourceSettings(now=NOW), rejects)
        with path.open("ab") as handle:
            handle.write(b'me": 1788256800}\n' + orjson.dumps(canonical(3)) + b"\n")
        rows = [row for batch in logs.batches() for row in batch.to_pylist()]
    assert [row["exchange_id"] for row in rows] == ["ex-1"]
    assert logs.inputs[0].bytes == before == logs.bytes_read
    reject = json.loads((tmp_path / "rejects.jsonl").read_text())
    assert reject["row"] == 2
    assert reject["reason"].startswith("the last record is incomplete")


def test_a_file_that_shrinks_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "log.jsonl", canonical(1), canonical(2))
    with Rejects(tmp_path / "rejects.jsonl") as rejects:
        logs = open_logs([str(path)], SourceSettings(now=NOW), rejects)
        written(path, canonical(1))
        assert sum(batch.num_rows for batch in logs.batches()) == 1
    assert "shrank while it was read" in (tmp_path / "rejects.jsonl").read_text()


def test_marks_line_ends_and_blank_lines_do_no_harm(tmp_path: Path) -> None:
    line = orjson.dumps(canonical(1))
    path = tmp_path / "log"
    path.write_bytes(b"\xef\xbb\xbf\r\n" + line + b"\r\n\r\n   \n" + line)
    found = scan(path)
    assert [row["source_row"] for row in found.rows] == [2, 5]
    assert not found.rejects


@pytest.mark.parametrize("indent", [None, 1])
def test_an_array_is_read_element_by_element(tmp_path: Path, indent: int | None) -> None:
    records = [canonical(n, prompt='a "quoted] } \\" text' + "x" * 900) for n in range(1, 201)]
    path = tmp_path / "log.json"
    path.write_text(json.dumps([*records[:100], 5, *records[100:]], indent=indent))
    found = scan(path)
    assert len(found.rows) == 200
    assert [reject["row"] for reject in found.rejects] == [101]
    assert found.rows[-1]["source_row"] == 201


def test_arrays_on_lines_and_arrays_after_arrays_are_read(tmp_path: Path) -> None:
    lines = json.dumps([canonical(1), canonical(2)]) + "\n" + json.dumps([canonical(3)]) + "\n"
    path = tmp_path / "log.json"
    path.write_text(lines)
    assert len(scan(path).rows) == 3
    path.write_text(json.dumps([canonical(1)], indent=2) + json.dumps([canonical(2)], indent=2))
    assert len(scan(path).rows) == 2


def test_objects_over_many_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    path.write_text("\n".join(json.dumps(canonical(n), indent=2) for n in range(3)))
    assert len(scan(path).rows) == 3


def test_an_array_that_is_cut_keeps_its_elements(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    text = json.dumps([canonical(n) for n in range(5)])
    path.write_text(text[:-30])
    found = scan(path)
    assert len(found.rows) == 4
    assert len(found.rejects) == 1


def test_nothing_to_read(tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_text("x")
    for path in (tmp_path, tmp_path / "absent.jsonl", tmp_path / "*.parquet", "a\0b"):
        with pytest.raises(NothingToRead):
            _open(path)
    (tmp_path / "empty").write_text("\n \n")
    for path in (tmp_path, tmp_path / "empty"):
        with pytest.raises(NothingToRead, match="holds no record"):
            _open(path)


@pytest.mark.parametrize("name", ["a.jsonl", "a.JSON", "a.ndjson", "a.jsonl.gz", "a.json.zst"])
def test_an_empty_log_is_a_log_like_an_empty_table(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("\n")
    for path in (tmp_path / name, tmp_path):
        found = scan(path)
        assert not found.rows
        assert not found.rejects
        assert [file.format for file in found.logs.inputs] == ["empty"]


def test_a_named_format_makes_a_log_of_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "today").touch()
    assert not scan(tmp_path / "today", format="litellm").rows


def test_a_stranger_beside_empty_logs_is_still_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").touch()
    written(tmp_path / "b.jsonl", {"colour": 1})
    with pytest.raises(UnknownFormat):
        _open(tmp_path)


def test_an_empty_file_among_others_is_listed(tmp_path: Path) -> None:
    written(tmp_path / "a.jsonl", canonical())
    (tmp_path / "b.jsonl").write_bytes(b"")
    found = scan(tmp_path)
    assert [file.format for file in found.logs.inputs] == ["canonical", "empty"]
    assert found.logs.inputs[1].sha256 == hashlib.sha256(b"").hexdigest()


def test_an_unknown_format_names_the_keys_and_the_formats(tmp_path: Path) -> None:
    path = written(tmp_path / "log.jsonl", {"colour": 1, "shape": 2})
    with pytest.raises(UnknownFormat, match=r"`colour`, `shape`.*`litellm`.*`anthropic_batch`"):
        _open(path)
    written(path, "no json at all")
    with pytest.raises(UnknownFormat, match="holds no JSON object"):
        _open(path)


def test_a_stranger_in_a_folder_is_left_out_and_told(tmp_path: Path) -> None:
    written(tmp_path / "a.jsonl", canonical())
    (tmp_path / "README.md").write_text("# notes\n")
    (tmp_path / "_SUCCESS").write_text("")
    found = scan(tmp_path)
    assert len(found.rows) == 1
    (reject,) = found.rejects
    assert reject["row"] == 0
    assert "the file is left out" in reject["reason"]
    (tmp_path / "a.jsonl").unlink()
    with pytest.raises(UnknownFormat):
        _open(tmp_path)


def test_a_format_can_be_forced_and_must_exist(tmp_path: Path) -> None:
    path = written(tmp_path / "log.jsonl", {"colour": 1}, canonical())
    found = scan(path, format="canonical")
    assert len(found.rows) == len(found.rejects) == 1
    with pytest.raises(UsageError, match="`csv`"):
        scan(path, format="csv")


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = written(tmp_path / "log.jsonl", canonical())
    found = scan(path, tmp_path, tmp_path / "*.jsonl")
    assert len(found.rows) == 1


def test_a_glob_and_folders_within_folders(tmp_path: Path) -> None:
    (tmp_path / "day=1" / "hour=2").mkdir(parents=True)
    written(tmp_path / "day=1" / "hour=2" / "x.jsonl", canonical())
    assert len(scan(tmp_path / "day=*").rows) == 1
    assert len(scan(tmp_path).rows) == 1


def _open(path: Path | str) -> None:
    with Rejects(Path("unused")) as rejects:
        try:
            open_logs([str(path)], SourceSettings(now=NOW), rejects)
        except GaugerError as error:
            message = str(error)
            assert not message.endswith(".")
            raise
