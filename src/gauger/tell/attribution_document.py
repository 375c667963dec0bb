"""What findings.json says of hypotheses that an analyst entered about a network."""

from __future__ import annotations

from typing import Any

from gauger.model.attribution import (
    ASSIGNED,
    Attribution,
    WeighedHypothesis,
    WeighedIndicator,
)
from gauger.model.evidence import LogLR
from gauger.model.worksheet import SOMEONE_ELSE, Bearing
from gauger.tell.numbers import rounded_lr, storable


def attribution_fields(attribution: Attribution | None) -> dict[str, Any]:
    """Fields beside the claim "attributed"; both lists are empty where nothing was entered."""
    if attribution is None:
        return {"hypotheses": [], "indicators": []}
    by_accounts = attribution.accounts_named is not None
    return {
        "matched_by": "accounts" if by_accounts else "network_id",
        "accounts_named": attribution.accounts_named,
        "alternative": SOMEONE_ELSE,
        "hypotheses": [_hypothesis(each) for each in attribution.hypotheses],
        "indicators": [_indicator(each) for each in attribution.indicators],
    }


def _hypothesis(weighed: WeighedHypothesis) -> dict[str, Any]:
    hypothesis, conclusion = weighed.hypothesis, weighed.hypothesis.conclusion
    return {
        "name": storable(hypothesis.name),
        "statement": storable(hypothesis.statement),
        "author": storable(hypothesis.author),
        "entered": hypothesis.entered.isoformat(),
        "established": conclusion is not None,
        "concluded_by": None if conclusion is None else storable(conclusion.by),
        "reviewed_by": None if conclusion is None else storable(conclusion.reviewed_by),
        "reason": None if conclusion is None else storable(conclusion.reason),
        "indicators_for": weighed.speaks_for.indicators,
        "causes_for": weighed.speaks_for.causes,
        "indicators_against": weighed.speaks_against.indicators,
        "causes_against": weighed.speaks_against.causes,
        "unanswered": [storable(name) for name in weighed.unanswered],
        **_lr(weighed.lr),
        "verbal": None if weighed.verbal is None else storable(weighed.verbal),
        "lr_basis": ASSIGNED,
        "lr_statement": storable(weighed.lr_words),
        "not_established": storable(weighed.not_established),
    }


def _indicator(weighed: WeighedIndicator) -> dict[str, Any]:
    indicator = weighed.indicator
    return {
        "id": storable(indicator.name),
        "observed": storable(indicator.observed),
        "source": storable(indicator.source),
        "reference": storable(indicator.reference),
        "collected": indicator.collected.isoformat(),
        "reliability": None if indicator.reliability is None else str(indicator.reliability),
        "cause": weighed.cause,
        "tells_apart": weighed.tells_apart,
        "hypotheses": [_bearing(bearing) for bearing in indicator.bearings],
    }


def _bearing(bearing: Bearing) -> dict[str, Any]:
    return {
        "hypothesis": storable(bearing.hypothesis),
        "speaks": bearing.speaks.value,
        **_lr(bearing.lr),
        "answer": storable(bearing.answer) or None,
    }


def _lr(lr: LogLR | None) -> dict[str, float | None]:
    return {
        "log10_lr": None if lr is None else rounded_lr(lr.log10),
        "lower": None if lr is None else rounded_lr(lr.lower),
        "upper": None if lr is None else rounded_lr(lr.upper),
    }
