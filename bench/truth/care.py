"""Recall on drawn worlds by how carefully a campaign hides and how large it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import mean
from typing import Any, Final

from bench.fitting import drawn
from gauger.world.scenario import AXES, Campaign, parse

_SIZES: Final = ((8, 19), (20, 59), (60, 10_000))
Row = dict[str, Any]


def by_care(rows: Sequence[Row]) -> list[str]:
    """A table of the drawn campaigns, by the highest level on any axis and by size."""
    if not rows:
        return []
    groups: dict[tuple[str, int], list[float]] = defaultdict(list)
    for row, campaign in _known(rows):
        size = next(n for n, (_, most) in enumerate(_SIZES) if campaign.accounts <= most)
        for care in _cares(campaign):
            groups[care, size].append(row["found"] / row["accounts"])
    lines = [
        f"Campaigns of the `{drawn.NAME}` worlds, mean recall (campaigns):", "",
        "| hiding | " + " | ".join(_title(low, most) for low, most in _SIZES) + " |",
        "| --- |" + " ---: |" * len(_SIZES),
    ]  # fmt: skip
    for care in CARES:
        cells = [groups.get((care, size), []) for size in range(len(_SIZES))]
        shown = [f"{mean(held):.2f} ({len(held)})" if held else "–" for held in cells]
        lines.append(f"| {care} | " + " | ".join(shown) + " |")
    return [*lines, ""]


CARES: Final = (
    "level 0 or 1 on every axis",
    "at most 2 on every axis",
    "3 on one to three axes",
    "3 on four axes or more",
)


def _cares(campaign: Campaign) -> Iterator[str]:
    levels = [campaign.level(axis) for axis in AXES]
    highest = sum(level == 3 for level in levels)
    if max(levels) <= 1:
        yield CARES[0]
    elif not highest:
        yield CARES[1]
    else:
        yield CARES[2] if highest <= 3 else CARES[3]


def _known(rows: Sequence[Row]) -> Iterator[tuple[Row, Campaign]]:
    for row in rows:
        text = drawn.scenario(drawn.WHOLE, row["seed"])
        named = {campaign.name: campaign for campaign in parse(text, drawn.NAME).campaigns}
        yield row, named[row["campaign"]]


def _title(low: int, most: int) -> str:
    return f"{low} to {most} accounts" if most < 10_000 else f"{low} accounts or more"
