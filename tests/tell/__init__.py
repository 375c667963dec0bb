"""Tests of how claims are told to people."""
