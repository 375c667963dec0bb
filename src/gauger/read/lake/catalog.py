"""Opens a lake: its catalog is asked for the table, and the table for whether it can be used."""

from __future__ import annotations

import errno
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import (
    CommitFailedException,
    NoSuchNamespaceError,
    NoSuchTableError,
    TableAlreadyExistsError,
    ValidationError,
)
from pyiceberg.table import Table
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, NoSuchModuleError

from gauger.model.closing import Closing
from gauger.model.errors import LakeError, MissingExtra, OutputError
from gauger.model.manifest import SKETCH_VERSION as VERSION
from gauger.read.lake import table as tables
from gauger.read.lake.address import LakeAddress
from gauger.read.lake.storage import Storage

NAMESPACE: Final = "gauger"
TABLE: Final = (NAMESPACE, "sketches")
WAIT_SECONDS: Final = 60
"""How long a writer waits for another one's lock on a SQLite catalog."""

_IO: Final = "gauger.read.lake.storage.DurableFileIO"
_TABLES: Final = 2
"""Tables of a catalog, each of which somebody else may make first."""
_CREATE: Final = "name one that is there, or fill one with `gauger ingest PATH... --lake`"
_AGAIN: Final = "check that it runs and that the URL is right, then run the same command again"
_FREE: Final = "free space, then run the same command again: nothing was added"
_RESTORE: Final = "restore it from a backup, or fill a lake of another name from the logs"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Lake(Closing):
    """A lake that is open: its table as it was last seen, and its files."""

    def __init__(self, address: LakeAddress, catalog: SqlCatalog, table: Table) -> None:
        self.address = address
        self.catalog = catalog
        self.table = table
        self.storage = Storage(catalog.properties)

    @property
    def name(self) -> str:
        """What the user calls it."""
        return self.address.text

    @property
    def root(self) -> str:
        """Where everything of it lies, as its files are named: links in a path may differ."""
        return self.table.location()

    def refresh(self) -> None:
        """Looks at the table again: others may have changed it."""
        with guarded(self.address):
            self.table = self.catalog.load_table(TABLE)

    def close(self) -> None:
        """Lets go of the catalog; what was read of it stays."""
        self.catalog.close()

    def check_key(self, key_check: str) -> None:
        """Raises LakeError where the lake's sketches have another key than `key_check` is of."""
        if self.table.properties.get(tables.KEY_CHECK) != key_check:
            raise LakeError(
                self.name,
                "its sketches have another key, and fingerprints of two keys never meet",
                "set `GAUGER_SECRET` to what it was when the lake was made, or name another lake",
            )


def open_lake(address: LakeAddress) -> Lake:
    """A lake that is there. Raises LakeError, MissingExtra."""
    if address.file is not None and not address.file.is_file():
        raise LakeError(address.text, "there is none", _CREATE)
    with guarded(address):
        catalog = _connected(address)
        try:
            table = catalog.load_table(TABLE)
        except (NoSuchTableError, NoSuchNamespaceError):
            raise LakeError(address.text, "there is none", _CREATE) from None
    return _checked(Lake(address, catalog, table))


def open_or_create(address: LakeAddress, key_check: str) -> Lake:
    """A lake, made where there is none, for sketches of one key. Raises LakeError, OutputError."""
    with guarded(address):
        if address.file is not None:
            address.file.parent.mkdir(parents=True, exist_ok=True)
        catalog = _connected(address)
        try:
            table = catalog.load_table(TABLE)
        except (NoSuchTableError, NoSuchNamespaceError):
            table = _created(catalog, address, key_check)
    lake = _checked(Lake(address, catalog, table))
    lake.check_key(key_check)
    return lake


def _created(catalog: SqlCatalog, address: LakeAddress, key_check: str) -> Table:
    schema = tables.table_schema()
    properties = {
        **tables.PROPERTIES,
        tables.KEY_CHECK: key_check,
        tables.SKETCH_VERSION: str(VERSION),
        tables.NEXT_LOG: "0",
    }
    # Another ingest may make either in the meantime.
    with suppress(IntegrityError):
        catalog.create_namespace_if_not_exists(NAMESPACE)
    try:
        return catalog.create_table(
            TABLE, schema, location=address.root,
            partition_spec=tables.day_partitions(schema), properties=properties,
        )  # fmt: skip
    except TableAlreadyExistsError:
        return catalog.load_table(TABLE)


