"""Logs to sketches: sources read a format, the sketch turns text into keyed fingerprints."""
