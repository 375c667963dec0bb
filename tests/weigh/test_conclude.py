"""Declarations and licences: when what a network does is allowed."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gauger.weigh.conclude import Standing, standing


def _standing(
    contracts: list[str | None],
    organizations: list[str | None],
    others: tuple[str | None, ...] = (None,) * 100,
) -> Standing:
    network = SimpleNamespace(accounts=np.arange(len(contracts)))
    facts = SimpleNamespace(contract=tuple(contracts), organization=(*organizations, *others))
    return standing(network, facts)  # type: ignore[arg-type]


NONE: list[str | None] = [None] * 20


@pytest.mark.parametrize(
    ("count", "permitted"), [(20, True), (19, True), (18, False), (1, False), (0, False)]
)
def test_nearly_all_accounts_must_be_declared_or_licensed(count: int, permitted: bool) -> None:
    declared = _standing(NONE, ["one", *NONE][1 : 21 - count] + ["one"] * count)
    assert (declared.permitted, declared.licensed) == (permitted, False)
    licensed = _standing(["standard"] * (20 - count) + ["distillation"] * count, NONE)
    assert (licensed.permitted, licensed.licensed) == (permitted, permitted)
    assert bool(licensed.reason) == permitted


def test_two_organizations_are_not_one() -> None:
    assert not _standing(NONE, ["one"] * 10 + ["two"] * 10).permitted
    assert not _standing(NONE, [""] * 20).permitted


def test_an_organization_of_everybody_declares_nothing() -> None:
    assert not _standing(NONE, ["gateway"] * 20, ("gateway",) * 100).permitted
    assert _standing(NONE, ["agency"] * 20, ("other",) * 100).permitted
    # Logs of one customer alone: what is nearly all of its accounts is declared.
    assert _standing(NONE, ["agency"] * 20, ("agency",) * 5).permitted
