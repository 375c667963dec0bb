"""Recognises accounts of known networks from their first exchanges, one exchange after the other.

What is kept of an account is a few sums, and only until it is recognised or its first exchanges
are over: from then on a scan, which weighs everything, knows more than this does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from gauger.act.signatures.carrying import Carried, carried_by, of_sketches, recorded
from gauger.act.signatures.recognition import RECOGNISED, REMAINS, remaining, together
from gauger.act.signatures.scoring import STEPS, weights
from gauger.act.signatures.sums import Sums
from gauger.model.errors import UsageError
from gauger.model.evidence import Verdict
from gauger.model.signature import (
    FAMILIES,
    FAMILY_OF,
    LIFETIME,
    SHORT_LIFETIME,
    TRAIT_KINDS,
    Signature,
    Signatures,
    Worth,
)
from gauger.read.sketch import SketchKey, sketch
from gauger.read.sketching import key_check

REMEMBERED: Final = 500_000
"""Accounts whose first exchanges are kept in mind; past that the longest unseen are forgotten."""

_FAMILY: Final = tuple(int(number) for number in FAMILY_OF)
_SHORT_LIVED: Final = FAMILIES.index("infrastructure")


@dataclass(frozen=True, slots=True)
class Recognition:
    """An account that is taken for one of a network's, by its first exchanges alone."""

    account_id: str
    network_id: str
    verdict: Verdict
    log10: float
    remains: float
    """What is left of it without the family that says most."""
    families: tuple[tuple[str, float], ...]
    """log10 LR of every family that said anything."""
    exchanges: int


@dataclass(frozen=True, slots=True)
class Shares:
    """What prints have in common with one network: kinds of trait, and the log10 LR of every
    family as after a first exchange."""

    signature: Signature
    kinds: tuple[int, ...]
    log10: np.ndarray


@dataclass(slots=True)
class _Seen:
    """What an account's exchanges came to so far."""

    sums: Sums = field(default_factory=Sums)
    record_spoke: bool = False
    records: dict[int, float] = field(default_factory=dict)
    outcome: Recognition | None = None

    @property
    def over(self) -> bool:
        """Whether a further exchange changes nothing."""
        return self.outcome is not None or self.sums.exchanges >= STEPS[-1]


@dataclass(frozen=True)
class _Known:
    """A signature as it is asked: the worth of scores after each of STEPS, by family."""

    signature: Signature
    worth: tuple[tuple[Worth, ...], ...]


