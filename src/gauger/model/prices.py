"""Prices per model, and what traffic would have cost at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase

PER: int = 1_000_000
"""Prices are for so many tokens, as price lists state them."""


@dataclass(frozen=True, slots=True)
class ModelPrice:
    """Prices of the models that `pattern` names, each for a million tokens."""

    pattern: str
    """A model's name, or a glob pattern such as `example-large-*`."""
    input: Decimal
    output: Decimal
    cached_input: Decimal | None
    """None where the list knows no lower price for input that was cached."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """A price list as a person entered it, with what pins it down."""

    file: str
    sha256: str
    as_of: date
    """The day on which these prices held, as the file says."""
    currency: str
    prices: tuple[ModelPrice, ...]
    """In the order of the file."""

    def price_of(self, model: str) -> ModelPrice | None:
        """The entry with just this name; else the first whose pattern fits it."""
        for price in self.prices:
            if price.pattern == model:
                return price
        for price in self.prices:
            if fnmatchcase(model, price.pattern):
                return price
        return None


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What was asked of one model and answered; tokens are those that the records state."""

    model: str
    exchanges: int
    uncounted: int
    """Exchanges whose records lack the input tokens or the output tokens."""
    input_tokens: int
    cached_tokens: int
    """Part of `input_tokens` that was cached."""
    output_tokens: int


@dataclass(frozen=True, slots=True)
class PricedModel:
    """One model's use with the price that was put on it."""

    use: ModelUse
    price: ModelPrice
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ListPrice:
    """What the answered exchanges of a network would have cost at a given price list."""

    basis: PriceList
    amount: Decimal
    priced: tuple[PricedModel, ...]
    """Largest amount first."""
    unpriced: tuple[ModelUse, ...]
    """Models that the list has no price for, most tokens first; not in `amount`."""
