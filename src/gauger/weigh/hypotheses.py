"""Weighs competing hypotheses side by side: a hypothesis stands as far as little speaks against it.

Nothing here is measured, and nothing is concluded. Indicators of one cause count once; a
likelihood ratio is the sum of those that the analyst assigned.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from gauger.model.attribution import Tally, WeighedHypothesis, WeighedIndicator
from gauger.model.evidence import LogLR
from gauger.model.worksheet import (
    LARGEST_LR,
    Bearing,
    Hypothesis,
    Indicator,
    Sheet,
    Speaks,
)
from gauger.weigh.evidence.say import verbal

_USABLE_SOURCES: Final = "ABC"
_USABLE_CONTENT: Final = 3
"""Up to C3, "fairly reliable" and "possibly true", a rating speaks for what was reported."""


def weigh_indicators(sheet: Sheet) -> tuple[WeighedIndicator, ...]:
    """The rows of the matrix, those of one cause together, earliest first."""
    causes = _causes(sheet.indicators)
    rows = [
        WeighedIndicator(
            indicator,
            causes[indicator.name],
            len({bearing.speaks for bearing in indicator.bearings}) > 1
            or len(indicator.bearings) == 1,
        )
        for indicator in sheet.indicators
    ]
    return tuple(sorted(rows, key=lambda row: (row.cause, _age(row.indicator))))


def weigh_hypotheses(
    sheet: Sheet, rows: Sequence[WeighedIndicator], unnamed: int
) -> tuple[WeighedHypothesis, ...]:
    """The columns of the matrix, those with the fewest causes against them first.

    `unnamed` is how many of the network's accounts the sheet does not speak of.
    """
    weighed = [_weigh(hypothesis, sheet, rows, unnamed) for hypothesis in sheet.hypotheses]
    return tuple(
        sorted(
            weighed,
            key=lambda each: (
                each.speaks_against.causes, -each.speaks_for.causes, each.hypothesis.name
            ),
        )
    )  # fmt: skip


def _age(indicator: Indicator) -> tuple[str, str]:
    return indicator.collected.isoformat(), indicator.name


def _causes(indicators: Sequence[Indicator]) -> dict[str, int]:
    """A number from 1 for each indicator's cause, which holds whatever order they come in."""
    leads = {indicator.name: indicator.name for indicator in indicators}

    def lead(name: str) -> str:
        while leads[name] != name:
            name = leads[name]
        return name

    for indicator in indicators:
        for other in indicator.same_cause_as:
            leads[lead(other)] = lead(indicator.name)
    numbers: dict[str, int] = {}
    for indicator in sorted(indicators, key=_age):
        numbers.setdefault(lead(indicator.name), len(numbers) + 1)
    return {name: numbers[lead(name)] for name in leads}


def _weigh(
    hypothesis: Hypothesis, sheet: Sheet, rows: Sequence[WeighedIndicator], unnamed: int
) -> WeighedHypothesis:
    said = [(row, row.indicator.bearing(hypothesis.name)) for row in rows]
    speaks_for = _tally(said, Speaks.FOR)
    speaks_against = _tally(said, Speaks.AGAINST)
    unanswered = tuple(
        row.indicator.name
        for row, bearing in said
        if bearing.speaks is Speaks.AGAINST and not bearing.answer
    )
    lr, causes, words = _together(said)
    return WeighedHypothesis(
        hypothesis=hypothesis,
        speaks_for=speaks_for,
        speaks_against=speaks_against,
        unanswered=unanswered,
        lr=lr,
        lr_causes=causes,
        lr_words=words,
        verbal=None if lr is None else verbal(lr.log10),
        not_established=" ".join(
            (
                *_open(hypothesis, unnamed),
                *_weak(said, speaks_for),
                *_doubtful(lr),
                *_unanswered(unanswered),
                *_rivals(hypothesis, sheet),
            )
        ),
    )


def _tally(said: Sequence[tuple[WeighedIndicator, Bearing]], way: Speaks) -> Tally:
    causes = [row.cause for row, bearing in said if bearing.speaks is way]
    return Tally(len(causes), len(set(causes)))


