"""Tests of what accounts did, and share."""
