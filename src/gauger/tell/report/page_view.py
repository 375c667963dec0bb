"""The whole page as values: what the templates print, decided before they run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gauger.model.evidence import Verdict
from gauger.model.finding import Findings, Network
from gauger.model.lineage import Gone
from gauger.tell.calibration_words import population_words
from gauger.tell.report.calibration_view import CalibrationView, calibration_view
from gauger.tell.report.charts.evidence_bars import evidence_scale
from gauger.tell.report.charts.ladder import BANDS
from gauger.tell.report.member_view import MOST_EMBEDDED
from gauger.tell.report.network_view import (
    NetworkRow,
    NetworkView,
    anchor_of,
    leading_lrs,
    network_row,
    network_view,
)
from gauger.tell.report.run import InputFile, RunSummary
from gauger.tell.report.summary_view import SummaryView, established, summary_view
from gauger.tell.report.verdicts import ORDER
from gauger.tell.report.wording import duration, moment, plural, size

_MOST_SECTIONS: Final = 40
_MOST_ROWS: Final = 400
_MOST_ACCOUNTS: Final = 3 * MOST_EMBEDDED
_MOST_INPUTS: Final = 20


@dataclass(frozen=True, slots=True)
class Group:
    """Networks that the page keeps together: those found, those permitted, those left open."""

    anchor: str
    title: str
    words: str
    rows: tuple[NetworkRow, ...]
    sections: tuple[NetworkView, ...]
    more: int


@dataclass(frozen=True, slots=True)
class GoneRow:
    """A network of the earlier scan that is none any more."""

    network_id: str
    words: str


@dataclass(frozen=True, slots=True)
class RunView:
    """Facts of the run for the foot of the page."""

    version: str
    generated_at: str
    engine: str
    took: str
    key: str
    snapshot: str
    inputs: tuple[tuple[str, str, str, str], ...]
    more_inputs: int


@dataclass(frozen=True, slots=True)
class PageView:
    """What the page says."""

    summary: SummaryView
    nothing_found: bool
    notes: tuple[str, ...]
    groups: tuple[Group, ...]
    run: RunView
    calibration: CalibrationView
    bands: tuple[tuple[str, str], ...]
    gone: tuple[GoneRow, ...]
    more_gone: int


_GROUPS: Final = (
    (
        "networks",
        "Networks",
        "Accounts that evidence says one operator runs, those with most exchanges first.",
        (Verdict.EXTRACTION, Verdict.COORDINATED),
    ),
    (
        "permitted",
        "Permitted",
        "Coordinated, and declared or allowed by contract. Listed so that the count is whole; "
        "nothing is alleged.",
        (Verdict.PERMITTED,),
    ),
    (
        "open",
        "Looked at, not established",
        "Groups that look alike, with too little evidence to say that one operator runs them. "
        "Nothing is alleged.",
        (Verdict.NOT_ESTABLISHED,),
    ),
)


def page_view(findings: Findings, run: RunSummary) -> PageView:
    """Lay out the page; what does not fit is counted, never dropped in silence."""
    ordered = sorted(
        findings.networks,
        key=lambda each: (ORDER.index(each.verdict), -each.exchanges, each.network_id),
    )
    return PageView(
        summary=summary_view(findings),
        nothing_found=not established(findings.networks),
        notes=_notes(findings),
        groups=_groups(tuple(ordered)),
        run=_run(run),
        calibration=calibration_view(findings),
        bands=_bands(),
        gone=tuple(_gone(each) for each in findings.gone[:_MOST_ROWS]),
        more_gone=max(0, len(findings.gone) - _MOST_ROWS),
    )


def _gone(gone: Gone) -> GoneRow:
    verdict = f"was {gone.verdict}, {plural(gone.accounts, 'account')}"
    return GoneRow(gone.network_id, f"{verdict}. {gone.statement}")


def _notes(findings: Findings) -> tuple[str, ...]:
    """All but the one that the statement about the calibration makes already."""
    record = findings.calibration
    said = None if record is None else population_words(record)
    return tuple(note for note in findings.notes if note != said)


def _groups(networks: tuple[Network, ...]) -> tuple[Group, ...]:
    scale = evidence_scale(leading_lrs(networks))
    room, place = _MOST_ACCOUNTS, 0
    groups = []
    for anchor, title, words, verdicts in _GROUPS:
        own = [network for network in networks if network.verdict in verdicts]
        rows: list[NetworkRow] = []
        sections: list[NetworkView] = []
        for network in own:
            shown = place < _MOST_SECTIONS
            row = network_row(network, anchor_of(network, place + 1), scale, shown=shown)
            if shown:
                view = network_view(network, row, room)
                sections.append(view)
                room = max(0, room - view.members.embedded)
            if len(rows) < _MOST_ROWS:
                rows.append(row)
            place += 1
        if own:
            groups.append(
                Group(anchor, title, words, tuple(rows), tuple(sections), len(own) - len(rows))
            )
    return tuple(groups)


def _run(run: RunSummary) -> RunView:
    inputs = [InputFile(*each) for each in run.inputs]
    return RunView(
        version=run.version,
        generated_at=moment(run.generated_at),
        engine=run.engine,
        took=duration(run.seconds),
        key=(
            "stable: fingerprints can be compared with other runs under the same key"
            if run.key == "stable"
            else "random: fingerprints mean nothing outside this run"
        ),
        snapshot=run.snapshot,
        inputs=tuple(
            (
                each.name,
                each.format,
                size(each.bytes) if each.rows is None else f"{each.rows:,} rows",
                each.sha256 or "no digest taken",
            )
            for each in inputs[:_MOST_INPUTS]
        ),
        more_inputs=max(0, len(inputs) - _MOST_INPUTS),
    )


def _bands() -> tuple[tuple[str, str], ...]:
    def edge(log10: float) -> str:
        return f"{round(10**log10):,}"

    ranges = [(name, f"{edge(low)} to {edge(high)}") for low, high, name in BANDS[:-1]]
    return (*ranges, (BANDS[-1][2], f"above {edge(BANDS[-1][0])}"))
