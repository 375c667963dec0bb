"""From established networks to findings: the ladder of claims, each rung with what it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np

from gauger.find.profiles.facts import AccountFacts
from gauger.model.account import PERMITTED_CONTRACTS
from gauger.model.evidence import Claim, LogLR, Robustness, Verdict
from gauger.model.finding import Belonging, Member, Network, Picture
from gauger.model.lineage import Lineage
from gauger.model.population import Ints
from gauger.model.taken import Taken
from gauger.weigh.belonging import STAYS
from gauger.weigh.established import Established
from gauger.weigh.evidence.say import verbal
from gauger.weigh.lineage import FoundNetwork
from gauger.weigh.purpose import Purpose

EXTRACTION_ESTABLISHED: Final = 1.0
"""log10 LR over the best ordinary explanation from which "extraction" is established."""
CORE: Final = 2.0
"""log10 LR of its own from which an account belongs to the core of a network."""
DECLARED_SHARE: Final = 0.95
"""Part of a network's accounts that must declare one organization, or hold a contract."""

_ATTRIBUTED: Final = Claim(
    established=False,
    statement="No hypothesis about who directs these accounts was entered.",
    not_established="Who directs these accounts.",
)
_USED: Final = Claim(
    established=False,
    statement="No model was tested.",
    not_established="Whether any model was trained on the answers.",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether what a network does is declared or allowed, and by what."""

    permitted: bool
    licensed: bool
    reason: str


def standing(network: Established, facts: AccountFacts) -> Standing:
    """Declared (one organization) or licensed (a contract that allows it)?"""
    accounts = network.accounts
    licensed = _share([facts.contract[a] in PERMITTED_CONTRACTS for a in accounts])
    if licensed >= DECLARED_SHARE:
        return Standing(True, True, "their contract allows distillation")
    declared = Counter(facts.organization[a] for a in accounts if facts.organization[a])
    if not declared:
        return Standing(False, False, "")
    name, count = declared.most_common(1)[0]
    if count >= DECLARED_SHARE * len(accounts) and _tells_apart(name, count, facts):
        return Standing(True, False, "they declare one organization")
    return Standing(False, False, "")


def _tells_apart(organization: str | None, members: int, facts: AccountFacts) -> bool:
    """Whether an organization is more than the name that all accounts in the logs bear.

    A gateway may put every customer into one team or organization of its own: belonging to it
    declares nothing. Where the network is most of the organization it is declared all the same.
    """
    everywhere = sum(1 for held in facts.organization if held == organization)
    return everywhere < DECLARED_SHARE * len(facts.organization) or 2 * members > everywhere


def conclude(
    network: Established,
    purpose: Purpose,
    stands: Standing,
    facts: AccountFacts,
    capabilities: tuple[tuple[str, float], ...],
    picture: Picture,
    robust: Robustness,
    undecided: Ints,
    taken: Taken | None = None,
    *,
    name: str,
    lineage: Lineage | None = None,
    carried: Sequence[Member] = (),
) -> Network:
    """The finding about one network, under its name; accounts `carried` over from an earlier scan
    are members of it behind those that were weighed."""
    accounts = network.accounts
    weighed = accounts[np.argsort(-facts.exchanges[accounts], kind="stable")]
    members = (*_members(network, facts, weighed), *carried)
    coordinated = _coordinated(network)
    extraction = _extraction(purpose, stands)
    if stands.permitted:
        verdict = Verdict.PERMITTED
    elif extraction.established:
        verdict = Verdict.EXTRACTION
    else:
        verdict = Verdict.COORDINATED
    return Network(
        network_id=name,
        verdict=verdict,
        members=members,
        exchanges=sum(member.exchanges for member in members),
        input_tokens=sum(member.input_tokens for member in members),
        output_tokens=sum(member.output_tokens for member in members),
        first_seen=min(member.first_seen for member in members),
        last_seen=max(member.last_seen for member in members),
        coordinated=coordinated,
        extraction=extraction,
        attributed=_ATTRIBUTED,
        used=_USED,
        layers=network.judgement.layers,
        explanations=purpose.explanations,
        capabilities=capabilities,
        picture=picture,
        taken=taken,
        robustness=robust,
        undecided=_members(network, facts, undecided),
        headline=_headline(len(members), coordinated, extraction, stands, capabilities),
        lineage=lineage,
    )


def found_network(network: Established, facts: AccountFacts) -> FoundNetwork:
    """The accounts that the finding will name, by their ids, and the core among them."""
    own = network.ownership.of(network.accounts)
    surely = {
        facts.ids[account]: _belonging(own.log10[row], own.lower[row])
        for row, account in enumerate(network.accounts)
    }
    return FoundNetwork(
        frozenset(name for name, held in surely.items() if held is not Belonging.CANNOT_TELL),
        frozenset(name for name, held in surely.items() if held is Belonging.CORE),
    )


def _members(network: Established, facts: AccountFacts, accounts: Ints) -> tuple[Member, ...]:
    own = network.ownership.of(accounts)
    return tuple(
        Member(
            account_id=facts.ids[account],
            lr=LogLR(float(own.log10[row]), float(own.lower[row]), float(own.upper[row])),
            exchanges=int(facts.exchanges[account]),
            input_tokens=int(facts.input_tokens[account]),
            output_tokens=int(facts.output_tokens[account]),
            first_seen=_time(int(facts.first_seen[account])),
            last_seen=_time(int(facts.last_seen[account])),
            ties=tuple(name for name, held in own.families.items() if held[row] > 0),
            belonging=_belonging(own.log10[row], own.lower[row]),
            marked=float(own.marked[row]) if np.isfinite(own.marked[row]) else None,
        )
        for row, account in enumerate(accounts)
    )


def _belonging(log10: float, lower: float) -> Belonging:
    """Core: moderately strong evidence of its own, none against left without any one cause."""
    if log10 < STAYS:
        return Belonging.CANNOT_TELL
    return Belonging.CORE if log10 >= CORE and lower >= 0.0 else Belonging.LIKELY


def _coordinated(network: Established) -> Claim:
    lr = network.judgement.coordinated
    return Claim(
        established=True,
        statement=(
            "One operator runs these accounts, rather than independent customers who look alike "
            "for an ordinary reason."
        ),
        not_established="Who the operator is, and what every single exchange was for.",
        lr=lr,
        verbal=verbal(lr.log10),
    )


def _extraction(purpose: Purpose, stands: Standing) -> Claim:
    lr = purpose.lr
    best = purpose.best_measured.explanation
    established = lr.log10 >= EXTRACTION_ESTABLISHED and not stands.permitted
    if stands.permitted:
        statement = f"These accounts are declared or allowed: {stands.reason}."
    elif established:
        statement = (
            "The traffic harvests training data: of the ordinary explanations measured, "
            f"“{best}” fits best, and the evidence speaks against it. {_contract(purpose)}"
        )
    else:
        statement = f"The traffic can be explained without extraction: “{best}”."
    return Claim(
        established=established,
        statement=statement,
        not_established=(
            "That the answers were used to train a model."
            if established
            else "That the traffic harvests training data."
        ),
        lr=lr,
        verbal=verbal(lr.log10),
    )


def _contract(purpose: Purpose) -> str:
    """What is known of a licence, and whether its assigned value is what the LR stops at."""
    licence = purpose.licence
    if licence is purpose.explanations[0]:
        return (
            f"{licence.statement} The LR stops at the value assigned to that; what was measured "
            "goes further."
        )
    return licence.statement


def _headline(
    accounts: int,
    coordinated: Claim,
    extraction: Claim,
    stands: Standing,
    capabilities: tuple[tuple[str, float], ...],
) -> str:
    asked = [name for name, share in capabilities if share >= 0.15 and name != "other"][:2]
    subject = f" for {' and '.join(asked)}" if asked else ""
    support = coordinated.verbal
    if stands.permitted:
        return f"{accounts:,} accounts work as one, and {stands.reason}."
    if extraction.established:
        return f"{accounts:,} accounts, {support} for one operator, harvesting answers{subject}."
    return f"{accounts:,} accounts, {support} for one operator; extraction is not established."


def _share(flags: list[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0


def _time(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1e6, tz=UTC)
