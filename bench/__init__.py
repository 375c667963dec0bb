"""Benchmarks of quality and speed; run from the root of the repository."""
