"""Tests of the simulated provider."""

from __future__ import annotations
