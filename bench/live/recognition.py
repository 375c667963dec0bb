"""Are replacement accounts of a network recognised, and is anybody else?

python -m bench.live.recognition --out DIR [--worlds developing|judging]

A part of all accounts, of campaigns and of everybody else alike, is kept from a scan. The scan's
signatures are then asked about the first exchanges of every account, those of the part kept away
being accounts that nobody has seen before.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.fitting import drawn
from bench.truth.plan import Family
from bench.truth.worlds import SECRET, BenchWorld, build
from gauger.act.signatures.recogniser import Recogniser, Recognition
from gauger.act.signatures.scoring import STEPS
from gauger.model.exchange import LOCATED_SCHEMA
from gauger.model.run import ScanRequest
from gauger.model.signature import Signatures
from gauger.read.sketch import SketchKey
from gauger.read.sources import Rejects
from gauger.scan import scan

KEPT_AWAY: Final = 0.3
"""Part of all accounts that the scan does not see."""
DEVELOPING: Final = (
    Family("ladder", "ladder", (21, 22, 23)),
    Family("drawn", drawn.NAME, (6001, 6002, 6003, 6004, 6005, 6006, 6007)),
)
"""Worlds that the thresholds of recognition were set by."""
JUDGING: Final = (
    Family("ladder", "ladder", (1101, 1102, 1103, 1104)),
    Family.own("gateway", (1001,)),
    Family.own("twins", (1001,)),
    Family.own("lookalikes", (1001,)),
    Family.own("consumer", (1001,)),
    Family("drawn", drawn.NAME, (7001, 7002, 7003, 7004)),
)
"""Worlds that no threshold was set by."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign's replacement accounts: how many were recognised by the exchange of each of
    STEPS, of those that sent so many, with and without their account records."""

    world: str
    seed: int
    campaign: str
    seen: int
    named: int
    """Of the accounts that the scan saw, those in the network that it found of them."""
    replacements: int
    there: tuple[int, ...]
    recognised: tuple[int, ...]
    without_records: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Innocents:
    """Accounts of no campaign that were recognised as ones of an extraction network, and as ones
    of another's coordinated network; `own` were recognised as their own operator's."""

    world: str
    seed: int
    accounts: int
    kept_away: int
    extraction: tuple[str, ...]
    """Kinds of those taken for accounts of an extraction network."""
    coordinated: tuple[str, ...]
    own: int


def judge(world: BenchWorld, out: Path) -> tuple[list[Campaign], Innocents]:
    """Scans a part of a world's accounts and asks about all."""
    records = pq.read_table(world.accounts)
    accounts = sorted(world.truth.kind)
    rng = np.random.default_rng((20261129, world.seed))
    away = frozenset(np.array(accounts)[rng.random(len(accounts)) < KEPT_AWAY].tolist())
    found, signatures = _scanned(world, away, out)
    with_records = _asked(world, signatures, records)
    without = _asked(world, signatures, None)
    campaigns = [
        _campaign(world, name, members, away, found, (with_records, without))
        for name, members in world.truth.campaigns.items()
    ]
    return campaigns, _innocents(world, away, found, with_records)


def _scanned(
    world: BenchWorld, away: frozenset[str], out: Path
) -> tuple[dict[str, frozenset[str]], Signatures]:
    folder = out / "live" / world.folder.name
    folder.mkdir(parents=True, exist_ok=True)
    logs = folder / "logs.parquet"
    kept = pa.array(sorted(away), pa.string())
    tables = [pq.read_table(path) for path in sorted(world.logs.glob("*.parquet"))]
    seen = pa.concat_tables(tables)
    pq.write_table(seen.filter(pc.invert(pc.is_in(seen["account_id"], kept))), logs)
    records = pq.read_table(world.accounts)
    accounts = folder / "accounts.parquet"
    pq.write_table(records.filter(pc.invert(pc.is_in(records["account_id"], kept))), accounts)
    request = ScanRequest((str(logs),), accounts=accounts, secret=SECRET)
    with Rejects(folder / "rejects.jsonl") as rejects:
        result = scan(request, rejects)
    found = {
        network.network_id: frozenset(member.account_id for member in network.members)
        for network in result.findings.networks
    }
    if result.signatures is None:
        raise RuntimeError(f"no signature of {world.name} {world.seed}")
    return found, result.signatures


