"""Cleared stays cleared on the same evidence, and only materially different evidence reopens it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gauger.act.cases.basis import core_sample, read_basis, what_changed, write_basis
from gauger.act.cases.memory import Memory
from gauger.model.case import Basis, Clearance
from gauger.model.decision import Place, Reason
from gauger.model.evidence import Verdict

NOW = datetime(2026, 6, 5, tzinfo=UTC)
LRS = st.one_of(st.none(), st.floats(-3, 6).map(lambda value: round(value, 3)))
ACCOUNTS = st.sets(st.integers(0, 400), min_size=1, max_size=300)


def named(core: set[int]) -> tuple[int, ...]:
    """The sample of a core of these accounts."""
    return core_sample(f"acct_{number}" for number in core)


BASES = st.builds(
    lambda core, reason, network, verdict, place, one, two, three: Basis(
        reason, network, verdict, place, one, two, three, named(core), len(core)
    ),
    ACCOUNTS, st.sampled_from([Reason.MEMBER, Reason.RECOGNISED, Reason.NETWORK_QUOTA]),
    st.sampled_from(["net-1", "net-2"]),
    st.sampled_from([Verdict.COORDINATED, Verdict.EXTRACTION]),
    st.sampled_from(list(Place)), LRS, LRS, LRS,
)  # fmt: skip


def says(held: Basis, now: Basis) -> bool:
    """Whether an account that was cleared on one basis is cleared on another."""
    memory = Memory.of([Clearance("r", "a", held)])
    return memory.says("a", "m", now, NOW).clears


@given(BASES)
def test_the_same_evidence_is_the_same(basis: Basis) -> None:
    assert says(basis, basis)
    text, digest = write_basis(basis)
    assert read_basis(text) == basis
    assert write_basis(read_basis(text)) == (text, digest)


@given(BASES, st.data())
def test_weaker_or_slightly_stronger_evidence_reopens_nothing(
    basis: Basis, data: st.DataObject
) -> None:
    moved = {}
    for name in ("coordinated", "extraction", "account"):
        held = getattr(basis, name)
        if held is not None:
            moved[name] = held + data.draw(st.floats(-5, 0.99))
    later = replace(basis, **moved, reason=data.draw(st.sampled_from([*Reason])))
    if data.draw(st.booleans()):
        later = replace(later, verdict=Verdict.COORDINATED, place=Place.MIXED)
    assert says(basis, later)


@given(BASES, st.sampled_from(["coordinated", "extraction", "account"]), st.floats(1.01, 5))
def test_evidence_ten_times_as_strong_reopens_it_and_says_what(
    basis: Basis, name: str, rise: float
) -> None:
    later = replace(basis, **{name: max(getattr(basis, name) or 0.0, 0.0) + rise})
    assert not says(basis, later)
    (said,) = what_changed(basis, later)
    assert f"{getattr(later, name):.1f}" in said


@given(ACCOUNTS, st.data())
def test_a_network_that_gained_and_lost_a_few_accounts_is_the_same(
    core: set[int], data: st.DataObject
) -> None:
    # The sample is whole up to 64 accounts, so that the bound below is exact there.
    core = set(sorted(core)[:40])
    lost = data.draw(st.sets(st.sampled_from(sorted(core)), max_size=len(core) // 4))
    gained = data.draw(st.sets(st.integers(1000, 2000), max_size=20))
    then = Basis(Reason.MEMBER, "net-1", core=named(core), core_accounts=len(core))
    after = (core - lost) | gained
    now = replace(then, network_id="net-2", core=named(after), core_accounts=len(after))
    assert says(then, now)


@given(ACCOUNTS)
def test_a_network_of_other_accounts_is_another(core: set[int]) -> None:
    then = Basis(Reason.MEMBER, "net-1", core=named(core), core_accounts=len(core))
    other = {number + 10_000 for number in core}
    now = replace(then, network_id="net-2", core=named(other), core_accounts=len(other))
    (said,) = what_changed(then, now)
    assert "another network" in said


def test_large_cores_are_compared_by_samples() -> None:
    core = set(range(25_000))
    then = Basis(Reason.MEMBER, "net-1", core=named(core), core_accounts=len(core))
    for kept, same in ((1.0, True), (0.8, True), (0.2, False), (0.0, False)):
        number = int(len(core) * kept)
        after = set(range(number)) | set(range(50_000, 50_000 + len(core) - number))
        now = replace(then, network_id="net-2", core=named(after), core_accounts=len(after))
        assert (what_changed(then, now) == ()) is same, kept


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ({"verdict": Verdict.COORDINATED}, {"verdict": Verdict.EXTRACTION}),
        ({"place": Place.MIXED}, {"place": Place.CORE}),
        ({"network_id": None}, {}),
        ({"traits": ("payment",)}, {"traits": ("payment", "phone")}),
        ({}, {"suspension": "x"}),
        ({"suspension": "x"}, {"suspension": "y"}),
    ],
)
def test_what_is_materially_different(then: dict[str, object], now: dict[str, object]) -> None:
    basis = Basis(Reason.MEMBER, "net-1", Verdict.EXTRACTION, Place.CORE, 3.0, 2.0, 1.0)
    before = replace(basis, **then)  # type: ignore[arg-type]
    after = replace(basis, **now)  # type: ignore[arg-type]
    assert len(what_changed(before, after)) == 1


def test_a_decision_ends_and_may_hold_for_some_models_only() -> None:
    basis = Basis(Reason.MEMBER, "net-1")
    held = Memory.of(
        [Clearance("r", "a", basis, ("large",), NOW + timedelta(days=1))],
    )
    assert held.says("a", "small", basis, NOW).clears
    assert not held.says("a", "large", basis, NOW).clears
    assert not held.says("a", "small", basis, NOW + timedelta(days=1)).clears
    assert not held.says("b", "small", basis, NOW).clears
