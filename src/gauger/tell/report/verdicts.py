"""What each verdict means in plain words, and where on the page it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gauger.model.evidence import Verdict


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """The words for one verdict."""

    label: str
    meaning: str
    css: str


WORDS: Final = {
    Verdict.EXTRACTION: VerdictWords(
        "Extraction", "one operator runs the accounts, and harvests training data", "extraction"
    ),
    Verdict.COORDINATED: VerdictWords(
        "Coordinated",
        "one operator runs the accounts; that they harvest is not established",
        "coordinated",
    ),
    Verdict.PERMITTED: VerdictWords(
        "Permitted",
        "coordinated, and declared or allowed by contract; not an accusation",
        "permitted",
    ),
    Verdict.NOT_ESTABLISHED: VerdictWords(
        "Not established", "alike, and no more than ordinary groups can be", "open"
    ),
}

ORDER: Final = tuple(WORDS)
"""Gravest first; the page follows it."""
