"""The relational steps once more, in plain Python over lists: slow, and easy to see through."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from exchanges import at, sketched
from gauger.find.profiles.counts import HASHED_BUCKETS, UNBOUNDED
from gauger.find.profiles.prompts import MIN_ITEM_TOKENS
from gauger.model.sketch import Mark

Row = dict[str, Any]
_FRAME = "You are given a task by the team, number {n}: say in plain words what {w} means to us"
_WORDS = ["river", "stone", "lamp", "ledger", "garden", "engine"]


def exchanges(count: int = 260, accounts: int = 9, seed: int = 11) -> list[Row]:
    """Exchanges of a few accounts that share some of everything and lack some of everything."""
    rng = random.Random(seed)
    rows: list[Row] = []
    for number in range(count):
        who = rng.randrange(accounts)
        word = rng.choice(_WORDS)
        prompt = rng.choice(
            [
                None,
                "hi",
                "Thanks, that works!",
                _FRAME.format(n=rng.randrange(1000), w=word),
                f"My own notes {'abcdefghi'[who] * 3} on the {word} I keep at home for years now",
                f"Prove the theorem of the {word} step by step and write out your reasoning",
                f"一步一步写出推理过程，然后说明{word}的意思，并给出最终答案",
            ]
        )
        rows.append(
            {
                "exchange_id": f"e{number}",
                "account_id": f"acct_{who}",
                "time": at(rng.random() * 24 * 6),
                "request_model": rng.choice(["small", "large"] if number < 200 else ["new"]),
                "prompt": prompt,
                "system": rng.choice([None, None, "You answer as briefly as you can, always."]),
                "response": rng.choice([None, "", '{"a": 1}', "a plain answer"]),
                "organization_id": f"org-{who}" if who % 4 == 0 else None,
                "conversation_id": rng.choice([None, "c1", "c2"]),
                "credential_id": rng.choice([None, f"key-{who // 2}"]),
                "turn": rng.choice([None, 1, 1, 2, 9]),
                "input_role": rng.choice([None, "user", "tool"]),
                "input_tokens": rng.choice([None, 0, 10, 4000]),
                "output_tokens": rng.choice([None, 0, 1, 2, 3, 6, 7, 63, 64, 8191]),
                "temperature": rng.choice([None, 0.0, 0.7]),
                "tools": rng.choice([None, None, "[]", f"[{who % 3}]"]),
                "source_ip": rng.choice([None, f"10.{who % 2}.{who // 4}.{rng.randrange(3)}"]),
                "user_agent": rng.choice([None, "curl", f"agent-{who}"]),
                "status": rng.choice([None, 200, 429, 500]),
            }
        )
    return rows


def population(seed: int = 11) -> pa.Table:
    """Sketches of `exchanges`."""
    return sketched(exchanges(seed=seed))


def by_account(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Sketches of each account, by its key."""
    held: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        held[row["account_key"]].append(row)
    return dict(held)


def account_profiles(rows: list[Row]) -> dict[int, Row]:
    """One row per account key."""

    def distinct(mine: list[Row], name: str) -> int:
        return len({row[name] for row in mine if row[name] is not None})

    def total(mine: list[Row], name: str) -> int:
        return sum(row[name] or 0 for row in mine)

    def held(mine: list[Row], name: str) -> int:
        return sum(row[name] is not None for row in mine)

    def marked(mine: list[Row], mark: Mark) -> int:
        return sum(mark in Mark(row["marks"]) for row in mine)

    return {
        key: {
            "account_key": key,
            "account_id": mine[0]["account_id"],
            "exchanges": len(mine),
            "first_seen": min(row["time"] for row in mine),
            "last_seen": max(row["time"] for row in mine),
            "days": len({row["time"].date() for row in mine}),
            "input_tokens": total(mine, "input_tokens"),
            "output_tokens": total(mine, "output_tokens"),
            "prompts": sum(row["prompt"] is not None for row in mine),
            "distinct_prompts": distinct(mine, "prompt"),
            "first_turns": sum(
                row["turn"] == 1 or (row["turn"] is None and row["conversation"] is None)
                for row in mine
            ),
            "reactions": marked(mine, Mark.REACTION),
            "reasoning": marked(mine, Mark.REASONING),
            "rubric": marked(mine, Mark.RUBRIC),
            "pairs": marked(mine, Mark.PAIRS),
            "tool_results": sum(row["input_role"] == "tool" for row in mine),
            "structured": sum(row["response_structured"] for row in mine),
            "ranges": distinct(mine, "range"),
            "runs": sum(len(row["runs"]) for row in mine),
            "organization_id": min(
                (row["organization_id"] for row in mine if row["organization_id"]), default=None
            ),
            "answered": sum((row["response_tokens"] or 0) > 0 for row in mine),
            "metered": held(mine, "output_tokens"),
            "in_conversation": held(mine, "conversation"),
            "numbered": held(mine, "turn"),
            "declared": held(mine, "organization_id"),
        }
        for key, mine in by_account(rows).items()
    }


