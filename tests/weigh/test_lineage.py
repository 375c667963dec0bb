"""Networks keep their ids from scan to scan, and what merges, splits or goes is said."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.model.lineage import Descent, EarlierNetwork
from gauger.weigh.lineage import KEPT, FoundNetwork, Traced, trace

EVERYBODY = frozenset(f"a{number}" for number in range(60))


def _ids(begin: int, end: int) -> frozenset[str]:
    return frozenset(f"a{number}" for number in range(begin, end))


def _found(core: frozenset[str], rim: frozenset[str] = frozenset()) -> FoundNetwork:
    return FoundNetwork(core | rim, core)


def _earlier(name: str, core: frozenset[str], rim: frozenset[str] = frozenset()) -> EarlierNetwork:
    return EarlierNetwork(name, "extraction", core | rim, core)


CORES = st.lists(st.integers(0, 59), unique=True).flatmap(
    lambda order: st.lists(st.integers(1, 12), max_size=6).map(lambda sizes: _dealt(order, sizes))
)


def _dealt(order: list[int], sizes: list[int]) -> list[frozenset[str]]:
    """Groups that share no account."""
    groups, begin = [], 0
    for size in sizes:
        group = frozenset(f"a{number}" for number in order[begin : begin + size])
        begin += size
        if group:
            groups.append(group)
    return groups


@settings(deadline=None, max_examples=200)
@given(CORES, CORES, st.sets(st.sampled_from(sorted(EVERYBODY))))
def test_ids_are_unique_and_nothing_is_lost(
    before: list[frozenset[str]], now: list[frozenset[str]], silent: set[str]
) -> None:
    earlier = [_earlier(f"net-{number}", core) for number, core in enumerate(before)]
    found = [_found(core - silent) for core in now if core - silent]
    traced = trace(found, earlier, EVERYBODY - silent)
    assert len(set(traced.ids)) == len(found)
    gone = {each.network_id for each in traced.gone}
    carried = {each.network_id for each in earlier} & set(traced.ids)
    assert gone | carried == {each.network_id for each in earlier}
    assert not gone & carried
    for name, network, lineage in zip(traced.ids, found, traced.lineages, strict=True):
        assert lineage is not None
        inherits = lineage.descent in {Descent.SAME, Descent.MERGED}
        assert inherits == (name in carried)
        for origin in lineage.origins:
            held = before[int(origin.network_id.removeprefix("net-"))] - silent
            assert (origin.core, origin.kept) == (len(held), len(held & network.accounts))
        if inherits:
            held = before[int(name.removeprefix("net-"))] - silent
            assert len(held & network.accounts) > KEPT * len(held)


@given(st.permutations(sorted(_ids(0, 8))))
def test_without_an_earlier_scan_the_same_accounts_have_the_same_name(order: list[str]) -> None:
    (name,) = trace([_found(frozenset(order))], None, EVERYBODY).ids
    assert re.fullmatch(r"net-[0-9a-f]{6}", name)
    assert trace([_found(_ids(0, 8))], None, EVERYBODY) == Traced((name,), (None,), (), ((),))
    assert trace([_found(_ids(0, 9))], None, EVERYBODY).ids != (name,)


def test_a_network_whose_accounts_are_replaced_stays_the_same() -> None:
    name = "net-first"
    for day in range(20):
        earlier = [_earlier(name, _ids(day, day + 20), _ids(50, 55))]
        traced = trace([_found(_ids(day + 1, day + 21))], earlier, EVERYBODY)
        assert traced.ids == (name,)
        (lineage,) = traced.lineages
        assert lineage is not None and lineage.descent is Descent.SAME
        assert "net-first (19 of 20 accounts)" in lineage.statement
        assert "1 account was added and 6 are no longer in it" in lineage.statement


def test_accounts_that_the_logs_no_longer_hold_do_not_count_against_it() -> None:
    earlier = [_earlier("net-first", _ids(0, 30))]
    traced = trace([_found(_ids(26, 36))], earlier, _ids(25, 60))
    assert traced.ids == ("net-first",)


def test_of_two_that_merge_the_larger_core_gives_the_name() -> None:
    earlier = [_earlier("net-small", _ids(0, 6)), _earlier("net-large", _ids(10, 30))]
    traced = trace([_found(_ids(0, 30))], earlier, EVERYBODY)
    (lineage,) = traced.lineages
    assert traced.ids == ("net-large",)
    assert lineage is not None and lineage.descent is Descent.MERGED
    assert "Merged with it: most of the core of net-small (6 of 6 accounts)" in lineage.statement
    (gone,) = traced.gone
    assert gone.statement == "Merged into net-large, which has 6 of 6 accounts of its core."
    assert gone.into == ("net-large",)


def test_of_a_split_the_larger_part_keeps_the_name() -> None:
    earlier = [_earlier("net-whole", _ids(0, 30))]
    traced = trace([_found(_ids(0, 20)), _found(_ids(20, 30))], earlier, EVERYBODY)
    kept, split = traced.lineages
    assert traced.ids[0] == "net-whole"
    assert kept is not None and kept.descent is Descent.SAME
    assert split is not None and split.descent is Descent.SPLIT
    assert "Split from net-whole (10 of 30 accounts)" in split.statement
    assert not traced.gone


def test_where_no_part_has_most_of_it_the_name_goes() -> None:
    earlier = [_earlier("net-whole", _ids(0, 30))]
    parts = [_found(_ids(begin, begin + 10)) for begin in (0, 10, 20)]
    traced = trace(parts, earlier, EVERYBODY)
    assert all(held is not None and held.descent is Descent.SPLIT for held in traced.lineages)
    (gone,) = traced.gone
    assert set(gone.into) == set(traced.ids)
    assert gone.statement.startswith("No network has most of 30 accounts of its core any more: 10")


def test_what_is_not_established_any_more_is_told_from_what_fell_silent() -> None:
    earlier = [_earlier("net-cleared", _ids(0, 9)), _earlier("net-silent", _ids(10, 19))]
    cleared, silent = trace([], earlier, _ids(0, 10)).gone
    assert cleared.statement == (
        "Of 9 accounts of its core none is in a network: one operator is not established in these "
        "logs."
    )
    assert silent.statement == "None of its accounts sent anything in these logs."


def test_no_network_gets_the_name_of_another_by_chance() -> None:
    # A part of what grew under this name is split off again, with the very accounts that gave it.
    (name,) = trace([_found(_ids(0, 8))], None, EVERYBODY).ids
    earlier = [_earlier(name, _ids(0, 30))]
    traced = trace([_found(_ids(8, 30)), _found(_ids(0, 8))], earlier, EVERYBODY)
    assert traced.ids[0] == name
    assert traced.ids[1] != name
