"""Where a lake lies: one URL for its catalog and its storage.

    ./lake                                             a folder: SQLite catalog and files in it
    sqlite:///srv/catalog.db?warehouse=s3://bucket/lake
    postgresql://gauger@db:5432/lakes?warehouse=s3://bucket/lake
    postgresql://gauger@db:5432/lakes?warehouse=/srv/lake&name=eu

`name` tells lakes of one catalog apart. Secrets come from the environment, never from the URL,
where other users and logs could read them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from gauger.model.errors import UsageError
from gauger.read.urls import without_secrets

CATALOG: Final = "catalog.db"
DEFAULT_NAME: Final = "gauger"

_FORMS: Final = (
    "name a folder, `sqlite:///PATH?warehouse=STORAGE` or "
    "`postgresql://USER@HOST/DATABASE?warehouse=STORAGE`; STORAGE is a folder or "
    "`s3://BUCKET/PREFIX`"
)
_DRIVER: Final = "postgresql+psycopg2"


@dataclass(frozen=True, slots=True)
class LakeAddress:
    """A lake's catalog and the storage its tables lie in.

    `text` is what the user wrote. The catalog is `file` where it is SQLite, else the server at
    `url`. `warehouse` is an absolute path or `s3://...`, without a slash at its end.
    """

    text: str
    file: Path | None
    url: str | None
    warehouse: str
    name: str

    @property
    def root(self) -> str:
        """Where everything of this lake lies; a lake that is a folder has the folder to itself."""
        alone = self.file is not None and self.warehouse == str(self.file.parent)
        return f"{self.warehouse}/sketches" if alone else f"{self.warehouse}/{self.name}/sketches"

    @property
    def on_s3(self) -> bool:
        """Whether the tables lie in an S3-compatible store."""
        return self.warehouse.startswith("s3://")


def parse_address(text: str) -> LakeAddress:
    """The address that a user wrote. Raises UsageError."""
    if "://" not in text:
        if not text:
            raise UsageError("a lake has no name", "nothing", _FORMS)
        folder = Path(os.path.abspath(text))  # noqa: PTH100 - symlinks are left as they are
        return LakeAddress(text, folder / CATALOG, None, str(folder), DEFAULT_NAME)
    parts = without_secrets(text, "a lake", _FORMS)
    scheme = parts.scheme.lower()
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if scheme in ("sqlite", "postgresql", "postgres"):
        warehouse = _warehouse(options.pop("warehouse", ""), text)
        name = options.pop("name", DEFAULT_NAME) or DEFAULT_NAME
        if scheme == "sqlite":
            # `sqlite:///srv/catalog.db` is /srv/catalog.db; a lake has no relative catalog.
            return _of_sqlite(text, parts.netloc, parts.path, options, warehouse, name)
        options.setdefault("connect_timeout", "10")
        where = f"{_DRIVER}://{parts.netloc}{parts.path}?{urlencode(options)}"
        return LakeAddress(text, None, where, warehouse, name)
    if scheme == "s3":
        raise UsageError("an object store holds no catalog", f"`{text}`", _FORMS)
    raise UsageError("no such kind of lake", f"`{scheme}://`", _FORMS)


def _of_sqlite(
    text: str, host: str, path: str, options: dict[str, str], warehouse: str, name: str
) -> LakeAddress:
    if host or path in ("", "/") or options:
        found = f"`{text}`"
        raise UsageError("a SQLite catalog is one absolute path", found, _FORMS)
    return LakeAddress(text, Path(path), None, warehouse, name)


def _warehouse(text: str, whole: str) -> str:
    if not text:
        raise UsageError("the URL of a lake says no storage", f"`{whole}`", _FORMS)
    if text.startswith("s3://"):
        if not urlsplit(text).netloc:
            raise UsageError("the storage of a lake names no bucket", f"`{text}`", _FORMS)
        return text.rstrip("/")
    if "://" in text:
        raise UsageError("no such kind of storage", f"`{text}`", _FORMS)
    return os.path.abspath(text)  # noqa: PTH100 - symlinks are left as they are
