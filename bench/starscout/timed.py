"""The star events: what linkage and timing see among suspected accounts, which is all there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.starscout.data import Stars
from bench.starscout.figures import Row, auc, steps, together
from bench.starscout.profiled import SECRET, Profiled, positions, profile, written
from bench.starscout.scoring import (
    ALL,
    SUPPORT,
    Scorer,
    best_own_evidence,
    coincidence,
    lookalikes,
    weighable,
)
from bench.starscout.strangers import Supported, supported_strangers
from gauger.find.linkage.candidates import MIN_ACCOUNTS
from gauger.model.population import Floats, Ints
from gauger.model.run import ScanRequest
from gauger.read.sources import Rejects
from gauger.scan import scan
from gauger.weigh.judge import sampled
from gauger.weigh.layers.timing import TIMING
from gauger.weigh.ordinary import ACTIVITY_FLOORS

PAIRS: Final = "baseline: pairs of accounts that start within the same six hours"
_DAY: Final = 86_400_000_000
_KNOWN: Final = 0.5
"""A statistic that cannot be had for this part of the candidates gets no AUC."""
_DOUBLE: Final = 0.8
"""A double that could be filled to less than this part of its group is left out."""


@dataclass(frozen=True)
class Counts:
    """How much there was to look at."""

    stars: int
    accounts: int
    repos: int
    two_or_more: int
    three_or_more: int
    on_one_day: int
    candidates: int
    in_candidates: int
    five_able: int
    weighable: int
    mostly_campaign: int
    campaign_accounts: int
    quiet: int
    """Weighed candidates whose median account has fewer events than any reference group's."""
    supported: int
    """Weighed candidates that timing supports, and strangers with as many stars that it does."""
    strangers_supported: int
    half_together: int
    """Weighed candidates with half of their accounts in the same six hours."""
    span_days: float
    """Median over the weighed of the days between their accounts' 10th and 90th percentile."""


@dataclass(frozen=True)
class Found:
    """What `gauger scan` established on the star events."""

    networks: int
    accounts: int
    verdicts: tuple[str, ...]
    campaign_accounts: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Timed:
    """Every figure from the star events."""

    counts: Counts
    beside_random: tuple[Row, ...]
    """Candidates beside groups of strangers with the same numbers of stars."""
    beside_month: tuple[Row, ...]
    """The same, with strangers of the same months as well."""
    beside_day: tuple[Row, ...]
    """The same, with strangers of the same days."""
    campaign_groups: tuple[Row, ...]
    accounts: tuple[Row, ...]
    strangers: tuple[Supported, ...]
    found: Found
    unknown: tuple[tuple[str, int], ...]
    """Statistics left out of the tables, with the number of candidates they could be had for."""


