"""What members share, drawn and listed, with the words for what was left out."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from gauger.model.finding import Network, SharedThing
from gauger.tell.report.charts.sharing import ROW, sharing_graph, sharing_height
from gauger.tell.report.legible import legible
from gauger.tell.report.wording import plural, short

_MOST_MEMBERS = 40
_MOST_THINGS = 12


@dataclass(frozen=True, slots=True)
class ThingRow:
    """One shared thing, on the same height as its node in the drawing.

    `kind` is empty where the label says it.
    """

    number: int
    kind: str
    label: str
    members: str
    outsiders: str


@dataclass(frozen=True, slots=True)
class SharingView:
    """The drawing, its rows and its cap."""

    graph: Markup
    rows: tuple[ThingRow, ...]
    row_height: str
    height: int
    cap: str


def sharing_view(network: Network) -> SharingView | None:
    """Nothing where no tie is known, as an empty drawing says less than a sentence."""
    picture = network.picture
    things = picture.things[:_MOST_THINGS]
    if not things or not network.members:
        return None
    names = [legible(member.account_id) for member in network.members[:_MOST_MEMBERS]]
    kinds = {kind: number for number, kind in enumerate(dict.fromkeys(t.kind for t in things))}
    height = sharing_height(len(names), len(things))
    drawn = sum(edge.member < len(names) and edge.thing < len(things) for edge in picture.edges)
    return SharingView(
        graph=sharing_graph(names, things, picture.edges, kinds),
        rows=tuple(
            ThingRow(
                number=number,
                kind="" if _said_by(thing) else thing.kind,
                label=thing.label,
                members=short(thing.members),
                outsiders=f"{short(thing.outsiders)} outside",
            )
            for number, thing in enumerate(things)
        ),
        row_height=f"{height / len(things):.2f}",
        height=max(height, ROW),
        cap=(
            f"Showing {short(len(names))} of {plural(len(network.members), 'account')}, most "
            f"exchanges first, {short(len(things))} of "
            f"{plural(len(picture.things), 'shared thing')}, most telling first, and "
            f"{short(drawn)} of {plural(max(picture.edges_total, drawn), 'tie')}."
        ),
    )


def _said_by(thing: SharedThing) -> bool:
    """Whether the label names the kind already: `frame 2` needs no `frame` above it."""
    return thing.label.casefold().startswith(thing.kind.casefold())
