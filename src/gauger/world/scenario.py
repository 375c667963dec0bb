"""A scenario: who is in a world, in a short TOML file, and how well its campaigns hide.

[population]
accounts = 2000          # campaigns included
days = 14
start = 2026-04-20
exchanges_per_account = 30
release = 8.5            # if a new model comes out: the day, from 0

[ordinary]               # shares of the ordinary accounts
chat = 30
developer = 20

[[campaign]]
name = "north"
purpose = "reasoning"
accounts = 120
exchanges_per_account = 60
network = 0              # and the other axes, 0 to 3
moves = 18               # if it moves to the new model: within so many hours
dataset = "public"       # if another campaign deals out the same dataset
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from gauger.model.errors import UsageError
from gauger.world.people.kinds import KINDS
from gauger.world.text.frames import purposes

AXES: Final = (
    "network",
    "identity",
    "clock",
    "share_of_work",
    "template",
    "content",
    "dialogue",
    "lifetime",
    "client",
)
"""The axes along which an operator hides, each from 0 (not at all) to 3."""


@dataclass(frozen=True, slots=True)
class Population:
    """How many accounts, over which days, and how busy they are on average.

    `release` is the day, from 0, on which a new model comes out; without it none does.
    """

    accounts: int
    days: int
    start: dt.date
    exchanges_per_account: float
    release: float | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """One operator's campaign: its size, its purpose, and its level on each axis.

    `moves` is the hours within which it moves to a newly released model. Campaigns with the same
    `dataset` deal out the same public one; without it a campaign has its own.
    """

    name: str
    purpose: str
    accounts: int
    exchanges_per_account: float
    network: int = 0
    identity: int = 0
    clock: int = 0
    share_of_work: int = 0
    template: int = 0
    content: int = 0
    dialogue: int = 0
    lifetime: int = 0
    client: int = 0
    moves: float | None = None
    dataset: str | None = None

    def level(self, axis: str) -> int:
        """The level on one axis."""
        return int(getattr(self, axis))


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a world is drawn from, its seed apart."""

    name: str
    about: str
    population: Population
    ordinary: dict[str, float]
    campaigns: tuple[Campaign, ...]


class _Reader:
    """Takes values out of a parsed file and says precisely what is wrong with them."""

    def __init__(self, file: str) -> None:
        self.file = file

    def wrong(self, key: str, found: object, allowed: str) -> UsageError:
        """The error for one key of this file."""
        return UsageError(f"scenario `{self.file}`, key `{key}`", f"`{found}`", f"give {allowed}")

    def known(self, table: dict[str, Any], allowed: tuple[str, ...], where: str) -> None:
        """Refuse keys that mean nothing, as a misspelt key would pass unseen."""
        for key in table:
            if key not in allowed:
                names = ", ".join(f"`{name}`" for name in allowed)
                raise self.wrong(f"{where}{key}", key, f"one of {names}")

    def number(
        self, table: dict[str, Any], key: str, where: str, low: float, high: float, *, whole: bool
    ) -> float:
        """A number within bounds."""
        found = table.get(key)
        kinds = (int,) if whole else (int, float)
        what = f"a {'whole ' if whole else ''}number from {low:g} to {high:g}"
        number = float(found) if isinstance(found, kinds) and not isinstance(found, bool) else None
        if number is None or not low <= number <= high:
            raise self.wrong(f"{where}{key}", "nothing" if found is None else found, what)
        return number

    def optional(
        self, table: dict[str, Any], key: str, where: str, low: float, high: float
    ) -> float | None:
        """A number within bounds, or nothing."""
        return self.number(table, key, where, low, high, whole=False) if key in table else None

    def table(self, parent: dict[str, Any], key: str) -> dict[str, Any]:
        """A table that has to be there."""
        found = parent.get(key)
        if not isinstance(found, dict):
            raise self.wrong(key, "nothing" if found is None else found, f"a table `[{key}]`")
        return found


