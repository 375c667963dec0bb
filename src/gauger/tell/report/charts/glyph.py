"""A shape for each verdict and each kind of shared thing, so that none is told by colour alone."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from gauger.model.evidence import Verdict
from gauger.tell.report.charts.svg import element

_VERDICTS: Final = {
    Verdict.EXTRACTION: (element("path", d="M8 1.5 15 14H1Z", class_="solid"),),
    Verdict.COORDINATED: (
        element("circle", cx=5.4, cy=8, r=3.9, class_="ring"),
        element("circle", cx=10.6, cy=8, r=3.9, class_="ring"),
    ),
    Verdict.PERMITTED: (
        element("circle", cx=8, cy=8, r=6.2, class_="ring"),
        element("path", d="M5 8.2 7.2 10.4 11.2 5.8", class_="ring"),
    ),
    Verdict.NOT_ESTABLISHED: (element("circle", cx=8, cy=8, r=6.2, class_="ring dashed"),),
}

SHAPES: Final = (
    element("circle", r=6),
    element("rect", x=-5.5, y=-5.5, width=11, height=11),
    element("path", d="M0 -7.5 7.5 0 0 7.5 -7.5 0Z"),
    element("path", d="M0 -7 7 5.5H-7Z"),
    element("path", d="M-2.5 -7h5v4.5H7v5H2.5V7h-5V2.5H-7v-5h4.5Z"),
    element("path", d="M0 7 7 -5.5H-7Z"),
    element("path", d="M-3.5 -6h7L7 0 3.5 6h-7L-7 0Z"),
    element("path", d="M-7 -2.5H7V2.5H-7Z"),
    element("path", d="M-2.5 -7H2.5V7H-2.5Z"),
)


def verdict_glyph(verdict: Verdict) -> Markup:
    """The shape of a verdict."""
    return element(
        "svg",
        Markup("").join(_VERDICTS[verdict]),
        viewBox="0 0 16 16",
        width=15,
        height=15,
        class_="glyph",
        aria_hidden="true",
    )
