"""Account profiles as arrays by account position: the step from relations to statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gauger.engine import Engine
from gauger.find.linkage.identity import codes, email_roots
from gauger.find.profiles.accounts import account_profiles
from gauger.find.profiles.counts import model_adoption
from gauger.find.profiles.filled import FILLED_PROFILES, fields_filled
from gauger.find.profiles.places import Places
from gauger.find.profiles.summary import Summary
from gauger.model.population import Floats, Ints

_MICROSECONDS: Final = 1_000_000
_SIX_HOURS: Final = 6 * 3600 * _MICROSECONDS
_DAY: Final = 24 * 3600 * _MICROSECONDS
_FEWEST_DAYS: Final = 4


@dataclass(frozen=True)
class AccountFacts:
    """Accounts in the order of their ids, with what is known of each."""

    ids: tuple[str, ...]
    keys: Ints
    exchanges: Ints
    input_tokens: Ints
    output_tokens: Ints
    first_seen: Ints
    last_seen: Ints
    profile: Mapping[str, Floats]
    traits: Mapping[str, Ints]
    organization: tuple[str | None, ...]
    contract: tuple[str | None, ...]
    records: pa.Table | None
    """Account records, one row per account position, null where none was given."""
    filled: Mapping[str, int]
    """Exchanges that hold each linking field, by the field's name in a sketch."""

    @property
    def window(self) -> timedelta:
        """From the first exchange to the last."""
        microseconds = int(self.last_seen.max() - self.first_seen.min())
        return timedelta(microseconds=microseconds)

    def positions(self, keys: NDArray[np.int64]) -> Ints:
        """Positions of accounts by their keys."""
        return self._places.find(keys)

    def without_beginnings(self, cut: NDArray[np.bool_]) -> AccountFacts:
        """The same, but that accounts that are `cut` (flags), of which earlier exchanges are not
        here, say nothing of when they began."""
        traits, profile = dict(self.traits), dict(self.profile)
        for name in ("first_active", "adopted"):
            traits[name] = np.where(cut, -1, traits[name])
        if "dormancy" in profile:
            profile["dormancy"] = np.where(cut, np.nan, profile["dormancy"])
        return replace(self, traits=traits, profile=profile)

    @cached_property
    def _places(self) -> Places:
        return Places.of(self.keys)


def gather_facts(engine: Engine, summary: Summary, accounts: pa.Table | None) -> AccountFacts:
    """Profiles of every account in the logs, with their records where there are any."""
    rows = engine.fetch(account_profiles(summary), "account profiles").sort_by("account_id")
    ids = tuple(rows["account_id"].to_pylist())
    exchanges = _ints(rows["exchanges"])
    first, last = _times(rows["first_seen"]), _times(rows["last_seen"])
    safe = np.maximum(exchanges, 1)
    worded = _ints(rows["prompts"]) > 0
    prompts = np.maximum(_ints(rows["prompts"]), 1)
    profile: dict[str, Floats] = {
        "exchanges": exchanges.astype(np.float64),
        "brevity": 1.0 / safe,
        "daily_exchanges": exchanges / np.maximum(_ints(rows["days"]), 1),
        "reaction_share": np.where(worded, _ints(rows["reactions"]) / safe, np.nan),
        "repeat_share": np.where(worded, 1.0 - _ints(rows["distinct_prompts"]) / prompts, np.nan),
        "distinct_prompts": _ints(rows["distinct_prompts"]).astype(np.float64),
        "first_turn_share": _ints(rows["first_turns"]) / safe,
        "elicitation_share": np.where(
            worded,
            np.minimum(
                sum(_ints(rows[name]) for name in ("reasoning", "rubric", "pairs")) / safe, 1.0
            ),
            np.nan,
        ),
        "answer_tokens": _outside(_ints(rows["output_tokens"])) / safe,
        "tool_share": _ints(rows["tool_results"]) / safe,
        "structured_share": _ints(rows["structured"]) / safe,
        "presence": _presence(first, last, _ints(rows["days"])),
        "range_churn": _outside(_ints(rows["ranges"])) / np.maximum(_ints(rows["days"]), 1),
    }
    facts = AccountFacts(
        ids, _ints(rows["account_key"]), exchanges, _ints(rows["input_tokens"]),
        _ints(rows["output_tokens"]), first, last, profile, {},
        tuple(rows["organization_id"].to_pylist()), (None,) * len(ids), None,
        _filled(engine, summary, rows),
    )  # fmt: skip
    profile["own_wording"] = _own_wording(engine, summary, facts, _ints(rows["runs"]))
    traits = {
        "first_active": _uncensored(first, first.min(initial=np.iinfo(np.int64).max)),
        "last_active": _uncensored(last, last.max(initial=0)),
        "adopted": _adoption(engine, summary, facts),
    }
    facts = replace(facts, traits=traits)
    return facts if accounts is None else _with_records(facts, accounts)


