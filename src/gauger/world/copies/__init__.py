"""One world of sketches copied into many: what stays the same, what becomes another's."""

from __future__ import annotations
