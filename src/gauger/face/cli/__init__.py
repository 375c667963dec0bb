"""The command line: data to stdout, talk to stderr, exit codes as documented."""

from __future__ import annotations

from gauger.face.cli.app import main

__all__ = ["main"]
