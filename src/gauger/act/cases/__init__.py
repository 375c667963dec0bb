"""The control plane: who may ask, which policy is in force, and what people decided."""

from __future__ import annotations

from importlib.util import find_spec

from gauger.model.errors import MissingExtra


def require() -> None:
    """Raises MissingExtra where the packages of the control plane are not installed."""
    if find_spec("sqlalchemy") is None or find_spec("alembic") is None:
        raise MissingExtra("the control plane", "serve")