def _checked(lake: Lake) -> Lake:
    table = lake.table
    version = table.properties.get(tables.SKETCH_VERSION)
    if version is None or tables.KEY_CHECK not in table.properties:
        raise LakeError(lake.name, "its table is none of gauger's", "name another lake")
    if version != str(VERSION):
        problem = f"its sketches have version {version}, this gauger reads {VERSION}"
        raise LakeError(lake.name, problem, "fill another lake from the logs")
    if not _same_place(table.location(), lake.address.root):
        problem = f"its tables lie in `{table.location()}`, not in `{lake.address.root}`"
        raise LakeError(lake.name, problem, "move it back, or name the place they lie in")
    for problem in tables.unlike(table.schema()):
        raise LakeError(lake.name, problem, "fill another lake from the logs")
    return lake


def _same_place(one: str, other: str) -> bool:
    return one == other or os.path.realpath(one) == os.path.realpath(other)


def _connected(address: LakeAddress) -> SqlCatalog:
    properties: dict[str, str] = {
        "warehouse": address.warehouse,
        "py-io-impl": _IO,
        "pool_pre_ping": "true",
        **(_store() if address.on_s3 else {}),
    }
    if address.file is not None:
        url = URL.create("sqlite", database=str(address.file), query={"timeout": str(WAIT_SECONDS)})
        properties["uri"] = url.render_as_string(hide_password=False)
    else:
        properties["uri"] = str(address.url)
    for _ in range(_TABLES):
        try:
            return SqlCatalog(address.name, **properties)
        except DBAPIError as error:
            # Several that begin at once find a table missing, and one of them makes it.
            if not isinstance(error, IntegrityError) and "already exists" not in str(error):
                raise
    return SqlCatalog(address.name, **properties)


def _store() -> dict[str, str]:
    """Where the store is; keys are found by the S3 client itself, in the environment."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    found = {"s3.region": region or ("us-east-1" if endpoint else "")}
    if endpoint:
        found["s3.endpoint"] = endpoint
    return {name: value for name, value in found.items() if value}


@contextmanager
def guarded(address: LakeAddress) -> Iterator[None]:
    """Says our way what a catalog and a storage complain of.

    Raises LakeError, OutputError where the disk is full, MissingExtra for a driver.
    """
    try:
        yield
    except CommitFailedException:
        raise
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise MissingExtra("a PostgreSQL catalog", "lake-postgres") from error
    except DBAPIError as error:
        raise _of_catalog(address, error) from error
    except OSError as error:
        raise _of_storage(address, error) from error
    except (ValidationError, ValueError, AssertionError, EOFError, zlib.error) as error:
        # What a reader of JSON and Avro makes of bytes that are neither.
        raise LakeError(address.text, "its metadata are damaged", _RESTORE) from error


def _of_catalog(address: LakeAddress, error: DBAPIError) -> LakeError | OutputError:
    said = str(error.orig).strip().splitlines()[0] if error.orig else type(error).__name__
    lowered = said.lower()
    if "disk" in lowered and ("full" in lowered or "i/o" in lowered):
        return OutputError(address.file or address.text, lowered, _FREE)
    if "locked" in lowered:
        problem = f"another command holds its catalog for more than {WAIT_SECONDS} seconds"
        return LakeError(address.text, problem, "run the same command again")
    if "malformed" in lowered or "not a database" in lowered:
        return LakeError(address.text, f"its catalog is damaged ({said})", _RESTORE)
    return LakeError(address.text, f"its catalog does not answer ({said})", _AGAIN)


def _of_storage(address: LakeAddress, error: OSError) -> LakeError | OutputError:
    problem = (error.strerror or str(error).splitlines()[0]).lower()
    where: Any = error.filename or address.root
    if error.errno in _FULL:
        return OutputError(where, problem, _FREE)
    if isinstance(error, FileNotFoundError):
        gone = f"`{error.filename}`" if error.filename else str(error).splitlines()[0]
        return LakeError(address.text, f"a file of it is gone: {gone}", _RESTORE)
    if isinstance(error, PermissionError):
        return LakeError(address.text, f"`{where}`: {problem}", "check its permissions")
    return LakeError(address.text, f"its storage fails ({problem})", _AGAIN)
