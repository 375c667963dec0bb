"""Axis `template`: from one frame to no recurring frame at all."""

from __future__ import annotations

import numpy as np

from gauger.world.text import frames, names
from gauger.world.text.frames import Frame
from gauger.world.text.lexicon import lexicon

COUNT = {0: 1, 1: 24, 2: 320}


def campaign_frames(level: int, rng: np.random.Generator, purpose: frames.Purpose) -> list[Frame]:
    """The frames that a campaign uses; none at level 3, whose tasks stand bare."""
    if level == 3:
        return []
    topics = lexicon().topics(purpose.language, purpose.fields)
    return [
        frames.compose(
            "purpose",
            purpose.name,
            rng,
            topics[int(rng.integers(0, len(topics)))],
            int(rng.integers(0, names.POOL)),
            0.0 if level == 0 else 0.3,
        )
        for _ in range(COUNT[level])
    ]
