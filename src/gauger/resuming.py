"""A scan that was killed goes on where it had tied accounts up, if it is run again.

What was worked out from sketches by then is half of a scan. It is kept only in a folder that was
named for it, under a name made of everything that decides it, and is gone once the scan ends.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import gauger
from gauger.find.profiles.facts import AccountFacts
from gauger.find.tied import Tied
from gauger.model.run import ScanRequest
from gauger.read.sketched import Sketched

_PREFIX: Final = "gauger-tied-"
_OURS: Final = ("gauger.find.", "gauger.model.counts", "gauger.model.population")
_OTHERS: Final = frozenset(
    {
        ("numpy", "dtype"),
        ("numpy", "ndarray"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy.core.numeric", "_frombuffer"),
        ("numpy._core.numeric", "_frombuffer"),
        ("collections", "Counter"),
        ("builtins", "frozenset"),
    }
)
"""All that arrays and our value objects are made of; what names anything else is not read."""


@dataclass(frozen=True)
class TiedUp:
    """What a scan has worked out once accounts are tied."""

    facts: AccountFacts
    tied: Tied


class Resume:
    """The place of one scan's state; without a folder nothing is ever kept."""

    def __init__(self, folder: Path | None, key: str) -> None:
        self._path = None if folder is None else folder / f"{_PREFIX}{key}"

    @classmethod
    def of(cls, request: ScanRequest, sketched: Sketched) -> Resume:
        """Of the scan that was asked for; one under a random key is never met again."""
        kept = request.spill if sketched.stable_key else None
        return cls(kept, _key(request, sketched) if kept else "")

    def held(self) -> TiedUp | None:
        """What a scan of the same left behind, if it did and it is whole."""
        if self._path is None:
            return None
        try:
            # In the folder of somebody else's files only our own are trusted.
            if self._path.stat().st_uid != os.getuid():
                return None
            with self._path.open("rb") as file:
                found = _Unpickler(file).load()
        except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError):
            return None
        except (TypeError, ValueError, IndexError, KeyError, MemoryError):
            # A damaged file may say anything; it is worked out anew.
            return None
        return found if isinstance(found, TiedUp) else None

    def keep(self, state: TiedUp) -> None:
        """Keeps the state, whole or not at all; a full disk costs the way back and no more."""
        if self._path is None:
            return
        partial = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                pickle.dump(state, file, protocol=5)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._path)
        except OSError:
            with suppress(OSError):
                partial.unlink(missing_ok=True)

    def done(self) -> None:
        """Lets go of what was kept."""
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)


def _key(request: ScanRequest, sketched: Sketched) -> str:
    """Of everything that decides what accounts are tied to."""
    told = hashlib.sha256(gauger.__version__.encode())
    for record in sketched.inputs:
        told.update(f"\n{record.path}\t{record.sha256}\t{record.rows}".encode())
    told.update(f"\n{request.until}\n{request.engine}\n{sketched.exchanges}".encode())
    for path in (request.accounts, _activity(request), _members(request)):
        told.update(b"\n")
        if path is not None and path.is_file():
            told.update(hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()[:16]


def _activity(request: ScanRequest) -> Path | None:
    return None if request.since is None else request.since / "activity.parquet"


def _members(request: ScanRequest) -> Path | None:
    return None if request.since is None else request.since / "members.parquet"


class _Unpickler(pickle.Unpickler):
    """Reads our own value objects and arrays, and refuses whatever else a file may name."""

    def find_class(self, module: str, name: str) -> Any:
        told = f"{module}.{name} is none of ours"
        # A name with a dot would reach what our modules import.
        if "." in name:
            raise pickle.UnpicklingError(told)
        if (module, name) in _OTHERS or module == "pyarrow.lib":
            return super().find_class(module, name)
        if module.startswith(_OURS) or module == __name__:
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(told)
