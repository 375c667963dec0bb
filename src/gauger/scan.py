"""The whole story in order: logs to sketches, profiles, linkage, layers, evidence, findings."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

import gauger
from gauger import engine as engines
from gauger.act.accounts.closed import with_closed
from gauger.act.signatures.mark import mark
from gauger.at_hand import scratch, sketches_of, without_repeats
from gauger.budget import Budget, needed, profiling, tying
from gauger.concluding import Weighed, conclude_all, measured
from gauger.engine import Engine
from gauger.find.days import Days
from gauger.find.linkage.narrowing import BOUNDS, Bounds
from gauger.find.profiles import summarize
from gauger.find.profiles.facts import gather_facts
from gauger.find.tied import tie_up
from gauger.model.finding import Findings, Measured
from gauger.model.lineage import EarlierNetwork
from gauger.model.progress import Progress, Silence
from gauger.model.run import RunRecord, ScanRequest
from gauger.model.signature import Signatures
from gauger.model.standing import Standing
from gauger.read.accounts import read_accounts
from gauger.read.previous import read_previous
from gauger.read.prices import read_prices
from gauger.read.sketched import Sketched, table_of
from gauger.read.sources import Rejects
from gauger.read.standing import read_standing
from gauger.read.worksheet import read_worksheet
from gauger.recording import Steps, packages
from gauger.resuming import Resume, TiedUp
from gauger.since import Since
from gauger.standing import left_standing
from gauger.tell.notes import notes
from gauger.weigh.attribution import attribute
from gauger.weigh.calibration import read_calibration, shipped
from gauger.weigh.calibration.drift import drift, middles
from gauger.weigh.calibration.files import record
from gauger.weigh.lineage import trace
from gauger.weigh.networks import establish


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan concluded, and how it went."""

    findings: Findings
    run: RunRecord
    standing: Standing
    """What every account had done, for later scans of what changed."""
    signatures: Signatures | None = None
    """Null where nothing was found, or the key of the sketches will not be there again."""


