"""Suspected beside random accounts: the only part with both labels, and it has no event times.

Linkage needs none: event types are the shared things. Of the layers only identity's sign-ups
can be weighed, since the creation of the account is the only time there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bench.starscout.data import Dropped, Profiles, Stars, age_days
from bench.starscout.figures import Row, auc, balanced, steps, together
from bench.starscout.scoring import by_itself, coincidence
from gauger.find.linkage import propose, tie
from gauger.find.linkage.candidates import Candidate
from gauger.find.linkage.ties import HELD, Ties
from gauger.model.counts import Gathering
from gauger.model.population import Clocks, Floats, Ints, Population
from gauger.weigh.evidence.members import shared_with
from gauger.weigh.evidence.reading import Scale, read
from gauger.weigh.layers.identity import IDENTITY

GROUP: Final = 24
_REFERENCE: Final = 300
_DAY: Final = 86_400_000_000
_SEED: Final = 20261122


@dataclass(frozen=True)
class Untimed:
    """Every figure from the two files of accounts."""

    fake: int
    random: int
    one_event: tuple[int, int]
    """Accounts with a single event: (random, suspected)."""
    starred: tuple[int, int]
    """Accounts with at least one star: (random, suspected)."""
    with_times: tuple[int, int]
    """Accounts that are among the star events as well: (random, suspected)."""
    dropped: Dropped
    candidates: int
    accounts: tuple[Row, ...]
    signups: tuple[Row, ...]


def measure_profiles(profiles: Profiles, stars: Stars) -> Untimed:
    """All figures of this part."""
    fake = profiles.fake == 1
    timed = np.isin(profiles.ids, np.unique(stars.user.to_numpy(zero_copy_only=False)))
    ties = event_ties(profiles)
    candidates = propose(ties)
    best, member = _linkage(ties, candidates)
    number = steps(profiles.total)
    watch = profiles.events[:, profiles.event_types.index("WatchEvent")]
    scores: dict[str, Floats] = {
        "linkage: in any candidate": member,
        "linkage: best own evidence": best,
        "baseline: few events": -profiles.total.astype(np.float64),
        "baseline: share of stars among events": watch / np.maximum(profiles.total, 1),
        "baseline: young account": -age_days(profiles),
        "baseline: empty profile": -profiles.filled.astype(np.float64),
        "leak: profile long unchanged": -profiles.updated.astype(np.float64),
    }
    rows = tuple(
        Row(name, auc(values, fake), auc(values, fake, strata=number))
        for name, values in scores.items()
    )
    return Untimed(
        int(fake.sum()), int((~fake).sum()),
        (int((profiles.total[~fake] == 1).sum()), int((profiles.total[fake] == 1).sum())),
        (int((watch[~fake] > 0).sum()), int((watch[fake] > 0).sum())),
        (int(timed[~fake].sum()), int(timed[fake].sum())),
        profiles.dropped, len(candidates), rows, _signups(profiles),
    )  # fmt: skip


def event_ties(profiles: Profiles) -> Ties:
    """Accounts tied to the types of event they have, as exchanges are to the tools they name."""
    account, thing = np.nonzero(profiles.events)
    holders = np.bincount(thing, minlength=len(profiles.event_types))
    met = holders[thing] >= 2
    account, thing = account[met], thing[met]
    rows = pa.table(
        {
            "account": account,
            "thing": thing,
            "exchanges": profiles.events[account, thing],
            "accounts": holders[thing],
            "prints": np.ones(len(account), np.int64),
        }
    ).cast(HELD)
    return tie([("tools", rows)], profiles.total)


def _linkage(ties: Ties, candidates: tuple[Candidate, ...]) -> tuple[Floats, Floats]:
    best = np.full(ties.accounts_total, np.nan)
    everybody = np.ones(ties.accounts_total, np.bool_)
    for candidate in candidates:
        held = shared_with(ties, candidate.accounts, everybody)
        own = np.sum(list(held.families.values()), axis=0)[: held.members]
        best[candidate.accounts] = np.fmax(best[candidate.accounts], own)
    return best, np.isfinite(best).astype(np.float64)


def _signups(profiles: Profiles) -> tuple[Row, ...]:
    """Identity's score of groups of suspected beside groups of random accounts.

    Groups are dealt out by the label, which no candidate of linkage could have done here. Plain,
    and with as many of either label in every month of creation and number of events.
    """
    fake = profiles.fake == 1
    month = profiles.created // (30 * _DAY)
    strata = together(month, steps(profiles.total))
    rng = np.random.default_rng(_SEED)
    everybody = np.arange(len(fake))
    alike = balanced(fake, strata, rng)
    plain = _grouped(profiles, everybody, rng)
    matched = _grouped(profiles, alike, rng)
    return tuple(
        Row(
            name,
            auc(plain[0][name], plain[1]),
            auc(matched[0][name], matched[1]),
        )
        for name in plain[0]
    )


def _grouped(
    profiles: Profiles, accounts: Ints, rng: np.random.Generator
) -> tuple[dict[str, Floats], NDArray[np.bool_]]:
    fake = profiles.fake == 1
    up = _dealt(accounts[fake[accounts]], rng)
    down = _dealt(accounts[~fake[accounts]], rng)
    groups = np.concatenate((up, down))
    population = _population(profiles)
    reference = np.stack(
        [rng.choice(accounts, GROUP, replace=False) for _ in range(_REFERENCE)]
    ) if len(accounts) >= GROUP else np.empty((0, GROUP), np.int64)  # fmt: skip
    values = {s.name: s.of(population, groups) for s in IDENTITY.statistics}
    ordinary = {s.name: s.of(population, reference) for s in IDENTITY.statistics}
    readings = {
        s.name: read(s.name, values[s.name], Scale.of(ordinary[s.name], s.telling))
        for s in IDENTITY.statistics
    }
    scores = {"identity layer": by_itself(IDENTITY, readings, len(groups))}
    for name in ("sign-ups on one day", "sign-ups in one fortnight"):
        scores[name] = values[name]
    for name, days in (("day", 1), ("fortnight", 14)):
        pairs = coincidence(profiles.created // (days * _DAY), list(groups))
        scores[f"baseline: pairs of sign-ups on one {name}"] = pairs
    return scores, np.arange(len(groups)) < len(up)


def _dealt(accounts: Ints, rng: np.random.Generator) -> Ints:
    whole = len(accounts) // GROUP * GROUP
    return rng.permutation(accounts)[:whole].reshape(-1, GROUP)


def _population(profiles: Profiles) -> Population:
    count = len(profiles.ids)
    none = np.full(count, -1, np.int64)
    return Population(
        profiles.ids, profiles.total, profiles.created, profiles.created, {},
        {"payment": none, "email": none, "signup_day": profiles.created // _DAY,
         "signup_fortnight": profiles.created // (14 * _DAY)},
        none, {}, Clocks(Gathering(0, 1).together(), 1),
    )  # fmt: skip
