"""What the exchanges of every account come to, in tables that the engine keeps.

All exchanges are gone over once for each of these tables; whatever later steps ask of them no
longer grows with the exchanges.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir

from gauger.engine import Engine
from gauger.find.profiles.prompts import Prompts, prompts_of
from gauger.find.profiles.runs import Runs, runs_of
from gauger.find.profiles.settings import hours_of, origins_of, runs_of_systems, settings_of


@dataclass(frozen=True, slots=True)
class Summary:
    """The sketches, and what they come to by account."""

    sketches: ir.Table
    settings: ir.Table
    origins: ir.Table
    hours: ir.Table
    prompts: Prompts
    runs: Runs

    def let_go(self, engine: Engine) -> None:
        """Lets go of the largest tables, once accounts are tied to what they share."""
        for name in (*self.prompts.kept, *self.runs.kept):
            engine.release(name)


def summarize(engine: Engine, sketches: ir.Table, exchanges: int = 0) -> Summary:
    """Goes over the sketches; `exchanges` is about how many there are, and decides how many
    parts the large groupings are cut into."""
    settings = settings_of(engine, sketches)
    origins = origins_of(engine, sketches)
    hours = hours_of(engine, sketches)
    prompts = prompts_of(engine, sketches, exchanges)
    runs = runs_of(engine, sketches, runs_of_systems(sketches, settings))
    return Summary(sketches, settings, origins, hours, prompts, runs)
