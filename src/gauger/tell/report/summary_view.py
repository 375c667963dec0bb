"""The top of the page: what was measured, what was found, and what is not established."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from gauger.model.evidence import Verdict
from gauger.model.finding import Findings, Network
from gauger.tell.report.charts.glyph import verdict_glyph
from gauger.tell.report.verdicts import ORDER, WORDS, VerdictWords
from gauger.tell.report.wording import days_between, share, window


@dataclass(frozen=True, slots=True)
class Found:
    """How many networks have one verdict, and how much of the logs they are."""

    verdict: VerdictWords
    glyph: Markup
    networks: int
    accounts: int
    exchanges: int
    share: str


@dataclass(frozen=True, slots=True)
class SummaryView:
    """Three panels in the order of the ladder."""

    headline: str
    window: str
    days: int
    exchanges: int
    accounts: int
    rejected: int
    found: tuple[Found, ...]
    not_established: tuple[tuple[str, str], ...]


def summary_view(findings: Findings) -> SummaryView:
    """The summary; permitted networks are counted on a line of their own."""
    measured = findings.measured
    return SummaryView(
        headline=_headline(findings.networks),
        window=window(measured.first, measured.last),
        days=days_between(measured.first, measured.last),
        exchanges=measured.exchanges,
        accounts=measured.accounts,
        rejected=measured.rejected,
        found=tuple(_found(findings, verdict) for verdict in ORDER if _of(findings, verdict)),
        not_established=_not_established(findings),
    )


def established(networks: tuple[Network, ...]) -> bool:
    """Whether anything at all was established that somebody may be asked about."""
    return any(each.verdict in {Verdict.EXTRACTION, Verdict.COORDINATED} for each in networks)


def _of(findings: Findings, verdict: Verdict) -> list[Network]:
    return [network for network in findings.networks if network.verdict is verdict]


def _found(findings: Findings, verdict: Verdict) -> Found:
    networks = _of(findings, verdict)
    exchanges = sum(network.exchanges for network in networks)
    return Found(
        verdict=WORDS[verdict],
        glyph=verdict_glyph(verdict),
        networks=len(networks),
        accounts=sum(len(network.members) for network in networks),
        exchanges=exchanges,
        share=share(exchanges / findings.measured.exchanges) if findings.measured.exchanges else "",
    )


_NUMERALS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def _headline(networks: tuple[Network, ...]) -> str:
    for verdict, what in ((Verdict.EXTRACTION, "extraction"), (Verdict.COORDINATED, "coordinated")):
        number = sum(network.verdict is verdict for network in networks)
        if number:
            numeral = _NUMERALS[number] if number < len(_NUMERALS) else f"{number:,}"
            return f"{numeral} {what} network{'' if number == 1 else 's'} established"
    return "No network established"


def _not_established(findings: Findings) -> tuple[tuple[str, str], ...]:
    judged = [
        network
        for network in findings.networks
        if network.verdict in {Verdict.EXTRACTION, Verdict.COORDINATED}
    ]
    said = []
    if not judged:
        said.append(("That nothing took place", "absence of a finding is not proof of absence"))
    if any(not network.extraction.established for network in judged):
        said.append(("Harvesting by coordinated networks", "one operator is not yet extraction"))
    if any(network.attributed.established for network in judged):
        said.append(("Attributed", "people concluded who directs a network; gauger did not"))
    elif judged:
        said.append(("Attributed", "who directs a network; no named party is established"))
    if any(not network.used.established for network in judged):
        said.append(("Used", "whether any model was trained on the answers"))
    said.append(("How probable any of this is", "that depends on what is known besides these logs"))
    return tuple(said)
