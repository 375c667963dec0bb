"""Reads the data files that come with the package."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def words(name: str) -> dict[str, Any]:
    """A TOML file of the `words` folder, read once."""
    path = resources.files("gauger.world").joinpath("words", f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
