"""From counts per network to what each of them took.

Nothing here speaks for or against a network: what was taken is measured once a network is
established, and no part of it enters a likelihood ratio.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import pyarrow as pa

from gauger.find.profiles.taken import Takings
from gauger.model.prices import ListPrice, ModelUse, PriceList
from gauger.model.taken import Breadth, CapabilityTaken, Day, Growth, Pace, Taken, Tokens
from gauger.read.sketch.lexicon import OTHER, lexicon
from gauger.read.sketch.sketch import capability_name
from gauger.weigh.list_price import list_price
from gauger.weigh.richness import Frequencies, effective_number, richness

LAST_STRETCH: Final = 0.25
"""Part of the samples that the last stretch holds at least."""
LONGEST_STRETCH: Final = 0.5
"""Part of them beyond which it is too much of the whole to be compared with the rest."""
STILL_GROWING: Final = 0.8
"""Fresh tasks per sample in the last stretch, as a part of what they were before, from which
growth is called undiminished; below `FLAT_BELOW` it is called flat. Both are set by judgement."""
FLAT_BELOW: Final = 0.2

Rows = Sequence[Mapping[str, Any]]


def measure_taken(takings: Takings, networks: int, prices: PriceList | None) -> list[Taken]:
    """What every network took, in the order of their numbers."""
    exchanges = _split(takings.exchanges(), networks)
    frequencies = _split(takings.frequencies(), networks)
    by_capability = _split(takings.frequencies_by_capability(), networks)
    hours = _split(takings.hours(), networks)
    first_hours = _split(takings.first_hours(), networks)
    models = _split(takings.models(), networks) if prices else [[]] * networks
    return [
        _taken(
            exchanges[number],
            frequencies[number],
            _capabilities(exchanges[number], by_capability[number]),
            growth(_pairs(hours[number], "samples"), _pairs(first_hours[number], "tasks")),
            None if prices is None else list_price(map(_use, models[number]), prices),
        )
        for number in range(networks)
    ]


def _taken(
    exchanges: Rows,
    frequencies: Rows,
    capabilities: tuple[CapabilityTaken, ...],
    grown: Growth,
    price: ListPrice | None,
) -> Taken:
    tasks = sum(row["tasks"] for row in frequencies)
    again = sum(row["tasks"] for row in frequencies if row["samples"] > 1)
    shared = sum(row["shared"] for row in frequencies)
    known = [each.exchanges for each in capabilities if each.capability != OTHER]
    return Taken(
        exchanges=sum(row["exchanges"] for row in exchanges),
        refused=sum(row["refused"] for row in exchanges),
        input_tokens=_tokens(exchanges, "input"),
        output_tokens=_tokens(exchanges, "output"),
        reasoning_tokens=_tokens(exchanges, "reasoning"),
        richness=richness(_frequencies(frequencies)),
        repeated=again / tasks if tasks else None,
        across=shared / tasks if tasks else None,
        capabilities=capabilities,
        breadth=Breadth(
            covered=sum(count > 0 for count in known),
            known=len(lexicon().capabilities) - 1,
            effective=effective_number(known),
        ),
        growth=grown,
        price=price,
    )


def _capabilities(exchanges: Rows, frequencies: Rows) -> tuple[CapabilityTaken, ...]:
    rows = sorted(
        exchanges, key=lambda row: (-row["exchanges"], capability_name(row["capability"]))
    )
    return tuple(
        CapabilityTaken(
            capability=capability_name(row["capability"]),
            exchanges=row["exchanges"],
            output_tokens=_tokens([row], "output"),
            richness=richness(
                _frequencies(
                    [each for each in frequencies if each["capability"] == row["capability"]]
                )
            ),
        )
        for row in rows
    )


def growth(samples: Mapping[int, int], first_sent: Mapping[int, int]) -> Growth:
    """Fresh tasks per sample, before and in the last stretch; both by hour since the epoch."""
    hours = sorted(samples)
    total = sum(samples.values())
    daily = _daily(samples, first_sent)
    start, held = len(hours), 0
    while start and held < LAST_STRETCH * total:
        start -= 1
        held += samples[hours[start]]
    if not total or held > LONGEST_STRETCH * total:
        return Growth(daily, None, None, None, None, None)
    since = hours[start]
    fresh = sum(count for hour, count in first_sent.items() if hour >= since)
    last = fresh / held
    before = (sum(first_sent.values()) - fresh) / (total - held)
    return Growth(
        daily=daily,
        since=datetime.fromtimestamp(since * 3600, tz=UTC),
        share=held / total,
        fresh_before=before,
        fresh_last=last,
        pace=_pace(last / before),
    )


def _pace(kept: float) -> Pace:
    if kept >= STILL_GROWING:
        return Pace.GROWING
    return Pace.FLAT if kept < FLAT_BELOW else Pace.SLOWING


def _daily(samples: Mapping[int, int], first_sent: Mapping[int, int]) -> tuple[Day, ...]:
    """Every day from the first with a sample to the last, days without any included."""
    if not samples:
        return ()
    days = range(min(samples) // 24, max(samples) // 24 + 1)
    sampled, fresh = dict.fromkeys(days, 0), dict.fromkeys(days, 0)
    for hour, count in samples.items():
        sampled[hour // 24] += count
    for hour, count in first_sent.items():
        fresh[hour // 24] += count
    return tuple(
        Day(datetime.fromtimestamp(day * 86_400, tz=UTC).date(), sampled[day], fresh[day])
        for day in days
    )


def _tokens(rows: Rows, kind: str) -> Tokens:
    stated = sum(row[f"{kind}_stated"] for row in rows)
    total = sum(row[f"{kind}_tokens"] or 0 for row in rows)
    return Tokens(total if stated else None, stated)


def _use(row: Mapping[str, Any]) -> ModelUse:
    return ModelUse(
        model=row["model"],
        exchanges=row["exchanges"],
        uncounted=row["uncounted"],
        input_tokens=row["input_tokens"],
        cached_tokens=row["cached_tokens"],
        output_tokens=row["output_tokens"],
    )


def _frequencies(rows: Rows) -> Frequencies:
    return Frequencies.of((row["samples"], row["tasks"]) for row in rows)


def _pairs(rows: Rows, value: str) -> dict[int, int]:
    return {row["hour"]: row[value] for row in rows}


def _split(table: pa.Table, networks: int) -> list[list[dict[str, Any]]]:
    """Rows of every network."""
    held: list[list[dict[str, Any]]] = [[] for _ in range(networks)]
    rows: Iterable[dict[str, Any]] = table.to_pylist()
    for row in rows:
        held[row["network"]].append(row)
    return held
