"""A calibration as JSON: what is written is what is read, and a damaged file says so."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from gauger.model.errors import OutputError, UnreadableInput
from gauger.weigh.calibration import read_calibration, shipped, write_calibration
from gauger.weigh.calibration.drift import UNKNOWN
from gauger.weigh.calibration.files import FEWEST_WEEKS, as_text, digest, record
from gauger.weigh.layers import LAYERS
from gauger.weigh.measures import STATISTICS
from gauger.weigh.purpose.explanations import EXPLANATIONS


def test_it_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    write_calibration(shipped(), path)
    assert read_calibration(path) == shipped()
    assert path.read_text() == as_text(shipped())
    assert digest(read_calibration(path)) == digest(shipped())


@pytest.mark.parametrize("window", [timedelta(hours=6), FEWEST_WEEKS])
def test_what_is_shipped_covers_every_layer_and_every_explanation(window: timedelta) -> None:
    names = {layer.name for layer in LAYERS}
    held = shipped(window)
    assert held.coordination(frozenset(names)) is not None
    for name in names:
        assert held.coordination(frozenset({name})) is not None
        assert held.coordination(frozenset(names - {name})) is not None
    assert set(held.extraction) == {explanation.name for explanation in EXPLANATIONS}
    known = {statistic.name for statistic in STATISTICS}
    for weight in (*held.coordinated.values(), *held.extraction["evaluation"].values()):
        assert weight.lower <= 0 <= weight.upper
        for part in weight.components:
            assert set(part.model.curves) <= known
    assert set(held.ranges) <= known


def test_logs_of_a_few_days_are_weighed_as_such() -> None:
    hours, weeks = shipped(timedelta(hours=6)), shipped(timedelta(days=45))
    assert shipped(FEWEST_WEEKS) is weeks is shipped()
    assert shipped(FEWEST_WEEKS - timedelta(microseconds=1)) is hours
    assert (hours.made.name, weeks.made.name) == ("shipped for days", "shipped for weeks")
    assert hours.coordinated.keys() == weeks.coordinated.keys()


def test_a_weight_of_coordination_uses_its_own_layers_only() -> None:
    for layers, weight in shipped().coordinated.items():
        allowed = {s.name for layer in LAYERS if layer.name in layers for s in layer.statistics}
        for part in weight.components:
            assert set(part.model.curves) <= allowed


def test_a_record_says_what_was_used() -> None:
    said = record(shipped(), UNKNOWN)
    assert said.digest == digest(shipped())
    assert (said.worlds, said.compared, said.outside, said.withheld) == (
        max(w.figures.worlds for w in shipped().coordinated.values()), 0, (), False,
    )  # fmt: skip


def _damaged(text: str, name: str) -> str:
    body = json.loads(text)
    if name == "format":
        body["format"] = 99
    elif name == "cuts":
        body["place_cuts"] = [0.0]
    elif name == "curve":
        key = next(iter(body["coordinated"]))
        body["coordinated"][key]["components"][0]["curves"] = {"alike in hour": [-1.0]}
    elif name == "part":
        del body["made"]
    return json.dumps(body)


@pytest.mark.parametrize("name", ["format", "cuts", "curve", "part"])
def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(_damaged(as_text(shipped()), name))
    with pytest.raises(UnreadableInput, match="gauger calibrate"):
        read_calibration(path)


def test_files_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput):
        read_calibration(tmp_path / "missing.json")
    (tmp_path / "text.json").write_text("no JSON")
    with pytest.raises(UnreadableInput):
        read_calibration(tmp_path / "text.json")
    with pytest.raises(OutputError):
        write_calibration(shipped(), tmp_path)
