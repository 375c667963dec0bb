"""Policies, networks and accounts made by hand."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from gauger.act.decisions.index import PLACES, Index, Rows
from gauger.act.policy.policy import Policy
from gauger.act.policy.reading import parse_policy
from gauger.model.decision import KnownNetwork, Place
from gauger.model.evidence import LogLR, Verdict

HEAD = """
version = 1
author = "ana"
reason = "a test"
appeal_url = "https://provider.example/appeal/{reference}"
verification_url = "https://provider.example/verify/{reference}"
"""
RULES = """
[[rule]]
name = "core"
answer = "step-up"
lasts = "7 days"
verdict = ["extraction"]
place = ["core", "recognised"]
coordinated_least = 2.0
account_least = 1.0

[[rule]]
name = "others"
answer = "slow"
lasts = "1 day"
verdict = ["extraction"]
quota = { requests = 4, tokens = 1000, per = "minute", mixed_reserve = 0.5 }
"""
LIVE = "live_share = 1.0\n"


def policy(text: str = RULES, head: str = HEAD + LIVE) -> Policy:
    """A policy with these rules; live unless the head says otherwise."""
    return parse_policy(head + text, "policy.toml")


def network(
    name: str = "net-1", verdict: Verdict = Verdict.EXTRACTION, lower: float = 3.0
) -> KnownNetwork:
    """A network with these bounds."""
    lr = LogLR(lower + 0.5, lower, lower + 1)
    return KnownNetwork(name, verdict, lr, lr, 4, f"out/findings.json#{name}")


def index(
    accounts: Iterable[tuple[str, int, Place]] = (
        ("core", 0, Place.CORE), ("likely", 0, Place.LIKELY), ("mixed", 0, Place.MIXED),
        ("reseller", 1, Place.CORE),
    ),
    networks: tuple[KnownNetwork, ...] = (
        network(), network("net-2", Verdict.COORDINATED),
    ),
) -> Index:  # fmt: skip
    """Accounts of networks, each with a log10 LR of 3 for belonging."""
    held = list(accounts)
    ones = np.ones(len(held), np.float32)
    rows = Rows(
        [name for name, _, _ in held],
        np.array([number for _, number, _ in held], np.int32),
        np.array([PLACES.index(place) for _, _, place in held], np.int8),
        3 * ones, 2 * ones, 4 * ones, ones,
    )  # fmt: skip
    return Index.of(networks, rows)
