"""Nobody is accused because of their neighbours."""

from __future__ import annotations

import numpy as np

from gauger.find.linkage.ties import KINDS
from gauger.weigh.belonging import STAYS
from gauger.weigh.calibration import shipped
from gauger.weigh.evidence.members import FAMILIES
from gauger.weigh.evidence.membership import Membership
from gauger.weigh.evidence.question import Ownership
from gauger.weigh.evidence.telling import telling_things
from graphs import Thing, tied

from .people import people

MEMBERS, STRANGERS, EACH = 20, 300, 20
TOTAL = MEMBERS + STRANGERS
NEIGHBOUR, CARDHOLDER, LOOKALIKE = MEMBERS, MEMBERS + 1, MEMBERS + 2


def _network() -> list[Thing]:
    """Twenty accounts on two frames behind one range, and three others who share one thing."""
    everyone = dict.fromkeys(range(MEMBERS), 18)
    return [
        ("frame", 1, everyone),
        ("frame", 2, everyone | {LOOKALIKE: 1}),
        ("range", 3, everyone | {NEIGHBOUR: 18}),
        ("payment", 4, dict.fromkeys(range(MEMBERS), 1) | {CARDHOLDER: 1}),
        ("parameters", 5, dict.fromkeys(range(TOTAL), 20)),
        ("item", 6, {100: 1, 101: 1}),
    ]


def _own(members: range = range(MEMBERS)) -> Ownership:
    everybody = np.ones(TOTAL, np.bool_)
    membership = Membership(people(TOTAL), tied(_network(), TOTAL, EACH), shipped())
    return membership.of(np.array(members), everybody, np.arange(TOTAL)).of(np.arange(TOTAL))


def test_a_true_member_stays() -> None:
    own = _own()
    assert (own.log10[:MEMBERS] >= STAYS).all()


def test_a_card_that_half_of_them_share_leaves_the_others_likelier_members() -> None:
    things = [
        (kind, number, dict.fromkeys(range(10), 1) if kind == "payment" else held)
        for kind, number, held in _network()
    ]
    membership = Membership(people(TOTAL), tied(things, TOTAL, EACH), shipped())
    own = membership.of(np.arange(MEMBERS), np.ones(TOTAL, np.bool_)).of(np.arange(MEMBERS))
    assert (own.log10 > 0).all()
    assert own.log10[:10].min() > own.log10[10:].max()


def test_who_shares_an_address_range_only_does_not() -> None:
    own = _own()
    assert own.families["infrastructure"][NEIGHBOUR] > 0
    assert own.families["content"][NEIGHBOUR] < 0
    assert own.log10[NEIGHBOUR] < STAYS


def test_not_even_where_they_were_proposed_as_a_member() -> None:
    own = _own(range(MEMBERS + 1))
    assert own.log10[NEIGHBOUR] < STAYS
    assert (own.log10[:MEMBERS] >= STAYS).all()


def test_a_trace_of_the_frame_is_no_membership() -> None:
    assert _own().log10[LOOKALIKE] < STAYS


def test_strangers_have_evidence_against_them_belonging() -> None:
    own = _own()
    assert (own.log10[MEMBERS + 3 :] < 0).all()


def test_bounds_hold() -> None:
    own = _own()
    assert (own.lower <= own.log10).all()
    assert (own.log10 <= own.upper).all()
    for held in (own.log10, own.lower, own.upper):
        assert np.isfinite(held).all()


def test_every_kind_of_tie_belongs_to_one_family() -> None:
    kinds = [kind for family in FAMILIES.values() for kind in family]
    assert sorted(kinds) == sorted(KINDS)


def test_telling_things_are_held_inside_and_not_outside() -> None:
    ties = tied(_network(), TOTAL, EACH)
    telling = telling_things(ties, np.arange(MEMBERS), np.arange(TOTAL) >= MEMBERS)
    names = [KINDS[ties.kinds[thing]] for thing in telling]
    assert sorted(names) == ["frame", "frame", "payment", "range"]


def test_a_network_without_anything_telling_accuses_nobody() -> None:
    ties = tied([("parameters", 5, dict.fromkeys(range(50), 20))], 50, EACH)
    own = Membership(people(50), ties, shipped()).of(np.arange(10), np.ones(50, np.bool_))
    assert (own.of(np.arange(50)).log10 < STAYS).all()
