"""Writes a simulated world as sketches, for a person to scan: text is simulated for a part of
it only, and dropped."""

from __future__ import annotations

import tempfile
from pathlib import Path

from rich.console import Console

from gauger.face.cli.progress import TerminalProgress
from gauger.face.cli.simulating import run_simulation
from gauger.model.errors import OutputError
from gauger.read.keeping import KeepRequest, keep_sketches
from gauger.read.sources import Rejects
from gauger.world.sketched import BaseWorld, SketchedWorld, multiply


def run_sketched_simulation(
    scenario: str,
    out: Path,
    accounts: int | None,
    days: int | None,
    seed: int,
    copies: int,
    talk: Console,
    *,
    quiet: bool,
    prompts: Path | None = None,
) -> SketchedWorld:
    """Simulates a base world, sketches it, copies it, and says where the parts lie."""
    with tempfile.TemporaryDirectory(prefix=".base-", dir=_made(out)) as held:
        base = Path(held)
        world = run_simulation(
            scenario, base, accounts, days, seed, talk, quiet=True, prompts=prompts
        )
        # A world has no secrets; its key follows from its seed, so that its files do too.
        keeping = KeepRequest(
            (str(world.logs[0].parent),), base / "sketches", secret=f"a simulated world {seed:012d}"
        )
        with Rejects(base / "rejects.jsonl") as rejects:
            keep_sketches(keeping, rejects)
        with TerminalProgress(talk, quiet=quiet) as progress:
            begun = False

            def advance(done: int, total: int) -> None:
                nonlocal begun
                if not begun:
                    progress.begin("copy the world", total)
                    begun = True
                progress.advance(done, f"{done:,} exchanges")

            made = multiply(
                BaseWorld(base / "sketches", world.accounts, world.truth),
                out,
                copies=copies,
                seed=seed,
                progress=advance,
            )
            progress.end()
    if not quiet:
        talk.print(
            f"Simulated {made.exchanges:,} exchanges of {made.accounts_total:,} accounts as "
            f"sketches.\nSketches: {made.sketches}\nAccount records: {made.accounts}\n"
            f"Truth: {made.truth}",
            soft_wrap=True,
        )
    return made


def _made(out: Path) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(out, str(error), "name a folder that can be written") from error
    return out
