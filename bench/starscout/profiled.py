"""Star events as canonical exchanges, taken through gauger's own steps up to the candidates."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.starscout.data import Stars
from gauger import engine as engines
from gauger.find.linkage import propose, tie
from gauger.find.linkage.candidates import Candidate
from gauger.find.linkage.ties import Ties
from gauger.find.profiles import summarize
from gauger.find.profiles.facts import AccountFacts, gather_facts
from gauger.find.profiles.pool import gather_population
from gauger.find.tied import held_by_kind
from gauger.model.exchange import EXCHANGE_SCHEMA
from gauger.model.population import Ints, Population
from gauger.read.sketch import SketchKey, sketch
from gauger.read.sources import Rejects, SourceSettings, open_logs

SECRET: Final = "starscout bench, the same key every time"  # noqa: S105 - keys pseudonyms only


@dataclass(frozen=True)
class Profiled:
    """What a scan knows of the star events when it has proposed its candidates."""

    facts: AccountFacts
    ties: Ties
    candidates: tuple[Candidate, ...]
    population: Population


def exchanges(stars: Stars) -> pa.Table:
    """Every star as an exchange: who, when, and the repository as the shared thing.

    The repository stands in `system`: it is what the account was pointed at, as a template is.
    There is no text, no address, no client and no setting to fill; all of them stay null.
    """
    count = len(stars.user)
    given = {
        "exchange_id": pa.array([f"star-{n}" for n in range(count)]),
        "time": stars.time,
        "account_id": stars.user,
        "request_model": pa.array(["star"] * count),
        "system": stars.repo,
    }
    columns = [given.get(field.name, pa.nulls(count, field.type)) for field in EXCHANGE_SCHEMA]
    return pa.Table.from_arrays(
        [column.cast(field.type) for column, field in zip(columns, EXCHANGE_SCHEMA, strict=True)],
        schema=EXCHANGE_SCHEMA,
    )


@contextmanager
def written(stars: Stars) -> Iterator[Path]:
    """A log file of the exchanges, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="starscout-") as folder:
        path = Path(folder) / "stars.parquet"
        pq.write_table(exchanges(stars), path)
        yield path


def profile(stars: Stars) -> Profiled:
    """The steps of `gauger scan` up to the population, with the scan's own functions."""
    with ExitStack() as stack:
        log = stack.enter_context(written(stars))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="starscout-")))
        rejects = stack.enter_context(Rejects(folder / "rejects.jsonl"))
        logs = open_logs((str(log),), SourceSettings(format="canonical"), rejects)
        key = SketchKey.from_secret(SECRET)
        sketched = pa.Table.from_batches(
            [sketch(batch, key, keep_text=False) for batch in logs.batches()]
        )
        (folder / "sketches").mkdir()
        pq.write_table(sketched, folder / "sketches" / "sketches.parquet")
        engine = stack.enter_context(engines.start("duckdb", folder, memory="2GB", threads=1))
        sketches = engine.read(folder / "sketches")
        summary = summarize(engine, sketches, sketched.num_rows)
        facts = gather_facts(engine, summary, None)
        ties = tie(held_by_kind(engine, summary, facts), facts.exchanges)
        candidates = propose(ties)
        population = gather_population(engine, summary, facts, ties, candidates)
    return Profiled(facts, ties, candidates, population)


def positions(profiled: Profiled, users: pa.Array) -> Ints:
    """Position of each user among the profiled accounts."""
    index = {account: place for place, account in enumerate(profiled.facts.ids)}
    return np.array([index[user] for user in users.to_pylist()], np.int64)
