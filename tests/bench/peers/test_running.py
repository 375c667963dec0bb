"""A peer's run as a process of its own: what is written, and what happens at a limit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.peers.registry import PEERS
from bench.peers.running import Limits, run_limited

ROOT = Path(__file__).parents[3]


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bench.peers", *words],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_run_writes_what_the_truth_bench_reads(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "union.json"
    done = _run("union-find", str(small), "--out", str(out))
    assert done.returncode == 0, done.stderr
    told = json.loads(out.read_text(encoding="utf-8"))
    assert set(told) == {
        "peer", "title", "source", "settings", "accounts", "groups", "scores", "seconds",
        "peak_mb", "left_out", "note", "unfinished",
    }  # fmt: skip
    assert told["peer"] == "union-find"
    assert told["seconds"] > 0
    assert told["peak_mb"] > 10
    assert told["unfinished"] is False
    assert not (small / "truth.parquet").exists()


def test_a_peer_past_its_limit_is_written_down_as_unfinished(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "late.json"
    assert _run("union-find", str(small), "--out", str(out), "--limit", "0").returncode == 0
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["unfinished"] is True
    assert "0 s" in told["note"]
    assert told["accounts"] == []


def test_a_peer_that_fails_is_written_down_with_its_reason(tmp_path: Path) -> None:
    out = tmp_path / "failed.json"
    assert _run("union-find", str(tmp_path), "--out", str(out)).returncode == 0
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["unfinished"] is True
    assert told["note"].startswith("failed: ")


def test_memory_counts_children_and_is_limited(tmp_path: Path) -> None:
    child = "import time; held = bytearray(120_000_000); time.sleep(30)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    ran = run_limited([sys.executable, "-c", parent], tmp_path, Limits(60.0, 100.0))
    assert not ran.finished
    assert "MB" in ran.reason
    assert ran.seconds < 30


def test_peers_are_listed() -> None:
    assert _run("--list").stdout.split() == list(PEERS)
