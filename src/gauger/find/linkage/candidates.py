"""Several views of who belongs together, each able to propose candidates alone.

A view is a choice of kinds of thing and a resolution. A proposal is only that: the layers
weigh it, and most proposals are ordinary groups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Lock, Semaphore
from typing import Any, Final

import networkit as nk
import numpy as np
from numpy.typing import NDArray

from gauger.engine.freeing import give_back
from gauger.find.linkage.ties import KINDS, SPARSE, Ties
from gauger.model.population import Ints

MIN_ACCOUNTS: Final = 5
_SEED: Final = 20260422
_SEEDED: Final = Lock()
"""Held while a part is cut: seeding starts the dice of all threads anew."""
_ALIKE: Final = 0.8
"""Candidates that overlap by more than this (Jaccard) are one proposal."""


@dataclass(frozen=True, slots=True)
class View:
    """Which kinds of tie count, and how finely the graph is cut."""

    name: str
    kinds: frozenset[str]
    resolution: float


_CONTENT = frozenset({"frame", "item", "system", "tools"})
_FRAMES = frozenset({"frame", "item"})
_ORIGIN = frozenset({"address", "range", "block", "client", "parameters", "credential"})
_IDENTITY = frozenset({"payment", "phone", "email"})
VIEWS: Final = (
    View("all", frozenset(KINDS), 0.5),
    View("all", frozenset(KINDS), 1.0),
    View("all", frozenset(KINDS), 3.0),
    View("all", frozenset(KINDS), 10.0),
    View("content", _CONTENT, 1.0),
    View("content", _CONTENT, 4.0),
    View("frames", _FRAMES, 2.0),
    View("origin", _ORIGIN, 2.0),
    View("identity", _IDENTITY, 1.0),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Accounts (positions, ascending) that a view puts together."""

    accounts: Ints
    view: str


def propose(ties: Ties, threads: int = 1) -> tuple[Candidate, ...]:
    """Candidate networks of every view, near-equal ones once, largest first; `threads` views are
    cut at a time."""
    nk.setSeed(_SEED, False)
    turn = Semaphore(threads)
    often = Counter(view.kinds for view in VIEWS)
    graphs = {kinds: _Graph(ties, kinds, views) for kinds, views in often.items()}
    with ExitStack() as stack:
        # A thread begins with the seed, so each view has one of its own: it is cut alike whatever
        # was cut before it and beside it.
        views = [
            stack.enter_context(ThreadPoolExecutor(1)).submit(
                _labels, graphs[view.kinds], view, turn
            )
            for view in VIEWS
        ]
        labels = [view.result() for view in views]
    found = [(number, members) for number, held in enumerate(labels) for members in _groups(held)]
    found.sort(key=lambda each: (-len(each[1]), each[1].tolist()))
    return _distinct(found, ties.accounts_total)


class _Graph:
    """The ties of some kinds as a graph, which is there from its first view to its last."""

    def __init__(self, ties: Ties, kinds: frozenset[str], views: int) -> None:
        self._ties = ties
        self._kinds = kinds
        self._views = views
        self._lock = Lock()
        self._numbered: _Numbered | None = None

    def cut(self, resolution: float) -> Ints:
        """Community of every account, -1 for those that these ties hold to nothing."""
        with self._lock:
            if self._numbered is None:
                used = self._ties.of_kinds(self._kinds) & (self._ties.weight > 0)
                self._numbered = _Numbered.of(self._ties, used)
            numbered = self._numbered
        labels = np.full(self._ties.accounts_total, -1, np.int64)
        labels[numbered.accounts] = numbered.cut(resolution)
        with self._lock:
            self._views -= 1
            if not self._views:
                self._numbered = None
        give_back()
        return labels


def _labels(graph: _Graph, view: View, turn: Semaphore) -> Ints:
    with turn:
        return graph.cut(view.resolution)


def parts(ties: Ties, accounts: Ints) -> list[Ints]:
    """The accounts cut once more by their ties alone, largest part first."""
    return parts_at(ties, accounts, (1.0,))[0]


def parts_at(ties: Ties, accounts: Ints, resolutions: Sequence[float]) -> list[list[Ints]]:
    """The same at each of several resolutions."""
    # In the order of all ties: what comes of cutting them depends on it.
    edges = np.sort(ties.edges_of(accounts))
    met = np.diff(ties.thing[edges]) == 0
    edges = edges[np.append(met, False) | np.insert(met, 0, False)] if len(edges) else edges
    numbered = _Numbered.of(ties, edges[ties.weight[edges] > 0])
    found = []
    for resolution in resolutions:
        with _SEEDED:
            nk.setSeed(_SEED, False)
            cut = numbered.cut(resolution)
        held = [numbered.accounts[members] for members in _groups(cut)]
        found.append(sorted(held, key=len, reverse=True))
    return found


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A graph of accounts, numbered from 0 in the order of their positions, and of things."""

    accounts: Ints
    graph: nk.Graph

    @classmethod
    def of(cls, ties: Ties, used: NDArray[np.bool_] | NDArray[np.integer[Any]]) -> _Numbered:
        """Of the used ties: flags, or places."""
        accounts, account = _numbers(ties.account[used], ties.accounts_total)
        things, thing = _numbers(ties.thing[used], len(ties.kinds))
        graph = nk.GraphFromCoo(
            (ties.weight[used], (account, thing + len(accounts))),
            n=len(accounts) + len(things),
            weighted=True,
            directed=False,
        )
        return cls(accounts, graph)

    def cut(self, resolution: float) -> Ints:
        """Community of every account of the graph."""
        if not len(self.accounts):
            return np.empty(0, np.int64)
        # One thread: several would cut the same graph differently from run to run.
        nk.setNumberOfThreads(1)
        leiden = nk.community.ParallelLeiden(self.graph, True, 4, resolution)
        leiden.run()
        vector = np.asarray(leiden.getPartition().getVector(), np.int64)
        return vector[: len(self.accounts)]


def _numbers(of: NDArray[np.integer[Any]], total: int) -> tuple[Ints, Ints]:
    """Which of the numbers below `total` occur, ascending, and the place of each among these."""
    if SPARSE * len(of) < total:
        found, place = np.unique(of, return_inverse=True)
        return found.astype(np.int64), place
    occurs = np.zeros(total, np.bool_)
    occurs[of] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[of]


def _groups(labels: Ints) -> list[Ints]:
    tied = np.flatnonzero(labels >= 0)
    order = tied[np.argsort(labels[tied], kind="stable")]
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    return [members for members in np.split(order, cuts) if len(members) >= MIN_ACCOUNTS]


def _distinct(proposed: Sequence[tuple[int, Ints]], total: int) -> tuple[Candidate, ...]:
    """The proposals (number of a view, members), near-equal ones once."""
    kept: list[Candidate] = []
    sizes = np.empty(len(proposed), np.int64)
    # A view puts an account in one proposal at most.
    held = np.full((len(VIEWS), total), -1, np.int32)
    for view, members in proposed:
        met, shared = np.unique(held[:, members], return_counts=True)
        shared, met = shared[met >= 0], met[met >= 0]
        if (shared / (len(members) + sizes[met] - shared) > _ALIKE).any():
            continue
        held[view, members] = len(kept)
        sizes[len(kept)] = len(members)
        kept.append(Candidate(members, VIEWS[view].name))
    return tuple(kept)
