"""A table of a database as a log: its rows as JSON, as they stood when it was opened.

Everything is read in one transaction that can change nothing, through a cursor on the server.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from gauger.model.errors import MissingExtra, UnreadableInput
from gauger.read.sources.table_address import TableAddress

_EXTRA: Final = "lake-postgres"
_MOST_ROWS: Final = 512
_FETCH_BYTES: Final = 4 * 1024 * 1024
"""What one fetch aims at, by the rows before it, so that memory stays flat."""

_REACH: Final = (
    "check that the database runs, that the URL is right, and `PGPASSWORD` or a password file"
)
_AGAIN: Final = "run the same command again; a copy of the database that is read alone may help"
_FIND: Final = """
SELECT n.nspname, c.oid, pg_table_size(c.oid),
       has_schema_privilege(n.oid, 'USAGE')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY n.nspname
"""
_COLUMNS: Final = """
SELECT attname, has_column_privilege(attrelid, attnum, 'SELECT')
FROM pg_attribute WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""


@dataclass(slots=True)
class LogTable:
    """A table while it is read; beside `LogFile`, the other kind of log there is."""

    index: int
    address: TableAddress
    format: str
    connection: Any
    size: int
    """Bytes on the server, for progress alone."""
    columns: tuple[str, ...] = ()
    """Those that are asked for."""
    order: tuple[str, ...] = ()
    bytes_read: int = 0
    rows: int = 0
    """Rows read; whole once there is a digest."""
    sha256: str | None = None
    """Digest of all rows as they were read; null until then."""

    @property
    def name(self) -> str:
        """The URL as the user wrote it, which holds no secret."""
        return self.address.text

    def texts(self) -> Iterator[bytes]:
        """Every row as JSON, in an order that is the same each time. Raises UnreadableInput."""
        for text in self._texts():
            self.bytes_read = min(self.bytes_read + len(text), self.size)
            yield text
        self.bytes_read = self.size

    def hash_whole(self) -> None:
        """Digests the rows before they are read: it is the same transaction that reads them."""
        for _ in self._texts():
            pass

    def close(self) -> None:
        """Lets go of the database."""
        with suppress(Exception):
            self.connection.close()

    def _texts(self) -> Iterator[bytes]:
        digest = hashlib.sha256()
        self.rows = 0
        with _told(self.address, lambda: self.rows):
            cursor = self.connection.cursor(name=f"gauger_{self.index}")
            cursor.execute(_query(self.address, self.columns, self.order))
            number, taken = 1, 0
            while found := cursor.fetchmany(number):
                for (row,) in found:
                    text = row.encode()
                    digest.update(text)
                    digest.update(b"\n")
                    self.rows += 1
                    taken += len(text)
                    yield text
                mean = taken // self.rows + 1
                number = max(1, min(_MOST_ROWS, number * 2, _FETCH_BYTES // mean))
            cursor.close()
        self.sha256 = digest.hexdigest()


def open_table(
    index: int,
    address: TableAddress,
    format_name: str,
    wanted: Sequence[str],
    needed: Sequence[str],
) -> LogTable:
    """Connects, and sees which of the `wanted` columns there are and may be read.

    The `needed` ones give the order of the rows. Raises UnreadableInput, MissingExtra.
    """
    try:
        import psycopg2
    except ModuleNotFoundError as error:
        raise MissingExtra("a log in PostgreSQL", _EXTRA) from error
    with _told(address):
        connection = psycopg2.connect(address.dsn)
    table = LogTable(index, address, format_name, connection, 0, order=tuple(needed))
    try:
        with _told(address):
            connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
            connection.set_client_encoding("UTF8")
            _look(table, wanted, needed)
    except BaseException:
        table.close()
        raise
    return table


def _look(table: LogTable, wanted: Sequence[str], needed: Sequence[str]) -> None:
    address = table.address
    with table.connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute(_FIND, (address.table,))
        places = {schema: rest for schema, *rest in cursor.fetchall()}
        if address.schema not in places:
            raise _absent(address, list(places))
        oid, table.size, usable = places[address.schema]
        cursor.execute(_COLUMNS, (oid,))
        held = dict(cursor.fetchall())
    for column in needed:
        if column not in held:
            problem = f"`{address.label}` has no column `{column}`"
            raise UnreadableInput(address.text, problem, "name LiteLLM's table of calls")
    if not usable or not all(held[column] for column in needed):
        problem = f"this user may not read `{address.label}`"
        grant = f'GRANT USAGE ON SCHEMA "{address.schema}", and SELECT ON "{address.table}"'
        raise UnreadableInput(address.text, problem, f"let its owner grant that: {grant}")
    table.columns = tuple(dict.fromkeys(each for each in wanted if held.get(each)))


def _absent(address: TableAddress, elsewhere: list[str]) -> UnreadableInput:
    problem = f"there is no table `{address.label}`"
    if elsewhere:
        named = ", ".join(f"`{schema}`" for schema in elsewhere)
        return UnreadableInput(
            address.text, f"{problem}, but one in {named}", "add `?schema=NAME` to the URL"
        )
    return UnreadableInput(
        address.text, problem, "name the database of the proxy, or add `?table=NAME` to the URL"
    )


def _query(address: TableAddress, columns: Sequence[str], order: Sequence[str]) -> Any:
    from psycopg2 import sql

    pairs = sql.SQL(", ").join(
        sql.SQL("{}, {}").format(sql.Literal(name), sql.Identifier(name)) for name in columns
    )
    return sql.SQL("SELECT json_build_object({})::text FROM {} ORDER BY {}").format(
        pairs,
        sql.Identifier(address.schema, address.table),
        sql.SQL(", ").join(map(sql.Identifier, order)),
    )


@contextmanager
def _told(address: TableAddress, rows: Callable[[], int] | None = None) -> Iterator[None]:
    """Says our way what a database complains of; no message of it holds a password."""
    import psycopg2
    from psycopg2.errors import InsufficientPrivilege

    try:
        yield
    except psycopg2.Error as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        if isinstance(error, InsufficientPrivilege):
            raise UnreadableInput(
                address.text, f"this user may not read it ({said})", "let its owner grant SELECT"
            ) from error
        if rows is not None:
            problem = f"the database broke off after {rows():,} rows ({said})"
            raise UnreadableInput(address.text, problem, _AGAIN) from error
        problem = f"the database does not answer ({said})"
        raise UnreadableInput(address.text, problem, _REACH) from error
    except UnicodeDecodeError as error:
        problem = "it holds texts that are not UTF-8"
        raise UnreadableInput(address.text, problem, "export the table to JSON lines") from error
