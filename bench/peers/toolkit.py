"""The Coordination Network Toolkit as it is published: who says like things within a minute.

coordination_network_toolkit 1.5.2 (MIT), QUT Digital Observatory. An exchange is a message, its
prompt the text. `co_similar` links accounts whose messages are similar, `co_post` those that
send anything at the same time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow.compute as pc
from coordination_network_toolkit.compute_networks import (
    compute_co_post_network,
    compute_co_similar_tweet,
)
from coordination_network_toolkit.graph import get_edge_rows
from coordination_network_toolkit.preprocess import preprocess_data
from coordination_network_toolkit.similarity import get_similarity_fn_from_min_size

from bench.peers.components import Components
from bench.peers.peer import Proposal, ProviderLogs, Setting, of_groups

WINDOW_SECONDS: Final = 60
EDGE_WEIGHT: Final = 2
SIMILARITY: Final = 0.8
PROCESSES: Final = 2
Message = tuple[str, str, str, str, str, str, float, list[str]]


@dataclass(frozen=True, slots=True)
class Toolkit:
    """Flags every account of the network; its connected components are the groups."""

    title: str
    network: str
    compute: Callable[[str], object]
    settings: Mapping[str, Setting]
    source: str = (
        "coordination_network_toolkit 1.5.2 on PyPI; "
        "github.com/QUT-Digital-Observatory/coordination-network-toolkit"
    )
    left_out: tuple[str, ...] = (
        "co_retweet, co_reply and co_link: exchanges have no reposts, replies or links",
        "co_tweet (identical text): within co_similar",
    )

    def propose(self, logs: ProviderLogs) -> Proposal:
        """Fill the toolkit's database, compute a network and read its edges."""
        with tempfile.TemporaryDirectory() as folder:
            database = str(Path(folder) / "messages.db")
            preprocess_data(database, _messages(logs))
            self.compute(database)
            linked, scores = Components(), dict[str, float]()
            for one, other, weight, _ in get_edge_rows(database, self.network):
                linked.join(one, other)
                scores[one] = max(scores.get(one, 0.0), float(weight))
        return of_groups(linked.groups(), scores)


def _messages(logs: ProviderLogs) -> Iterator[Message]:
    exchanges = logs.exchanges("exchange_id", "account_id", "prompt", "time")
    seconds = pc.divide(pc.cast(exchanges["time"], "int64"), 1e6)
    for batch in exchanges.append_column("seconds", seconds).to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            account = row["account_id"]
            text = row["prompt"] or ""
            yield (row["exchange_id"], account, account, "", "", text, row["seconds"], [])


def _similar(database: str) -> None:
    compute_co_similar_tweet(
        database,
        WINDOW_SECONDS,
        n_threads=PROCESSES,
        similarity_threshold=SIMILARITY,
        min_edge_weight=EDGE_WEIGHT,
        similarity_function=get_similarity_fn_from_min_size(1),
    )


def _post(database: str) -> None:
    compute_co_post_network(
        database, WINDOW_SECONDS, min_edge_weight=EDGE_WEIGHT, n_threads=PROCESSES
    )


_SETTINGS: Final = {
    "window, seconds (its README)": WINDOW_SECONDS,
    "edge weight, at least (its command line)": EDGE_WEIGHT,
    "processes": PROCESSES,
}
SIMILAR: Final = Toolkit(
    "Coordination Network Toolkit, co_similar",
    "co_similar_tweet",
    _similar,
    _SETTINGS | {"Jaccard similarity (its command line)": SIMILARITY},
)
POST: Final = Toolkit("Coordination Network Toolkit, co_post", "co_post", _post, _SETTINGS)
