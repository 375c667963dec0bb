"""Names of all peers, and where each is written; a peer's packages load only when it runs."""

from __future__ import annotations

import importlib
from typing import Final, cast

from bench.peers.peer import Peer

PEERS: Final = {
    "volume-anthropic": "volume:ANTHROPIC",
    "volume-groq": "volume:GROQ",
    "volume-openrouter": "volume:OPENROUTER",
    "prada": "prada:PRADA",
    "mmd-account": "mmd:ACCOUNT",
    "mmd-account-100": "mmd:ACCOUNT_100",
    "mmd-global": "mmd:GLOBAL",
    "synchrotrap-address": "synchrotrap:ADDRESS",
    "synchrotrap-prompt": "synchrotrap:PROMPT",
    "evilcohort": "evilcohort:EVILCOHORT",
    "fraudar": "fraudar:FRAUDAR",
    "toolkit-similar": "toolkit:SIMILAR",
    "toolkit-post": "toolkit:POST",
    "isolation-forest": "isolation:ISOLATION_FOREST",
    "union-find": "unionfind:UNION_FIND",
    "glasswally": "glasswally.fusion:GLASSWALLY",
}
"""Name of each peer: module within `bench.peers`, and the peer in it."""


def load(name: str) -> Peer:
    """The peer of this name; an `ImportError` names a package of the group `bench` that lacks."""
    module, attribute = PEERS[name].split(":")
    return cast("Peer", getattr(importlib.import_module(f"bench.peers.{module}"), attribute))
