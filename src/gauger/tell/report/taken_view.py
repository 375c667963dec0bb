"""What a network took, as its section of the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from gauger.model.prices import ListPrice
from gauger.model.taken import CapabilityTaken, Richness, Taken, Tokens
from gauger.tell.report.charts.sparkline import sparkline
from gauger.tell.report.taken_words import (
    DOES_NOT_SAY,
    SOURCE_BASIS,
    TASKS_BASIS,
    breadth_words,
    growth_words,
    price_of,
    price_words,
    source_words,
    tasks_words,
    tokens_words,
    unpriced_words,
)
from gauger.tell.report.wording import amount, plural, share, short

_MOST_MODELS: Final = 8
NONE: Final = "—"


@dataclass(frozen=True, slots=True)
class TakenRow:
    """One line of the table: a capability, or all of them."""

    name: str
    exchanges: int
    output_tokens: int | None
    tasks: int
    per_task: str
    coverage: str
    at_least: str
    statement: str


@dataclass(frozen=True, slots=True)
class TakenNote:
    """A figure in words, with what it rests on."""

    title: str
    words: str
    basis: str = ""
    spark: Markup = Markup("")  # noqa: RUF009 - immutable
    names: tuple[str, ...] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class TakenView:
    """The section."""

    facts: tuple[tuple[str, str], ...]
    rows: tuple[TakenRow, ...]
    whole: TakenRow
    notes: tuple[TakenNote, ...]
    does_not_say: tuple[str, ...]


def taken_view(taken: Taken) -> TakenView:
    """Figures first, then the table, then what each figure rests on."""
    whole = _row("all", taken.exchanges, taken.output_tokens, taken.richness)
    return TakenView(
        facts=_facts(taken),
        rows=tuple(_capability(each) for each in taken.capabilities),
        whole=whole,
        notes=_notes(taken),
        does_not_say=DOES_NOT_SAY,
    )


def _facts(taken: Taken) -> tuple[tuple[str, str], ...]:
    output, breadth = taken.output_tokens.total, taken.breadth
    facts = [
        ("distinct tasks", short(taken.richness.tasks)),
        ("output tokens", "not stated" if output is None else short(output)),
        ("capabilities", f"{breadth.covered} of {breadth.known}"),
    ]
    if taken.growth.pace is not None:
        facts.append(("tasks not sent before", taken.growth.pace.value))
    facts.append(("at list price", _amount(taken.price)))
    return tuple(facts)


def _amount(price: ListPrice | None) -> str:
    if price is None:
        return "no list given"
    return f"{'at least ' if price.unpriced else ''}{price_of(price)}"


def _capability(each: CapabilityTaken) -> TakenRow:
    return _row(each.capability, each.exchanges, each.output_tokens, each.richness)


def _row(name: str, exchanges: int, output: Tokens, found: Richness) -> TakenRow:
    known = found.at_least is not None and found.planned is None
    return TakenRow(
        name=name,
        exchanges=exchanges,
        output_tokens=output.total,
        tasks=found.tasks,
        per_task=amount(found.samples / found.tasks) if found.tasks else NONE,
        coverage=_coverage(found.coverage),
        at_least=short(round(found.at_least)) if known and found.at_least is not None else NONE,
        statement=source_words(found),
    )


def _coverage(part: float | None) -> str:
    if part is None:
        return NONE
    return share(part) if part else "0%"


def _notes(taken: Taken) -> tuple[TakenNote, ...]:
    price = taken.price
    unpriced = () if price is None else price.unpriced
    fresh = tuple((each.day, each.first_sent) for each in taken.growth.daily)
    left = len(unpriced) - _MOST_MODELS
    return (
        TakenNote("Tokens", tokens_words(taken)),
        TakenNote("Tasks", tasks_words(taken), TASKS_BASIS),
        TakenNote("Size of the source", source_words(taken.richness), SOURCE_BASIS),
        TakenNote("Growth", growth_words(taken.growth), spark=sparkline(fresh, "new tasks")),
        TakenNote("Breadth", breadth_words(taken.breadth)),
        TakenNote(
            "List price",
            price_words(price),
            "" if price is None else unpriced_words(price),
            names=tuple(use.model for use in unpriced[:_MOST_MODELS]),
            more=f"and {plural(left, 'model')} more, in findings.json" if left > 0 else "",
        ),
    )
