"""Simulates one provider's traffic: log records, account records, and the truth beside them.

The world is cast once, then drawn a part of a day at a time, so that memory holds the accounts
and a part of a day, and not a world.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from gauger.model.account import ACCOUNT_SCHEMA
from gauger.model.errors import OutputError
from gauger.model.exchange import EXCHANGE_SCHEMA
from gauger.world.campaigns.operator import Operator, muster, usual_output
from gauger.world.day.records import tabulate
from gauger.world.day.rows import unroll
from gauger.world.day.sessions import in_parts, ordinary_sessions, together
from gauger.world.day.shelf import benchmark_of, shelf_of
from gauger.world.day.texts import say
from gauger.world.people.cast import Bools, cast_of
from gauger.world.people.casting import Caster
from gauger.world.people.kinds import KINDS
from gauger.world.people.persona import Persona
from gauger.world.place.addresses import Addresses
from gauger.world.place.countries import CODES, holidays
from gauger.world.scaling import headcount, scaled
from gauger.world.scenario import Scenario, load
from gauger.world.text.corpora import NO_CORPORA, read_corpora
from gauger.world.text.lexicon import lexicon
from gauger.world.text.tasks import ItemSet, item_set

TRUTH_SCHEMA: Final = pa.schema(
    [
        ("account_id", pa.string()),
        ("kind", pa.string()),
        ("campaign", pa.string()),
        ("role", pa.string()),
        ("circle", pa.string()),
    ]
)
"""Who is who; kept apart from the logs, which say nothing of it."""

PART: Final = 100_000
"""Exchanges that are held at once; a busy day is drawn in several parts."""

PUBLIC_ITEMS: Final = 3000
"""Size of the public dataset that evaluators and several campaigns may draw from."""


@dataclass(frozen=True, slots=True)
class World:
    """What a simulation wrote; `real_prompts` of people, and how many accounts had any."""

    logs: tuple[Path, ...]
    accounts: Path
    truth: Path
    exchanges: int
    accounts_total: int
    real_prompts: int = 0
    real_accounts: int = 0


def _people(caster: Caster, scenario: Scenario) -> list[Persona]:
    personas: list[Persona] = []
    for name, count in headcount(scenario).items():
        kind = KINDS[name]
        if not kind.group:
            personas += [caster.persona(kind) for _ in range(count)]
            continue
        groups = max(1, round(count / kind.group))
        for group in range(groups):
            size = count * (group + 1) // groups - count * group // groups
            personas += caster.group(kind, group, size)
    return personas


def _resting(days: int, seed: int) -> Bools:
    resting = holidays(days, seed)
    free = np.zeros((len(CODES), days), dtype=np.bool_)
    for row, code in enumerate(CODES):
        for day in resting[code]:
            free[row, day] = True
    return free


def _write_people(personas: list[Persona], out: Path) -> tuple[Path, Path]:
    """Account records and truth, both in order of the identifier, which is random."""
    ordered = sorted(personas, key=lambda persona: persona.record.account_id)
    records = [persona.record for persona in ordered]
    known = {
        "account_id": [r.account_id for r in records],
        "created_at": [r.created_at for r in records],
        "organization_id": [r.organization_id for r in records],
        "email": [r.email for r in records],
        "payment_fingerprint": [r.payment for r in records],
        "phone_hash": [r.phone for r in records],
        "country": [r.country for r in records],
        "plan": [r.plan for r in records],
        "contract": [r.contract for r in records],
        "verification": [r.verification for r in records],
        "closed_at": [r.closed_at for r in records],
    }
    truth = {
        "account_id": [p.record.account_id for p in ordered],
        "kind": [p.kind for p in ordered],
        "campaign": [p.campaign for p in ordered],
        "role": [p.role for p in ordered],
        "circle": [p.circle for p in ordered],
    }
    accounts_path, truth_path = out / "accounts.parquet", out / "truth.parquet"
    pq.write_table(pa.table(known, schema=ACCOUNT_SCHEMA), accounts_path, compression="zstd")
    pq.write_table(pa.table(truth, schema=TRUTH_SCHEMA), truth_path, compression="zstd")
    return accounts_path, truth_path


def _public(rng: np.random.Generator) -> ItemSet:
    return item_set(rng, lexicon().topics("en"), PUBLIC_ITEMS)


def _folder(out: Path) -> Path:
    logs = out / "logs"
    try:
        logs.mkdir(parents=True, exist_ok=True)
        for old in logs.glob("exchanges-*.parquet"):
            old.unlink()
    except OSError as error:
        raise OutputError(out, str(error), "name a folder that can be written") from error
    return logs


def simulate(
    scenario: str,
    out: Path,
    *,
    accounts: int | None = None,
    days: int | None = None,
    seed: int = 1,
    prompts: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> World:
    """Simulate a scenario, packaged or from a file, into a folder.

    Writes `logs/exchanges-NNNN.parquet` in order of time, `accounts.parquet` and
    `truth.parquet`; logs of an earlier run in the same folder are replaced. The same scenario,
    sizes, seed and prompts give the same bytes. `prompts` is a folder of real ones, laid out as
    `gauger.world.text.corpora` says.
    """
    plan = scaled(load(scenario), accounts, days)
    corpora = NO_CORPORA if prompts is None else read_corpora(prompts)
    logs = _folder(out)
    span = plan.population.days
    begin = dt.datetime.combine(plan.population.start, dt.time(), dt.UTC)
    start, weekday = int(begin.timestamp() * 1e6), begin.weekday()
    rng = np.random.default_rng([seed, 1])
    addresses = Addresses(np.random.default_rng([seed, 2]))
    mean = plan.population.exchanges_per_account / span
    of_texts = np.random.default_rng([seed, 3])
    public = _public(of_texts)
    benchmark = benchmark_of(of_texts, corpora) if corpora.benchmark else public
    caster = Caster(rng, addresses, start, float(span), mean, benchmark, plan.population.release)
    personas = _people(caster, plan)
    operators: list[Operator] = []
    for number, campaign in enumerate(plan.campaigns):
        operator, mustered = muster(number, campaign, caster, len(personas), seed, corpora)
        operators.append(operator)
        personas += mustered
    accounts_path, truth_path = _write_people(personas, out)
    cast = cast_of(personas, rng)
    shelf = shelf_of(of_texts, personas, float(span), public, corpora)
    book, free = pa.array(addresses.book), _resting(span, seed)
    credentials = [persona.record.credentials for persona in personas]
    written: list[Path] = []
    total, carried = 0, EXCHANGE_SCHEMA.empty_table()
    moment = EXCHANGE_SCHEMA.field("time").type
    for day in range(span):
        of_day = np.random.default_rng([seed, 4, day])
        held = together(
            [
                ordinary_sessions(of_day, cast, day, weekday, free),
                *(op.work(of_day, cast, day, weekday, free) for op in operators),
            ]
        )
        path = logs / f"exchanges-{day:04d}.parquet"
        with pq.ParquetWriter(path, EXCHANGE_SCHEMA, compression="zstd") as file:
            for part, until in in_parts(held, PART, day + 1.0):
                rows = unroll(of_day, cast, part)
                said = say(of_day, cast, rows, caster.items, operators, shelf)
                usual = usual_output(cast, rows, operators)
                made = tabulate(of_day, cast, rows, said, usual, book, credentials, start)
                table = pa.concat_tables([carried, made]).sort_by(
                    [("time", "ascending"), ("exchange_id", "ascending")]
                )
                limit = pa.scalar(start + int(until * 86_400e6), pa.int64()).cast(moment)
                due = pc.less(table["time"], limit)
                carried, table = table.filter(pc.invert(due)), table.filter(due)
                file.write_table(table)
                total += table.num_rows
        written.append(path)
        if progress is not None:
            progress(day + 1, span)
    real = (shelf.used, shelf.owners)
    return World(tuple(written), accounts_path, truth_path, total, len(personas), *real)
