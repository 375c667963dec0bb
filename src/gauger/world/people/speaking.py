"""What an account asks and how: its topics, its frame, its manner of writing."""

from __future__ import annotations

import numpy as np

from gauger.world.people.circle import TOOLSETS, Circle, frame_of
from gauger.world.people.kind import Kind
from gauger.world.people.persona import Speech
from gauger.world.people.records import one
from gauger.world.place.countries import Country
from gauger.world.text.frames import Frame, compose
from gauger.world.text.lexicon import lexicon
from gauger.world.text.names import POOL


def _breadth(rng: np.random.Generator) -> int:
    """How many topics someone keeps to; a few people ask about everything."""
    return 2 + int(rng.random() * 3) + (12 if rng.random() < 0.06 else 0)


def _frame(rng: np.random.Generator, kind: Kind, topics: tuple[int, ...]) -> Frame:
    """The kind's frame, or now and then the standing instructions of someone who chats."""
    if kind.frame is not None or rng.random() > (0.35 if "sdk" in kind.clients else 0.12):
        return frame_of(kind, rng, topics)
    if rng.random() < 0.5:
        return Frame("You are a helpful assistant.")
    made = compose("ordinary", "personal", rng, one(rng, topics), int(rng.integers(0, POOL)))
    return Frame(made.system)


def speech_of(
    rng: np.random.Generator, kind: Kind, country: Country, shared: Circle | None
) -> Speech:
    """The topics, the frame and the manner of one account."""
    language = one(rng, country.languages)
    if kind.voice in {"form", "agent"} and rng.random() < 0.7:
        language = "en"
    fitting = lexicon().topics(language, kind.fields)
    few = kind.voice in {"form", "promo"}
    topics = tuple(
        one(rng, fitting) for _ in range(1 + int(rng.random() * 2) if few else _breadth(rng))
    )
    if rng.random() < 0.5 and not few:
        topics = (*topics, one(rng, lexicon().topics(language)))
    own_frame = _frame(rng, kind, topics)
    has = kind.shares if shared is not None else frozenset[str]()
    if shared is not None and "topics" in has:
        topics = shared.topics
    tools = shared.tools if shared is not None and "tools" in has else None
    if tools is None and kind.name == "developer" and rng.random() < 0.12:
        tools = one(rng, TOOLSETS)
    return Speech(
        voice=kind.voice,
        topics=topics,
        own=int(rng.integers(0, POOL)),
        frame=shared.frame if shared is not None and "frame" in has else own_frame,
        tools=tools,
        items=shared.items if shared is not None and "items" in has else -1,
        answer=kind.answer,
        style=one(rng, (0, 0, 0, 0, 1, 2)),
        step=kind.step * 2 * rng.random(),
        react=0.6 + 0.35 * rng.random(),
        short=kind.short * 2 * rng.random(),
        code=kind.code * 2 * rng.random(),
        images=kind.images * 2 * rng.random(),
        length=kind.length * float(np.exp(0.6 * rng.standard_normal() - 0.18)),
        habit=rng.random(),
    )
