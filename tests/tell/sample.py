"""Findings of a made-up provider, rich enough to judge the report by eye."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from gauger.model.evidence import CalibrationRecord, Claim, LogLR, Verdict
from gauger.model.finding import (
    Belonging,
    Findings,
    GraphEdge,
    Measured,
    Member,
    Network,
    Picture,
    SharedThing,
)
from gauger.tell.report import InputFile, RunSummary

from .sample_evidence import (
    EXTRACTION_EXPLANATIONS,
    EXTRACTION_ROBUSTNESS,
    PERMITTED_ROBUSTNESS,
    RESELLER_EXPLANATIONS,
    RESELLER_ROBUSTNESS,
    extraction_layers,
    permitted_layers,
    reseller_layers,
)
from .sample_taken import dealt, sampled

START = datetime(2026, 4, 22, 0, 0, tzinfo=UTC)
DAYS = 45
ATTRIBUTED = Claim(
    established=False,
    statement="",
    not_established="Who directs this network; no hypothesis about a named party was entered.",
)
USED = Claim(
    established=False,
    statement="",
    not_established="Whether any model was trained on the answers; no suspect model was tested.",
)


CALIBRATION = CalibrationRecord(
    name="shipped",
    version="1",
    on="drawn worlds",
    at="2026-05-30",
    digest="3f9a0c2d71be",
    worlds=46,
    cllr=0.0517,
    cllr_min=0.0473,
    compared=41,
    outside=("alike in pause", "shared client"),
    withheld=False,
)


def sample_findings(members: int = 118) -> Findings:
    """One extraction network, one coordinated, one permitted, and what could not be weighed."""
    networks = (
        _extraction(members),
        _reseller(),
        _agency(),
    )
    return Findings(
        measured=Measured(1_204_518, 30_214, START, START + timedelta(days=DAYS, seconds=-7), 312),
        networks=networks,
        notes=(
            "Identity: 41% of accounts have no sign-up record, so payment and e-mail patterns "
            "were weighed for the others only.",
            "Infrastructure: TLS client fingerprints (`ja4`) are absent from this log, so client "
            "software was judged by agent strings alone, which a client asserts about itself.",
            "Lifecycle: no account has a closing date; replacement of closed accounts could not "
            "be weighed.",
        ),
        calibration=CALIBRATION,
    )


def large_findings(members: int = 25_000) -> Findings:
    """Three networks that share `members` accounts between them, to judge size and speed."""
    third = members // 3
    sizes = (third, third, members - 2 * third)
    networks = tuple(_extraction(size, f"net-{index}", index) for index, size in enumerate(sizes))
    return Findings(
        measured=Measured(28_812_004, 1_204_000, START, START + timedelta(days=DAYS), 0),
        networks=networks,
        calibration=CALIBRATION,
    )


def nothing_found() -> Findings:
    """Logs in which nothing was established."""
    return Findings(
        measured=Measured(84_210, 1_932, START, START + timedelta(days=14), 0),
        networks=(),
        notes=("Identity: no account table was given, so this layer had nothing to weigh.",),
        calibration=replace(CALIBRATION, outside=()),
    )


def sample_run() -> RunSummary:
    """The facts of the run that made the sample."""
    return RunSummary(
        version="0.1.0",
        generated_at=datetime(2026, 6, 6, 8, 14, 5, tzinfo=UTC),
        inputs=(
            InputFile("logs/2026-04.jsonl.zst", "openai", 418_220_113, "9f2c" * 16),
            InputFile("logs/2026-05.jsonl.zst", "openai", 702_511_890, "b41d" * 16),
            InputFile("accounts.parquet", "accounts", 1_822_004, None),
        ),
        engine="duckdb",
        seconds=41.83,
        key="random",
    )


def _extraction(size: int, network_id: str = "net-4f2a91", seed: int = 7) -> Network:
    dice = random.Random(seed)
    members = _members(dice, size, "acct_", ("frame", "address range", "payment", "dataset item"))
    things = (
        SharedThing("frame", "frame 8c1f:44e0", size - 2, 0),
        SharedThing("frame", "frame 8c1f:9a07", max(1, int(size * 0.81)), 1),
        SharedThing("dataset item", "run of 4,102 items dealt out once each", size - 6, 3),
        SharedThing("payment instrument", "card ..f03a", max(1, int(size * 0.35)), 0),
        SharedThing("payment instrument", "card ..77b1", max(1, int(size * 0.28)), 0),
        SharedThing("payment instrument", "card ..02ce", max(1, int(size * 0.19)), 0),
        SharedThing("address range", "203.0.113.0/24", max(1, int(size * 0.53)), 4),
        SharedThing("address range", "198.51.100.0/24", max(1, int(size * 0.41)), 2),
        SharedThing("e-mail pattern", "word.word.dddd at 3 domains", max(1, int(size * 0.62)), 11),
        SharedThing("parameter set", "temperature 0.7, 4,096 tokens", size - 1, 418),
        SharedThing("client fingerprint", "python-httpx/0.27", size - 1, 2_904),
        SharedThing("frame", "frame 8c1f:d15b", max(1, int(size * 0.12)), 0),
    )
    return Network(
        network_id=network_id,
        verdict=Verdict.EXTRACTION,
        members=members,
        exchanges=sum(member.exchanges for member in members),
        input_tokens=sum(member.input_tokens for member in members),
        output_tokens=sum(member.output_tokens for member in members),
        first_seen=START + timedelta(days=3, hours=2),
        last_seen=START + timedelta(days=DAYS, hours=-3),
        coordinated=Claim(
            True,
            "The accounts deal one list of prompts out between them, on one clock, and pay with "
            "three cards.",
            "That every account took part knowingly; an account may have been taken over.",
            LogLR(6.0, 4.1, 6.0),
            "very strong support",
        ),
        extraction=Claim(
            True,
            "Prompts are dataset-shaped, ask for written-out reasoning, and never react to an "
            "answer; every ordinary explanation fits worse.",
            "What the answers were kept for.",
            LogLR(4.2, 3.0, 5.0),
            "very strong support",
        ),
        attributed=ATTRIBUTED,
        used=USED,
        layers=extraction_layers(),
        explanations=EXTRACTION_EXPLANATIONS,
        capabilities=(
            ("software engineering", 0.612),
            ("multi-step reasoning", 0.187),
            ("agentic and tool use", 0.121),
            ("long-horizon planning", 0.052),
            ("security", 0.009),
            ("other", 0.019),
        ),
        picture=Picture(
            daily=_daily(dice, lambda day: 0 if day < 3 else 420 + 18 * math.sin(day)),
            hours=_hours(dice, lambda hour: 1.0 + 0.06 * math.sin(hour)),
            ordinary_hours=_ordinary_hours(),
            things=things,
            edges=_edges(dice, members, things),
            edges_total=sum(thing.members for thing in things) + 214,
        ),
        headline=(
            f"{size:,} accounts work through one list of programming tasks without repeating "
            "an item, ask for the reasoning step by step, and never follow up."
        ),
        taken=dealt(),
        robustness=EXTRACTION_ROBUSTNESS,
        undecided=_undecided(3),
    )


def _reseller() -> Network:
    dice = random.Random(11)
    members = _members(dice, 34, "u-", ("payment", "address range"))
    things = (
        SharedThing("payment instrument", "card ..91d4", 34, 0),
        SharedThing("address range", "192.0.2.0/24", 31, 6),
        SharedThing("e-mail pattern", "ddd.word at 1 domain", 22, 1),
    )
    return Network(
        network_id="net-b07c3e",
        verdict=Verdict.COORDINATED,
        members=members,
        exchanges=sum(member.exchanges for member in members),
        input_tokens=sum(member.input_tokens for member in members),
        output_tokens=sum(member.output_tokens for member in members),
        first_seen=START + timedelta(days=1, hours=7),
        last_seen=START + timedelta(days=DAYS, hours=-1),
        coordinated=Claim(
            True,
            "One payment instrument and one address range serve all accounts.",
            "Who the people behind the exchanges are.",
            LogLR(3.4, 2.2, 3.9),
            "strong support",
        ),
        extraction=Claim(
            False,
            "Content and dialogue are those of real people.",
            "That the traffic harvests training data: a reseller's customers explain it better.",
            LogLR(-1.8, -2.6, -0.9),
            "moderate support for an ordinary explanation",
        ),
        attributed=ATTRIBUTED,
        used=USED,
        layers=reseller_layers(),
        explanations=RESELLER_EXPLANATIONS,
        capabilities=(("writing", 0.44), ("question answering", 0.31), ("other", 0.25)),
        picture=Picture(
            daily=_daily(dice, lambda day: 90 + 45 * (day % 7 < 5) + 2 * day),
            hours=_hours(dice, lambda hour: 0.15 + math.exp(-(((hour - 14) / 4.2) ** 2))),
            ordinary_hours=_ordinary_hours(),
            things=things,
            edges=_edges(dice, members, things),
            edges_total=87,
        ),
        headline=(
            "34 accounts are paid for with one card and reached through one address range, and "
            "carry the conversations of many different people."
        ),
        taken=sampled(),
        robustness=RESELLER_ROBUSTNESS,
        undecided=_undecided(1),
    )


def _agency() -> Network:
    dice = random.Random(3)
    members = _members(dice, 12, "studio-", ("organization", "frame"))
    things = (
        SharedThing("organization", "org_77a0 (declared)", 12, 0),
        SharedThing("frame", "frame 10b2:77c9", 12, 0),
    )
    return Network(
        network_id="net-19d8aa",
        verdict=Verdict.PERMITTED,
        members=members,
        exchanges=sum(member.exchanges for member in members),
        input_tokens=sum(member.input_tokens for member in members),
        output_tokens=sum(member.output_tokens for member in members),
        first_seen=START + timedelta(hours=9),
        last_seen=START + timedelta(days=DAYS, hours=-6),
        coordinated=Claim(
            True,
            "All accounts declare one organization, and its contract allows distillation.",
            "Nothing is alleged: what is declared is not hidden coordination.",
            LogLR(4.0, 2.9, 4.6),
            "very strong support",
        ),
        extraction=Claim(
            False,
            "The contract allows what the accounts do, so this was not weighed as extraction.",
            "That anything beyond the contract took place.",
        ),
        attributed=ATTRIBUTED,
        used=USED,
        layers=permitted_layers(),
        explanations=(),
        capabilities=(("multi-step reasoning", 0.7), ("other", 0.3)),
        picture=Picture(
            daily=_daily(dice, lambda day: 300 if day % 7 < 5 else 12),
            hours=_hours(dice, lambda hour: 1.0 if 7 <= hour < 18 else 0.05),
            ordinary_hours=_ordinary_hours(),
            things=things,
            edges=_edges(dice, members, things),
            edges_total=24,
        ),
        headline="12 accounts of one declared organization with a distillation contract.",
        robustness=PERMITTED_ROBUSTNESS,
    )


def _members(
    dice: random.Random, size: int, prefix: str, kinds: tuple[str, ...]
) -> tuple[Member, ...]:
    members = []
    for number in range(size):
        exchanges = dice.randint(120, 190)
        score = dice.uniform(1.4, 4.6)
        begun = START + timedelta(days=3, hours=dice.randint(1, 90))
        members.append(
            Member(
                account_id=f"{prefix}{dice.getrandbits(48):012x}",
                lr=LogLR(score, score - dice.uniform(0.4, 1.1), score + dice.uniform(0.2, 0.7)),
                exchanges=exchanges,
                input_tokens=exchanges * dice.randint(380, 460),
                output_tokens=exchanges * dice.randint(1_900, 2_300),
                first_seen=begun,
                last_seen=START + timedelta(days=DAYS, hours=-dice.randint(1, 60)),
                ties=tuple(sorted(dice.sample(kinds, dice.randint(1, len(kinds))))),
                belonging=Belonging.CORE if score >= 2.0 else Belonging.LIKELY,
                marked=None if "frame" not in kinds else 0.31 if number % 9 == 4 else 0.98,
            )
        )
    return tuple(sorted(members, key=lambda member: (-member.exchanges, member.account_id)))


def _undecided(size: int) -> tuple[Member, ...]:
    return tuple(
        Member(
            account_id=f"open-{number}",
            lr=LogLR(0.3 + 0.4 * number, -0.6, 1.4),
            exchanges=41 + number,
            input_tokens=9_000,
            output_tokens=21_000,
            first_seen=START + timedelta(days=5),
            last_seen=START + timedelta(days=20),
            belonging=Belonging.CANNOT_TELL,
        )
        for number in range(size)
    )


def _edges(
    dice: random.Random, members: tuple[Member, ...], things: tuple[SharedThing, ...]
) -> tuple[GraphEdge, ...]:
    drawn = range(min(90, len(members)))
    edges = []
    for number, thing in enumerate(things):
        share = thing.members / len(members)
        edges.extend(
            GraphEdge(member, number, dice.randint(3, 150))
            for member in drawn
            if (member * 0.6180339 + number * 0.31) % 1.0 < share
        )
    return tuple(edges)


def _daily(dice: random.Random, level) -> tuple[tuple[date, int], ...]:  # type: ignore[no-untyped-def]
    return tuple(
        (START.date() + timedelta(days=day), max(0, round(level(day) * dice.uniform(0.95, 1.05))))
        for day in range(DAYS)
    )


def _hours(dice: random.Random, level) -> tuple[float, ...]:  # type: ignore[no-untyped-def]
    raw = [level(hour) * dice.uniform(0.97, 1.03) for hour in range(24)]
    return tuple(value / sum(raw) for value in raw)


def _ordinary_hours() -> tuple[float, ...]:
    raw = [
        0.35 + math.exp(-(((hour - 15) / 4.5) ** 2)) + 0.3 * math.exp(-(((hour - 21) / 2) ** 2))
        for hour in range(24)
    ]
    return tuple(value / sum(raw) for value in raw)
