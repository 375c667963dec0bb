"""What harvested traffic asks for, measured on a network and on ordinary groups alike.

None of this is evidence that one operator runs the accounts: strangers ask for the same.
"""

from __future__ import annotations

from typing import Final

from gauger.weigh.statistics import Statistic, Typical

INDICATORS: Final[tuple[Statistic, ...]] = (
    Typical(
        "elicitation_share",
        "elicitation",
        "exchanges that ask for written-out reasoning, graded answers or training pairs",
    ),
    Typical("promotion_share", "promotion", "exchanges that ask for promotional text", telling=-1),
    Typical(
        "valued_share",
        "valued capabilities",
        "exchanges on coding, tool use, reasoning, planning, security or grading",
    ),
)
