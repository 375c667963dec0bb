"""One network as the page shows it, from its headline to its members."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

from gauger.model.evidence import LogLR, Verdict
from gauger.model.finding import Network
from gauger.tell.report.attribution_view import AttributionView, attribution_view
from gauger.tell.report.charts.activity import activity, unit
from gauger.tell.report.charts.glyph import verdict_glyph
from gauger.tell.report.charts.hours import hours_of_the_day
from gauger.tell.report.charts.interval import interval
from gauger.tell.report.charts.shares import share_bar
from gauger.tell.report.charts.sparkline import sparkline
from gauger.tell.report.charts.svg import Scale
from gauger.tell.report.evidence_view import (
    EvidenceView,
    ExplanationsView,
    evidence_view,
    explanations_view,
)
from gauger.tell.report.firmness_view import FirmnessView, firmness_view
from gauger.tell.report.ladder_view import Rung, ladder_view
from gauger.tell.report.member_view import MembersView, members_view
from gauger.tell.report.sharing_view import SharingView, sharing_view
from gauger.tell.report.taken_view import TakenView, taken_view
from gauger.tell.report.verdicts import WORDS, VerdictWords
from gauger.tell.report.wording import bounds, days_between, moment, share, signed, window


@dataclass(frozen=True, slots=True)
class CapabilityRow:
    """One capability and its share of exchanges."""

    name: str
    share: str
    bar: Markup


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """One line of the list of networks."""

    anchor: str
    network_id: str
    verdict: VerdictWords
    glyph: Markup
    accounts: int
    exchanges: int
    tokens: int
    value: str
    bounds: str
    claim: str
    verbal: str
    interval: Markup
    spark: Markup
    shown: bool


@dataclass(frozen=True, slots=True)
class NetworkView:
    """Everything of one network's section."""

    row: NetworkRow
    headline: str
    input_tokens: int
    output_tokens: int
    window: str
    window_exact: str
    days: int
    ladder: tuple[Rung, ...]
    evidence: EvidenceView
    explanations: ExplanationsView
    firmness: FirmnessView | None
    attribution: AttributionView | None
    activity: Markup
    activity_unit: str
    hours: Markup
    sharing: SharingView | None
    members: MembersView
    capabilities: tuple[CapabilityRow, ...]
    frame_words: tuple[str, ...]
    taken: TakenView | None
    lineage: str
    """Where it comes from; empty where no earlier scan was given."""
    accused: bool
    """Whether anything is said against it; a permitted network is drawn without alarm."""


def anchor_of(network: Network, place: int) -> str:
    """A name that can stand in an address, whatever the network id holds."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", network.network_id).strip("-")[:60]
    return f"{plain or 'network'}-{place}"


def network_row(network: Network, anchor: str, scale: Scale, *, shown: bool) -> NetworkRow:
    """The line; its LR is that of the claim that the verdict rests on."""
    lr, verbal, claim = _leading(network)
    return NetworkRow(
        anchor=anchor,
        network_id=network.network_id,
        verdict=WORDS[network.verdict],
        glyph=verdict_glyph(network.verdict),
        accounts=len(network.members),
        exchanges=network.exchanges,
        tokens=network.input_tokens + network.output_tokens,
        value=signed(lr.log10) if lr else "—",
        bounds=bounds(lr) if lr else "not weighed",
        claim=claim,
        verbal=verbal or "",
        interval=interval(lr, scale) if lr else Markup(""),
        spark=sparkline(network.picture.daily),
        shown=shown,
    )


def network_view(network: Network, row: NetworkRow, room: int) -> NetworkView:
    """The section; `room` is how many accounts the page can still hold."""
    picture = network.picture
    return NetworkView(
        row=row,
        headline=network.headline or f"{len(network.members):,} accounts.",
        input_tokens=network.input_tokens,
        output_tokens=network.output_tokens,
        window=window(network.first_seen, network.last_seen),
        window_exact=f"{moment(network.first_seen)}\nto {moment(network.last_seen)}",
        days=days_between(network.first_seen, network.last_seen),
        ladder=ladder_view(network),
        evidence=evidence_view(network),
        explanations=explanations_view(network),
        firmness=firmness_view(network),
        attribution=attribution_view(network),
        activity=activity(picture.daily) if picture.daily else Markup(""),
        activity_unit=unit(picture.daily),
        hours=(
            hours_of_the_day(picture.hours, picture.ordinary_hours) if picture.hours else Markup("")
        ),
        sharing=sharing_view(network),
        members=members_view(network, room),
        capabilities=tuple(
            CapabilityRow(name, share(part), share_bar(name, part))
            for name, part in network.capabilities
        ),
        frame_words=picture.frame_words,
        taken=None if network.taken is None else taken_view(network.taken),
        lineage="" if network.lineage is None else network.lineage.statement,
        accused=network.verdict in {Verdict.EXTRACTION, Verdict.COORDINATED},
    )


def leading_lrs(networks: tuple[Network, ...]) -> list[LogLR]:
    """The LRs of the list, to lay out its common scale."""
    return [lr for lr, _, _ in map(_leading, networks) if lr]


def _leading(network: Network) -> tuple[LogLR | None, str | None, str]:
    if network.verdict is Verdict.EXTRACTION:
        return network.extraction.lr, network.extraction.verbal, "extraction"
    return network.coordinated.lr, network.coordinated.verbal, "coordinated"
