"""What the exchanges of every account come to, in tables that the engine keeps.

All exchanges are gone over once for each of these tables; whatever later steps ask of them no
longer grows with the exchanges.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np

from gauger.engine import Engine
from gauger.find.profiles.prompts import Prompts, prompts_of
from gauger.find.profiles.runs import Runs, runs_of
from gauger.find.profiles.settings import hours_of, origins_of, runs_of_systems, settings_of
from gauger.find.profiles.things import Accounts


@dataclass(frozen=True, slots=True)
class Summary:
    """The sketches, and what they come to by account."""

    sketches: ir.Table
    settings: ir.Table
    origins: ir.Table
    hours: ir.Table
    prompts: Prompts
    runs: Runs


def summarize(engine: Engine, sketches: ir.Table, exchanges: int = 0) -> Summary:
    """Goes over the sketches; `exchanges` is about how many there are, and decides into how many
    parts the largest tables are cut."""
    settings = settings_of(engine, sketches)
    origins = origins_of(engine, sketches)
    hours = hours_of(engine, sketches)
    accounts = _accounts(engine, settings)
    prompts = prompts_of(engine, sketches, accounts, exchanges)
    of_systems = runs_of_systems(sketches, settings)
    runs = runs_of(engine, sketches, of_systems, accounts, exchanges)
    return Summary(sketches, settings, origins, hours, prompts, runs)


def _accounts(engine: Engine, settings: ir.Table) -> Accounts:
    """All accounts, each of which has settings, if only empty ones."""
    found = engine.fetch(settings.select("account_key").distinct(), "accounts")
    return Accounts.of(np.asarray(found["account_key"].to_numpy(), np.int64))