def _asked(
    world: BenchWorld, signatures: Signatures, records: pa.Table | None
) -> dict[str, Recognition]:
    """Recognitions of all accounts by their first exchanges, in the order of time."""
    now = datetime.now(UTC)
    made = max(signature.last_seen for signature in signatures.signatures)
    recogniser = Recogniser(signatures, SketchKey.from_secret(SECRET), min(now, made))
    if records is not None:
        recogniser.register(records)
    found: dict[str, Recognition] = {}
    for batch in _exchanges(world):
        for recognition in recogniser.meet(batch):
            if recognition is not None:
                found.setdefault(recognition.account_id, recognition)
    return found


def _exchanges(world: BenchWorld) -> Iterator[pa.RecordBatch]:
    for path in sorted(world.logs.glob("*.parquet")):
        table = pq.read_table(path).sort_by([("time", "ascending"), ("exchange_id", "ascending")])
        nowhere = pa.nulls(table.num_rows, pa.int32())
        table = table.append_column("source_file", nowhere)
        table = table.append_column("source_row", nowhere.cast(pa.int64()))
        yield from table.select(LOCATED_SCHEMA.names).cast(LOCATED_SCHEMA).to_batches(10_000)


def _campaign(
    world: BenchWorld,
    name: str,
    members: frozenset[str],
    away: frozenset[str],
    found: dict[str, frozenset[str]],
    asked: tuple[dict[str, Recognition], dict[str, Recognition]],
) -> Campaign:
    seen, replaced = members - away, members & away
    sent = world.truth.exchanges
    networks = {
        network for network, accounts in found.items() if 2 * len(accounts & seen) > len(accounts)
    }
    there, counts = [], ([], [])  # type: ignore[var-annotated]
    for step in STEPS:
        of_step = [account for account in replaced if sent[account] >= step]
        there.append(len(of_step))
        for recognised, count in zip(asked, counts, strict=True):
            count.append(
                sum(
                    account in recognised
                    and recognised[account].exchanges <= step
                    and recognised[account].network_id in networks
                    for account in of_step
                )
            )
    named = max((len(found[network] & seen) for network in networks), default=0)
    return Campaign(
        world.name, world.seed, name, len(seen), named, len(replaced), tuple(there),
        tuple(counts[0]), tuple(counts[1]),
    )  # fmt: skip


def _innocents(
    world: BenchWorld,
    away: frozenset[str],
    found: dict[str, frozenset[str]],
    asked: dict[str, Recognition],
) -> Innocents:
    truth = world.truth
    innocent = [account for account in truth.kind if account not in truth.campaign]
    operators = {}
    for network, accounts in found.items():
        held = Counter(truth.operator.get(account, "") for account in accounts)
        operators[network] = held.most_common(1)[0][0]
    extraction, coordinated, own = [], [], 0
    for account in innocent:
        recognition = asked.get(account)
        if recognition is None:
            continue
        operator = truth.operator.get(account)
        if recognition.verdict == "extraction":
            extraction.append(truth.kind[account])
        elif operator and operators.get(recognition.network_id) == operator:
            own += 1
        else:
            coordinated.append(truth.kind[account])
    kept_away = sum(account in away for account in innocent)
    return Innocents(
        world.name, world.seed, len(innocent), kept_away, tuple(extraction), tuple(coordinated), own
    )


def main(out: Path, families: tuple[Family, ...]) -> None:
    """Judges every world and prints what came out, one line a campaign and one a world."""
    rows: list[dict[str, object]] = []
    for family in families:
        for seed in family.seeds:
            world = build(family.name, family.scenario, seed, out)
            campaigns, innocents = judge(world, out)
            for campaign in campaigns:
                print(campaign)
            print(innocents, flush=True)
            rows += [asdict(campaign) for campaign in campaigns] + [asdict(innocents)]
    (out / "recognition.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m bench.live.recognition", description=__doc__)
    options.add_argument("--out", type=Path, default=Path("bench-out"))
    options.add_argument("--worlds", choices=("developing", "judging"), default="judging")
    chosen = options.parse_args()
    main(chosen.out, DEVELOPING if chosen.worlds == "developing" else JUDGING)
