"""Accounts are found by their keys, however these are spread."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.find.profiles.places import Places

_KEYS = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, max_size=300),
    st.lists(st.integers(-50, 50), unique=True, max_size=80),
)


@settings(max_examples=150, deadline=None)
@given(_KEYS)
def test_every_key_is_found_where_it_stands(keys: list[int]) -> None:
    held = np.array(keys, np.int64)
    asked = np.random.default_rng(len(keys)).integers(0, max(len(keys), 1), 2 * len(keys))
    assert Places.of(held).find(held[asked]).tolist() == asked.tolist()
