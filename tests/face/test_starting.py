"""The command starts without what only its work needs: help and usage errors come at once."""

from __future__ import annotations

import subprocess
import sys

_HEAVY = ("networkit", "numba", "scipy", "duckdb", "pyiceberg", "jinja2")


def test_the_command_line_loads_nothing_heavy() -> None:
    code = f"import sys, gauger.face.cli.app; print([n for n in {_HEAVY!r} if n in sys.modules])"
    said = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"
