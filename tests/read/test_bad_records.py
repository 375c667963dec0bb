"""A bad record costs itself, is accounted for, and quotes nothing of a text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from read.scanning import canonical, scan, written

PRIVATE = "a very private prompt"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"exchange_id": "ex-9", "time', "not JSON: broken at byte"),
        ("[1, 2]", "the record is a list, expected an object"),
        ("17", "the record is a number, expected an object"),
        ("null", "the record is null, expected an object"),
        ('"text"', "the record is a string, expected an object"),
        (b'{"prompt": "\xff\xfe"}', "invalid UTF-8 at byte 13"),
        ("[" * 100_000, "nests too deep"),
        ('{"a":' * 100_000, "nests too deep"),
        (canonical(exchange_id=...), "`exchange_id` is missing"),
        (canonical(exchange_id=None), "`exchange_id` is missing"),
        (canonical(exchange_id=["x"]), "`exchange_id` is a list, expected a string"),
        (canonical(account_id=""), "`account_id` is empty"),
        (canonical(account_id={}), "`account_id` is an object, expected a string"),
        (canonical(account_id=True), "`account_id` is true or false, expected a string"),
        (canonical(request_model=None), "`request_model` is missing"),
        (canonical(time=None), "`time` is missing"),
        (canonical(time=""), "`time` is missing"),
        (canonical(time=[1]), "`time` is a list, expected a time"),
        (canonical(time="yesterday"), "`time` is `yesterday`, expected an ISO 8601 time"),
        (canonical(time=1788256800000), "which looks like epoch milliseconds, expected seconds"),
        (canonical(time=1788256800000000), "which looks like epoch microseconds"),
        (canonical(time=1788256800 * 10**9), "which looks like epoch nanoseconds"),
        (canonical(time="2026-11-23T00:00:00Z"), "later than the present by over a day"),
        (canonical(time="1999-01-01"), "before 2015"),
        (canonical(time=12), "before 2015"),
        (canonical(time=1e300), "expected an ISO 8601 time or epoch seconds"),
        (canonical(time="9" * 60), "`999999999999999999999999999999999999999…`"),
    ],
)
def test_rejected_alone_and_with_its_reason(tmp_path: Path, line: Any, reason: str) -> None:
    found = scan(written(tmp_path / "log.jsonl", canonical(1), line, canonical(3)))
    assert [row["exchange_id"] for row in found.rows] == ["ex-1", "ex-3"]
    assert [row["source_row"] for row in found.rows] == [1, 3]
    (reject,) = found.rejects
    assert reject["row"] == 2
    assert reason in reject["reason"]


@pytest.mark.parametrize("first", ["[[[[", "{", "[1, 2]", "[", "]", '{"a": ['])
def test_a_broken_first_line_does_not_swallow_the_rest(tmp_path: Path, first: str) -> None:
    found = scan(written(tmp_path / "log.jsonl", first, canonical(2), canonical(3)))
    assert [row["exchange_id"] for row in found.rows] == ["ex-2", "ex-3"]
    assert len(found.rejects) == 1


def test_rejects_hold_no_text_of_prompts(tmp_path: Path) -> None:
    half = canonical(prompt=PRIVATE)
    lines = [
        canonical(1),
        '{"prompt": "' + PRIVATE,
        {**half, "exchange_id": [PRIVATE]},
        {**half, "account_id": {"x": PRIVATE}},
    ]
    found = scan(written(tmp_path / "log.jsonl", *lines))
    assert len(found.rejects) == 3
    assert PRIVATE not in str(found.rejects)


def test_times_of_every_accepted_kind_agree(tmp_path: Path) -> None:
    times: list[Any] = [
        "2026-09-01T10:00:00Z",
        "2026-09-01 10:00:00",
        "2026-09-01T12:00:00+02:00",
        "2026-09-01 10:00:00 UTC",
        "2026-09-01t10:00:00.000000000z",
        1788256800,
        1788256800.0,
        "1788256800",
    ]
    records = [canonical(number, time=time) for number, time in enumerate(times)]
    found = scan(written(tmp_path / "log.jsonl", *records))
    assert not found.rejects
    assert {row["time"] for row in found.rows} == {datetime(2026, 9, 1, 10, tzinfo=UTC)}
    alike = scan(written(tmp_path / "log.jsonl", canonical(1, time="2026-09-01 10:00:00")))
    assert alike.rows[0]["time"] == datetime(2026, 9, 1, 10, tzinfo=UTC)


def test_loose_values_are_understood_and_impossible_ones_are_null(tmp_path: Path) -> None:
    record = canonical(
        exchange_id=17,
        turn="2",
        temperature="0.5",
        top_p=float("nan"),
        input_tokens=12.0,
        output_tokens=-1,
        cached_tokens="many",
        stream="true",
        status="200",
        system="",
        user_agent="",
        tools=[{"name": "f"}],
        max_tokens=2**80,
        input_images=2**40,
    )
    text = repr(record).replace("nan", "NaN").replace("'", '"')
    found = scan(written(tmp_path / "log.jsonl", text))
    (row,) = found.rows
    assert not found.rejects
    wanted = {
        "exchange_id": "17",
        "turn": 2,
        "temperature": 0.5,
        "input_tokens": 12,
        "stream": True,
        "status": 200,
        "tools": '[{"name":"f"}]',
    }
    assert {name: row[name] for name in wanted} == wanted
    for name in ("top_p", "output_tokens", "cached_tokens", "system", "user_agent", "max_tokens"):
        assert row[name] is None
    unfilled = {field.field: field.values for field in found.logs.unfilled()}
    assert unfilled == {
        "cached_tokens": 1,
        "input_images": 1,
        "max_tokens": 1,
        "output_tokens": 1,
        "top_p": 1,
    }


def test_lone_surrogates_become_replacement_characters(tmp_path: Path) -> None:
    line = '{"exchange_id":"ex-1","time":1788256800,"account_id":"a","request_model":"m",'
    found = scan(written(tmp_path / "log.jsonl", line + '"prompt":"x\\ud800y \\ud83d\\ude00"}'))
    assert found.rows[0]["prompt"] == "x\ufffdy \U0001f600"
    assert not found.rejects


def test_a_prompt_of_ten_megabytes_is_kept(tmp_path: Path) -> None:
    prompt = "word " * 2_000_000
    found = scan(written(tmp_path / "log.jsonl", canonical(1), canonical(2, prompt=prompt)))
    assert found.rows[1]["prompt"] == prompt


def test_unknown_keys_and_numbers_beyond_64_bits_do_no_harm(tmp_path: Path) -> None:
    line = '{"exchange_id":"e","time":1788256800,"account_id":"a","request_model":"m","x":'
    found = scan(written(tmp_path / "log.jsonl", line + "9" * 30 + "}", line + "1e999}"))
    assert len(found.rows) == 2


def test_batches_stay_within_their_rows(tmp_path: Path) -> None:
    records = [canonical(number) for number in range(25)]
    found = scan(written(tmp_path / "log.jsonl", *records), batch_rows=10)
    assert [row["source_row"] for row in found.rows] == list(range(1, 26))


def test_the_account_can_be_taken_from_another_field(tmp_path: Path) -> None:
    path = written(
        tmp_path / "log.jsonl", canonical(metadata={"team": "t-1"}), canonical(2, metadata=3)
    )
    found = scan(path, account_field="metadata.team")
    assert [row["account_id"] for row in found.rows] == ["t-1"]
    assert found.rejects[0]["reason"] == "`metadata.team` is missing"
