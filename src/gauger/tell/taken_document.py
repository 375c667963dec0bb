"""What was taken, as findings.json holds it: exact counts, estimates, and what each rests on."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from gauger.model.prices import ListPrice, ModelUse, PricedModel
from gauger.model.taken import Breadth, CapabilityTaken, Growth, Richness, Taken, Tokens
from gauger.tell.numbers import rfc3339, storable
from gauger.tell.report.taken_words import (
    DOES_NOT_SAY,
    NO_PRICES,
    SOURCE_BASIS,
    TASKS_BASIS,
    breadth_words,
    growth_words,
    price_words,
    source_words,
    tokens_words,
)


def taken_document(taken: Taken) -> dict[str, Any]:
    """One network's `taken` object."""
    return {
        "exchanges": taken.exchanges,
        "refused": taken.refused,
        "tokens": {
            "input": _tokens(taken.input_tokens),
            "output": _tokens(taken.output_tokens),
            "reasoning": _tokens(taken.reasoning_tokens),
            "basis": tokens_words(taken),
        },
        "tasks": {
            "distinct": taken.richness.tasks,
            "samples": taken.richness.samples,
            "samples_per_task": _per_task(taken.richness),
            "share_repeated": _share(taken.repeated),
            "share_from_several_accounts": _share(taken.across),
            "basis": TASKS_BASIS,
        },
        "source": {**_estimates(taken.richness), "basis": SOURCE_BASIS},
        "capabilities": [_capability(each) for each in taken.capabilities],
        "breadth": _breadth(taken.breadth),
        "growth": _growth(taken.growth),
        "list_price": _price(taken.price),
        "does_not_say": list(DOES_NOT_SAY),
    }


def _tokens(tokens: Tokens) -> dict[str, Any]:
    return {"total": tokens.total, "stated_by_exchanges": tokens.stated_by}


def _per_task(found: Richness) -> float | None:
    return round(found.samples / found.tasks, 3) if found.tasks else None


def _share(part: float | None) -> float | None:
    """Six decimals: a coverage of 0.99996 is not whole."""
    return None if part is None else round(part, 6) + 0.0


def _whole(count: float | None) -> int | None:
    return None if count is None else round(count)


def _estimates(found: Richness) -> dict[str, Any]:
    return {
        "came_once": found.once,
        "came_twice": found.twice,
        "coverage": _share(found.coverage),
        "tasks_at_least": _whole(found.at_least),
        "lower": _whole(found.lower),
        "upper": _whole(found.upper),
        "planned_samples_per_task": found.planned,
        "statement": source_words(found),
    }


def _capability(each: CapabilityTaken) -> dict[str, Any]:
    return {
        "capability": storable(each.capability),
        "exchanges": each.exchanges,
        "output_tokens": _tokens(each.output_tokens),
        "tasks": each.richness.tasks,
        "samples": each.richness.samples,
        **_estimates(each.richness),
    }


def _breadth(breadth: Breadth) -> dict[str, Any]:
    return {
        "covered": breadth.covered,
        "known": breadth.known,
        "effective_number": _share(breadth.effective),
        "statement": breadth_words(breadth),
    }


def _growth(growth: Growth) -> dict[str, Any]:
    return {
        "pace": None if growth.pace is None else growth.pace.value,
        "last_stretch_since": rfc3339(growth.since),
        "last_stretch_share": _share(growth.share),
        "fresh_before": _share(growth.fresh_before),
        "fresh_last": _share(growth.fresh_last),
        "daily": [
            {"day": each.day.isoformat(), "samples": each.samples, "first_sent": each.first_sent}
            for each in growth.daily
        ],
        "statement": growth_words(growth),
    }


def _price(price: ListPrice | None) -> dict[str, Any]:
    if price is None:
        return {"amount": None, "basis": NO_PRICES}
    basis = price.basis
    return {
        "amount": _money(price.amount),
        "currency": basis.currency,
        "as_of": basis.as_of.isoformat(),
        "file": storable(basis.file),
        "sha256": basis.sha256,
        "priced": [_priced(each) for each in price.priced],
        "unpriced": [_use(use) for use in price.unpriced],
        "basis": storable(price_words(price)),
    }


def _priced(each: PricedModel) -> dict[str, Any]:
    return {
        **_use(each.use),
        "entry": storable(each.price.pattern),
        "amount": _money(each.amount),
    }


def _use(use: ModelUse) -> dict[str, Any]:
    return {
        "model": storable(use.model),
        "exchanges": use.exchanges,
        "exchanges_without_counts": use.uncounted,
        "input_tokens": use.input_tokens,
        "cached_tokens": use.cached_tokens,
        "output_tokens": use.output_tokens,
    }


def _money(amount: Decimal) -> float:
    return float(amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN))
