"""Cases of known truth from drawn worlds: what every proposal reads beside ordinary groups."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

import gauger
from bench.fitting import drawn
from bench.fitting.members import member_cases
from bench.truth.proposals import Gathered, Proposal, gather, label
from bench.truth.worlds import BenchWorld, build
from gauger.model.population import Floats
from gauger.weigh.calibration.cases import Bools, Cases
from gauger.weigh.calibration.drift import middles
from gauger.weigh.evidence.reading import FEWEST_GROUPS, Reading
from gauger.weigh.judge import sampled, thinned
from gauger.weigh.measures import STATISTICS
from gauger.weigh.measuring import Measuring
from gauger.weigh.ordinary import Ordinary
from gauger.world.scenario import AXES, Campaign, parse

EXPLANATION_OF: Final = {
    "chat": "product in use",
    "developer": "product in use",
    "product": "product in use",
    "research": "product in use",
    "nightly": "product in use",
    "steady": "product in use",
    "evaluator": "evaluation",
    "agent_tool": "agent at work",
    "agent_plugin": "agent at work",
    "reseller": "reseller's customers",
    "class": "class or course",
    "platform": "customers of one platform",
    "office": "employees of one firm",
    "vpn": "people on a VPN",
    "region": "people of one region",
    "viral": "prompt that goes viral",
    "tutorial": "tutorial or trial",
    "spam_farm": "text made to be posted",
    "integrator": "agency or integrator",
    "synthetic_team": "synthetic data within the terms",
}
"""Which ordinary explanation a kind of simulated customer is an instance of."""

COMPONENTS: Final = {"campaign": 0.6, "other operator": 0.4}
"""Ways in which one operator runs accounts: to harvest, or for any other end (resellers, farms,
declared organizations). The shares say how the mixture is weighed, not how frequent either is."""

_STRANGERS: Final = 120
"""Groups of strangers per world: more of them would say the same again."""
_FOUND_CARE: Final = 2.4
"""Campaigns of less care than this are apart from the ordinary groups, as those that a scan finds
are; the other campaigns stay among them, as those that it misses do."""


@dataclass(frozen=True)
class WorldCases:
    """Cases of one world, groups and accounts, and the middle of every statistic over its random
    groups; None where a few hours hold nothing that could be weighed."""

    cases: Cases | None
    members: Cases | None
    middles: dict[str, float]


def cases_of(seed: int, drawing: drawn.Drawing, out: Path) -> WorldCases:
    """The cases of the world drawn by a seed, made once per version of what makes them."""
    world = build(drawing.name, drawing.name, seed, out)
    kept = world.folder / f"cases-{_made_by()}.pkl"
    if not kept.exists():
        text = drawn.scenario(drawing, seed)
        campaigns = {c.name: c for c in parse(text, drawing.name).campaigns}
        kept.write_bytes(pickle.dumps(_made(world, campaigns, seed)))
    held: WorldCases = pickle.loads(kept.read_bytes())  # noqa: S301
    return held


def _made_by() -> str:
    """Changes with anything that turns sketches into cases, the fit itself left out."""
    root = Path(gauger.__file__).parent
    digest = hashlib.sha256()
    files = [
        *root.glob("find/**/*.py"),
        *root.glob("weigh/**/*.py"),
        *Path(__file__).parent.glob("*.py"),
    ]
    for path in sorted(files):
        if path.parent.name != "calibration":
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def _made(world: BenchWorld, campaigns: dict[str, Campaign], seed: int) -> WorldCases:
    gathered = gather(world)
    population, ties = gathered.tied.population, gathered.tied.ties
    measuring = Measuring(population, ties, STATISTICS)
    labelled = label(gathered, world.truth).proposals
    proposals = _some(labelled, seed)
    # A scan may have found the resellers and farms of a population, or none of them.
    beside = [
        Ordinary(measuring, apart=_apart(gathered, world, campaigns, others=others))
        for others in (False, True)
    ]
    read = [_read(proposals, held) for held in beside]
    columns = [_columns(rows, world, campaigns, turn) for turn, rows in enumerate(read) if rows]
    return WorldCases(
        Cases.joined(columns) if columns else None,
        member_cases(gathered, labelled, world, seed),
        middles(population, ties),
    )


def _read(
    proposals: Sequence[Proposal], ordinary: Ordinary
) -> list[tuple[Proposal, dict[str, Reading]]]:
    """Every proposal that there are enough ordinary groups for, as it reads beside these."""
    measuring, rows = ordinary.measuring, []
    population = measuring.population
    for proposal in proposals:
        sample = sampled(proposal.accounts, population)
        activity = float(np.median(population.exchanges[proposal.accounts]))
        beside = ordinary.like(len(sample), activity, proposal.accounts)
        if len(beside) >= FEWEST_GROUPS:
            values = measuring.of_one(thinned(sample, beside.size))
            rows.append((proposal, dict(ordinary.readings(values, beside))))
    return rows


def _apart(
    gathered: Gathered, world: BenchWorld, campaigns: dict[str, Campaign], *, others: bool
) -> Bools:
    position = {account: number for number, account in enumerate(gathered.facts.ids)}
    apart = np.zeros(len(position), np.bool_)
    for name, accounts in world.truth.operators.items():
        campaign = campaigns.get(name)
        if campaign is None:
            found = others
        else:
            found = bool(np.mean([campaign.level(axis) for axis in AXES]) < _FOUND_CARE)
        if found:
            apart[[position[account] for account in accounts]] = True
    return apart


def _some(proposals: tuple[Proposal, ...], seed: int) -> list[Proposal]:
    strangers = [proposal for proposal in proposals if not proposal.operator]
    rng = np.random.default_rng(seed)
    if len(strangers) > _STRANGERS:
        chosen = np.sort(rng.choice(len(strangers), _STRANGERS, replace=False))
        strangers = [strangers[number] for number in chosen]
    return [*(proposal for proposal in proposals if proposal.operator), *strangers]


def _columns(
    rows: list[tuple[Proposal, dict[str, Reading]]],
    world: BenchWorld,
    campaigns: dict[str, Campaign],
    turn: int,
) -> Cases:
    def column(name: str, part: str) -> Floats:
        return np.concatenate([getattr(readings[name], part) for _, readings in rows])

    proposals = [proposal for proposal, _ in rows]
    harvests = [proposal.operator in campaigns for proposal in proposals]
    return Cases(
        {s.name: Reading(column(s.name, "place"), column(s.name, "level")) for s in STATISTICS},
        np.array([f"{world.name} {world.seed}"] * len(rows)),
        np.array(
            [f"{world.name} {world.seed} {p.operator}" if p.operator else "" for p in proposals]
        ),
        np.array(
            [
                "" if not p.operator else "campaign" if harvest else "other operator"
                for p, harvest in zip(proposals, harvests, strict=True)
            ]
        ),
        np.array(
            [
                "" if harvest else EXPLANATION_OF.get(p.kind, "")
                for p, harvest in zip(proposals, harvests, strict=True)
            ]
        ),
        np.array(harvests, np.bool_),
        # Of the two readings of a case one counts: twice as many cases would bear wider bounds.
        _most_alike(proposals) & (np.arange(len(rows)) % 2 == turn),
    )


def _most_alike(proposals: Sequence[Proposal]) -> Bools:
    """All strangers, and of each operator's proposals the one most like its accounts."""
    most: dict[str, int] = {}
    for number, proposal in enumerate(proposals):
        best = most.setdefault(proposal.operator, number)
        if proposal.alike > proposals[best].alike:
            most[proposal.operator] = number
    return np.array(
        [
            not proposal.operator or most[proposal.operator] == number
            for number, proposal in enumerate(proposals)
        ],
        np.bool_,
    )
