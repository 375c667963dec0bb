"""What coordinated traffic is for: extraction against each ordinary explanation."""

from __future__ import annotations

from gauger.weigh.indicators import INDICATORS
from gauger.weigh.purpose.explanations import Purpose, weigh_purpose

__all__ = ["INDICATORS", "Purpose", "weigh_purpose"]
