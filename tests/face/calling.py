"""Calls the command line in this process, as its entry point does."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest

from gauger.face.cli import (
    app,  # noqa: F401 - a console that is made while a test sets `COLUMNS` keeps that width
    main,
)


@dataclass(frozen=True)
class Called:
    """How a call ended, and what it said where."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line on stderr that tells of an error."""
        assert "Traceback" not in self.err
        (line,) = self.err.splitlines()
        return line


class Caller:
    """Calls `gauger` with arguments."""

    def __init__(self, patch: pytest.MonkeyPatch, streams: pytest.CaptureFixture[str]) -> None:
        self._patch = patch
        self._streams = streams

    def __call__(self, *arguments: object) -> Called:
        self._patch.setattr(sys, "argv", ["gauger", *map(str, arguments)])
        self._streams.readouterr()
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        said = self._streams.readouterr()
        return Called(code, said.out, said.err)
