"""Signatures in a result folder: a table of traits, and a manifest that says what they are.

Both hold keyed fingerprints and counts alone: no text, no address, no account. The manifest is
written last and names the digest of the table, so that one is never read with another's.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import TypeAdapter, ValidationError

from gauger.act.signatures.closed_table import CLOSED_SCHEMA, closed_of, closed_table
from gauger.act.signatures.scoring import weights
from gauger.model.errors import NothingToRead, UnreadableInput
from gauger.model.evidence import LogLR, Verdict
from gauger.model.exchange import TIME
from gauger.model.manifest import digest_of
from gauger.model.signature import (
    CLOSED,
    FAMILIES,
    SIGNATURE_VERSION,
    SIGNATURES,
    TRAIT_KINDS,
    TRAITS,
    Signature,
    Signatures,
    Traits,
    Trial,
    Worth,
)
from gauger.model.signup import ClosedAccounts
from gauger.tell.numbers import rfc3339, storable
from gauger.tell.safely import whole_file, write_whole

TRAITS_SCHEMA: Final = pa.schema(
    [
        ("network_id", pa.string()),
        ("kind", pa.string()),
        ("print", pa.int64()),
        ("members", pa.int32()),
        ("outsiders", pa.int32()),
        ("log10_weight", pa.float64()),
        ("first_seen", TIME),
        ("last_seen", TIME),
    ]
)
"""Columns of signatures.parquet, in order."""

_REMEDY: Final = "scan again with `GAUGER_SECRET` set"


@dataclass(frozen=True, slots=True)
class _Document:
    """What the manifest says of one signature; its traits stand in the table."""

    network_id: str
    verdict: Verdict
    coordinated: LogLR | None
    extraction: LogLR | None
    accounts: int
    outsiders: int
    traits: int
    last_seen: datetime
    expires: datetime
    recognises: bool
    worth: tuple[Worth, ...]
    trials: tuple[Trial, ...]


@dataclass(frozen=True, slots=True)
class _Closed:
    """How many accounts were closed and how many were not, and the table of what they held."""

    accounts: int
    others: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Manifest:
    version: int
    made: datetime
    key_check: str
    traits_sha256: str
    without: tuple[str, ...]
    signatures: tuple[_Document, ...]
    closed: _Closed | None = None


@dataclass(frozen=True, slots=True)
class _Versioned:
    version: int


def write_signatures(signatures: Signatures | None, folder: Path) -> None:
    """Writes both files into a result folder, each whole or not at all; none where nothing was
    marked. Raises OutputError."""
    if signatures is None:
        return
    with (
        whole_file(folder / TRAITS) as file,
        pq.ParquetWriter(file, TRAITS_SCHEMA, compression="zstd") as writer,
    ):
        for signature in signatures.signatures:
            writer.write_table(_table(signature))
    document = {
        "version": SIGNATURE_VERSION,
        "made": rfc3339(signatures.made),
        "key_check": signatures.key_check,
        "traits_sha256": digest_of(folder / TRAITS),
        "without": signatures.without,
        "signatures": [_document(signature) for signature in signatures.signatures],
        "closed": _write_closed(signatures.closed, folder),
    }
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    write_whole(folder / SIGNATURES, orjson.dumps(document, option=options))


def _write_closed(closed: ClosedAccounts | None, folder: Path) -> dict[str, Any] | None:
    if closed is None:
        return None
    with whole_file(folder / CLOSED) as file:
        pq.write_table(closed_table(closed), file, compression="zstd")
    digest = digest_of(folder / CLOSED)
    return {"accounts": closed.accounts, "others": closed.others, "sha256": digest}


def _document(signature: Signature) -> dict[str, Any]:
    return {
        "network_id": storable(signature.network_id),
        "verdict": signature.verdict.value,
        "coordinated": None if signature.coordinated is None else asdict(signature.coordinated),
        "extraction": None if signature.extraction is None else asdict(signature.extraction),
        "accounts": signature.accounts,
        "outsiders": signature.outsiders,
        "traits": len(signature.traits),
        "last_seen": rfc3339(signature.last_seen),
        "expires": rfc3339(signature.expires),
        "recognises": signature.recognises,
        "worth": [asdict(worth) for worth in signature.worth],
        "trials": [asdict(trial) for trial in signature.trials],
    }


def _table(signature: Signature) -> pa.Table:
    traits = signature.traits
    columns = {
        "network_id": pa.array([storable(signature.network_id)] * len(traits), pa.string()),
        "kind": pa.array([TRAIT_KINDS[kind] for kind in traits.kind], pa.string()),
        "print": traits.print,
        "members": traits.members,
        "outsiders": traits.outsiders,
        "log10_weight": weights(
            traits.members, traits.outsiders, signature.accounts, signature.outsiders
        ),
        "first_seen": pa.array(traits.first_seen).cast(TIME),
        "last_seen": pa.array(traits.last_seen).cast(TIME),
    }
    return pa.table(columns, schema=TRAITS_SCHEMA)


def read_signatures(folder: Path) -> Signatures:
    """The signatures in a result folder.

    Raises NothingToRead where there are none, and UnreadableInput where they are damaged, of
    another version or not of one scan.
    """
    path = folder / SIGNATURES
    if not path.is_file():
        raise NothingToRead(path, "there is no such file", _REMEDY)
    try:
        text = path.read_bytes()
        version = TypeAdapter(_Versioned).validate_json(text).version
        if version != SIGNATURE_VERSION:
            problem = f"its version is {version}, this gauger reads {SIGNATURE_VERSION}"
            raise UnreadableInput(path, problem, _REMEDY)
        manifest = TypeAdapter(_Manifest).validate_json(text)
        if digest_of(folder / TRAITS) != manifest.traits_sha256:
            raise UnreadableInput(folder / TRAITS, "it is not what its manifest names", _REMEDY)
        table = pq.read_table(folder / TRAITS, schema=TRAITS_SCHEMA)
    except OSError as error:
        problem = (error.strerror or type(error).__name__).lower()
        raise UnreadableInput(folder / TRAITS, problem, "check the folder") from error
    except (ValidationError, pa.ArrowException, ValueError) as error:
        raise UnreadableInput(path, "it holds no signatures", _REMEDY) from error
    return Signatures(
        manifest.made,
        manifest.key_check,
        tuple(_signature(held, table, path) for held in manifest.signatures),
        manifest.without,
        None if manifest.closed is None else _read_closed(manifest.closed, folder),
    )


def _read_closed(held: _Closed, folder: Path) -> ClosedAccounts:
    path = folder / CLOSED
    try:
        if digest_of(path) != held.sha256:
            raise UnreadableInput(path, "it is not what its manifest names", _REMEDY)
        return closed_of(pq.read_table(path, schema=CLOSED_SCHEMA), held.accounts, held.others)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableInput(path, "it holds no closed accounts", _REMEDY) from error


def _signature(held: _Document, table: pa.Table, path: Path) -> Signature:
    rows = table.filter(pc.equal(table["network_id"], held.network_id))
    known = {kind: number for number, kind in enumerate(TRAIT_KINDS)}
    kinds = [known.get(kind, -1) for kind in rows["kind"].to_pylist()]
    families = {worth.family for worth in held.worth}
    if rows.num_rows != held.traits or -1 in kinds or not families <= set(FAMILIES):
        raise UnreadableInput(path, f"the traits of `{held.network_id}` are not whole", _REMEDY)
    traits = Traits(
        np.array(kinds, np.int8),
        rows["print"].to_numpy(),
        rows["members"].to_numpy(),
        rows["outsiders"].to_numpy(),
        rows["first_seen"].cast(pa.int64()).to_numpy(),
        rows["last_seen"].cast(pa.int64()).to_numpy(),
    )
    return Signature(
        held.network_id,
        held.verdict,
        held.coordinated,
        held.extraction,
        held.accounts,
        held.outsiders,
        held.last_seen.astimezone(UTC),
        traits,
        held.worth,
        held.trials,
        held.recognises,
    )
