"""Charts as inline SVG: small pure functions from numbers to markup, one file per chart."""

from __future__ import annotations
