"""Real prompts in a world: read from public layouts, owned by one account each, counted."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gauger.model.errors import InputError, UsageError
from gauger.world import simulate
from gauger.world.text import prompt_files
from gauger.world.text.corpora import read_corpora
from gauger.world.text.prompt_files import Prompt, prompts_of

from .worlds import Made, read


def write(path: Path, *records: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every role in a small way; one prompt stands in two of them."""
    root = tmp_path_factory.mktemp("prompts")
    write(
        root / "organic-a" / "a.jsonl", *({"instruction": f"zqorganic {i} ask"} for i in range(400))
    )
    write(root / "organic-a" / "q.jsonl", {"question_id": "q1", "turns": ["quizzed one"]})
    write(root / "organic-tools" / "t.jsonl", {"question": "agent wish", "function": [{}]})
    items = [{"instruction": f"zqdataset {i}", "input": "x"} for i in range(900)]
    write(root / "distil-alpaca" / "d.jsonl", *items, {"instruction": "Zqorganic 0  ASK"})
    write(root / "distil-alpaca" / "seed_tasks.jsonl", {"instruction": "not asked"})
    write(root / "benign-b" / "b.jsonl", {"question_id": "q1", "choices": []}, "quizzed two")
    write(root / "other" / "o.jsonl", "of no role")
    return root


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ("plain", "plain"),
        ({"prompt": " asked "}, "asked"),
        ({"turns": [{"content": "first"}, {"content": "second"}]}, "first"),
        (
            {"question": [[{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]]},
            "u",
        ),
        ({"messages": [{"role": "user", "content": "m"}]}, "m"),
        ({"conversations": [{"from": "human", "value": "c"}]}, "c"),
        ({"instruction": "do", "instances": [{"input": "this"}]}, "do\n\nthis"),
        ({"code": "###Instruction: call it\n###Output: x"}, "call it"),
        ({"code": "{'Instruction': 'call it', 'Output': {}}"}, "call it"),
    ],
)
def test_known_shapes_are_read(tmp_path: Path, record: object, text: str) -> None:
    write(tmp_path / "p.jsonl", record)
    assert [prompt.text for prompt in prompts_of(tmp_path / "p.jsonl")] == [text]


KEYS = st.sampled_from(["turns", "question", "instruction", "code", "prompt", "messages"])


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
    )
)
def test_no_record_is_too_odd(record: object) -> None:
    found = prompt_files._prompt(record)
    assert found is None or isinstance(found, Prompt)


def test_parquet_and_text_are_read_and_bad_lines_passed_over(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["from parquet"]}), tmp_path / "p.parquet")
    (tmp_path / "p.txt").write_text("one\n\ntwo\n", encoding="utf-8")
    (tmp_path / "p.jsonl").write_text('"good"\n{"broken: \\x\n', encoding="utf-8")
    found = {p.name: [q.text for q in prompts_of(p)] for p in sorted(tmp_path.iterdir())}
    assert found == {"p.jsonl": ["good"], "p.parquet": ["from parquet"], "p.txt": ["one", "two"]}
    (tmp_path / "bad.parquet").write_bytes(b"no")
    with pytest.raises(InputError):
        list(prompts_of(tmp_path / "bad.parquet"))


def test_roles_do_not_overlap(folder: Path) -> None:
    corpora = read_corpora(folder)
    assert corpora.benchmark == ("quizzed one", "quizzed two")
    assert corpora.agents == ("agent wish",)
    assert [(name, len(texts)) for name, texts in corpora.datasets] == [("alpaca", 901)]
    assert "zqorganic 0 ask" not in corpora.people
    assert len(corpora.people) == 399


def test_a_folder_without_roles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="organic-"):
        read_corpora(tmp_path)


@pytest.fixture(scope="module")
def made(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return read(
        simulate("ladder", tmp_path_factory.mktemp("real"), accounts=300, days=4, prompts=folder)
    )


def senders(made: Made, word: str) -> dict[str, set[str]]:
    """Who sends prompts that hold a word, by the prompt's number."""
    found: dict[str, set[str]] = defaultdict(set)
    columns = (made.exchanges[name].to_pylist() for name in ("account_id", "prompt"))
    for account, prompt in zip(*columns, strict=True):
        words = prompt.lower().replace("\n", " ").split()
        if word in words:
            found[words[words.index(word) + 1]].add(account)
    return found


def test_each_organic_prompt_has_one_owner_and_is_counted(made: Made) -> None:
    owned = senders(made, "zqorganic")
    owned.pop("0", None)  # the dataset's
    # Sessions that run past the last midnight leave the window.
    assert 50 < len(owned) <= made.world.real_prompts <= len(owned) + 5
    assert all(len(owners) == 1 for owners in owned.values())
    assert 0 <= made.world.real_accounts - len(set().union(*owned.values())) <= 5


def test_datasets_stand_on_both_sides_of_a_campaigns_boundary(made: Made) -> None:
    kinds = {row["account_id"]: row["kind"] for row in made.truth.to_pylist()}
    who = {kinds[account] for owners in senders(made, "zqdataset").values() for account in owners}
    assert {"campaign", "licensed"} < who
    assert who & {"research", "synthetic_team"}


def test_customers_of_a_campaign_send_organic_prompts(made: Made) -> None:
    hidden = set(made.members("hidden"))
    assert any(owners <= hidden for owners in senders(made, "zqorganic").values())


def test_evaluators_put_the_benchmark(made: Made) -> None:
    kinds = {row["account_id"]: row["kind"] for row in made.truth.to_pylist()}
    asked = senders(made, "quizzed")
    assert set(asked) >= {"one"}
    assert {kinds[a] for owners in asked.values() for a in owners} == {"evaluator"}
