"""Writes a simulated world for a person to scan."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from gauger.face.cli.progress import TerminalProgress
from gauger.world import World
from gauger.world import simulate as simulate_world


def run_simulation(
    scenario: str,
    out: Path,
    accounts: int | None,
    days: int | None,
    seed: int,
    talk: Console,
    *,
    quiet: bool,
    prompts: Path | None = None,
) -> World:
    """Writes the world and says where its parts lie."""
    with TerminalProgress(talk, quiet=quiet) as progress:
        begun = False

        def day(done: int, total: int) -> None:
            nonlocal begun
            if not begun:
                progress.begin("simulate days", total)
                begun = True
            progress.advance(done)

        world = simulate_world(
            scenario,
            out,
            accounts=accounts,
            days=days,
            seed=seed,
            prompts=prompts,
            progress=day,
        )
        progress.end()
    if not quiet:
        talk.print(
            f"Simulated {world.exchanges:,} exchanges of {world.accounts_total:,} accounts.\n"
            f"Logs: {out / 'logs'}\nAccount records: {world.accounts}\nTruth: {world.truth}",
            soft_wrap=True,
        )
        if prompts is not None:
            talk.print(
                f"Real prompts: {world.real_prompts:,} of people, by {world.real_accounts:,} "
                "accounts; all others' words are generated.",
                soft_wrap=True,
            )
    return world
