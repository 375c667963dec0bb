"""The whole story in order: logs to sketches, profiles, linkage, layers, evidence, findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

import gauger
from gauger import engine as engines
from gauger.act.signatures.mark import mark
from gauger.at_hand import scratch, sketches_of, without_repeats
from gauger.budget import PER_EXCHANGE, TIES, Budget
from gauger.engine import Engine
from gauger.find.profiles import summarize
from gauger.find.profiles.facts import AccountFacts, gather_facts
from gauger.find.profiles.picture import Pictures
from gauger.find.profiles.taken import Takings
from gauger.find.tied import Tied, tie_up
from gauger.model.evidence import CalibrationRecord
from gauger.model.finding import Findings, Measured
from gauger.model.lineage import EarlierNetwork
from gauger.model.population import Ints
from gauger.model.prices import PriceList
from gauger.model.progress import Progress, Silence
from gauger.model.run import RunRecord, ScanRequest
from gauger.model.signature import Signatures
from gauger.read.accounts import read_accounts
from gauger.read.previous import read_previous
from gauger.read.prices import read_prices
from gauger.read.sketched import Sketched, table_of
from gauger.read.sources import Rejects
from gauger.read.worksheet import read_worksheet
from gauger.recording import Steps, packages
from gauger.tell.depict import depict
from gauger.tell.notes import notes
from gauger.weigh.attribution import attribute
from gauger.weigh.calibration import Calibration, read_calibration, shipped
from gauger.weigh.calibration.drift import drift, middles
from gauger.weigh.calibration.files import record
from gauger.weigh.conclude import conclude, found_network, standing
from gauger.weigh.established import Established
from gauger.weigh.evidence.membership import Membership
from gauger.weigh.lineage import trace
from gauger.weigh.networks import establish
from gauger.weigh.purpose import weigh_purpose
from gauger.weigh.robustness import robustness
from gauger.weigh.taken import measure_taken


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan concluded, and how it went."""

    findings: Findings
    run: RunRecord
    signatures: Signatures | None = None
    """Null where nothing was found, or the key of the sketches will not be there again."""


def scan(request: ScanRequest, rejects: Rejects, progress: Progress | None = None) -> Scan:
    """Scans logs, or sketches kept of them, for networks of accounts under one operator.

    Records that cannot be used go to `rejects`. Raises a GaugerError for input that cannot be
    read at all, an engine that fails, or an option that cannot be.
    """
    started = datetime.now(UTC)
    # Before the logs, whose reading may take hours.
    master = engines.parse_master(request.engine, request.master)
    worksheet = read_worksheet(request.worksheet) if request.worksheet else None
    prices = read_prices(request.prices) if request.prices else None
    earlier = read_previous(request.previous) if request.previous else None
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

        found: tuple[Established, ...] = ()
        candidates = 0
        signatures = None
        findings = _nothing(sketched, rejects, earlier)
        if sketched.exchanges:
            budget.require(sketched.exchanges)
            engine = begin()
            with steps.step("profile accounts"):
                budget.share(engine, 0)
                sketches = table_of(sketched, engine, request.until, folder)
                sketches = without_repeats(engine, sketches, sketched, rejects)
                summary = summarize(engine, sketches, sketched.exchanges)
                facts = gather_facts(engine, summary, records)

            with steps.step("tie accounts to what they share"):
                budget.share(engine, TIES * sketched.exchanges)
                views = budget.views(sketched.exchanges, request.threads)
                tied = tie_up(engine, summary, facts, threads=views)

            calibration = own or shipped(facts.window)
            with steps.step("weigh candidates", len(tied.candidates)) as advance:
                budget.share(engine, sketched.exchanges * PER_EXCHANGE)
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
                findings = _conclude(
                    engine, sketches, facts, tied, found, sketched, rejects, request, prices,
                    record(calibration, shift), calibration, earlier,
                )  # fmt: skip
            candidates = len(tied.candidates)
            with steps.step("mark networks for recognition"):
                signatures = mark(engine, summary, facts, findings, sketched, request.secret)

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
    return Scan(findings, run, signatures)


def _engine(request: ScanRequest, folder: Path, steps: Steps) -> Engine:
    with steps.step("start the engine"):
        return engines.start(
            request.engine, folder, memory=request.memory, threads=request.threads,
            master=request.master, spill_limit=request.spill_limit,
        )  # fmt: skip


def _conclude(
    engine: Engine,
    sketches: ir.Table,
    facts: AccountFacts,
    tied: Tied,
    found: tuple[Established, ...],
    sketched: Sketched,
    rejects: Rejects,
    request: ScanRequest,
    prices: PriceList | None,
    weighed_by: CalibrationRecord,
    calibration: Calibration,
    earlier: Sequence[EarlierNetwork] | None,
) -> Findings:
    membership = pa.table(
        {
            "account_key": pa.array(
                [int(facts.keys[a]) for network in found for a in network.accounts], pa.int64()
            ),
            "network": pa.array(
                [number for number, network in enumerate(found) for _ in network.accounts],
                pa.int64(),
            ),
        }
    )
    pictures = Pictures(engine, sketches, membership)
    drawn = depict(pictures, found, tied.ties, facts, with_text=request.show_text)
    took = measure_taken(Takings(engine, sketches, membership), len(found), prices)
    membership = Membership(tied.population, tied.ties, calibration)
    traced = trace([found_network(held, facts) for held in found], earlier, set(facts.ids))
    named = {name: held.accounts for name, held in zip(traced.ids, found, strict=True)}
    owner = np.full(len(facts.ids), -1, np.int64)
    for number, accounts in enumerate(named.values()):
        owner[accounts] = number
    members = owner >= 0
    networks = []
    for network, (capabilities, picture), taken, name, lineage in zip(
        found, drawn, took, traced.ids, traced.lineages, strict=True
    ):
        stands = standing(network, facts)
        purpose = weigh_purpose(
            network.judgement.readings,
            network.judgement.weighed,
            calibration,
            licensed=stands.licensed,
            contracts_known=any(facts.contract),
        )
        networks.append(
            conclude(
                network,
                purpose,
                stands,
                facts,
                capabilities,
                picture,
                robustness(
                    network,
                    purpose,
                    membership,
                    _beside(network, named, owner),
                ),
                network.undecided(members),
                taken,
                name=name,
                lineage=lineage,
            )
        )
    order = {"extraction": 0, "coordinated": 1, "permitted": 2}
    networks.sort(key=lambda network: (order.get(network.verdict, 3), -network.exchanges))
    measured = Measured(
        exchanges=int(facts.exchanges.sum()),
        accounts=len(facts.ids),
        first=datetime.fromtimestamp(int(facts.first_seen.min()) / 1e6, tz=UTC),
        last=datetime.fromtimestamp(int(facts.last_seen.max()) / 1e6, tz=UTC),
        rejected=sketched.rejected + rejects.count,
        snapshot=_snapshot(sketched),
    )
    return Findings(
        measured,
        tuple(networks),
        notes(sketched, facts, weighed_by),
        weighed_by,
        traced.gone,
    )


def _beside(network: Established, named: Mapping[str, Ints], owner: Ints) -> dict[str, Ints]:
    """The other networks that have any of the accounts that were put beside this one's."""
    names = list(named)
    near = np.unique(owner[network.considered])
    others = {names[number]: named[names[number]] for number in near[near >= 0].tolist()}
    return {name: held for name, held in others.items() if held is not network.accounts}


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
