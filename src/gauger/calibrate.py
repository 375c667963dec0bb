"""From a provider's logs and its closed cases to a calibration of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import gauger
from gauger import engine as engines
from gauger.at_hand import scratch, sketches_of, without_repeats
from gauger.find.profiles import summarize
from gauger.find.profiles.facts import gather_facts
from gauger.find.tied import tie_up
from gauger.model.errors import UsageError
from gauger.model.known_case import KnownCases
from gauger.model.progress import Progress, Silence
from gauger.model.run import ScanRequest
from gauger.read.accounts import read_accounts
from gauger.read.cases import read_cases
from gauger.read.sketched import Sketched, table_of
from gauger.read.sources import Rejects
from gauger.recording import Steps
from gauger.weigh.calibration import Calibration, read_calibration, shipped
from gauger.weigh.calibration.drift import middles
from gauger.weigh.calibration.files import digest
from gauger.weigh.calibration.known import (
    LeftOut,
    WeighedCases,
    as_scanned,
    locate,
    to_pool,
    weigh_known,
)
from gauger.weigh.calibration.model import Made
from gauger.weigh.calibration.recalibrate import Recalibrated, recalibrate
from gauger.weigh.calibration.support import FEWEST, Fewest, cleared_for, require
from gauger.weigh.judge import ESTABLISHED
from gauger.weigh.purpose.explanations import EXPLANATIONS

_WORLD = "these logs"


@dataclass(frozen=True)
class Calibrated:
    """A refitted calibration with what a person should know of how it came about."""

    outcome: Recalibrated
    left_out: tuple[LeftOut, ...]
    accounts_unknown: int
    """Accounts of cases that are not in the logs."""
    rejected: int
    """Records of the logs and of the account file that could not be used."""
    cleared_to_establish: int
    """Cleared cases that "coordinated" takes at least, with as many confirmed ones as these."""

    @property
    def establishes(self) -> bool:
        """Whether this calibration lets "coordinated" be established at all."""
        return self.outcome.one_operator.weight.upper >= ESTABLISHED


def calibrate(
    request: ScanRequest,
    cases: Path,
    name: str,
    rejects: Rejects,
    progress: Progress | None = None,
    fewest: Fewest = FEWEST,
) -> Calibrated:
    """Refits the calibration of a request, or the one that is shipped, to the cases of a file.

    The logs are read and weighed as a scan does it. Raises UsageError where there are too few
    cases, MissingExtra without `lir`, and what `scan` raises for input that cannot be read.
    """
    known = read_cases(cases, [explanation.name for explanation in EXPLANATIONS])
    require(known.confirmed, known.cleared, fewest, f"in `{cases}`")
    # Tells at once, not after hours of reading, where `lir` is missing.
    cleared_for(ESTABLISHED, known.confirmed)
    given = read_calibration(request.calibration) if request.calibration else None
    with ExitStack() as stack:
        folder = stack.enter_context(scratch(request.spill))
        steps = Steps(progress or Silence(), folder / "spill")
        sketched = sketches_of(request, rejects, folder / "made", steps)
        if not sketched.exchanges:
            raise UsageError(
                "nothing to calibrate on", "no exchange in these logs", "name logs that hold some"
            )
        with steps.step("read account records"):
            records = read_accounts(request.accounts, rejects) if request.accounts else None
        engine = stack.enter_context(
            engines.start(
                request.engine,
                folder,
                memory=request.memory,
                threads=request.threads,
                spill_limit=request.spill_limit,
            )
        )
        with steps.step("profile accounts"):
            sketches = table_of(sketched, engine, request.until, folder)
            sketches = without_repeats(engine, sketches, sketched, rejects).sketches
            summary = summarize(engine, sketches, sketched.exchanges)
            facts = gather_facts(engine, summary, records)
        base = given or shipped(facts.window)
        with steps.step("tie accounts to what they share"):
            located = locate(known, facts.ids)
            known_groups = to_pool(located, facts)
            tied = tie_up(engine, summary, facts, known_groups, lambda ties: request.threads)
        with steps.step("weigh cases", len(located.placed)) as advance:
            scanned = as_scanned(tied, facts)
            weighed = weigh_known(located, tied, scanned, base, _WORLD, advance)
        with steps.step("refit", 1 + len(base.extraction)) as advance:
            made = _made(name, weighed, base, _digest(known, request, sketched))
            outcome = recalibrate(weighed, base, middles(scanned, tied.ties), made, fewest, advance)
    confirmed = outcome.one_operator.weight.figures.true_trials
    return Calibrated(
        outcome, weighed.left_out, located.unknown, sketched.rejected + rejects.count,
        cleared_for(ESTABLISHED, confirmed),
    )  # fmt: skip


def _made(name: str, weighed: WeighedCases, base: Calibration, inputs: str) -> Made:
    confirmed = int(weighed.cases.operated.sum())
    return Made(
        name,
        gauger.__version__,
        f"{confirmed:,} confirmed and {len(weighed.cases) - confirmed:,} cleared cases of one "
        f"provider (inputs {inputs}), with the curves of `{base.made.name}` {digest(base)}",
        datetime.now(UTC).date().isoformat(),
    )


def _digest(known: KnownCases, request: ScanRequest, sketched: Sketched) -> str:
    """Names what was calibrated on: the first twelve digits of the SHA-256 of all digests."""
    accounts = hashlib.sha256(request.accounts.read_bytes()).hexdigest() if request.accounts else ""
    logs = sorted(record.sha256 or record.path for record in sketched.inputs)
    return _together([known.record.sha256 or "", accounts, *logs])[:12]


def _together(digests: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