def shared_things(rows: list[Row]) -> set[tuple[int, str, int, int, int, int]]:
    """Tuples (account_key, kind, thing, exchanges, accounts, prints)."""
    held: dict[tuple[str, int], Counter[int]] = defaultdict(Counter)
    singles = ("address", "range", "block", "client", "parameters", "credential", "system", "tools")
    for row in rows:
        account = row["account_key"]
        for kind in singles:
            if row[kind] is not None:
                held[kind, row[kind]][account] += 1
        if row["prompt"] is not None and row["prompt_tokens"] >= MIN_ITEM_TOKENS:
            held["item", row["prompt"]][account] += 1
        for part in ("system_runs", "head", "tail", "runs"):
            for run in row[part] or ():
                held["frame", run][account] += 1
    alike: dict[tuple[str, frozenset[int]], list[int]] = defaultdict(list)
    for (kind, thing), holders in held.items():
        if len(holders) >= 2:
            alike[kind, frozenset(holders)].append(thing)
    shared = set()
    for (kind, holders), things in alike.items():
        for account in holders:
            most = max(held[kind, thing][account] for thing in things)
            shared.add((account, kind, min(things), most, len(holders), len(things)))
    return shared


def folded(rows: list[Row], feature: str) -> dict[int, int]:
    """Bucket of every value of an unbounded feature, from when and how often it is seen."""
    seen: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row[feature] is not None:
            seen[row[feature]].append(math.floor(row["time"].timestamp()))
    return {
        value: (min(times) * 31 + max(times) * 7 + len(times)) % 127
        for value, times in seen.items()
    }


def buckets(row: Row, feature: str, fold: dict[int, int]) -> list[int]:
    """Buckets of one exchange under a feature; `fold` is that of an unbounded one."""
    if feature == "wording":
        return [
            run & (HASHED_BUCKETS - 1) for part in ("head", "tail", "runs") for run in row[part]
        ]
    if feature in UNBOUNDED:
        return [] if row[feature] is None else [fold[row[feature]]]
    if feature in ("prompt length", "answer length"):
        count = row["prompt_tokens" if feature == "prompt length" else "output_tokens"]
        return [] if count is None else [math.floor(math.log2(count + 1.5))]
    if feature == "hour":
        return [row["time"].hour]
    if feature == "turn":
        return [min(1 if row["turn"] is None else row["turn"], 6)]
    return [row[feature]]


def of_all(mine: list[Row], feature: str, fold: dict[int, int]) -> list[int]:
    """Buckets of an account's exchanges under a feature."""
    if feature == "pause":
        seconds = sorted(int(row["time"].timestamp()) for row in mine)
        return [
            math.floor(math.log2(after - before + 1.5))
            for before, after in itertools.pairwise(seconds)
        ]
    return [bucket for row in mine for bucket in buckets(row, feature, fold)]


def own_wording(rows: list[Row]) -> dict[int, tuple[int, int]]:
    """Runs of an account, and how many of them recur within it and occur nowhere else."""
    times: dict[int, Counter[int]] = defaultdict(Counter)
    for row in rows:
        for run in row["runs"]:
            times[run][row["account_key"]] += 1
    runs: Counter[int] = Counter()
    own: Counter[int] = Counter()
    for holders in times.values():
        runs.update(holders)
        ((account, count),) = holders.most_common(1)
        if len(holders) == 1 and count > 1:
            own[account] += count
    return {account: (count, own[account]) for account, count in runs.items()}
