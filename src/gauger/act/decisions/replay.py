"""Replays stored traffic against a policy: whom it would touch, before it touches anybody.

What is said is who would be answered how often, not who would be answered wrongly: nothing here
knows who is innocent.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import ibis.expr.types as ir
import pyarrow as pa

from gauger.act.cases.memory import Memory
from gauger.act.decisions.decide import FORGOTTEN, judge
from gauger.act.decisions.first import recognised_in
from gauger.act.decisions.index import Index
from gauger.act.decisions.recognised import as_known
from gauger.act.decisions.references import References
from gauger.act.policy.policy import Policy, Quota, Rule
from gauger.act.signatures.recogniser import Recogniser, Recognition
from gauger.engine import Engine
from gauger.model.decision import Answer, Asked, KnownAccount, Reason


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """Exchanges that would have been answered so, by how many accounts and organizations."""

    answer: Answer
    rule: str | None
    reason: Reason
    accounts: int
    organizations: int
    exchanges: int


@dataclass(frozen=True, slots=True)
class Change:
    """Accounts whose hardest answer would be another than under the policy in force."""

    before: Answer
    after: Answer
    accounts: int


@dataclass(frozen=True, slots=True)
class PolicyReplay:
    """What a policy would have done with stored traffic, every answer taken for live.

    `accounts_touched` would have met another answer than to allow; of these `accounts_live` are
    within the policy's live share. `changes` is null where there was nothing to compare with.
    """

    exchanges: int
    accounts: int
    accounts_touched: int
    organizations_touched: int
    accounts_recognised: int
    """Accounts that no scan named and their first exchanges gave away, touched or not."""
    accounts_live: int
    exchanges_touched: int
    answers: tuple[AnswerCount, ...]
    changes: tuple[Change, ...] | None


@dataclass(frozen=True, slots=True)
class _Row:
    """Exchanges of one account for one model."""

    asked: Asked
    account_key: int
    exchanges: int


@dataclass(frozen=True)
class _Known:
    """Who is known: by a scan, or by first exchanges, which are over before that."""

    index: Index
    recognised: Mapping[str, Recognition]

    def account(self, account_id: str) -> KnownAccount | None:
        """What is known of an account once it is known."""
        recognition = self.recognised.get(account_id)
        if recognition is not None:
            return as_known(recognition, self.index)
        return self.index.account(account_id)

    def before(self, rows: list[_Row]) -> Iterator[tuple[_Row, int]]:
        """Every row with how many of its exchanges came before its account was recognised: of
        the models that it asked for most, where it asked for several."""
        left = {account: held.exchanges for account, held in self.recognised.items()}
        for row in sorted(rows, key=lambda row: -row.exchanges):
            account = row.asked.account_id
            early = min(left.get(account, 0), row.exchanges)
            if early:
                left[account] -= early
            yield row, early


@dataclass(frozen=True, slots=True)
class _Answered:
    answer: Answer
    rule: str | None
    reason: Reason
    exchanges: int
    asked: Asked


def replay(
    engine: Engine,
    sketches: ir.Table,
    records: pa.Table | None,
    index: Index,
    policy: Policy,
    before: Policy | None = None,
    recogniser: Recogniser | None = None,
    memory: Memory = FORGOTTEN,
) -> PolicyReplay:
    """Goes over stored sketches; `records` (ACCOUNT_SCHEMA) say plan, tier and contract, and
    `memory` whom people have cleared.

    With a recogniser, accounts that no scan named are recognised by their first exchanges as they
    would have been, and answered from the exchange after that on. A quota is taken by fixed
    periods, and its reserve for mixed accounts as used by anybody.
    """
    rows = list(_rows(engine, sketches, records))
    recognised: dict[str, Recognition] = {}
    if recogniser is not None:
        unknown = {
            row.asked.account_id: row.account_key
            for row in rows
            if index.account(row.asked.account_id) is None
        }
        recognised = recognised_in(engine, sketches, unknown, recogniser, records)
    known = _Known(index, recognised)
    traffic = _Traffic(engine, sketches)
    answered = list(_answers(rows, known, policy, memory, traffic))
    touched = [each for each in answered if each.answer is not Answer.ALLOW]
    accounts = {each.asked.account_id for each in touched}
    changes = None
    if before is not None:
        changes = _changes(list(_answers(rows, known, before, memory, traffic)), answered)
    return PolicyReplay(
        exchanges=sum(row.exchanges for row in rows),
        accounts=len({row.asked.account_id for row in rows}),
        accounts_touched=len(accounts),
        organizations_touched=len(_organizations(touched)),
        accounts_recognised=len(recognised),
        accounts_live=sum(policy.is_live_for(account) for account in accounts),
        exchanges_touched=sum(each.exchanges for each in touched),
        answers=_counted(answered),
        changes=changes,
    )


def _rows(engine: Engine, sketches: ir.Table, records: pa.Table | None) -> Iterator[_Row]:
    grouped = engine.fetch(
        sketches.group_by("account_id", "request_model").aggregate(
            exchanges=sketches.count(),
            organization=sketches.organization_id.max(),
            account_key=sketches.account_key.min(),
        ),
        "exchanges by account and model",
    )
    known: Mapping[str, dict[str, str | None]] = {}
    if records is not None:
        known = {row["account_id"]: row for row in records.to_pylist()}
    for row in grouped.to_pylist():
        record = known.get(row["account_id"], {})
        yield _Row(
            Asked(
                row["account_id"],
                record.get("organization_id") or row["organization"],
                record.get("plan"),
                record.get("verification"),
                record.get("contract"),
                row["request_model"],
            ),
            row["account_key"],
            row["exchanges"],
        )


class _Traffic:
    """How much of a network's exchanges lies beyond a quota, asked once for each quota."""

    def __init__(self, engine: Engine, sketches: ir.Table) -> None:
        self._engine = engine
        self._sketches = sketches
        self._known: dict[tuple[Quota, frozenset[str]], float] = {}
        self._lent = 0

    def beyond(self, quota: Quota, accounts: frozenset[str]) -> float:
        """Part of the exchanges of these accounts that the quota would not have let through."""
        asked = (quota, accounts)
        if asked not in self._known:
            self._known[asked] = self._measured(quota, accounts)
        return self._known[asked]

    def _measured(self, quota: Quota, accounts: frozenset[str]) -> float:
        self._lent += 1
        theirs = self._engine.lend(
            pa.table({"account_id": pa.array(sorted(accounts), pa.string())}), f"slow{self._lent}"
        )
        s = self._sketches.semi_join(theirs, "account_id")
        period = (s.time.epoch_seconds() // quota.seconds).cast("int64")
        tokens = s.input_tokens.fill_null(0) + s.output_tokens.fill_null(0)
        named = s.select(period=period, tokens=tokens)
        periods = self._engine.fetch(
            named.group_by("period").aggregate(
                exchanges=named.count(), tokens=named.tokens.sum().cast("int64")
            ),
            "exchanges within quotas",
        )
        total, beyond = 0, 0.0
        for row in periods.to_pylist():
            total += row["exchanges"]
            shares = [1.0]
            if quota.requests is not None:
                shares.append(quota.requests / row["exchanges"])
            if quota.tokens is not None and row["tokens"]:
                shares.append(quota.tokens / row["tokens"])
            beyond += row["exchanges"] * (1.0 - min(shares))
        return beyond / total if total else 0.0


def _answers(
    rows: list[_Row], held: _Known, policy: Policy, memory: Memory, traffic: _Traffic
) -> Iterator[_Answered]:
    now, references = datetime.now(UTC), References(None)
    slowed: dict[tuple[str, str], list[tuple[_Row, Rule, Reason]]] = defaultdict(list)
    for whole, early in held.before(rows):
        row = replace(whole, exchanges=whole.exchanges - early)
        if early:
            first, _ = judge(row.asked, None, policy, references, now, memory)
            yield _Answered(first.answer, first.rule, first.reason, early, row.asked)
        if not row.exchanges:
            continue
        known = held.account(row.asked.account_id)
        decision, rule = judge(row.asked, known, policy, references, now, memory)
        if rule is not None and rule.quota is not None and known is not None:
            slowed[rule.name, known.network.network_id].append((row, rule, decision.reason))
            continue
        yield _Answered(decision.answer, decision.rule, decision.reason, row.exchanges, row.asked)
    for theirs in slowed.values():
        rule = theirs[0][1]
        accounts = frozenset(row.asked.account_id for row, _, _ in theirs)
        beyond = 0.0 if rule.quota is None else traffic.beyond(rule.quota, accounts)
        for row, _, _ in theirs:
            over = round(row.exchanges * beyond)
            if over:
                yield _Answered(Answer.SLOW, rule.name, Reason.NETWORK_QUOTA, over, row.asked)
            if row.exchanges > over:
                within = row.exchanges - over
                yield _Answered(Answer.ALLOW, rule.name, Reason.WITHIN_QUOTA, within, row.asked)


def _counted(answered: list[_Answered]) -> tuple[AnswerCount, ...]:
    groups: dict[tuple[Answer, str | None, Reason], list[_Answered]] = defaultdict(list)
    for each in answered:
        groups[each.answer, each.rule, each.reason].append(each)
    counts = [
        AnswerCount(
            answer, rule, reason,
            len({each.asked.account_id for each in held}),
            len(_organizations(held)),
            sum(each.exchanges for each in held),
        )
        for (answer, rule, reason), held in groups.items()
    ]  # fmt: skip
    order = list(Answer)
    return tuple(
        sorted(counts, key=lambda c: (-order.index(c.answer), -c.exchanges, c.rule or "", c.reason))
    )


def _organizations(answered: list[_Answered]) -> set[str]:
    return {e.asked.organization_id for e in answered if e.asked.organization_id is not None}


def _changes(before: list[_Answered], after: list[_Answered]) -> tuple[Change, ...]:
    was, is_ = _hardest(before), _hardest(after)
    changed = Counter(
        (was[account], answer) for account, answer in is_.items() if was[account] is not answer
    )
    order = list(Answer)
    return tuple(
        Change(old, new, accounts)
        for (old, new), accounts in sorted(
            changed.items(), key=lambda held: (-order.index(held[0][1]), held[0][0])
        )
    )


def _hardest(answered: list[_Answered]) -> dict[str, Answer]:
    order = list(Answer)
    hardest: dict[str, Answer] = {}
    for each in answered:
        account = each.asked.account_id
        held = hardest.get(account, Answer.ALLOW)
        hardest[account] = max(held, each.answer, key=order.index)
    return hardest
