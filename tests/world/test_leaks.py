"""Nothing that carries no meaning may tell who belongs to a campaign."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from gauger.model.account import ACCOUNT_SCHEMA
from gauger.world import simulate

from .artefacts import auc, of_exchanges, of_records
from .worlds import Made, read

BOUND = 0.62
"""Above what chance gives a classifier of a few hundred accounts, and below any usable leak."""
CAUGHT = 0.68
"""What a leak put in on purpose has to reach, so that the tests can fail."""
WORDS = (("licensed", 0.8), ("synthetic_team", 0.9), ("research", 0.85))
"""How well words alone may tell a prompt of a campaign from one of a look-alike: a licensed
distiller is to look the same; the others also work on products and annotation of their own."""
LEVELS = ("level0", "level1", "level2", "level3")
AXES = (
    "network", "identity", "clock", "share_of_work", "template", "content", "dialogue", "lifetime",
    "client",
)  # fmt: skip
WORLD = """
about = "Campaigns at every level among people they could pass for, and look-alikes"
[population]
accounts = 900
days = 6
start = 2026-04-20
exchanges_per_account = 36
[ordinary]
chat = 12
developer = 12
licensed = 0.4
research = 2
synthetic_team = 0.4
"""
Leak = Callable[[pa.Table, pa.Array], pa.Table]


@pytest.fixture(scope="module")
def labels(quick: Made) -> npt.NDArray[np.bool_]:
    marked = {r["account_id"] for r in quick.truth.to_pylist() if r["campaign"] is not None}
    return np.array([a in marked for a in quick.accounts["account_id"].to_pylist()])


def test_row_order_of_accounts_tells_nothing(quick: Made, labels: npt.NDArray[np.bool_]) -> None:
    assert abs(auc(np.arange(len(labels)), labels) - 0.5) < 0.08


def test_characters_of_identifiers_tell_nothing(quick: Made, labels: npt.NDArray[np.bool_]) -> None:
    ids = quick.accounts["account_id"].to_pylist()
    assert len({len(i) for i in ids}) == 1
    assert len({i.split("_")[0] for i in ids}) == 1
    for place in range(5, 21):
        assert abs(auc([ord(i[place]) for i in ids], labels) - 0.5) < 0.12
    assert abs(auc([sum(map(ord, i)) for i in ids], labels) - 0.5) < 0.08


@pytest.mark.parametrize(
    "column", ["exchange_id", "credential_id", "conversation_id", "ja4", "account_id"]
)
def test_identifiers_of_exchanges_have_one_format(quick: Made, column: str) -> None:
    values = [v for v in quick.exchanges[column].to_pylist() if v is not None]
    assert len({v.split("_")[0] for v in values if column != "ja4"}) <= 1
    lengths = {len(v) for v in values}
    assert len(lengths) <= (2 if column == "ja4" else 1)


def test_order_of_exchange_ids_tells_nothing(quick: Made) -> None:
    mine = {r["account_id"] for r in quick.truth.to_pylist() if r["campaign"] is not None}
    marked = [a in mine for a in quick.exchanges["account_id"].to_pylist()]
    numbers = [int(i.split("_")[1][:12], 16) for i in quick.exchanges["exchange_id"].to_pylist()]
    assert abs(auc(numbers, marked) - 0.5) < 0.02


def test_sub_second_parts_of_times_tell_nothing(quick: Made) -> None:
    mine = {r["account_id"] for r in quick.truth.to_pylist() if r["campaign"] is not None}
    marked = [a in mine for a in quick.exchanges["account_id"].to_pylist()]
    parts = [t.microsecond for t in quick.exchanges["time"].to_pylist()]
    assert abs(auc(parts, marked) - 0.5) < 0.02


@pytest.mark.parametrize("column", [name for name in ACCOUNT_SCHEMA.names if name != "closed_at"])
def test_nulls_of_records_are_no_rule(
    quick: Made, labels: npt.NDArray[np.bool_], column: str
) -> None:
    null = [v is None for v in quick.accounts[column].to_pylist()]
    assert abs(auc(null, labels) - 0.5) < 0.2


def test_errors_and_latency_follow_one_rule(quick: Made) -> None:
    mine = {r["account_id"] for r in quick.truth.to_pylist() if r["campaign"] is not None}
    failed: dict[bool, list[bool]] = {True: [], False: []}
    for account, status in zip(
        quick.exchanges["account_id"].to_pylist(),
        quick.exchanges["status"].to_pylist(),
        strict=True,
    ):
        failed[account in mine].append(status != 200)
    assert np.mean(failed[True]) == pytest.approx(np.mean(failed[False]), abs=0.008)


def test_campaign_tasks_use_the_words_of_ordinary_prompts(quick: Made) -> None:
    mine = {r["account_id"] for r in quick.truth.to_pylist() if r["campaign"] is not None}
    words: dict[bool, set[str]] = {True: set(), False: set()}
    for account, prompt in zip(
        quick.exchanges["account_id"].to_pylist(),
        quick.exchanges["prompt"].to_pylist(),
        strict=True,
    ):
        plain = [w.strip(".,:?!()").lower() for w in prompt.split()]
        words[account in mine].update(w for w in plain if w.isascii() and w.isalpha())
    common = {w for w in words[True] if len(w) < 9}
    assert len(common & words[False]) / len(common) > 0.75


@pytest.fixture(scope="module")
def levels(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One campaign at each level on every axis."""
    folder = tmp_path_factory.mktemp("levels")
    campaigns = [
        f'[[campaign]]\nname = "{name}"\npurpose = "{purpose}"\naccounts = 45\n'
        "exchanges_per_account = 36\n" + "\n".join(f"{axis} = {level}" for axis in AXES)
        for level, (name, purpose) in enumerate(
            zip(LEVELS, ("reasoning", "grading", "instructions", "instructions"), strict=True)
        )
    ]
    (folder / "levels.toml").write_text("\n".join([WORLD, *campaigns]), encoding="utf-8")
    return read(simulate(str(folder / "levels.toml"), Path(folder / "world"), seed=11))


