"""The member table: the first rows as markup, the rest as data that the page's script lays out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from markupsafe import Markup

from gauger.model.evidence import LogLR
from gauger.model.finding import Belonging, Member, Network
from gauger.tell.belonging import cannot_tell, named
from gauger.tell.numbers import rounded_lr, utc
from gauger.tell.report.charts.svg import Scale
from gauger.tell.report.legible import legible
from gauger.tell.report.wording import bounds, plural, share, short, signed
from gauger.weigh.conclude import CORE

MOST_EMBEDDED: Final = 5_000
_FIRST_ROWS: Final = 25
_MOST_UNDECIDED: Final = 200
_MOSTLY: Final = 0.5
_CARRIES: Final = " of its exchanges carry what marks the network"
_NOT_ACCUSED: Final = (
    "It was looked at beside the accounts above, and evidence of its own does not say whether it "
    "belongs. It is not accused, and is not named among them. The number is its log10 LR for "
    "belonging."
)
_NONE_ACCUSED: Final = (
    "They were looked at beside the accounts above, and evidence of their own does not say whether "
    "they belong. They are not accused, and are not named among them. The number is each one's "
    "log10 LR for belonging."
)
_BESIDES: Final = ": it may serve other people besides"
_ESCAPES: Final = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"))


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One row as markup, for a reader without scripts."""

    account: str
    low: str
    at: str
    high: str
    against: bool
    value: str
    bounds: str
    exchanges: int
    input_tokens: int
    output_tokens: int
    first_seen: str
    last_seen: str
    ties: str
    belonging: str
    marked: str
    marked_words: str


@dataclass(frozen=True, slots=True)
class UndecidedRow:
    """An account of which one cannot tell."""

    account: str
    value: str


@dataclass(frozen=True, slots=True)
class MembersView:
    """The table and what it leaves out."""

    rows: tuple[MemberRow, ...]
    total: int
    embedded: int
    data: Markup
    any_at_bound: bool
    zero: str
    status: str
    left_out: str
    words: str
    marked_words: str
    core: str
    undecided: tuple[UndecidedRow, ...]
    undecided_title: str
    undecided_words: str
    more_undecided: int


def members_view(network: Network, room: int) -> MembersView:
    """At most 5,000 accounts go into the page, and no more than it has room for."""
    members, undecided = named(network), cannot_tell(network)
    total = len(members)
    kept = members[: max(_FIRST_ROWS, min(MOST_EMBEDDED, room))]
    scale = _scale(kept)
    first = kept[:_FIRST_ROWS]
    left_out = ""
    if len(kept) < total:
        left_out = (
            f"This page holds the {short(len(kept))} accounts with most exchanges; all "
            f"{short(total)} are in members.parquet."
        )
    return MembersView(
        rows=tuple(_row(member, scale) for member in first),
        total=total,
        embedded=len(kept),
        data=_embedded(kept, scale),
        any_at_bound=any(_bounds(member.lr) == "at the bound" for member in kept),
        zero=scale.percent(0),
        status=f"Showing {short(len(first))} of {plural(total, 'account')}",
        left_out=left_out,
        words=_own_evidence(members),
        marked_words=_marked(members),
        core=signed(CORE),
        undecided=tuple(
            UndecidedRow(member.account_id, signed(member.lr.log10))
            for member in undecided[:_MOST_UNDECIDED]
        ),
        undecided_title=f"{plural(len(undecided), 'account')} of which one cannot tell",
        undecided_words=_NOT_ACCUSED if len(undecided) == 1 else _NONE_ACCUSED,
        more_undecided=max(0, len(undecided) - _MOST_UNDECIDED),
    )


def _own_evidence(members: Sequence[Member]) -> str:
    """How many belong how surely, each by what it did itself."""
    surely = Counter(member.belonging for member in members)
    said = [f"{short(surely[each])} {each}" for each in Belonging if surely[each]]
    return f"{', '.join(said)}; each with evidence of its own" if said else ""


