"""What accounts declare sets them apart from those who declare nothing, and from each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.model.population import Population
from gauger.weigh.declared import sides

from .people import people

NAMES = st.sampled_from([None, "agency", "team"])
LICENCES = st.sampled_from([None, "standard", "distillation"])
STRANGERS = 60


def _population(
    organizations: list[str | None], contracts: list[str | None], everywhere: str | None = None
) -> Population:
    size = len(organizations) + STRANGERS
    return replace(
        people(size),
        organization=(*organizations, *[everywhere] * STRANGERS),
        contract=(*contracts, *[None] * STRANGERS),
    )


def _sides(population: Population, accounts: int) -> list[list[int]]:
    return [side.tolist() for side in sides(np.arange(accounts), population)]


def test_an_operator_beside_an_agency_is_judged_without_it() -> None:
    population = _population([*["agency"] * 8, *[None] * 6], [None] * 14)
    assert _sides(population, 14) == [list(range(8, 14)), list(range(8))]


def test_a_licensed_distiller_and_those_beside_it_are_two() -> None:
    population = _population([None] * 14, [*["distillation"] * 8, *["standard"] * 6])
    assert _sides(population, 14) == [list(range(8, 14)), list(range(8))]


def test_who_declares_nothing_is_one_side() -> None:
    assert _sides(_population([None] * 9, [None] * 9), 9) == [list(range(9))]


def test_a_name_that_everybody_bears_declares_nothing() -> None:
    population = _population(["gateway"] * 9, [None] * 9, everywhere="gateway")
    assert _sides(population, 9) == [list(range(9))]


def test_a_few_who_declare_are_no_side_of_their_own_and_on_nobody_elses() -> None:
    population = _population([*["agency"] * 3, *[None] * 9], [None] * 12)
    assert _sides(population, 12) == [list(range(3, 12))]


def test_a_single_account_of_an_organization_is_no_declaration() -> None:
    population = _population(["agency", *[None] * 9], [None] * 10)
    assert _sides(population, 10) == [list(range(10))]


def test_a_licence_sets_even_one_account_apart() -> None:
    population = _population([None] * 10, ["distillation", *[None] * 9])
    assert _sides(population, 10) == [list(range(1, 10))]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(NAMES, LICENCES), min_size=5, max_size=30))
def test_sides_never_overlap_and_never_mix_declarations(
    declared: list[tuple[str | None, str | None]],
) -> None:
    population = _population([name for name, _ in declared], [held for _, held in declared])
    found = _sides(population, len(declared))
    together = [account for side in found for account in side]
    assert len(together) == len(set(together))
    for side in found[1:]:
        licensed = {declared[account][1] == "distillation" for account in side}
        assert len(licensed) == 1
        if licensed == {False}:
            assert len({declared[account][0] for account in side}) == 1
