"""Work on the items of a stream, some of them at a time, the answers in the order of the items."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def worked_ahead(
    work: Callable[[Item], Answer], items: Iterable[Item], threads: int
) -> Iterator[Answer]:
    """The answers; no more items are begun than `threads` beyond what was asked for, so that no
    more of them are held."""
    pool = ThreadPoolExecutor(threads)
    begun: deque[Future[Answer]] = deque()
    try:
        for item in items:
            begun.append(pool.submit(work, item))
            if len(begun) > threads:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        # Who stops waits for what was begun, and for no more.
        pool.shutdown(cancel_futures=True)
