"""Ctrl+C: the first ends with the work that was begun, the second ends at once; nothing is left."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from rich.console import Console

from gauger.face.cli.progress import FIRST, TerminalProgress
from gauger.world import World

from .calling import Caller


def _press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_the_first_lets_the_chunk_end() -> None:
    console = Console(stderr=True)
    with pytest.raises(KeyboardInterrupt), TerminalProgress(console, quiet=True) as progress:
        progress.begin("read and sketch", 2)
        _press()
        written = True
        progress.advance(1)
        written = False
    assert written


def test_the_second_ends_at_once() -> None:
    with pytest.raises(KeyboardInterrupt), TerminalProgress(Console(), quiet=True):
        _press()
        _press()
        raise AssertionError("it went on")


def test_what_ctrl_c_did_before_it_does_again() -> None:
    before = signal.getsignal(signal.SIGINT)
    with TerminalProgress(Console(), quiet=True):
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


def test_a_stopped_scan_leaves_no_result_and_no_scratch(
    gauger: Caller, campaign: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance = TerminalProgress.advance

    def pressed(self: TerminalProgress, done: int, note: str = "") -> None:
        _press()
        advance(self, done, note)

    monkeypatch.setattr(TerminalProgress, "advance", pressed)
    spill = tmp_path / "spill"
    called = gauger("scan", campaign.logs[0].parent, "--out", "out", "--spill", spill)
    assert called.code == 130
    assert "Traceback" not in called.err
    assert FIRST in called.err.replace("\n", " ")
    assert list(spill.iterdir()) == []
    assert not (tmp_path / "out" / "findings.json").exists()
