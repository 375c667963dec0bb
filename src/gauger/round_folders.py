"""Results of rounds: a folder for each, a link to the latest, and who may add one.

findings -> findings.rounds/round-20260605T101500-9a3f     what a service and people look at
findings.rounds/base -> round-...                          the last scan of everything
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson
from pydantic import TypeAdapter, ValidationError

from gauger.act.cases.thinning import superfluous
from gauger.model.errors import OutputError
from gauger.model.round import Round
from gauger.tell.safely import write_whole

_PREFIX: Final = "round-"
_ROUND: Final = "round.json"
_RECORDED: Final = "recorded"
_KNOWN: Final = TypeAdapter(Round)


class RoundFolders:
    """The folders behind one link. Raises OutputError where they cannot be made."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.root = link.with_name(f"{link.name}.rounds")
        if link.exists() and not link.is_symlink():
            raise OutputError(
                link, "results that were not made by the service lie there",
                "name another folder with `--findings`",
            )  # fmt: skip
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            problem = (error.strerror or type(error).__name__).lower()
            raise OutputError(self.root, problem, "name another folder") from error

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether no other process adds a round now; held until the block ends or it is killed."""
        handle = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            self._sweep()
            yield True
        finally:
            os.close(handle)

    @property
    def accounts(self) -> Path:
        """Account records as the latest round read them."""
        return self.root / "accounts.jsonl"

    def folder(self, round_id: str) -> Path:
        """Where the results of a round lie."""
        return self.root / f"{_PREFIX}{round_id}"

    def latest(self) -> tuple[Path, Round] | None:
        """The results that are looked at now."""
        return _of(self.link)

    def base(self) -> tuple[Path, Round] | None:
        """The last scan of everything."""
        return _of(self.root / "base")

    def add(self, held: Round) -> None:
        """Says that a round is over, however it ended. Raises OutputError."""
        folder = self.folder(held.round_id)
        with suppress(FileExistsError):
            folder.mkdir()
        write_whole(folder / _ROUND, orjson.dumps(asdict(held), option=orjson.OPT_UTC_Z))

    def show(self, held: Round, *, base: bool) -> None:
        """Moves the link on to a round that is done, from one moment to the next."""
        folder = self.folder(held.round_id)
        _point(self.root / "base", Path(folder.name)) if base else None
        _point(self.link, Path(self.root.name) / folder.name)

    def forget_base(self) -> None:
        """Makes the next round one of everything."""
        with suppress(OSError):
            (self.root / "base").unlink(missing_ok=True)

    def unrecorded(self) -> list[tuple[Path, Round]]:
        """Rounds that the control plane does not have yet, in their order."""
        return [(folder, held) for folder, held in self._all() if not (folder / _RECORDED).exists()]

    def mark_recorded(self, folder: Path) -> None:
        """Says that the control plane has it."""
        with suppress(OSError):
            (folder / _RECORDED).touch()

    def thin(self) -> None:
        """Removes old rounds, but for what is looked at and gone on from."""
        rounds = {folder.name: held.started for folder, held in self._all()}
        kept = {each[0].name for each in (self.latest(), self.base()) if each is not None}
        for name in superfluous(rounds, datetime.now(UTC)) - kept:
            shutil.rmtree(self.root / name, ignore_errors=True)

    def _all(self) -> Iterator[tuple[Path, Round]]:
        for folder in sorted(self.root.glob(f"{_PREFIX}*")):
            found = _of(folder)
            if found is not None:
                yield folder, found[1]

    def _sweep(self) -> None:
        """Removes what a killed round left: a round that is over says so."""
        for folder in self.root.glob(f"{_PREFIX}*"):
            if not (folder / _ROUND).exists():
                shutil.rmtree(folder, ignore_errors=True)


def _of(folder: Path) -> tuple[Path, Round] | None:
    try:
        place = folder.resolve(strict=True)
        return place, _KNOWN.validate_json((place / _ROUND).read_bytes())
    except (OSError, ValidationError):
        return None


def _point(link: Path, target: Path) -> None:
    partial = link.with_name(f".{link.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        partial.symlink_to(target)
        partial.replace(link)
    except OSError as error:
        problem = (error.strerror or type(error).__name__).lower()
        raise OutputError(link, problem, "name another folder with `--findings`") from error
