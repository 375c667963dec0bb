"""A PostgreSQL and an S3 server to keep lakes in, where there are any."""

from __future__ import annotations

import contextlib
import logging
import uuid
from collections.abc import Iterator

import pytest

from needs import missing

POSTGRES = "postgresql://postgres@127.0.0.1:5432/test"


@pytest.fixture
def postgres() -> Iterator[str]:
    """URL of a database without its storage; every test has a lake of its own name in it."""
    sqlalchemy = pytest.importorskip("sqlalchemy")
    pytest.importorskip("psycopg2")
    engine = sqlalchemy.create_engine(
        POSTGRES.replace("postgresql", "postgresql+psycopg2"), connect_args={"connect_timeout": 3}
    )
    try:
        engine.connect().close()
    except sqlalchemy.exc.OperationalError:
        missing("a PostgreSQL with a database `test` at 127.0.0.1:5432")
    name = uuid.uuid4().hex
    yield f"{POSTGRES}?name=lake-{name}&warehouse="
    for table in ("iceberg_tables", "iceberg_namespace_properties"):
        with contextlib.suppress(sqlalchemy.exc.ProgrammingError), engine.begin() as connection:
            gone = sqlalchemy.text(f"DELETE FROM {table} WHERE catalog_name LIKE :name")
            connection.execute(gone, {"name": f"%-{name}"})
    engine.dispose()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Endpoint of a local S3 server."""
    try:
        from moto.server import ThreadedMotoServer
    except ModuleNotFoundError:
        missing("moto with its server")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A new bucket, and an environment that leads to it."""
    import boto3

    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    name = f"bucket-{uuid.uuid4().hex}"
    boto3.client("s3").create_bucket(Bucket=name)
    return f"s3://{name}"
