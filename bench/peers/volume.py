"""Limits per account, as providers publish them for accounts of the first or the free tier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import duckdb

from bench.peers.peer import Proposal, ProviderLogs, Setting, of_scores

MINUTE: Final = 60
DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` of something in any clock minute or any UTC day."""

    what: str
    most: int
    seconds: int

    @property
    def name(self) -> str:
        """How the settings name it."""
        return f"{self.what} per {'minute' if self.seconds == MINUTE else 'day'}"


_AMOUNTS: Final = {
    "requests": "count(*)",
    "input tokens": "sum(coalesce(input_tokens, 0) - coalesce(cached_tokens, 0))",
    "output tokens": "sum(coalesce(output_tokens, 0))",
}


@dataclass(frozen=True, slots=True)
class VolumeLimits:
    """Flags an account that passes any of a tier's limits once; the score is use over limit."""

    title: str
    source: str
    limits: tuple[Limit, ...]
    left_out: tuple[str, ...]

    @property
    def settings(self) -> Mapping[str, Setting]:
        """The limits by name."""
        return {limit.name: limit.most for limit in self.limits}

    def propose(self, logs: ProviderLogs) -> Proposal:
        """Compare each account's fullest minute or day with each limit."""
        exchanges = logs.exchanges(
            "account_id", "time", "input_tokens", "cached_tokens", "output_tokens"
        )
        scores: dict[str, float] = {}
        with duckdb.connect() as connection:
            connection.register("exchanges", exchanges)
            for limit in self.limits:
                fullest = connection.sql(
                    "select account_id, max(used) from (select account_id, "
                    f"{_AMOUNTS[limit.what]} as used from exchanges "
                    f"group by account_id, epoch_us(time) // {limit.seconds * 1_000_000}) "
                    "group by account_id"
                ).fetchall()
                for account, used in fullest:
                    scores[account] = max(scores.get(account, 0.0), float(used) / limit.most)
        return of_scores(scores, [account for account, score in scores.items() if score > 1.0])


_SCOPE: Final = (
    "limits apply to an account here, to an organization at the provider",
    "token buckets refill steadily; fixed minutes and days stand for them",
)

ANTHROPIC: Final = VolumeLimits(
    "Volume limits: Anthropic's first paid tier",
    "docs.anthropic.com/en/api/rate-limits, tier 1, Claude Opus 4 and Sonnet 4, as of 2025",
    (
        Limit("requests", 50, MINUTE),
        Limit("input tokens", 30_000, MINUTE),
        Limit("output tokens", 8_000, MINUTE),
    ),
    (*_SCOPE, "spending limit per month (no prices in the logs)"),
)
GROQ: Final = VolumeLimits(
    "Volume limits: Groq's free plan",
    "console.groq.com/docs/rate-limits, free plan, llama-3.3-70b-versatile, as of July 2026",
    (Limit("requests", 30, MINUTE), Limit("requests", 1_000, DAY)),
    (*_SCOPE, "token limits"),
)
OPENROUTER: Final = VolumeLimits(
    "Volume limits: OpenRouter's free models",
    "openrouter.ai/docs limits of `:free` models before credit is bought, as of July 2026",
    (Limit("requests", 20, MINUTE), Limit("requests", 50, DAY)),
    _SCOPE,
)
