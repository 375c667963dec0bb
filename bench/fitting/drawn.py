"""Scenarios drawn by seed: many small worlds with campaigns of every size and care.

Hand-written scenarios are few, and whoever writes them knows what the detector looks for. These
are drawn from wide ranges, campaigns without any luck included: what is fitted on them must hold
for what the next one brings.
"""

from __future__ import annotations

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


NAME: Final = "drawn"
"""What stands for a drawn scenario where a scenario is named."""


def written(seed: int, out: Path) -> Path:
    """The file with the scenario of a seed, below `out`."""
    path = out / "scenarios" / f"{NAME}-{seed}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(scenario(seed), encoding="utf-8")
    return path


def scenario(seed: int) -> str:
    """The text of the scenario with this seed, as a file holds it."""
    rng = np.random.default_rng((20261121, seed))
    accounts = int(np.exp(rng.uniform(np.log(600), np.log(3600))))
    days = int(rng.integers(7, 50))
    lines = [
        f'about = "Drawn by seed {seed}"',
        "",
        "[population]",
        f"accounts = {accounts}",
        f"days = {days}",
        f"start = 2026-{int(rng.integers(1, 10)):02d}-{int(rng.integers(1, 28)):02d}",
        f"exchanges_per_account = {np.exp(rng.uniform(np.log(20), np.log(80))):.0f}",
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
        lines += _campaign(rng, name, size, shared=shared and number < 2)
    return "\n".join(lines) + "\n"


def _campaign(rng: np.random.Generator, name: str, size: int, *, shared: bool) -> list[str]:
    care = rng.choice(len(_CARE), p=_CARE)
    lines = [
        "",
        "[[campaign]]",
        f'name = "{name}"',
        f'purpose = "{rng.choice(purposes())}"',
        f"accounts = {size}",
        f"exchanges_per_account = {np.exp(rng.uniform(np.log(25), np.log(160))):.0f}",
    ]
    for axis in AXES:
        level = int(np.clip(care + rng.choice((-1, 0, 0, 0, 1)), 0, 3))
        lines.append(f"{axis} = {level}")
    if rng.random() < 0.4:
        lines.append(f"moves = {rng.uniform(6, 40):.0f}")
    if shared:
        lines.append('dataset = "public"')
    return lines
