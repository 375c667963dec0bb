"""Where a log that is a table lies: a database, and the table in it.

    postgresql://reader@db:5432/litellm
    postgresql://reader@db:5432/litellm?schema=proxy&table=SpendLogs_2026&sslmode=require

Options beyond `schema` and `table` are the database client's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode

from gauger.model.errors import UsageError
from gauger.read.urls import without_secrets

SCHEMES: Final = ("postgresql://", "postgres://")
SCHEMA: Final = "public"
TABLE: Final = "LiteLLM_SpendLogs"

_FORMS: Final = "write it as `postgresql://USER@HOST:PORT/DATABASE`"
_OWN: Final = {"connect_timeout": "10", "application_name": "gauger"}


@dataclass(frozen=True, slots=True)
class TableAddress:
    """A table; `text` is what the user wrote, `dsn` what the database's client is given."""

    text: str
    dsn: str
    schema: str
    table: str

    @property
    def label(self) -> str:
        """The table as messages call it."""
        return f"{self.schema}.{self.table}"


def names_table(text: str) -> bool:
    """Whether what a user named is a table and no file."""
    return text.lower().startswith(SCHEMES)


def parse_table(text: str) -> TableAddress:
    """The table that a user named. Raises UsageError."""
    parts = without_secrets(text, "a log", _FORMS)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if "warehouse" in options:
        raise UsageError("a lake is no log", f"`{text}`", "name it with `--lake`")
    if parts.path in ("", "/") and "dbname" not in options:
        raise UsageError("the URL of a log names no database", f"`{text}`", _FORMS)
    schema = options.pop("schema", "") or SCHEMA
    table = options.pop("table", "") or TABLE
    dsn = f"postgresql://{parts.netloc}{parts.path}?{urlencode({**_OWN, **options})}"
    return TableAddress(text, dsn, schema, table)
