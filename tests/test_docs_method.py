"""docs/method.md quotes the shipped calibration and the constants as they are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gauger.weigh.calibration import shipped
from gauger.weigh.calibration.files import FEWEST_WEEKS
from gauger.weigh.calibration.model import Layers, Weight
from gauger.weigh.layers import LAYERS
from gauger.weigh.measures import STATISTICS
from gauger.weigh.purpose.explanations import EXPLANATIONS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
EVERY: Layers = frozenset(layer.name for layer in LAYERS)
SETS = {
    "all six": EVERY,
    "without identity (no account records)": EVERY - {"identity"},
    "without infrastructure (no addresses)": EVERY - {"infrastructure"},
    "without both": EVERY - {"identity", "infrastructure"},
} | {f"{layer.name} alone": frozenset({layer.name}) for layer in LAYERS}
BOTH: Layers = frozenset({"identity", "infrastructure"})
HOURS = timedelta(hours=6)


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _bounds(weight: Weight) -> str:
    return f"{_signed(weight.lower)} | {_signed(weight.upper)}"


def _coordinated(window: timedelta) -> Iterator[str]:
    for words, layers in SETS.items():
        weight = shipped(window).coordinated[layers]
        cllr, least = weight.figures.cllr, weight.figures.cllr_min
        yield f"| {words} | {cllr:.4f} | {least:.4f} | {cllr - least:.4f} | {_bounds(weight)} |"


def _extraction(window: timedelta) -> Iterator[str]:
    for explanation in EXPLANATIONS:
        weight = shipped(window).extraction[explanation.name][BOTH]
        held = weight.figures
        yield (
            f"| {explanation.name} | {held.false_trials:,} | {held.cllr:.4f} "
            f"| {held.cllr_min:.4f} | {_bounds(weight)} |"
        )


def _sentences() -> Iterator[str]:
    calibration = shipped()
    whole = calibration.coordinated[EVERY].figures
    uppers = [weight.upper for weight in calibration.coordinated.values()]
    against = {name: held[BOTH] for name, held in calibration.extraction.items()}
    least = min(against, key=lambda name: against[name].upper)
    short = sum(upper < 3.0 for upper in uppers)
    yield f"as fitted on {calibration.made.at}"
    yield f"no log10 LR above {max(uppers):.2f} for"
    yield f"above {against[least].upper:.2f} for"
    yield f"**Extraction can reach {against[least].upper:.2f} and no more**"
    yield f'The {against[least].figures.false_trials:,} cases of "{least}"'
    yield f"{whole.true_trials:,} true and {whole.false_trials:,} false cases"
    yield f"in {whole.worlds} simulated worlds"
    yield f"campaigns ({against[least].figures.true_trials:,} cases)"
    yield f"Of the {len(uppers)} sets of layers, {short} have"
    yield f"{len(STATISTICS)} statistics are measured"
    shares = [part.share for part in calibration.coordinated[EVERY].components]
    yield f"raw = log10({shares[0]} · 10^score_campaign + {shares[1]} · 10^score_other)"


LINES = [
    *(line for window in (FEWEST_WEEKS, HOURS) for line in _coordinated(window)),
    *(line for window in (FEWEST_WEEKS, HOURS) for line in _extraction(window)),
    *_sentences(),
]


@pytest.mark.parametrize("line", LINES)
def test_the_page_quotes_the_shipped_calibrations(line: str) -> None:
    assert line in PAGE


def test_the_page_says_which_logs_are_weighed_by_which() -> None:
    assert timedelta(days=5) == FEWEST_WEEKS
    assert "logs shorter than five days (`shipped/days.json`" in PAGE


CONSTANTS = re.findall(r"(?m)^\| `(\w+)` \| ([^|]+) \| `([\w/]+\.py)` \| [^|]+ \| [^|]+ \|$", PAGE)


@pytest.mark.parametrize(("name", "value", "path"), CONSTANTS)
def test_a_threshold_is_the_code_s(name: str, value: str, path: str) -> None:
    file = ROOT / path if path.startswith("bench/") else ROOT / "src" / "gauger" / path
    held = _constant(file, name)
    told = [float(number) for number in value.replace("−", "-").split(",")]
    assert told == ([float(part) for part in held] if isinstance(held, tuple) else [float(held)])


def test_the_thresholds_that_decide_are_told() -> None:
    told = {(path, name) for name, _, path in CONSTANTS}
    for path in ("weigh/judge.py", "weigh/screen.py", "weigh/conclude.py"):
        tree = ast.parse((ROOT / "src" / "gauger" / path).read_text(encoding="utf-8"))
        assert {(path, name) for name, held in _numbers(tree) if not name.startswith("_")} <= told


def test_every_figure_and_page_that_is_linked_is_there() -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", PAGE)
    assert linked
    assert [name for name in linked if not (ROOT / "docs" / name).exists()] == []


def _numbers(tree: ast.Module) -> Iterator[tuple[str, object]]:
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            try:
                held = ast.literal_eval(node.value)
            except ValueError:
                continue
            if isinstance(held, int | float | tuple):
                yield node.target.id, held


def _constant(file: Path, name: str) -> int | float | tuple[float, ...]:
    found = dict(_numbers(ast.parse(file.read_text(encoding="utf-8"))))
    held = found[name]
    assert isinstance(held, int | float | tuple)
    return held