def _with_records(facts: AccountFacts, accounts: pa.Table) -> AccountFacts:
    index = pc.index_in(pa.array(facts.ids, pa.string()), accounts["account_id"].combine_chunks())
    records = accounts.take(index)
    known = np.asarray(index.is_valid().to_numpy(zero_copy_only=False), np.bool_)
    created = np.where(known, _times(records["created_at"], missing=-1), -1)
    traits = {
        **facts.traits,
        "payment": codes(records["payment_fingerprint"]),
        "email": codes(email_roots(records["email"])),
        "signup_day": np.where(created >= 0, created // _DAY, -1),
        "signup_fortnight": np.where(created >= 0, created // (14 * _DAY), -1),
    }
    profile = {**facts.profile, "dormancy": _dormancy(created, facts)}
    organization = tuple(
        recorded or seen
        for recorded, seen in zip(
            records["organization_id"].to_pylist(), facts.organization, strict=True
        )
    )
    return replace(
        facts,
        profile=profile,
        traits=traits,
        organization=organization,
        contract=tuple(records["contract"].to_pylist()),
        records=records,
    )


def _presence(first: Ints, last: Ints, days: Ints) -> Floats:
    """Part of the days between first and last exchange on which there was one; NaN for a life
    that is too short to hold a day off."""
    lived = last // _DAY - first // _DAY + 1
    return np.where(lived >= _FEWEST_DAYS, days / np.maximum(lived, 1), np.nan)


def _outside(counted: Ints) -> Floats:
    """Counts as numbers, NaN where nothing was there to count."""
    return np.where(counted > 0, counted, np.nan)


def _dormancy(created: Ints, facts: AccountFacts) -> Floats:
    """Natural logarithm of the days from sign-up to first use, plus one; NaN where the window
    may have cut earlier use off."""
    begun = facts.first_seen.min(initial=np.iinfo(np.int64).max)
    seen = (created >= 0) & (facts.first_seen - begun > _DAY)
    waited = np.maximum(facts.first_seen - created, 0) / _DAY
    return np.where(seen, np.log1p(waited), np.nan)


def _filled(engine: Engine, summary: Summary, profiles: pa.Table) -> dict[str, int]:
    (row,) = engine.fetch(fields_filled(summary), "fields filled").to_pylist()
    told = {name: pc.sum(profiles[column]).as_py() for name, column in FILLED_PROFILES.items()}
    return {name: count or 0 for name, count in (told | row).items()}


def _own_wording(engine: Engine, summary: Summary, facts: AccountFacts, runs: Ints) -> Floats:
    """Part of an account's sampled runs that recur within it and occur nowhere else; NaN for an
    account without any."""
    rows = engine.fetch(summary.runs.own, "own wording")
    own = np.zeros(len(facts.ids), np.int64)
    own[facts.positions(_ints(rows["account_key"]))] = _ints(rows["own"])
    return np.where(runs > 0, own / np.maximum(runs, 1), np.nan)


def _adoption(engine: Engine, summary: Summary, facts: AccountFacts) -> Ints:
    """Six-hour bin of an account's first use of the model that most accounts moved to."""
    adopted = np.full(len(facts.ids), -1, np.int64)
    rows = engine.fetch(model_adoption(summary), "first use of models")
    models, number = np.unique(_ints(rows["model"]), return_inverse=True)
    used = _times(rows["first_used"])
    if not len(models):
        return adopted
    begun = np.full(len(models), np.iinfo(np.int64).max)
    np.minimum.at(begun, number, used)
    later = begun > facts.first_seen.min() + 1.5 * _DAY
    if not later.any():
        return adopted
    popular = np.where(later, np.bincount(number, minlength=len(models)), -1).argmax()
    chosen = number == popular
    adopted[facts.positions(_ints(rows["account_key"])[chosen])] = used[chosen] // _SIX_HOURS
    return adopted


def _uncensored(times: Ints, edge: int) -> Ints:
    """Six-hour bin of a time, -1 within a day of the window's edge, where it says nothing."""
    return np.where(np.abs(times - edge) > _DAY, times // _SIX_HOURS, -1)


def _ints(column: pa.ChunkedArray) -> Ints:
    return np.asarray(pc.fill_null(column, 0).cast(pa.int64()).to_numpy(), np.int64)


def _times(column: pa.ChunkedArray, missing: int = 0) -> Ints:
    micro = (
        column.cast(pa.timestamp("us"))
        if column.type.tz is None
        else column.cast(pa.timestamp("us", tz="UTC"))
    )
    return np.asarray(pc.fill_null(micro.cast(pa.int64()), missing).to_numpy(), np.int64)
