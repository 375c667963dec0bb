"""What a deployment is checked for: every check says what was found and what to do about it."""

from __future__ import annotations

import os
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from gauger.face.server.options import ServeOptions
from gauger.model.errors import GaugerError

OLD: Final = timedelta(days=2)
"""Findings older than this are worth a word: networks replace their accounts."""
NEAR: Final = timedelta(days=14)
LEAST_FREE: Final = 1_000_000_000
FEW_FILES: Final = 4096
_PACKAGES: Final = {
    "serve": (
        "fastapi",
        "uvicorn",
        "limits",
        "redis",
        "sqlalchemy",
        "alembic",
        "psycopg2",
        "prometheus_client",
        "httptools",
        "opentelemetry.sdk",
    ),
}


class State(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Checked:
    """One check: what was found, and what to do where it is not well."""

    name: str
    state: State
    found: str
    remedy: str | None = None


def ok(name: str, found: str) -> Checked:
    """All is well."""
    return Checked(name, State.OK, found)


def warn(name: str, found: str, remedy: str) -> Checked:
    """It works, and not as well as it could or not for long."""
    return Checked(name, State.WARN, found, remedy)


def fail(name: str, found: str, remedy: str) -> Checked:
    """It does not work."""
    return Checked(name, State.FAIL, found, remedy)


Check = Callable[[], Iterator[Checked]]


def ran(name: str, check: Check) -> list[Checked]:
    """A check; one that breaks is a failed check, and no reason to leave out the others."""
    try:
        return list(check())
    except GaugerError as error:
        return [Checked(name, State.FAIL, str(error), getattr(error, "remedy", None))]
    except Exception as error:
        found = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        return [fail(name, found.rstrip(": "), "see what it says, and try again")]


def packages() -> Iterator[Checked]:
    """Whether the extras are installed that a service needs."""
    for extra, names in _PACKAGES.items():
        missing = [name for name in names if not _there(name)]
        if missing:
            yield fail("packages", f"missing: {', '.join(missing)}", f"install `gauger[{extra}]`")
        else:
            yield ok("packages", f"everything of `gauger[{extra}]` is there")


def _there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def secret(options: ServeOptions) -> Iterator[Checked]:
    """Whether it is set, and long enough that nobody guesses it."""
    if options.secret is None:
        yield fail(
            "secret",
            "`GAUGER_SECRET` is not set",
            "set it to the one that scans have; nobody is recognised without it",
        )
    elif len(options.secret) < 16:
        yield warn(
            "secret",
            f"it has {len(options.secret)} characters",
            "take 16 or more; earlier prints will not match",
        )
    else:
        yield ok("secret", "it is set")


def findings(options: ServeOptions) -> Iterator[Checked]:
    """Whether results can be read, how old they are, and whether accounts can be recognised."""
    from gauger.act.decisions.loading import FINDINGS, load_index
    from gauger.act.signatures.files import read_signatures
    from gauger.act.signatures.keys import key_of
    from gauger.model.signature import SIGNATURES

    folder = options.findings
    if folder is None:
        yield warn(
            "findings", "no folder was named", "name it with `--findings`, as `gauger serve` has it"
        )
        return
    index = load_index(folder)
    written = datetime.fromtimestamp((folder / FINDINGS).stat().st_mtime, UTC)
    age = datetime.now(UTC) - written
    said = f"{len(index):,} accounts of {len(index.networks):,} networks, {_age(age)} old"
    if age > OLD:
        yield warn("findings", said, "scan again, or see why no scan ends")
    else:
        yield ok("findings", said)
    if not (folder / SIGNATURES).is_file():
        if any(n.verdict.value != "permitted" for n in index.networks):
            yield warn(
                "signatures",
                "there are none: nobody is recognised",
                "scan with `GAUGER_SECRET` set",
            )
        else:
            yield ok("signatures", "none: no network that would need one")
        return
    held = read_signatures(folder)
    if key_of(options.secret, held.key_check) is None:
        yield fail(
            "signatures",
            "another secret keyed them",
            "set `GAUGER_SECRET` to the one that the scan had",
        )
        return
    now = datetime.now(UTC)
    use = sum(s.recognises and s.expires > now for s in held.signatures)
    said = f"{use} of {len(held.signatures)} recognise accounts"
    yield Checked(
        "signatures",
        State.OK if use else State.WARN,
        said,
        None if use else "they ended or did badly in their trials: scan again",
    )


def folders(options: ServeOptions) -> Iterator[Checked]:
    """Whether what is kept is kept from others, and whether there is room for more."""
    held = {} if options.findings is None else {"findings": options.findings}
    if options.database.startswith("sqlite:///"):
        held["database"] = Path(options.database.removeprefix("sqlite:///")).parent
    for of, folder in held.items():
        if not folder.is_dir():
            continue  # whoever reads it has said so
        name = f"{of} folder"
        mode = folder.stat().st_mode & 0o777
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            yield fail(name, "cannot be read and written", "give it to the user that serves")
        elif mode & 0o007:
            yield warn(name, f"is open to all ({mode:03o})", "`chmod 750` it: it names accounts")
        else:
            yield ok(name, f"is kept from others ({mode:03o})")
        free = shutil.disk_usage(folder).free
        said = f"{free / 1e9:.1f} GB free"
        if free < LEAST_FREE:
            yield warn(f"{of} disk", said, "free some space")
        else:
            yield ok(f"{of} disk", said)


def open_files() -> Iterator[Checked]:
    """Whether enough connections can be open at once."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FEW_FILES:
        yield warn(
            "open files",
            f"{soft} at once (at most {hard})",
            f"`ulimit -n {FEW_FILES}`, or `LimitNOFILE=` under systemd",
        )
    else:
        yield ok("open files", f"{soft} at once")


def clock(name: str, theirs: float, asked: float, answered: float) -> Checked:
    """Another machine's clock against this one's; `theirs` was read between the two moments."""
    middle = (asked + answered) / 2
    apart = max(0.0, abs(theirs - middle) - (answered - asked) / 2)
    said = f"{apart:.1f} s apart from this machine's"
    if apart > 30:
        return fail(name, said, "set both clocks by NTP: quotas depend on them")
    if apart > 2:
        return warn(name, said, "set both clocks by NTP")
    return ok(name, said)


def now() -> float:
    """Seconds of the epoch, as this machine has them."""
    return time.time()


def _age(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    if hours < 1:
        return f"{max(0, int(hours * 60))} minutes"
    return f"{int(hours)} hours" if hours < 48 else f"{int(hours / 24)} days"
