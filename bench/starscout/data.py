"""What the StarScout files hold, as arrays: star events with times, and profiles without.

The two parts do not meet: every event with a time belongs to a suspected account, and the random
accounts beside them come as counts of events. What may be learnt from either follows from that.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from gauger.model.population import Floats, Ints

STARS: Final = "fake_star_events.csv"
CAMPAIGNS: Final = "repo_events_fake_250101.csv"
ACCOUNTS: Final = {1: "accounts_fake_241001.csv", 0: "accounts_sample_241001.csv"}
COUNTS: Final = {1: "actor_events_fake_241001.csv", 0: "actor_events_sample_241001.csv"}
FLAGS: Final = (
    "has_name", "has_company", "has_blog", "has_location", "has_email", "has_bio",
    "has_twitter_username", "has_hireable",
)  # fmt: skip


@dataclass(frozen=True)
class Stars:
    """Star events, one row each; every account in them is suspected."""

    user: pa.Array
    repo: pa.Array
    time: pa.Array
    """Timestamps with a zone."""
    campaign_repos: frozenset[str]
    """Repositories that StarScout lists as having bought stars."""


@dataclass(frozen=True)
class Dropped:
    """Accounts left out of the profiles, by reason; (sample, fake) each."""

    deleted: tuple[int, int]
    in_both_files: tuple[int, int]
    not_a_person: tuple[int, int]
    without_counts: tuple[int, int]


@dataclass(frozen=True)
class Profiles:
    """Suspected (1) and random (0) accounts that still exist, in the order of their ids."""

    ids: tuple[str, ...]
    fake: Ints
    created: Ints
    """Microseconds since the epoch; so is `updated`."""
    updated: Ints
    filled: Ints
    """How many of the profile's optional fields are filled."""
    event_types: tuple[str, ...]
    events: Ints
    """Events by account (row) and type (column)."""
    dropped: Dropped

    @property
    def total(self) -> Ints:
        """Events of every account, of all types."""
        return np.asarray(self.events.sum(axis=1), np.int64)


def read_stars(folder: Path) -> Stars:
    """Star events and the repositories of known campaigns."""
    table = pacsv.read_csv(folder / STARS).combine_chunks()
    campaigns = pacsv.read_csv(folder / CAMPAIGNS)["repo"].to_pylist()
    return Stars(
        table["user"].combine_chunks(), table["repo"].combine_chunks(),
        table["starred_at"].combine_chunks().cast(pa.timestamp("us", tz="UTC")),
        frozenset(campaigns),
    )  # fmt: skip


def read_profiles(folder: Path) -> Profiles:
    """Both files of accounts as one, without the rows that give the label away.

    Deleted accounts go (suspected ones were deleted oftener, after the fact), as do accounts in
    both files, accounts that are no person's (organizations and bots cannot be suspected here)
    and those without a row of counts.
    """
    accounts = {label: pacsv.read_csv(folder / name) for label, name in ACCOUNTS.items()}
    counts = {label: pacsv.read_csv(folder / name) for label, name in COUNTS.items()}
    ids = {label: set(table["user"].to_pylist()) for label, table in accounts.items()}
    both = ids[0] & ids[1]
    reasons: dict[int, tuple[int, int, int, int]] = {}
    kept: list[pa.Table] = []
    for label in (0, 1):
        table = accounts[label]
        deleted = pc.equal(table["api_404"], 1)
        shared = pc.is_in(table["user"], pa.array(sorted(both), pa.string()))
        other = pc.fill_null(pc.not_equal(table["type"], "User"), True)
        uncounted = pc.invert(pc.is_in(table["user"], counts[label]["actor"].combine_chunks()))
        gone = pc.or_(deleted, shared)
        off = pc.or_(gone, other)
        reasons[label] = (
            _sum(deleted), _sum(pc.and_not(shared, deleted)), _sum(pc.and_not(other, gone)),
            _sum(pc.and_not(uncounted, off)),
        )  # fmt: skip
        left = table.filter(pc.invert(pc.or_(off, uncounted)))
        left = left.append_column("fake", pa.array(np.full(len(left), label, np.int64)))
        events = counts[label].rename_columns(["user", *counts[label].column_names[1:]])
        kept.append(left.join(events, "user", join_type="inner"))
    types = tuple(counts[0].column_names[1:])
    wanted = ["user", "fake", "created_at", "updated_at", *FLAGS, *types]
    table = pa.concat_tables([part.select(wanted) for part in kept], promote_options="permissive")
    # An order by pseudonym leaves no trace of the file that a row came from.
    table = table.sort_by("user")
    return Profiles(
        tuple(table["user"].to_pylist()), _ints(table["fake"]), _micro(table["created_at"]),
        _micro(table["updated_at"]), np.sum([_ints(table[name]) for name in FLAGS], axis=0), types,
        np.stack([_ints(table[name]) for name in types], axis=1),
        Dropped(*((reasons[0][n], reasons[1][n]) for n in range(4))),
    )  # fmt: skip


def age_days(profiles: Profiles) -> Floats:
    """Days from each account's creation to the latest creation of all."""
    return np.asarray((profiles.created.max() - profiles.created) / 86_400e6, np.float64)


def _sum(flags: pa.ChunkedArray) -> int:
    return int(pc.sum(flags.cast(pa.int64())).as_py() or 0)


def _ints(column: pa.ChunkedArray) -> Ints:
    return np.asarray(pc.fill_null(column.cast(pa.float64()), 0.0).to_numpy(), np.int64)


def _micro(column: pa.ChunkedArray) -> Ints:
    return np.asarray(column.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).to_numpy())