def _population(read: _Reader, table: dict[str, Any]) -> Population:
    keys = ("accounts", "days", "start", "exchanges_per_account", "release")
    read.known(table, keys, "population.")
    start = table.get("start")
    if not isinstance(start, dt.date) or isinstance(start, dt.datetime):
        raise read.wrong(
            "population.start", "nothing" if start is None else start, "a date such as 2026-04-20"
        )
    return Population(
        int(read.number(table, "accounts", "population.", 1, 10_000_000, whole=True)),
        int(read.number(table, "days", "population.", 1, 366, whole=True)),
        start,
        read.number(table, "exchanges_per_account", "population.", 1, 100_000, whole=False),
        read.optional(table, "release", "population.", 0, 366),
    )


def _ordinary(read: _Reader, table: dict[str, Any]) -> dict[str, float]:
    read.known(table, tuple(KINDS), "ordinary.")
    shares = {kind: read.number(table, kind, "ordinary.", 0, 1e6, whole=False) for kind in table}
    if sum(shares.values()) <= 0:
        raise read.wrong("ordinary", "no share above 0", "at least one kind a share above 0")
    return shares


def _campaign(read: _Reader, number: int, table: dict[str, Any]) -> Campaign:
    where = f"campaign[{number}]."
    sizes = ("name", "purpose", "accounts", "exchanges_per_account")
    read.known(table, (*sizes, *AXES, "moves", "dataset"), where)
    name, purpose = table.get("name"), table.get("purpose")
    if not isinstance(name, str) or not name:
        raise read.wrong(f"{where}name", "nothing" if name is None else name, "a name")
    if purpose not in purposes():
        allowed = ", ".join(f"`{known}`" for known in purposes())
        raise read.wrong(
            f"{where}purpose", "nothing" if purpose is None else purpose, f"one of {allowed}"
        )
    dataset = table.get("dataset")
    if dataset is not None and (not isinstance(dataset, str) or not dataset):
        raise read.wrong(f"{where}dataset", dataset, "a name")
    levels = {
        axis: int(read.number(table, axis, where, 0, 3, whole=True))
        for axis in AXES
        if axis in table
    }
    return Campaign(
        name,
        str(purpose),
        int(read.number(table, "accounts", where, 1, 1_000_000, whole=True)),
        read.number(table, "exchanges_per_account", where, 1, 1_000_000, whole=False),
        **levels,
        moves=read.optional(table, "moves", where, 0.1, 10_000),
        dataset=dataset,
    )


def parse(text: str, file: str) -> Scenario:
    """A scenario from the text of a file; `file` is the name that errors give."""
    read = _Reader(file)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"scenario `{file}`", f"no TOML ({error})", "correct the file") from error
    read.known(table, ("about", "population", "ordinary", "campaign"), "")
    listed = table.get("campaign", [])
    if not isinstance(listed, list):
        raise read.wrong("campaign", listed, "tables `[[campaign]]`")
    campaigns = tuple(_campaign(read, i, entry) for i, entry in enumerate(listed))
    names = [campaign.name for campaign in campaigns]
    for name in names:
        if names.count(name) > 1:
            raise read.wrong("campaign.name", name, "each campaign a name of its own")
    population = _population(read, read.table(table, "population"))
    taken = sum(campaign.accounts for campaign in campaigns)
    if taken > population.accounts:
        raise read.wrong(
            "population.accounts", population.accounts, f"at least the campaigns' {taken}"
        )
    return Scenario(
        Path(file).stem,
        str(table.get("about", "")),
        population,
        _ordinary(read, read.table(table, "ordinary")),
        campaigns,
    )


def scenario_names() -> tuple[str, ...]:
    """The scenarios that come with the package."""
    folder = resources.files("gauger.world").joinpath("scenarios")
    found = (Path(entry.name) for entry in folder.iterdir())
    return tuple(sorted(path.stem for path in found if path.suffix == ".toml"))


def load(name: str) -> Scenario:
    """A packaged scenario by name, or one from a file."""
    if name in scenario_names():
        packaged = resources.files("gauger.world").joinpath("scenarios", f"{name}.toml")
        return parse(packaged.read_text(encoding="utf-8"), f"{name}.toml")
    path = Path(name)
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        allowed = ", ".join(f"`{known}`" for known in scenario_names())
        raise UsageError(
            "scenario", f"`{name}`", f"give one of {allowed}, or the path of a TOML file"
        ) from error
