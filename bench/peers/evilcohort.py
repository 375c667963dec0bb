"""EvilCohort-like: communities of accounts that are used from the same addresses.

Stringhini, Mourlanne, Jacob, Egele, Kruegel, Vigna: EvilCohort, USENIX Security 2015, restated
from the paper. The bipartite graph of accounts and addresses is projected on the accounts; an
edge weighs the number of shared addresses, light edges go, and Louvain finds communities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import duckdb
import networkit as nk

from bench.peers.peer import Proposal, ProviderLogs, Setting, of_groups

SHARED_ADDRESSES: Final = 10
"""What the paper settles on for its webmail service; it sets other values for other services."""
SMALLEST: Final = 2

_EDGES: Final = """
with used as (select distinct account_id as account, source_ip as address from exchanges
              where source_ip is not null)
select one.account, other.account, count(*) as shared
from used one join used other on one.address = other.address and one.account < other.account
group by all having shared >= {least}
"""


@dataclass(frozen=True, slots=True)
class EvilCohort:
    """Flags every account of every community; the score is its heaviest edge."""

    title: str = "EvilCohort-like"
    source: str = "Stringhini et al., USENIX Security 2015 (restated from the paper)"
    settings: Mapping[str, Setting] = field(
        default_factory=lambda: {
            "shared addresses, at least": SHARED_ADDRESSES,
            "communities": "Louvain (NetworKit's PLM, one thread, seed 1)",
            "smallest community": SMALLEST,
        }
    )
    left_out: tuple[str, ...] = (
        "the optional step that filters communities by user agents, activity and address use",
        "graphs of one day each: one graph of the whole period, which shares more addresses",
    )

    def propose(self, logs: ProviderLogs) -> Proposal:
        """Project, drop light edges, find communities."""
        with duckdb.connect() as connection:
            connection.register("exchanges", logs.exchanges("account_id", "source_ip"))
            edges = connection.sql(_EDGES.format(least=SHARED_ADDRESSES)).fetchall()
        if not edges:
            return of_groups([], note=f"no two accounts share {SHARED_ADDRESSES} addresses")
        names = sorted({account for one, other, _ in edges for account in (one, other)})
        number = {account: node for node, account in enumerate(names)}
        graph = nk.Graph(len(names), weighted=True)
        scores: dict[str, float] = {}
        for one, other, shared in sorted(edges):
            graph.addEdge(number[one], number[other], float(shared))
            for account in (one, other):
                scores[account] = max(scores.get(account, 0.0), float(shared))
        nk.setNumberOfThreads(1)
        nk.setSeed(1, False)
        louvain = nk.community.PLM(graph, refine=False)
        louvain.run()
        parts = louvain.getPartition()
        groups = [[names[node] for node in parts.getMembers(part)] for part in parts.getSubsetIds()]
        return of_groups([group for group in groups if len(group) >= SMALLEST], scores)


EVILCOHORT: Final = EvilCohort()
