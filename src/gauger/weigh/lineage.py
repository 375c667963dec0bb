"""Keeps the identity of networks from scan to scan: one id as long as the core is the same.

A network loses accounts that are closed and gains those that replace them, so its accounts alone
would give it another name every day, and nobody could follow a case. Cores are compared, since
accounts at the rim come and go with the evidence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from gauger.model.lineage import Descent, EarlierNetwork, Gone, Lineage, Origin

KEPT: Final = 0.5
"""More than this part of an earlier core in one network, and it is that network still: no two can
hold as much. Accounts that the logs no longer hold are left out of the comparison."""


@dataclass(frozen=True, slots=True)
class FoundNetwork:
    """Accounts of a network at hand, by their ids, and its core among them."""

    accounts: frozenset[str]
    core: frozenset[str]


@dataclass(frozen=True, slots=True)
class Traced:
    """Ids and lineages of the networks at hand, in their order, and what went; without an earlier
    scan there is no lineage."""

    ids: tuple[str, ...]
    lineages: tuple[Lineage | None, ...]
    gone: tuple[Gone, ...]
    heirs: tuple[tuple[str, ...], ...]
    """Ids of the earlier networks that each continues, none or several."""


def trace(
    found: Sequence[FoundNetwork],
    earlier: Sequence[EarlierNetwork] | None,
    present: Collection[str],
) -> Traced:
    """Names every network, by an earlier one if it is the same; `present` are all accounts of the
    logs at hand."""
    if earlier is None:
        return Traced(
            tuple(_named(network.accounts, frozenset()) for network in found),
            (None,) * len(found),
            (),
            ((),) * len(found),
        )
    held = [_Earlier.of(network, found, present) for network in earlier]
    heirs: dict[int, list[_Earlier]] = {}
    for each in held:
        if each.heir is not None:
            heirs.setdefault(each.heir, []).append(each)
    heirs = {number: _most_first(merging, number) for number, merging in heirs.items()}
    taken = frozenset(network.network_id for network in earlier)
    ids = [
        heirs[number][0].network.network_id if number in heirs else _named(network.accounts, taken)
        for number, network in enumerate(found)
    ]
    return Traced(
        tuple(ids),
        tuple(
            _lineage(number, network, heirs.get(number, []), held)
            for number, network in enumerate(found)
        ),
        tuple(
            _gone(each, ids)
            for each in sorted(held, key=lambda one: one.network.network_id)
            if each.network.network_id not in ids
        ),
        tuple(
            tuple(each.network.network_id for each in heirs.get(number, ()))
            for number in range(len(found))
        ),
    )


@dataclass(frozen=True, slots=True)
class _Earlier:
    """An earlier network with what the logs at hand still hold of its core."""

    network: EarlierNetwork
    core: frozenset[str]
    kept: tuple[int, ...]
    """Accounts of this core in every network at hand."""
    heir: int | None
    """The network that has most of it."""

    @classmethod
    def of(
        cls, network: EarlierNetwork, found: Sequence[FoundNetwork], present: Collection[str]
    ) -> _Earlier:
        # A network of which no account is sure is followed by all that it has.
        core = frozenset(each for each in network.core or network.accounts if each in present)
        kept = tuple(len(core & later.accounts) for later in found)
        most = max(range(len(kept)), key=kept.__getitem__, default=None)
        is_heir = most is not None and kept[most] > KEPT * len(core)
        return cls(network, core, kept, most if is_heir else None)

    def origin(self, number: int) -> Origin:
        return Origin(self.network.network_id, len(self.core), self.kept[number])


def _lineage(
    number: int, network: FoundNetwork, heirs: Sequence[_Earlier], earlier: Sequence[_Earlier]
) -> Lineage:
    sharing = _most_first((each for each in earlier if each.kept[number]), number)
    origins = tuple(each.origin(number) for each in sharing)
    if heirs:
        first, others = heirs[0], heirs[1:]
        said = f"Most of the core of {_core(first, number)} is here. {_change(first, network)}"
        if others:
            merged = ", ".join(_core(each, number) for each in others)
            return Lineage(
                Descent.MERGED, origins, f"{said} Merged with it: most of the core of {merged}."
            )
        return Lineage(Descent.SAME, origins, said)
    own = network.core or network.accounts
    for each in sharing:
        if len(each.core & own) > KEPT * len(own):
            where = "another network" if each.heir is not None else "no network"
            return Lineage(
                Descent.SPLIT,
                origins,
                f"Split from {_core(each, number)}: most of its own core was there, and {where} "
                "has most of that core now.",
            )
    if origins:
        return Lineage(
            Descent.FIRST,
            origins,
            f"First found now. It holds {sum(held.kept for held in origins):,} accounts of the "
            "cores of earlier networks, most of none and not most of its own.",
        )
    return Lineage(Descent.FIRST, (), "First found now: no account of it was in a network before.")


def _most_first(held: Iterable[_Earlier], number: int) -> list[_Earlier]:
    """Those first of whose core most accounts are in the numbered network."""
    return sorted(held, key=lambda each: (-each.kept[number], each.network.network_id))


def _core(each: _Earlier, number: int) -> str:
    return f"{each.network.network_id} ({each.kept[number]:,} of {len(each.core):,} accounts)"


def _change(first: _Earlier, network: FoundNetwork) -> str:
    """How its accounts changed."""
    joined = len(network.accounts - first.network.accounts)
    left = len(first.network.accounts - network.accounts)
    if not joined and not left:
        return "Its accounts are the same."
    added = "1 account was" if joined == 1 else f"{joined:,} accounts were"
    return f"{added} added and {left:,} {'is' if left == 1 else 'are'} no longer in it."


def _gone(each: _Earlier, ids: Sequence[str]) -> Gone:
    order = sorted(range(len(ids)), key=lambda number: (-each.kept[number], ids[number]))
    into = tuple(ids[number] for number in order if each.kept[number])
    return Gone(
        each.network.network_id,
        each.network.verdict,
        len(each.network.accounts),
        into,
        _went(each, into, [each.kept[number] for number in order]),
    )


def _went(each: _Earlier, into: Sequence[str], kept: Sequence[int]) -> str:
    core = f"{len(each.core):,} accounts of its core"
    if each.heir is not None:
        return f"Merged into {into[0]}, which has {kept[0]:,} of {core}."
    if not each.core:
        return "None of its accounts sent anything in these logs."
    if into:
        parts = ", ".join(f"{count:,} in {name}" for name, count in zip(into, kept, strict=False))
        return f"No network has most of {core} any more: {parts}."
    return f"Of {core} none is in a network: one operator is not established in these logs."


def _named(accounts: frozenset[str], taken: frozenset[str]) -> str:
    """A short name that the same accounts always get, unless an earlier network bears it."""
    name = _short("\n".join(sorted(accounts)))
    while name in taken:
        name = _short(name)
    return name


def _short(text: str) -> str:
    return f"net-{hashlib.sha256(text.encode()).hexdigest()[:6]}"
