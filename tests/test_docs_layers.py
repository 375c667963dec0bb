"""docs/layers.md documents every statistic that groups are measured by, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gauger.weigh.calibration import shipped
from gauger.weigh.evidence.reading import COUNTS, NATS, SHARES
from gauger.weigh.layers import LAYERS
from gauger.weigh.measures import STATISTICS
from gauger.weigh.purpose import INDICATORS
from gauger.weigh.statistics import Statistic

PAGE = (Path(__file__).parents[1] / "docs" / "layers.md").read_text(encoding="utf-8")
HELD = {layer.name: layer.statistics for layer in LAYERS} | {"indicators": INDICATORS}
"""Statistics by the section that documents them."""
TOLD = (
    "Measures", "One operator", "Assumes", "Source", "Defeated by", "Innocents who look alike",
)  # fmt: skip
LEVEL = "Level"


def _sections(text: str, mark: str) -> dict[str, str]:
    """What stands under each heading of one depth; a heading twice is an error."""
    _, *parts = re.split(rf"(?m)^{mark} ", text)
    found = {part.partition("\n")[0].strip(): part.partition("\n")[2] for part in parts}
    assert len(found) == len(parts), "a heading comes twice"
    return found


def _entries() -> dict[str, dict[str, str]]:
    """Entry of every documented statistic, by section and name."""
    return {
        title.lower(): _sections(body, "###")
        for title, body in _sections(PAGE, "##").items()
        if title.lower() in HELD
    }


def _fields(entry: str) -> dict[str, str]:
    return dict(re.findall(r"(?m)^- \*\*(.+?):\*\* (\S.*)$", entry))


@pytest.mark.parametrize("section", sorted(HELD))
def test_every_statistic_of_a_layer_is_documented_there_and_no_other(section: str) -> None:
    documented = list(_entries().get(section, {}))
    assert documented == [statistic.name for statistic in HELD[section]]


def test_the_sections_hold_all_statistics_and_the_calibration_knows_no_other() -> None:
    documented = {name for entries in _entries().values() for name in entries}
    assert documented == {statistic.name for statistic in STATISTICS}
    weights = [
        *shipped().coordinated.values(),
        *(weight for held in shipped().extraction.values() for weight in held.values()),
    ]
    assert {
        name for weight in weights for part in weight.components for name in part.model.curves
    } <= documented


@pytest.mark.parametrize("statistic", STATISTICS, ids=lambda statistic: statistic.name)
def test_an_entry_says_everything_and_the_direction_is_the_code_s(statistic: Statistic) -> None:
    (entry,) = [held[statistic.name] for held in _entries().values() if statistic.name in held]
    fields = _fields(entry)
    has_level = statistic.name in {*SHARES, *COUNTS, *NATS}
    assert [name for name in fields if name != LEVEL] == list(TOLD)
    assert (LEVEL in fields) == has_level
    assert fields["One operator"].startswith("raises" if statistic.telling > 0 else "lowers")


@pytest.mark.parametrize("section", sorted(HELD))
def test_every_layer_names_its_null(section: str) -> None:
    body = {title.lower(): held for title, held in _sections(PAGE, "##").items()}[section]
    assert "**Null:**" in body.partition("\n### ")[0]
