"""Makes the signatures of a scan's networks: what marks them, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gauger.act.signatures.carrying import Carried, carried_by, recorded
from gauger.act.signatures.keys import check_of, key_of
from gauger.act.signatures.replay import (
    MEMBER,
    NEITHER,
    OUTSIDER,
    Carriers,
    Replayed,
    replay,
)
from gauger.act.signatures.scoring import STEPS, weights
from gauger.act.signatures.trying import tried
from gauger.engine import Engine
from gauger.find.profiles.carried import CARRIED, Holders, first_exchanges
from gauger.find.profiles.facts import AccountFacts
from gauger.find.profiles.summary import Summary
from gauger.model.evidence import Verdict
from gauger.model.finding import Belonging, Findings, Network
from gauger.model.population import Ints
from gauger.model.signature import RECORDED, TRAIT_KINDS, Signature, Signatures, Traits
from gauger.read.sketched import Sketched
from gauger.weigh.evidence.telling import fewest_of

MARKED: Final = (Verdict.EXTRACTION, Verdict.COORDINATED)
"""Verdicts of networks that get a signature; what is permitted needs none."""
_MOST_OF_A_KIND: Final = 20_000
"""Traits of one kind that mark one network, most widely held first."""
_MEMBERS_REPLAYED: Final = 2_000
_OUTSIDERS_REPLAYED: Final = 20_000


@dataclass(frozen=True)
class _Group:
    """A network as positions of accounts; `beside` it are those that one cannot tell."""

    network: Network
    members: Ints
    beside: Ints


def mark(
    engine: Engine,
    summary: Summary,
    facts: AccountFacts,
    findings: Findings,
    sketched: Sketched,
    secret: str | None,
) -> Signatures | None:
    """Signatures of the networks that were found; null where there is none, or where the key of
    the sketches will not be there again."""
    check = check_of(sketched) if sketched.stable_key else None
    groups = _groups(findings, facts)
    if check is None or not groups:
        return None
    key = key_of(secret, check)
    without = set() if facts.records is not None and key is not None else set(RECORDED)
    parts = [_Parts(group) for group in groups]
    holders = Holders(engine, summary, _membership(groups, facts))
    for kind in CARRIED:
        _count(kind, holders, parts, len(facts.ids))
    identity = None
    if facts.records is not None and key is not None:
        identity = recorded(facts.records, key)
        for part in parts:
            part.add_records(identity, facts)
    traits = [part.traits() for part in parts]
    replayed = _replayed(engine, summary.sketches, facts, groups, identity, traits)
    signatures = [
        _signature(group, marks, replayed, facts)
        for group, marks in zip(groups, traits, strict=True)
    ]
    return Signatures(datetime.now(UTC), check, tuple(signatures), tuple(sorted(without)))


def _groups(findings: Findings, facts: AccountFacts) -> list[_Group]:
    position = {name: number for number, name in enumerate(facts.ids)}

    def at(names: Sequence[str]) -> Ints:
        return np.array(sorted(position[name] for name in names), np.int64)

    groups = []
    for network in findings.networks:
        if network.verdict not in MARKED:
            continue
        surely = [m.account_id for m in network.members if m.belonging is not Belonging.CANNOT_TELL]
        every = {m.account_id for m in (*network.members, *network.undecided)}
        if surely:
            groups.append(_Group(network, at(surely), at(list(every.difference(surely)))))
    return groups


def _membership(groups: Sequence[_Group], facts: AccountFacts) -> pa.Table:
    """Rows as `Holders` asks for them."""
    accounts = np.concatenate([np.concatenate((g.members, g.beside)) for g in groups])
    sizes = [len(g.members) + len(g.beside) for g in groups]
    return pa.table(
        {
            "account_key": facts.keys[accounts],
            "network": np.repeat(np.arange(len(groups)), sizes),
            "member": np.concatenate(
                [np.repeat([True, False], (len(g.members), len(g.beside))) for g in groups]
            ),
            "exchanges": facts.exchanges[accounts],
            "fewest": np.repeat([fewest_of(len(g.members)) for g in groups], sizes),
        }
    )


class _Parts:
    """The traits of one network as they are gathered, kind by kind."""

    def __init__(self, group: _Group) -> None:
        self.group = group
        self._columns: list[tuple[np.ndarray, ...]] = []

    def add(self, kind: str, things: pa.Table, accounts: int) -> None:
        """Of `things` (`Holders.inside` with `accounts` of all) those that mark the network."""
        members = _ints(things["members"])
        outsiders = np.maximum(_ints(things["accounts"]) - _ints(things["concerned"]), 0)
        inside = len(self.group.members)
        telling = (
            weights(members, outsiders, inside, accounts - inside - len(self.group.beside)) > 0
        )
        chosen = np.flatnonzero(telling)
        order = np.lexsort((_ints(things["thing"])[chosen], -members[chosen]))
        chosen = chosen[order[:_MOST_OF_A_KIND]]
        number = np.full(len(chosen), TRAIT_KINDS.index(kind), np.int8)
        self._columns.append(
            (
                number,
                _ints(things["thing"])[chosen],
                members[chosen],
                outsiders[chosen],
                _times(things["first"])[chosen],
                _times(things["last"])[chosen],
            )
        )

    def add_records(self, identity: Carried, facts: AccountFacts) -> None:
        """What the members' records have in common; seen as long as the members were."""
        inside = np.zeros(identity.rows, np.bool_)
        inside[self.group.members] = True
        apart = inside.copy()
        apart[self.group.beside] = True
        for kind in RECORDED:
            mine = identity.kind == TRAIT_KINDS.index(kind)
            things, number = np.unique(identity.print[mine], return_inverse=True)
            holder = identity.row[mine]
            among = inside[holder]
            last = np.zeros(len(things), np.int64)
            np.maximum.at(last, number[among], facts.last_seen[holder[among]])
            first = np.full(len(things), np.iinfo(np.int64).max)
            np.minimum.at(first, number[among], facts.first_seen[holder[among]])
            members = np.bincount(number, among, len(things)).astype(np.int64)
            table = pa.table(
                {
                    "thing": things,
                    "members": members,
                    "concerned": np.bincount(number, apart[holder], len(things)).astype(np.int64),
                    "accounts": np.bincount(number, minlength=len(things)),
                    "first": first,
                    "last": last,
                }
            )
            enough = members >= fewest_of(len(self.group.members))
            self.add(kind, table.filter(pa.array(enough)), identity.rows)

    def traits(self) -> Traits:
        """All of them, in order."""
        columns = [np.concatenate(column) for column in zip(*self._columns, strict=True)]
        order = np.lexsort((columns[1], columns[0]))
        kind, thing, members, outsiders, first, last = (column[order] for column in columns)
        return Traits(
            kind, thing, members.astype(np.int32), outsiders.astype(np.int32), first, last
        )


