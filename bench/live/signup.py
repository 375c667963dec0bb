"""Are replacement accounts tied to their network at sign-up, and is anybody else?

python -m bench.live.signup --out DIR

A part of all accounts, of campaigns and of everybody else alike, is kept from a scan, as in
`bench.live.recognition`. Then every account signs up: with its record alone, and with the address
and the client of its first exchange besides, as if it had signed up from where it calls.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.fitting import drawn
from bench.live.recognition import KEPT_AWAY, _scanned
from bench.truth.plan import Family
from bench.truth.worlds import SECRET, BenchWorld, build
from gauger.act.accounts.closed import ClosedIndex
from gauger.act.accounts.networks import shared_with
from gauger.act.accounts.prints import prints_of
from gauger.act.signatures.recogniser import Recogniser
from gauger.model.evidence import Verdict
from gauger.model.signup import SignUp, Support, Tie, TiedTo
from gauger.read.sketch import SketchKey

KEY: Final = SketchKey.from_secret(SECRET)
WORLDS: Final = (
    Family("ladder", "ladder", (1101, 1102)),
    Family.own("gateway", (1001,)),
    Family.own("lookalikes", (1001,)),
    Family("drawn", drawn.NAME, (7001, 7002)),
)
"""Worlds that no threshold was set by."""
_RECORD: Final = (
    "account_id", "email", "payment_fingerprint", "phone_hash", "country", "organization_id",
    "plan",
)  # fmt: skip
_SEEN: Final = ("source_ip", "user_agent", "ja4")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many of some accounts were tied, by what they were tied to and how firmly."""

    accounts: int
    strong: int
    """To a network with verdict `extraction`, with strong support."""
    some: int
    """The same with some support."""
    coordinated: int
    """To a network that is coordinated and no more, and another operator's."""
    own: int
    """The same of their own operator: a reseller's, a farm's."""
    closed: int
    """To accounts closed before, and to no network."""


@dataclass(frozen=True, slots=True)
class SignUps:
    """One group of accounts of one world: a campaign's replacement accounts, or innocents."""

    world: str
    seed: int
    group: str
    record: Outcome
    seen: Outcome
    """With the address and the client of the first exchange."""


def judge(world: BenchWorld, out: Path) -> list[SignUps]:
    """Scans a part of a world's accounts, and lets the others sign up."""
    accounts = sorted(world.truth.kind)
    rng = np.random.default_rng((20261129, world.seed))
    away = frozenset(np.array(accounts)[rng.random(len(accounts)) < KEPT_AWAY].tolist())
    found, signatures = _scanned(world, away, out)
    operators = {}
    for network, members in found.items():
        held = Counter(world.truth.operator.get(account, "") for account in members)
        operators[network] = held.most_common(1)[0][0]
    made = max(signature.last_seen for signature in signatures.signatures)
    recogniser = Recogniser(signatures, KEY, min(datetime.now(UTC), made))
    closed = None if signatures.closed is None else ClosedIndex.of(signatures.closed)
    rows = pq.read_table(world.accounts).to_pylist()
    first = _first_exchanges(world)
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        account = row["account_id"]
        campaign = world.truth.campaign.get(account)
        if account not in world.truth.kind or (campaign is not None and account not in away):
            continue
        if campaign is None and account not in away and row["closed_at"] is not None:
            # What a closed account shares with itself says nothing.
            continue
        record = {name: row[name] for name in _RECORD}
        alone = _tie(SignUp(**record), recogniser, closed, made)
        seen = _tie(SignUp(**record, **first.get(account, {})), recogniser, closed, made)
        where = "innocent, seen by the scan" if account not in away else "innocent, never seen"
        own = world.truth.operator.get(account)
        groups.setdefault(campaign or where, []).append(
            (_what(alone, own, operators), _what(seen, own, operators))
        )
    return [
        SignUps(
            world.name, world.seed, group,
            _outcome([alone for alone, _ in held]), _outcome([seen for _, seen in held]),
        )
        for group, held in sorted(groups.items())
    ]  # fmt: skip


def _first_exchanges(world: BenchWorld) -> dict[str, dict[str, Any]]:
    columns = ["account_id", "time", *_SEEN]
    tables = [pq.read_table(path, columns=columns) for path in sorted(world.logs.glob("*.parquet"))]
    table = pa.concat_tables(tables).sort_by("time")
    first: dict[str, dict[str, Any]] = {}
    for row in table.to_pylist():
        first.setdefault(row["account_id"], {name: row[name] for name in _SEEN})
    return first


def _tie(
    sign_up: SignUp, recogniser: Recogniser, closed: ClosedIndex | None, now: datetime
) -> Tie | None:
    """The tie that a policy would look at first."""
    prints = prints_of(sign_up, KEY).prints
    ties = list(shared_with(recogniser, prints).ties)
    if closed is not None:
        tie = closed.tie(prints, now)
        ties += [tie] if tie is not None else []
    ties.sort(key=lambda tie: tie.verdict is not Verdict.EXTRACTION)
    return ties[0] if ties else None


def _what(tie: Tie | None, own: str | None, operators: dict[str, str]) -> str:
    """The field of Outcome that a tie counts for."""
    if tie is None:
        return "none"
    if tie.to is TiedTo.CLOSED:
        return "closed"
    if tie.verdict is Verdict.EXTRACTION:
        return "strong" if tie.support is Support.STRONG else "some"
    return "own" if own and operators.get(tie.network_id or "") == own else "coordinated"


def _outcome(ties: list[str]) -> Outcome:
    counted = Counter(ties)
    fields = ("strong", "some", "coordinated", "own", "closed")
    return Outcome(len(ties), *(counted[name] for name in fields))


def main(out: Path) -> None:
    """Judges every world and prints what came out, one line a group."""
    rows = []
    for family in WORLDS:
        for seed in family.seeds:
            for group in judge(build(family.name, family.scenario, seed, out), out):
                print(group, flush=True)
                rows.append(asdict(group))
    (out / "signup.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m bench.live.signup", description=__doc__)
    options.add_argument("--out", type=Path, default=Path("bench-out"))
    main(options.parse_args().out)
