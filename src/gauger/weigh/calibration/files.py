"""Calibrations as JSON that a person can read: propositions, layers, curves, bounds, figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from gauger.model.errors import OutputError, UnreadableInput
from gauger.model.evidence import CalibrationRecord
from gauger.weigh.calibration.drift import Drift
from gauger.weigh.calibration.model import (
    Additive,
    Calibration,
    Component,
    Figures,
    Layers,
    Made,
    Range,
    Weight,
)
from gauger.weigh.evidence.reading import CUTS, LEVEL_PIECES, PLACE_PIECES

FORMAT: Final = 2
WEEKS: Final = "weeks"
DAYS: Final = "days"
FEWEST_WEEKS: Final = timedelta(days=5)
"""Shortest logs that are weighed as whole weeks are."""
_TOGETHER: Final = "+"
_NONE: Final = "none"
_ABOUT: Final = (
    "log10 LR per unit of every piece of a statistic's place (pieces meet at place_cuts) and of "
    "its level (below and above the middle); a model is its bias and the sum of its curves"
)


def shipped(window: timedelta = FEWEST_WEEKS) -> Calibration:
    """The calibration that comes with the package for logs of this length, fitted on simulated
    worlds of such a length.

    In a few hours an account shows little of its habits, so there the same readings are worth
    something else, and ordinary groups have other values.
    """
    return _shipped(WEEKS if window >= FEWEST_WEEKS else DAYS)


@cache
def _shipped(name: str) -> Calibration:
    file = resources.files("gauger.weigh.calibration").joinpath("shipped", f"{name}.json")
    return _calibration(json.loads(file.read_text(encoding="utf-8")))


def read_calibration(path: Path) -> Calibration:
    """A calibration from a file that `write_calibration` made.

    Raises UnreadableInput where it is missing, damaged or of another format.
    """
    try:
        return _calibration(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(path, str(error), "name a calibration file") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableInput(
            path, f"no calibration of format {FORMAT} ({error})", "make it with `gauger calibrate`"
        ) from error


def write_calibration(calibration: Calibration, path: Path) -> None:
    """Writes a calibration for `read_calibration`; raises OutputError."""
    try:
        path.write_text(as_text(calibration), encoding="utf-8")
    except OSError as error:
        raise OutputError(path, str(error), "name a file that can be written") from error


def as_text(calibration: Calibration) -> str:
    """The calibration as indented JSON, one curve a line."""
    body = {
        "format": FORMAT,
        "about": _ABOUT,
        "made": asdict(calibration.made),
        "place_cuts": list(CUTS),
        "ranges": {name: [held.low, held.high] for name, held in calibration.ranges.items()},
        "coordinated": {_key(held): _weight(w) for held, w in calibration.coordinated.items()},
        "extraction": {
            name: {_key(held): _weight(w) for held, w in weights.items()}
            for name, weights in calibration.extraction.items()
        },
        "membership": {_key(held): _weight(w) for held, w in calibration.membership.items()},
    }
    return _dump(body, 0) + "\n"


def digest(calibration: Calibration) -> str:
    """Names a calibration: the first twelve digits of the SHA-256 of its text."""
    return hashlib.sha256(as_text(calibration).encode()).hexdigest()[:12]


def record(calibration: Calibration, drift: Drift) -> CalibrationRecord:
    """What a finding says of the calibration that it was weighed with."""
    widest = calibration.coordinated[max(calibration.coordinated, key=len)].figures
    made = calibration.made
    return CalibrationRecord(
        made.name, made.version, made.on, made.at, digest(calibration), widest.worlds, widest.cllr,
        widest.cllr_min, drift.compared, tuple(sorted(drift.outside)), drift.withheld,
    )  # fmt: skip


def _key(layers: Layers) -> str:
    return _TOGETHER.join(sorted(layers)) or _NONE


def _layers(key: str) -> Layers:
    return frozenset() if key == _NONE else frozenset(key.split(_TOGETHER))


def _weight(weight: Weight) -> dict[str, Any]:
    return {
        "figures": asdict(weight.figures),
        "scale": weight.scale,
        "shift": weight.shift,
        "bounds": [weight.lower, weight.upper],
        "components": [
            {
                "name": part.name,
                "share": part.share,
                "bias": part.model.bias,
                "curves": {name: list(curve) for name, curve in part.model.curves.items()},
            }
            for part in weight.components
        ],
    }


def _calibration(body: Mapping[str, Any]) -> Calibration:
    if body["format"] != FORMAT:
        raise ValueError(f"format {body['format']}")
    if tuple(body["place_cuts"]) != CUTS:
        raise ValueError("curves are cut at other places")
    return Calibration(
        Made(**body["made"]),
        {_layers(key): _read_weight(held) for key, held in body["coordinated"].items()},
        {
            name: {_layers(key): _read_weight(held) for key, held in weights.items()}
            for name, weights in body["extraction"].items()
        },
        {_layers(key): _read_weight(held) for key, held in body["membership"].items()},
        {name: Range(low, high) for name, (low, high) in body["ranges"].items()},
    )


def _read_weight(held: Mapping[str, Any]) -> Weight:
    lower, upper = held["bounds"]
    return Weight(
        tuple(
            Component(part["name"], part["share"], Additive(part["bias"], _curves(part["curves"])))
            for part in held["components"]
        ),
        held["scale"], held["shift"], lower, upper, Figures(**held["figures"]),
    )  # fmt: skip


def _curves(held: Mapping[str, list[float]]) -> dict[str, tuple[float, ...]]:
    for name, curve in held.items():
        if len(curve) != PLACE_PIECES + LEVEL_PIECES or min(curve) < 0:
            raise ValueError(f"curve of `{name}`: {curve}")
    return {name: tuple(curve) for name, curve in held.items()}


def _dump(value: Any, depth: int) -> str:
    """JSON with objects over several lines and lists of numbers on one."""
    if isinstance(value, dict) and value:
        inner = "  " * (depth + 1)
        rows = [
            f"{inner}{json.dumps(key)}: {_dump(held, depth + 1)}" for key, held in value.items()
        ]
        return "{\n" + ",\n".join(rows) + "\n" + "  " * depth + "}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        inner = "  " * (depth + 1)
        rows = [f"{inner}{_dump(held, depth + 1)}" for held in value]
        return "[\n" + ",\n".join(rows) + "\n" + "  " * depth + "]"
    return json.dumps(value, ensure_ascii=False)
