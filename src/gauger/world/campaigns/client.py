"""Axis `client`: from one client fingerprint to a client of its own for each account."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gauger.world.people.circle import MAX_TOKENS, TEMPERATURES, TOP_PS
from gauger.world.people.persona import Gear
from gauger.world.people.records import one
from gauger.world.place.clients import CLIENTS, client_of


def gears(
    level: int, rng: np.random.Generator, own: list[Gear], model: int, other: int
) -> list[Gear]:
    """One set of programs and parameters for each account; `own` are those of unrelated people.

    0: one uncommon client and one set of parameters; 1: the most popular client; 2: popular
    clients, a few sets of parameters; 3: each its own.
    """
    sets = [
        Gear((), model, other, 0.93, one(rng, TEMPERATURES), one(rng, TOP_PS), one(rng, MAX_TOKENS))
        for _ in range(1 if level < 2 else 4)
    ]
    if level == 0:
        client = client_of(rng, ("http",))
        return [replace(sets[0], clients=(client,))] * len(own)
    if level == 1:
        client = client_of(np.random.default_rng(0), ("sdk",), "llm-sdk-python/1.74")
        return [replace(sets[0], clients=(client,))] * len(own)
    if level == 2:
        popular = [client_of(rng, ("sdk", "http", "browser")) for _ in range(8)]
        drawn = (one(rng, popular) for _ in own)
        return [
            Gear((client,), model, other, 0.93)
            if CLIENTS[client].family == "browser"
            else replace(one(rng, sets), clients=(client,))
            for client in drawn
        ]
    return [
        replace(gear, model=model, loyalty=0.85) if rng.random() < 0.7 else gear for gear in own
    ]
