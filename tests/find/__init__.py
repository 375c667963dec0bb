"""Tests of the step from sketches to networks."""
