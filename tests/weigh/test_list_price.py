"""Amounts of money are exact, each model has one price, and what has none is listed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gauger.model.prices import ModelPrice, ModelUse, PriceList
from gauger.weigh.list_price import list_price

tokens = st.integers(0, 10**13)
money = st.decimals(min_value=0, max_value=10**6, places=4)
prices = st.builds(
    ModelPrice,
    pattern=st.sampled_from(["large", "small", "l*", "*"]),
    input=money,
    output=money,
    cached_input=st.none() | money,
)


@st.composite
def _uses(draw: st.DrawFn) -> ModelUse:
    whole = draw(tokens)
    cached = draw(st.integers(0, whole))
    model = draw(st.sampled_from(["large", "large-2", "small", "other"]))
    return ModelUse(model, 3, 0, whole, cached, draw(tokens))


def _list(*entries: ModelPrice) -> PriceList:
    return PriceList("prices.toml", "00" * 32, date(2026, 6, 1), "EUR", entries)


@given(
    st.lists(_uses(), max_size=5, unique_by=lambda use: use.model),
    st.lists(prices, max_size=4, unique_by=lambda price: price.pattern),
)
def test_the_amount_is_the_exact_sum_over_priced_models(
    uses: list[ModelUse], entries: list[ModelPrice]
) -> None:
    basis = _list(*entries)
    found = list_price(uses, basis)
    expected = Fraction(0)
    for use in uses:
        price = basis.price_of(use.model)
        if price is not None:
            cached = price.input if price.cached_input is None else price.cached_input
            expected += Fraction(price.input) * (use.input_tokens - use.cached_tokens)
            expected += Fraction(cached) * use.cached_tokens
            expected += Fraction(price.output) * use.output_tokens
    assert Fraction(found.amount) == expected / 1_000_000
    assert {each.use for each in found.priced} | set(found.unpriced) == set(uses)
    assert len(found.priced) + len(found.unpriced) == len(uses)
    assert all(basis.price_of(use.model) is None for use in found.unpriced)
    amounts = [each.amount for each in found.priced]
    assert amounts == sorted(amounts, reverse=True)


def _entry(pattern: str) -> ModelPrice:
    return ModelPrice(pattern, Decimal(1), Decimal(2), None)


@pytest.mark.parametrize(
    ("model", "pattern"),
    [
        ("large-mini", "large-mini"),
        ("large-2026", "large-*"),
        ("Large-2026", None),
        ("tiny[1]", "tiny[1]"),
        ("tiny1", "tiny[1]"),
        ("x-y", "x-?"),
        ("x-yy", "*-yy"),
    ],
)
def test_a_name_wins_over_patterns_and_the_first_pattern_over_later_ones(
    model: str, pattern: str | None
) -> None:
    entries = ("large-*", "large-mini", "tiny[1]", "x-?", "*-yy", "large-2*")
    found = _list(*map(_entry, entries)).price_of(model)
    assert (found and found.pattern) == pattern
