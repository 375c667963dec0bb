"""FRAUDAR: dense blocks of accounts and things, as the package UGFraud finds them.

Hooi et al., KDD 2016; UGFraud 0.1.1.3 (Apache-2.0). The original graph joins reviewers to
products; here an account is joined to what it shares with others: addresses, prompts, system
prompts and payment instruments. Popular things weigh less by the method's own logarithm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import duckdb
import numpy as np
from scipy import sparse
from UGFraud.Detector.Fraudar import detect_blocks, logWeightedAveDegree

from bench.peers.peer import Proposal, ProviderLogs, Setting, of_groups

_THINGS: Final = ("source_ip", "prompt", "system")


@dataclass(frozen=True, slots=True)
class Fraudar:
    """Flags the accounts of every block the package finds; the score is the block's density."""

    title: str = "FRAUDAR (UGFraud)"
    source: str = "Hooi et al., KDD 2016; UGFraud 0.1.1.3 on PyPI"
    settings: Mapping[str, Setting] = field(
        default_factory=lambda: {
            "columns": "address, prompt, system prompt, payment instrument held by two or more",
            "weights": "logWeightedAveDegree",
            "blocks": "detect_blocks: until two blocks in a row differ by less than 0.01",
        }
    )
    left_out: tuple[str, ...] = (
        "the package's demonstration around the detector, which needs review data",
        "things that one account alone has (they cannot be in a block of several accounts)",
    )

    def propose(self, logs: ProviderLogs) -> Proposal:
        """Build the matrix and let the package take blocks out of it."""
        pairs = sorted(_held_together(logs))
        if not pairs:
            return of_groups([], note="accounts share nothing")
        accounts = sorted({account for account, _ in pairs})
        things = {thing: column for column, thing in enumerate(sorted({t for _, t in pairs}))}
        row_of = {account: row for row, account in enumerate(accounts)}
        rows = [row_of[account] for account, _ in pairs]
        columns = [things[thing] for _, thing in pairs]
        matrix = sparse.coo_matrix(
            (np.ones(len(rows), dtype=np.int64), (rows, columns)),
            shape=(len(accounts), len(things)),
        )
        groups, scores = [], dict[str, float]()
        for (block, _), density in detect_blocks(matrix, logWeightedAveDegree):
            fresh = [accounts[row] for row in block if accounts[row] not in scores]
            groups.append(fresh)
            scores |= dict.fromkeys(fresh, float(density))
        return of_groups([group for group in groups if group], scores)


def _held_together(logs: ProviderLogs) -> Iterator[tuple[str, str]]:
    exchanges = logs.exchanges("account_id", *_THINGS)
    with duckdb.connect() as connection:
        connection.register("exchanges", exchanges)
        connection.register("accounts", logs.accounts("account_id", "payment_fingerprint"))
        for column in _THINGS:
            yield from connection.sql(
                f"with held as (select distinct account_id as account, {column} as thing "
                f"from exchanges where {column} is not null and {column} <> '') "
                f"select account, '{column}:' || hash(thing) from held where thing in "
                "(select thing from held group by thing having count(*) > 1)"
            ).fetchall()
        yield from connection.sql(
            "with held as (select account_id as account, payment_fingerprint as thing "
            "from accounts where payment_fingerprint is not null "
            "and account_id in (select account_id from exchanges)) "
            "select account, 'payment:' || thing from held where thing in "
            "(select thing from held group by thing having count(*) > 1)"
        ).fetchall()


FRAUDAR: Final = Fraudar()
