"""Reads a worksheet: hypotheses about who directs a network, in a TOML file that people write.

[[network]]
network_id = "net-4f2a91"       # or accounts = ["acct_1", "acct_2"], all of one network

[[network.hypothesis]]
name = "Example Lab"            # a party
statement = "Example Lab directs these accounts through a reseller."
author = "R. Okafor"
date = 2026-06-08
established = true              # only with the next three, and see `_concluded`
concluded_by = "R. Okafor"
reviewed_by = "M. Lindqvist"
reason = "..."

[[network.indicator]]
id = "cards"
observed = "Three cards of one company paid for 40 of the accounts."
source = "the payment provider's answer"
reference = "request 2026-118"
collected = 2026-06-03
reliability = "B2"              # Admiralty scale, if rated
same_cause_as = ["register"]    # if it would be seen together with others whoever it is
hypothesis."Example Lab".speaks = "for"         # "against" or "neither"; for every hypothesis
hypothesis."Example Lab".log10_lr = 1.0         # if assigned: against that it is someone else
hypothesis."Example Lab".lower = 0.3
hypothesis."Example Lab".upper = 1.5
hypothesis."Another Lab".speaks = "against"
hypothesis."Another Lab".answer = "..."         # why it can hold all the same
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

from gauger.model.errors import NothingToRead, UnreadableInput
from gauger.model.run import InputRecord
from gauger.model.tables import TableReader
from gauger.model.worksheet import (
    SOMEONE_ELSE,
    Conclusion,
    Hypothesis,
    Indicator,
    Sheet,
    Speaks,
    Worksheet,
)
from gauger.read.indicators import LONGEST_NAME, check_causes, read_indicator

_LARGEST_FILE: Final = 8_000_000
_REMEDY: Final = "give a worksheet in TOML; `gauger worksheet` writes a blank one"
_CONCLUDING: Final = {
    "concluded_by": "the name of the person who concludes it",
    "reviewed_by": "the name of a second person who reviewed it",
    "reason": "the reason why it is held to be established",
}


def read_worksheet(path: Path) -> Worksheet:
    """The worksheet of a file.

    Raises NothingToRead and UnreadableInput for a file that cannot be read, and UsageError, with
    file and key, for what may not stand in it.
    """
    if not path.is_file():
        raise NothingToRead(path, "there is no such file", _REMEDY)
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise UnreadableInput(path, "it is larger than 8 MB", _REMEDY)
        held = path.read_bytes()
        text = held.decode("utf-8-sig")
    except OSError as error:
        problem = (error.strerror or type(error).__name__).lower()
        raise UnreadableInput(path, problem, "check the path and its permissions") from error
    except UnicodeDecodeError as error:
        raise UnreadableInput(path, "it is no text in UTF-8", _REMEDY) from error
    record = InputRecord(str(path), "worksheet", len(held), hashlib.sha256(held).hexdigest())
    return Worksheet(record, parse(text, str(path)))


def parse(text: str, file: str) -> tuple[Sheet, ...]:
    """The sheets in the text of a file; `file` is the name that errors give."""
    read = TableReader("worksheet", file)
    table = read.parse(text)
    read.known(table, ("network",), "")
    listed = read.tables(table, "network")
    if not listed:
        raise read.wrong("network", None, "at least one table `[[network]]`")
    sheets = tuple(_sheet(read, number, entry) for number, entry in enumerate(listed))
    ids: set[str] = set()
    accounts: set[str] = set()
    for sheet in sheets:
        if sheet.network_id in ids:
            raise read.wrong(
                f"{sheet.place}.network_id", sheet.network_id,
                "each network one table, so that its hypotheses compete",
            )  # fmt: skip
        for account in sheet.accounts:
            if account in accounts:
                raise read.wrong(
                    f"{sheet.place}.accounts", account, "each account in one table only"
                )
        ids |= {sheet.network_id} if sheet.network_id else set()
        accounts |= set(sheet.accounts)
    return sheets


def _sheet(read: TableReader, number: int, table: dict[str, Any]) -> Sheet:
    place = f"network[{number}]"
    where = f"{place}."
    read.known(table, ("network_id", "accounts", "hypothesis", "indicator"), where)
    if ("network_id" in table) == ("accounts" in table):
        found = "both `network_id` and `accounts`" if "accounts" in table else None
        raise read.wrong(
            place, found, "either `network_id`, or `accounts` that all lie in the network"
        )
    network_id = None
    if "network_id" in table:
        network_id = read.text(table, "network_id", where, "the id of a network of the scan", 80)
    hypotheses = tuple(
        _hypothesis(read, entry, f"{where}hypothesis[{each}].")
        for each, entry in enumerate(read.tables(table, "hypothesis", where))
    )
    if not hypotheses:
        raise read.wrong(f"{where}hypothesis", None, f"at least one table `[[{where}hypothesis]]`")
    names = tuple(hypothesis.name for hypothesis in hypotheses)
    _once(read, [name.casefold() for name in names], f"{where}hypothesis", "name")
    indicators = tuple(
        read_indicator(read, entry, f"{where}indicator[{each}].", names)
        for each, entry in enumerate(read.tables(table, "indicator", where))
    )
    _once(read, [indicator.name for indicator in indicators], f"{where}indicator", "id")
    check_causes(read, indicators, where)
    _concluded(read, hypotheses, indicators, where)
    accounts = _accounts(read, table, where)
    return Sheet(place, network_id, accounts, hypotheses, indicators)


def _accounts(read: TableReader, table: dict[str, Any], where: str) -> tuple[str, ...]:
    """Account ids to the letter: they have to be those of the logs."""
    found = table.get("accounts", [])
    listed = isinstance(found, list) and all(isinstance(each, str) and each for each in found)
    if not listed or ("accounts" in table and not found):
        raise read.wrong(f"{where}accounts", found or None, "a list of account ids")
    return tuple(dict.fromkeys(found))


def _hypothesis(read: TableReader, table: dict[str, Any], where: str) -> Hypothesis:
    keys = ("name", "statement", "author", "date", "established", *_CONCLUDING)
    read.known(table, keys, where)
    name = read.text(table, "name", where, "the name of a party", LONGEST_NAME)
    if name.casefold() == SOMEONE_ELSE:
        raise read.wrong(f"{where}name", name, "a named party; this alternative always stands")
    established = table.get("established", False)
    if not isinstance(established, bool):
        raise read.wrong(f"{where}established", established, "true or false")
    conclusion = None
    if established:
        by, reviewer, reason = (
            read.text(table, key, where, what, 2_000 if key == "reason" else LONGEST_NAME)
            for key, what in _CONCLUDING.items()
        )
        if by.casefold() == reviewer.casefold():
            raise read.wrong(
                f"{where}reviewed_by", reviewer, "a second person, other than `concluded_by`"
            )
        conclusion = Conclusion(by, reviewer, reason)
    else:
        for key in _CONCLUDING:
            if key in table:
                raise read.wrong(
                    f"{where}{key}", table[key], "`established = true` with it, or leave it out"
                )
    return Hypothesis(
        name,
        read.text(table, "statement", where, "what the hypothesis says, in a sentence"),
        read.text(table, "author", where, "the name of who entered it", LONGEST_NAME),
        read.date(table, "date", where),
        conclusion,
    )


def _once(read: TableReader, names: list[str], where: str, key: str) -> None:
    for number, name in enumerate(names):
        if name in names[:number]:
            raise read.wrong(f"{where}[{number}].{key}", name, "each one of its own")


def _concluded(
    read: TableReader,
    hypotheses: tuple[Hypothesis, ...],
    indicators: tuple[Indicator, ...],
    where: str,
) -> None:
    """At most one is established, with something for it and nothing against it left unanswered."""
    first = None
    for number, hypothesis in enumerate(hypotheses):
        if hypothesis.conclusion is None:
            continue
        key = f"{where}hypothesis[{number}].established"
        if first is not None:
            raise read.wrong(key, "true", f"it to one hypothesis of a network; `{first}` has it")
        first = hypothesis.name
        bearings = [indicator.bearing(hypothesis.name) for indicator in indicators]
        if not any(bearing.speaks is Speaks.FOR for bearing in bearings):
            raise read.wrong(
                key, "true without an indicator for it",
                "an indicator that speaks for it, or leave it not established",
            )  # fmt: skip
        for place, bearing in enumerate(bearings):
            if bearing.speaks is Speaks.AGAINST and not bearing.answer:
                raise read.wrong(
                    f'{where}indicator[{place}].hypothesis."{hypothesis.name}".answer', None,
                    "an answer to what speaks against an established hypothesis, or leave it "
                    "not established",
                )  # fmt: skip
