"""The shape of a layer: statistics of a network beside ordinary groups, a score, a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from gauger.model.evidence import LayerEvidence, LogLR, Weighed
from gauger.model.population import Floats
from gauger.weigh.evidence.conformal import (
    e_values,
    log10_e,
    mean_log10_e,
    null_log10_e,
    p_value,
    tells_nothing,
)
from gauger.weigh.ordinary import FEWEST_GROUPS
from gauger.weigh.statistics import Statistic

TELLING_P = 0.05
"""A statistic this unusual among ordinary groups is named in the sentence."""


@dataclass(frozen=True)
class Layer:
    """One independent kind of evidence.

    `statistics` are judged against ordinary groups; the layer's likelihood ratio is the mean of
    their e-values, so statistics that say the same thing twice do not count twice. `needs` names
    the log fields without which it has nothing to weigh.
    """

    name: str
    statistics: tuple[Statistic, ...]
    needs: str
    explained_by_a_tool: bool
    """Whether users of one tool or platform can look like this without knowing each other."""
    phrases: Mapping[str, str] = field(default_factory=dict)
    """What an unusual value of a statistic means, as a clause, by the statistic's name."""

    def weigh(self, values: Mapping[str, float], ordinary: Mapping[str, Floats]) -> LayerEvidence:
        """Evidence of this layer from the network's values and those of ordinary groups."""
        weighed = [
            row
            for statistic in self.statistics
            if (row := _weigh(statistic, values[statistic.name], ordinary[statistic.name]))
        ]
        if not weighed:
            return LayerEvidence(
                self.name,
                LogLR(0.0, 0.0, 0.0),
                f"Nothing to weigh: {self.needs}.",
                weighed=False,
            )
        score = mean_log10_e([row.p_value for row in weighed])
        least = log10_e(1.0)
        most = log10_e(1.0 / (max(row.reference_groups for row in weighed) + 1))
        return LayerEvidence(
            self.name,
            LogLR(score, min(least, score), max(most, score)),
            self._sentence(weighed, score),
            tuple(weighed),
        )

    def screen(self, values: Mapping[str, Floats], ordinary: Mapping[str, Floats]) -> Floats:
        """The layer's score of many groups at once, 0 where it has nothing to weigh."""
        columns = [
            e_values(values[statistic.name], ordinary[statistic.name], statistic.telling)
            for statistic in self.statistics
            if np.isfinite(ordinary[statistic.name]).sum() >= FEWEST_GROUPS
        ]
        if not columns:
            return np.zeros(len(next(iter(values.values()))))
        stacked = np.vstack(columns)
        known = np.isfinite(stacked)
        total = np.where(known, stacked, 0.0).sum(axis=0)
        mean = np.where(known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), 1.0)
        return np.asarray(np.log10(mean))

    def null_scores(self, ordinary: Mapping[str, Floats]) -> Floats:
        """The layer's score of every ordinary group among the others: how layers move together."""
        columns = [
            (ordinary[statistic.name], statistic.telling)
            for statistic in self.statistics
            if np.isfinite(ordinary[statistic.name]).sum() >= FEWEST_GROUPS
        ]
        return null_log10_e(columns) if columns else np.zeros(0)

    def _sentence(self, weighed: list[Weighed], score: float) -> str:
        telling = sorted(
            (row for row in weighed if row.p_value <= TELLING_P), key=lambda r: r.p_value
        )
        if not telling:
            return f"Nothing unusual: {weighed[0].meaning} as in ordinary groups."
        clauses = [_clause(self.phrases, row) for row in telling[:3]]
        return _capital("; ".join(clauses) + ".")


def _clause(phrases: Mapping[str, str], row: Weighed) -> str:
    words = phrases.get(row.name, row.meaning)
    extreme = round(row.p_value * (row.reference_groups + 1)) - 1
    rarity = (
        f"as far out as none of {row.reference_groups:,} ordinary groups"
        if extreme == 0
        else f"matched by {extreme} of {row.reference_groups:,} ordinary groups"
    )
    return f"{words} ({row.value:.2g}; ordinary {row.ordinary_median:.2g}; {rarity})"


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
