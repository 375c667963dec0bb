"""Statistics of a group of accounts, each evaluated for many groups at once.

A group is a row of account positions, padded with -1. Every statistic says in which direction
one operator would push it; a group that it cannot be computed for gets NaN. Where accounts are
compared with each other it is the median account that speaks: a few accounts that share a card
must not make a network of the many that were put beside them.
"""

from __future__ import annotations

from gauger.weigh.statistics.alike import Alikeness, Clumping, Sharing
from gauger.weigh.statistics.common import Dealing, InCommon
from gauger.weigh.statistics.moving import BalancedTotal, ConstantCrew, JointMovement, SteadyDays
from gauger.weigh.statistics.shape import Statistic
from gauger.weigh.statistics.typical import Breadth, Typical, Unevenness

__all__ = [
    "Alikeness",
    "BalancedTotal",
    "Breadth",
    "Clumping",
    "ConstantCrew",
    "Dealing",
    "InCommon",
    "JointMovement",
    "Sharing",
    "Statistic",
    "SteadyDays",
    "Typical",
    "Unevenness",
]
