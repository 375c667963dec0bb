"""Figures of the evidence, and the page that is written from results."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("lir", reason="the bench's dependencies are not installed")

from bench.truth import page
from bench.truth.alarm import Alarm, Alarms
from bench.truth.frontier import Point
from bench.truth.scores import CampaignScore, Innocents
from bench.truth.side_by_side import PeerScore
from bench.truth.store import Store
from bench.truth.trials import Trial, Trials
from bench.truth.weighing import weigh


def test_lrs_that_are_right_cost_little_and_lrs_that_say_nothing_cost_one() -> None:
    truth = [True] * 50 + [False] * 50
    right = weigh("coordinated", [4.0] * 50 + [-4.0] * 50, truth, 3.0)
    assert right.cllr < 0.01
    assert (right.misleading, right.beyond, right.reached) == (0.0, 0.0, 1.0)
    silent = weigh("coordinated", [0.0] * 100, truth, 3.0)
    assert silent.cllr == pytest.approx(1.0)
    wrong = weigh("coordinated", [-4.0] * 50 + [4.0] * 50, truth, 3.0)
    assert wrong.cllr > 5
    assert (wrong.misleading, wrong.beyond, wrong.highest_false) == (1.0, 1.0, 4.0)


def test_overstated_lrs_are_a_fault_of_calibration_not_of_discrimination() -> None:
    truth = [True] * 90 + [False] * 10 + [True] * 10 + [False] * 90
    overstated = weigh("coordinated", [6.0] * 100 + [-6.0] * 100, truth, 3.0)
    fitting = weigh("coordinated", [0.954] * 100 + [-0.954] * 100, truth, 3.0)
    assert overstated.cllr_min == pytest.approx(fitting.cllr_min, abs=1e-6)
    assert overstated.cllr_cal > 0.5
    assert fitting.cllr_cal < 0.01


def test_the_page_says_what_was_lost(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for prefix in ("fitting", "judging"):
        store.put(
            f"{prefix}-campaigns", [CampaignScore("gateway", 1, "dune", 36, 4000, 9, 20, 2, 1)]
        )
        store.put(
            f"{prefix}-innocents",
            [Innocents("gateway", 1, 800, (("class", 2),), 30, 1, (("viral", 7),))],
        )
        ours = PeerScore(
            "gauger", "gauger", "gateway", 1, "", 36, 9, (("dune", 0.25),), 800, (("class", 2),),
            20.0, 500.0,
        )  # fmt: skip
    peer = PeerScore(
        "rule", "A rule", "gateway", 1, "", 36, 36, (("dune", 1.0),), 800, (("office", 70),),
        1.0, 9.0,
    )  # fmt: skip
    store.put("peers", [peer, ours])
    alarm = Alarm("gateway", 1, "dune", 4000, False, 0.0, 4000, 0, 0, None)
    store.put("alarms", [Alarms("gateway", 1, 6, 10.0, 40, (alarm,), 3)])
    points = [
        Point(axis, level, 2001, 60, recall, recall, 60, 60, 3.0)
        for axis in ("clock", "everything")
        for level, recall in enumerate((1.0, 1.0, 0.9, 0.1))
    ]
    store.put("frontier", points)
    found = [Trial("gateway", 1, "dune", 36, 4.0 + i / 10, 2.0, True, True) for i in range(5)]
    innocent = [Trial("gateway", 1, "class", 20, -1.0 - i, -2.0, False, False) for i in range(9)]
    store.put("trials", [Trials((*found, *innocent), ("ember",), 3)])
    page.write(store, tmp_path)
    text = (tmp_path / "truth.md").read_text(encoding="utf-8")
    assert "| `gateway` | 1 | `dune` | 36 | 4,000 | 9 | 0.25 | 0.56 |" in text
    assert "`gateway` 1: 2 class" in text
    assert "**Lost** (recall below one half): clock at level 3, everything at level 3." in text
    assert "| `dune` | not while watched | – |" in text
    assert "Median over the 1 campaigns: 100.0% of what a campaign takes, 4,000 exch" in text
    assert "A rule, with 70 innocents flagged: `gateway` 1 `dune` (1.00 to 0.25)" in text
    assert "`gateway` 1 ember" in text
    again = (tmp_path / "truth" / "frontier.svg").read_bytes()
    page.write(store, tmp_path)
    assert (tmp_path / "truth" / "frontier.svg").read_bytes() == again
