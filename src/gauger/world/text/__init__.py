"""Prompts and answers made from a grammar of topics, without outside data."""

from __future__ import annotations
