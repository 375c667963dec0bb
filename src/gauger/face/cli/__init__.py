"""The command line: data to stdout, talk to stderr, exit codes as documented."""

from __future__ import annotations

import gc

from gauger.face.cli.loading import loading

__all__ = ["main"]


def main() -> None:
    """Runs the command line."""
    # Libraries make a million objects that stay; to look them over again and again while they are
    # made takes a quarter of a start.
    gc.set_threshold(50_000, 20, 100)
    with loading():
        from gauger.face.cli.app import main as run

    run()
