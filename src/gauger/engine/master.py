"""Which Spark runs the steps: this process alone, or a cluster that its master answers for."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from typing import Final

from gauger.model.errors import EngineError, UsageError

LOCAL: Final = re.compile(r"local(\[(\d+|\*)\])?")
_CLUSTER: Final = re.compile(r"spark://[^/:,@\s]+:\d{1,5}(,[^/:,@\s]+:\d{1,5})*")
_FORMS: Final = "write it as `spark://HOST:PORT`, or as `local[N]` for this machine alone"
_ANSWERS: Final = 10.0
"""Seconds for a master to take a connection."""


@dataclass(frozen=True, slots=True)
class Master:
    """A master as the user wrote it, seen to be one that can be used."""

    text: str

    @property
    def is_cluster(self) -> bool:
        """Whether steps run in other processes, perhaps on other machines."""
        return LOCAL.fullmatch(self.text) is None

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """Host and port of each master: those beside the first stand by."""
        named = self.text.removeprefix("spark://").split(",") if self.is_cluster else []
        pairs = (each.rpartition(":") for each in named)
        return tuple((host.strip("[]"), int(port)) for host, _, port in pairs)


def parse_master(engine: str, text: str | None) -> Master | None:
    """The master of an engine, null where none is named. Raises UsageError.

    Checked before anything is read: logs may take hours.
    """
    if text is None:
        return None
    if engine != "spark":
        found = f"`{text}` with the engine `{engine}`"
        raise UsageError("a master is Spark's", found, "add `--engine spark`, or name no master")
    if not LOCAL.fullmatch(text) and not _CLUSTER.fullmatch(text):
        raise UsageError("no such kind of master", f"`{text}`", _FORMS)
    master = Master(text)
    if any(not 0 < port < 1 << 16 for _, port in master.places):
        raise UsageError("a master has a port that cannot be", f"`{text}`", _FORMS)
    return master


def own_address(master: Master) -> str:
    """This machine's address as the first master that answers sees it, where executors find the
    driver; Spark itself would wait for a master a minute, and say nothing of why.

    Raises EngineError.
    """
    problem = ""
    for place in master.places:
        try:
            with socket.create_connection(place, timeout=_ANSWERS) as connection:
                address: str = connection.getsockname()[0]
                return address
        except OSError as error:
            problem = (error.strerror or str(error) or "no answer").lower()
    raise EngineError(
        "spark", "start", f"no master answers at `{master.text}` ({problem})",
        "start the master, or correct `--master` to the URL that its log or page names",
    )  # fmt: skip
