"""Prompts: strangers share openers and little else, and accounts keep to their own things."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest

from gauger.read.sketch.key import SketchKey
from gauger.read.sketch.texts import sketch_column
from gauger.world.text import frames, names, slots
from gauger.world.text.choices import WAYS, ways
from gauger.world.text.lexicon import FAMILIES, LANGUAGES, SLOTS, lexicon
from gauger.world.text.tasks import tasks

from .worlds import Made

PEOPLE = {"chat", "developer", "vpn", "office"}


def prompts(quick: Made, kinds: set[str]) -> dict[str, list[str]]:
    kind = {r["account_id"]: r["kind"] for r in quick.truth.to_pylist()}
    found: dict[str, list[str]] = defaultdict(list)
    for account, prompt in zip(
        quick.exchanges["account_id"].to_pylist(),
        quick.exchanges["prompt"].to_pylist(),
        strict=True,
    ):
        if kind[account] in kinds:
            found[account].append(prompt)
    return found


def test_strangers_seldom_send_the_same_prompt_unless_it_is_short(quick: Made) -> None:
    senders: dict[str, set[str]] = defaultdict(set)
    for account, sent in prompts(quick, PEOPLE).items():
        for prompt in sent:
            senders[prompt].add(account)
    long = {p: who for p, who in senders.items() if p.isascii() and len(p.split()) > 6}
    assert np.mean([len(who) > 1 for who in long.values()]) < 0.01
    assert any(len(who) > 5 for who in senders.values())


def test_runs_of_words_that_strangers_share_are_few(quick: Made) -> None:
    senders: dict[str, set[str]] = defaultdict(set)
    for account, sent in prompts(quick, PEOPLE).items():
        for prompt in sent:
            words = prompt.lower().split()
            for i in range(len(words) - 7):
                senders[" ".join(words[i : i + 8])].add(account)
    assert np.mean([len(who) > 1 for who in senders.values()]) < 0.02


def test_strangers_share_runs_about_as_often_as_real_people(quick: Made) -> None:
    """Of pairs with 6 openings each, under 3%: with 20 real ones each it is 2 to 4%."""
    key, first = SketchKey.from_secret("the same in every test"), defaultdict(list)
    people = set(prompts(quick, PEOPLE))
    for row in quick.exchanges.to_pylist():
        if row["account_id"] in people and row["turn"] == 1 and row["prompt"].isascii():
            first[row["account_id"]].append(row["prompt"])
    held: list[set[int]] = []
    for sent in first.values():
        if len(sent) >= 6:
            made = sketch_column(pa.array(sent[:6]), key)
            columns = (made.head, made.tail, made.runs)
            held.append({run for column in columns for run in column.flatten().to_pylist()})
    pairs = [bool(one & other) for one, other in combinations(held, 2)]
    assert len(held) > 25
    assert np.mean(pairs) < 0.03


def test_ways_keep_the_weight_of_each_pattern_and_are_always_the_same() -> None:
    said = ways(["[a|b] {thing}", "plain"])
    assert set(said) == {"a {thing}", "b {thing}", "plain"}
    assert said.count("plain") == WAYS == len(said) / 2
    assert said == ways(["[a|b] {thing}", "plain"])
    assert ways(["row[{num}]"]) == ["row[{num}]"]


def test_some_ordinary_people_ask_for_the_reasoning(quick: Made) -> None:
    sent = [p.lower() for own in prompts(quick, PEOPLE).values() for p in own]
    marks = ("step by step", "reasoning", "walk me through", "the working", "how you got")
    assert 0.01 < np.mean([any(mark in p for mark in marks) for p in sent]) < 0.2


def test_the_mean_exchange_has_some_hundred_bytes_of_text(quick: Made) -> None:
    sizes = [
        sum(len(text or "") for text in texts)
        for texts in zip(
            *(quick.exchanges[name].to_pylist() for name in ("system", "prompt", "response")),
            strict=True,
        )
    ]
    assert 350 < np.mean(sizes) < 700


def test_there_are_topics_enough_in_every_language() -> None:
    known = lexicon()
    assert len(known.topics("en")) >= 30
    assert all(len(known.topics(language)) >= 5 for language in LANGUAGES)
    assert known.topics("th", ("physics",)) == known.topics("th")


@pytest.mark.parametrize("family", FAMILIES)
def test_every_pattern_can_be_filled(family: str) -> None:
    known = lexicon()
    topics = np.arange(len(known.names))
    words = slots.rows(slots.draw(np.random.default_rng(1), topics, topics))
    for topic, row in enumerate(words):
        flat = known.patterns[family]
        start, count = flat.start[topic], flat.count[topic]
        for text in slots.fill(flat.values[start : start + count], [row] * int(count)):
            assert not any("{" + name + "}" in text for name in SLOTS)


def test_a_sentence_names_different_things() -> None:
    topics = np.repeat(np.arange(len(lexicon().names)), 20)
    drawn = slots.draw(np.random.default_rng(2), topics, topics)
    assert (drawn["thing"] != drawn["thing2"]).all()
    assert (drawn["own"] != drawn["own2"]).mean() > 0.99


def test_tasks_do_not_repeat() -> None:
    topics = np.array(lexicon().topics("en") * 40)
    made = tasks(np.random.default_rng(3), topics)
    assert len(set(made)) > 0.99 * len(made)


@pytest.mark.parametrize("name", frames.purposes())
def test_purposes_have_frames_without_open_brackets(name: str) -> None:
    rng = np.random.default_rng(4)
    made = [frames.compose("purpose", name, rng, 0, 5) for _ in range(50)]
    assert len({frame.system for frame in made}) > 25
    for frame in made:
        text = f"{frame.system}{frame.before}{frame.after}"
        assert not any(mark in text for mark in "[]|{}")


def test_invented_names_are_many_and_always_the_same() -> None:
    assert len(set(names.invented())) > 0.7 * names.POOL
    assert names.invented()[:3].tolist() == names.invented()[:3].tolist()
