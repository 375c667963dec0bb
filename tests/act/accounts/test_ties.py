"""Who is tied to a network or to closed accounts at sign-up, and who only shares one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from act.accounts.made import (
    KEY,
    NOW,
    OPERATOR,
    STRANGER,
    closed_of,
    people,
    recogniser,
    signatures,
)
from gauger.act.accounts.closed import REMEMBERED, ClosedIndex
from gauger.act.accounts.networks import shared_with
from gauger.act.accounts.prints import prints_of
from gauger.act.signatures.files import read_signatures, write_signatures
from gauger.model.errors import UnreadableInput
from gauger.model.signature import CLOSED
from gauger.model.signup import SignUp, Support, Tie, TiedTo

KNOWN = recogniser()
FIELDS = ("email", "payment_fingerprint", "phone_hash", "source_ip", "user_agent")


def mixed(*fields: str) -> SignUp:
    """A stranger who has these of the operator's."""
    return replace(STRANGER, **{field: getattr(OPERATOR, field) for field in fields})


def ties(sign_up: SignUp) -> tuple[Tie, ...]:
    """Its ties to networks."""
    return shared_with(KNOWN, prints_of(sign_up, KEY).prints).ties


@pytest.mark.parametrize("field", FIELDS)
def test_one_thing_alone_ties_nobody_and_is_said(field: str) -> None:
    shared = shared_with(KNOWN, prints_of(mixed(field), KEY).prints)
    assert shared.ties == ()
    assert len(shared.alone) == 1


@given(st.sets(st.sampled_from(FIELDS)))
def test_a_tie_is_strong_only_by_two_families(fields: set[str]) -> None:
    found = ties(mixed(*fields))
    identity = len(fields & {"email", "payment_fingerprint", "phone_hash"})
    origin = "source_ip" in fields
    if len(fields) < 2 or not identity:
        # An address and a client are what everybody behind one exit shares.
        assert found == ()
        return
    (tie,) = found
    assert (tie.to, tie.network_id, len(tie.shares)) == (TiedTo.NETWORK, "net-1", len(fields))
    assert (tie.support is Support.STRONG) == origin
    assert tie.lr is not None and tie.lr.lower <= tie.lr.log10


def test_an_email_that_differs_in_digits_and_an_address_nearby_are_the_same_thing() -> None:
    near = replace(mixed("payment_fingerprint"), email="labuser02@mail.example",
                   source_ip="203.0.113.77")  # fmt: skip
    (tie,) = ties(near)
    assert tie.support is Support.STRONG
    assert tie.shares == ("email root", "network address", "payment")


def test_an_empty_sign_up_is_tied_to_nothing() -> None:
    assert ties(SignUp("nobody")) == ()
    assert prints_of(SignUp("nobody"), KEY).prints == ()


def closed_tie(sign_up: SignUp, held: ClosedIndex, days: int = 0) -> Tie | None:
    """Its tie to closed accounts, so many days later."""
    return held.tie(prints_of(sign_up, KEY).prints, NOW + timedelta(days=days))


def operated(many: int) -> list[SignUp]:
    """Accounts of one operator."""
    return [
        replace(OPERATOR, account_id=f"old_{n}", email=f"lab.user{n}@mail.example",
                phone_hash=f"ph_o{n}") for n in range(many)
    ]  # fmt: skip


def indexed(accounts: list[SignUp], closed: list[str], days: int = 5) -> ClosedIndex:
    """What is known of closed accounts."""
    held = closed_of(accounts, closed, days)
    assert held is not None
    return ClosedIndex.of(held)


def test_several_closed_accounts_that_share_two_things_tie_a_sign_up() -> None:
    held = indexed([*people(), *operated(5)], [f"old_{n}" for n in range(5)])
    tie = closed_tie(replace(OPERATOR, phone_hash=None), held)
    assert tie is not None
    assert (tie.to, tie.support, tie.accounts) == (TiedTo.CLOSED, Support.SOME, 5)
    assert tie.shares == ("email root", "payment")
    assert closed_tie(STRANGER, held) is None
    assert closed_tie(mixed("payment_fingerprint"), held) is None
    assert closed_tie(replace(OPERATOR, phone_hash=None), held, REMEMBERED.days) is None


def test_who_comes_back_after_closing_an_account_is_not_tied() -> None:
    everybody = people()
    held = indexed(everybody, ["person_7"])
    assert closed_tie(replace(everybody[7], account_id="again"), held) is None


def test_what_open_accounts_hold_as_often_tells_nothing() -> None:
    # A family, of whom two have closed their accounts and thirty have not.
    family = [
        replace(OPERATOR, account_id=f"old_{n}", email=f"lab.user{n}@mail.example")
        for n in range(32)
    ]
    held = indexed([*people(), *family], ["old_0", "old_1"])
    assert closed_tie(OPERATOR, held) is None


def test_nothing_is_kept_where_nobody_closed_or_long_ago() -> None:
    assert closed_of(people(), []) is None
    assert closed_of(people(), ["person_1"], REMEMBERED.days + 1) is None


def test_closed_accounts_are_written_without_a_name_and_read_again(tmp_path: Path) -> None:
    closed = closed_of([*people(20), *operated(3)], ["old_0", "old_1", "person_3"])
    write_signatures(signatures(closed), tmp_path)
    read = read_signatures(tmp_path)
    assert read.closed == closed
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for hidden in (b"old_0", b"lab.user", b"pm_1", b"ph_", b"person_"):
        assert hidden not in written
    (tmp_path / CLOSED).write_bytes(b"PAR1")
    with pytest.raises(UnreadableInput, match="not what its manifest names"):
        read_signatures(tmp_path)
