"""What account records share: numbered addresses meet, strangers' do not."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gauger.find.linkage.identity import codes, email_root, email_roots, identity_things
from gauger.model.account import ACCOUNT_SCHEMA


@pytest.mark.parametrize(
    ("email", "root"),
    [
        ("lab.user01@mail.example", "labuser@mail.example"),
        ("labuser17@mail.example", "labuser@mail.example"),
        ("Lab_User-9@MAIL.example", "labuser@mail.example"),
        ("labuser+x99@mail.example", "labuser@mail.example"),
        ("пользователь7@почта.рф", "пользователь@почта.рф"),
        ("odd@name@mail.example", "oddname@mail.example"),
        ("anna@mail.example", "anna@mail.example"),
        ("bob1@mail.example", None),
        ("1234@mail.example", None),
        ("@mail.example", None),
        ("no address", None),
        ("", None),
        (None, None),
    ],
)
def test_the_root_of_an_address(email: str | None, root: str | None) -> None:
    assert email_root(email) == root


@given(st.lists(st.none() | st.text(st.sampled_from("aZé_9.+@ \n\u0130")) | st.text()))
def test_roots_of_many_are_those_of_each(emails: list[str | None]) -> None:
    roots = email_roots(pa.chunked_array([emails[:2], emails[2:]], pa.string()))
    assert roots.to_pylist() == [email_root(email) for email in emails]


def _records(*rows: dict[str, str | None]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), ACCOUNT_SCHEMA)


def test_shared_instruments_phones_and_roots_are_things() -> None:
    accounts = _records(
        {"account_id": "a", "payment_fingerprint": "p", "email": "labuser1@x.example"},
        {"account_id": "b", "payment_fingerprint": "p", "phone_hash": "t"},
        {"account_id": "c", "email": "lab.user2@x.example", "phone_hash": "t"},
        {"account_id": "unseen", "payment_fingerprint": "p", "phone_hash": "t"},
        {"account_id": "d", "payment_fingerprint": "own"},
    )
    things = identity_things(accounts, ["a", "b", "c", "d"])
    held = {
        (kind, row["account"]): row["accounts"]
        for kind, rows in things.items()
        for row in rows.to_pylist()
    }
    assert held == {
        ("payment", 0): 2, ("payment", 1): 2,
        ("phone", 1): 2, ("phone", 2): 2,
        ("email", 0): 2, ("email", 2): 2,
    }  # fmt: skip


def test_nulls_and_empty_values_are_not_shared() -> None:
    blank = {"payment_fingerprint": "", "phone_hash": None, "email": "no address"}
    accounts = _records(*({"account_id": name, **blank} for name in "abc"))
    things = identity_things(accounts, ["a", "b", "c"])
    assert [rows.num_rows for rows in things.values()] == [0, 0, 0]


def test_what_is_shared_is_numbered_by_its_first_holder_whatever_the_order_of_records() -> None:
    rows = [
        {"account_id": name, "payment_fingerprint": paid}
        for name, paid in zip("dbca", "pqpq", strict=True)
    ]
    for records in (rows, rows[::-1]):
        things = identity_things(_records(*records), ["a", "b", "c", "d"])
        held = [(row["account"], row["thing"]) for row in things["payment"].to_pylist()]
        assert held == [(0, 0), (1, 0), (2, 1), (3, 1)]


def test_equal_values_get_equal_numbers() -> None:
    values = pa.chunked_array([["x", None], [], ["y", "x"]], pa.string())
    assert codes(values).tolist() == [0, -1, 1, 0]
    assert codes(values.slice(0, 0)).tolist() == []
