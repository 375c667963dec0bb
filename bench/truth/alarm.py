"""How early the alarm comes: a scan after every few hours of world time.

Repeating a test is another test: innocents that any of the scans accuses are counted, not only
those of the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.truth.plan import Watch
from bench.truth.scanned import Found, scan_until
from bench.truth.scores import operator_of
from bench.truth.worlds import BenchWorld


@dataclass(frozen=True, slots=True)
class Alarm:
    """One campaign: what it had taken when it was first found.

    `replaced` counts accounts that began after that; `recognised` those of them later found,
    `after` the median number of their own exchanges by then, as finely as scans follow each other.
    """

    world: str
    seed: int
    campaign: str
    total: int
    found: bool
    days: float
    taken: int
    replaced: int
    recognised: int
    after: float | None


@dataclass(frozen=True, slots=True)
class Alarms:
    """All campaigns of one world, and the innocents that any scan accused; `hours` lie between
    scans, and `days` were watched."""

    world: str
    seed: int
    hours: int
    days: float
    scans: int
    campaigns: tuple[Alarm, ...]
    innocents_ever: int


def alarms(world: BenchWorld, watch: Watch, out: Path) -> Alarms:
    """Scans a world again and again as its time goes on."""
    every = timedelta(hours=watch.hours)
    truth = world.truth
    times = times_of(world)
    first = min(held[0] for held in times.values())
    last = max(held[-1] for held in times.values())
    if watch.days is not None:
        last = min(last, first + timedelta(days=watch.days))
    found_at: dict[str, datetime] = {}
    known_at: dict[str, datetime] = {}
    wrong: set[str] = set()
    moment, scans = first + every, 0
    while moment < last + every:
        scans += 1
        for network in _accusing(scan_until(world, moment, out)):
            operator = operator_of(network.accounts, truth)
            if operator in truth.campaigns:
                found_at.setdefault(operator, moment)
            for account in network.accounts:
                known_at.setdefault(account, moment)
                if account not in truth.campaign:
                    wrong.add(account)
        moment += every
    rows = []
    for campaign, accounts in truth.campaigns.items():
        total = sum(truth.exchanges[account] for account in accounts)
        begun = min(times[account][0] for account in accounts)
        at = found_at.get(campaign)
        if at is None:
            rows.append(
                Alarm(world.name, world.seed, campaign, total, False, 0.0, total, 0, 0, None)
            )
            continue
        later = [account for account in accounts if at <= times[account][0] <= last]
        seen = [account for account in later if account in known_at]
        spent = [sum(t < known_at[account] for t in times[account]) for account in seen]
        rows.append(
            Alarm(
                world.name, world.seed, campaign, total, True,
                (at - begun) / timedelta(days=1),
                sum(t < at for account in accounts for t in times[account]),
                len(later), len(seen), median(spent) if spent else None,
            )
        )  # fmt: skip
    watched = (last - first) / timedelta(days=1)
    return Alarms(world.name, world.seed, watch.hours, watched, scans, tuple(rows), len(wrong))


def _accusing(networks: tuple[Found, ...]) -> list[Found]:
    return [network for network in networks if network.verdict == "extraction"]


def times_of(world: BenchWorld) -> dict[str, list[datetime]]:
    """Times of every account's exchanges, in order."""
    files = sorted(world.logs.glob("*.parquet"))
    table = pa.concat_tables(
        [pq.read_table(path, columns=["account_id", "time"]) for path in files]
    )
    order = pc.sort_indices(table, sort_keys=[("time", "ascending")])
    times: dict[str, list[datetime]] = {}
    table = table.take(order)
    for account, time in zip(
        table["account_id"].to_pylist(), table["time"].to_pylist(), strict=True
    ):
        times.setdefault(account, []).append(time)
    return times
