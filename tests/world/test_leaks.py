"""Nothing that carries no meaning may tell who belongs to a campaign."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from gauger.model.account import ACCOUNT_SCHEMA

from .worlds import Made


def auc(values: npt.ArrayLike, labels: npt.ArrayLike) -> float:
    """Probability that a labelled value exceeds an unlabelled one, ties counted half."""
    scores, marked = np.asarray(values, float), np.asarray(labels, bool)
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positives = int(marked.sum())
    total = ranks[marked].sum() - positives * (positives + 1) / 2
    return float(total / (positives * (len(marked) - positives)))


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
