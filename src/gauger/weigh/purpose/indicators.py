"""What harvested traffic shows, measured on a network and on ordinary groups alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from gauger.model.population import Floats, Ints, Population
from gauger.weigh.statistics import Statistic, Typical


@dataclass(frozen=True, slots=True)
class Breadth:
    """Shannon entropy (nats) of what the group as a whole asks for."""

    feature: str
    name: str
    meaning: str
    telling: int = 1

    def of(self, population: Population, groups: Ints) -> Floats:
        spread = population.spreads.get(self.feature)
        out = np.full(len(groups), np.nan)
        if spread is None:
            return out
        for index, group in enumerate(groups):
            rows = population.row[group[group >= 0]]
            rows = rows[rows >= 0]
            rows = rows[spread.known[rows]]
            if len(rows) >= 3:
                share = spread.share[rows].mean(axis=0, dtype=np.float64)
                positive = share[share > 0]
                out[index] = -(positive * np.log(positive)).sum()
        return out


INDICATORS: Final[tuple[Statistic, ...]] = (
    Typical(
        "elicitation_share",
        "elicitation",
        "exchanges that ask for written-out reasoning, graded answers or training pairs",
    ),
    Typical("first_turn_share", "single turns", "exchanges that open a conversation"),
    Typical("answer_tokens", "long answers", "tokens of an answer"),
    Breadth("capability", "breadth", "how many capabilities are asked for"),
    Typical("promotion_share", "promotion", "exchanges that ask for promotional text", telling=-1),
    Typical(
        "shared_item_share",
        "items met again",
        "prompts that several other accounts send as well",
        telling=-1,
    ),
    Typical("brevity", "brief use", "one over the number of exchanges", telling=-1),
    Typical("tool_share", "tool loops", "exchanges that hand a tool's result back", telling=-1),
    Typical(
        "valued_share",
        "valued capabilities",
        "exchanges on coding, tool use, reasoning, planning, security or grading",
    ),
)
