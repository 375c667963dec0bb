"""Two operators may draw on one public dataset, and the truth says who belongs to which group."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from gauger.model.errors import UsageError
from gauger.world import simulate

SCENARIO = """
[population]
accounts = 140
days = 6
start = 2026-02-02
exchanges_per_account = 20
[ordinary]
chat = 3
class = 2
[[campaign]]
name = "castor"
purpose = "reasoning"
accounts = 20
exchanges_per_account = 30
{dataset}
[[campaign]]
name = "pollux"
purpose = "reasoning"
accounts = 20
exchanges_per_account = 30
{dataset}
"""


def _overlap(folder: Path, dataset: str) -> float:
    """Part of the smaller campaign's tasks that the other one deals out as well.

    Frames differ, so tasks are compared by their longest words.
    """
    path = folder / "two.toml"
    path.write_text(SCENARIO.format(dataset=dataset), encoding="utf-8")
    world = simulate(str(path), folder / "world", seed=3)
    campaign = {
        row["account_id"]: row["campaign"] for row in pq.read_table(world.truth).to_pylist()
    }
    tasks: dict[str, set[frozenset[str]]] = {"castor": set(), "pollux": set()}
    rows = pq.read_table(folder / "world" / "logs", columns=["account_id", "prompt"]).to_pylist()
    for row in rows:
        name = campaign[row["account_id"]]
        if name is not None:
            words = [word for word in row["prompt"].split() if len(word) > 6]
            tasks[name] |= {frozenset(words[i : i + 3]) for i in range(len(words) - 2)}
    smaller = min(len(held) for held in tasks.values())
    return len(tasks["castor"] & tasks["pollux"]) / smaller


def test_campaigns_that_name_one_dataset_deal_out_the_same_tasks(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "public").mkdir()
    own = _overlap(tmp_path / "own", "")
    public = _overlap(tmp_path / "public", 'dataset = "public"')
    assert public > 0.5
    assert own < 0.5 * public


def test_the_truth_names_the_group_of_whoever_has_one(tmp_path: Path) -> None:
    path = tmp_path / "two.toml"
    path.write_text(SCENARIO.format(dataset=""), encoding="utf-8")
    rows = pq.read_table(simulate(str(path), tmp_path / "world", seed=4).truth).to_pylist()
    circles = {row["circle"] for row in rows if row["kind"] == "class"}
    assert circles and None not in circles
    assert {row["circle"] for row in rows if row["kind"] != "class"} == {None}


@pytest.mark.parametrize("wrong", ["dataset = 3", 'dataset = ""'])
def test_a_dataset_has_a_name(wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "two.toml"
    path.write_text(SCENARIO.format(dataset=wrong), encoding="utf-8")
    with pytest.raises(UsageError, match="dataset"):
        simulate(str(path), tmp_path / "world")
