"""Hypotheses about who directs a network, side by side, as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gauger.model.attribution import Attribution, Tally, WeighedHypothesis, WeighedIndicator
from gauger.model.evidence import LogLR
from gauger.model.finding import Network
from gauger.model.worksheet import Bearing, Reliability, Speaks
from gauger.tell.report.wording import bounds, day, plural, signed

_MOST_HYPOTHESES: Final = 12
_MOST_INDICATORS: Final = 200

_SOURCES: Final = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
_CONTENTS: Final = {
    1: "confirmed",
    2: "probably true",
    3: "possibly true",
    4: "doubtful",
    5: "improbable",
    6: "truth cannot be judged",
}


@dataclass(frozen=True, slots=True)
class HypothesisView:
    """One hypothesis with what speaks for and against it, and what is open."""

    name: str
    statement: str
    entered: str
    concluded: bool
    status: str
    conclusion: str
    speaks_for: str
    speaks_against: str
    value: str
    bounds: str
    verbal: str
    lr_words: str
    not_established: str


@dataclass(frozen=True, slots=True)
class CellView:
    """What one indicator means for one hypothesis."""

    hypothesis: str
    word: str
    css: str
    lr: str
    answer: str


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """One row of the matrix; `shared` says with which others it counts once."""

    name: str
    observed: str
    source: str
    collected: str
    reliability: str
    shared: tuple[str, ...]
    same_cause: bool
    """Whether the row above is of the same cause."""
    tells_apart: bool
    cells: tuple[CellView, ...]
    someone_else: str


@dataclass(frozen=True, slots=True)
class AttributionView:
    """The section; `more` counts what is in findings.json only."""

    matched: str
    hypotheses: tuple[HypothesisView, ...]
    rows: tuple[IndicatorView, ...]
    more: str


def attribution_view(network: Network) -> AttributionView | None:
    """Nothing where nothing was entered: the ladder says so already."""
    attribution = network.attribution
    if attribution is None:
        return None
    shown = attribution.hypotheses[:_MOST_HYPOTHESES]
    return AttributionView(
        matched=_matched(attribution, len(network.members)),
        hypotheses=tuple(_hypothesis(each) for each in shown),
        rows=_rows(attribution, [each.hypothesis.name for each in shown]),
        more=_more(attribution),
    )


def _matched(attribution: Attribution, accounts: int) -> str:
    named = attribution.accounts_named
    if named is None:
        return "The worksheet names this network by its id."
    return f"The worksheet names {named:,} of this network's {plural(accounts, 'account')}."


def _hypothesis(weighed: WeighedHypothesis) -> HypothesisView:
    hypothesis, conclusion, lr = weighed.hypothesis, weighed.hypothesis.conclusion, weighed.lr
    return HypothesisView(
        name=hypothesis.name,
        statement=hypothesis.statement,
        entered=f"{hypothesis.author}, {day(hypothesis.entered)}",
        concluded=conclusion is not None,
        status="not established" if conclusion is None else "concluded by people, not by gauger",
        conclusion=(
            ""
            if conclusion is None
            else f"{conclusion.by}, reviewed by {conclusion.reviewed_by}: {conclusion.reason}"
        ),
        speaks_for=_tally(weighed.speaks_for),
        speaks_against=_tally(weighed.speaks_against),
        value="" if lr is None else signed(lr.log10),
        bounds="" if lr is None else bounds(lr),
        verbal=weighed.verbal or "",
        lr_words=weighed.lr_words,
        not_established=weighed.not_established,
    )


def _tally(tally: Tally) -> str:
    if not tally.indicators:
        return "nothing"
    said = plural(tally.indicators, "indicator")
    if tally.causes == tally.indicators:
        return said
    return f"{said} of {plural(tally.causes, 'cause')}"


def _rows(attribution: Attribution, hypotheses: list[str]) -> tuple[IndicatorView, ...]:
    causes: dict[int, list[str]] = {}
    for row in attribution.indicators:
        causes.setdefault(row.cause, []).append(row.indicator.name)
    views = []
    above = 0
    for row in attribution.indicators[:_MOST_INDICATORS]:
        views.append(_row(row, causes[row.cause], hypotheses, same=row.cause == above))
        above = row.cause
    return tuple(views)


def _row(
    row: WeighedIndicator, together: list[str], hypotheses: list[str], *, same: bool
) -> IndicatorView:
    indicator = row.indicator
    against_all = all(each.speaks is Speaks.AGAINST for each in indicator.bearings)
    return IndicatorView(
        name=indicator.name,
        observed=indicator.observed,
        source=f"{indicator.source}; {indicator.reference}",
        collected=day(indicator.collected),
        reliability=_rated(indicator.reliability),
        shared=tuple(name for name in together if name != indicator.name),
        same_cause=same,
        tells_apart=row.tells_apart,
        cells=tuple(_cell(indicator.bearing(name)) for name in hypotheses),
        someone_else="fits better" if against_all else "open",
    )


def _cell(bearing: Bearing) -> CellView:
    return CellView(
        hypothesis=bearing.hypothesis,
        word=bearing.speaks.value,
        css=bearing.speaks.value,
        lr="" if bearing.lr is None else _assigned(bearing.lr),
        answer=bearing.answer,
    )


def _assigned(lr: LogLR) -> str:
    interval = bounds(lr)
    return f"{signed(lr.log10)}{f' ({interval})' if interval else ''}"


def _rated(rated: Reliability | None) -> str:
    if rated is None:
        return "not rated"
    return f"{rated}: source {_SOURCES[rated.source]}, content {_CONTENTS[rated.content]}"


def _more(attribution: Attribution) -> str:
    hypotheses = len(attribution.hypotheses) - _MOST_HYPOTHESES
    indicators = len(attribution.indicators) - _MOST_INDICATORS
    said = [plural(hypotheses, "more hypothesis", "more hypotheses")] if hypotheses > 0 else []
    said += [plural(indicators, "more indicator")] if indicators > 0 else []
    return f"{' and '.join(said)} in findings.json." if said else ""
