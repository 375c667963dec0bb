"""`gauger serve`: decisions over HTTP, for gateways."""

from __future__ import annotations

from importlib.util import find_spec

from gauger.model.errors import MissingExtra


def require() -> None:
    """Raises MissingExtra where the packages of the service are not installed."""
    for package in ("fastapi", "uvicorn", "limits", "sqlalchemy", "alembic", "prometheus_client"):
        if find_spec(package) is None:
            raise MissingExtra("`gauger serve`", "serve")
