"""Opens the database of the control plane, brought to the tables that this gauger knows."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from gauger.model.errors import DatabaseError

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_REMEDY: Final = "check the URL and that the database is there"


def open_database(url: str) -> sa.Engine:
    """A database with the tables of this version: SQLite as `sqlite:///FILE`, or PostgreSQL.

    Tables are made or brought up to date; one that a later gauger made is refused. Raises
    DatabaseError.
    """
    try:
        parsed = sa.make_url(url)
    except SQLAlchemyError as error:
        raise DatabaseError("?", "it is no URL", "write it as `sqlite:///FILE`") from error
    shown = parsed.render_as_string(hide_password=True)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg2")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        problem = f"`{parsed.get_backend_name()}` is not supported"
        raise DatabaseError(shown, problem, "use SQLite or PostgreSQL")
    try:
        if parsed.get_backend_name() == "sqlite":
            if parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            engine = sa.create_engine(parsed, hide_parameters=True)
            sa.event.listen(engine, "connect", _prepare)
        else:
            engine = sa.create_engine(
                parsed,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args={"connect_timeout": 5},
            )
        _upgrade(engine, shown)
    except (SQLAlchemyError, OSError, ImportError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error.__cause__ or error)
        problem = (said or type(error).__name__).strip().splitlines()[0]
        raise DatabaseError(
            shown, problem[:1].lower() + problem[1:].rstrip("."), _REMEDY
        ) from error
    return engine


def revisions(url: str) -> tuple[str | None, str | None]:
    """The revision of a database's tables, null where there are none, and the one that this
    gauger knows; nothing is made or changed. Raises DatabaseError."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
            return None, head
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg2")
        engine = sa.create_engine(parsed)
        try:
            with engine.connect() as connection:
                return _revision(connection), head
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        said = str(error.__cause__ or error).strip().splitlines()[0]
        shown = parsed.render_as_string(hide_password=True) if "parsed" in locals() else "?"
        raise DatabaseError(shown, said[:1].lower() + said[1:], _REMEDY) from error


def _prepare(connection: sa.engine.interfaces.DBAPIConnection, _: object) -> None:
    """Readers do not wait for a writer, and what was committed is on the disk."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()


def config(engine: sa.Engine | None = None) -> Config:
    """Where Alembic finds the migrations."""
    held = Config()
    held.set_main_option("script_location", str(_MIGRATIONS))
    held.attributes["engine"] = engine
    return held


def _upgrade(engine: sa.Engine, shown: str) -> None:
    known = ScriptDirectory.from_config(config())
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            # Two replicas that start at once must not both make the tables.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7243392)"))
        at = _revision(connection)
        if at is not None and at not in {each.revision for each in known.walk_revisions()}:
            problem = f"a later gauger made its tables (revision `{at}`)"
            raise DatabaseError(shown, problem, "install that version, or name another database")
        if at == known.get_current_head():
            return
        held = config(engine)
        held.attributes["connection"] = connection
        command.upgrade(held, "head")


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(
        sa.text("SELECT version_num FROM alembic_version")
    ).scalar()
    return found
