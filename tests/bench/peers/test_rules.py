"""Rules of single peers against cases worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from handmade_logs import BEGIN, Write

from bench.peers.components import Components
from bench.peers.glasswally.event import Event, read
from bench.peers.glasswally.fusion import composite_of
from bench.peers.glasswally.store import Store
from bench.peers.peer import ProviderLogs
from bench.peers.registry import load
from bench.peers.unionfind import Link, cluster, email_root


@pytest.mark.parametrize(
    ("email", "root"),
    [
        ("Jo.Hanna+x@googlemail.com", "johanna@gmail.com"),
        ("jo.hanna77@mail.example", "jo.hanna@mail.example"),
        ("12345@qq.com", None),
        ("anna1@mail.example", None),
        ("", None),
    ],
)
def test_an_email_comes_to_its_root(email: str, root: str | None) -> None:
    assert email_root(email) == root


def test_an_address_of_many_or_of_two_links_nothing() -> None:
    few, many = tuple("ab"), tuple(f"c{number}" for number in range(16))
    links = [Link("address", few), Link("address", many), Link("address", ("x", "y", "z"))]
    assert cluster(links, {}).groups == (("x", "y", "z"),)


def test_components_are_transitive() -> None:
    joined = Components()
    joined.join("a", "b")
    joined.join("c", "d")
    joined.join("b", "c")
    joined.join_all(["x"])
    assert [sorted(group) for group in joined.groups()] == [["a", "b", "c", "d"]]


def test_a_volume_limit_is_passed_by_one_more_than_it_allows(write: Write) -> None:
    def burst(name: str, count: int) -> list[dict[str, object]]:
        return [
            {"account_id": name, "time": BEGIN + timedelta(milliseconds=10 * step)}
            for step in range(count)
        ]

    folder = write(burst("at", 20) + burst("over", 21), [])
    proposal = load("volume-openrouter").propose(ProviderLogs(folder))
    assert proposal.accounts == ("over",)
    assert proposal.scores["at"] == 1.0


def test_exchanges_come_in_order_of_time(small: Path) -> None:
    times = ProviderLogs(small).exchanges("account_id", "time")["time"].to_pylist()
    assert times == sorted(times)


def test_a_folder_without_logs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="simulate a world"):
        ProviderLogs(tmp_path).exchanges("time")


def _event(account: str, at: float, prompt: str = "hello") -> Event:
    return Event(account, at, "m", read(prompt), 10, None, "203.0.113", None, None)


def test_glasswally_clusters_three_accounts_of_one_subnet() -> None:
    store = Store({}, {})
    for number, name in enumerate("abc"):
        store.take(_event(name, float(number)))
    assert store.clusters[store.cluster_of["c"]].members == {"a", "b", "c"}


def test_glasswally_gives_elicited_reasoning_its_weight() -> None:
    store = Store({}, {})
    event = _event("a", 0.0, "Think step by step")
    composite = composite_of(event, store.take(event), store)
    # 0.40 for the phrase at confidence 0.9 and weight 0.09; nothing else speaks.
    assert composite == pytest.approx(0.40 * (0.4 + 0.6 * 0.9) * 0.09, abs=1e-4)


def test_discrepancies_match_the_definition() -> None:
    pytest.importorskip("wordllama")
    from bench.peers.kernel import Kernel, discrepancies, within

    rng = np.random.default_rng(1)
    pool = rng.standard_normal((40, 5)).astype(np.float32)
    pool /= np.linalg.norm(pool, axis=1, keepdims=True)
    one, other = rng.choice(40, 9), rng.choice(40, 9)
    kernel = Kernel(0.8)

    def values(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        apart = ((pool[left][:, None] - pool[right][None]) ** 2).sum(axis=2)
        return np.mean([np.exp(-apart / (2 * (f * 0.8) ** 2)) for f in (0.5, 1, 2, 4)], axis=0)

    def inner(rows: np.ndarray) -> float:
        full = values(rows, rows)
        return float((full.sum() - np.trace(full)) / (9 * 8))

    expected = inner(one) + inner(other) - 2 * float(values(one, other).mean())
    assert within(kernel, pool, [one])[0] == pytest.approx(inner(one), abs=1e-4)
    assert discrepancies(kernel, pool, [one], [other])[0] == pytest.approx(expected, abs=1e-4)


def test_prada_alarms_on_distances_of_two_kinds_only() -> None:
    pytest.importorskip("wordllama")
    from bench.peers.prada import lowest_w

    rng = np.random.default_rng(3)
    benign = rng.standard_normal((400, 64)).astype(np.float32)
    synthetic = benign.copy()
    # Half of the queries are slight changes of earlier ones, as in the attacks PRADA was made for.
    synthetic[1::2] = synthetic[::2] + 1e-3
    assert (lowest_w(benign) or 0.0) > 0.9
    assert (lowest_w(synthetic) or 1.0) < 0.9
    assert lowest_w(benign[:50]) is None
