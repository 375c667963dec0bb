"""Axis `network`: from one hosting range to one lasting residential line for each account."""

from __future__ import annotations

from gauger.world.place.addresses import CLOUD, Addresses, Reach
from gauger.world.place.countries import by_code

EXIT_COUNTRIES = ("US", "GB", "DE", "BR", "IN", "CA", "FR", "PL", "MX", "ID", "JP")


def _shared(start: int, size: int, window: int, period: float) -> Reach:
    return Reach(start, 1, 1e9, start, size, window, period, 1.0)


def reaches(level: int, addresses: Addresses, key: str, countries: list[str]) -> list[Reach]:
    """One reach for each account, whose declared countries are given.

    0: one hosting range; 1: hosting ranges in rotation, a few open at a time; 2: residential
    exits, another for each session; 3: one lasting residential exit for each account.
    """
    many = len(countries)
    if level == 0:
        start, size = addresses.pool(f"range {key}", max(4, min(200, many // 2)), CLOUD, 1)
        return [_shared(start, size, size, 1e9)] * many
    if level == 1:
        blocks = max(8, min(60, many // 8))
        start, size = addresses.pool(f"ranges {key}", blocks * 12, CLOUD, blocks)
        return [_shared(start, size, max(24, size // 4), 1.0)] * many
    if level == 2:
        start, size = addresses.residential_exits(
            f"exits {key}", max(200, many * 6), EXIT_COUNTRIES
        )
        return [_shared(start, size, size, 1e9)] * many
    homes = (addresses.home(by_code(code), 0.0) for code in countries)
    return [Reach(home.home) for home in homes]
