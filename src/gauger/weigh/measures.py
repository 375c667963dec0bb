"""Every statistic that a group is measured by."""

from __future__ import annotations

from typing import Final

from gauger.weigh.indicators import INDICATORS
from gauger.weigh.layers import LAYERS
from gauger.weigh.statistics import Statistic

STATISTICS: Final[tuple[Statistic, ...]] = (
    *(statistic for layer in LAYERS for statistic in layer.statistics),
    *INDICATORS,
)
