"""What the tests of telling share: golden files, visible text, and a browser where one is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from needs import program

GOLDEN = Path(__file__).parent / "golden"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare text with a kept file; `GAUGER_RECORD_GOLDEN=1` writes the file instead."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("GAUGER_RECORD_GOLDEN") == "1":
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), (
            f"`{name}` differs; look at the difference, then record it with GAUGER_RECORD_GOLDEN=1"
        )

    return compare


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Its absence skips a test on a desk and fails it in CI."""
    chromium = program("chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()
