"""Detectors of one account: its clients, pace, prompts and parameters.

Each gives a signal, a score and a confidence between 0 and 1, or None where it says nothing.
Thresholds and points are Glasswally's own.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from bench.peers.glasswally.event import TOPICS, Event
from bench.peers.glasswally.store import DAY, HOUR, Account, Store

MAXIMA: Final = (1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 65_536, 128_000, 200_000)
SESSION_BREAK: Final = 120


@dataclass(frozen=True, slots=True)
class Signal:
    """What one detector says of one event."""

    score: float
    confidence: float


def _spread(values: Sequence[float]) -> float:
    """Standard deviation over mean; 0 where the mean is 0."""
    mean = sum(values) / len(values)
    if mean == 0:
        return 0.0
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values)) / mean


def _entropy(counts: Iterable[int]) -> float:
    present = [count for count in counts if count]
    total = sum(present)
    return -sum(count / total * math.log2(count / total) for count in present)


def fingerprint(event: Event, account: Account, store: Store) -> Signal | None:
    """Rotating client fingerprints, and one that many accounts share."""
    score = 0.0
    if event.client:
        score += 0.20 * (len(account.clients) >= 3) + 0.15 * (store.with_client(event.client) >= 10)
    confidence = min(1.0, len(account.events) / 20)
    return Signal(min(1.0, score * (0.4 + 0.6 * confidence)), confidence)


def velocity(event: Event, account: Account, _: Store) -> Signal | None:
    """Requests per hour, even gaps, even token counts, work between 0 and 6 UTC."""
    hour = account.since(event.at - HOUR)
    if len(hour) < 5:
        return Signal(0.0, 0.1)
    pace = len(hour) / max(1.0, math.floor(hour[-1].at - hour[0].at)) * HOUR
    score = 0.45 if pace > 200 else 0.25 if pace > 60 else 0.0
    gaps = [gap for gap in (later.at - one.at for one, later in pairwise(hour)) if gap > 0]
    if len(gaps) >= 3:
        even = max(0.0, 1.0 - _spread(gaps))
        score += 0.30 if even > 0.70 else 0.15 if even > 0.50 else 0.0
    score += 0.15 * (_spread([float(one.tokens) for one in hour]) < 0.15)
    day = account.events
    score += 0.10 * (sum(one.at % DAY < 6 * HOUR for one in day) / len(day) > 0.5)
    confidence = min(1.0, len(hour) / 50)
    return Signal(min(1.0, score * (0.5 + 0.5 * confidence)), confidence)


def elicitation(event: Event, account: Account, _: Store) -> Signal | None:
    """Prompts that ask for reasoning or grading, and an hour on one capability."""
    score = 0.40 * event.reading.elicits
    hour = account.since(event.at - HOUR)
    if len(hour) >= 5:
        score += 0.35 * (sum(one.reading.elicits for one in hour) / len(hour) >= 0.20)
        asked = Counter(item for one in hour for item in one.reading.capabilities)
        score += 0.25 * (max(asked.values(), default=0) / len(hour) >= 0.70)
    return Signal(min(1.0, score), 0.9)


def biometric(event: Event, account: Account, _: Store) -> Signal | None:
    """An hour of prompts of one structure, one length or one beginning."""
    hour = [one.reading for one in account.since(event.at - HOUR)]
    if len(hour) < 10:
        return None
    structures = Counter(one.structure for one in hour)
    order = _entropy(structures.values()) / math.log2(len(hour))
    score = 0.45 if order < 0.20 else 0.20 if order < 0.40 else 0.0
    lengths = [float(one.length) for one in hour]
    even = _spread(lengths) if sum(lengths) else 1.0
    score += 0.25 if even < 0.10 else 0.10 if even < 0.20 else 0.0
    same = max(Counter(one.prefix for one in hour).values()) / len(hour)
    score += 0.30 if same > 0.60 else 0.15 if same > 0.40 else 0.0
    if not score:
        return None
    confidence = min(1.0, len(hour) / 50)
    return Signal(min(1.0, score * (0.3 + 0.7 * confidence)), confidence)


def watermark(event: Event, _account: Account, _: Store) -> Signal | None:
    """Prompts that ask about invisible characters, or hold them."""
    score = 0.50 * event.reading.probes + 0.35 * event.reading.marked
    return Signal(score, 0.80) if score else None


def role_preamble(event: Event, account: Account, store: Store) -> Signal | None:
    """One system prompt used again and again, and by other accounts."""
    if event.system is None and event.reading.length < 80:
        return None
    roles, chained = event.reading.roles, 0.15 * event.reading.chained
    kept = [one.system for one in account.events if one.system]
    same = kept.count(event.system or "") / len(kept) if len(kept) >= 5 else 0.0
    reuse = 0.35 if same >= 0.80 else 0.20 if same >= 0.60 else 0.0
    sharing = len(store.preambles[event.system]) if event.system else 0
    collision = 0.50 if sharing >= 10 else 0.35 if sharing >= 5 else 0.18 if sharing >= 3 else 0.0
    total = min(0.25, 0.10 * roles) + reuse + collision + chained
    if total < 0.15:
        return None
    return Signal(min(1.0, total), 0.90 if collision else 0.75 if reuse else 0.55)


def session_gap(_: Event, account: Account, _store: Store) -> Signal | None:
    """A day of sessions at even distances, or very many of them."""
    times = [int(one.at) for one in account.events]
    if len(times) < 8:
        return None
    breaks = [
        number
        for number in range(1, len(times))
        if times[number] - times[number - 1] >= SESSION_BREAK
    ]
    if len(breaks) + 1 < 4:
        return None
    gaps = [float(times[number] - times[number - 1]) for number in breaks]
    edges = [0, *breaks, len(times)]
    sizes = [float(end - begin) for begin, end in pairwise(edges)]
    even = _spread(gaps)
    score = 0.55 if even < 0.05 else 0.40 if even < 0.08 else 0.20 if even < 0.15 else 0.0
    score += 0.25 * (_spread(sizes) < 0.10 and even < 0.15) + 0.10 * (len(sizes) > 20)
    if score < 0.15:
        return None
    return Signal(min(1.0, score), 0.88 if even < 0.05 else 0.75 if even < 0.08 else 0.55)


def token_budget(event: Event, account: Account, _: Store) -> Signal | None:
    """Always the largest answer, or a ladder of answer sizes."""
    asked = [one.most_tokens for one in account.events if one.most_tokens is not None]
    if event.most_tokens is None or len(asked) < 6:
        return None
    greedy = sum(size / min(MAXIMA, key=lambda most: abs(most - size)) >= 0.90 for size in asked)
    reasons = [0.30] if greedy / len(asked) >= 0.70 else []
    ladder = sorted(set(asked))
    if len(ladder) >= 4:
        ratios = [later / one for one, later in pairwise(ladder) if one > 0]
        steps = [float(later - one) for one, later in pairwise(ladder)]
        if ratios and sum(ratios) / len(ratios) >= 1.5 and _spread(ratios) < 0.25:
            reasons.append(0.45)
        elif _spread(steps) < 0.20:
            reasons.append(0.35)
    if sorted(asked)[len(asked) // 2] > 2_000:
        reasons.append(0.10)
    if sum(reasons) < 0.20:
        return None
    return Signal(min(1.0, sum(reasons)), 0.82 if len(reasons) >= 2 else 0.60)


def sequence(_: Event, account: Account, _store: Store) -> Signal | None:
    """A day of prompts over many topics in a foreseeable order."""
    topics = [one.reading.topic for one in account.events]
    if len(topics) < 15:
        return None
    marginal = Counter(topics)
    breadth = _entropy(marginal.values()) / math.log2(TOPICS)
    moves: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one, later in pairwise(topics):
        moves[one][later] += 1
    rows = [_entropy(row.values()) for row in moves.values() if row.total() >= 2]
    order = float(np.mean(rows)) / math.log2(TOPICS) if rows else 0.5
    score = 0.40 if breadth >= 0.80 else 0.22 if breadth >= 0.65 else 0.0
    score += 0.40 if order <= 0.25 else 0.20 if order <= 0.40 else 0.0
    score += 0.20 * (len(marginal) >= 10)
    if score < 0.25:
        return None
    sure = 0.80 if breadth >= 0.80 and order <= 0.25 else 0.65 if score >= 0.40 else 0.50
    return Signal(min(1.0, score), sure)
