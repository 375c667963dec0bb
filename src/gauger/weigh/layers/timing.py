"""Timing: volumes and hours too alike, joint bursts and silences, a total too steady.

Null: ordinary groups, whose members share a time zone at most. Rhythms of the day are taken out
account by account before movements are compared, so a common time zone is no evidence there.
Defeated by: an own time zone, own sessions, days off and a heavy-tailed volume per account.
"""

from __future__ import annotations

from typing import Final

from gauger.weigh.layers.layer import Layer
from gauger.weigh.statistics import Alikeness, JointMovement, Unevenness

TIMING: Final = Layer(
    "timing",
    (
        Unevenness("daily_exchanges", "uneven volumes", "how unequal the accounts' volumes are"),
        Alikeness("hour", "how far the hour of the day tells accounts apart"),
        JointMovement("joint bursts", "bursts and silences in common", telling=1),
        JointMovement(
            "steady total", "a total steadier than independent accounts give", telling=-1
        ),
    ),
    "the window is too short or the accounts too quiet",
    explained_by_a_tool=False,
    shared_by_a_region=frozenset({"alike in hour"}),
    phrases={
        "uneven volumes": "the accounts' volumes are nearly equal",
        "alike in hour": "all accounts keep the same hours",
        "joint bursts": "accounts burst and fall silent together",
        "steady total": "accounts give way to each other, as under a load balancer",
    },
)
