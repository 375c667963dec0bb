"""How the loops over the bytes of logs are compiled."""

from __future__ import annotations

from typing import Any, Final

import numba

_njit: Any = numba.njit
"""What it takes and does not tell of is asked for below."""

compiled: Final = _njit(nogil=True, cache=True, _nrt=False)
"""For loops that make no array: those that they are given are theirs for the call, and are not
counted as held and let go of again at every use, which took most of the time of sketching."""
