"""The accounts of a scan as numbers: what layers weigh a network against.

Profiles hold one value for every account. Spreads and clocks are wider and are kept only for
the pool: the candidates' sampled members and the ordinary accounts they are judged beside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gauger.model.counts import Counts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Spread:
    """How each pooled account's exchanges spread over the buckets of one feature.

    Those of row r stand from `start[r]` to `start[r + 1]`: the buckets that it has exchanges in,
    ascending and below `buckets`, and the `share` of its exchanges in each, which sum to 1.
    `within[r]` is the unbiased chance that two of the account's exchanges fall into one bucket
    (NaN with fewer than two); `chance` is the collision rate of hashing alone.
    """

    start: Ints
    bucket: NDArray[np.int16]
    share: NDArray[np.float32]
    buckets: int
    within: Floats
    chance: float

    @classmethod
    def of(cls, counts: Counts, *, hashed: bool) -> Spread:
        """From counts by bucket, one row per pooled account."""
        total = counts.totals
        share = (counts.count / np.repeat(total, counts.lengths)).astype(np.float32)
        pairs = counts.sums(counts.count.astype(np.int64) * (counts.count - 1))
        within = np.where(total > 1, pairs / np.maximum(total * (total - 1), 1), np.nan)
        chance = 1.0 / counts.columns if hashed else 0.0
        return cls(counts.start, counts.column, share, counts.columns, within, chance)

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Pooled accounts with at least one exchange under the feature."""
        return np.asarray(np.diff(self.start) > 0)

    def share_in(self, buckets: Sequence[int]) -> Floats:
        """The part of each pooled account's exchanges in some of the buckets."""
        held = np.where(np.isin(self.bucket, buckets), self.share, 0.0)
        row = np.repeat(np.arange(len(self.known)), np.diff(self.start))
        return np.bincount(row, held, len(self.known)).astype(np.float64)


@dataclass(frozen=True)
class Clocks:
    """Exchanges of each pooled account over time, one column per `bin_hours` hours.

    What an account does less its own mean at that time of the day is its residual, of whole days
    only: what its daily rhythm does not explain are bursts, silences, and the push and pull of a
    load balancer. A window of less than two days has one mean.
    """

    counts: Counts
    bin_hours: int

    @property
    def per_day(self) -> int:
        """Columns of one day."""
        return max(24 // self.bin_hours, 1)

    @property
    def days(self) -> int:
        """Whole days."""
        return self.counts.columns // self.per_day

    @property
    def period(self) -> int:
        """After how many columns a mean comes round again."""
        return self.per_day if self.days >= 2 else 1

    @property
    def times(self) -> int:
        """Columns that have a residual."""
        return self.days * self.per_day if self.days >= 2 else self.counts.columns

    @cached_property
    def variance(self) -> Floats:
        """Variance over time of each pooled account's residual."""
        counts, repeats = self.counts, self.times // self.period
        used = np.where(counts.column < self.times, counts.count, 0).astype(np.int64)
        row = np.repeat(np.arange(len(counts)), counts.lengths)
        at = row * self.period + counts.column % self.period
        means = np.bincount(at, used, len(counts) * self.period).reshape(len(counts), -1)
        # Whole numbers: what keeps to its rhythm exactly has no variance, not a rounding error's.
        beyond = repeats * counts.sums(used * used) - np.square(means).sum(axis=1)
        return np.asarray(beyond / max(repeats * self.times, 1))


@dataclass(frozen=True)
class Holdings:
    """The shared things of one family that each pooled account holds.

    Those of row r are `thing[start[r] : start[r + 1]]`, numbers below `things`; `weight` is
    rarity times the part of the account's traffic, at most 1 over one account and kind of thing.
    """

    start: Ints
    thing: Ints
    weight: Floats
    things: int


@dataclass(frozen=True)
class Population:
    """Everything the layers may look at, by account position."""

    account_ids: tuple[str, ...]
    exchanges: Ints
    first_seen: Ints
    """Microseconds since the epoch; so is `last_seen`."""
    last_seen: Ints
    profile: Mapping[str, Floats]
    """Counts and shares of every account, by name."""
    traits: Mapping[str, Ints]
    """A number per account for traits it has one of (payment, sign-up day); -1 where unknown."""
    row: Ints
    """Row of an account in the spreads and clocks, -1 outside the pool."""
    spreads: Mapping[str, Spread]
    clocks: Clocks
    organization: tuple[str | None, ...] = ()
    contract: tuple[str | None, ...] = ()
    has_accounts_file: bool = False
    holdings: Mapping[str, Holdings] = field(default_factory=dict)
    """What pooled accounts hold in common with anybody, by the name of the family of things."""

    @cached_property
    def organizations(self) -> Counter[str | None]:
        """How many accounts declare each organization."""
        return Counter(self.organization)

    @cached_property
    def commonest(self) -> tuple[str | None, int]:
        """What most accounts declare as their organization, which may be none, and how many."""
        return max(self.organizations.items(), key=lambda each: each[1], default=(None, 0))

    @cached_property
    def ends(self) -> tuple[int, int]:
        """When anybody was first and last seen."""
        return int(self.first_seen.min()), int(self.last_seen.max())

    @property
    def size(self) -> int:
        """Number of accounts."""
        return len(self.account_ids)
