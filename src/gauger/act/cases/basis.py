"""What an answer rests on, and whether later evidence is materially different.

Every scan counts a little differently: an LR moves, a network gains a few accounts. None of that
is a reason to accuse somebody again whom a person has cleared. What is: a harder verdict, another
network, evidence ten times as strong, an account that no longer sends other people's requests.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import fields
from typing import Final

import orjson
from pydantic import TypeAdapter

from gauger.act.policy.policy import Suspension
from gauger.model.case import Basis
from gauger.model.decision import KnownAccount, Place, Reason
from gauger.model.evidence import LogLR, Verdict

STRONGER: Final = 1.0
"""Rise of a log10 LR's lower bound from which the evidence is another."""
SAME_CORE: Final = 0.5
"""Part of the smaller of two cores that must be in both, or they are two networks."""
_SAMPLE: Final = 64
_VERDICTS: Final = (
    Verdict.NOT_ESTABLISHED, Verdict.PERMITTED, Verdict.COORDINATED, Verdict.EXTRACTION,
)  # fmt: skip
_WHAT: Final = {
    "coordinated": "that one operator runs the network",
    "extraction": "that the network harvests training data",
    "account": "that the account belongs",
}
_BASIS: Final = TypeAdapter(Basis)
_FIELDS: Final = tuple(field.name for field in fields(Basis))


def core_sample(accounts: Iterable[str]) -> tuple[int, ...]:
    """The lowest hashes of these accounts, by which two cores are compared (bottom-k sketches;
    Broder 1997)."""
    hashes = {zlib.crc32(account.encode("utf-8", "replace")) for account in accounts}
    return tuple(sorted(hashes)[:_SAMPLE])


def basis_of(reason: Reason, known: KnownAccount | None) -> Basis:
    """What an answer to an account rests on."""
    if known is None:
        return Basis(reason)
    network = known.network
    return Basis(
        reason, network.network_id, network.verdict, known.place, _lower(network.coordinated),
        _lower(network.extraction), round(known.lr.lower, 3), network.core, network.core_accounts,
    )  # fmt: skip


def suspended_basis(held: Suspension) -> Basis:
    """What a suspension rests on: what its two people wrote."""
    said = orjson.dumps([held.account, held.network, held.people, held.reason, held.until])
    return Basis(
        Reason.SUSPENDED, held.network, suspension=hashlib.sha256(said).hexdigest()[:16]
    )  # fmt: skip


def what_changed(then: Basis, now: Basis) -> tuple[str, ...]:
    """Why `now` is materially different evidence, in sentences for people; empty where it is the
    same, or weaker."""
    if now.suspension is not None or then.suspension is not None:
        if now.suspension is None or now.suspension == then.suspension:
            return ()
        return ("Two people have suspended it since.",)
    changed = []
    part = _in_both(then, now)
    if part is not None and part < SAME_CORE:
        changed.append(
            f"It is counted to another network: {part:.0%} of the core is the same as before."
        )
    if _rank(now.verdict) > _rank(then.verdict):
        changed.append(f"The verdict is `{now.verdict}` and was `{then.verdict or 'none'}`.")
    for name, what in _WHAT.items():
        before, after = getattr(then, name), getattr(now, name)
        if after is not None and after - (before or 0.0) >= STRONGER:
            changed.append(
                f"The lower bound of log10 LR {what} is {after:.1f} and was {before or 0.0:.1f}."
            )
    if then.place is Place.MIXED and now.place in (Place.CORE, Place.LIKELY):
        changed.append("Most of what it sends carries what marks the network; less than half did.")
    more = sorted(set(now.traits) - set(then.traits))
    if more and then.traits:
        changed.append(f"It shares more with the network than before: {', '.join(more)}.")
    return tuple(changed)


def _rank(verdict: Verdict | None) -> int:
    return -1 if verdict is None else _VERDICTS.index(verdict)


def _in_both(then: Basis, now: Basis) -> float | None:
    """Part of the smaller core that is in both; null where either is none's or unknown."""
    if now.network_id is None:
        return None
    if then.network_id == now.network_id:
        return 1.0
    if then.network_id is None:
        return 0.0
    if not then.core or not now.core:
        return 0.0
    first, second = set(then.core), set(now.core)
    lowest = sorted(first | second)[:_SAMPLE]
    alike = sum(each in first and each in second for each in lowest) / len(lowest)
    both = alike * (then.core_accounts + now.core_accounts) / (1.0 + alike)
    return min(both / max(min(then.core_accounts, now.core_accounts), 1), 1.0)


def _lower(lr: LogLR | None) -> float | None:
    return None if lr is None else round(lr.lower, 3)


def write_basis(basis: Basis) -> tuple[str, str]:
    """As it is stored, and its SHA-256."""
    named = {name: getattr(basis, name) for name in _FIELDS}
    text = orjson.dumps(named, option=orjson.OPT_SORT_KEYS)
    return text.decode(), hashlib.sha256(text).hexdigest()


def read_basis(text: str) -> Basis:
    """A basis that was stored."""
    return _BASIS.validate_json(text)
