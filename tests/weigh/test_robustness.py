"""What a finding hangs on: layers by what is left without them, and the thinnest bridge."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from gauger.model.evidence import Explanation, LogLR
from gauger.weigh.calibration import shipped
from gauger.weigh.evidence.membership import Membership
from gauger.weigh.purpose import Purpose
from gauger.weigh.robustness import robustness
from graphs import Thing, tied

from .people import people

TOTAL, BESIDE = 400, 12


def _network(accounts: int, without: dict[str, float]) -> Any:
    fused = SimpleNamespace(without=without)
    members, everybody = np.arange(accounts), np.ones(TOTAL, np.bool_)
    return SimpleNamespace(
        accounts=members,
        considered=np.arange(accounts + BESIDE),
        ownership=_halves().of(members, everybody),
        judgement=SimpleNamespace(fused=fused),
    )


def _purpose(*names: str) -> Purpose:
    explanations = tuple(Explanation(name, 1.5, "Said.") for name in names)
    return Purpose(LogLR(1.5, 1.0, 2.0), explanations)


def _two_halves() -> list[Thing]:
    """Twelve and eight accounts, each on things of their own; one range holds them together."""
    first, second = range(12), range(12, 20)
    return [
        ("frame", 1, dict.fromkeys(first, 18)),
        ("item", 2, dict.fromkeys(first, 9)),
        ("frame", 3, dict.fromkeys(second, 18)),
        ("payment", 4, dict.fromkeys(second, 1)),
        ("range", 5, dict.fromkeys(range(20), 18)),
        ("parameters", 6, dict.fromkeys(range(TOTAL), 20)),
    ]


def _halves() -> Membership:
    return Membership(people(TOTAL), tied(_two_halves(), TOTAL), shipped())


def test_layers_come_in_the_order_of_what_is_left_without_them() -> None:
    network = _network(20, {"content": 1.2, "timing": 3.4, "identity": -0.3})
    found = robustness(network, _purpose("class or course"), _halves())
    assert [name for name, _ in found.without] == ["identity", "content", "timing"]
    assert "“identity”" in found.changes[0]
    assert "“content”" in found.changes[1]
    assert not any("“timing”" in said for said in found.changes)


def test_the_weakest_bridge_is_the_part_that_least_belongs_to_the_rest() -> None:
    network = _network(20, {"content": 3.2})
    bridge = robustness(network, _purpose("evaluation"), _halves()).bridge
    assert bridge is not None
    assert {bridge.part, bridge.rest} == {8, 12}
    assert bridge.ways == ("infrastructure",)


def test_what_would_show_an_ordinary_explanation_is_said_for_the_nearest() -> None:
    network = _network(20, {"content": 3.2})
    purpose = _purpose("class or course", "evaluation", "agent at work")
    changes = robustness(network, purpose, _halves()).changes
    assert len(changes) == 2
    assert "list of participants" in changes[0]
    assert "benchmark" in changes[1]


def test_a_network_says_whom_it_was_told_apart_from() -> None:
    network = _network(20, {"content": 3.2})
    other = np.arange(22, 30)
    found = robustness(network, _purpose("evaluation"), _halves(), {"net-ab12cd": other}).apart
    assert [(held.accounts, held.network_id) for held in found] == [(8, "net-ab12cd"), (4, None)]
    assert all(held.log10 < 0 for held in found)


def test_nobody_beside_a_network_is_nobody_told_apart() -> None:
    network = _network(20, {"content": 3.2})
    network.considered = network.accounts
    assert robustness(network, _purpose("evaluation"), _halves()).apart == ()
