"""LiteLLM's table of calls in a real PostgreSQL: its own columns, rows as its proxy has them."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from exchanges import PHRASE
from gauger.model.errors import GaugerError, MissingExtra, UnreadableInput, UsageError
from gauger.model.run import ScanRequest
from gauger.read.keeping import KeepRequest, keep_sketches
from gauger.read.sources import Rejects, tables
from gauger.scan import scan as whole_scan
from gauger.tell.output import OutputFolder
from needs import missing
from read.scanning import filled, scan, written

DATABASE = "postgresql://postgres@127.0.0.1:5432/test"
RECORDED = Path(__file__).parent / "recorded" / "litellm_spend_logs"
EARLIEST = (RECORDED / "earliest.sql").read_text(encoding="utf-8")
SINCE = (RECORDED / "since.sql").read_text(encoding="utf-8")
ROWS = [json.loads(line) for line in (RECORDED / "rows.jsonl").read_text().splitlines()]
LATER = datetime(2027, 1, 1, tzinfo=UTC)
SECRET = "hunter2-very-secret"  # noqa: S105 - one that must show nowhere


class Table:
    """The table in a schema of its own."""

    def __init__(self, connection: Any, schema: str) -> None:
        self.connection = connection
        self.schema = schema
        self.url = f"{DATABASE}?schema={schema}"

    def run(self, statement: str, *values: Any) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(f'SET search_path TO "{self.schema}"')
            cursor.execute(statement, values or None)

    def add(self, *rows: dict[str, Any]) -> None:
        for row in rows:
            names = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("%s" for _ in row)
            self.run(
                f'INSERT INTO "LiteLLM_SpendLogs" ({names}) VALUES ({marks})',
                *(json.dumps(v) if isinstance(v, (dict, list)) else v for v in row.values()),
            )


@pytest.fixture
def earliest() -> Iterator[Table]:
    """As the first versions that migrate their database made it."""
    psycopg2 = pytest.importorskip("psycopg2")
    try:
        connection = psycopg2.connect(DATABASE, connect_timeout=3)
    except psycopg2.OperationalError:
        missing("a PostgreSQL with a database `test` at 127.0.0.1:5432")
    connection.autocommit = True
    table = Table(connection, f"gauger_{uuid.uuid4().hex[:12]}")
    table.run(f'CREATE SCHEMA "{table.schema}"')
    table.run(EARLIEST)
    yield table
    table.run(f'DROP SCHEMA "{table.schema}" CASCADE')
    connection.close()


@pytest.fixture
def table(earliest: Table) -> Table:
    """As today's version makes it of that."""
    earliest.run(SINCE)
    return earliest


def call(number: int, **changed: Any) -> dict[str, Any]:
    """A row that stores no prompt."""
    return {
        "request_id": f"chatcmpl-{number:04d}", "call_type": "acompletion", "api_key": "9c1e",
        "startTime": f"2026-09-01 10:{number // 60:02d}:{number % 60:02d}.5",
        "endTime": f"2026-09-01 11:{number // 60:02d}:{number % 60:02d}", "model": "gpt-4o",
        "user": f"acct_{number % 3}", "prompt_tokens": 12, "completion_tokens": 34, **changed,
    }  # fmt: skip


def read(table: Table, tmp_path: Path, **choices: Any) -> Any:
    """A scan whose rejects lie elsewhere than where the test runs."""
    empty = written(tmp_path / "nothing.jsonl")
    return scan(empty, table.url, **choices)


def test_rows_as_the_proxy_writes_them(table: Table, tmp_path: Path) -> None:
    error = {"error_code": "429", "error_class": "RateLimitError"}
    failure = {"status": "failure", "metadata": {"error_information": error}}
    table.add(*ROWS, call(1, startTime="2026-12-01 10:00:00", **failure))
    found = read(table, tmp_path, now=LATER)
    assert not found.rejects
    (first, hidden, keyed, session, cut, failed) = map(filled, found.rows)
    wanted = {
        "exchange_id": ROWS[0]["request_id"],
        "account_id": "acct_41",
        "request_model": "big",
        "organization_id": "team_3",
        "credential_id": "a" * 64,
        "turn": 2,
        "operation": "chat",
        "system": "Be brief.",
        "prompt": "Another.",
        "input_role": "user",
        "response": "Eleven.",
        "temperature": 0.25,
        "top_p": 0.9,
        "max_tokens": 64,
        "source_ip": "203.0.113.9",
        "user_agent": "OpenAI/Python 2.20.0",
        "finish_reason": "stop",
        "status": 200,
    }
    assert {name: first.get(name) for name in wanted} == wanted
    assert first["input_tokens"] == ROWS[0]["prompt_tokens"] > 0
    assert first["latency_ms"] == ROWS[0]["request_duration_ms"]
    assert "conversation_id" not in first
    assert not {"prompt", "system", "response", "temperature"} & set(hidden)
    assert hidden["account_id"] == "acct_41"
    assert keyed["account_id"] == "a" * 64
    assert keyed["stream"] is True
    assert session["conversation_id"] == "s-19"
    assert "lookup" in session["tools"]
    assert "litellm_truncated" not in cut["prompt"]
    assert cut["prompt"].startswith("head x")
    assert cut["prompt"].endswith("x tail")
    assert failed["status"] == 429
    assert "response" not in failed
    told = {each.what: each.records for each in found.logs.passed_over()}
    assert told["calls by keys without a `user`, for which the key is the account"] == 1
    assert sum("cuts" in what for what in told) == 1
    (log,) = found.logs.inputs[1:]
    assert (log.path, log.format, log.rows) == (table.url, "litellm_table", 6)
    assert log.sha256 is not None
    assert found.rows == read(table, tmp_path, now=LATER).rows


