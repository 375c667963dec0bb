"""Arrivals made by hand, and a lake to commit them to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import orjson

from exchanges import PHRASE, at
from gauger.read.arriving import Arrival, read_arrival
from gauger.read.lake.address import parse_address
from gauger.read.lake.catalog import Lake, open_or_create
from gauger.read.lake.drafting import Drafting
from gauger.read.lake.table import own_columns
from gauger.read.sketch import SketchKey
from gauger.read.sketching import key_check
from gauger.read.spool.known import known_keys
from gauger.read.spool.spool import Spool

KEY = SketchKey.from_secret(PHRASE)
NOW = at(24 * 200)


def lines(ids: Iterable[str]) -> bytes:
    """Exchanges as canonical NDJSON; the prompt is one that can be searched for."""
    return b"".join(
        orjson.dumps(
            {
                "exchange_id": each, "time": at(1), "account_id": f"account-{hash(each) % 7}",
                "request_model": "m", "prompt": f"walrus {each}",
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )
        for each in ids
    )  # fmt: skip


def arrival(*ids: str) -> Arrival:
    """One request with these exchanges."""
    return read_arrival("/v1/ingest", "canonical", lines(ids), NOW)


class Place:
    """A folder with a lake and a spool."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spool = folder / "spool"
        self.lake = open_or_create(parse_address(str(folder / "lake")), key_check(KEY))

    def begin(self) -> Spool:
        """A spool as a process finds it."""
        self.lake.refresh()
        return Spool(self.spool, KEY, known_keys(self.lake))

    def drafting(self) -> Drafting:
        """What makes files for the lake."""
        schema = own_columns(self.lake.table.schema())
        return Drafting(_no_engine, self.folder / "made", schema, key_check(KEY), 1)

    def keys(self) -> list[int]:
        """Of all exchanges in the lake, repeats included."""
        self.lake.refresh()
        return sorted(key for keys in known_keys(self.lake) for key in keys.tolist())


def lake_of(folder: Path) -> Lake:
    """The lake of a folder, as another process opens it."""
    return open_or_create(parse_address(str(folder / "lake")), key_check(KEY))


def _no_engine() -> NoReturn:
    raise AssertionError("nothing repeats")
