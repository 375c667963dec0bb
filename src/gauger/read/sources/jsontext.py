"""Bytes to JSON values, forgiving what loses nothing and naming what cannot be read."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

from gauger.read.sources.rejects import RejectedRecord

_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.]{8,18}Z (?=[\[{])")
_SURROGATES = re.compile("[\ud800-\udfff]")


def parse(text: bytes) -> Any:
    """One JSON value; lone surrogates become U+FFFD, NaN and infinities are let through.

    Raises `RejectedRecord` with a reason that quotes nothing of the text.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return _parse_leniently(text, error)


def without_stamp(line: bytes) -> bytes:
    """A line without the time that CloudWatch's export to S3 puts before each record."""
    if not line[:1].isdigit():
        return line
    stamp = _STAMP.match(line)
    return line if stamp is None else line[stamp.end() :]


def kind_of(value: Any) -> str:
    """What a JSON value is, in words."""
    if isinstance(value, bool):
        return "true or false"
    kinds = {dict: "an object", list: "a list", str: "a string", type(None): "null"}
    return kinds.get(type(value), "a number")


def compact(value: Any) -> str | None:
    """JSON without blanks, keys in the order given; null for what nests too deep to write."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        try:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        except (TypeError, ValueError, RecursionError):
            return None


def _parse_leniently(text: bytes, error: orjson.JSONDecodeError) -> Any:
    # orjson is strict where the standard library is not: lone surrogates, NaN, huge integers.
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as undecodable:
        raise RejectedRecord(f"invalid UTF-8 at byte {undecodable.start + 1}") from None
    try:
        return _cleaned(json.loads(decoded))
    except RecursionError:
        raise RejectedRecord("the record nests too deep") from None
    except ValueError:
        raise RejectedRecord(f"not JSON: broken at byte {error.pos + 1}") from None


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    return value
