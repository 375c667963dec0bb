"""SynchroTrap-like: accounts that do the same thing at around the same time, day after day.

Cao, Yang, Yu, Palow: Uncovering Large Groups of Active Malicious Accounts in Online Social
Networks, CCS 2014, restated from the paper. An action is (account, constraint, time); two
actions match if they share the constraint and lie within the matching window. Similarity is the
Jaccard index of matched actions, computed per day and summed over days; single linkage groups
accounts at the threshold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow.compute as pc

from bench.peers.components import Components
from bench.peers.peer import Proposal, ProviderLogs, Setting, of_groups

WINDOW_SECONDS: Final = 3_600
SIMILARITY: Final = 0.5
SMALLEST: Final = 2

# |A and B| is symmetric only if each side counts its own matched actions, so the lesser counts.
_PAIRS: Final = """
with acts as (
  select row_number() over () as act, account_id as account, epoch_us(time) as at,
         epoch_us(time) // 86400000000 as day, hash({column}) as thing
  from exchanges where {column} is not null
),
daily as (select account, day, count(*) as acts from acts group by all),
shared as (
  select * from acts where (thing, day) in
    (select (thing, day) from acts group by thing, day having count(distinct account) > 1)
),
matched as (
  select one.account as a, other.account as b, one.day, count(distinct one.act) as hits
  from shared one join shared other
    on one.thing = other.thing and one.day = other.day and one.account <> other.account
    and other.at between one.at - {window} and one.at + {window}
  group by all
),
common as (
  select forth.a, forth.b, forth.day, least(forth.hits, back.hits) as hits
  from matched forth join matched back
    on forth.a = back.b and forth.b = back.a and forth.day = back.day
  where forth.a < forth.b
),
together as (select a, b, sum(hits) as hits from common group by all),
total as (select account, sum(acts) as acts from daily group by account)
select a, b, hits / (one.acts + other.acts - hits) as similarity
from together join total one on one.account = a join total other on other.account = b
where similarity >= {similarity}
"""


@dataclass(frozen=True, slots=True)
class SynchroTrap:
    """One application of the paper's kind: its constraint is a column of the exchanges."""

    title: str
    column: str
    source: str = "Cao et al., CCS 2014, doi 10.1145/2660267.2660269 (restated from the paper)"
    left_out: tuple[str, ...] = (
        "Hadoop, Giraph and incremental weekly aggregation: one machine, whole period at once",
        "a least group size, which the operator sets: every group of two or more counts",
    )

    @property
    def settings(self) -> Mapping[str, Setting]:
        """An hour and one half are assumed: the paper leaves both to the operator of a service."""
        return {
            "constraint": self.column,
            "matching window, seconds": WINDOW_SECONDS,
            "similarity": SIMILARITY,
            "smallest group": SMALLEST,
        }

    def propose(self, logs: ProviderLogs) -> Proposal:
        """Join actions with actions, then link what is similar enough."""
        exchanges = logs.exchanges("account_id", "time", self.column)
        if exchanges[self.column].null_count == len(exchanges):
            return of_groups([], note=f"no exchange has `{self.column}`")
        if self.column == "prompt":
            exchanges = exchanges.filter(pc.greater(pc.utf8_length(exchanges["prompt"]), 0))
        query = _PAIRS.format(
            column=self.column, window=WINDOW_SECONDS * 1_000_000, similarity=SIMILARITY
        )
        with duckdb.connect() as connection:
            connection.register("exchanges", exchanges)
            pairs = connection.sql(query).fetchall()
        linked, scores = Components(), dict[str, float]()
        for one, other, similarity in pairs:
            linked.join(one, other)
            for account in (one, other):
                scores[account] = max(scores.get(account, 0.0), float(similarity))
        return of_groups(linked.groups(SMALLEST), scores)


ADDRESS: Final = SynchroTrap("SynchroTrap-like, same address", "source_ip")
PROMPT: Final = SynchroTrap("SynchroTrap-like, same prompt", "prompt")
