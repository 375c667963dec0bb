"""Tests of reading: logs to canonical exchanges."""

from __future__ import annotations
