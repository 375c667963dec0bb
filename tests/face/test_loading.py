"""Libraries are loaded without a look at what they make, and watched as ever afterwards."""

from __future__ import annotations

import gc

import pytest

from gauger.face.cli.loading import loading


def test_nothing_is_looked_over_meanwhile() -> None:
    seen: list[int] = []

    def looked(phase: str, about: dict[str, int]) -> None:
        seen.append(about["generation"])

    gc.callbacks.append(looked)
    try:
        with loading():
            kept = [[number] for number in range(200_000)]
        assert not gc.get_count()[0] > gc.get_threshold()[0]
        assert seen == []
    finally:
        gc.callbacks.remove(looked)
    assert len(kept) == 200_000
    assert gc.isenabled()
    assert gc.get_freeze_count() > 200_000
    gc.unfreeze()


def test_what_fails_to_load_leaves_it_as_it_was() -> None:
    with pytest.raises(ImportError), loading():
        raise ImportError
    assert gc.isenabled()
    gc.unfreeze()
