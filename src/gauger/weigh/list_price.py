"""What a network's exchanges would have cost at a price list that somebody gave."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, localcontext

from gauger.model.prices import PER, ListPrice, ModelPrice, ModelUse, PricedModel, PriceList

_DIGITS = 60
"""Enough for any number of tokens at any price a list may hold: sums of money stay exact."""


def list_price(uses: Iterable[ModelUse], prices: PriceList) -> ListPrice:
    """The sum over the models that the list knows; the others are listed, and not in it."""
    priced: list[PricedModel] = []
    unpriced: list[ModelUse] = []
    with localcontext(prec=_DIGITS):
        for use in uses:
            price = prices.price_of(use.model)
            if price is None:
                unpriced.append(use)
            else:
                priced.append(PricedModel(use, price, _amount(use, price)))
        amount = sum((each.amount for each in priced), Decimal(0))
    return ListPrice(
        basis=prices,
        amount=amount,
        priced=tuple(sorted(priced, key=lambda each: (-each.amount, each.use.model))),
        unpriced=tuple(sorted(unpriced, key=lambda use: (-_tokens(use), use.model))),
    )


def _amount(use: ModelUse, price: ModelPrice) -> Decimal:
    cached = price.input if price.cached_input is None else price.cached_input
    return (
        (use.input_tokens - use.cached_tokens) * price.input
        + use.cached_tokens * cached
        + use.output_tokens * price.output
    ) / PER


def _tokens(use: ModelUse) -> int:
    return use.input_tokens + use.output_tokens
