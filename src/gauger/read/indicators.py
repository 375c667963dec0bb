"""Reads one indicator of a worksheet: what was seen, where, and its meaning for each hypothesis."""

from __future__ import annotations

import re
from typing import Any, Final

from gauger.model.evidence import LogLR
from gauger.model.tables import TableReader
from gauger.model.worksheet import LARGEST_LR, Bearing, Indicator, Reliability, Speaks

LONGEST_NAME: Final = 80
"""Characters of a name: of a party, a person, an indicator."""


def read_indicator(
    read: TableReader, table: dict[str, Any], where: str, hypotheses: tuple[str, ...]
) -> Indicator:
    """The indicator of a table at `where` in the file, weighed on every one of `hypotheses`.

    Raises UsageError.
    """
    keys = (
        *("id", "observed", "source", "reference", "collected"),
        *("reliability", "same_cause_as", "hypothesis"),
    )
    read.known(table, keys, where)
    name = read.text(table, "id", where, "a short name of its own", LONGEST_NAME)
    entries = table.get("hypothesis", {})
    if not isinstance(entries, dict):
        raise read.wrong(
            f"{where}hypothesis", entries, 'a line such as `hypothesis."NAME".speaks = "for"`'
        )
    # A name may stand in a key with other blanks than in its hypothesis.
    said = {" ".join(key.split()): entry for key, entry in entries.items()}
    if len(said) < len(entries):
        raise read.wrong(f"{where}hypothesis", ", ".join(entries), "each hypothesis once")
    read.known(said, hypotheses, f"{where}hypothesis.")
    return Indicator(
        name,
        read.text(table, "observed", where, "what was observed"),
        read.text(table, "source", where, "where it was seen"),
        read.text(table, "reference", where, "a reference by which it can be found again"),
        read.date(table, "collected", where),
        tuple(_bearing(read, said, hypothesis, where) for hypothesis in hypotheses),
        _reliability(read, table, where),
        _same_cause(read, table, where),
    )


def _bearing(
    read: TableReader, said: dict[str, Any], hypothesis: str, where: str
) -> Bearing:  # fmt: skip
    key = f'{where}hypothesis."{hypothesis}"'
    entry = said.get(hypothesis)
    ways = ", ".join(f'"{way}"' for way in Speaks)
    if not isinstance(entry, dict):
        raise read.wrong(
            f"{key}.speaks", entry, f"one of {ways}: an indicator is weighed on every hypothesis"
        )
    inside = f"{key}."
    read.known(entry, ("speaks", "log10_lr", "lower", "upper", "answer"), inside)
    if entry.get("speaks") not in tuple(Speaks):
        raise read.wrong(f"{inside}speaks", entry.get("speaks"), f"one of {ways}")
    speaks = Speaks(entry["speaks"])
    answer = ""
    if "answer" in entry:
        if speaks is not Speaks.AGAINST:
            raise read.wrong(
                f"{inside}answer", entry["answer"], 'it only where it speaks "against"'
            )
        answer = read.text(entry, "answer", inside, "why it can hold all the same")
    return Bearing(hypothesis, speaks, _lr(read, entry, inside, speaks), answer)


def _lr(read: TableReader, entry: dict[str, Any], where: str, speaks: Speaks) -> LogLR | None:
    if not {"log10_lr", "lower", "upper"} & entry.keys():
        return None
    log10, lower, upper = (
        read.number(entry, key, where, -LARGEST_LR, LARGEST_LR, whole=False)
        for key in ("log10_lr", "lower", "upper")
    )
    fits = {Speaks.FOR: log10 > 0, Speaks.AGAINST: log10 < 0, Speaks.NEITHER: False}[speaks]
    if not fits:
        allowed = 'a number above 0 where it speaks "for", below 0 where it speaks "against"'
        raise read.wrong(f"{where}log10_lr", f"{log10:g}", allowed)
    if not lower <= log10 <= upper:
        found = f"{lower:g} to {upper:g}"
        raise read.wrong(f"{where}lower", found, f"bounds that hold `log10_lr`, {log10:g}")
    return LogLR(log10, lower, upper)


def _reliability(read: TableReader, table: dict[str, Any], where: str) -> Reliability | None:
    found = table.get("reliability")
    if found is None:
        return None
    if not isinstance(found, str) or not re.fullmatch("[A-F][1-6]", found):
        raise read.wrong(
            f"{where}reliability", found, "a letter A to F for the source and a number 1 to 6"
        )
    return Reliability(found[0], int(found[1]))


def _same_cause(read: TableReader, table: dict[str, Any], where: str) -> tuple[str, ...]:
    found = table.get("same_cause_as", [])
    listed = [found] if isinstance(found, str) else found
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise read.wrong(f"{where}same_cause_as", found, "the id of another indicator, or a list")
    return tuple(dict.fromkeys(" ".join(each.split()) for each in listed))


def check_causes(read: TableReader, indicators: tuple[Indicator, ...], where: str) -> None:
    """Indicators that others are said to have their cause in common with exist.

    Raises UsageError.
    """
    names = {indicator.name for indicator in indicators}
    for number, indicator in enumerate(indicators):
        for other in indicator.same_cause_as:
            if other not in names - {indicator.name}:
                others = ", ".join(f"`{name}`" for name in sorted(names - {indicator.name}))
                raise read.wrong(
                    f"{where}indicator[{number}].same_cause_as", other,
                    f"the id of another indicator of this network ({others or 'there is none'})",
                )  # fmt: skip
