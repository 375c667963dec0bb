"""Source addresses: homes that drift, carriers that strangers share, servers, exits and proxies.

An account reaches the provider from a short list of places. All places lie in one book of
addresses; an account's `Reach` names slices of it, so that a pool shared by thousands of
accounts is stored once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from gauger.world.place.countries import COUNTRIES, Country
from gauger.world.text.data import words

CLOUD: Final = words("places")["cloud"].split()
"""First two numbers of the ranges of hosting companies."""

VPN: Final = words("places")["vpn"].split()
"""First two numbers of the ranges from which consumer VPNs exit."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The slices of the book that an account uses.

    `home` changes every `period` days through `home_count` addresses; with probability
    `away_share` a session comes from `away_count` others instead, of which a window of
    `away_window` is open for `away_period` days.
    """

    home: int
    home_count: int = 1
    period: float = 1e9
    away: int = 0
    away_count: int = 1
    away_window: int = 1
    away_period: float = 1e9
    away_share: float = 0.0


class Addresses:
    """The book of addresses of one world, filled while accounts are cast."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.book: list[str] = []
        self._pools: dict[str, tuple[int, int]] = {}
        self._homes: list[int] = []

    def _number(self, low: int, high: int) -> int:
        return low + int(self.rng.random() * (high - low))

    def _add(self, addresses: list[str]) -> tuple[int, int]:
        start = len(self.book)
        self.book.extend(addresses)
        return start, len(addresses)

    def _v4(self, prefixes: tuple[str, ...] | list[str]) -> str:
        prefix = prefixes[self._number(0, len(prefixes))]
        return f"{prefix}.{self._number(0, 256)}.{self._number(2, 254)}"

    def _residential(self, country: Country) -> str:
        if self.rng.random() < 0.1:
            site = self._number(0, 1 << 32)
            host = self._number(0, 1 << 32)
            block = 0x2A02 + len(country.code) + ord(country.code[0])
            return (
                f"{block:x}:{ord(country.code[1]):x}00:{site >> 16:x}:{site & 0xFFFF:x}"
                f"::{host >> 16:x}:{host & 0xFFFF:x}"
            )
        return self._v4(country.homes)

    def pool(self, key: str, size: int, prefixes: list[str], blocks: int) -> tuple[int, int]:
        """A pool known by name, its addresses spread over a number of /24 blocks."""
        if key not in self._pools:
            nets = [self._v4(prefixes).rsplit(".", 1)[0] for _ in range(blocks)]
            self._pools[key] = self._add(
                [f"{nets[i * blocks // size]}.{self._number(2, 254)}" for i in range(size)]
            )
        return self._pools[key]

    def carrier(self, country: Country) -> tuple[int, int]:
        """The gateways behind which a carrier puts all of its customers."""
        return self.pool(f"carrier {country.code}", 48, [country.mobile], 6)

    def home(self, country: Country, away: float = 0.25) -> Reach:
        """A private line whose address changes now and then, and a telephone."""
        changes = self.rng.random() < 0.45
        count = self._number(2, 9) if changes else 1
        start, count = self._add([self._residential(country) for _ in range(count)])
        self._homes.append(start)
        mobile, gateways = self.carrier(country)
        share = away * 2 * self.rng.random()
        period = 1.0 + 12.0 * self.rng.random()
        return Reach(start, count, period, mobile, gateways, gateways, 1e9, share)

    def server(self, count: int | None = None) -> Reach:
        """Rented machines: a few lasting addresses, used at random."""
        machines = count or (1 if self.rng.random() < 0.6 else self._number(2, 7))
        start, many = self._add([self._v4(CLOUD) for _ in range(machines)])
        return Reach(start, many, 1e9, start, many, many, 1e9, 1.0)

    def elastic(self) -> Reach:
        """Functions in a cloud region: any of the region's many exits, shared by strangers."""
        region = self._number(0, 8)
        start, many = self.pool(f"region {region}", 240, [CLOUD[region]], 60)
        return Reach(start, many, 1e9, start, many, many, 1e9, 1.0)

    def vpn(self, country: Country) -> Reach:
        """A home line seldom seen, because most sessions leave through a shared VPN exit."""
        home = self.home(country, 0.0)
        place = self._number(0, 12)
        start, many = self.pool(f"vpn {place}", 40, VPN, 3)
        return Reach(home.home, home.home_count, home.period, start, many, many, 1e9, 0.85)

    def exit(self, key: str, country: Country, size: int = 3) -> tuple[int, int]:
        """The gateway addresses of a campus or an office."""
        return self.pool(key, size, list(country.homes), 1)

    def behind(self, key: str, country: Country, share: float, size: int = 3) -> Reach:
        """A home line plus the exit of an office or campus for a share of the sessions."""
        home = self.home(country, 0.0)
        start, many = self.exit(key, country, size)
        return Reach(home.home, home.home_count, home.period, start, many, many, 1e9, share)

    def residential_exits(self, key: str, size: int, codes: tuple[str, ...]) -> tuple[int, int]:
        """Exits in private homes, a tenth of them homes of customers who know nothing of it."""
        if key not in self._pools:
            chosen = [c for c in COUNTRIES if c.code in codes] or list(COUNTRIES)
            exits = [
                self.book[self._homes[self._number(0, len(self._homes))]]
                if self._homes and self.rng.random() < 0.1
                else self._residential(chosen[self._number(0, len(chosen))])
                for _ in range(size)
            ]
            self._pools[key] = self._add(exits)
        return self._pools[key]