def test_a_table_of_an_early_version(earliest: Table, tmp_path: Path) -> None:
    earliest.add(call(1, user="", metadata={"user_agent": "curl/8", "status": "success"}), call(2))
    found = read(earliest, tmp_path)
    assert [row["account_id"] for row in found.rows] == ["9c1e", "acct_2"]
    assert found.rows[0]["user_agent"] == "curl/8"
    assert found.rows[0]["status"] == 200
    assert found.rows[0]["latency_ms"] == 3_599_500
    assert {row["prompt"] for row in found.rows} == {None}


def test_the_account_may_be_a_column_or_a_path(table: Table, tmp_path: Path) -> None:
    table.run('ALTER TABLE "LiteLLM_SpendLogs" ADD COLUMN tenant TEXT')
    table.add(call(1, tenant="t1", metadata={"team": {"name": "m1"}}), call(2, tenant=None))
    found = read(table, tmp_path, account_field="tenant")
    assert [row["account_id"] for row in found.rows] == ["t1"]
    (reject,) = found.rejects
    assert (reject["file"], reject["row"], reject["field"]) == (table.url, 2, "tenant")
    found = read(table, tmp_path, account_field="metadata.team.name")
    assert [row["account_id"] for row in found.rows] == ["m1"]
    with pytest.raises(UnreadableInput, match="no column of it is `nobody`"):
        read(table, tmp_path, account_field="nobody.name")


def test_bad_rows_are_rejected_by_number(table: Table, tmp_path: Path) -> None:
    table.add(call(1), call(2, model=""), call(3, user="", api_key=""))
    table.add(call(4, call_type="alist_batches"), call(5, startTime="infinity"), call(6))
    found = read(table, tmp_path)
    assert [row["source_row"] for row in found.rows] == [1, 5]
    assert {row["source_file"] for row in found.rows} == {1}
    assert [(each["row"], each["field"]) for each in found.rejects] == [
        (2, "model"), (3, "user"), (6, "startTime"),
    ]  # fmt: skip
    assert "infinity" in found.rejects[2]["reason"]


def test_tables_may_be_views_and_of_other_names(table: Table, tmp_path: Path) -> None:
    table.add(call(1), call(2))
    table.run(
        'CREATE VIEW "some calls" AS SELECT * FROM "LiteLLM_SpendLogs" WHERE "user" > %s', "b"
    )
    table.url += "&table=some%20calls"
    assert read(table, tmp_path).rows == []


