"""A clean place to call the command line from, and worlds to scan."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from gauger.settings import Settings
from gauger.world import World, simulate

from .calling import Caller


@pytest.fixture
def gauger(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Caller]:
    """The command line, in an empty folder, on a terminal of known width, without settings."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"GAUGER_{name.upper()}", raising=False)
    monkeypatch.delenv("GAUGER_DEBUG", raising=False)
    for name, value in {"COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    yield Caller(monkeypatch, capfd)
    # A command sets aside what was there, for its process ends; this one goes on.
    gc.unfreeze()


@pytest.fixture(scope="session")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A small world with one campaign that does not hide."""
    scenario = Path(__file__).parents[1] / "plain.toml"
    return simulate(str(scenario), tmp_path_factory.mktemp("campaign"), seed=2)