def _count(kind: str, holders: Holders, parts: Sequence[_Parts], accounts: int) -> None:
    inside = holders.inside(kind)
    if not inside.num_rows:
        return
    things = pc.unique(inside["thing"])
    everywhere = holders.everywhere(kind, things)
    place = pc.index_in(inside["thing"], everywhere["thing"].combine_chunks())
    inside = inside.append_column("accounts", everywhere["accounts"].take(place))
    for number, part in enumerate(parts):
        part.add(kind, inside.filter(pc.equal(inside["network"], number)), accounts)


def _replayed(
    engine: Engine,
    sketches: ir.Table,
    facts: AccountFacts,
    groups: Sequence[_Group],
    identity: Carried | None,
    traits: Sequence[Traits],
) -> Replayed:
    """First exchanges of members and of a sample of everybody; keys are hashes, so the lowest
    ones are a sample."""
    chosen = [_sample(group.members, facts, _MEMBERS_REPLAYED) for group in groups]
    chosen.append(_sample(np.arange(len(facts.ids)), facts, _OUTSIDERS_REPLAYED))
    accounts = np.unique(np.concatenate(chosen))
    table = first_exchanges(engine, sketches, pa.array(facts.keys[accounts]), STEPS[-1])
    account = np.searchsorted(accounts, facts.positions(_ints(table["account_key"])))
    records = None if identity is None else Carriers.of(_rows(identity, accounts), traits)
    number = np.asarray(table["number"].to_numpy())
    exchanges = Carriers.of(carried_by(table), traits)
    return Replayed(len(accounts), account, number, exchanges, records, accounts)


def _sample(accounts: Ints, facts: AccountFacts, most: int) -> Ints:
    if len(accounts) <= most:
        return accounts
    return accounts[np.argpartition(facts.keys[accounts], most)[:most]]


def _rows(carried: Carried, rows: Ints) -> Carried:
    """Of what records carry, the given ones, renumbered in their order."""
    number = np.full(carried.rows, -1, np.int64)
    number[rows] = np.arange(len(rows))
    kept = number[carried.row] >= 0
    return Carried(len(rows), number[carried.row[kept]], carried.kind[kept], carried.print[kept])


def _signature(group: _Group, traits: Traits, replayed: Replayed, facts: AccountFacts) -> Signature:
    standing = np.full(len(facts.ids), OUTSIDER, np.int8)
    standing[group.beside] = NEITHER
    standing[group.members] = MEMBER
    outsiders = int((standing == OUTSIDER).sum())
    standing = standing[replayed.positions]
    members = len(group.members)
    scored = replay(replayed, traits, standing, members, outsiders)
    worth, trials, recognises = tried(scored, standing, members, outsiders)
    network = group.network
    return Signature(
        network.network_id,
        network.verdict,
        network.coordinated.lr,
        network.extraction.lr,
        members,
        outsiders,
        network.last_seen,
        traits,
        worth,
        trials,
        recognises,
    )


def _ints(column: pa.ChunkedArray | pa.Array) -> Ints:
    return np.asarray(column.to_numpy(), np.int64)


def _times(column: pa.ChunkedArray) -> Ints:
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", tz=column.type.tz)).cast(pa.int64())
    return _ints(column)