def measure_stars(stars: Stars) -> Timed:
    """All figures of this part; the profile and the scan are gauger's own."""
    profiled = profile(stars)
    population = profiled.population
    account = positions(profiled, stars.user)
    repos, repo = np.unique(np.array(stars.repo.to_pylist()), return_inverse=True)
    listed = np.isin(repos, sorted(stars.campaign_repos))
    campaign = np.zeros(population.size, np.bool_)
    campaign[account[listed[repo]]] = True
    popularity = np.bincount(repo)
    main_repo = _widest(account, repo, popularity, population.size)

    groups = weighable(profiled)
    seen = [group for _, group in groups]
    scorer = Scorer(profiled)
    six_hours = population.first_seen // (_DAY // 4)
    held = {**scorer.score(seen).by_name, PAIRS: coincidence(six_hours, seen)}
    weighed = [name for name in held if np.isfinite(held[name]).mean() > _KNOWN]
    months = population.first_seen // (30 * _DAY)
    days = population.first_seen // _DAY
    number = steps(population.exchanges)
    able = np.flatnonzero(population.row >= 0)

    def beside(strata: Ints, seed: int) -> _Beside:
        drawn = lookalikes(seen, strata, able, seed)
        fit = [n for n, double in enumerate(drawn) if len(double) >= _DOUBLE * len(seen[n])]
        doubles = [drawn[n] for n in fit]
        other = {**scorer.score(doubles).by_name, PAIRS: coincidence(six_hours, doubles)}
        positive = np.repeat([True, False], len(fit))
        # A group and its double are drawn together.
        pair = np.tile(np.arange(len(fit)), 2)
        return _Beside(
            tuple(
                Row(
                    name,
                    auc(np.concatenate((held[name][fit], other[name])), positive, clusters=pair),
                )
                for name in weighed
            ),
            int((other[TIMING.name] >= SUPPORT).sum()),
        )

    strangers = beside(number, 1)
    mostly = np.array([campaign[candidate.accounts].mean() > 0.5 for candidate, _ in groups])
    counts = Counts(
        len(account), population.size, len(repos),
        int((population.exchanges >= 2).sum()), int((population.exchanges >= 3).sum()),
        int((population.first_seen // _DAY == population.last_seen // _DAY).sum()),
        len(profiled.candidates), int(np.isfinite(_in_any(profiled)).sum()),
        sum(
            int((population.exchanges[c.accounts] >= 2).sum()) >= MIN_ACCOUNTS
            for c in profiled.candidates
        ),
        len(groups), int(mostly.sum()), int(campaign.sum()),
        sum(bool(np.median(population.exchanges[g]) < ACTIVITY_FLOORS[0]) for g in seen),
        int((held[TIMING.name] >= SUPPORT).sum()), strangers.supported,
        _coincide(six_hours, seen), _span(days, seen),
    )  # fmt: skip
    return Timed(
        counts,
        strangers.rows,
        beside(together(number, months), 2).rows,
        beside(together(number, days), 3).rows,
        _campaign_groups({name: held[name] for name in weighed}, profiled, seen, mostly),
        _accounts(profiled, campaign, main_repo, popularity, scorer),
        supported_strangers(profiled, scorer),
        _scanned(stars, campaign, profiled),
        tuple((n, int(np.isfinite(held[n]).sum())) for n in held if n not in weighed),
    )


@dataclass(frozen=True)
class _Beside:
    rows: tuple[Row, ...]
    supported: int


def _coincide(trait: Ints, groups: list[Ints]) -> int:
    most = [np.unique(trait[g], return_counts=True)[1].max() / len(g) for g in groups]
    return sum(bool(share >= 0.5) for share in most)


def _span(days: Ints, groups: list[Ints]) -> float:
    return float(np.median([np.ptp(np.percentile(days[g], [10, 90])) for g in groups]))


def _campaign_groups(
    held: dict[str, Floats], profiled: Profiled, seen: list[Ints], mostly: NDArray[np.bool_]
) -> tuple[Row, ...]:
    exchanges = profiled.population.exchanges
    activity = np.array([np.mean(exchanges[group]) for group in seen])
    size = np.array([len(group) for group in seen])
    strata = together(steps(np.round(2 * activity)), np.floor(np.log2(size)).astype(np.int64))
    scores = dict(held)
    scores["baseline: accounts in the group"] = size.astype(np.float64)
    scores["baseline: mean number of stars"] = activity
    return tuple(
        Row(name, auc(values, mostly), auc(values, mostly, strata=strata))
        for name, values in scores.items()
    )


def _accounts(
    profiled: Profiled,
    campaign: NDArray[np.bool_],
    main_repo: Ints,
    popularity: Ints,
    scorer: Scorer,
) -> tuple[Row, ...]:
    population = profiled.population
    looked_at = [(c, sampled(c.accounts, population)) for c in profiled.candidates]
    groups = [(c, seen) for c, seen in looked_at if len(seen) >= MIN_ACCOUNTS]
    together_score = scorer.score([seen for _, seen in groups]).by_name[ALL]
    best = np.full(population.size, np.nan)
    for (candidate, _), score in zip(groups, together_score, strict=True):
        best[candidate.accounts] = np.fmax(best[candidate.accounts], score)
    scores = {
        "in any candidate": np.isfinite(_in_any(profiled)).astype(np.float64),
        "best own evidence": best_own_evidence(profiled, profiled.candidates),
        "score of its best candidate": best,
        "baseline: number of stars": population.exchanges.astype(np.float64),
        "baseline: accounts on its widest repository": popularity[main_repo].astype(np.float64),
    }
    number = steps(population.exchanges)
    return tuple(
        Row(
            name,
            auc(values, campaign, clusters=main_repo),
            auc(values, campaign, strata=number, clusters=main_repo),
        )
        for name, values in scores.items()
    )


def _scanned(stars: Stars, campaign: NDArray[np.bool_], profiled: Profiled) -> Found:
    with written(stars) as log, Rejects(log.parent / "rejects.jsonl") as rejects:
        request = ScanRequest((str(log),), format="canonical", secret=SECRET, threads=1)
        findings = scan(request, rejects).findings
    place = {account: n for n, account in enumerate(profiled.facts.ids)}
    members = {m.account_id for network in findings.networks for m in network.members}
    return Found(
        len(findings.networks), len(members),
        tuple(sorted({str(network.verdict) for network in findings.networks})),
        sum(bool(campaign[place[member]]) for member in members), tuple(findings.notes),
    )  # fmt: skip


def _in_any(profiled: Profiled) -> Floats:
    found = np.full(profiled.population.size, np.nan)
    for candidate in profiled.candidates:
        found[candidate.accounts] = 1.0
    return found


def _widest(account: Ints, repo: Ints, popularity: Ints, total: int) -> Ints:
    """The most starred repository of every account, which the accounts of a campaign share."""
    widest = np.zeros(total, np.int64)
    order = np.argsort(popularity[repo], kind="stable")
    widest[account[order]] = repo[order]
    return widest
