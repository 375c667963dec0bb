"""Lifecycle: accounts appear together, are replaced while the total holds, move to a new model
together.

Null: ordinary groups, whose members come, go and change models at times of their own.
Defeated by: accounts that stay from start to end, and moves spread over weeks.
"""

from __future__ import annotations

from typing import Final

from gauger.weigh.layers.layer import Layer
from gauger.weigh.statistics import Clumping, ConstantCrew

LIFECYCLE: Final = Layer(
    "lifecycle",
    (
        Clumping("first_active", "joint starts", "accounts first seen within the same hours"),
        Clumping("last_active", "joint ends", "accounts last seen within the same hours"),
        Clumping("adopted", "joint move to a model", "first use of a model within the same hours"),
        ConstantCrew("replacement", "how steady the number of living accounts is"),
    ),
    "all accounts were there from the start to the end of the window",
    phrases={
        "joint starts": "accounts were first used within the same hours",
        "joint ends": "accounts were last used within the same hours",
        "joint move to a model": "accounts moved to another model within the same hours",
        "replacement": "accounts are replaced as they end, and the number of living ones holds",
    },
)
