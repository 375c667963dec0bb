"""Tests of the step where text ends."""
