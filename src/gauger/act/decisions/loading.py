"""Loads what a scan concluded into an index: its networks, and the accounts of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import TypeAdapter, ValidationError

from gauger.act.cases.basis import core_sample
from gauger.act.decisions.index import Index, Rows, place_of
from gauger.model.decision import KnownNetwork
from gauger.model.errors import NothingToRead, UnreadableInput
from gauger.model.evidence import LogLR, Verdict

FINDINGS: Final = "findings.json"
MEMBERS: Final = "members.parquet"
_REMEDY: Final = "name the folder that `gauger scan` wrote"
_COLUMNS: Final = ["network_id", "account_id", "log10_lr", "lower", "upper", "belonging", "marked"]


@dataclass(frozen=True, slots=True)
class _Claim:
    established: bool
    log10_lr: float | None = None
    lower: float | None = None
    upper: float | None = None

    @property
    def lr(self) -> LogLR | None:
        if self.log10_lr is None or self.lower is None or self.upper is None:
            return None
        # Each is rounded by itself, which must not turn them round.
        return LogLR(self.log10_lr, min(self.lower, self.log10_lr), max(self.upper, self.log10_lr))


@dataclass(frozen=True, slots=True)
class _Claims:
    coordinated: _Claim
    extraction: _Claim


@dataclass(frozen=True, slots=True)
class _Network:
    network_id: str
    verdict: Verdict
    claims: _Claims


@dataclass(frozen=True, slots=True)
class _Findings:
    version: int
    networks: tuple[_Network, ...]


def load_index(folder: Path) -> Index:
    """Everybody whom a scan named, from its result folder.

    Raises NothingToRead where it is none, and UnreadableInput where it is damaged.
    """
    path = folder / FINDINGS
    if not path.is_file():
        raise NothingToRead(path, "there is no such file", _REMEDY)
    try:
        found = TypeAdapter(_Findings).validate_json(path.read_bytes())
        table = pq.read_table(folder / MEMBERS, columns=_COLUMNS)
    except OSError as error:
        problem = (error.strerror or type(error).__name__).lower()
        raise UnreadableInput(folder / MEMBERS, problem, _REMEDY) from error
    except (ValidationError, pa.ArrowException, ValueError) as error:
        raise UnreadableInput(folder, "it holds no findings of a scan", _REMEDY) from error
    sizes = {
        row["values"]: row["counts"] for row in pc.value_counts(table["network_id"]).to_pylist()
    }
    cores = _cores(table)
    networks = [
        KnownNetwork(
            held.network_id,
            held.verdict,
            held.claims.coordinated.lr,
            held.claims.extraction.lr,
            sizes.get(held.network_id, 0),
            f"{folder.name}/{FINDINGS}#{held.network_id}",
            core_sample(cores.get(held.network_id, ())),
            len(cores.get(held.network_id, ())),
        )
        for held in found.networks
    ]
    return Index.of(networks, _rows(table, networks, folder))


def _cores(table: pa.Table) -> dict[str, list[str]]:
    """Accounts in the core of each network."""
    core = table.filter(pc.equal(table["belonging"], "core"))
    cores: dict[str, list[str]] = {}
    for network, account in zip(
        core["network_id"].to_pylist(), core["account_id"].to_pylist(), strict=True
    ):
        cores.setdefault(network, []).append(account)
    return cores


def _rows(table: pa.Table, networks: list[KnownNetwork], folder: Path) -> Rows:
    ids = pa.array([network.network_id for network in networks], pa.string())
    number = pc.index_in(table["network_id"], ids)
    if number.null_count:
        problem = "it names accounts of networks that `findings.json` does not hold"
        raise UnreadableInput(folder / MEMBERS, problem, _REMEDY)
    marked = _floats(table["marked"])
    core = np.asarray(pc.equal(table["belonging"], "core").to_numpy(), np.bool_)
    return Rows(
        table["account_id"].to_pylist(),
        np.asarray(number.to_numpy(), np.int32),
        place_of(core, marked),
        np.nan_to_num(_floats(table["log10_lr"])),
        np.nan_to_num(_floats(table["lower"])),
        np.nan_to_num(_floats(table["upper"])),
        np.nan_to_num(marked, nan=1.0),
    )


def _floats(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(column.cast(pa.float32()).to_numpy(), np.float32)
