"""Simulated provider traffic: log records only."""
