"""The formats gauger reads; of those that recognise a record alike, the first is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from gauger.model.errors import UnknownFormat, UsageError
from gauger.read.sources.access_logs import ENVOY, KONG
from gauger.read.sources.anthropic import Anthropic
from gauger.read.sources.anthropic_batch import ANTHROPIC_BATCH
from gauger.read.sources.bedrock import Bedrock
from gauger.read.sources.canonical import Canonical
from gauger.read.sources.helicone import Helicone
from gauger.read.sources.langfuse import Langfuse
from gauger.read.sources.litellm import LiteLLM
from gauger.read.sources.openai import OpenAI
from gauger.read.sources.openai_batch import OPENAI_BATCH
from gauger.read.sources.otel import OpenTelemetry
from gauger.read.sources.source import Sample, Source

_LANGFUSE: Final = Langfuse()

_ALL: Final[tuple[Source, ...]] = (
    # What gateways saw is read before the exchanges that it is given to.
    ENVOY,
    KONG,
    Canonical(),
    LiteLLM(),
    OpenTelemetry(),
    Bedrock(),
    _LANGFUSE,
    Helicone(),
    OPENAI_BATCH,
    ANTHROPIC_BATCH,
    Anthropic(),
    OpenAI(),
)

SOURCES: Final[Mapping[str, Source]] = MappingProxyType({source.name: source for source in _ALL})
"""Every source by the name that `--format` takes."""

_KEYS_SHOWN = 12
_KEY_CHARACTERS = 40


def source_named(name: str) -> Source:
    """The source that `--format` names; raises `UsageError` for a name that is none."""
    if name not in SOURCES:
        raise UsageError("the log format does not exist", f"`{name}`", f"use {known()} or `auto`")
    return SOURCES[name]


def columnar_source(columns: Sequence[str], wanted: str) -> Source | None:
    """The source of a Parquet file with such columns, if it is `wanted` or anything may be."""
    if wanted in ("auto", _LANGFUSE.name) and _LANGFUSE.has_columns(columns):
        return _LANGFUSE
    return SOURCES[Canonical.name] if wanted in ("auto", Canonical.name) else None


def source_for(path: Path, sample: Sample) -> Source:
    """The source that recognises a file's first records; raises `UnknownFormat`."""
    scores = [(source.recognises(sample), source) for source in _ALL]
    best, source = max(scores, key=lambda score: score[0])
    if best:
        return source
    remedy = f"gauger reads {known()}; choose one with `--format` if the file is in it"
    if not sample:
        raise UnknownFormat(path, "its beginning holds no JSON object", remedy)
    keys: dict[str, Any] = {}
    for record in sample:
        keys.update(dict.fromkeys(record))
    shown = ", ".join(f"`{key[:_KEY_CHARACTERS]}`" for key in list(keys)[:_KEYS_SHOWN])
    raise UnknownFormat(path, f"no format has records with keys {shown or 'none'}", remedy)


def known() -> str:
    """The names of all formats, for a message."""
    return ", ".join(f"`{name}`" for name in SOURCES)
