"""Help as it is kept, a simulation from the command line, and the demo."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest

import gauger as package
from exchanges import PHRASE
from gauger.face.cli import demonstrating
from gauger.model.run import ScanRequest

from .calling import Caller

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    "command",
    [
        "",
        "scan",
        "sketch",
        "ingest",
        "lake",
        "simulate",
        "demo",
        "worksheet",
        "calibrate",
        "policy",
        "keys",
        "audit",
        "cases",
        "serve",
        "doctor",
    ],
)
def test_help(gauger: Caller, command: str, kept_text: Callable[[Path, str], None]) -> None:
    called = gauger(*([command] if command else []), "--help")
    assert (called.code, called.err) == (0, "")
    # The command is named after whatever started this process.
    out = re.sub(r"^Usage: .*?gauger", "Usage: gauger", called.out)
    text = "\n".join(line.rstrip() for line in out.splitlines()) + "\n"
    kept_text(GOLDEN / f"help{'-' if command else ''}{command}.txt", text)


def test_version(gauger: Caller) -> None:
    called = gauger("version")
    assert (called.code, called.out.strip(), called.err) == (0, package.__version__, "")


def test_a_world_from_the_command_line(gauger: Caller, tmp_path: Path) -> None:
    sizes = ["--accounts", 150, "--days", 2, "--seed", 3]
    called = gauger("simulate", "--scenario", "innocent", "--out", tmp_path / "world", *sizes)
    assert (called.code, called.out) == (0, "")
    assert "Simulated" in called.err
    truth = pq.read_table(tmp_path / "world" / "truth.parquet")
    assert truth.num_rows >= 150
    quiet = gauger("simulate", "--scenario", "innocent", "--out", tmp_path / "w2", *sizes, "-q")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")


@pytest.mark.parametrize(
    "arguments", [["--scenario", "atlantis"], ["--scenario", "quick", "--days", 0]]
)
def test_a_world_that_cannot_be(gauger: Caller, tmp_path: Path, arguments: list[object]) -> None:
    called = gauger("simulate", *arguments, "--out", tmp_path / "world")
    assert called.code == 2
    assert called.error.startswith("error: ")


def test_the_demo_is_keyed_as_a_scan_is(
    gauger: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[ScanRequest] = []
    world = SimpleNamespace(accounts=tmp_path / "accounts.parquet")
    monkeypatch.setattr(demonstrating, "run_simulation", lambda *_, **__: world)
    monkeypatch.setattr(demonstrating, "run_scan", lambda request, *_, **__: asked.append(request))
    assert gauger("demo", "-q").code == 0
    monkeypatch.setenv("GAUGER_SECRET", PHRASE)
    assert gauger("demo", "-q").code == 0
    assert [request.secret for request in asked] == [None, PHRASE]


@pytest.mark.slow
def test_the_demo_runs_to_its_end(gauger: Caller, tmp_path: Path) -> None:
    called = gauger("demo", "--out", tmp_path / "demo")
    assert called.code == 0
    assert called.out == ""
    assert "Held against the truth" in called.err
    assert (tmp_path / "demo" / "result" / "report.html").stat().st_size > 10_000