def _together(
    said: Sequence[tuple[WeighedIndicator, Bearing]],
) -> tuple[LogLR | None, int, str]:
    """The assigned LRs summed, the causes they come from, and words for what that rests on.

    Of one cause the strongest LR for and the strongest against count, and no other.
    """
    strongest: dict[tuple[int, Speaks], LogLR] = {}
    for row, bearing in said:
        if bearing.lr is None:
            if bearing.speaks is Speaks.AGAINST:
                return None, 0, f"No sum: `{row.indicator.name}` speaks against it without an LR."
            continue
        key = (row.cause, bearing.speaks)
        held = strongest.get(key)
        strongest[key] = bearing.lr if held is None else max(held, bearing.lr, key=_strength)
    if not strongest:
        return None, 0, "No LR was assigned."
    counted = strongest.values()
    log10, lower, upper = (
        max(-LARGEST_LR, min(LARGEST_LR, math.fsum(getattr(lr, part) for lr in counted)))
        for part in ("log10", "lower", "upper")
    )
    causes = len({cause for cause, _ in strongest})
    every = len({row.cause for row, bearing in said if bearing.speaks is not Speaks.NEITHER})
    return (
        LogLR(log10, lower, upper),
        causes,
        f"From {causes} of the {every} {'cause' if every == 1 else 'causes'} that speak for or "
        "against it; the others have no LR." if causes < every else "Every cause has an LR.",
    )  # fmt: skip


def _strength(lr: LogLR) -> tuple[float, float, float]:
    """Of LRs of one direction the strongest; of equals the one with the more modest bound."""
    if lr.log10 > 0:
        return lr.log10, -lr.lower, -lr.upper
    return -lr.log10, lr.upper, lr.lower


def _open(hypothesis: Hypothesis, unnamed: int) -> list[str]:
    name = hypothesis.name
    if hypothesis.conclusion is None:
        return [f"That {name} directs these accounts; nobody has concluded that it does."]
    said = [f"That nobody but {name} directs these accounts; gauger has excluded no one."]
    if unnamed:
        said.append(
            f"That it directs the {unnamed:,} {'account' if unnamed == 1 else 'accounts'} of this "
            "network that the worksheet does not name."
        )
    return said


def _doubtful(lr: LogLR | None) -> list[str]:
    """Whether the assigned LRs, as far as they are sure, support anything."""
    if lr is None or lr.lower > 0:
        return []
    if lr.log10 <= 0:
        return ["Together, the assigned LRs do not support it."]
    return ["The lower bound of its assigned LRs does not support it."]


def _weak(said: Sequence[tuple[WeighedIndicator, Bearing]], speaks_for: Tally) -> list[str]:
    if not speaks_for.indicators:
        return ["Nothing that was entered speaks for it."]
    words = []
    if speaks_for.causes == 1 and speaks_for.indicators > 1:
        words.append("All that speaks for it has one cause.")
    supporting = [row.indicator for row, bearing in said if bearing.speaks is Speaks.FOR]
    if not any(map(_usable, supporting)):
        words.append("Nothing for it is rated C3 or better on the Admiralty scale.")
    return words


def _usable(indicator: Indicator) -> bool:
    rated = indicator.reliability
    return (
        rated is not None
        and rated.source in _USABLE_SOURCES
        and rated.content <= _USABLE_CONTENT
    )  # fmt: skip


def _unanswered(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    listed = ", ".join(f"`{name}`" for name in names)
    return [f"What speaks against it is not answered: {listed}."]


def _rivals(hypothesis: Hypothesis, sheet: Sheet) -> list[str]:
    """Other hypotheses that every indicator speaks of in the same way."""
    alike = [
        f"“{other.name}”"
        for other in sheet.hypotheses
        if other is not hypothesis
        and all(
            indicator.bearing(other.name).speaks is indicator.bearing(hypothesis.name).speaks
            for indicator in sheet.indicators
        )
    ]
    return [f"No indicator tells it from {' or '.join(sorted(alike))}."] if alike else []
