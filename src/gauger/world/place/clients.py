"""Client programs: what they call themselves, their TLS fingerprint, and how common they are.

A TLS fingerprint belongs to a library build, so unrelated programs share one; a program's
name carries a version that its users update at different times.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from gauger.world.text.data import words


@dataclass(frozen=True, slots=True)
class Client:
    """One build of one client program."""

    family: str
    user_agent: str
    ja4: str
    weight: float
    stream: float


CLIENTS: Final = tuple(
    Client(
        group["family"],
        build,
        group["ja4"][i % len(group["ja4"])],
        group["weight"] / (1.0 + 0.7 * i),
        group["stream"],
    )
    for group in words("clients")["group"]
    for i, build in enumerate(group["builds"])
)
"""Every client build in use, most common first within its group."""

AGENTS: Final = tuple(client.user_agent for client in CLIENTS)
JA4: Final = tuple(client.ja4 for client in CLIENTS)


@cache
def _shares(families: tuple[str, ...], prefix: str) -> tuple[list[int], list[float]]:
    chosen = [
        i
        for i, client in enumerate(CLIENTS)
        if client.family in families and client.user_agent.startswith(prefix)
    ]
    weights = np.array([CLIENTS[i].weight for i in chosen])
    shares: list[float] = np.cumsum(weights / weights.sum()).tolist()
    return chosen, shares


def client_of(rng: np.random.Generator, families: tuple[str, ...], prefix: str = "") -> int:
    """A client of the given families, drawn by how common it is."""
    chosen, shares = _shares(families, prefix)
    return chosen[min(int(np.searchsorted(shares, rng.random())), len(chosen) - 1)]
