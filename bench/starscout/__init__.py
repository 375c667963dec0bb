"""Linkage and timing on another domain: suspected fake stars of code repositories (StarScout)."""

from __future__ import annotations
