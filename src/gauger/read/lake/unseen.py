"""Leaves out of an ingest what the lake holds already, by what is in the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from gauger.read.sources import Logs
from gauger.read.sources.opening import LogFile, hash_whole
from gauger.read.sources.tables import LogTable

_JOINED: Final = frozenset({"anthropic_batch", "openai_batch"})
"""Formats whose files are halves of each other: one that is known may be needed for another."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """Logs that are not in a lake yet, and those that were left out."""

    logs: Logs
    known: tuple[LogFile | LogTable, ...]


def leave_out_known(
    logs: Logs, known: Mapping[str, int], advance: Callable[[int], None] = lambda done: None
) -> Unseen:
    """The logs but for those whose digest is in `known`, or is that of an earlier one of them.

    `known` says how many bytes have a digest. A file of as many bytes as a known one or another
    one here is read once to digest it: no other can be either. `advance` is told the bytes so
    far. Raises UnreadableInput.
    """
    seen = set(known)
    held = Counter(file.size for file in logs._files)
    held.update(set(known.values()))
    done = 0
    fresh: list[LogFile | LogTable] = []
    out: list[LogFile | LogTable] = []
    for file in logs._logs:
        if isinstance(file, LogTable):
            file.hash_whole()
        elif held[file.size] > 1:
            hash_whole(file)
        done += file.size
        advance(done)
        (out if file.sha256 in seen else fresh).append(file)
        if file.sha256 is not None:
            seen.add(file.sha256)
    halves = {file.format for file in fresh} & _JOINED
    fresh += [file for file in out if file.format in halves]
    out = [file for file in out if file.format not in halves]
    for file in out:
        if isinstance(file, LogTable):
            file.close()
    fresh.sort(key=lambda file: file.index)
    for index, file in enumerate(fresh):
        file.index = index
    return Unseen(Logs(fresh, logs._reading), tuple(out))
