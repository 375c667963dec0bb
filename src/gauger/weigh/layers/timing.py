"""Timing: volumes and hours too alike, joint bursts and silences, a total too steady.

Null: ordinary groups, whose members share a time zone at most. Rhythms of the day are taken out
account by account before movements are compared, so a common time zone is no evidence there.
Defeated by: an own time zone, own sessions, days off and a heavy-tailed volume per account.
"""

from __future__ import annotations

from typing import Final

from gauger.weigh.layers.layer import Layer
from gauger.weigh.statistics import (
    Alikeness,
    BalancedTotal,
    JointMovement,
    SteadyDays,
    Typical,
    Unevenness,
)

TIMING: Final = Layer(
    "timing",
    (
        Unevenness("daily_exchanges", "uneven volumes", "how unequal the accounts' volumes are"),
        Alikeness("hour", "how far the hour of the day tells accounts apart"),
        JointMovement("joint bursts", "bursts and silences in common", telling=1),
        JointMovement(
            "steady total", "a total steadier than independent accounts give", telling=-1
        ),
        BalancedTotal("balanced total", "variance of the total over that of independent accounts"),
        SteadyDays("steady days", "how far daily totals vary beyond chance"),
        Alikeness("pause", "how far the time since the last exchange tells accounts apart"),
        Typical("presence", "days without rest", "part of an account's days that are used"),
    ),
    "the window is too short or the accounts too quiet",
    phrases={
        "uneven volumes": "the accounts' volumes are nearly equal",
        "alike in hour": "all accounts keep the same hours",
        "joint bursts": "accounts burst and fall silent together",
        "balanced total": "accounts give way to each other, so that the total hardly moves",
        "steady days": "the days' totals are as steady as work dealt out at one rate",
        "alike in pause": "all accounts pause alike between exchanges",
        "days without rest": "accounts are used on nearly every day",
        "steady total": "accounts give way to each other, as under a load balancer",
    },
)
