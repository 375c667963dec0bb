"""Countries with their share of customers, time zones, languages and public holidays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np


@dataclass(frozen=True, slots=True)
class Country:
    """What living in a country means for the traffic of an account.

    `homes` are the first two numbers of its access providers' ranges, `mobile` of its carriers'.
    """

    code: str
    weight: float
    zones: tuple[float, ...]
    languages: tuple[str, ...]
    homes: tuple[str, ...]
    mobile: str
    mail: tuple[str, ...]
    weekend: tuple[int, int] = (5, 6)


def _country(line: str) -> Country:
    code, weight, zones, languages, homes, mobile, mail = line.split()
    weekend = (4, 5) if code in {"EG", "SA"} else (5, 6)
    return Country(
        code,
        float(weight),
        tuple(float(zone) for zone in zones.split(",")),
        tuple(languages.split(",")),
        tuple(homes.split(",")),
        mobile,
        tuple(mail.split(",")),
        weekend,
    )


COUNTRIES: Final = tuple(
    _country(line)
    for line in """
US 30 -5,-5,-6,-6,-7,-8,-8 en,en,en,en,en,en,es,zh 73.12,73.189,98.14,68.45,71.88,24.6,76.103,108.26 172.56 gmail.com,gmail.com,yahoo.com,outlook.com,icloud.com
IN 10 5.5 en 49.36,103.81,117.200,122.161,157.32 106.200 gmail.com,gmail.com,gmail.com,outlook.com
GB 7 0 en 86.1,81.98,92.12,2.24 82.132 gmail.com,outlook.com,hotmail.co.uk,icloud.com
DE 7 1 de,de,de,en 84.128,91.10,79.192,93.192 80.187 gmail.com,web.de,gmx.de,outlook.com
FR 4 1 en 90.3,82.64,78.192 37.164 gmail.com,orange.fr,outlook.fr
CA 4 -5,-7,-8 en 70.24,99.224,142.112 72.136 gmail.com,outlook.com,icloud.com
JP 5 9 ja,ja,ja,en 126.5,60.104,118.8 49.98 gmail.com,yahoo.co.jp,icloud.com
KR 4 9 ko,ko,ko,en 121.128,175.192,211.104 223.62 gmail.com,naver.com,naver.com
TW 3 8 zh,zh,en 114.24,36.224,1.160 49.216 gmail.com,gmail.com,outlook.com
HK 3 8 zh,en 112.118,14.198,218.250 203.145 gmail.com,outlook.com,qq.com
SG 3 8 en,zh 116.86,175.156,219.74 182.55 gmail.com,gmail.com,outlook.com,qq.com
CN 3 8 zh 58.32,114.84,183.14,223.70 117.136 qq.com,163.com,gmail.com,outlook.com
ES 3 1 es,es,es,en 83.32,88.0,79.144 95.127 gmail.com,hotmail.com,outlook.es
MX 3 -6 es 187.188,189.146,201.141 200.68 gmail.com,hotmail.com
AR 2 -3 es 181.44,190.16,186.22 181.9 gmail.com,hotmail.com
RU 3 3,5 ru 95.24,178.140,46.138 85.140 gmail.com,yandex.ru,mail.ru
UA 2 2 ru,en 93.72,176.36 46.211 gmail.com,ukr.net
TH 2 7 th,th,en 171.96,58.8,124.120 49.230 gmail.com,hotmail.com
VN 2 7 en 14.160,113.160,27.64 171.224 gmail.com
ID 2 7 en 36.64,180.244,114.120 182.0 gmail.com,yahoo.com
BR 4 -3 en 177.32,187.20,189.4 179.84 gmail.com,hotmail.com,outlook.com
NL 2 1 en 84.24,77.160,62.194 188.206 gmail.com,outlook.com,ziggo.nl
PL 2 1 en 83.0,89.64,79.184 5.173 gmail.com,wp.pl,onet.pl
AU 3 10,8 en 58.160,101.160,121.208 1.120 gmail.com,outlook.com,bigpond.com
NG 1 1 en 105.112,102.88 197.210 gmail.com,yahoo.com
ZA 1 2 en 105.184,41.144 41.116 gmail.com,outlook.com
TR 1 3 en 78.160,88.224 5.24 gmail.com,hotmail.com
EG 1 2 en 41.32,156.160 197.32 gmail.com,yahoo.com
""".strip().splitlines()
)

CODES: Final = tuple(country.code for country in COUNTRIES)


@cache
def _shares() -> list[float]:
    weights = np.array([country.weight for country in COUNTRIES])
    shares: list[float] = np.cumsum(weights / weights.sum()).tolist()
    return shares


def country_of(rng: np.random.Generator) -> Country:
    """A country drawn by its share of customers."""
    return COUNTRIES[min(int(np.searchsorted(_shares(), rng.random())), len(COUNTRIES) - 1)]


def by_code(code: str) -> Country:
    """A country by its two letters."""
    return COUNTRIES[CODES.index(code)]


def holidays(days: int, seed: int) -> dict[str, frozenset[int]]:
    """Days of the window on which a country rests, counted from its first day.

    About one public holiday a month falls on each country; neighbours share some of them.
    """
    rng = np.random.default_rng([seed, 7])
    shared = rng.integers(0, max(days, 1), max(1, days // 30))
    resting: dict[str, frozenset[int]] = {}
    for country in COUNTRIES:
        own = rng.integers(0, max(days, 1), rng.poisson(days / 30))
        common = shared[rng.random(len(shared)) < 0.5]
        resting[country.code] = frozenset(int(day) for day in (*own, *common))
    return resting
