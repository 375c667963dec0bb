"""Colours that everybody can read, and charts that stay within their frame."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from itertools import pairwise

import pytest

from gauger.model.evidence import LogLR
from gauger.model.finding import GraphEdge, SharedThing
from gauger.tell.report.charts.activity import activity
from gauger.tell.report.charts.evidence_bars import evidence_bar, evidence_scale
from gauger.tell.report.charts.sharing import sharing_graph
from gauger.tell.report.sharing_view import sharing_view

from .sample import START, sample_findings

STATIC = files("gauger.tell.report") / "static"
AA = 4.5


def tokens(name: str) -> dict[str, str]:
    text = (STATIC / name).read_text(encoding="utf-8")
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", text))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light.css", "dark.css"])
@pytest.mark.parametrize("text", ["ink", "soft", "for", "against", "link"])
def test_text_has_aa_contrast_on_every_ground(theme: str, text: str) -> None:
    colours = tokens(theme)
    for ground in ("page", "sheet", "sunken"):
        assert contrast(colours[text], colours[ground]) >= AA, (theme, text, ground)
    assert contrast(colours["for"], colours["for-tint"]) >= AA
    assert contrast(colours["tip-ink"], colours["tip"]) >= AA


def test_both_themes_name_the_same_colours() -> None:
    assert tokens("light.css").keys() == tokens("dark.css").keys()


def test_bars_part_at_zero() -> None:
    scale = evidence_scale([LogLR(2, 1, 3), LogLR(-2, -3, -1)])
    assert 'class="bar for"' in evidence_bar("content", LogLR(2, 1, 3), scale)
    assert 'class="bar against"' in evidence_bar("content", LogLR(-2, -3, -1), scale)
    hatched = evidence_bar("content", LogLR(0, 0, 0), scale, weighed=False)
    assert "hatched" in hatched
    assert "nothing to weigh" in hatched


def test_a_long_window_is_drawn_by_the_week() -> None:
    daily = tuple((START.date().replace(year=2000 + n // 300), n) for n in range(1_200))
    assert activity(daily).count('class="column"') == -(-1_200 // 7)


def test_the_drawing_is_the_same_whatever_the_order_of_ties() -> None:
    things = (SharedThing("frame", "one", 3, 0), SharedThing("payment", "two", 2, 0))
    edges = [GraphEdge(member, member % 2, 4) for member in range(5)]
    kinds = {"frame": 0, "payment": 1}
    names = [f"a{number}" for number in range(5)]
    places = {
        tuple(sorted(re.findall(r'<circle[^>]*cy="([\d.]+)"', drawing)))
        for drawing in (
            sharing_graph(names, things, edges, kinds),
            sharing_graph(names, things, edges[::-1], kinds),
        )
    }
    assert len(places) == 1


@pytest.mark.parametrize("days", [1, 2, 7, 14, 31, 45, 100, 180, 400, 1_200])
def test_dates_stand_evenly_apart(days: int) -> None:
    drawn = activity(tuple((START.date() + timedelta(days=n), n) for n in range(days)))
    places = [float(at) for at in re.findall(r'<text x="([\d.]+)%" [^>]*middle', drawn)]
    assert 1 <= len(places) <= 5
    apart = [round(right - left, 1) for left, right in pairwise(places)]
    assert max(apart, default=0) - min(apart, default=0) <= 0.1


def test_a_whisker_lies_over_a_light_bar() -> None:
    scale = evidence_scale([LogLR(2, 1, 3)])
    drawn = evidence_bar("content", LogLR(2, 1, 3), scale)
    assert drawn.index('class="bar for"') < drawn.index('class="whisker"')
    assert drawn.index('class="whisker"') < drawn.index('class="point for"')
    assert float(re.findall(r"\.bar { fill-opacity: ([.\d]+)", _css())[0]) < 0.5
    assert "whisker" not in evidence_bar("content", LogLR(2, 2, 2), scale)


def test_a_thing_is_not_named_twice() -> None:
    found = sample_findings(14).networks[0]
    things = (
        SharedThing("frame", "frame 2", 3, 0),
        SharedThing("payment instrument", "card ..f03a", 3, 0),
    )
    view = sharing_view(replace(found, picture=replace(found.picture, things=things)))
    assert view is not None
    assert [(row.kind, row.label) for row in view.rows] == [
        ("", "frame 2"),
        ("payment instrument", "card ..f03a"),
    ]


def _css() -> str:
    return (STATIC / "charts.css").read_text(encoding="utf-8")
