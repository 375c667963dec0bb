"""A blank worksheet: it names the network, concludes nothing, and can be read once filled in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gauger.model.errors import UsageError
from gauger.model.tables import TableReader
from gauger.model.worksheet import Sheet, Speaks
from gauger.read.finished import FinishedNetwork
from gauger.read.worksheet import parse
from gauger.tell.blank_worksheet import blank_worksheet
from worksheets import filled

NETWORK = FinishedNetwork(
    network_id="net-4f2a91",
    verdict="extraction",
    headline="118 accounts, very strong support for one operator, harvesting answers.",
    accounts=tuple(f"acct_{number}" for number in range(118)),
    exchanges=18_000,
    first_seen="2026-04-25T02:00:00Z",
    last_seen="2026-06-05T21:00:00Z",
)


def used(blank: str) -> str:
    """The worksheet with the mark taken from every line that can be used."""
    return re.sub(r"^#(?! |$)", "", blank, flags=re.M)


def test_the_blank_is_as_agreed(golden: Callable[[str, str], None]) -> None:
    golden("worksheet.toml", blank_worksheet(NETWORK))


def test_a_blank_cannot_pass_for_a_worksheet() -> None:
    with pytest.raises(UsageError, match=r"network\[0\]\.hypothesis\[0\]\.name`: found `nothing`"):
        parse(blank_worksheet(NETWORK), "blank.toml")


def test_what_must_be_filled_in_is_enough() -> None:
    (sheet,) = parse(filled(blank_worksheet(NETWORK)), "filled.toml")
    assert sheet.network_id == NETWORK.network_id
    assert [each.name for each in sheet.hypotheses] == ["Example Lab"]
    assert sheet.hypotheses[0].conclusion is None
    assert sheet.indicators[0].bearing("Example Lab").speaks is Speaks.FOR


def test_every_line_that_is_offered_can_be_used() -> None:
    text = filled(used(blank_worksheet(NETWORK)))
    text = text.replace('network_id = "net-4f2a91"', "").replace(
        'hypothesis."Example Lab".answer = ""', 'hypothesis."Another Lab".answer = "x"'
    )
    (sheet,) = parse(text + 'hypothesis."Another Lab".speaks = "against"\n', "filled.toml")
    assert sheet.accounts == NETWORK.accounts[:5]
    assert [each.name for each in sheet.hypotheses] == ["Example Lab", "Another Lab"]
    assert [each.conclusion is not None for each in sheet.hypotheses] == [True, False]
    (indicator,) = sheet.indicators
    assert str(indicator.reliability) == "B2"
    assert indicator.bearing("Example Lab").lr is not None
    assert indicator.bearing("Another Lab").answer == "x"


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=7),
    st.text(st.characters(exclude_categories=["Cs"])),
)
def test_ids_of_clients_and_words_stay_what_they_are(accounts: list[str], words: str) -> None:
    network = replace(NETWORK, accounts=tuple(accounts), headline=words)
    blank = blank_worksheet(network)
    assert blank.count("\n[[") == 3
    table = TableReader("worksheet", "blank.toml").parse(used(blank))
    assert table["network"][0]["accounts"] == accounts[:5]
    sheets = parse(filled(blank), "filled.toml")
    assert [type(sheet) for sheet in sheets] == [Sheet]
