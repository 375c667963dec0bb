"""A sketch depends on its exchange and the key: on no batch, neighbour, order or slice."""

from __future__ import annotations

import itertools
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchanges import BEGIN, KEY, OTHER_KEY, batch, prompts
from gauger.model.exchange import LOCATED_SCHEMA
from gauger.model.sketch import SKETCH_SCHEMA, TEXT_FIELDS
from gauger.read.sketch import sketch

PIECES = st.sampled_from(
    [
        "Explain",
        "step by step",
        "17",
        "how",
        "to grade",
        "代码",
        "写出推理过程",
        "ありがとう",
        "ทีละขั้น",
        "שלום עולם",
        "مرحبا",
        "été",
        "👩\u200d💻 code",
        "❤️",
        "\x00",
        "\u200b",
        "\ufeff",
        "Ａ１",
        "def f(x): return {x: [1]};",
        "спасибо",
        "\n",
    ]
)
TEXT = st.one_of(
    st.none(),
    # Lone surrogates among them, as a reader replaces them.
    st.text(st.characters(), max_size=60).map(lambda t: t.encode("utf-8", "replace").decode()),
    st.lists(PIECES, max_size=40).map(" ".join),
)
ROW = st.fixed_dictionaries(
    {
        "exchange_id": st.text("abc", min_size=1, max_size=3),
        "account_id": st.sampled_from(["a", "b", "\x00", "ü"]),
        "prompt": TEXT,
        "system": st.one_of(st.none(), PIECES, st.lists(PIECES, min_size=15).map(" ".join)),
        "response": TEXT,
        "input_role": st.sampled_from([None, "user", "tool"]),
        "temperature": st.one_of(st.none(), st.floats(allow_nan=False)),
        "top_p": st.one_of(st.none(), st.floats(0, 1)),
        "max_tokens": st.one_of(st.none(), st.integers(0, 1 << 40)),
        "stream": st.sampled_from([None, True, False]),
        "tools": st.sampled_from([None, "[]", '[{"name": "x"}]']),
        "source_ip": st.one_of(st.none(), st.ip_addresses().map(str), st.text("1.:[]", max_size=9)),
        "user_agent": st.sampled_from([None, "curl/8", ""]),
        "ja4": st.sampled_from([None, "t13d"]),
        "conversation_id": st.sampled_from([None, "c"]),
        "turn": st.sampled_from([None, 1, 7]),
    }
)
ROWS = st.lists(ROW, min_size=1, max_size=7)


def _rows(made: pa.RecordBatch) -> list[dict[str, Any]]:
    made.validate(full=True)
    return made.to_pylist()


@settings(deadline=None, max_examples=60)
@given(ROWS, st.integers(0, 7))
def test_batch_boundaries_do_not_show(rows: list[dict[str, Any]], cut: int) -> None:
    whole = batch(rows)
    apart = [_rows(sketch(part, KEY)) for part in (batch(rows).slice(0, cut), whole.slice(cut))]
    assert _rows(sketch(whole, KEY)) == apart[0] + apart[1]


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_a_row_alone_has_the_sketch_it_has_among_others(rows: list[dict[str, Any]]) -> None:
    whole = batch(rows)
    alone = [
        # Rebuilt from values, so that no buffer is shared with the whole.
        _rows(sketch(pa.RecordBatch.from_pylist([row], schema=LOCATED_SCHEMA), KEY))[0]
        for row in whole.to_pylist()
    ]
    assert _rows(sketch(whole, KEY)) == alone


