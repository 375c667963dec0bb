"""One request as Glasswally's detectors read it, with what they look for in its prompt."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

_WORDS: Final = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
OTHER_TOPIC: Final = "other"
TOPICS: Final = len(_WORDS["topics"]) + 1
ZERO_WIDTH: Final = re.compile("[\u200b\u200c\u200d]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the detectors find in one prompt."""

    elicits: bool
    capabilities: tuple[str, ...]
    roles: int
    chained: bool
    probes: bool
    marked: bool
    topic: str
    structure: tuple[int, str, str]
    prefix: str
    length: int


@dataclass(frozen=True, slots=True)
class Event:
    """One request; `at` is in seconds, `system` a hash of the system prompt if there is one."""

    account: str
    at: float
    model: str
    reading: Reading
    tokens: int
    most_tokens: int | None
    subnet: str | None
    client: str | None
    system: str | None


@lru_cache(maxsize=200_000)
def read(prompt: str) -> Reading:
    """Scan a prompt for all phrase lists."""
    text = prompt.lower()
    words = prompt.split(maxsplit=1)
    verb = next((verb for verb in _WORDS["verbs"] if verb in text), OTHER_TOPIC)
    hits = Counter[str]()
    for phrase, capability in _WORDS["capabilities"].items():
        hits[capability] += text.count(phrase)
    chained = any(mark in text for mark in ("task 1:", "step 1:", "question 1:"))
    return Reading(
        elicits=any(phrase in text for phrase in _WORDS["elicitation"]),
        capabilities=tuple(hits.elements()),
        roles=sum(phrase in text for phrase in _WORDS["roles"]),
        chained=chained or all(mark in text for mark in ("first,", "then,", "finally,")),
        probes=any(phrase in text for phrase in _WORDS["watermark_probes"]),
        marked=ZERO_WIDTH.search(prompt) is not None,
        topic=next(
            (
                topic
                for topic, known in _WORDS["topics"].items()
                if any(word in text for word in known)
            ),
            OTHER_TOPIC,
        ),
        structure=(len(prompt.encode()) // 100, words[0].lower() if words else "", verb),
        prefix=text[:30],
        length=len(prompt.encode()),
    )


@lru_cache(maxsize=100_000)
def preamble(system: str) -> str:
    """A hash of a system prompt's first 512 characters, case and punctuation aside."""
    plain = re.sub(r"[^a-z0-9 ]", " ", system[:512].lower())
    return hashlib.sha256(" ".join(plain.split()).encode()).hexdigest()[:16]


def subnet(address: str | None) -> str | None:
    """The first three numbers of an IPv4 address."""
    parts = (address or "").split(".")
    return ".".join(parts[:3]) if len(parts) == 4 else None
