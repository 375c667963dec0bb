"""Reads back what a finished scan found, for whoever goes on from there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from gauger.model.errors import NothingToRead, UnreadableInput, UsageError

FINDINGS: Final = "findings.json"
_VERSION: Final = 1
_REMEDY: Final = "name the folder that `gauger scan` wrote"
_MOST_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class FinishedNetwork:
    """One network of a finished scan; times are RFC 3339 as written."""

    network_id: str
    verdict: str
    headline: str
    accounts: tuple[str, ...]
    exchanges: int
    first_seen: str
    last_seen: str


@dataclass(frozen=True, slots=True)
class _Finished:
    version: int
    networks: tuple[FinishedNetwork, ...]


def read_finished(folder: Path) -> tuple[FinishedNetwork, ...]:
    """The networks of a scan's folder, or of its findings.json.

    Raises NothingToRead where there is none and UnreadableInput where it is damaged.
    """
    path = folder / FINDINGS if folder.is_dir() else folder
    if not path.is_file():
        raise NothingToRead(path, "there is no such file", _REMEDY)
    try:
        finished = TypeAdapter(_Finished).validate_json(path.read_bytes())
    except OSError as error:
        problem = (error.strerror or type(error).__name__).lower()
        raise UnreadableInput(path, problem, "check the path and its permissions") from error
    except ValidationError as error:
        raise UnreadableInput(path, "it holds no findings of a scan", _REMEDY) from error
    if finished.version != _VERSION:
        problem = f"its findings have version {finished.version}, this gauger reads {_VERSION}"
        raise UnreadableInput(path, problem, "scan again")
    return finished.networks


def pick_network(networks: tuple[FinishedNetwork, ...], network_id: str) -> FinishedNetwork:
    """The network with an id. Raises UsageError where there is none, or more than one."""
    named = [network for network in networks if network.network_id == network_id]
    if len(named) == 1:
        return named[0]
    if named:
        raise UsageError(
            "the network cannot be told by its id", f"{len(named)} with `{network_id}`",
            "name accounts of it in a worksheet instead",
        )  # fmt: skip
    ids = [f"`{network.network_id}`" for network in networks]
    more = f", or of {len(ids) - _MOST_NAMED:,} more" if len(ids) > _MOST_NAMED else ""
    raise UsageError(
        "these findings hold no such network", f"`{network_id}`",
        f"give one of {', '.join(ids[:_MOST_NAMED])}{more}"
        if ids
        else "scan logs that hold a network",
    )  # fmt: skip
