"""One day of traffic: who comes when, what is said, and the records it leaves."""

from __future__ import annotations
