"""One quick world for all tests that only look."""

from __future__ import annotations

import pytest

from gauger.world import simulate

from .worlds import Made, read


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The packaged `quick` world."""
    return read(simulate("quick", tmp_path_factory.mktemp("quick"), seed=3))
