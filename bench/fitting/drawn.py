"""Scenarios drawn by seed: many small worlds with campaigns of every size and care.

Hand-written scenarios are few, and whoever writes them knows what the detector looks for. These
are drawn from wide ranges, campaigns without any luck included: what is fitted on them must hold
for what the next one brings.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import numpy as np

from gauger.world.scenario import AXES
from gauger.world.text.frames import purposes

USUAL: Final = {
    "chat": 36.0, "developer": 16.0, "product": 4.0, "research": 4.0, "vpn": 5.0, "nightly": 0.5,
    "steady": 0.3, "agent_tool": 8.0, "agent_plugin": 3.0, "platform": 4.0, "class": 5.0,
    "office": 3.5, "region": 3.0, "evaluator": 1.2, "synthetic_team": 0.8, "licensed": 1.0,
    "integrator": 1.4, "viral": 4.0, "tutorial": 3.0, "reseller": 5.0, "spam_farm": 2.4,
}  # fmt: skip
"""Shares of ordinary accounts that a drawn scenario scatters around, by a factor of about two or
three."""

_CARE: Final = (0.15, 0.3, 0.4, 0.15)
"""Chance of a campaign's base level, from 0 to 3, which each axis scatters around."""
_NAMES: Final = (
    "amber", "birch", "cedar", "dahlia", "elder", "fennel", "gorse", "hazel", "iris", "juniper",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds that a number is drawn between, evenly in its logarithm."""

    low: float
    high: float

    def draw(self, rng: np.random.Generator) -> float:
        """One number between the bounds."""
        return float(np.exp(rng.uniform(np.log(self.low), np.log(self.high))))


@dataclass(frozen=True, slots=True)
class Drawing:
    """Ranges that scenarios are drawn from; `name` stands for them where a scenario is named.

    A world lasts from `days[0]` to below `days[1]`. Its logs are cut after `seen` days, where that
    is given: what a scan sees of campaigns that have only begun.
    """

    name: str
    accounts: Range
    days: tuple[int, int]
    exchanges: Range
    harvest: Range
    seen: Range | None = None

    def cut(self, seed: int) -> timedelta | None:
        """How much of the world with this seed its logs hold; None for all of it."""
        if self.seen is None:
            return None
        return timedelta(days=self.seen.draw(np.random.default_rng((20261122, seed))))


WHOLE: Final = Drawing("drawn", Range(600, 3600), (7, 50), Range(20, 80), Range(25, 160))
"""Windows of a week to seven, as they are scanned for what happened."""
BEGUN: Final = Drawing(
    "begun", Range(800, 4000), (7, 8), Range(6, 60), Range(20, 220), Range(0.25, 6.0)
)
"""Windows of hours and days, as they are scanned for an alarm: up to 31 exchanges an account and
day harvested, as in the largest campaign reported."""
DRAWINGS: Final = {drawing.name: drawing for drawing in (WHOLE, BEGUN)}
NAME: Final = WHOLE.name


def written(drawing: Drawing, seed: int, out: Path) -> Path:
    """The file with the scenario of a seed, below `out`."""
    path = out / "scenarios" / f"{drawing.name}-{seed}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(scenario(drawing, seed), encoding="utf-8")
    return path


def scenario(drawing: Drawing, seed: int) -> str:
    """The text of the scenario with this seed, as a file holds it."""
    rng = np.random.default_rng((20261121, seed))
    accounts = int(drawing.accounts.draw(rng))
    days = int(rng.integers(*drawing.days))
    lines = [
        f'about = "Drawn by seed {seed}"',
        "",
        "[population]",
        f"accounts = {accounts}",
        f"days = {days}",
        f"start = 2026-{int(rng.integers(1, 10)):02d}-{int(rng.integers(1, 28)):02d}",
        f"exchanges_per_account = {drawing.exchanges.draw(rng):.0f}",
    ]
    if rng.random() < 0.6:
        lines.append(f"release = {rng.uniform(0.25, 0.75) * days:.1f}")
    lines += ["", "[ordinary]"]
    # Consumers at one provider, developers at another: who is common differs by more than luck.
    scatter = rng.choice((0.6, 1.1))
    for kind, share in USUAL.items():
        lines.append(f"{kind} = {share * np.exp(scatter * rng.standard_normal()):.2f}")
    left = int(accounts * rng.uniform(0.06, 0.24))
    shared = rng.random() < 0.25
    for number, name in enumerate(_NAMES):
        size = int(np.exp(rng.uniform(np.log(8), np.log(260))))
        if size > left:
            break
        left -= size
        lines += _campaign(rng, drawing, name, size, shared=shared and number < 2)
    return "\n".join(lines) + "\n"


def _campaign(
    rng: np.random.Generator, drawing: Drawing, name: str, size: int, *, shared: bool
) -> list[str]:
    care = rng.choice(len(_CARE), p=_CARE)
    lines = [
        "",
        "[[campaign]]",
        f'name = "{name}"',
        f'purpose = "{rng.choice(purposes())}"',
        f"accounts = {size}",
        f"exchanges_per_account = {drawing.harvest.draw(rng):.0f}",
    ]
    for axis in AXES:
        level = int(np.clip(care + rng.choice((-1, 0, 0, 0, 1)), 0, 3))
        lines.append(f"{axis} = {level}")
    if rng.random() < 0.4:
        lines.append(f"moves = {rng.uniform(6, 40):.0f}")
    if shared:
        lines.append('dataset = "public"')
    return lines
