"""The shape of a layer: statistics of a network beside ordinary groups, a score, a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby
from typing import Final

import numpy as np

from gauger.model.evidence import LayerEvidence, LogLR, Weighed
from gauger.model.population import Floats
from gauger.weigh.evidence.conformal import p_value, tells_nothing
from gauger.weigh.evidence.reading import FEWEST_GROUPS, Readings
from gauger.weigh.statistics import Statistic

TELLING_P = 0.05
"""A statistic this unusual among ordinary groups is named in the sentence."""

_MOST_CLAUSES: Final = 3
_SMALLEST: Final = 1e-6
_ALIKENESS: Final = "alike in "
"""How the names of statistics begin that compare accounts with themselves."""


@dataclass(frozen=True)
class Layer:
    """One independent kind of evidence.

    `statistics` are judged against ordinary groups. `needs` names the log fields without which
    it has nothing to weigh.
    """

    name: str
    statistics: tuple[Statistic, ...]
    needs: str
    phrases: Mapping[str, str] = field(default_factory=dict)
    """What an unusual value of a statistic means, as a clause, by the statistic's name."""

    def has_something(self, readings: Readings) -> bool:
        """Whether any of its statistics can be compared with ordinary groups."""
        return any(readings[statistic.name].known for statistic in self.statistics)

    def compare(
        self, values: Mapping[str, float], ordinary: Mapping[str, Floats]
    ) -> tuple[Weighed, ...]:
        """The statistics of a network beside those of ordinary groups; empty where the layer has
        nothing to weigh."""
        return tuple(
            row
            for statistic in self.statistics
            if (row := _weigh(statistic, values[statistic.name], ordinary[statistic.name]))
        )

    def evidence(self, rows: tuple[Weighed, ...], lr: LogLR | None) -> LayerEvidence:
        """What the layer says, given what it is worth by itself; None if it was not weighed."""
        if lr is None:
            nothing = LogLR(0.0, 0.0, 0.0)
            return LayerEvidence(
                self.name, nothing, f"Nothing to weigh: {self.needs}.", weighed=False
            )
        return LayerEvidence(self.name, lr, self._sentence(list(rows)), rows)

    def _sentence(self, weighed: list[Weighed]) -> str:
        """What is unusual about the group, in clauses; how unusual, once for all that agree."""
        telling = sorted(
            (row for row in weighed if row.p_value <= TELLING_P), key=lambda r: r.p_value
        )
        if not telling:
            return _nothing_unusual(len(weighed))
        sentences = []
        for place, rows in groupby(telling[:_MOST_CLAUSES], key=_place):
            clauses = [_clause(self.phrases, row) for row in rows]
            sentences.append(_capital(f"{'; '.join(clauses)}: {_rarity(place, len(clauses))}."))
        return " ".join(sentences)


def readable(row: Weighed) -> Weighed:
    """The row as people are shown it: a ratio of chances that says 1 for "no difference".

    Estimates of alikeness scatter around 1 and may exceed it, which means nothing more than 1.
    """
    if not row.name.startswith(_ALIKENESS):
        return row
    return replace(
        row,
        value=min(row.value, 1.0),
        ordinary_low=min(row.ordinary_low, 1.0),
        ordinary_median=min(row.ordinary_median, 1.0),
        ordinary_high=min(row.ordinary_high, 1.0),
    )


def _place(row: Weighed) -> tuple[int, int]:
    """How many ordinary groups are as extreme, of how many."""
    return round(row.p_value * (row.reference_groups + 1)) - 1, row.reference_groups


def _clause(phrases: Mapping[str, str], row: Weighed) -> str:
    words = phrases.get(row.name, row.meaning)
    shown = readable(row)
    return f"{words} ({_figure(shown.value)}, ordinarily {_figure(shown.ordinary_median)})"


def _rarity(place: tuple[int, int], clauses: int) -> str:
    extreme, groups = place
    if extreme == 0:
        among = ("", " in either", " in any of these")[min(clauses, 3) - 1]
        return f"none of {groups:,} ordinary groups is as extreme{among}"
    verb = "is" if extreme == 1 else "are"
    among = "" if clauses == 1 else " in each"
    return f"{extreme:,} of {groups:,} ordinary groups {verb} as extreme{among}"


def _nothing_unusual(statistics: int) -> str:
    if statistics == 0:
        return "Nothing unusual: ordinary groups have the very same values."
    if statistics == 1:
        return "Nothing unusual: the one statistic weighed lies where those of ordinary groups lie."
    return f"Nothing unusual: all {statistics} statistics lie where those of ordinary groups lie."


def _figure(value: float) -> str:
    """Two significant digits as people write them, without an exponent."""
    if abs(value) >= 100:
        text = f"{value:,.0f}"
    elif 0 < abs(value) < _SMALLEST:
        text = f"under {_SMALLEST:f}"
    else:
        text = f"{Decimal(f'{value:.2g}'):f}"
    return text.replace("-", "−")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _weigh(statistic: Statistic, value: float, ordinary: Floats) -> Weighed | None:
    known = ordinary[np.isfinite(ordinary)]
    if not np.isfinite(value) or len(known) < FEWEST_GROUPS or tells_nothing(value, known):
        return None
    low, median, high = np.percentile(known, [5, 50, 95])
    return Weighed(
        statistic.name,
        statistic.meaning,
        float(value),
        float(low),
        float(median),
        float(high),
        p_value(float(value), known, statistic.telling),
        len(known),
    )