@settings(deadline=None, max_examples=40)
@given(ROWS, st.randoms(use_true_random=False))
def test_order_does_not_show(rows: list[dict[str, Any]], random: Any) -> None:
    whole = batch(rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    turned = _rows(sketch(whole.take(pa.array(order)), KEY))
    straight = _rows(sketch(whole, KEY))
    assert turned == [straight[place] for place in order]


def test_no_rows_give_no_sketches() -> None:
    empty = sketch(batch([]), KEY)
    assert empty.num_rows == 0
    assert empty.schema.equals(SKETCH_SCHEMA)
    assert sketch(batch([{}, {}]).slice(2), KEY).num_rows == 0


def test_what_a_log_lacks_stays_null() -> None:
    (made,) = _rows(sketch(batch([{}]), KEY))
    for name in ("prompt", "system", "tools", "parameters", "client", "address", "range", "block"):
        assert made[name] is None, name
    for name in ("credential", "conversation", "turn", "input_role", "system_runs"):
        assert not made[name], name
    assert made["head"] == made["tail"] == made["runs"] == []
    assert made["prompt_tokens"] == made["response_tokens"] == made["marks"] == 0
    assert made["time"] == BEGIN


def test_empty_texts_are_nothing_to_hash() -> None:
    for text in ("", " ", "\n\t", "\u200b", "!?…", "🙂", "\x00"):
        (made,) = _rows(sketch(batch([{"prompt": text, "system": text}]), KEY))
        assert made["prompt"] is None, repr(text)
        assert made["system"] is None, repr(text)
        assert made["prompt_tokens"] == 0, repr(text)


def test_a_key_changes_every_fingerprint_and_nothing_else() -> None:
    row = {
        "prompt": "Explain how a parser works, step by step, for somebody who never wrote one",
        "system": "You are careful and say only what you know to be true of the world",
        "source_ip": "203.0.113.7",
        "user_agent": "curl",
        "temperature": 0.5,
        "tools": "[]",
        "credential_id": "k",
        "conversation_id": "c",
    }
    (one,), (other,) = (_rows(sketch(batch([row]), key)) for key in (KEY, OTHER_KEY))
    hashed = {
        field.name
        for field in SKETCH_SCHEMA
        if field.type == pa.int64() and not field.name.endswith(("_tokens", "_ms", "_row"))
    }
    lists = {field.name for field in SKETCH_SCHEMA if pa.types.is_list(field.type)}
    for name in SKETCH_SCHEMA.names:
        if name in hashed:
            assert one[name] is not None, name
            assert one[name] != other[name], name
        elif name in lists:
            assert len(one[name]) == len(other[name]), name
            assert not set(one[name]) & set(other[name]), name
        else:
            assert one[name] == other[name], name


def test_text_is_kept_only_where_it_is_asked_for() -> None:
    row = {"prompt": "word " * 1000, "system": "be brief"}
    names = sketch(batch([row]), KEY).schema.names
    assert not {field.name for field in TEXT_FIELDS} & set(names)
    (kept,) = _rows(sketch(batch([row]), KEY, keep_text=True))
    assert kept["system_text"] == "be brief"
    assert 0 < len(kept["prompt_text"]) < 1000
    assert row["prompt"].startswith(kept["prompt_text"])


def test_ten_megabytes_in_one_prompt() -> None:
    words = ["".join(letters) for letters in itertools.product("abcdefghijklmnop", repeat=3)]
    text = " ".join(words[number * number % 4093] + "xyz" for number in range(1_500_000))
    assert len(text) > 9_000_000
    made = sketch(prompts(["before", text, "after"]), KEY)
    lone = sketch(prompts(["after"]), KEY)
    assert made["prompt_tokens"].to_pylist() == [1, 1_500_000, 1]
    assert made.slice(2)["prompt"] == lone["prompt"]
    assert len(made["runs"][1]) > 0


@pytest.mark.parametrize("name", ["temperature", "top_p", "max_tokens", "stream"])
def test_settings_are_told_apart_from_each_other_and_from_none(name: str) -> None:
    values: dict[str, list[Any]] = {
        "temperature": [0.0, 1.0, None],
        "top_p": [0.0, 1.0, None],
        "max_tokens": [0, 1, None],
        "stream": [False, True, None],
    }
    rows = [{"temperature": 0.3, name: value} for value in values[name]]
    assert len(set(sketch(batch(rows), KEY)["parameters"].to_pylist())) == 3
