"""Reads a policy from TOML, and says everything that is wrong with it at once."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from gauger.act.policy.policy import (
    Policy,
    Quota,
    Reserved,
    Rule,
    SignUpRule,
    Spared,
    Suspension,
)
from gauger.model.decision import Answer, Place
from gauger.model.errors import NothingToRead, UnreadableInput
from gauger.model.evidence import Verdict
from gauger.model.signup import SignalCode, Support, TiedTo

LONGEST: Final = timedelta(days=90)
"""No answer lasts longer without somebody giving it again."""
_UNITS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_REMEDY: Final = "correct it as docs/live.md says"


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty")
    return value.strip()


def _url(value: str) -> str:
    if not value.startswith("https://") or "{reference}" not in value:
        raise ValueError("must begin with `https://` and hold `{reference}`")
    return value


Text = Annotated[str, AfterValidator(_text)]
Url = Annotated[str, AfterValidator(_url)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Quota(_Strict):
    requests: int | None = Field(None, ge=1)
    tokens: int | None = Field(None, ge=1)
    per: Literal["second", "minute", "hour", "day"] = "minute"
    mixed_reserve: float = Field(0.0, ge=0.0, le=0.9)

    @model_validator(mode="after")
    def _some(self) -> _Quota:
        if self.requests is None and self.tokens is None:
            raise ValueError("names neither `requests` nor `tokens`")
        return self


class _Rule(_Strict):
    name: Text
    answer: Literal["allow", "slow", "step-up"]
    lasts: str = "7 days"
    verdict: tuple[Verdict, ...] = ()
    place: tuple[Place, ...] = ()
    coordinated_least: float | None = None
    extraction_least: float | None = None
    account_least: float | None = None
    plan: tuple[str, ...] = ()
    tier: tuple[str, ...] = ()
    contract: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    quota: _Quota | None = None

    @model_validator(mode="after")
    def _whole(self) -> _Rule:
        _duration(self.lasts)
        if (self.answer == "slow") != (self.quota is not None):
            raise ValueError("`slow` needs a `quota`, and nothing else has one")
        return self


class _Spared(_Strict):
    reason: Text
    author: Text
    until: date | None = None
    account: Text | None = None
    organization: Text | None = None
    network: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> _Spared:
        if sum(each is not None for each in (self.account, self.organization, self.network)) != 1:
            raise ValueError("must name one of `account`, `organization` and `network`")
        return self


class _Snoozed(_Spared):
    until: date


class _Suspension(_Strict):
    reason: Text
    people: tuple[Text, ...]
    until: date
    account: Text | None = None
    network: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> _Suspension:
        if len({person.casefold() for person in self.people}) < 2:
            raise ValueError("a suspension needs two different `people`")
        if (self.account is None) == (self.network is None):
            raise ValueError("must name either `account` or `network`")
        return self


class _Reserved(_Strict):
    model: Text
    tier: tuple[Text, ...] = ()
    organization: tuple[Text, ...] = ()
    enforced: bool = False

    @model_validator(mode="after")
    def _some(self) -> _Reserved:
        if not self.tier and not self.organization:
            raise ValueError("must name `tier` or `organization`")
        return self


class _SignUp(_Strict):
    name: Text
    answer: Literal["allow", "step-up"]
    lasts: str = "30 days"
    tied_to: tuple[TiedTo, ...] = ()
    verdict: tuple[Verdict, ...] = ()
    support: tuple[Support, ...] = ()
    signal: tuple[SignalCode, ...] = ()
    plan: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> _SignUp:
        _duration(self.lasts)
        return self


class _Policy(_Strict):
    version: int = Field(ge=1)
    author: Text
    reason: Text
    live_share: float = Field(0.0, ge=0.0, le=1.0)
    fails: Literal["open", "closed"] = "open"
    appeal_url: Url | None = None
    verification_url: Url | None = None
    rule: tuple[_Rule, ...] = ()
    allow: tuple[_Spared, ...] = ()
    snooze: tuple[_Snoozed, ...] = ()
    suspension: tuple[_Suspension, ...] = ()
    reserved: tuple[_Reserved, ...] = ()
    signup: tuple[_SignUp, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> _Policy:
        names = [rule.name for rule in self.rule] + [rule.name for rule in self.signup]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two rules are named `{twice[0]}`")
        enforced = any(held.enforced for held in self.reserved)
        live = self.live_share > 0 or enforced
        if (live or self.suspension) and self.appeal_url is None:
            raise ValueError("live answers need an `appeal_url`")
        answers = [rule.answer for rule in self.rule] + [rule.answer for rule in self.signup]
        steps = enforced or "step-up" in answers
        if live and steps and self.verification_url is None:
            raise ValueError("`step-up` needs a `verification_url`")
        return self


def read_policy(path: Path) -> Policy:
    """The policy in a file. Raises NothingToRead and UnreadableInput."""
    if not path.is_file():
        raise NothingToRead(path, "there is no such file", "name a policy in TOML")
    try:
        return parse_policy(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(path, "it is no text in UTF-8", _REMEDY) from error


def parse_policy(text: str, where: str) -> Policy:
    """The policy in a text; `where` names it in errors. Raises UnreadableInput."""
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableInput(where, f"it is no TOML: {_said(str(error))}", _REMEDY) from error
    try:
        held = _Policy.model_validate(document)
    except ValidationError as error:
        raise UnreadableInput(where, _wrong(error), _REMEDY) from error
    return Policy(
        held.version,
        held.author,
        held.reason,
        tuple(_rule(rule) for rule in held.rule),
        held.live_share,
        held.fails == "open",
        held.appeal_url,
        held.verification_url,
        tuple(_spared(each) for each in held.allow),
        tuple(_spared(each) for each in held.snooze),
        tuple(
            Suspension(each.reason, each.people, each.until, each.account, each.network)
            for each in held.suspension
        ),
        tuple(
            Reserved(each.model, each.tier, each.organization, each.enforced)
            for each in held.reserved
        ),
        tuple(
            SignUpRule(
                each.name,
                Answer(each.answer),
                _duration(each.lasts),
                each.tied_to,
                each.verdict,
                each.support,
                each.signal,
                each.plan,
            )
            for each in held.signup
        ),
        datetime.now(UTC),
    )


def _rule(rule: _Rule) -> Rule:
    quota = None
    if rule.quota is not None:
        held = rule.quota
        quota = Quota(held.requests, held.tokens, _UNITS[held.per], held.mixed_reserve)
    return Rule(
        rule.name, Answer(rule.answer), _duration(rule.lasts), rule.verdict, rule.place,
        rule.coordinated_least, rule.extraction_least, rule.account_least, rule.plan, rule.tier,
        rule.contract, rule.model, quota,
    )  # fmt: skip


def _spared(held: _Spared) -> Spared:
    return Spared(
        held.reason, held.author, held.until, held.account, held.organization, held.network
    )


_DURATION: Final = re.compile(r"(\d{1,4}) (minute|hour|day)s?")


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    lasts = timedelta(seconds=int(found[1]) * _UNITS[found[2]]) if found else timedelta(0)
    if not timedelta(0) < lasts <= LONGEST:
        raise ValueError(f"`lasts` is `{text}`, and may be `1 hour` to `{LONGEST.days} days`")
    return lasts


def _wrong(error: ValidationError) -> str:
    """Every problem with its place, `rule[2].answer`."""
    problems = []
    for problem in error.errors():
        place = ""
        for part in problem["loc"]:
            place += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if place else part
        said = problem["msg"].removeprefix("Value error, ")
        said = "no such key" if problem["type"] == "extra_forbidden" else _said(said)
        problems.append(f"`{place}`: {said}" if place else said)
    return "; ".join(problems)


def _said(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")
