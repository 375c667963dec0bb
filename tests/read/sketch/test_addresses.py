"""Addresses as logs write them: one address is one fingerprint, neighbours share a range."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchanges import KEY, OTHER_KEY
from gauger.read.sketch.addresses import _levels, _parsed, address_prints

Print = tuple[Any, Any, Any]


def _prints(*texts: str | None) -> list[Print]:
    made = address_prints(pa.array(texts, pa.string()), KEY)
    columns = (made.address, made.range, made.block)
    return list(zip(*(column.to_pylist() for column in columns), strict=True))


@pytest.mark.parametrize(
    "spelling",
    [
        "203.0.113.7:443",
        " 203.0.113.7 ",
        "::ffff:203.0.113.7",
        "[::ffff:203.0.113.7]:443",
        "::ffff:cb00:7107",
        "203.0.113.7:1",
    ],
)
def test_spellings_of_one_ipv4_address(spelling: str) -> None:
    one, other = _prints("203.0.113.7", spelling)
    assert one == other
    assert None not in one


@pytest.mark.parametrize(
    "spelling",
    [
        "[2001:db8:1:2::5]",
        "[2001:db8:1:2::5]:443",
        "2001:DB8:1:2:0:0:0:5",
        "2001:db8:1:2::5%eth0",
        "2001:0db8:0001:0002:0000:0000:0000:0005",
        "2001:db8:1:2:aaaa:bbbb:cccc:dddd",
    ],
)
def test_spellings_of_one_ipv6_network(spelling: str) -> None:
    one, other = _prints("2001:db8:1:2::5", spelling)
    assert one == other
    assert None not in one


@settings(deadline=None, max_examples=60)
@given(st.ip_addresses(v=4), st.integers(1, (1 << 32) - 1))
def test_ipv4_neighbours_share_range_and_block(address: Any, flip: int) -> None:
    other = type(address)(int(address) ^ flip)
    one, two = _prints(str(address), str(other))
    assert one[0] != two[0]
    assert (one[1] == two[1]) == (flip < 1 << 8)
    assert (one[2] == two[2]) == (flip < 1 << 16)


@settings(deadline=None, max_examples=60)
@given(st.ip_addresses(v=6, network="2000::/3"), st.integers(1, (1 << 125) - 1))
def test_ipv6_neighbours_share_range_and_block(address: Any, flip: int) -> None:
    other = type(address)(int(address) ^ flip)
    one, two = _prints(str(address), str(other))
    assert (one[1] == two[1]) == (flip < 1 << 80)
    assert (one[2] == two[2]) == (flip < 1 << 96)
    if flip < 1 << 64:
        assert one[0] == two[0]


def test_what_is_no_address_ties_to_itself_alone() -> None:
    made = _prints("unknown", "unknown", "-", "203.0.113.7, 10.0.0.1", "1.2.3.4.5", "::g", None, "")
    assert made[0] == made[1]
    assert made[6] == (None, None, None)
    for address, range_, block in (*made[:6], made[7]):
        assert address is not None
        assert range_ is None
        assert block is None
    assert len({row[0] for row in made}) == len(made) - 1


def test_levels_never_meet_each_other() -> None:
    made = _prints("0.0.0.1", "0.0.1.0", "::", "::1:0:0:0:0", "255.255.255.255", "ffff::")
    for column in range(3):
        others = {row[other] for row in made for other in range(3) if other != column}
        assert not {row[column] for row in made} & others


def test_the_key_hides_addresses() -> None:
    column = pa.array(["203.0.113.7", None, "x"])
    one, other = address_prints(column, KEY), address_prints(column, OTHER_KEY)
    assert one.address[0] != other.address[0]
    assert one.address.is_valid().to_pylist() == [True, False, True]
    assert address_prints(pa.array([], pa.string()), KEY).address.to_pylist() == []


@settings(deadline=None, max_examples=300)
@given(
    st.one_of(
        st.text(max_size=20),
        st.ip_addresses().map(str),
        st.lists(st.sampled_from(["0", "01", "7", "255", "256", " 1", "٤", ""]), max_size=5).map(
            ".".join
        ),
    )
)
def test_the_plain_spelling_is_read_as_any_other(text: str) -> None:
    assert _levels(text) == _parsed(text)
