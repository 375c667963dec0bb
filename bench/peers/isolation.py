"""An isolation forest on plain features of each account, with scikit-learn's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import duckdb
import numpy as np
from sklearn.ensemble import IsolationForest

from bench.peers.peer import Proposal, ProviderLogs, Setting, of_scores

FEATURES: Final = {
    "exchanges": "ln(1 + count(*))",
    "days active": "count(distinct epoch_us(time) // 86400000000)",
    "conversations per exchange": "count(distinct conversation_id) / count(*)",
    "mean turn": "avg(coalesce(turn, 1))",
    "input tokens": "avg(ln(1 + coalesce(input_tokens, 0)))",
    "spread of input tokens": "coalesce(stddev_pop(ln(1 + coalesce(input_tokens, 0))), 0)",
    "output tokens": "avg(ln(1 + coalesce(output_tokens, 0)))",
    "spread of output tokens": "coalesce(stddev_pop(ln(1 + coalesce(output_tokens, 0))), 0)",
    "distinct prompts": "count(distinct prompt) / count(*)",
    "addresses": "count(distinct source_ip)",
    "user agents": "count(distinct user_agent)",
    "models": "count(distinct request_model)",
    "share at night (UTC)": "avg((hour(time) < 6)::int)",
    "hours of the day": "count(distinct hour(time))",
    "log gap": "coalesce(avg(ln(1 + gap)), 0)",
    "spread of log gap": "coalesce(stddev_pop(ln(1 + gap)), 0)",
    "temperature": "coalesce(avg(temperature), 1)",
    "tools": "avg((tools is not null)::int)",
}
"""Features by name, as SQL over one account's exchanges; `gap` is seconds since its last."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Flags what the forest calls an outlier by itself; no share of outliers is set."""

    title: str = "Isolation forest on account features"
    source: str = "Liu, Ting, Zhou, ICDM 2008; scikit-learn's IsolationForest"
    settings: Mapping[str, Setting] = field(
        default_factory=lambda: {
            "trees": 100,
            "samples per tree": "auto",
            "contamination": "auto",
            "random state": 0,
            "features": ", ".join(FEATURES),
        }
    )
    left_out: tuple[str, ...] = ("account records: features are of traffic alone",)

    def propose(self, logs: ProviderLogs) -> Proposal:
        """One row of features per account that sent anything."""
        exchanges = logs.exchanges(
            "account_id", "time", "conversation_id", "turn", "input_tokens", "output_tokens",
            "prompt", "source_ip", "user_agent", "request_model", "temperature", "tools",
        )  # fmt: skip
        with duckdb.connect() as connection:
            connection.sql("set timezone = 'UTC'")
            connection.register("exchanges", exchanges)
            rows = connection.sql(
                f"select account_id, {', '.join(FEATURES.values())} from (select *, "
                "(epoch_us(time) - lag(epoch_us(time)) over "
                "(partition by account_id order by time)) / 1e6 as gap from exchanges) "
                "group by account_id order by account_id"
            ).fetchall()
        accounts = [row[0] for row in rows]
        features = np.asarray([row[1:] for row in rows], dtype=np.float64)
        forest = IsolationForest(random_state=0).fit(features)
        outlying = -forest.score_samples(features)
        flagged = [accounts[row] for row in np.flatnonzero(forest.predict(features) < 0)]
        return of_scores(dict(zip(accounts, outlying.tolist(), strict=True)), flagged)


ISOLATION_FOREST: Final = Forest()
