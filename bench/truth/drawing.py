"""The one plot that `lir` has not: recall against the level of each axis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt


def frontier(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """A small panel for every axis: seeds as dots, their mean as a line."""
    # Files must be the same for the same figures: no dates, no random ids.
    mpl.rcParams["svg.hashsalt"] = "gauger"
    names = list(dict.fromkeys(row["axis"] for row in rows))
    columns = 5
    lines = -(-len(names) // columns)
    figure, panels = plt.subplots(
        lines, columns, figsize=(10, 2.1 * lines), sharex=True, sharey=True, squeeze=False
    )
    for panel, name in zip(panels.flat, names, strict=False):
        mine = [row for row in rows if row["axis"] == name]
        levels = sorted({row["level"] for row in mine})
        means = [mean(r["recall"] for r in mine if r["level"] == level) for level in levels]
        panel.plot(levels, means, color="#1f5fa8", linewidth=2)
        panel.plot(
            [row["level"] for row in mine], [row["recall"] for row in mine],
            "o", color="#1f5fa8", markersize=3.5, alpha=0.6,
        )  # fmt: skip
        panel.set_title(name.replace("_", " "), fontsize=9)
        panel.set_xticks(range(4))
        panel.set_ylim(-0.04, 1.04)
        panel.grid(alpha=0.25)
    for panel in list(panels.flat)[len(names) :]:
        panel.set_visible(False)
    figure.supxlabel("level of hiding", fontsize=9)
    figure.supylabel("recall", fontsize=9)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
