"""Independent kinds of evidence for one operator, one file per layer."""

from __future__ import annotations

from typing import Final

from gauger.weigh.layers.behaviour import BEHAVIOUR
from gauger.weigh.layers.content import CONTENT
from gauger.weigh.layers.identity import IDENTITY
from gauger.weigh.layers.infrastructure import INFRASTRUCTURE
from gauger.weigh.layers.layer import Layer
from gauger.weigh.layers.lifecycle import LIFECYCLE
from gauger.weigh.layers.timing import TIMING

LAYERS: Final = (CONTENT, TIMING, INFRASTRUCTURE, IDENTITY, BEHAVIOUR, LIFECYCLE)

__all__ = ["LAYERS", "Layer"]