def of_kinds(made: Made, *kinds: str) -> set[str]:
    return {row["account_id"] for row in made.truth.to_pylist() if row["kind"] in kinds}


def people(made: Made) -> set[str]:
    """Accounts that campaigns are made to resemble."""
    return of_kinds(made, "chat", "developer")


def payers(made: Made) -> set[str]:
    """Those with a card and a plan, as every account of an operator has at most levels."""
    rows = made.accounts.to_pylist()
    return {r["account_id"] for r in rows if r["payment_fingerprint"] and r["plan"] != "free"}


def test_no_artefact_of_exchanges_tells_campaigns(levels: Made) -> None:
    marked = of_kinds(levels, "campaign")
    features = of_exchanges(levels.exchanges, marked, people(levels))
    assert features.marked.sum() > 80
    assert features.found() < BOUND, features.telling()[:5]


@pytest.mark.parametrize("name", ["level2", "level3"])
def test_no_artefact_of_records_tells_those_who_hide_identity(levels: Made, name: str) -> None:
    ordinary = people(levels) & payers(levels) if name == "level2" else people(levels)
    features = of_records(levels.accounts, set(levels.members(name)), ordinary)
    assert features.found() < BOUND, features.telling()[:5]


@pytest.mark.parametrize("column", ["stream", "input_images"])
def test_what_a_client_does_it_does_for_everyone(levels: Made, column: str) -> None:
    """Rates by client program and single turns, campaigns beside people."""
    marked, ordinary = of_kinds(levels, "campaign"), people(levels)
    rates: dict[tuple[str, bool], list[bool]] = {}
    for row in levels.exchanges.to_pylist():
        mine = row["account_id"] in marked
        if (mine or row["account_id"] in ordinary) and row["turn"] == 1:
            value = row[column]
            rates.setdefault((row["user_agent"], mine), []).append(bool(value))
    for agent in {agent for agent, _ in rates}:
        of_both = [rates.get((agent, mine), []) for mine in (True, False)]
        if min(map(len, of_both)) >= 150:
            assert abs(np.mean(of_both[0]) - np.mean(of_both[1])) < 0.12, agent


def _set(table: pa.Table, name: str, values: list[object]) -> pa.Table:
    field = table.schema.field(name)
    return table.set_column(table.schema.names.index(name), field, pa.array(values, field.type))


def _changed(
    name: str, change: Callable[[object, int], object]
) -> Callable[[pa.Table, set[str]], pa.Table]:
    """A leak: one column of marked rows changed by a rule of value and row number."""

    def leak(table: pa.Table, marked: set[str]) -> pa.Table:
        accounts, values = table["account_id"].to_pylist(), table[name].to_pylist()
        made = [
            change(value, row) if account in marked else value
            for row, (account, value) in enumerate(zip(accounts, values, strict=True))
        ]
        return _set(table, name, made)

    return leak


