"""Text ends here: prompts become keyed fingerprints, marks and a capability tag."""

from __future__ import annotations

from gauger.read.sketch.key import SketchKey
from gauger.read.sketch.sketch import sketch

__all__ = ["SketchKey", "sketch"]
