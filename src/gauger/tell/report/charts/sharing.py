"""How members share things: members on the left, things on the right, a line for each tie.

The rows of things stand beside the drawing as text, so both use the same row height. The order
of members is a barycentre of what they share, which keeps the lines apart and is the same for
the same findings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from gauger.model.finding import GraphEdge, SharedThing
from gauger.tell.report.charts.glyph import SHAPES
from gauger.tell.report.charts.svg import element, figure, percent

ROW: Final = 46
_CLOSEST: Final = 9.0
_FURTHEST: Final = 34.0
_LEFT: Final = 3.0
_RIGHT: Final = 96.0


def sharing_height(members: int, things: int) -> int:
    """Tall enough for every thing's row and for members to be told apart."""
    return int(max(things * ROW, min(members * _CLOSEST + 16, 620), 3 * ROW))


def sharing_graph(
    names: Sequence[str],
    things: Sequence[SharedThing],
    edges: Sequence[GraphEdge],
    shapes: Mapping[str, int],
) -> Markup:
    """The drawing of the first members and things; edges to others are left out."""
    drawn = [edge for edge in edges if edge.member < len(names) and edge.thing < len(things)]
    height = sharing_height(len(names), len(things))
    places = _member_places(len(names), drawn, height)
    row = height / max(len(things), 1)
    most = max((edge.exchanges for edge in drawn), default=1) or 1
    lines = [
        element(
            "path",
            d=_curve(places[edge.member], (edge.thing + 0.5) * row),
            class_=f"tie t{edge.thing} m{edge.member}",
            style=f"--weight:{0.25 + 0.75 * edge.exchanges / most:.2f}",
        )
        for edge in drawn
    ]
    weave = element(
        "svg",
        Markup("").join(lines),
        viewBox=f"0 0 100 {height}",
        preserveAspectRatio="none",
        width="100%",
        height=height,
    )
    tied: dict[int, int] = {}
    for edge in drawn:
        tied[edge.member] = tied.get(edge.member, 0) + 1
    dots = [
        element(
            "circle",
            cx=percent(_LEFT),
            cy=places[number],
            r=3.2,
            class_="member",
            data_member=number,
            data_tip=f"{name}\nshares {tied.get(number, 0)} of the things drawn",
        )
        for number, name in enumerate(names)
    ]
    nodes = [
        element(
            "svg",
            element("g", SHAPES[shapes.get(thing.kind, 0) % len(SHAPES)], class_="thing"),
            x=percent(_RIGHT),
            y=(number + 0.5) * row,
            overflow="visible",
            data_thing=number,
        )
        for number, thing in enumerate(things)
    ]
    label = f"{len(names)} accounts and the {len(things)} things they share"
    return figure(label, height, [weave, *dots, *nodes], class_="sharing")


def _member_places(members: int, edges: Sequence[GraphEdge], height: float) -> list[float]:
    pulls: list[list[int]] = [[] for _ in range(members)]
    for edge in edges:
        pulls[edge.member].append(edge.thing)
    order = sorted(
        range(members),
        key=lambda number: (
            sum(pulls[number]) / len(pulls[number]) if pulls[number] else float("inf"),
            number,
        ),
    )
    gap = min(_FURTHEST, (height - 16) / max(members, 1))
    start = (height - gap * (members - 1)) / 2
    places = [0.0] * members
    for place, number in enumerate(order):
        places[number] = start + place * gap
    return places


def _curve(start: float, end: float) -> str:
    middle = (_LEFT + _RIGHT) / 2
    pull = f"{middle:g} {start:.1f} {middle:g} {end:.1f}"
    return f"M{_LEFT:g} {start:.1f}C{pull} {_RIGHT:g} {end:.1f}"
