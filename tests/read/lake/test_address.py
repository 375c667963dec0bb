"""URLs of lakes: what they mean, what is refused, and that no secret is in them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from gauger.model.errors import LakeError, MissingExtra, UsageError
from gauger.read.lake import require
from gauger.read.lake.address import parse_address

from .lakes import fill, keys, log_of


@pytest.mark.parametrize(
    ("text", "file", "root"),
    [
        ("/srv/lake", "/srv/lake/catalog.db", "/srv/lake/sketches"),
        ("/srv/lake/", "/srv/lake/catalog.db", "/srv/lake/sketches"),
        ("/srv/a?b#c", "/srv/a?b#c/catalog.db", "/srv/a?b#c/sketches"),
        ("sqlite:///srv/c.db?warehouse=/data", "/srv/c.db", "/data/gauger/sketches"),
        ("sqlite:///srv/c.db?warehouse=s3://b/p/", "/srv/c.db", "s3://b/p/gauger/sketches"),
        ("postgresql://me@db/lakes?warehouse=s3://b&name=eu", None, "s3://b/eu/sketches"),
        ("postgres://db:5433/lakes?warehouse=/data", None, "/data/gauger/sketches"),
    ],
)
def test_what_a_url_means(text: str, file: str | None, root: str) -> None:
    address = parse_address(text)
    assert address.text == text
    assert address.file == (None if file is None else Path(file))
    assert address.root == root
    assert address.on_s3 == root.startswith("s3://")


def test_what_a_server_is_asked() -> None:
    address = parse_address("postgresql://me@db:5433/lakes?sslmode=require&warehouse=/data")
    expected = "postgresql+psycopg2://me@db:5433/lakes?sslmode=require&connect_timeout=10"
    assert address.url == expected


def test_a_folder_is_where_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse_address("./lake").root == str(tmp_path / "lake" / "sketches")


@pytest.mark.parametrize(
    "text",
    [
        "", "s3://bucket/lake", "mysql://db/lakes?warehouse=/data", "postgresql://db/lakes",
        "postgresql://db/lakes?warehouse=s3://", "postgresql://db/lakes?warehouse=gs://b/p",
        "sqlite:///?warehouse=/data", "sqlite://host/c.db?warehouse=/data",
        "sqlite:///c.db?warehouse=/data&mode=ro",
    ],
)  # fmt: skip
def test_what_a_url_cannot_be(text: str) -> None:
    with pytest.raises(UsageError, match="warehouse="):
        parse_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://me:hush@db/lakes?warehouse=/data",
        "postgresql://me:@db/lakes?warehouse=/data",
        "postgresql://me@db/lakes?warehouse=/data&password=hush",
        "postgresql://me@db/lakes?warehouse=/data&s3.secret-access-key=hush",
    ],
)
def test_secrets_are_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_address(text)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("name", ["a lake [x]*", "l?x=1#%41", "see", "ünï"])
def test_folders_of_any_name(tmp_path: Path, name: str) -> None:
    fill(tmp_path / name, log_of(tmp_path / "log.parquet", 0, 30))
    assert len(keys(tmp_path / name)) == 30
    assert {path.name for path in tmp_path.iterdir()} == {name, "log.parquet"}


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    with monkeypatch.context() as patch:
        patch.setattr(
            importlib.util, "find_spec", lambda name: None if name == "pyiceberg" else find(name)
        )
        with pytest.raises(MissingExtra, match=r"gauger\[lake\]"):
            require()
    require()


def test_a_missing_driver_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    url = f"postgresql://nobody@127.0.0.1:1/lakes?warehouse={tmp_path}"
    with pytest.raises(MissingExtra, match=r"gauger\[lake-postgres\]"):
        fill(url, log_of(tmp_path / "log.parquet", 0, 3))


def test_a_catalog_of_other_tables(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "catalog.db").touch()
    with pytest.raises(LakeError, match="there is none"):
        keys(tmp_path / "lake")
