"""What is worked out once stays, and threads that ask different objects do not wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from gauger.model.once import once


class _Asked:
    """Counts how often it is asked."""

    def __init__(self, together: Barrier | None = None) -> None:
        self.times = 0
        self._together = together

    @once
    def answer(self) -> int:
        """What it says."""
        if self._together is not None:
            self._together.wait(timeout=10)
        self.times += 1
        return 7


def test_it_is_worked_out_when_it_is_first_asked_for() -> None:
    asked = _Asked()
    assert asked.times == 0
    assert [asked.answer, asked.answer] == [7, 7]
    assert asked.times == 1
    assert _Asked.answer.__doc__ == "What it says."


def test_threads_that_ask_different_objects_do_not_wait_for_each_other() -> None:
    together = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda asked: asked.answer, [_Asked(together), _Asked(together)]))
    assert said == [7, 7]
