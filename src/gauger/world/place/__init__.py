"""Where exchanges come from: countries, addresses, client programs, models."""

from __future__ import annotations
