"""Logs sketched in parts, as on a cluster: the sketches, rejects and words of one reading."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exchanges import KEY, at, batch
from gauger.engine import Engine
from gauger.model.errors import UnreadableInput
from gauger.model.exchange import EXCHANGE_SCHEMA
from gauger.read.sketched import Sketched
from gauger.read.sketching import sketch_logs
from gauger.read.sketching_apart import sketch_apart
from gauger.read.sources import Logs, Rejects, SourceSettings, open_logs
from gauger.read.sources.parts import joined_formats, open_part, parts_of

EXAMPLES = Path(__file__).parents[2] / "examples" / "logs"
SINGLE = ("anthropic.jsonl", "canonical.jsonl", "canonical.parquet", "litellm.ndjson",
          "openai.jsonl")  # fmt: skip


def _line(number: int, **fields: Any) -> str:
    good = {"time": "2026-04-20T10:00:00Z", "account_id": "a", "request_model": "m"}
    return json.dumps({**good, "exchange_id": f"line-{number}", **fields})


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Files of several formats, with bad records, a file without any, and many row groups."""
    folder = tmp_path / "logs"
    folder.mkdir()
    for name in SINGLE:
        (folder / name).write_bytes((EXAMPLES / name).read_bytes())
    lines = ["no json", _line(1), _line(2, time="when?"), _line(3, input_tokens="many"), _line(4)]
    (folder / "lines.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "quiet.jsonl").write_bytes(b"")
    table = pa.Table.from_batches(
        [batch({"exchange_id": f"e{n}", "account_id": f"a{n % 7}"} for n in range(90))]
    ).select(EXCHANGE_SCHEMA.names)
    rows = table.to_pylist()
    rows[33]["account_id"] = None
    table = pa.Table.from_pylist(rows, schema=EXCHANGE_SCHEMA)
    pq.write_table(table, folder / "groups.parquet", row_group_size=10)
    return folder


def _opened(folder: Path, rejects: Rejects) -> Logs:
    return open_logs([str(folder)], SourceSettings(), rejects)


def _rows(folder: Path) -> list[dict[str, Any]]:
    table = pq.read_table(folder)
    return table.sort_by([("source_file", "ascending"), ("source_row", "ascending")]).to_pylist()


def _both(logs: Path, tmp_path: Path, engine: Engine, **choices: Any) -> Iterator[Sketched]:
    choices = {"until": None, "keep_text": False, **choices}
    with Rejects(tmp_path / "whole.jsonl") as rejects:
        whole = _opened(logs, rejects)
        yield sketch_logs(whole, tmp_path / "whole", KEY, threads=1, **choices)
    with Rejects(tmp_path / "apart.jsonl") as rejects:
        apart = _opened(logs, rejects)
        yield sketch_apart(
            engine, apart, tmp_path / "apart", KEY, rejects, part_bytes=1_000, **choices
        )


@pytest.mark.parametrize("choices", [{}, {"until": at(0.5)}, {"keep_text": True}])
def test_parts_give_what_one_reading_gives(
    logs: Path, tmp_path: Path, duckdb: Engine, choices: dict[str, Any]
) -> None:
    whole, apart = _both(logs, tmp_path, duckdb, **choices)
    assert replace(apart, parts=whole.parts) == whole
    assert _rows(tmp_path / "apart") == _rows(tmp_path / "whole")
    rejected = (tmp_path / "whole.jsonl").read_text()
    assert len(rejected.splitlines()) == 3
    assert (tmp_path / "apart.jsonl").read_text() == rejected
    assert not any(path.is_dir() for path in (tmp_path / "apart").iterdir())


def test_a_parquet_file_is_cut_by_its_row_groups(logs: Path, tmp_path: Path) -> None:
    with Rejects(tmp_path / "rejects.jsonl") as rejects:
        opened = open_logs([str(logs / "groups.parquet")], SourceSettings(), rejects)
        size = (logs / "groups.parquet").stat().st_size
        parts = list(parts_of(opened, size // 3))
        assert len(parts) in (3, 4)
        edges = [part.groups for part in parts]
        assert edges[0] is not None and edges[0][0] == 0
        assert edges[-1] is not None and edges[-1][1] == 9
        assert list(parts_of(opened)) == [replace(parts[0], groups=None)]
        read = [row for part in parts for row in open_part(part, rejects).batches()]
    assert sum(held.num_rows for held in read) == 89
    assert [row for held in read for row in held["source_row"].to_pylist()] == [
        row for row in range(1, 91) if row != 34
    ]


def test_no_log_at_all_still_gives_a_table(tmp_path: Path, duckdb: Engine) -> None:
    quiet = tmp_path / "quiet.jsonl"
    quiet.write_bytes(b"")
    whole, apart = _both(quiet, tmp_path, duckdb)
    assert replace(apart, parts=whole.parts) == whole
    assert _rows(tmp_path / "apart") == []


@pytest.mark.parametrize(
    ("name", "joined"),
    [
        ("bedrock", ("bedrock",)),
        ("openai_batch", ("openai_batch",)),
        ("anthropic_batch", ("anthropic_batch",)),
        ("langfuse", ("langfuse",)),
        ("otel", ("otel",)),
        ("envoy.jsonl", ("envoy",)),
        ("litellm.ndjson", ()),
        ("helicone.jsonl", ()),
        ("", ("anthropic_batch", "bedrock", "envoy", "kong", "langfuse", "openai_batch", "otel")),
    ],
)
def test_formats_that_join_files_are_not_cut(
    tmp_path: Path, name: str, joined: tuple[str, ...]
) -> None:
    with Rejects(tmp_path / "rejects.jsonl") as rejects:
        assert (
            joined_formats(open_logs([str(EXAMPLES / name)], SourceSettings(), rejects)) == joined
        )


def test_a_log_that_is_gone_says_so(logs: Path, tmp_path: Path, duckdb: Engine) -> None:
    with Rejects(tmp_path / "rejects.jsonl") as rejects:
        opened = _opened(logs, rejects)
        (logs / "lines.jsonl").unlink()
        with pytest.raises(UnreadableInput, match=r"lines.jsonl.*check the path"):
            sketch_apart(
                duckdb, opened, tmp_path / "apart", KEY, rejects, until=None, keep_text=False
            )
