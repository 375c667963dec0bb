"""A service for every test."""

from __future__ import annotations

from pathlib import Path

import pytest

from face.server.serving import Serving


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    """With a live policy."""
    return Serving(tmp_path)
