"""Refits a calibration for a person: what became of every claim, and what it can support."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gauger.calibrate import Calibrated, calibrate
from gauger.face.cli import exits
from gauger.face.cli.progress import TerminalProgress
from gauger.model.errors import OutputError, UsageError
from gauger.model.run import ScanRequest
from gauger.read.sources import Rejects
from gauger.tell.report.legible import legible
from gauger.weigh.calibration.files import digest, write_calibration
from gauger.weigh.calibration.recalibrate import Recalibrated, Refit
from gauger.weigh.calibration.support import FEWEST, Fewest
from gauger.weigh.conclude import EXTRACTION_ESTABLISHED
from gauger.weigh.evidence.say import verbal
from gauger.weigh.judge import ESTABLISHED

LONGEST_NAME: Final = 80
_MOST_SHOWN: Final = 10


def run_calibration(
    request: ScanRequest,
    cases: Path,
    out: Path,
    name: str | None,
    talk: Console,
    *,
    json: bool = False,
    quiet: bool = False,
    max_rejects: int | None = None,
    fewest: Fewest = FEWEST,
) -> int:
    """Refits, writes the calibration to `out` and says what it is worth; returns the exit code."""
    name = _name(out.stem if name is None else name)
    _writable(out)
    rejected = out.with_name(f"{out.name}.rejects.jsonl")
    with Rejects(rejected) as rejects, TerminalProgress(talk, quiet=quiet) as progress:
        calibrated = calibrate(request, cases, name, rejects, progress, fewest)
    write_calibration(calibrated.outcome.calibration, out)
    if json:
        sys.stdout.buffer.write(
            orjson.dumps(document(calibrated, out), option=orjson.OPT_INDENT_2) + b"\n"
        )
        sys.stdout.flush()
    else:
        show = Console(highlight=False)
        show.print(_table(calibrated.outcome))
        for sentence in _not_refitted(calibrated.outcome, fewest):
            show.print(sentence, markup=False)
    if not quiet:
        _tell(calibrated, out, rejected, talk)
    if max_rejects is not None and calibrated.rejected > max_rejects:
        return exits.TOO_MANY_REJECTS
    return exits.NOTHING_ESTABLISHED


def document(calibrated: Calibrated, out: Path) -> dict[str, Any]:
    """What became of the claims, for programs."""
    outcome = calibrated.outcome
    made = outcome.calibration.made
    return {
        "version": 1,
        "file": str(out),
        "name": made.name,
        "on": made.on,
        "digest": digest(outcome.calibration),
        "claims": [
            {
                "claim": "extraction" if refit.explanation else "coordinated",
                "against": refit.explanation or None,
                "confirmed": refit.weight.figures.true_trials,
                "cleared": refit.weight.figures.false_trials,
                "cllr_before": refit.before,
                "cllr_after": refit.weight.figures.cllr,
                "lower": refit.weight.lower,
                "upper": refit.weight.upper,
                "can_establish": _establishes(refit),
            }
            for refit in (outcome.one_operator, *outcome.against)
        ],
        "kept": [
            {"against": kept.explanation, "cleared": kept.cleared} for kept in outcome.kept
        ],
        "not_counted": [sorted(layers) for layers in outcome.unfitted],
        "left_out": [
            {"case": left.case, "reason": left.reason} for left in calibrated.left_out
        ],
        "accounts_unknown": calibrated.accounts_unknown,
        "cleared_to_establish": calibrated.cleared_to_establish,
        "rejected": calibrated.rejected,
    }  # fmt: skip


def _table(outcome: Recalibrated) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", title_justify="left",
                  title=_TITLE)  # fmt: skip
    table.add_column("claim")
    for heading in ("cases", "before", "after", "log10 LR"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("supports")
    table.add_column("establishes", no_wrap=True)
    table.add_row("one operator", *_row(outcome.one_operator))
    if outcome.against:
        table.add_row("extraction, against")
    for refit in outcome.against:
        table.add_row(f"  {refit.explanation}", *_row(refit))
    return table


_TITLE: Final = (
    "What the cases make of each claim: confirmed / cleared cases, Cllr before and after (on "
    "cases left out), and how far an LR may go"
)


def _row(refit: Refit) -> tuple[str, ...]:
    weight = refit.weight
    return (
        f"{weight.figures.true_trials:,} / {weight.figures.false_trials:,}",
        f"{refit.before:.3f}",
        f"{weight.figures.cllr:.3f}",
        f"{weight.lower:.2f} to {weight.upper:.2f}",
        verbal(weight.upper),
        "yes" if _establishes(refit) else "no",
    )


def _establishes(refit: Refit) -> bool:
    """Whether the claim can reach what "established" takes."""
    return refit.weight.upper >= (EXTRACTION_ESTABLISHED if refit.explanation else ESTABLISHED)


def _not_refitted(outcome: Recalibrated, fewest: Fewest) -> list[str]:
    said: list[str] = []
    if outcome.kept:
        named = ", ".join(f"{kept.explanation} ({kept.cleared:,})" for kept in outcome.kept)
        said.append(
            f"Kept as they were, since fewer than {fewest.cleared:,} cases name the explanation: "
            f"{named}."
        )
    if outcome.unfitted:
        sets = ", ".join(" with ".join(sorted(layers)) for layers in outcome.unfitted)
        said.append(
            f"Too few cases have anything to weigh in {sets}: this calibration does not count it."
        )
    return said


def _tell(calibrated: Calibrated, out: Path, rejected: Path, talk: Console) -> None:
    """What was left out, how far the evidence can reach, and where the calibration lies."""
    if calibrated.accounts_unknown:
        talk.print(f"Accounts of cases that are not in these logs: {calibrated.accounts_unknown:,}")
    if calibrated.left_out:
        talk.print(f"Cases left out: {len(calibrated.left_out):,}")
    for left in calibrated.left_out[:_MOST_SHOWN]:
        talk.print(f"  {escape(legible(left.case, 40))}: {left.reason}", soft_wrap=True)
    more = len(calibrated.left_out) - _MOST_SHOWN
    if more > 0:
        talk.print(f"  ... and {more:,} more; `--json` lists all")
    operator = calibrated.outcome.one_operator
    if operator.weight.figures.cllr > operator.before:
        talk.print(
            "The refit does no better than what it started from (Cllr "
            f"{operator.weight.figures.cllr:.3f} on cases left out, before {operator.before:.3f}): "
            "either that fitted already, or the cases are too few to say more.",
            soft_wrap=True,
        )
    if not calibrated.establishes:
        talk.print(
            f"These cases support a log10 LR of at most {operator.weight.upper:.2f} for one "
            f"operator, and coordination is established from {ESTABLISHED:g}: that takes about "
            f"{calibrated.cleared_to_establish:,} cleared cases or more, so until then no network "
            "is established by this calibration.",
            soft_wrap=True,
        )
    if calibrated.rejected:
        where = f" ({escape(str(rejected))})" if rejected.exists() else ""
        talk.print(f"Rejected records: {calibrated.rejected:,}{where}", soft_wrap=True)
    talk.print(
        f"Calibration: {escape(str(out))}\nUse it with: gauger scan PATH... --calibration "
        f"{escape(str(out))}",
        soft_wrap=True,
    )  # fmt: skip


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(
            "`--name` is no name", f"`{legible(text, 40)}`",
            f"give at most {LONGEST_NAME} characters, none of them a control character",
        )  # fmt: skip
    return name


def _writable(out: Path) -> None:
    """Refuses at once what would be refused after hours of reading."""
    if out.is_dir():
        raise OutputError(out, "there is a folder of that name", "name a file with `--out`")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        raise OutputError(out, problem, "name a file in a folder you may write to") from error