def test_what_is_written_meanwhile_is_not_read(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.add(*(call(number) for number in range(60)))
    genuine = tables._query

    def late(*arguments: Any) -> Any:
        table.add(call(99))
        return genuine(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(tables, "_query", late)
        first = read(table, tmp_path)
    assert len(first.rows) == 60
    again = read(table, tmp_path)
    assert len(again.rows) == 61
    assert first.logs.inputs[1].sha256 != again.logs.inputs[1].sha256


def test_a_server_that_goes_away(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_MOST_ROWS", 5)
    table.add(*(call(number) for number in range(60)))
    genuine = tables.LogTable._texts

    def ended(log: tables.LogTable) -> Iterator[bytes]:
        for number, text in enumerate(genuine(log)):
            if number == 20:
                pid = log.connection.info.backend_pid
                table.run("SELECT pg_terminate_backend(%s)", pid)
            yield text

    monkeypatch.setattr(tables.LogTable, "_texts", ended)
    with pytest.raises(UnreadableInput, match=r"broke off after 2\d rows .*run the same command"):
        read(table, tmp_path)


@pytest.mark.parametrize("granted", ["nothing", "the schema", "two columns"])
def test_missing_rights(table: Table, tmp_path: Path, granted: str) -> None:
    table.add(call(1))
    reader = f"reader_{table.schema}"
    table.run(f'CREATE ROLE "{reader}" LOGIN')
    try:
        if granted != "nothing":
            table.run(f'GRANT USAGE ON SCHEMA "{table.schema}" TO "{reader}"')
        if granted == "two columns":
            columns = '"request_id", "startTime", "user", "model"'
            table.run(f'GRANT SELECT ({columns}) ON "LiteLLM_SpendLogs" TO "{reader}"')
        table.url = table.url.replace("postgres@", f"{reader}@")
        if granted == "two columns":
            (row,) = read(table, tmp_path).rows
            assert (row["account_id"], row["credential_id"]) == ("acct_1", None)
        else:
            with pytest.raises(UnreadableInput, match=r"may not read .* let its owner grant"):
                read(table, tmp_path)
    finally:
        table.run(f'DROP OWNED BY "{reader}"')
        table.run(f'DROP ROLE "{reader}"')


def test_a_table_that_is_none(table: Table, tmp_path: Path) -> None:
    url, table.url = table.url, table.url + "&table=other"
    with pytest.raises(UnreadableInput, match=r"no table `gauger_\w+.other`; name"):
        read(table, tmp_path)
    table.url = url.replace("schema=", "schema=not_")
    with pytest.raises(UnreadableInput, match=rf"but one in .*`{table.schema}`.*add `\?schema="):
        read(table, tmp_path)
    table.run("CREATE TABLE things (request_id TEXT)")
    table.url = url + "&table=things"
    with pytest.raises(UnreadableInput, match="no column `startTime`"):
        read(table, tmp_path)


def test_a_whole_scan_and_kept_sketches(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", SECRET)
    table.add(*(call(number) for number in range(30)))
    output = OutputFolder(tmp_path / "out")
    output.prepare()
    with Rejects(output.rejects) as rejects:
        done = whole_scan(ScanRequest(paths=(table.url,), secret=PHRASE), rejects)
    output.write(done.findings, done.run)
    assert done.findings.measured.exchanges == 30
    assert any("No prompt text" in note for note in done.findings.notes)
    (held,) = json.loads(output.run.read_text())["inputs"]
    assert (held["path"], held["rows"], "bytes" in held) == (table.url, 30, False)
    assert "30 rows" in output.report.read_text()
    assert all(SECRET.encode() not in path.read_bytes() for path in output.path.iterdir())
    request = KeepRequest(paths=(table.url,), folder=tmp_path / "kept", secret=PHRASE)
    with Rejects(tmp_path / "rejects") as rejects:
        kept = keep_sketches(request, rejects)
    assert (kept.exchanges, kept.logs[0].rows) == (30, 30)
    with (
        pytest.raises(UsageError, match="cannot be scanned together"),
        Rejects(tmp_path / "rejects") as rejects,
    ):
        paths = (str(tmp_path / "kept"), table.url)
        whole_scan(ScanRequest(paths=paths, secret=PHRASE), rejects)


def test_a_table_that_a_lake_holds_adds_nothing(table: Table, tmp_path: Path) -> None:
    pytest.importorskip("pyiceberg")
    from read.lake.lakes import fill, keys

    table.add(*(call(number) for number in range(30)))
    lake = tmp_path / "lake"
    first = fill(lake, table.url).load
    assert first is not None
    assert (first.exchanges, first.logs[0].record.rows) == (30, 30)
    assert fill(lake, table.url).load is None
    table.add(call(31))
    assert fill(lake, table.url).load is not None
    assert len(set(keys(lake))) == 31


REFUSED = [
    f"postgresql://reader:{SECRET}@127.0.0.1/test",
    f"postgresql://reader:{SECRET}#x@127.0.0.1/test",
    f"postgresql://reader:{SECRET}/x@127.0.0.1/test",
    f"postgresql://127.0.0.1/test?password={SECRET}",
    f"postgresql://127.0.0.1/test?sslpassword={SECRET}",
]


@pytest.mark.parametrize("url", REFUSED)
def test_a_secret_in_the_url_is_refused_and_not_repeated(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the URL of a log holds") as caught:
        scan(written(tmp_path / "x.jsonl"), url)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://nobody@127.0.0.1:1/test", "does not answer .*PGPASSWORD"),
        ("postgresql://127.0.0.1", "names no database"),
        ("postgresql://db/x?warehouse=/srv", "name it with `--lake`"),
        ("postgresql://db/x?colour=blue", "does not answer .*colour"),
        ("postgresql://[db/x", "is none"),
    ],
)
def test_urls_that_lead_nowhere(
    url: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", SECRET)
    pytest.importorskip("psycopg2")
    with pytest.raises(GaugerError, match=words) as caught:
        scan(written(tmp_path / "x.jsonl"), url)
    assert SECRET not in str(caught.value)


def test_without_the_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    with pytest.raises(MissingExtra, match=r"gauger\[lake-postgres\]"):
        scan(written(tmp_path / "x.jsonl"), DATABASE)
