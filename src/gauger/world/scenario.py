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
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from gauger.model.errors import UsageError
from gauger.model.tables import TableReader
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


def _population(read: TableReader, table: dict[str, Any]) -> Population:
    keys = ("accounts", "days", "start", "exchanges_per_account", "release")
    read.known(table, keys, "population.")
    return Population(
        int(read.number(table, "accounts", "population.", 1, 10_000_000, whole=True)),
        int(read.number(table, "days", "population.", 1, 366, whole=True)),
        read.date(table, "start", "population."),
        read.number(table, "exchanges_per_account", "population.", 1, 100_000, whole=False),
        read.optional(table, "release", "population.", 0, 366),
    )


def _ordinary(read: TableReader, table: dict[str, Any]) -> dict[str, float]:
    read.known(table, tuple(KINDS), "ordinary.")
    shares = {kind: read.number(table, kind, "ordinary.", 0, 1e6, whole=False) for kind in table}
    if sum(shares.values()) <= 0:
        raise read.wrong("ordinary", "no share above 0", "at least one kind a share above 0")
    return shares


def _campaign(read: TableReader, number: int, table: dict[str, Any]) -> Campaign:
    where = f"campaign[{number}]."
    sizes = ("name", "purpose", "accounts", "exchanges_per_account")
    read.known(table, (*sizes, *AXES, "moves", "dataset"), where)
    name, purpose = table.get("name"), table.get("purpose")
    if not isinstance(name, str) or not name:
        raise read.wrong(f"{where}name", name, "a name")
    if purpose not in purposes():
        allowed = ", ".join(f"`{known}`" for known in purposes())
        raise read.wrong(f"{where}purpose", purpose, f"one of {allowed}")
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
    read = TableReader("scenario", file)
    table = read.parse(text)
    read.known(table, ("about", "population", "ordinary", "campaign"), "")
    listed = read.tables(table, "campaign")
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
