"""`gauger scan`: results in a folder, data on stdout, talk on stderr, an honest exit code."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import gauger as package
from exchanges import PHRASE, write_log
from gauger.settings import Settings
from gauger.world import World

from .calling import Caller

NAMED = ["--format", "openai"]
RESULTS = {
    "activity.parquet",
    "days.parquet",
    "findings.json",
    "members.parquet",
    "report.html",
    "run.json",
}


def _log(folder: Path, accounts: int = 3) -> str:
    rows: list[dict[str, Any]] = [
        {"exchange_id": f"e{n}", "account_id": f"a{n % accounts}", "prompt": "hello there"}
        for n in range(12)
    ]
    return write_log(folder / "log.parquet", rows)


def _bad_lines(folder: Path, bad: int) -> Path:
    good = {"time": "2026-04-20T10:00:00Z", "account_id": "a", "request_model": "m"}
    lines = [json.dumps({**good, "exchange_id": f"e{n}"}) for n in range(20)]
    lines += [json.dumps({**good, "exchange_id": f"bad{n}", "time": "when?"}) for n in range(bad)]
    path = folder / "log.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_nothing_established_is_0(gauger: Caller, tmp_path: Path) -> None:
    called = gauger("scan", _log(tmp_path))
    assert called.code == 0
    assert called.out == ""
    assert "Measured 12 exchanges of 3 accounts" in called.err
    assert {path.name for path in (tmp_path / "gauger-out").iterdir()} == RESULTS


def test_extraction_is_1_and_json_is_all_that_stdout_holds(
    gauger: Caller, campaign: World, tmp_path: Path
) -> None:
    called = gauger(
        "scan", campaign.logs[0].parent, "--accounts", campaign.accounts, "--json",
        "--out", tmp_path / "here",
    )  # fmt: skip
    assert called.code == 1
    assert called.out == (tmp_path / "here" / "findings.json").read_text(encoding="utf-8")
    document = json.loads(called.out)
    assert document["networks"][0]["verdict"] == "extraction"
    rows = pq.read_table(tmp_path / "here" / "members.parquet").to_pylist()
    named = {network["network_id"]: set(network["accounts"]) for network in document["networks"]}
    held: dict[str, set[str]] = {}
    for row in rows:
        held.setdefault(row["network_id"], set()).add(row["account_id"])
    assert held == named
    assert document["networks"][0]["network_id"] in called.err
    assert "Not established: who directs these accounts" in called.err
    assert document["calibrated"] is True
    weighed_by = document["calibration"]
    assert f"“{weighed_by['name']}”, version {weighed_by['version']}." in called.err


def test_a_network_keeps_its_id_as_its_logs_go_on(
    gauger: Caller, campaign: World, tmp_path: Path
) -> None:
    logs = campaign.logs[0].parent
    times = pq.read_table(logs, columns=["time"])["time"].to_pylist()
    middle = min(times) + 0.8 * (max(times) - min(times))
    first = ["--out", tmp_path / "first", "--until", middle.isoformat()]
    gauger("scan", logs, "--accounts", campaign.accounts, *first)
    more = ["--out", tmp_path / "second", "--previous", tmp_path / "first"]
    called = gauger("scan", logs, "--accounts", campaign.accounts, *more)
    before, after = (
        json.loads((tmp_path / name / "findings.json").read_text()) for name in ("first", "second")
    )
    (earlier,), (later,) = before["networks"], after["networks"]
    assert later["network_id"] == earlier["network_id"]
    assert "lineage" not in earlier
    assert later["lineage"]["descent"] == "same"
    assert f"Most of the core of {earlier['network_id']}" in later["lineage"]["statement"]
    assert "  earlier       same" in called.err
    assert later["lineage"]["statement"] in (tmp_path / "second" / "report.html").read_text()
    configuration = json.loads((tmp_path / "second" / "run.json").read_text())["configuration"]
    assert configuration["previous"] == str(tmp_path / "first")


def test_what_went_since_the_earlier_scan_is_said(
    gauger: Caller, campaign: World, tmp_path: Path
) -> None:
    gauger("scan", campaign.logs[0].parent, "--accounts", campaign.accounts, "--out", "first")
    called = gauger("scan", _log(tmp_path), "--out", "second", "--previous", "first")
    document = json.loads((tmp_path / "second" / "findings.json").read_text())
    (gone,) = document["gone"]
    assert gone["statement"] == "None of its accounts sent anything in these logs."
    assert f"{gone['network_id']}, extraction in the earlier scan" in called.err
    assert "In the earlier scan, and no longer" in (tmp_path / "second/report.html").read_text()


def test_earlier_results_are_not_overwritten(gauger: Caller, tmp_path: Path) -> None:
    gauger("scan", _log(tmp_path), "--out", "here")
    called = gauger("scan", _log(tmp_path), "--out", "here", "--previous", tmp_path / "here")
    assert called.code == 2
    assert "the earlier results would be overwritten" in called.err
    assert (tmp_path / "here" / "findings.json").exists()


def test_eighty_columns_are_enough(
    gauger: Caller, campaign: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    called = gauger("scan", campaign.logs[0].parent, "--accounts", campaign.accounts)
    told, *rest = (line for line in called.err.splitlines() if "net-" in line or "log10 LR" in line)
    assert "extraction" in told
    assert [line.split()[0] for line in rest[:2]] == ["one", "extraction"]
    assert all("support" in line for line in rest[:2])
    assert max(map(len, called.err.splitlines())) <= 80


def _price_list(folder: Path, text: str = "input = 3\noutput = 15") -> Path:
    path = folder / "prices.toml"
    path.write_text(f'currency = "EUR"\nas_of = 2026-06-01\n[models."*"]\n{text}\n')
    return path


def test_what_was_taken_is_one_line_a_network(
    gauger: Caller, campaign: World, tmp_path: Path
) -> None:
    scan = ("scan", campaign.logs[0].parent, "--accounts", campaign.accounts)
    plain = [line for line in gauger(*scan).err.splitlines() if line.startswith("  taken")]
    priced = gauger(*scan, "--prices", _price_list(tmp_path)).err.splitlines()
    told = json.loads((tmp_path / "gauger-out" / "findings.json").read_text())
    assert len(plain) == len(told["networks"])
    tasks = told["networks"][0]["taken"]["tasks"]["distinct"]
    assert plain[0].split()[1:3] == [f"{tasks:,}", "tasks,"]
    assert "EUR" not in plain[0]
    amount = told["networks"][0]["taken"]["list_price"]["amount"]
    assert f"{plain[0]}, EUR {amount:,.2f}" in priced
    run = json.loads((tmp_path / "gauger-out" / "run.json").read_text())
    assert run["configuration"]["prices"] == str(tmp_path / "prices.toml")


def test_a_price_list_that_is_none(gauger: Caller, tmp_path: Path) -> None:
    gone = tmp_path / "gone.toml"
    _error(gauger("scan", _log(tmp_path), "--prices", gone), "cannot read", "gone.toml")
    wrong = _price_list(tmp_path, "input = 3")
    # It is read before the logs, so that a slip costs no hours.
    _error(gauger("scan", "gone.jsonl", "--prices", wrong), "price list", "models.*.output")


def test_quiet_says_nothing(gauger: Caller, tmp_path: Path) -> None:
    called = gauger("scan", _log(tmp_path), "--quiet")
    assert (called.code, called.out, called.err) == (0, "", "")


def test_progress_is_silent_where_no_terminal_is(gauger: Caller, tmp_path: Path) -> None:
    called = gauger("scan", _log(tmp_path))
    assert "\r" not in called.err
    assert "\x1b" not in called.err
    assert "read and sketch" not in called.err


@pytest.mark.parametrize(("most", "code"), [(None, 0), (2, 0), (1, 3), (0, 3)])
def test_too_many_rejects_are_3(
    gauger: Caller, tmp_path: Path, most: int | None, code: int
) -> None:
    path = _bad_lines(tmp_path, 2)
    called = gauger("scan", path, *([] if most is None else ["--max-rejects", most]))
    assert called.code == code
    assert "2 records rejected" in called.err
    kept = (tmp_path / "gauger-out" / "rejects.jsonl").read_text().splitlines()
    assert len(kept) == 2


def test_an_earlier_result_does_not_outlive_a_failed_scan(gauger: Caller, tmp_path: Path) -> None:
    assert gauger("scan", _bad_lines(tmp_path, 1)).code == 0
    out = tmp_path / "gauger-out"
    assert (out / "rejects.jsonl").exists()
    assert gauger("scan", tmp_path / "gone.jsonl").code == 2
    assert not list(out.iterdir())


def _error(called: Any, *words: str) -> None:
    assert called.code == 2
    assert called.out == ""
    line = called.error
    assert line.startswith("error: ")
    for word in words:
        assert word in line


def test_a_missing_path(gauger: Caller, tmp_path: Path) -> None:
    _error(gauger("scan", tmp_path / "gone.jsonl"), "cannot read", "gone.jsonl")
    _error(gauger("scan", tmp_path / "*.parquet"), "cannot read", "*.parquet")


def test_an_empty_file(gauger: Caller, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    _error(gauger("scan", tmp_path / "empty"), "cannot read", "no record")
    (tmp_path / "empty.jsonl").touch()
    write_log(tmp_path / "empty.parquet", [])
    said = set()
    for name, options in (("empty.jsonl", []), ("empty.parquet", []), ("empty", NAMED)):
        called = gauger("scan", tmp_path / name, *options)
        assert called.code == 0
        assert "no exchange that could be counted" in called.err
        said.add(called.err)
    assert len(said) == 1


def test_an_unknown_format(gauger: Caller, tmp_path: Path) -> None:
    path = tmp_path / "poem.jsonl"
    path.write_text('{"rose": "red"}\n')
    _error(gauger("scan", path), "cannot read", "poem.jsonl")
    _error(gauger("scan", path, "--format", "runes"), "`runes`", "canonical")


@pytest.mark.parametrize("until", ["tomorrow", "2026-13-01", "", "20-04-2026"])
def test_a_time_that_is_none(gauger: Caller, tmp_path: Path, until: str) -> None:
    _error(gauger("scan", _log(tmp_path), "--until", until), "`--until`", "2026-06-05")


@pytest.mark.parametrize(
    ("until", "counted"),
    [
        ("2026-04-20", 0),
        ("2026-04-20T00:05:00Z", 5),
        ("2026-04-20T02:05:00+02:00", 5),
        ("2026-04-20 00:05", 5),
        ("2026-04-21", 12),
    ],
)
def test_until_takes_the_times_people_write(
    gauger: Caller, tmp_path: Path, until: str, counted: int
) -> None:
    called = gauger("scan", _log(tmp_path), "--until", until, "--json")
    assert called.code == 0
    assert json.loads(called.out)["measured"]["exchanges"] == counted


def test_an_engine_that_is_none(gauger: Caller, tmp_path: Path) -> None:
    _error(gauger("scan", _log(tmp_path), "--engine", "abacus"), "`abacus`", "duckdb", "spark")
    _error(gauger("scan", _log(tmp_path), "--memory", "plenty"), "`--memory`")


def test_a_folder_that_cannot_be_written(gauger: Caller, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    _error(gauger("scan", _log(tmp_path), "--out", tmp_path / "taken"), "cannot write", "--out")
    _error(gauger("scan", _log(tmp_path), "--out", "/proc/here"), "cannot write", "/proc/here")


def test_the_results_gone_on_from(gauger: Caller, tmp_path: Path) -> None:
    log, before = _log(tmp_path), tmp_path / "before"
    assert gauger("scan", log, "--out", before, "-q").code == 0
    for option in ("--since", "--previous"):
        _error(gauger("scan", log, option, before, "--out", before), option, "another folder")
    _error(gauger("scan", log, "--since", before, "--previous", before), "`--since`")
    called = gauger("scan", log, "--since", before, "--json")
    assert called.code == 0
    measured = json.loads(called.out)["measured"]
    assert 0 < measured["weighed"] <= measured["accounts"]


def test_a_short_secret(gauger: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUGER_SECRET", "hunter2")
    called = gauger("scan", _log(tmp_path))
    _error(called, "GAUGER_SECRET", "7 characters")
    assert "hunter2" not in called.err


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("engine = ", "gauger.toml"),
        ("motor = 'diesel'", "motor"),
        ("threads = 'many'", "threads"),
        ("threads = 'many'\nmotor = 1", "motor"),
    ],
)
def test_a_broken_settings_file(gauger: Caller, tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "gauger.toml").write_text(text)
    _error(gauger("scan", _log(tmp_path)), word, "gauger.toml")


def test_an_unknown_setting_is_answered_with_those_there_are(
    gauger: Caller, tmp_path: Path
) -> None:
    (tmp_path / "gauger.toml").write_text("motor = 'diesel'")
    called = gauger("scan", _log(tmp_path))
    _error(called, "`motor`: no such setting", *(f"`{name}`" for name in Settings.model_fields))
    (tmp_path / "gauger.toml").write_text("threads = 'many'")
    assert "no such setting" not in gauger("scan", _log(tmp_path)).error


def test_a_settings_file_that_is_no_text(gauger: Caller, tmp_path: Path) -> None:
    (tmp_path / "gauger.toml").write_bytes(b"\xff\xfe\x00")
    _error(gauger("scan", _log(tmp_path)), "gauger.toml")


def test_flags_win_over_environment_and_environment_over_file(
    gauger: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ran() -> dict[str, Any]:
        document: dict[str, Any] = json.loads((tmp_path / "gauger-out" / "run.json").read_text())
        return document

    (tmp_path / "gauger.toml").write_text(f'memory = "700MB"\nthreads = 1\nsecret = "{PHRASE}"')
    log = _log(tmp_path)
    assert gauger("scan", log, "-q").code == 0
    assert ran()["configuration"]["memory"] == "700MB"
    assert ran()["key"] == "stable"
    monkeypatch.setenv("GAUGER_MEMORY", "800MB")
    assert gauger("scan", log, "-q").code == 0
    assert ran()["configuration"]["memory"] == "800MB"
    assert gauger("scan", log, "-q", "--memory", "900MB").code == 0
    assert ran()["configuration"]["memory"] == "900MB"
    assert PHRASE not in (tmp_path / "gauger-out" / "run.json").read_text()


def test_accounts_that_cannot_be_read(gauger: Caller, tmp_path: Path) -> None:
    _error(gauger("scan", _log(tmp_path), "--accounts", tmp_path / "gone.csv"), "gone.csv")


@pytest.mark.parametrize("arguments", [["scan"], ["scna"], ["scan", "x", "--colour"]])
def test_usage_that_cannot_be_is_2(gauger: Caller, arguments: list[str]) -> None:
    called = gauger(*arguments)
    assert called.code == 2
    assert called.out == ""
    assert "Traceback" not in called.err


def test_the_installed_command_runs_by_itself(tmp_path: Path) -> None:
    command = shutil.which("gauger", path=str(Path(sys.executable).parent))
    assert command is not None
    done = _run(command, "scan", _log(tmp_path), "--out", str(tmp_path / "out"), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["measured"]["accounts"] == 3
    assert "Report: " in done.stderr
    told = _run(command, "version")
    assert (told.returncode, told.stdout.strip()) == (0, package.__version__)


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
