"""Peers on the same worlds in the same run, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.peers.registry import PEERS
from bench.truth.worlds import BenchWorld

PEER_LIMIT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class PeerScore:
    """One peer on one world; `wrong` counts innocents by kind, most first."""

    peer: str
    title: str
    world: str
    seed: int
    unfinished: str
    campaign_accounts: int
    found: int
    recalls: tuple[tuple[str, float], ...]
    innocents: int
    wrong: tuple[tuple[str, int], ...]
    seconds: float
    peak_mb: float

    @property
    def accused(self) -> int:
        """Innocent accounts flagged."""
        return sum(count for _, count in self.wrong)


def peers(world: BenchWorld, out: Path, names: Sequence[str] = tuple(PEERS)) -> list[PeerScore]:
    """Every peer on one world."""
    return [_peer(name, world, out) for name in names]


def _peer(name: str, world: BenchWorld, out: Path) -> PeerScore:
    result = out / "peers" / f"{world.folder.name}-{name}.json"
    result.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            sys.executable, "-m", "bench.peers", name, str(world.folder), "--out", str(result),
            "--limit", str(PEER_LIMIT_SECONDS),
        ],
        check=True,
    )  # fmt: skip
    said = json.loads(result.read_text(encoding="utf-8"))
    unfinished = str(said.get("note") or "ended") if said.get("unfinished") else ""
    return score(
        name, said["title"], world, frozenset(said["accounts"]), said["seconds"], said["peak_mb"],
        unfinished,
    )  # fmt: skip


def score(
    peer: str,
    title: str,
    world: BenchWorld,
    flagged: frozenset[str],
    seconds: float,
    peak_mb: float,
    unfinished: str = "",
) -> PeerScore:
    """Recall and innocents of a set of flagged accounts."""
    truth = world.truth
    wrong = Counter(truth.kind[a] for a in flagged if a in truth.kind and a not in truth.campaign)
    return PeerScore(
        peer, title, world.name, world.seed, unfinished, len(truth.campaign),
        len(flagged & truth.campaign.keys()),
        tuple(
            (campaign, len(accounts & flagged) / len(accounts))
            for campaign, accounts in truth.campaigns.items()
        ),
        len(truth.kind) - len(truth.campaign), tuple(wrong.most_common()), seconds, peak_mb,
    )  # fmt: skip
