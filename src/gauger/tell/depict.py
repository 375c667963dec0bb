"""What a person sees of a network: its days, hours, capabilities and how members share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np
import pyarrow as pa

from gauger.find.linkage.ties import KINDS, Ties
from gauger.find.profiles.facts import AccountFacts
from gauger.find.profiles.picture import Pictures
from gauger.find.profiles.taken import Takings
from gauger.model.finding import GraphEdge, Picture, SharedThing
from gauger.model.population import Ints
from gauger.read.sketch.sketch import capability_name
from gauger.tell.frame_words import frame_words
from gauger.weigh.established import Established
from gauger.weigh.evidence.telling import telling_things

DRAWN_THINGS: Final = 24
DRAWN_MEMBERS: Final = 120
_PER_KIND: Final = 6

_LABEL: Final = {
    "frame": "frame",
    "system": "system prompt",
    "item": "dataset item",
    "tools": "tool schema",
    "payment": "payment instrument",
    "phone": "phone",
    "email": "e-mail root",
    "credential": "credential",
    "address": "address",
    "range": "address range",
    "block": "address block",
    "client": "client fingerprint",
    "parameters": "settings",
}

Drawn = tuple[tuple[tuple[str, float], ...], Picture]


def depict(
    takings: Takings,
    pictures: Pictures,
    found: Sequence[Established],
    ties: Ties,
    facts: AccountFacts,
    *,
    with_text: bool,
) -> list[Drawn]:
    """Capabilities and picture of every network, in order."""
    if not found:
        return []
    daily, hourly = takings.daily(), takings.hourly()
    of_all = np.zeros(24)
    for row in pictures.hourly_of_all().to_pylist():
        of_all[row["hour"]] += row["exchanges"]
    hours = np.zeros((len(found), 24))
    for row in hourly.to_pylist():
        hours[row["network"], row["hour"]] += row["exchanges"]
    ordinary = _shares(np.maximum(of_all - hours.sum(axis=0), 0.0))
    capabilities = _capabilities(takings.capabilities(), len(found))
    words = _words(pictures.texts(), len(found)) if with_text else [()] * len(found)
    days: list[dict[date, int]] = [{} for _ in found]
    for row in daily.to_pylist():
        days[row["network"]][row["day"]] = row["exchanges"]
    drawn: list[Drawn] = []
    for number, network in enumerate(found):
        things, edges, total = _sharing(network.accounts, ties, facts)
        picture = Picture(
            daily=_days(days[number]),
            hours=_shares(hours[number]),
            ordinary_hours=ordinary,
            things=things,
            edges=edges,
            edges_total=total,
            frame_words=words[number],
        )
        drawn.append((capabilities[number], picture))
    return drawn


def _days(counts: Mapping[date, int]) -> tuple[tuple[date, int], ...]:
    first, last = min(counts), max(counts)
    return tuple(
        (day, counts.get(day, 0))
        for day in (first + timedelta(days=step) for step in range((last - first).days + 1))
    )


def _shares(counts: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, ...]:
    total = counts.sum()
    return tuple((counts / total if total else counts).tolist())


def _capabilities(rows: pa.Table, networks: int) -> list[tuple[tuple[str, float], ...]]:
    counts: list[dict[str, int]] = [{} for _ in range(networks)]
    for row in rows.to_pylist():
        counts[row["network"]][capability_name(row["capability"])] = row["exchanges"]
    shares = []
    for held in counts:
        total = sum(held.values())
        ranked = sorted(held.items(), key=lambda item: (-item[1], item[0]))
        shares.append(tuple((name, count / total) for name, count in ranked))
    return shares


def _words(texts: pa.Table, networks: int) -> list[tuple[str, ...]]:
    prompts: list[list[tuple[str, int | None]]] = [[] for _ in range(networks)]
    systems: list[list[str]] = [[] for _ in range(networks)]
    for row in texts.to_pylist():
        head = row["head"][0] if row["head"] else None
        prompts[row["network"]].append((row["prompt_text"], head))
        if row["system_text"]:
            systems[row["network"]].append(row["system_text"])
    words = []
    for number in range(networks):
        held = systems[number]
        common = max(sorted(set(held)), key=held.count, default=None)
        if common is not None and held.count(common) < 0.3 * len(prompts[number]):
            common = None
        frames = frame_words(prompts[number])
        words.append(frames if common is None else (f"System prompt: {common}", *frames))
    return words


def _labels(kinds: Sequence[str]) -> list[str]:
    """Each thing by its kind, numbered where there are several of that kind."""
    met: Counter[str] = Counter()
    labels = []
    for kind in kinds:
        met[kind] += 1
        labels.append(f"{kind} {met[kind]}" if kinds.count(kind) > 1 else kind)
    return labels


def _sharing(
    accounts: Ints, ties: Ties, facts: AccountFacts
) -> tuple[tuple[SharedThing, ...], tuple[GraphEdge, ...], int]:
    """The most telling shared things, a few of each kind, and the ties to draw."""
    inside = np.zeros(ties.accounts_total, np.bool_)
    inside[accounts] = True
    telling = telling_things(ties, accounts, ~inside)
    holdings = ties.holdings_of(telling)
    holdings = holdings[inside[ties.account[holdings]]]
    found, members = np.unique(ties.thing[holdings], return_counts=True)
    held = dict(zip(found.tolist(), members.tolist(), strict=True))
    telling = telling[np.argsort(-members, kind="stable")]
    of_kind: dict[int, int] = {}
    chosen: list[int] = []
    for thing in telling.tolist():
        kind = int(ties.kinds[thing])
        of_kind[kind] = of_kind.get(kind, 0) + 1
        if of_kind[kind] <= _PER_KIND and len(chosen) < DRAWN_THINGS:
            chosen.append(thing)
    labels = _labels([_LABEL[KINDS[ties.kinds[thing]]] for thing in chosen])
    things = tuple(
        SharedThing(
            kind=_LABEL[KINDS[ties.kinds[thing]]],
            label=label,
            members=held[thing],
            outsiders=int(ties.holders[thing]) - held[thing],
        )
        for thing, label in zip(chosen, labels, strict=True)
    )
    order = np.lexsort((accounts, -facts.exchanges[accounts]))
    rank = np.full(ties.accounts_total, -1, np.int64)
    rank[accounts[order]] = np.arange(len(accounts))
    position = {thing: number for number, thing in enumerate(chosen)}
    edges = tuple(
        GraphEdge(
            int(rank[ties.account[edge]]),
            position[int(ties.thing[edge])],
            max(1, round(float(ties.share[edge] * facts.exchanges[ties.account[edge]]))),
        )
        for edge in holdings
        if int(ties.thing[edge]) in position and rank[ties.account[edge]] < DRAWN_MEMBERS
    )
    return things, edges, len(holdings)
