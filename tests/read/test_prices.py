"""Price lists as people write them, and what is said of those that are none."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from gauger.model.errors import NothingToRead, UnreadableInput, UsageError
from gauger.model.prices import ModelPrice
from gauger.read.prices import read_prices

WHOLE = """\
currency = "EUR"
as_of = 2026-06-01

[models."example-large"]
input = 3.1
output = 15
cached_input = 0.31

[models."example-*"]
input = 0
output = 0.1
"""
DOCS = Path(__file__).parents[2] / "docs" / "taken.md"


def _written(folder: Path, text: str) -> Path:
    path = folder / "prices.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_price_list_is_read_exactly_and_in_order(tmp_path: Path) -> None:
    path = _written(tmp_path, WHOLE)
    found = read_prices(path)
    assert (found.file, found.currency, found.as_of) == ("prices.toml", "EUR", date(2026, 6, 1))
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.prices == (
        ModelPrice("example-large", Decimal("3.1"), Decimal(15), Decimal("0.31")),
        ModelPrice("example-*", Decimal(0), Decimal("0.1"), None),
    )


def test_the_example_in_the_documentation_is_a_price_list(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    found = read_prices(_written(tmp_path, example))
    assert found.price_of("example-large-2026") is not None
    assert found.price_of("something else") is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"EUR"', '"euro"', ("currency", "`euro`", "EUR")),
        ('currency = "EUR"', "", ("currency", "`nothing`")),
        ("2026-06-01", '"2026-06-01"', ("as_of", "a date such as")),
        ("2026-06-01", "2026-06-01T00:00:00", ("as_of", "a date such as")),
        ("input = 3.1", "input = -3.1", ("models.example-large.input", "`-3.1`")),
        ("input = 3.1", "input = nan", ("models.example-large.input", "`nan`")),
        ("input = 3.1", "input = inf", ("models.example-large.input", "`inf`")),
        ("input = 3.1", "input = true", ("models.example-large.input", "`True`")),
        ("input = 3.1", 'input = "3.1"', ("models.example-large.input", "`3.1`")),
        ("input = 3.1", "", ("models.example-large.input", "`nothing`")),
        ("output = 0.1", "", ("models.example-*.output", "`nothing`")),
        ("cached_input = 0.31", "cached = 0.31", ("models.example-large.cached", "cached_input")),
        ("as_of", "asof", ("asof", "`as_of`")),
        ('[models."example-*"]\ninput = 0\noutput = 0.1\n', "[model]", ("model", "`models`")),
    ],
)
def test_what_is_wrong_is_said_with_file_and_key(
    old: str, new: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    assert old in WHOLE
    with pytest.raises(UsageError) as caught:
        read_prices(_written(tmp_path, WHOLE.replace(old, new, 1)))
    message = str(caught.value)
    assert "price list `" in message
    assert "prices.toml" in message
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    "text", ['currency = "EUR"\nas_of = 2026-06-01\n', 'models = 3\ncurrency = "EUR"', "[models]"]
)
def test_a_list_without_models_is_none(text: str, tmp_path: Path) -> None:
    whole = text if "currency" in text else f'currency = "EUR"\nas_of = 2026-06-01\n{text}'
    with pytest.raises(UsageError, match="models"):
        read_prices(_written(tmp_path, whole))


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(NothingToRead, match=r"gone\.toml"):
        read_prices(tmp_path / "gone.toml")
    with pytest.raises(NothingToRead):
        read_prices(tmp_path)
    with pytest.raises(UsageError, match="no TOML"):
        read_prices(_written(tmp_path, "currency = "))
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableInput, match="UTF-8"):
        read_prices(tmp_path / "bytes.toml")
    for odd in (f"as_of = {'9' * 5000}", f"as_of = {'[' * 100_000}"):
        with pytest.raises((UsageError, UnreadableInput)):
            read_prices(_written(tmp_path, odd))
