"""The accounts of a scan as numbers: what layers weigh a network against.

Profiles hold one value for every account. Spreads and clocks are wider and are kept only for
the pool: the candidates' sampled members and the ordinary accounts they are judged beside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Filled:
    """The buckets that each pooled account has exchanges in, and their shares.

    Those of row r stand from `start[r]` to `start[r + 1]`, in ascending order.
    """

    start: Ints
    bucket: NDArray[np.int32]
    share: NDArray[np.float32]


@dataclass(frozen=True)
class Spread:
    """How each pooled account's exchanges spread over the buckets of one feature.

    `share[r]` sums to 1 over the buckets; `within[r]` is the unbiased chance that two of the
    account's exchanges fall into one bucket (NaN with fewer than two); `chance` is the
    collision rate of hashing alone.
    """

    share: NDArray[np.float32]
    within: Floats
    chance: float

    @classmethod
    def of(cls, counts: NDArray[np.int64], *, hashed: bool) -> Spread:
        """From counts, one row per pooled account."""
        total = counts.sum(axis=1)
        safe = np.maximum(total, 1)
        share = (counts / safe[:, None]).astype(np.float32)
        pairs = (counts * (counts - 1)).sum(axis=1)
        within = np.where(total > 1, pairs / np.maximum(total * (total - 1), 1), np.nan)
        chance = 1.0 / counts.shape[1] if hashed else 0.0
        return cls(share, within, chance)

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """Pooled accounts with at least one exchange under the feature."""
        return np.asarray(self.share.sum(axis=1) > 0)

    @cached_property
    def filled(self) -> Filled:
        """The same without the buckets that an account has nothing in."""
        row, bucket = np.nonzero(self.share)
        start = np.searchsorted(row, np.arange(len(self.share) + 1))
        return Filled(start, bucket.astype(np.int32), self.share[row, bucket])


@dataclass(frozen=True)
class Clocks:
    """Exchanges of each pooled account over time, one column per `bin_hours` hours."""

    counts: NDArray[np.float32]
    bin_hours: int

    @cached_property
    def residual(self) -> NDArray[np.float32]:
        """Counts less the account's own mean at that time of the day.

        What is left is not explained by an account's daily rhythm: bursts, silences, and the
        push and pull of a load balancer.
        """
        per_day = max(24 // self.bin_hours, 1)
        days = self.counts.shape[1] // per_day
        if days < 2:
            return np.asarray(self.counts - self.counts.mean(axis=1, keepdims=True), np.float32)
        whole = self.counts[:, : days * per_day].reshape(len(self.counts), days, per_day)
        left: NDArray[np.float32] = (whole - whole.mean(axis=1, keepdims=True)).reshape(
            len(self.counts), -1
        )
        return left

    @cached_property
    def daily(self) -> NDArray[np.float32]:
        """Exchanges of each pooled account on each whole day."""
        per_day = max(24 // self.bin_hours, 1)
        days = self.counts.shape[1] // per_day
        whole = self.counts[:, : days * per_day]
        return np.asarray(whole.reshape(len(self.counts), days, per_day).sum(axis=2), np.float32)

    @cached_property
    def variance(self) -> Floats:
        """Variance over time of each pooled account's residual."""
        return np.asarray(self.residual.var(axis=1), np.float64)


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

    @property
    def size(self) -> int:
        """Number of accounts."""
        return len(self.account_ids)
