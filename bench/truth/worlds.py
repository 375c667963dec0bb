"""Worlds of the bench: simulated once, sketched once, kept until the simulator changes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import gauger
from bench.fitting import drawn
from gauger.read.keeping import KeepRequest, keep_sketches
from gauger.read.sources import Rejects
from gauger.world import simulate

SECRET: Final = "a constant secret, so that a bench run can be repeated"  # noqa: S105
"""Keys the sketches of every world of the bench."""

OPERATED: Final = frozenset({"reseller", "spam_farm", "integrator", "synthetic_team", "licensed"})
"""Kinds whose groups have one operator although nothing illicit is done."""


@dataclass(frozen=True)
class BenchWorld:
    """A simulated world with its truth."""

    name: str
    seed: int
    folder: Path

    @property
    def logs(self) -> Path:
        """Folder of the log records."""
        return self.folder / "logs"

    @property
    def accounts(self) -> Path:
        """File of the account records."""
        return self.folder / "accounts.parquet"

    @property
    def sketches(self) -> Path:
        """Folder of the kept sketches, made when first asked for."""
        folder = self.folder / "sketches"
        if not (folder / ".done").exists():
            # Here and not by the command, which takes longer to start than a small world takes.
            request = KeepRequest((str(self.logs),), folder, secret=SECRET)
            with Rejects(self.folder / "rejects.jsonl") as rejects:
                keep_sketches(request, rejects)
            (folder / ".done").touch()
        return folder

    @cached_property
    def truth(self) -> Truth:
        """Who is who."""
        return Truth.read(self)


@dataclass(frozen=True)
class Truth:
    """Who is who among the accounts that sent anything.

    `operator` names whoever runs an account together with others: a campaign, a reseller, a
    farm; `kind`, `campaign` and `organization` are as simulated and declared.
    """

    kind: dict[str, str]
    campaign: dict[str, str]
    operator: dict[str, str]
    organization: dict[str, str]
    exchanges: dict[str, int]

    @classmethod
    def read(cls, world: BenchWorld) -> Truth:
        """From the files of a world."""
        ids = [
            pq.read_table(path, columns=["account_id"])["account_id"]
            for path in sorted(world.logs.glob("*.parquet"))
        ]
        counted = pc.value_counts(pa.concat_arrays([c for i in ids for c in i.chunks])).to_pylist()
        exchanges = {row["values"]: row["counts"] for row in counted}
        rows = [
            row
            for row in pq.read_table(world.folder / "truth.parquet").to_pylist()
            if row["account_id"] in exchanges
        ]
        declared = pq.read_table(
            world.accounts, columns=["account_id", "organization_id"]
        ).to_pylist()
        return cls(
            kind={row["account_id"]: row["kind"] for row in rows},
            campaign={row["account_id"]: row["campaign"] for row in rows if row["campaign"]},
            operator={
                row["account_id"]: row["campaign"] or row["circle"]
                for row in rows
                if row["campaign"] or row["kind"] in OPERATED
            },
            organization={
                row["account_id"]: row["organization_id"]
                for row in declared
                if row["organization_id"] and row["account_id"] in exchanges
            },
            exchanges=exchanges,
        )

    @property
    def campaigns(self) -> dict[str, frozenset[str]]:
        """Accounts of every campaign."""
        return _grouped(self.campaign)

    @property
    def operators(self) -> dict[str, frozenset[str]]:
        """Accounts of every operator."""
        return _grouped(self.operator)


def _grouped(of: dict[str, str]) -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for account, name in of.items():
        groups.setdefault(name, set()).add(account)
    return {name: frozenset(accounts) for name, accounts in sorted(groups.items())}


def build(
    name: str, scenario: str, seed: int, out: Path, accounts: int | None = None
) -> BenchWorld:
    """The world of a scenario and a seed, of so many `accounts` or as many as the scenario has,
    simulated unless it is there already."""
    drawing = drawn.DRAWINGS.get(scenario)
    cut = None if drawing is None else drawing.cut(seed)
    if drawing is not None:
        scenario = str(drawn.written(drawing, seed, out))
    path = Path(scenario)
    text = path.read_bytes() if path.exists() else b""
    if cut is not None:
        text += repr(cut).encode()
    if accounts is not None:
        text += str(accounts).encode()
    digest = hashlib.sha256(text + _simulator()).hexdigest()[:10]
    folder = out / "worlds" / f"{name}-{seed}-{digest}"
    if not (folder / ".done").exists():
        simulate(scenario, folder, seed=seed, accounts=accounts)
        if cut is not None:
            _cut(folder / "logs", cut)
        (folder / ".done").touch()
    return BenchWorld(name, seed, folder)


def _cut(logs: Path, after: timedelta) -> None:
    """Drops what was logged later than so long after the first exchange."""
    held = {path: pq.read_table(path) for path in sorted(logs.glob("*.parquet"))}
    first = min(pc.min(table["time"]).as_py() for table in held.values() if table.num_rows)
    for path, table in held.items():
        kept = table.filter(pc.less(table["time"], pa.scalar(first + after, table["time"].type)))
        if kept.num_rows:
            pq.write_table(kept, path)
        else:
            path.unlink()


def _simulator() -> bytes:
    """Changes with anything that a world is made of."""
    root = Path(gauger.__file__).parent / "world"
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".toml"}:
            digest.update(path.read_bytes())
    return digest.digest()


def run_gauger(*arguments: str) -> None:
    """Runs the command under the bench's secret; an exit beyond 1 is an error."""
    command = [str(Path(sys.executable).with_name("gauger")), *arguments]
    done = subprocess.run(
        command, check=False, capture_output=True, env=os.environ | {"GAUGER_SECRET": SECRET}
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr.decode()}")
