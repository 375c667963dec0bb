"""Worksheets meet networks: by id or by accounts, never half, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gauger.model.finding import Findings, Member, Network
from gauger.model.worksheet import Worksheet
from gauger.weigh.attribution import attribute
from tell.sample import sample_findings
from worksheets import CONCLUDED, WORKSHEET, worksheet

FOUND = sample_findings(14)
FIRST, SECOND, _ = FOUND.networks


def ids(*members: Member) -> str:
    return str([member.account_id for member in members])


def naming(accounts: str, text: str = WORKSHEET) -> Worksheet:
    return worksheet(text.replace('network_id = "net-4f2a91"', f"accounts = {accounts}"))


def first(found: Findings) -> Network:
    return found.networks[0]


def test_hypotheses_are_put_beside_their_network_and_nothing_is_concluded() -> None:
    found = attribute(FOUND, worksheet())
    network = first(found)
    assert network.attribution is not None
    assert [each.hypothesis.name for each in network.attribution.hypotheses] == [
        "Another Lab", "Example Lab",
    ]  # fmt: skip
    assert network.attribution.accounts_named is None
    assert not network.attributed.established
    assert network.attributed.lr is None
    assert "“Another Lab”, “Example Lab”. None is concluded." in network.attributed.statement
    assert network.attributed.not_established.startswith("Who directs these accounts.")
    assert found.notes == FOUND.notes


def test_what_people_concluded_is_said_to_be_theirs_and_changes_nothing_else() -> None:
    found = attribute(FOUND, worksheet(CONCLUDED))
    claim = first(found).attributed
    assert claim.established
    assert claim.lr is None
    assert "R. Okafor concluded, and J. Brandt reviewed, that “Example Lab”" in claim.statement
    assert "People concluded it, not gauger." in claim.statement
    assert "gauger has excluded no one" in claim.not_established
    unsaid = replace(first(found), attributed=FIRST.attributed, attribution=None)
    assert unsaid == FIRST
    assert found.networks[1:] == FOUND.networks[1:]
    assert replace(found, networks=FOUND.networks) == FOUND


def test_one_hypothesis_is_spoken_of_as_one() -> None:
    text = WORKSHEET[: WORKSHEET.index("[[network.hypothesis]]", 60)]
    statement = first(attribute(FOUND, worksheet(text))).attributed.statement
    assert (
        statement == "A hypothesis was entered by an analyst: “Example Lab”. It is not concluded."
    )


def test_accounts_of_one_network_name_it() -> None:
    found = attribute(FOUND, naming(ids(*FIRST.members[:3]), CONCLUDED))
    network = first(found)
    assert network.attribution is not None
    assert network.attribution.accounts_named == 3
    assert "the 11 accounts of this network that the worksheet does not name" in (
        network.attributed.not_established
    )
    whole = first(attribute(FOUND, naming(ids(*FIRST.members), CONCLUDED)))
    assert "does not name" not in whole.attributed.not_established


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        (
            worksheet(CONCLUDED.replace("net-4f2a91", "net-ffffff")),
            "`net-ffffff` is no network of this scan. An id changes with the accounts",
        ),
        (
            naming(ids(*FIRST.members[:2], SECOND.members[0]), CONCLUDED),
            "of the 3 accounts it names, 2 in `net-4f2a91`, 1 in `net-b07c3e` of this scan; they",
        ),
        (
            naming(str([FIRST.members[0].account_id, "gone"]), CONCLUDED),
            "of the 2 accounts it names, 1 in `net-4f2a91`, 1 in no network of this scan",
        ),
        (naming("['gone']", CONCLUDED), "of the 1 account it names, 1 in no network of this scan"),
    ],
)
def test_a_worksheet_that_is_about_no_network_is_noted(entered: Worksheet, said: str) -> None:
    found = attribute(FOUND, entered)
    assert found.networks == FOUND.networks
    assert found.notes[:-1] == FOUND.notes
    assert found.notes[-1].startswith(
        "Worksheet, `network[0]` (“Example Lab”, “Another Lab”): its hypotheses were not weighed: "
    )
    assert said in found.notes[-1]
    assert found.notes[-1].endswith(".")


def test_two_entries_about_one_network_do_not_stand_apart() -> None:
    by_id, by_account = worksheet(CONCLUDED), naming(ids(FIRST.members[0]))
    both = Worksheet(by_id.record, (*by_id.sheets, *by_account.sheets))
    found = attribute(FOUND, both)
    assert found.networks == FOUND.networks
    told = found.notes[len(FOUND.notes) :]
    assert len(told) == 2
    assert all("about `net-4f2a91`, so they do not compete; put them into one" in n for n in told)


def test_networks_of_one_id_are_told_apart_by_accounts() -> None:
    twins = replace(FOUND, networks=(FIRST, replace(SECOND, network_id=FIRST.network_id)))
    unsure = attribute(twins, worksheet())
    assert unsure.networks == twins.networks
    assert "2 networks bear the id `net-4f2a91`; name accounts" in unsure.notes[-1]
    sure = attribute(twins, naming(ids(SECOND.members[0])))
    assert [bool(network.attribution) for network in sure.networks] == [False, True]


def test_where_nothing_was_found_everything_is_noted() -> None:
    nothing = replace(FOUND, networks=())
    for entered in (worksheet(), naming("['a']")):
        found = attribute(nothing, entered)
        assert len(found.notes) == len(nothing.notes) + 1
