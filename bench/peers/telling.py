"""What a peer's run is written down as: the contract with the truth bench."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.peers.peer import Peer, ProviderLogs
from bench.peers.registry import load


def _about(name: str, peer: Peer) -> dict[str, Any]:
    return {
        "peer": name,
        "title": peer.title,
        "source": peer.source,
        "settings": dict(peer.settings),
        "left_out": list(peer.left_out),
    }


def told(name: str, world: Path) -> dict[str, Any]:
    """Run a peer in this process; seconds and memory are added by whoever watches it."""
    peer = load(name)
    proposal = peer.propose(ProviderLogs(world))
    return _about(name, peer) | {
        "accounts": list(proposal.accounts),
        "groups": [list(group) for group in proposal.groups],
        "scores": {account: float(score) for account, score in proposal.scores.items()},
        "note": proposal.note,
        "unfinished": False,
    }


def told_unfinished(name: str, reason: str) -> dict[str, Any]:
    """A peer that was ended or failed: it proposes nothing, and the note says why."""
    return _about(name, load(name)) | {
        "accounts": [],
        "groups": [],
        "scores": {},
        "note": reason,
        "unfinished": True,
    }
