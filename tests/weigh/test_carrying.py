"""Accounts that were not weighed again stay with the network that continues theirs."""

from __future__ import annotations

from datetime import UTC, datetime

from gauger.model.evidence import LogLR
from gauger.model.finding import Belonging
from gauger.model.lineage import Descent, EarlierNetwork, Lineage
from gauger.model.standing import EarlierMember
from gauger.weigh.carrying import Carried, Totals, carried_over, told

FIRST, LAST = datetime(2026, 4, 20, tzinfo=UTC), datetime(2026, 6, 5, tzinfo=UTC)


def _earlier(name: str, accounts: str) -> EarlierNetwork:
    return EarlierNetwork(name, "extraction", frozenset(accounts), frozenset())


def test_an_account_goes_where_its_network_goes() -> None:
    earlier = [_earlier("net-1", "abcd"), _earlier("net-2", "xyz"), _earlier("net-3", "q")]
    heirs = [("net-1", "net-2"), (), ("net-3",)]
    carried = carried_over(heirs, earlier, frozenset("ax"), frozenset("abcxyzq"))
    assert [held.account_ids for held in carried] == [("b", "c", "y", "z"), (), ("q",)]


def test_it_keeps_its_evidence_and_counts_what_it_has_sent_by_now() -> None:
    evidence = {
        name: EarlierMember(name, LogLR(2.5, 0.5, 3.0), ("frame",), Belonging.CORE, 0.9)
        for name in "ab"
    }
    totals = {"a": Totals(3, 30, 300, FIRST, LAST), "b": Totals(7, 70, 700, FIRST, LAST)}
    first, second = Carried(("a", "b")).members(evidence, totals)
    assert (first.account_id, second.account_id) == ("b", "a")
    assert (first.lr, first.ties, first.belonging) == (
        evidence["b"].lr, ("frame",), Belonging.CORE,
    )  # fmt: skip
    assert (first.exchanges, first.input_tokens, first.output_tokens) == (7, 70, 700)
    assert Carried().members(evidence, totals) == ()


def test_the_lineage_says_how_many_were_not_weighed_again() -> None:
    lineage = Lineage(Descent.SAME, (), "Most of the core is here.")
    assert told(lineage, 0) == lineage
    assert told(None, 3) is None
    one, many = told(lineage, 1), told(lineage, 1200)
    assert one is not None
    assert many is not None
    assert one.statement.endswith("1 account of it keeps the evidence of an earlier scan.")
    assert many.statement.endswith("1,200 accounts of it keep the evidence of an earlier scan.")
