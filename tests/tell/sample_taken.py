"""What the sample's networks took: one dealt out whole, one sampled, one with a price list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from gauger.model.prices import (
    ListPrice,
    ModelPrice,
    ModelUse,
    PricedModel,
    PriceList,
)
from gauger.model.taken import (
    Breadth,
    CapabilityTaken,
    Day,
    Growth,
    Pace,
    Richness,
    Taken,
    Tokens,
)

BEGUN = date(2026, 4, 25)
PRICES = PriceList(
    file="prices.toml",
    sha256="3ab1" * 16,
    as_of=date(2026, 6, 1),
    currency="EUR",
    prices=(ModelPrice("example-large", Decimal("3"), Decimal("15"), None),),
)


def dealt() -> Taken:
    """A dataset dealt out without repeats, priced in part."""
    return Taken(
        exchanges=18_214,
        refused=212,
        input_tokens=Tokens(7_650_112, 18_214),
        output_tokens=Tokens(38_249_400, 18_002),
        reasoning_tokens=Tokens(None, 0),
        richness=Richness(17_540, 17_540, 17_540, 0, 0.0, None, None, None, None),
        repeated=0.0,
        across=0.0,
        capabilities=(
            CapabilityTaken(
                "software engineering",
                14_571,
                Tokens(30_100_000, 14_400),
                Richness(14_020, 14_020, 14_020, 0, 0.0, None, None, None, None),
            ),
            CapabilityTaken(
                "other", 3_643, Tokens(None, 0), Richness(0, 0, 0, 0, None, None, None, None, None)
            ),
        ),
        breadth=Breadth(1, 12, 1.0),
        growth=_growth(Pace.GROWING, 1.0, 1.0),
        price=ListPrice(
            PRICES,
            Decimal("571.28"),
            (
                PricedModel(
                    ModelUse("example-large", 17_000, 12, 7_000_000, 40_000, 36_685_333),
                    PRICES.prices[0],
                    Decimal("571.28"),
                ),
            ),
            (ModelUse("example-unknown", 1_002, 200, 650_112, 0, 1_564_067),),
        ),
    )


def sampled() -> Taken:
    """Real people's prompts, some of which recur; nobody gave a price list."""
    return Taken(
        exchanges=5_204,
        refused=0,
        input_tokens=Tokens(2_080_000, 5_204),
        output_tokens=Tokens(1_040_000, 5_204),
        reasoning_tokens=Tokens(12_400, 31),
        richness=Richness(4_010, 2_215, 1_420, 390, 0.6459, 4_792.1, 4_452.4, 5_186.9, None),
        repeated=0.359,
        across=0.114,
        capabilities=(
            CapabilityTaken(
                "writing",
                2_290,
                Tokens(500_000, 2_290),
                Richness(1_790, 1_785, 1_780, 5, 0.0056, None, None, None, None),
            ),
            CapabilityTaken(
                "question answering",
                1_613,
                Tokens(300_000, 1_613),
                Richness(1_600, 400, 0, 0, 1.0, 400.0, None, None, 4),
            ),
        ),
        breadth=Breadth(2, 12, 1.94),
        growth=_growth(Pace.SLOWING, 0.61, 0.33),
        price=None,
    )


def _growth(pace: Pace, before: float, last: float) -> Growth:
    return Growth(
        daily=tuple(
            Day(BEGUN + timedelta(days=day), 400 + 7 * day, round((400 + 7 * day) * before))
            for day in range(6)
        ),
        since=datetime(2026, 4, 29, 12, tzinfo=UTC),
        share=0.2541,
        fresh_before=before,
        fresh_last=last,
        pace=pace,
    )