def _marked(members: Sequence[Member]) -> str:
    """How many accounts carry what marks the network in a small part of their exchanges."""
    known = [member.marked for member in members if member.marked is not None]
    if not known:
        return "No content marks this network, so no account has a share of marked exchanges."
    few = sum(part < _MOSTLY for part in known)
    said = "Marked: part of an account's exchanges that carry what marks the network."
    if not few:
        return said
    return (
        f"{said} For {short(few)} of {plural(len(members), 'account')} that is less than half: "
        "they may serve other people besides."
    )


def _marked_words(part: float | None) -> str:
    if part is None:
        return ""
    return f"{share(part)}{_CARRIES}{_BESIDES if part < _MOSTLY else ''}"


def _scale(members: Sequence[Member]) -> Scale:
    ends = [end for m in members for end in (m.lr.lower, m.lr.upper) if math.isfinite(end)]
    return Scale(min([-1.0, *ends]) - 0.2, max([1.0, *ends]) + 0.2)


def _row(member: Member, scale: Scale) -> MemberRow:
    return MemberRow(
        account=member.account_id,
        low=scale.percent(member.lr.lower),
        at=scale.percent(member.lr.log10),
        high=scale.percent(member.lr.upper),
        against=member.lr.log10 < 0,
        value=signed(member.lr.log10),
        bounds=_bounds(member.lr),
        exchanges=member.exchanges,
        input_tokens=member.input_tokens,
        output_tokens=member.output_tokens,
        first_seen=f"{utc(member.first_seen):%Y-%m-%d}",
        last_seen=f"{utc(member.last_seen):%Y-%m-%d}",
        ties=", ".join(legible(tie) for tie in member.ties),
        belonging=member.belonging.value,
        marked=_share(member.marked),
        marked_words=_marked_words(member.marked),
    )


def _bounds(lr: LogLR) -> str:
    """Words for an account whose evidence goes as far as comparison with the others can carry."""
    return bounds(lr) or ("at the bound" if lr.log10 > 0 else "")


def _embedded(members: Sequence[Member], scale: Scale) -> Markup:
    """Columns rather than rows, ties by number: a third of the bytes, and no markup in it."""
    vocabulary = {tie: number for number, tie in enumerate(_ties(members))}
    columns = {
        "scale": [scale.low, scale.high],
        "vocabulary": [legible(tie) for tie in vocabulary],
        "account": [legible(member.account_id) for member in members],
        "lr": [rounded_lr(member.lr.log10) for member in members],
        "lower": [rounded_lr(member.lr.lower) for member in members],
        "upper": [rounded_lr(member.lr.upper) for member in members],
        "said": [signed(member.lr.log10) for member in members],
        "bounds": [_bounds(member.lr) for member in members],
        "exchanges": [member.exchanges for member in members],
        "input": [member.input_tokens for member in members],
        "output": [member.output_tokens for member in members],
        "first": [int(utc(member.first_seen).timestamp()) for member in members],
        "last": [int(utc(member.last_seen).timestamp()) for member in members],
        "surely": [each.value for each in Belonging],
        "belonging": [list(Belonging).index(member.belonging) for member in members],
        "marked": [
            None if member.marked is None else round(member.marked, 3) for member in members
        ],
        "part": [_share(member.marked) for member in members],
        "carries": [_CARRIES, _BESIDES],
        "ties": [[vocabulary[tie] for tie in member.ties] for member in members],
    }
    written = orjson.dumps(columns)
    for character, escaped in _ESCAPES:
        written = written.replace(character, escaped)
    return Markup(written.decode())  # noqa: S704 - no character of markup is left in it


def _share(part: float | None) -> str:
    return "—" if part is None else share(part)


def _ties(members: Sequence[Member]) -> list[str]:
    return list(dict.fromkeys(tie for member in members for tie in member.ties))
