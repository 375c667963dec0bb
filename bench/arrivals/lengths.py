"""Lengths, turns and shared prefixes of measured requests (Mooncake, Azure)."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
BLOCK = 512
"""Tokens that one hash of a Mooncake request stands for."""


@dataclass(frozen=True, slots=True)
class Requests:
    """Input and output tokens of single requests."""

    asked: Floats
    answered: Floats


@dataclass(frozen=True, slots=True)
class Conversations:
    """Requests, and how later turns follow earlier ones.

    `gap` is seconds between two turns, answer included; `growth` is by how many tokens the input
    grew beyond the earlier input and its answer; `depth` counts requests by their earlier turns
    in the trace; `shared` is the share of each input that an earlier request begins with.
    """

    requests: Requests
    gap: Floats
    growth: Floats
    depth: npt.NDArray[np.int64]
    shared: Floats
    seconds: float


def azure(folder: Path) -> Requests:
    """Coding requests."""
    with (folder / "AzureLLMInferenceTrace_code.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    return Requests(
        np.array([float(row[1]) for row in rows]), np.array([float(row[2]) for row in rows])
    )


def mooncake(folder: Path) -> Conversations:
    """Conversations: a request is a later turn if all full blocks of an earlier one begin it.

    A prefix of one block is the service's own and links nothing.
    """
    with (folder / "conversation_trace.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    asked = np.array([row["input_length"] for row in rows], dtype=np.float64)
    answered = np.array([row["output_length"] for row in rows], dtype=np.float64)
    time = np.array([row["timestamp"] for row in rows]) / 1000.0
    earlier = np.full(len(rows), -1)
    depth = np.zeros(len(rows), dtype=np.int64)
    shared = np.zeros(len(rows))
    known: dict[tuple[int, ...], int] = {}
    blocks: set[int] = set()
    for i, row in enumerate(rows):
        ids = tuple(row["hash_ids"])
        fresh = next((j for j, block in enumerate(ids) if block not in blocks), len(ids))
        shared[i] = min(1.0, fresh * BLOCK / max(asked[i], 1.0))
        for many in range(len(ids), 1, -1):
            if ids[:many] in known:
                earlier[i] = known[ids[:many]]
                depth[i] = depth[earlier[i]] + 1
                break
        known[ids[:-1]] = known[ids] = i
        blocks.update(ids)
    later = np.flatnonzero(earlier >= 0)
    before = earlier[later]
    return Conversations(
        Requests(asked, answered),
        gap=time[later] - time[before],
        growth=asked[later] - asked[before] - answered[before],
        depth=np.bincount(depth),
        shared=shared,
        seconds=float(time[-1]),
    )


def turn_tail(depth: npt.NDArray[np.int64], deepest: int = 10) -> tuple[float, float]:
    """The two shapes of a beta-geometric law of turns, by maximum likelihood on continuations.

    A conversation stops after each turn with a chance of its own, beta-distributed over
    conversations, so those that have gone on long tend to go on (Fader and Hardie 2007). The
    chance to go on after `k` later turns is (b + k) / (a + b + k).
    """
    from scipy.optimize import minimize

    here, on = depth[:deepest].astype(float), depth[1 : deepest + 1].astype(float)
    turn = np.arange(deepest)

    def loss(log_shape: Floats) -> float:
        stop, go = np.exp(log_shape)
        chance = (go + turn) / (stop + go + turn)
        return -float((on * np.log(chance) + (here - on) * np.log(1 - chance)).sum())

    stop, go = np.exp(minimize(loss, np.log([3.0, 1.0]), method="Nelder-Mead").x)
    return float(stop), float(go)