def scan(
    request: ScanRequest,
    rejects: Rejects,
    progress: Progress | None = None,
    bounds: Bounds = BOUNDS,
) -> Scan:
    """Scans logs, or sketches kept of them, for networks of accounts under one operator.

    Records that cannot be used go to `rejects`; `bounds` say how many ties are kept. Raises a
    GaugerError for input that cannot be read at all, an engine that fails, or an option that
    cannot be.
    """
    started = datetime.now(UTC)
    # Before the logs, whose reading may take hours.
    master = engines.parse_master(request.engine, request.master)
    worksheet = read_worksheet(request.worksheet) if request.worksheet else None
    prices = read_prices(request.prices) if request.prices else None
    before = read_standing(request.since) if request.since else None
    earlier = before.networks if before else None
    if request.previous:
        earlier = read_previous(request.previous)
    own = read_calibration(request.calibration) if request.calibration else None
    budget = Budget(request.memory)
    with ExitStack() as stack:
        folder = stack.enter_context(scratch(request.spill))
        steps = Steps(progress or Silence(), folder / "spill")
        begin = cache(lambda: stack.enter_context(_engine(request, folder, steps)))
        cluster = begin if master is not None and master.is_cluster else None
        sketched = sketches_of(request, rejects, folder / "made", steps, cluster)
        with steps.step("read account records"):
            records = read_accounts(request.accounts, rejects) if request.accounts else None

        candidates = 0
        signatures = None
        findings = _nothing(sketched, rejects, earlier)
        standing = before.standing if before else Standing.of_nothing()
        if sketched.exchanges:
            if before is None:
                budget.require(sketched.exchanges)
            engine = begin()
            with steps.step("count every exchange once"):
                budget.share(engine, 0)
                sketches = table_of(sketched, engine, request.until, folder)
                days = Days.of(engine, sketches, standing.days)
                among = days.perhaps_repeated(engine, sketches, standing.days)
                once = without_repeats(
                    engine, sketches, sketched, rejects, among=among, keep=before is None
                )
                counted = once.sketches
                since = Since.of(engine, counted, before, days) if before else None
                exchanges = since.changed.weighed_exchanges if since else sketched.exchanges
                if since:
                    budget.require(exchanges)
                part = since.part_of(engine, counted) if since else counted
            resume, summary = Resume.of(request, sketched), None
            state = resume.held()
            if state is None:
                with steps.step("profile accounts"):
                    budget.share(engine, profiling(exchanges))
                    summary = summarize(engine, part, exchanges)
                    facts = gather_facts(engine, summary, records)
                    facts = since.weighed_facts(facts) if since else facts
                with steps.step("tie accounts to what they share"):
                    budget.share(engine, tying(exchanges))
                    views = partial(budget.views, engine, threads=request.threads)
                    tied = tie_up(engine, summary, facts, views=views, bounds=bounds)
                    state = TiedUp(facts, tied)
                    resume.keep(state)
            facts, tied = state.facts, state.tied

            calibration = own or shipped(facts.window)
            with steps.step("weigh candidates", len(tied.candidates)) as advance:
                budget.share(engine, needed(exchanges))
                shift = drift(middles(tied.population, tied.ties), calibration)
                found = establish(
                    tied.population,
                    tied.ties,
                    tied.candidates,
                    calibration,
                    shift,
                    advance,
                    request.threads,
                )

            with steps.step("conclude"):
                budget.share(engine, 0)
                weighed = Weighed(
                    engine, counted, facts, tied,
                    since.moved(found, facts) if since else found, calibration, since,
                )  # fmt: skip
                followed = since.networks() if since else earlier
                concluded = conclude_all(weighed, followed, prices, with_text=request.show_text)
                counts = measured(weighed, sketched.rejected + rejects.count, _snapshot(sketched))
                fitted = record(calibration, shift)
                findings = Findings(
                    counts,
                    concluded.networks,
                    notes(sketched, facts, fitted, counts),
                    fitted,
                    concluded.gone,
                )
            candidates = len(tied.candidates)
            if since is None:
                with steps.step("mark networks for recognition"):
                    budget.share(engine, 0)
                    # Where a scan was resumed, settings and origins are summed up for this alone.
                    summary = summary or summarize(engine, part, exchanges)
                    signatures = mark(engine, summary, facts, findings, sketched, request.secret)
                    signatures = with_closed(
                        signatures, records, findings, sketched, request.secret
                    )  # fmt: skip
                with steps.step("keep what later scans compare with"):
                    budget.share(engine, 0)
                    kept = days.kept(engine, sketches, once.repeated)
                    standing = left_standing(weighed, kept, stable_key=sketched.stable_key)
            resume.done()

    if worksheet is not None:
        findings = attribute(findings, worksheet)
    run = RunRecord(
        version=gauger.__version__,
        started=started,
        request=request,
        stable_key=sketched.stable_key,
        inputs=(*sketched.inputs, *((worksheet.record,) if worksheet else ())),
        steps=steps.records(),
        candidates=candidates,
        packages=packages(),
        snapshot=sketched.snapshot,
    )
    return Scan(findings, run, standing, signatures)


def _engine(request: ScanRequest, folder: Path, steps: Steps) -> Engine:
    with steps.step("start the engine"):
        return engines.start(
            request.engine, folder, memory=request.memory, threads=request.threads,
            master=request.master, spill_limit=request.spill_limit,
        )  # fmt: skip


def _nothing(
    sketched: Sketched, rejects: Rejects, earlier: Sequence[EarlierNetwork] | None
) -> Findings:
    rejected = sketched.rejected + rejects.count
    measured = Measured(0, 0, None, None, rejected, _snapshot(sketched))
    return Findings(
        measured,
        (),
        ("The logs hold no exchange that could be counted.",),
        gone=trace((), earlier, ()).gone,
    )


def _snapshot(sketched: Sketched) -> int | None:
    return None if sketched.snapshot is None else sketched.snapshot.snapshot_id
