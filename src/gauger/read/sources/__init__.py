"""Provider logs of several formats, read into canonical exchanges."""

from __future__ import annotations

from gauger.read.sources.logs import Logs, open_logs
from gauger.read.sources.registry import SOURCES
from gauger.read.sources.rejects import Rejects
from gauger.read.sources.settings import InputFile, SourceSettings, Unfilled

__all__ = [
    "SOURCES",
    "InputFile",
    "Logs",
    "Rejects",
    "SourceSettings",
    "Unfilled",
    "open_logs",
]
