"""What tests of several folders share: engines, golden files, and where Java is missing."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from gauger.engine import ENGINES, Engine, start
from needs import missing, program

HERE = Path(__file__).parent
# A compiled kernel's first call takes seconds, and no test is about time.
settings.register_profile("gauger", deadline=None)
if os.environ.get("CI") != "true":
    settings.load_profile("gauger")


def pytest_configure() -> None:
    """Drops compiled kernels that are older than their sources.

    Numba looks at the file of a kernel alone: an edit of a file that it inlines goes unseen.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    for folder in ("read/sketch", "read/sources", "find/profiles", "weigh", "weigh/evidence"):
        sources = HERE.parent / "src" / "gauger" / folder
        newest = max(path.stat().st_mtime for path in sources.glob("*.py"))
        for compiled in (sources / "__pycache__").glob("*.nb?"):
            if compiled.stat().st_mtime < newest:
                compiled.unlink(missing_ok=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need Spark share one process, and with it one Spark; `--dist loadgroup` keeps
    them together."""
    for item in items:
        asked = getattr(item, "callspec", None)
        if "spark" in getattr(item, "fixturenames", ()) or (
            asked is not None and asked.params.get("engine") == "spark"
        ):
            item.add_marker(pytest.mark.xdist_group("spark"))


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One local Spark session for all tests, which needs Java."""
    program("java")
    with pytest.MonkeyPatch.context() as patch:
        # Quiet, and quick to start rather than quick in the long run.
        patch.setenv("SPARK_CONF_DIR", str(HERE / "engine" / "spark"))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        engine = start("spark", tmp_path_factory.mktemp("spark"), memory="1GB", threads=1)
        yield
        engine.close()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Every engine in turn."""
    if request.param == "spark":
        request.getfixturevalue("spark")
    with start(request.param, tmp_path, memory="1GB", threads=1) as started:
        yield started


@pytest.fixture
def duckdb(tmp_path: Path) -> Iterator[Engine]:
    """The embedded engine, for what does not depend on the engine."""
    with start("duckdb", tmp_path, memory="1GB", threads=1) as started:
        yield started


@pytest.fixture
def kept_text() -> Callable[[Path, str], None]:
    """Compare text with a kept file; `GAUGER_RECORD_GOLDEN=1` writes the file instead."""

    def compare(path: Path, text: str) -> None:
        if os.environ.get("GAUGER_RECORD_GOLDEN") == "1":
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), (
            f"`{path.name}` differs; look at the difference, then record it with "
            "GAUGER_RECORD_GOLDEN=1"
        )

    return compare


@pytest.fixture(scope="session")
def redis() -> str:
    """A Redis on this machine, by its URL."""
    try:
        socket.create_connection(("127.0.0.1", 6379), 1).close()
    except OSError:
        missing("Redis on 127.0.0.1:6379")
    return "redis://127.0.0.1:6379/7"
