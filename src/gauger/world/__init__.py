"""Simulated provider traffic: log records only."""

from __future__ import annotations

from gauger.world.scenario import scenario_names
from gauger.world.simulate import World, simulate

__all__ = ["World", "scenario_names", "simulate"]