IN_EXCHANGES = {
    "ids from a smaller range": _changed("exchange_id", lambda v, _: f"ex_{'3'}{str(v)[4:]}"),
    "longer keys": _changed("credential_id", lambda v, _: f"{v}00"),
    "times in whole milliseconds": _changed(
        "time",
        lambda v, _: v.replace(microsecond=v.microsecond // 1000 * 1000),  # type: ignore[attr-defined]
    ),
    "slower answers": _changed("latency_ms", lambda v, _: int(v * 1.5)),  # type: ignore[operator]
    "more failures": _changed("status", lambda v, row: 429 if row % 5 == 0 else v),
    "odd temperatures": _changed("temperature", lambda v, row: 0.7 + row % 3 * 1e-4),
    "fingerprints left out": _changed("ja4", lambda v, row: None if row % 4 == 0 else v),
}
IN_RECORDS = {
    "sign-ups in whole seconds": _changed(
        "created_at",
        lambda v, _: v.replace(microsecond=0),  # type: ignore[attr-defined]
    ),
    "numbered mail": _changed("email", lambda v, row: f"anna{row}@gmail.com"),
    "no phones": _changed("phone_hash", lambda v, _: None),
    "one way to verify": _changed("verification", lambda v, _: "none"),
    "one country": _changed("country", lambda v, _: "US"),
}


@pytest.mark.parametrize("leak", IN_EXCHANGES)
def test_a_leak_in_exchanges_would_be_caught(levels: Made, leak: str) -> None:
    marked = of_kinds(levels, "campaign")
    leaky = IN_EXCHANGES[leak](levels.exchanges, marked)
    assert of_exchanges(leaky, marked, people(levels)).found() > CAUGHT


@pytest.mark.parametrize("leak", IN_RECORDS)
def test_a_leak_in_records_would_be_caught(levels: Made, leak: str) -> None:
    marked = set(levels.members("level3"))
    leaky = IN_RECORDS[leak](levels.accounts, marked)
    assert of_records(leaky, marked, people(levels)).found() > CAUGHT


def test_an_order_of_accounts_would_be_caught(levels: Made) -> None:
    marked = set(levels.members("level3"))
    there = pc.is_in(levels.accounts["account_id"], pa.array(sorted(marked)))
    sorted_out = pa.concat_tables(
        [levels.accounts.filter(there), levels.accounts.filter(pc.invert(there))]
    )
    assert of_records(sorted_out, marked, people(levels)).found() > CAUGHT


def bare(made: Made, accounts: set[str]) -> list[tuple[str, str]]:
    """First prompts of accounts, without what an account repeats and short lines: its frames."""
    sent: dict[str, list[str]] = {}
    for row in made.exchanges.to_pylist():
        if row["account_id"] in accounts and row["turn"] == 1:
            sent.setdefault(row["account_id"], []).append(row["prompt"])
    lines = {who: [set(text.split("\n")) for text in texts] for who, texts in sent.items()}
    return [
        (who, " ".join(line for line in text.split("\n") if _own(line, lines[who])))
        for who, texts in sent.items()
        for text in texts[:12]
    ]


def _own(line: str, texts: list[set[str]]) -> bool:
    """Whether a line is no frame's: it seldom recurs, and is as long as a task."""
    repeated = sum(line in text for text in texts) > max(2, len(texts) // 5)
    return not repeated and len(line.split()) >= 5


@pytest.mark.parametrize("name", ["level2", "level3"])
@pytest.mark.parametrize(("kind", "bound"), WORDS)
def test_words_tell_a_campaign_from_look_alikes_no_better_than_allowed(
    levels: Made, name: str, kind: str, bound: float
) -> None:
    mine, others = bare(levels, set(levels.members(name))), bare(levels, of_kinds(levels, kind))
    words = CountVectorizer(min_df=3, binary=True).fit_transform([t for _, t in mine + others])
    labels = np.array([True] * len(mine) + [False] * len(others))
    scores = cross_val_predict(
        LogisticRegression(C=0.3, max_iter=500, class_weight="balanced"),
        words,
        labels,
        cv=GroupKFold(4),
        groups=[who for who, _ in mine + others],
        method="predict_proba",
    )
    assert auc(scores[:, 1], labels) < bound


@pytest.mark.parametrize("name", ["level2", "level3"])
def test_items_stand_on_both_sides_of_a_campaigns_boundary(levels: Made, name: str) -> None:
    mine = stretches(levels, set(levels.members(name)))
    for kind in ("licensed", "research", "synthetic_team"):
        assert len(mine & stretches(levels, of_kinds(levels, kind))) >= 3, kind


def stretches(made: Made, accounts: set[str]) -> set[tuple[str, ...]]:
    """Twelve words in a row of first prompts, in no one's manner of writing."""
    found: set[tuple[str, ...]] = set()
    for row in made.exchanges.to_pylist():
        if row["account_id"] in accounts and row["turn"] == 1:
            words = row["prompt"].lower().split()
            found.update(tuple(words[i : i + 12]) for i in range(len(words) - 11))
    return found
