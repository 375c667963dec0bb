"""Reads a price list that a person wrote: gauger ships no price, since prices go out of date."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from gauger.model.errors import NothingToRead, UnreadableInput
from gauger.model.prices import ModelPrice, PriceList
from gauger.model.tables import TableReader

REMEDY: Final = "give a price list in TOML, as docs/taken.md shows"
HIGHEST: Final = 1e6
"""Most that a million tokens may cost: beyond it a unit was surely mistaken."""


def read_prices(path: Path) -> PriceList:
    """The price list in a TOML file, in the order of its entries.

    Raises `NothingToRead` and `UnreadableInput` for a file that cannot be read, and `UsageError`
    with key, what stands there and what may for one that is no price list.
    """
    if not path.is_file():
        raise NothingToRead(path, "there is no such file", REMEDY)
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise UnreadableInput(path, (error.strerror or str(error)).lower(), REMEDY) from error
    except UnicodeDecodeError as error:
        raise UnreadableInput(path, "it is not UTF-8 text", REMEDY) from error
    read = TableReader("price list", str(path))
    try:
        document = read.parse(text)
    except (ValueError, RecursionError) as error:
        # Numbers and nesting past what Python takes are no error of TOML.
        raise UnreadableInput(path, "it holds what no price list can", REMEDY) from error
    return _price_list(read, document, path.name, hashlib.sha256(content).hexdigest())


def _price_list(read: TableReader, document: dict[str, Any], file: str, sha256: str) -> PriceList:
    read.known(document, ("currency", "as_of", "models"), "")
    currency = document.get("currency")
    if not isinstance(currency, str) or not re.fullmatch(r"[A-Z]{3}", currency):
        raise read.wrong("currency", currency, "three capital letters such as EUR")
    models = read.table(document, "models")
    if not models:
        raise read.wrong("models", None, 'a table such as `[models."example-*"]`')
    return PriceList(
        file=file,
        sha256=sha256,
        as_of=read.date(document, "as_of", ""),
        currency=currency,
        prices=tuple(_model(read, models, name) for name in models),
    )


def _model(read: TableReader, models: dict[str, Any], name: str) -> ModelPrice:
    entry = read.table(models, name, "models.")
    where = f"models.{name}."
    read.known(entry, ("input", "output", "cached_input"), where)
    cached = read.optional(entry, "cached_input", where, 0, HIGHEST)
    return ModelPrice(
        pattern=name,
        input=_exact(read.number(entry, "input", where, 0, HIGHEST, whole=False)),
        output=_exact(read.number(entry, "output", where, 0, HIGHEST, whole=False)),
        cached_input=None if cached is None else _exact(cached),
    )


def _exact(price: float) -> Decimal:
    """The price as it was written: 0.1 is no binary fraction, and an amount is money."""
    return Decimal(str(price))
