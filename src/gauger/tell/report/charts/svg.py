"""The few parts that every chart is made of.

Positions along the horizontal are percentages, so that a chart fills its column on any screen
while its text and strokes keep their size.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class Scale:
    """A horizontal axis from `low` to `high`, laid out over 0 to 100 percent."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Percent along the axis; what lies beyond an end is drawn at that end."""
        if math.isnan(value) or self.high <= self.low:
            return 50.0
        inside = min(max(value, self.low), self.high)
        return (inside - self.low) / (self.high - self.low) * 100.0

    def percent(self, value: float) -> str:
        """The same, as an attribute."""
        return percent(self.at(value))

    def ticks(self, step: int = 1) -> range:
        """Whole numbers on the axis, every `step`."""
        return range(math.ceil(self.low / step) * step, math.floor(self.high) + 1, step)


def percent(value: float) -> str:
    """A percentage as an attribute, without needless digits."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def element(name: str, *children: Markup | str, **attributes: object) -> Markup:
    """An element with everything in it escaped; attributes of None are left out.

    A trailing underscore keeps a name from being a keyword, other underscores become hyphens.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(escape(child) for child in children)
    return Markup(f"<{name}{written}>{inside}</{name}>")  # noqa: S704 - escaped above


def figure(label: str, height: float, parts: Iterable[Markup], **attributes: object) -> Markup:
    """A chart that fills its column, with the words that a screen reader says for it."""
    return element(
        "svg",
        Markup("").join(parts),
        role="img",
        aria_label=label,
        width="100%",
        height=height,
        **attributes,
    )


def _plain(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)
