"""How far a finding hangs on any one thing: a layer, a bridge, an unasked question."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from gauger.find.linkage.candidates import MIN_ACCOUNTS, parts
from gauger.model.evidence import Apart, Bridge, Robustness
from gauger.model.population import Ints
from gauger.weigh.established import Established
from gauger.weigh.evidence.membership import STRANGE, Membership
from gauger.weigh.evidence.question import Ownership
from gauger.weigh.judge import ESTABLISHED
from gauger.weigh.purpose import Purpose

_PARTS: Final = 8
_FEWEST: Final = 3
_NEAR: Final = 2
"""Ordinary explanations named in what would change the conclusion: the best ones."""

SHOWN_BY: Final[Mapping[str, str]] = {
    "product in use": "a product that these accounts use, each for a task of its own",
    "evaluation": "a public benchmark whose items these prompts are",
    "agent at work": "an agent tool that sends these prompts for its users",
    "reseller's customers": "a reseller's books that name a different person behind each account",
    "class or course": "a course whose list of participants holds these accounts",
    "customers of one platform": "a platform that names these accounts as its customers",
    "employees of one firm": "a firm that names these accounts as its employees'",
    "people on a VPN": "proof that these addresses belong to a service open to everybody",
    "people of one region": "a calendar or an outage of one region that explains the hours",
    "prompt that goes viral": "the place where this prompt was published",
    "tutorial or trial": "the tutorial that these exchanges follow",
    "text made to be posted": "the texts, posted somewhere",
    "agency or integrator": "an agency's contract that names these accounts as its clients'",
    "synthetic data within the terms": "an organization that declares these accounts as its own",
    "licensed distillation": "a contract that allows what these accounts do",
}
"""What would show that an ordinary explanation holds."""


def robustness(
    network: Established,
    purpose: Purpose,
    membership: Membership,
    others: Mapping[str, Ints] = MappingProxyType({}),
) -> Robustness:
    """Layer by layer, part by part, and explanation by explanation; `others` are the accounts of
    the other networks, by their ids."""
    without = tuple(sorted(network.judgement.fused.without.items(), key=lambda held: held[1]))
    return Robustness(
        without, _bridge(network, membership), _changes(without, purpose), _apart(network, others)
    )


def _bridge(network: Established, membership: Membership) -> Bridge | None:
    """The part that has least evidence of belonging to the rest."""
    accounts = network.accounts
    outsiders = np.ones(membership.population.size, np.bool_)
    outsiders[accounts] = False
    thinnest: Bridge | None = None
    for part in parts(membership.ties, accounts)[:_PARTS]:
        rest = np.setdiff1d(accounts, part, assume_unique=True)
        if len(part) < _FEWEST or len(rest) < MIN_ACCOUNTS:
            continue
        evidence = membership.about(part, rest, outsiders)
        log10 = float(np.median(evidence.log10))
        if thinnest is None or log10 < thinnest.log10:
            thinnest = Bridge(len(part), len(rest), log10, _ways(evidence))
    return thinnest


def _ways(part: Ownership) -> tuple[str, ...]:
    """Families of evidence that most accounts of the part have for belonging to the rest."""
    share = {name: float((held > 0).mean()) for name, held in part.families.items()}
    return tuple(name for name in sorted(share, key=lambda name: -share[name]) if share[name] > 0.5)


def _apart(network: Established, others: Mapping[str, Ints]) -> tuple[Apart, ...]:
    """Accounts that linkage put beside the members: in other networks, or likelier strangers."""
    beside = np.setdiff1d(network.considered, network.accounts)
    found: list[Apart] = []
    for network_id, accounts in others.items():
        there = np.intersect1d(beside, accounts)
        beside = np.setdiff1d(beside, there)
        if len(there):
            found.append(_set_apart(network, there, network_id))
    found.sort(key=lambda held: -held.accounts)
    strangers = beside[network.ownership.of(beside).log10 < STRANGE]
    if len(strangers):
        found.append(_set_apart(network, strangers, None))
    return tuple(found)


def _set_apart(network: Established, accounts: Ints, network_id: str | None) -> Apart:
    log10 = float(np.median(network.ownership.of(accounts).log10))
    return Apart(len(accounts), log10, network_id)


def _changes(without: tuple[tuple[str, float], ...], purpose: Purpose) -> tuple[str, ...]:
    said = [
        f"If what the layer “{layer}” shows had an ordinary cause, one operator would no longer "
        f"be established."
        for layer, left in without
        if left < ESTABLISHED
    ]
    nearest = [held for held in purpose.explanations if held.explanation in SHOWN_BY][:_NEAR]
    said += [
        f"“{held.explanation}” would be shown by {SHOWN_BY[held.explanation]}." for held in nearest
    ]
    return tuple(said)
