"""The end of a scan: what established networks come to, each under its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from gauger.engine import Engine
from gauger.find.profiles.facts import AccountFacts
from gauger.find.profiles.picture import Pictures
from gauger.find.profiles.taken import Takings
from gauger.find.tied import Tied
from gauger.model.ahead import worked_ahead
from gauger.model.finding import Measured, Network
from gauger.model.lineage import EarlierNetwork, Gone
from gauger.model.population import Ints
from gauger.model.prices import PriceList
from gauger.since import Since
from gauger.tell.depict import depict
from gauger.weigh.calibration import Calibration
from gauger.weigh.carrying import Carried, Totals, told
from gauger.weigh.conclude import conclude, found_network, standing
from gauger.weigh.established import Established
from gauger.weigh.evidence.membership import Membership
from gauger.weigh.lineage import Traced, trace
from gauger.weigh.purpose import weigh_purpose
from gauger.weigh.robustness import robustness
from gauger.weigh.taken import measure_taken


@dataclass(frozen=True)
class Weighed:
    """What was weighed, by what, and what was established; `sketches` are those of all accounts."""

    engine: Engine
    sketches: ir.Table
    facts: AccountFacts
    tied: Tied
    found: tuple[Established, ...]
    calibration: Calibration
    since: Since | None = None
    """Where only what changed was weighed."""


@dataclass(frozen=True, slots=True)
class Concluded:
    """Networks in the order they are told in, and the earlier ones that went."""

    networks: tuple[Network, ...]
    gone: tuple[Gone, ...]


def conclude_all(
    weighed: Weighed,
    earlier: Sequence[EarlierNetwork] | None,
    prices: PriceList | None,
    *,
    with_text: bool,
) -> Concluded:
    """Every established network as a finding; `earlier` networks give theirs their names."""
    facts, tied, found = weighed.facts, weighed.tied, weighed.found
    if weighed.since is not None:
        facts = weighed.since.everybody().told_of(facts)
    traced = trace([found_network(held, facts) for held in found], earlier, set(facts.ids))
    carried = _carried(weighed, traced)
    membership = _membership(weighed, carried)
    pictures = Pictures(weighed.engine, weighed.sketches, membership)
    takings = Takings(weighed.engine, weighed.sketches, membership)
    drawn = depict(takings, pictures, found, tied.ties, facts, with_text=with_text)
    took = measure_taken(takings, len(found), prices)
    totals = _totals(weighed.since, carried)
    evidence = weighed.since.earlier.members if weighed.since else {}
    belongs = Membership(tied.population, tied.ties, weighed.calibration)
    named = {name: held.accounts for name, held in zip(traced.ids, found, strict=True)}
    owner = np.full(len(facts.ids), -1, np.int64)
    for number, accounts in enumerate(named.values()):
        owner[accounts] = number

    def concluded(number: int) -> Network:
        network = found[number]
        stands = standing(network, facts)
        purpose = weigh_purpose(
            network.judgement.readings,
            network.judgement.weighed,
            weighed.calibration,
            licensed=stands.licensed,
            contracts_known=any(facts.contract),
        )
        (capabilities, picture), kept = drawn[number], carried[number]
        return conclude(
            network, purpose, stands, facts, capabilities, picture,
            robustness(network, purpose, belongs, _beside(network, named, owner)),
            network.undecided(owner >= 0),
            took[number],
            name=traced.ids[number],
            lineage=told(traced.lineages[number], len(kept.account_ids)),
            carried=kept.members(evidence, totals),
        )  # fmt: skip

    threads = weighed.engine.threads
    networks = list(worked_ahead(concluded, range(len(found)), threads))
    order = {"extraction": 0, "coordinated": 1, "permitted": 2}
    networks.sort(key=lambda network: (order.get(network.verdict, 3), -network.exchanges))
    return Concluded(tuple(networks), traced.gone)


def measured(weighed: Weighed, rejected: int, snapshot: int | None) -> Measured:
    """What was counted over all accounts, weighed or not."""
    facts, since = weighed.facts, weighed.since
    counted = Measured(
        exchanges=int(facts.exchanges.sum()),
        accounts=len(facts.ids),
        first=_time(int(facts.first_seen.min())),
        last=_time(int(facts.last_seen.max())),
        rejected=rejected,
        snapshot=snapshot,
    )
    if since is None:
        return counted
    everybody = since.everybody()
    return replace(
        counted,
        exchanges=int(everybody.exchanges.sum()),
        accounts=len(everybody.ids),
        first=_time(int(everybody.first_seen.min())),
        last=_time(int(everybody.last_seen.max())),
        weighed=len(facts.ids),
    )


def _carried(weighed: Weighed, traced: Traced) -> list[Carried]:
    if weighed.since is None:
        return [Carried()] * len(weighed.found)
    return weighed.since.carried(traced.heirs)


def _totals(since: Since | None, carried: Sequence[Carried]) -> dict[str, Totals]:
    """What accounts that are carried over have sent by now, by their ids."""
    names = [name for held in carried for name in held.account_ids]
    if since is None:
        return {}
    sent = since.everybody()
    place = sent.places_of(names)
    counts = (sent.exchanges, sent.input_tokens, sent.output_tokens)
    columns = [held[place].tolist() for held in (*counts, sent.first_seen, sent.last_seen)]
    return {
        name: Totals(exchanges, given, taken, _time(first), _time(last))
        for name, exchanges, given, taken, first, last in zip(names, *columns, strict=True)
    }


def _membership(weighed: Weighed, carried: Sequence[Carried]) -> pa.Table:
    """Rows (account_key, network) of every account of every network."""
    facts = weighed.facts
    keys = [facts.keys[network.accounts] for network in weighed.found]
    if weighed.since is not None:
        names = [name for held in carried for name in held.account_ids]
        ends = np.cumsum([len(held.account_ids) for held in carried], dtype=np.int64)
        sent = weighed.since.everybody()
        more = np.split(sent.keys[sent.places_of(names)], ends)[:-1]
        keys = [np.append(*both) for both in zip(keys, more, strict=True)]
    lengths = [len(held) for held in keys]
    return pa.table(
        {
            "account_key": np.concatenate(keys) if keys else np.empty(0, np.int64),
            "network": np.repeat(np.arange(len(keys)), lengths),
        }
    )


def _beside(network: Established, named: Mapping[str, Ints], owner: Ints) -> dict[str, Ints]:
    """The other networks that have any of the accounts that were put beside this one's."""
    names = list(named)
    near = np.unique(owner[network.considered])
    others = {names[number]: named[names[number]] for number in near[near >= 0].tolist()}
    return {name: held for name, held in others.items() if held is not network.accounts}


def _time(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1e6, tz=UTC)