class Recogniser:
    """Holds signatures of one key and what accounts showed so far; not for several threads."""

    def __init__(self, signatures: Signatures, key: SketchKey, now: datetime) -> None:
        """Raises UsageError for signatures that another secret keyed."""
        if key_check(key) != signatures.key_check:
            raise UsageError(
                "signatures of another secret recognise nobody",
                f"key check `{signatures.key_check}`",
                "set `GAUGER_SECRET` to the one that the scan had",
            )
        self._key = key
        self.identity = f"{signatures.key_check}:{signatures.made:%Y%m%d%H%M%S%f}"
        """Which signatures these are: sums of others do not add up with theirs."""
        self._known: list[_Known] = []
        self._traits: list[dict[int, list[tuple[int, float]]]] = [
            defaultdict(list) for _ in TRAIT_KINDS
        ]
        for signature in signatures.signatures:
            if signature.recognises and signature.expires > now:
                self._add(signature, now)
        self._accounts: OrderedDict[str, _Seen] = OrderedDict()

    @property
    def networks(self) -> tuple[str, ...]:
        """Networks whose accounts can be recognised."""
        return tuple(known.signature.network_id for known in self._known)

    @property
    def traits(self) -> int:
        """Traits held, over all networks."""
        return sum(len(held) for kind in self._traits for held in kind.values())

    def _add(self, signature: Signature, now: datetime) -> None:
        number = len(self._known)
        by_step = tuple(
            tuple(
                next(w for w in signature.worth if (w.exchanges, w.family) == (step, family))
                for family in FAMILIES
            )
            for step in STEPS
        )
        self._known.append(_Known(signature, by_step))
        traits = signature.traits
        weight = weights(traits.members, traits.outsiders, signature.accounts, signature.outsiders)
        moment = int(now.timestamp() * 1e6)
        short = np.array(_FAMILY)[traits.kind] == _SHORT_LIVED
        lifetime = np.where(short, SHORT_LIFETIME.total_seconds(), LIFETIME.total_seconds()) * 1e6
        for at in np.flatnonzero((weight > 0) & (traits.last_seen + lifetime > moment)):
            self._traits[traits.kind[at]][int(traits.print[at])].append((number, float(weight[at])))

    def register(self, records: pa.Table) -> None:
        """Takes in records (ACCOUNT_SCHEMA) of accounts: their identity speaks from the first
        exchange on."""
        carried = recorded(records, self._key)
        for account, prints in zip(records["account_id"].to_pylist(), _rows(carried), strict=True):
            seen = self._of(account)
            seen.record_spoke = bool(prints)
            seen.records = {
                number: best[FAMILIES.index("identity")]
                for number, best in self._best(prints).items()
            }

    def carried_by(self, prints: Sequence[tuple[int, int]]) -> list[Shares]:
        """Networks that have a trait in common with prints which no exchange has brought, an
        account's record say; what is seen here is not remembered."""
        kinds: dict[int, set[int]] = defaultdict(set)
        for kind, print_ in prints:
            for number, _ in self._traits[kind].get(print_, ()):
                kinds[number].add(kind)
        seen = _Seen(self._of_one(prints))
        return [
            Shares(
                self._known[number].signature, tuple(sorted(held)),
                self._families(seen, number, self._known[number].worth[0]),
            )
            for number, held in kinds.items()
        ]  # fmt: skip

    def meet(self, exchanges: pa.RecordBatch) -> list[Recognition | None]:
        """Takes in exchanges (LOCATED_SCHEMA) in the order of their times; what is known of each
        one's account from then on."""
        return self.meet_sketches(sketch(exchanges, self._key))

    def meet_sketches(self, sketches: pa.RecordBatch) -> list[Recognition | None]:
        """The same of exchanges that are sketched already."""
        return self.meet_carried(
            sketches["account_id"].to_pylist(), carried_by(of_sketches(sketches))
        )  # fmt: skip

    def meet_carried(self, accounts: Sequence[str], carried: Carried) -> list[Recognition | None]:
        """The same of what exchanges carry; `accounts` says whose each row is."""
        rows = _rows(carried)
        return [self._meet(*each) for each in zip(accounts, rows, strict=True)]

    def marks(self, carried: Carried) -> NDArray[np.bool_]:
        """Which of what is carried marks any network, without taking it in."""
        marks = np.zeros(len(carried.row), np.bool_)
        for kind, held in enumerate(self._traits):
            mine = np.flatnonzero(carried.kind == kind)
            if held and len(mine):
                prints = np.fromiter(held, np.int64, len(held))
                marks[mine] = np.isin(carried.print[mine], prints)
        return marks

    def observe(self, exchanges: pa.RecordBatch) -> list[tuple[str, Sums]]:
        """What each exchange (LOCATED_SCHEMA) comes to by itself, with its account, of those of
        whom a further one can tell anything."""
        sketches = sketch(exchanges, self._key)
        carried = _rows(carried_by(of_sketches(sketches)))
        accounts = sketches["account_id"].to_pylist()
        return [
            (account, self._of_one(prints))
            for account, prints in zip(accounts, carried, strict=True)
            if not self.over(account)
        ]

    def take(self, account: str, sums: Sums, *, whole: bool = False) -> Recognition | None:
        """Adds to what an account's exchanges came to, or puts `sums` in the place of less; what
        it is recognised as from then on."""
        seen = self._of(account)
        if seen.over or (whole and sums.exchanges <= seen.sums.exchanges):
            return seen.outcome
        before = seen.sums.exchanges
        if whole:
            seen.sums = sums
        else:
            seen.sums.add(sums)
        if any(before < step <= seen.sums.exchanges for step in STEPS):
            seen.outcome = self._outcome(account, seen)
        if seen.outcome is not None or seen.sums.exchanges >= STEPS[-1]:
            seen.sums.weights, seen.records = {}, {}
        return seen.outcome

    def known(self, account_id: str) -> Recognition | None:
        """What an account was recognised as, without a further exchange."""
        seen = self._accounts.get(account_id)
        return None if seen is None else seen.outcome

    def over(self, account_id: str) -> bool:
        """Whether a further exchange of an account changes nothing."""
        seen = self._accounts.get(account_id)
        return seen is not None and seen.over

    def adopt(self, other: Recogniser) -> None:
        """Takes over from an older one whom it recognised as of a network that is still known,
        and whose first exchanges are over. What it had begun to see begins anew: scores of
        different signatures do not add up."""
        networks = set(self.networks)
        for account, seen in other._accounts.items():
            kept = seen.outcome is not None and seen.outcome.network_id in networks
            if kept or (seen.outcome is None and seen.over):
                self._accounts[account] = seen

    def _meet(self, account: str, prints: Sequence[tuple[int, int]]) -> Recognition | None:
        seen = self._of(account)
        return seen.outcome if seen.over else self.take(account, self._of_one(prints))

    def _of_one(self, prints: Sequence[tuple[int, int]]) -> Sums:
        sums = Sums(1, weights=self._best(prints))
        for family in {_FAMILY[kind] for kind, _ in prints}:
            sums.spoke[family] = 1
        return sums

    def _of(self, account: str) -> _Seen:
        seen = self._accounts.get(account)
        if seen is None:
            seen = self._accounts[account] = _Seen()
            if len(self._accounts) > REMEMBERED:
                self._accounts.popitem(last=False)
        else:
            self._accounts.move_to_end(account)
        return seen

    def _best(self, prints: Sequence[tuple[int, int]]) -> dict[int, list[float]]:
        """Weight of the best trait of every family, for the signatures that have any."""
        best: dict[int, list[float]] = {}
        for kind, print_ in prints:
            for number, weight in self._traits[kind].get(print_, ()):
                held = best.setdefault(number, [0.0] * len(FAMILIES))
                held[_FAMILY[kind]] = max(held[_FAMILY[kind]], weight)
        return best

    def _outcome(self, account: str, seen: _Seen) -> Recognition | None:
        """The strongest network that the account is recognised as one of, if any."""
        step = bisect_right(STEPS, seen.sums.exchanges) - 1
        strongest: Recognition | None = None
        for number in seen.sums.weights.keys() | seen.records.keys():
            known = self._known[number]
            log10 = self._families(seen, number, known.worth[step])
            total, remains = float(together(log10)), float(remaining(log10))
            strong = total >= RECOGNISED and remains >= REMAINS
            if strong and (strongest is None or total > strongest.log10):
                strongest = Recognition(
                    account, known.signature.network_id, known.signature.verdict, total, remains,
                    tuple((FAMILIES[n], float(v)) for n, v in enumerate(log10) if v),
                    seen.sums.exchanges,
                )  # fmt: skip
        return strongest

    def _families(self, seen: _Seen, number: int, worths: Sequence[Worth]) -> np.ndarray:
        sums = seen.sums.weights.get(number, [0.0] * len(FAMILIES))
        log10 = np.zeros(len(FAMILIES))
        for family, worth in enumerate(worths):
            spoken = seen.sums.spoke[family]
            spoke = spoken > 0
            score = sums[family] / spoken if spoke else 0.0
            if worth.family == "identity" and seen.record_spoke:
                spoke, score = True, max(score, seen.records.get(number, 0.0))
            if spoke:
                log10[family] = worth.log10[bisect_right(worth.floors, score) - 1]
        return log10


def _rows(carried: Carried) -> list[list[tuple[int, int]]]:
    """What each row carries, as pairs of kind and print."""
    rows: list[list[tuple[int, int]]] = [[] for _ in range(carried.rows)]
    for row, kind, print_ in zip(
        carried.row.tolist(), carried.kind.tolist(), carried.print.tolist(), strict=True
    ):
        rows[row].append((kind, print_))
    return rows
