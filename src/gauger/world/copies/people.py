"""The accounts of a copy: other people with other cards, and more workers of the same operator."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gauger.world.copies.mixing import Mixing, Words, mixed, tokens, uniform, words_of
from gauger.world.copies.standing import SMALL_SHARE, Units

_HOURS: Final = 3 * 3_600_000_000
_SECONDS: Final = 90_000_000
_TOKENS: Final = ("organization_id", "payment_fingerprint", "phone_hash")
_DIGITS: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class People:
    """The accounts of one copy, by position: identifiers, and shift of time in microseconds."""

    ids: pa.StringArray
    organizations: pa.StringArray
    shift: NDArray[np.int64]


class Census:
    """The accounts of a world, and who they are in each of its copies.

    `organizations` are those that exchanges or accounts declare.
    """

    def __init__(
        self, units: Units, accounts: pa.Table, truth: pa.Table, organizations: Sequence[str]
    ) -> None:
        self.units = units
        self.ids = pa.array(units.ids, pa.string())
        self.organizations = pa.array(organizations, pa.string())
        self._accounts = accounts.take(pc.index_in(self.ids, accounts["account_id"]))
        self._truth = truth.take(pc.index_in(self.ids, truth["account_id"]))
        self._words = words_of(list(units.ids))
        self._emails = self._accounts["email"].to_pylist()
        self._stems = self._shared(
            [_DIGITS.sub("", email) if email else None for email in self._emails]
        )

    def people(self, mixing: Mixing) -> People:
        """Who the accounts are in a copy."""
        return People(
            _renamed(self.ids, self._words, mixing),
            _renamed(self.organizations, words_of(self.organizations.to_pylist()), mixing),
            self._shift(mixing),
        )

    def records(self, mixing: Mixing, people: People) -> pa.Table:
        """The account records of a copy."""
        made = self._accounts
        if mixing.copy == 0:
            return made
        columns = {name: made[name] for name in made.column_names}
        columns["account_id"] = people.ids
        columns["email"] = pa.array(self._mailboxes(mixing), pa.string())
        for name in _TOKENS:
            values = made[name].to_pylist()
            stays = self._shared(values) if name != "organization_id" else [False] * len(values)
            held = sorted({value for value in values if value is not None})
            others = dict(
                zip(held, _renamed(pa.array(held), words_of(held), mixing).to_pylist(), strict=True)
            )
            columns[name] = pa.array(
                [
                    value if value is None or stay else others[value]
                    for value, stay in zip(values, stays, strict=True)
                ],
                pa.string(),
            )
        for name in ("created_at", "closed_at"):
            moved = pc.add(made[name].cast(pa.int64()), pa.array(people.shift))
            columns[name] = moved.cast(made[name].type)
        return pa.table(columns, schema=made.schema)

    def truth(self, mixing: Mixing, people: People) -> pa.Table:
        """The truth of a copy, whose ordinary groups are groups of their own."""
        made = self._truth
        if mixing.copy == 0:
            return made
        columns = {name: made[name] for name in made.column_names}
        columns["account_id"] = people.ids
        columns["circle"] = pa.array(
            [
                f"{circle}, copy {mixing.copy}" if circle and unit < 0 else circle
                for circle, unit in zip(
                    made["circle"].to_pylist(), self.units.unit.tolist(), strict=True
                )
            ],
            pa.string(),
        )
        return pa.table(columns, schema=made.schema)

    def _shift(self, mixing: Mixing) -> NDArray[np.int64]:
        """Everybody lives a little earlier or later; groups and campaigns stay in step."""
        if mixing.copy == 0:
            return np.zeros(len(self._words), np.int64)
        unit = self.units.unit
        own = np.where(unit == 0, self._words, unit.view(np.uint64)) ^ mixing.salt
        hours = np.where(unit > 0, 0.0, 2 * uniform(own) - 1)
        seconds = 2 * uniform(self._words ^ mixed(np.array([mixing.salt]))) - 1
        return np.asarray(hours * _HOURS + seconds * _SECONDS, np.int64)

    def _shared(self, values: list[str | None]) -> list[bool]:
        """Which values enough of a campaign's accounts share that its copies share them too."""
        unit = self.units.unit.tolist()
        held = Counter(zip(unit, values, strict=True))
        return [
            value is not None
            and of > 0
            and held[of, value] >= max(2, SMALL_SHARE * self.units.sizes[of])
            for of, value in zip(unit, values, strict=True)
        ]

    def _mailboxes(self, mixing: Mixing) -> list[str | None]:
        """Another mailbox each: another number under a shared stem, else another name."""
        drawn = np.asarray(uniform(self._words ^ mixing.salt) * 676, np.int64).tolist()
        made: list[str | None] = []
        for email, stem, draw in zip(self._emails, self._stems, drawn, strict=True):
            if email is None:
                made.append(None)
                continue
            local, _, domain = email.rpartition("@")
            letters = chr(97 + draw // 26) + chr(97 + draw % 26)
            more = str(mixing.copy) if stem else f"{letters}{_letters(mixing.copy)}"
            made.append(f"{local}{more}@{domain}")
        return made


def _letters(number: int) -> str:
    """A number in letters, so that the e-mail roots of two copies never meet."""
    text = ""
    while number:
        number, digit = divmod(number, 26)
        text += chr(97 + digit)
    return text


def _renamed(names: pa.StringArray, words: Words, mixing: Mixing) -> pa.StringArray:
    """Identifiers of a copy, in the form of the world's own: prefix, then hexadecimal digits."""
    if mixing.copy == 0 or not len(names):
        return names
    prefix, _, digits = names[0].as_py().rpartition("_")
    return tokens(mixing.of(words), f"{prefix}_" if prefix else "", min(len(digits), 16))
