"""Worksheets: what is read of them, and that whatever may not stand there is said with its key."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from pathlib import Path

import pytest

from gauger.model.errors import NothingToRead, UnreadableInput, UsageError
from gauger.model.evidence import LogLR
from gauger.model.worksheet import Bearing, Conclusion, Reliability, Speaks
from gauger.read.worksheet import parse, read_worksheet
from worksheets import CONCLUDED, CONCLUSION, WORKSHEET

SHEET = WORKSHEET[WORKSHEET.index("[[network]]") :]
OTHER = SHEET.replace("net-4f2a91", "net-000000")
BY_ACCOUNTS = WORKSHEET.replace('network_id = "net-4f2a91"', 'accounts = ["a 1", "a\\t2", "a 1"]')
CARDS = 'network[0].indicator[0].hypothesis."Example Lab"'


def test_a_worksheet_is_read_as_it_was_entered(tmp_path: Path) -> None:
    path = tmp_path / "who.toml"
    path.write_text(CONCLUDED, encoding="utf-8")
    read = read_worksheet(path)
    assert (read.record.path, read.record.format) == (str(path), "worksheet")
    assert read.record.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    (sheet,) = read.sheets
    assert (sheet.network_id, sheet.accounts) == ("net-4f2a91", ())
    first, second = sheet.hypotheses
    assert first.name == "Example Lab"
    assert first.entered == dt.date(2026, 6, 8)
    assert isinstance(first.conclusion, Conclusion)
    assert first.conclusion.reviewed_by == "J. Brandt"
    assert second.conclusion is None
    cards, register, names, hours = sheet.indicators
    assert cards.reliability == Reliability("B", 2)
    assert hours.bearing("Example Lab") == Bearing("Example Lab", Speaks.FOR)
    assert cards.bearing("Example Lab").lr == LogLR(1.2, 0.4, 1.6)
    assert register.same_cause_as == ("cards",)
    assert names.bearing("Example Lab").answer == (
        "The name was public for a month before, and anybody may have written it."
    )
    assert names.reliability is None


def test_a_worksheet_may_name_accounts_to_the_letter() -> None:
    (sheet,) = parse(BY_ACCOUNTS, "w")
    assert (sheet.network_id, sheet.accounts) == (None, ("a 1", "a\t2"))


def test_nothing_is_established_by_itself() -> None:
    for sheet in parse(SHEET + OTHER, "w"):
        assert all(each.conclusion is None for each in sheet.hypotheses)
    said = SHEET.replace("date = 2026-06-08", "date = 2026-06-08\nestablished = false")
    assert parse(said, "w") == parse(SHEET, "w")


def test_a_name_may_be_written_with_other_blanks_and_a_file_with_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    text = WORKSHEET.replace('hypothesis."Another Lab"', 'hypothesis."Another  Lab"')
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert read_worksheet(path).sheets == parse(WORKSHEET, "w")


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        # The file and its networks.
        ("[[network]]", "[[netwrok]]", ["`netwrok`", "one of `network`"]),
        (SHEET, "", ["`network`", "`nothing`", "[[network]]"]),
        (SHEET, "network = 3", ["`network`", "`3`", "[[network]]"]),
        (SHEET, "network = = 3", ["no TOML", "correct the file"]),
        (SHEET, SHEET + SHEET, ["network[1].network_id", "`net-4f2a91`", "compete"]),
        (SHEET, BY_ACCOUNTS + BY_ACCOUNTS, ["network[1].accounts", "`a 1`", "one table only"]),
        ('network_id = "net-4f2a91"', "", ["`network[0]`", "`nothing`", "either `network_id`"]),
        ('"net-4f2a91"', '"net-4f2a91"\naccounts = ["a"]', ["`network[0]`", "both"]),
        ('"net-4f2a91"', "7", ["network[0].network_id", "`7`"]),
        ('network_id = "net-4f2a91"', "accounts = []", ["network[0].accounts", "`nothing`"]),
        ('network_id = "net-4f2a91"', 'accounts = "a"', ["network[0].accounts", "`a`", "a list"]),
        ('network_id = "net-4f2a91"', "accounts = [1]", ["network[0].accounts", "`[1]`"]),
        (SHEET, "[[network]]\nnetwork_id='n'", ["network[0].hypothesis", "`nothing`"]),
        # Hypotheses.
        ('name = "Example Lab"', 'nmae = "x"', ["network[0].hypothesis[0].nmae", "`name`"]),
        ('name = "Example Lab"', 'name = " "', ["network[0].hypothesis[0].name", "`nothing`"]),
        ('name = "Example Lab"', f'name = "{"x" * 81}"', ["hypothesis[0].name", "80 characters"]),
        ('name = "Example Lab"', r'name = "a\u001bb"', ["hypothesis[0].name", "control"]),
        ('name = "Example Lab"', 'name = "Someone  Else"', ["hypothesis[0].name", "named party"]),
        ('name = "Another Lab"', 'name = "example lab"', ["hypothesis[1].name", "of its own"]),
        ("author = ", "# ", ["network[0].hypothesis[0].author", "`nothing`"]),
        ("statement = ", "# ", ["network[0].hypothesis[0].statement", "`nothing`"]),
        ("date = 2026-06-08", "", ["network[0].hypothesis[0].date", "a date"]),
        ("date = 2026-06-08", 'date = ""', ["network[0].hypothesis[0].date", "`nothing`"]),
        # Indicators.
        ('id = "cards"', 'idd = "cards"', ["network[0].indicator[0].idd", "`id`"]),
        ('id = "cards"', "", ["network[0].indicator[0].id", "`nothing`"]),
        ('id = "register"', 'id = "cards"', ["network[0].indicator[1].id", "of its own"]),
        ("observed = ", "# ", ["network[0].indicator[0].observed", "`nothing`"]),
        ("source = ", "# ", ["network[0].indicator[0].source", "where it was seen"]),
        ("reference = ", "# ", ["network[0].indicator[0].reference", "found again"]),
        ("collected = 2026-06-03", "", ["network[0].indicator[0].collected", "a date"]),
        ('"B2"', '"G2"', ["network[0].indicator[0].reliability", "`G2`", "A to F"]),
        ('"B2"', '"B7"', ["network[0].indicator[0].reliability", "`B7`", "1 to 6"]),
        ('"B2"', "2", ["network[0].indicator[0].reliability", "`2`"]),
        ('_as = "cards"', '_as = "crads"', ["indicator[1].same_cause_as", "`crads`", "`cards`"]),
        ('_as = "cards"', '_as = "register"', ["indicator[1].same_cause_as", "another"]),
        ('_as = "cards"', "_as = [1]", ["indicator[1].same_cause_as", "`[1]`"]),
        # What an indicator means for each hypothesis.
        (
            'hypothesis."Another Lab".speaks = "neither"\n',
            "",
            ['indicator[0].hypothesis."Another Lab".speaks', "`nothing`", "every hypothesis"],
        ),
        (
            'hypothesis."Another Lab".speaks = "neither"',
            'hypothesis."Third Lab".speaks = "neither"',
            ["network[0].indicator[0].hypothesis.Third Lab", "`Another Lab`"],
        ),
        (
            'hypothesis."Another Lab".speaks = "neither"',
            'hypothesis."Another Lab" = "neither"',
            ['hypothesis."Another Lab".speaks', "`neither`", '"for"'],
        ),
        (
            'hypothesis."Another Lab".speaks = "neither"',
            'hypothesis."Another Lab".speaks = "neither"\nhypothesis." Another Lab ".speaks="for"',
            ["network[0].indicator[0].hypothesis`", "each hypothesis once"],
        ),
        ('speaks = "neither"', 'speaks = "no"', ["speaks", "`no`", '"against", "neither"']),
        ('speaks = "neither"', 'speek = "for"', ['."Another Lab".speek`', "`speaks`"]),
        (
            'speaks = "for"',
            'speaks = "for"\nhypothesis."Example Lab".answer = "x"',
            [f"{CARDS}.answer", '"against"'],
        ),
        ("log10_lr = 1.2", "log10_lr = 6.5", [f"{CARDS}.log10_lr", "`6.5`", "-6 to 6"]),
        ("log10_lr = 1.2", "log10_lr = -1.2", [f"{CARDS}.log10_lr", "`-1.2`", 'above 0 where']),
        ('hypothesis."Example Lab".log10_lr = 1.2', "", [f"{CARDS}.log10_lr", "`nothing`"]),
        ('hypothesis."Example Lab".lower = 0.4', "", [f"{CARDS}.lower", "`nothing`"]),
        ('hypothesis."Example Lab".upper = 1.6', "", [f"{CARDS}.upper", "`nothing`"]),
        ("lower = 0.4", "lower = 1.3", [f"{CARDS}.lower", "`1.3 to 1.6`", "hold `log10_lr`, 1.2"]),
        ("upper = 1.6", "upper = 1", [f"{CARDS}.lower", "`0.4 to 1`"]),
        ("log10_lr = -0.5", "log10_lr = 0", ["indicator[2]", "`0`", "below 0"]),
        (
            'hypothesis."Another Lab".speaks = "neither"',
            'hypothesis."Another Lab" = {speaks="neither", log10_lr=0, lower=0, upper=0}',
            ['indicator[0].hypothesis."Another Lab".log10_lr', "`0`"],
        ),
    ],
)  # fmt: skip
def test_errors_name_file_key_found_and_allowed(old: str, new: str, parts: list[str]) -> None:
    assert old in WORKSHEET
    _refused(WORKSHEET.replace(old, new, 1), parts)


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("established = true", 'established = "yes"', ["established", "`yes`", "true or false"]),
        ("established = true", "", ["hypothesis[0].concluded_by", "`established = true`"]),
        ("established = true", "established = false", ["concluded_by", "`established = true`"]),
        ("concluded_by", "# ", ["network[0].hypothesis[0].concluded_by", "`nothing`", "name of"]),
        ("reviewed_by", "# ", ["network[0].hypothesis[0].reviewed_by", "`nothing`", "second"]),
        ("reason", "# ", ["network[0].hypothesis[0].reason", "`nothing`", "the reason"]),
        ('"J. Brandt"', '"r.  okafor "', ["hypothesis[0].reviewed_by", "second person"]),
        (
            "date = 2026-06-09",
            CONCLUSION,
            ["network[0].hypothesis[1].established", "one hypothesis", "`Example Lab`"],
        ),
        (
            'Lab".answer = ',
            'Lab".speaks_not = ',
            ['indicator[2].hypothesis."Example Lab".speaks_not'],
        ),
        (
            WORKSHEET[WORKSHEET.index('hypothesis."Example Lab".answer') :].split("'''")[1],
            " ",
            ['indicator[2].hypothesis."Example Lab".answer', "`nothing`"],
        ),
        (
            re.findall(r'hypothesis."Example Lab".answer = \'\'\'.*?\'\'\'', WORKSHEET, re.S)[0],
            "",
            ['indicator[2].hypothesis."Example Lab".answer', "`nothing`", "leave it not"],
        ),
        (
            WORKSHEET[WORKSHEET.index("[[network.indicator]]") :],
            "",
            ["network[0].hypothesis[0].established", "without an indicator", "speaks for it"],
        ),
    ],
)
def test_a_conclusion_needs_people_reasons_and_answers(
    old: str, new: str, parts: list[str]
) -> None:
    parse(CONCLUDED, "mine.toml")
    assert old in CONCLUDED
    _refused(CONCLUDED.replace(old, new, 1), parts)


def test_what_speaks_against_another_hypothesis_needs_no_answer() -> None:
    (sheet,) = parse(CONCLUDED, "w")
    against = sheet.indicators[1].bearing("Another Lab")
    assert (against.speaks, against.answer) == (Speaks.AGAINST, "")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead, match="no such file"):
        read_worksheet(tmp_path / "gone.toml")
    with pytest.raises(NothingToRead, match="no such file"):
        read_worksheet(tmp_path)
    (tmp_path / "image.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableInput, match="UTF-8"):
        read_worksheet(tmp_path / "image.toml")
    with (tmp_path / "log.toml").open("wb") as file:
        file.truncate(8_000_001)
    with pytest.raises(UnreadableInput, match="larger than 8 MB"):
        read_worksheet(tmp_path / "log.toml")


def _refused(text: str, parts: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text, "mine.toml")
    for part in ["worksheet `mine.toml`", *parts]:
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_documented_worksheet_can_be_read() -> None:
    page = Path(__file__).parents[2] / "docs" / "attribution.md"
    whole, concluded = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
    (sheet,) = parse(whole, "docs")
    assert [each.conclusion for each in sheet.hypotheses] == [None, None]
    first, _, rest = whole.partition("[[network.hypothesis]]")[2].partition("\n\n")
    (again,) = parse(whole.replace(f"[[network.hypothesis]]{first}\n", concluded, 1), "docs")
    assert rest
    assert [each.conclusion is not None for each in again.hypotheses] == [True, False]
