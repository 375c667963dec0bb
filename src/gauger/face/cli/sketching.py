"""Sketches logs into a folder to keep, for a person: progress, and what to know of the key."""

from __future__ import annotations

from rich.console import Console

from gauger.face.cli.progress import TerminalProgress
from gauger.model.manifest import REJECTS, Manifest
from gauger.read.keeping import KeepRequest, keep_sketches
from gauger.read.sources import Rejects

RANDOM_KEY = (
    "No secret is set: these sketches have a random key, so later ones cannot be scanned "
    "together with them. Set `GAUGER_SECRET` to sketch all logs with one key."
)


def run_sketching(request: KeepRequest, talk: Console, *, quiet: bool = False) -> Manifest:
    """Sketches, and says what lies where."""
    if request.secret is None and not quiet:
        talk.print(RANDOM_KEY, soft_wrap=True)
    rejects = Rejects(request.folder / REJECTS)
    with rejects, TerminalProgress(talk, quiet=quiet) as progress:
        begun = False

        def advance(done: int, total: int, exchanges: int) -> None:
            nonlocal begun
            if not begun:
                progress.begin("read and sketch", total)
                begun = True
            progress.advance(done, f"{exchanges:,} exchanges")

        manifest = keep_sketches(request, rejects, advance)
        progress.end()
    if not quiet:
        size = sum(file.bytes for file in manifest.files)
        rejected = f", {manifest.rejected:,} records rejected" if manifest.rejected else ""
        talk.print(
            f"Sketched {manifest.exchanges:,} exchanges ({size / 1e6:,.1f} MB{rejected}).\n"
            f"Scan them with: gauger scan {request.folder}",
            soft_wrap=True,
        )
    return manifest
