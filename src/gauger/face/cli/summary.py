"""What a person reads on the terminal once a scan is over."""

from __future__ import annotations

import textwrap
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from gauger.model.attribution import Attribution
from gauger.model.evidence import Claim, Verdict
from gauger.model.finding import Findings
from gauger.model.lineage import Descent, Lineage
from gauger.model.taken import Taken
from gauger.tell.calibration_words import brief_words
from gauger.tell.output import OutputFolder
from gauger.tell.report.legible import legible
from gauger.tell.report.taken_words import price_of
from gauger.tell.report.wording import plural, short, signed

_MOST_SHOWN: Final = 20

_STYLE = {
    Verdict.EXTRACTION: "bold red",
    Verdict.COORDINATED: "yellow",
    Verdict.PERMITTED: "green",
}


def say_findings(console: Console, findings: Findings, folder: OutputFolder) -> None:
    """Counts, networks, what is not established, and where the report lies."""
    measured = findings.measured
    console.print(
        f"Measured {measured.exchanges:,} exchanges of {measured.accounts:,} accounts; "
        f"{measured.rejected:,} records rejected."
    )
    if measured.snapshot is not None:
        console.print(f"Snapshot {measured.snapshot}")
    if findings.networks:
        console.print(_networks(findings))
        concluded = any(network.attributed.established for network in findings.networks)
        console.print(
            f"Not established{' by gauger' if concluded else ''}: who directs these accounts, and "
            "whether any model was trained on the answers.",
            style="dim",
        )
    else:
        console.print("No network is established. That is no proof that there is none.")
    for gone in findings.gone[:_MOST_SHOWN]:
        said = f"{gone.network_id}, {gone.verdict} in the earlier scan: {gone.statement}"
        console.print(Text(legible(said, 300)))
    if len(findings.gone) > _MOST_SHOWN:
        console.print(f"... and {len(findings.gone) - _MOST_SHOWN:,} more that went, in the report")
    calibration = findings.calibration
    if findings.networks or (calibration is not None and calibration.withheld):
        console.print(Text(legible(brief_words(calibration), 300), style="dim"))
    for note in findings.notes:
        console.print(_note(note, console.width - 1))
    if folder.rejects.exists():
        console.print(f"Rejected records: {escape(str(folder.rejects))}", soft_wrap=True)
    console.print(f"Report: {escape(str(folder.report))}", soft_wrap=True)


def _note(note: str, width: int) -> Text:
    """A note whose further lines stand under its first."""
    return Text(
        textwrap.fill(note, width, initial_indent="· ", subsequent_indent="  "), style="dim"
    )


def _networks(findings: Findings) -> Text:
    """Four lines a network, each shorter than the narrowest terminal."""
    said = Text("\n")
    for network in findings.networks[:_MOST_SHOWN]:
        said.append(f"{network.network_id}  ", "bold")
        said.append(f"{network.verdict}", _STYLE.get(network.verdict, ""))
        said.append(f"   {_count(len(network.members), 'account')}, ")
        said.append(f"{_count(network.exchanges, 'exchange')}\n")
        for name, claim in (
            ("one operator", network.coordinated),
            ("extraction", network.extraction),
        ):
            said.append(f"  {name:<14}{_lr(claim)}\n")
        if network.lineage:
            said.append(f"  {'earlier':<14}{_descent(network.lineage)}\n")
        if network.attribution:
            said.append(f"  {'attributed':<14}{_entered(network.attribution)}\n")
        if network.taken:
            said.append(f"  {'taken':<14}{_taken(network.taken)}\n")
        said.append("\n")
    more = len(findings.networks) - _MOST_SHOWN
    if more > 0:
        said.append(f"... and {_count(more, 'network')} more, in the report\n\n")
    said.rstrip()
    said.append("\n")
    return said


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _descent(lineage: Lineage) -> str:
    """What became of it since the earlier scan, and out of which networks."""
    if not lineage.origins or lineage.descent in {Descent.FIRST, Descent.SAME}:
        return lineage.descent.value
    names = ", ".join(legible(each.network_id, 20) for each in lineage.origins[:3])
    return f"{lineage.descent.value}: {names}{', ...' if len(lineage.origins) > 3 else ''}"


def _entered(attribution: Attribution) -> str:
    """How many hypotheses people entered, and which of them they concluded."""
    for weighed in attribution.hypotheses:
        if weighed.hypothesis.conclusion is not None:
            return f"concluded by people: {legible(weighed.hypothesis.name, 40)}"
    number = len(attribution.hypotheses)
    return f"{number:,} {'hypothesis' if number == 1 else 'hypotheses'} entered, none concluded"


def _lr(claim: Claim) -> str:
    if claim.lr is None:
        return "not weighed"
    return f"log10 LR {signed(claim.lr.log10):<6}{claim.verbal or ''}"


def _taken(taken: Taken) -> str:
    """Tasks, tokens, and what a price list says; `+` where it does not know every model."""
    output = taken.output_tokens.total
    said = [
        plural(taken.richness.tasks, "task"),
        "tokens not stated" if output is None else f"{short(output)} tokens out",
    ]
    if taken.price is not None:
        said.append(f"{price_of(taken.price)}{'+' if taken.price.unpriced else ''}")
    return ", ".join(said)
