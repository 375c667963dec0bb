"""Campaigns as they appear in logs: one operator, many accounts, and nine ways of hiding."""

from __future__ import annotations
