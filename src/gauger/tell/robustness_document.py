"""How far a finding hangs on any one thing, as findings.json holds it."""

from __future__ import annotations

from typing import Any

from gauger.model.evidence import Apart, Bridge, Robustness
from gauger.tell.numbers import rounded_lr, storable


def robustness_document(robustness: Robustness) -> dict[str, Any]:
    """One network's `robustness` object; the most important layer first."""
    return {
        "without": [
            {"layer": storable(layer), "log10_lr": rounded_lr(left)}
            for layer, left in robustness.without
        ],
        "weakest_bridge": None if robustness.bridge is None else _bridge(robustness.bridge),
        "set_apart": [_apart(held) for held in robustness.apart],
        "what_would_change": [storable(each) for each in robustness.changes],
    }


def _apart(held: Apart) -> dict[str, Any]:
    return {
        "accounts": held.accounts,
        "log10_lr": rounded_lr(held.log10),
        "network_id": None if held.network_id is None else storable(held.network_id),
    }


def _bridge(bridge: Bridge) -> dict[str, Any]:
    return {
        "part": bridge.part,
        "rest": bridge.rest,
        "log10_lr": rounded_lr(bridge.log10),
        "ways": [storable(way) for way in bridge.ways],
    }
