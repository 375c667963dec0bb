"""Fits the arrivals and lengths of the simulated world to measured clients."""

from __future__ import annotations
