"""SipHash-2-4 against the vectors of its authors, and against itself."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.model.errors import UsageError
from gauger.read.sketch import SketchKey
from gauger.read.sketch.columns import distinct_fingerprints, fingerprints
from gauger.read.sketch.hashing import hash_strings, hash_words

KEY_BYTES = bytes(range(16))
KEY = SketchKey(
    int.from_bytes(KEY_BYTES[:8], "little"), int.from_bytes(KEY_BYTES[8:], "little"), stable=True
)
VECTORS = [
    "310e0edd47db6f72",
    "fd67dc93c539f874",
    "5a4fa9d909806c0d",
    "2d7efbd796666785",
    "b7877127e09427cf",
    "8da699cd64557618",
    "cee3fe586e46c9cb",
    "37d1018bf50002ab",
    "6224939a79f5f593",
    "b0e4a90bdf82009e",
    "f3b9dd94c5bb5d7a",
    "a7ad6b22462fb3f4",
    "fbe50e86bc8f1e75",
    "903d84c02756ea14",
    "eef27a8e90ca23f7",
    "e545be4961ca29a1",
]
"""Digests of the messages 00, 00 01, ... under the key 00 01 .. 0f, shortest (empty) first."""


def _of_bytes(message: bytes) -> bytes:
    out = np.empty(1, np.int64)
    data = np.frombuffer(message + b"\0", np.uint8)
    hash_strings(
        data, np.array([0, len(message)], np.int32), np.uint64(KEY.low), np.uint64(KEY.high), out
    )
    return out.tobytes()


@pytest.mark.parametrize("length", range(len(VECTORS)))
def test_the_published_vectors(length: int) -> None:
    assert _of_bytes(bytes(range(length))).hex() == VECTORS[length]


@settings(deadline=None, max_examples=50)
@given(st.binary(min_size=8, max_size=8))
def test_a_word_hashes_as_its_eight_bytes(message: bytes) -> None:
    out = np.empty(1, np.int64)
    hash_words(np.frombuffer(message, np.uint64), np.uint64(KEY.low), np.uint64(KEY.high), out)
    assert out.tobytes() == _of_bytes(message)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.one_of(st.none(), st.text(max_size=12)), max_size=9))
def test_both_ways_through_a_column_agree(texts: list[str | None]) -> None:
    texts = [text and text.encode("utf-8", "replace").decode() for text in texts]
    column = pa.array(texts, pa.string())
    expected = [
        None if text is None else int.from_bytes(_of_bytes(text.encode()), "little", signed=True)
        for text in texts
    ]
    assert fingerprints(column, KEY).to_pylist() == expected
    assert distinct_fingerprints(column, KEY).to_pylist() == expected


def test_a_key_comes_from_a_secret_and_shows_nothing_of_it() -> None:
    phrase = "sixteen letters and more"
    assert SketchKey.from_secret(phrase) == SketchKey.from_secret(phrase)
    assert SketchKey.from_secret(phrase).stable
    assert SketchKey.from_secret(phrase) != SketchKey.from_secret(phrase + ".")
    assert repr(SketchKey.from_secret(phrase)) == "SketchKey(stable=True)"


def test_a_random_key_is_another_every_time() -> None:
    one, other = SketchKey.random(), SketchKey.random()
    assert (one.low, one.high) != (other.low, other.high)
    assert not one.stable


@pytest.mark.parametrize("secret", ["", "hunter2", "fifteen letters"])
def test_a_short_secret_is_refused_without_being_told(secret: str) -> None:
    with pytest.raises(UsageError) as told:
        SketchKey.from_secret(secret)
    assert not secret or secret not in str(told.value)
    assert f"{len(secret)} characters" in str(told.value)
