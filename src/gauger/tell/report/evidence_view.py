"""The evidence of a network as the page shows it: one row a layer, for and against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from gauger.model.evidence import LayerEvidence, LogLR, Weighed
from gauger.model.finding import Network
from gauger.tell.report.charts.evidence_bars import evidence_axis, evidence_bar, evidence_scale
from gauger.tell.report.charts.range_strip import range_strip
from gauger.tell.report.charts.svg import Scale
from gauger.tell.report.wording import amount, bounds, short, signed
from gauger.weigh.layers.layer import readable

_TOGETHER: Final = "Weighed together, with bounds from leaving out each layer; it is no sum."


@dataclass(frozen=True, slots=True)
class StatisticView:
    """One statistic beside ordinary groups."""

    name: str
    meaning: str
    strip: Markup
    value: str
    ordinary: str
    p_value: str
    reference_groups: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One bar with the sentence behind it."""

    name: str
    bar: Markup
    value: str
    bounds: str
    statement: str
    statistics: tuple[StatisticView, ...] = ()
    weighed: bool = True


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """Rows on one axis, and what all of them come to together."""

    rows: tuple[EvidenceRow, ...]
    axis: Markup
    together: EvidenceRow | None


@dataclass(frozen=True, slots=True)
class ExplanationsView:
    """Ordinary explanations on an axis of their own."""

    rows: tuple[EvidenceRow, ...]
    axis: Markup


def evidence_view(network: Network) -> EvidenceView:
    """Layers in the order they were weighed; the combined LR last, since it is no sum."""
    together = network.coordinated.lr
    last = None
    every = [layer.lr for layer in network.layers] + ([together] if together else [])
    scale = evidence_scale(every)
    if together is not None:
        last = _row("together", together, scale, _TOGETHER)
    return EvidenceView(
        rows=tuple(_layer_row(layer, scale) for layer in network.layers),
        axis=evidence_axis(scale),
        together=last,
    )


def explanations_view(network: Network) -> ExplanationsView:
    """Evidence against each ordinary explanation; below 0 the explanation fits better."""
    weighed = [
        (each, LogLR(each.log10_lr_against, each.log10_lr_against, each.log10_lr_against))
        for each in network.explanations
    ]
    scale = evidence_scale(lr for _, lr in weighed)
    return ExplanationsView(
        rows=tuple(_row(each.explanation, lr, scale, each.statement) for each, lr in weighed),
        axis=evidence_axis(scale),
    )


def _layer_row(layer: LayerEvidence, scale: Scale) -> EvidenceRow:
    if not layer.weighed:
        return EvidenceRow(
            name=layer.layer,
            bar=evidence_bar(layer.layer, layer.lr, scale, weighed=False),
            value="—",
            bounds="nothing to weigh",
            statement=layer.statement,
            weighed=False,
        )
    statistics = tuple(_statistic(each) for each in layer.statistics)
    return _row(layer.layer, layer.lr, scale, layer.statement, statistics)


def _row(
    name: str,
    lr: LogLR,
    scale: Scale,
    statement: str,
    statistics: tuple[StatisticView, ...] = (),
) -> EvidenceRow:
    return EvidenceRow(
        name=name,
        bar=evidence_bar(name, lr, scale),
        value=signed(lr.log10),
        bounds=bounds(lr),
        statement=statement,
        statistics=statistics,
    )


def _statistic(weighed: Weighed) -> StatisticView:
    weighed = readable(weighed)
    ordinary = (weighed.ordinary_low, weighed.ordinary_median, weighed.ordinary_high)
    return StatisticView(
        name=weighed.name,
        meaning=weighed.meaning,
        strip=range_strip(weighed),
        value=amount(weighed.value),
        ordinary=" · ".join(amount(each) for each in ordinary),
        p_value=amount(weighed.p_value),
        reference_groups=short(weighed.reference_groups),
    )
