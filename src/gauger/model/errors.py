"""Every error gauger raises on purpose, under one root.

    GaugerError
    ├── UsageError             the command was asked for something that cannot be
    ├── InputError             what was given to read cannot be read
    │   ├── NothingToRead      a path, folder or glob names no log file
    │   ├── UnknownFormat      no source recognises the records of a file
    │   └── UnreadableInput    a file is there and cannot be read at all
    ├── OutputError            a result cannot be written (a full disk, no permission)
    ├── LakeError              a lake cannot be reached, read, or trusted as it is
    ├── DatabaseError          the database of the control plane cannot be used
    ├── EngineError            the engine failed at a relational step
    └── MissingExtra           an optional feature's packages are not installed

Messages start in lower case, end without a full stop, put symbols in backticks, and say
what, where, what was found and what to do. The fields they are built from are attributes.
"""

from __future__ import annotations

from pathlib import Path


class GaugerError(Exception):
    """Root of every error that gauger raises on purpose."""


class UsageError(GaugerError):
    """The command was asked for something that cannot be done."""

    def __init__(self, what: str, found: str, remedy: str) -> None:
        self.what = what
        self.found = found
        self.remedy = remedy
        super().__init__(f"{what}: found {found}; {remedy}")


class InputError(GaugerError):
    """What was given to read cannot be read."""

    def __init__(self, path: Path | str, problem: str, remedy: str) -> None:
        self.path = str(path)
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"cannot read `{path}`: {problem}; {remedy}")


class NothingToRead(InputError):
    """A path, folder or glob names no log file."""


class UnknownFormat(InputError):
    """No source recognises the records of a file."""


class UnreadableInput(InputError):
    """A file is there and cannot be read at all."""


class OutputError(GaugerError):
    """A result cannot be written."""

    def __init__(self, path: Path | str, problem: str, remedy: str) -> None:
        self.path = str(path)
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"cannot write `{path}`: {problem}; {remedy}")


class LakeError(GaugerError):
    """A lake cannot be reached, read, or trusted as it is."""

    def __init__(self, lake: str, problem: str, remedy: str) -> None:
        self.lake = lake
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"cannot use the lake `{lake}`: {problem}; {remedy}")


class DatabaseError(GaugerError):
    """The database of the control plane cannot be used."""

    def __init__(self, database: str, problem: str, remedy: str) -> None:
        self.database = database
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"cannot use the database `{database}`: {problem}; {remedy}")


class EngineError(GaugerError):
    """The engine failed at a relational step."""

    def __init__(self, engine: str, step: str, problem: str, remedy: str) -> None:
        self.engine = engine
        self.step = step
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"engine `{engine}` failed at step `{step}`: {problem}; {remedy}")


class MissingExtra(GaugerError):
    """An optional feature's packages are not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        self.feature = feature
        self.extra = extra
        super().__init__(
            f"{feature} needs packages that are not installed; install `gauger[{extra}]`"
        )
