"""A property that is worked out when it is first asked for, without a lock.

`functools.cached_property` holds one lock for all objects of a class up to Python 3.11, so that
threads which ask different objects wait for each other. Here two threads that ask one object at
the same time both work it out, which is right for what is cheap and always the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Value = TypeVar("Value")


class once(Generic[Value]):  # noqa: N801
    """Decorates a method of an object with a `__dict__`, which the answer is kept in."""

    def __init__(self, work: Callable[[Any], Value]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, held: None, owner: type) -> Self: ...
    @overload
    def __get__(self, held: object, owner: type) -> Value: ...
    def __get__(self, held: object | None, owner: type) -> Self | Value:
        if held is None:
            return self
        value = self._work(held)
        # Found there from now on, before this is asked.
        held.__dict__[self._name] = value
        return value
