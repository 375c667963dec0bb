"""Client programs: what they call themselves, their TLS fingerprint, and how common they are.

A TLS fingerprint belongs to a library build, so unrelated programs share one; a program's
name carries a version that its users update at different times.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np


@dataclass(frozen=True, slots=True)
class Client:
    """One build of one client program."""

    family: str
    user_agent: str
    ja4: str
    weight: float
    stream: float


def _family(
    family: str, weight: float, stream: float, ja4: tuple[str, ...], agents: tuple[str, ...]
) -> tuple[Client, ...]:
    return tuple(
        Client(family, agent, ja4[i % len(ja4)], weight / (1.0 + 0.7 * i), stream)
        for i, agent in enumerate(agents)
    )


_CHROME = ("t13d1516h2_8daaf6152771_02713d6af862", "t13d1517h2_8daaf6152771_b0da82dd1658")
_FIREFOX = ("t13d1715h2_5b57614c22b0_5c2c66f702b0", "t13d1716h2_5b57614c22b0_3d5424432f57")
_SAFARI = ("t13d2014h2_a09f3c656075_14788d8d241b", "t13d2013h2_a09f3c656075_e42f34c56612")
_OKHTTP = ("t13d1312h2_f57a46bbacb6_e7c285222651",)
_PYTHON = (
    "t13d1812h1_85036bcba153_b26ce05bbdd6",
    "t13d4312h1_c7886603b240_b26ce05bbdd6",
    "t13d1811h1_85036bcba153_d41ae481755e",
)
_NODE = ("t13d591000_a33745022dd6_5ac7197df9d2", "t13d521100_b262b3658495_8e6e362c5eac")
_GO = ("t13d190900_9dc949149365_97f8aa674fd9", "t13d131000_f57a46bbacb6_ab7e3b40a677")
_JAVA = ("t13d491100_bd868743f55c_fa269c3d986d", "t13d311200_e8f1e7e78f70_6bebaf5329ac")
_CURL = ("t13d3112h2_e8f1e7e78f70_375ca2c5e164", "t13d4907h2_0d8feac7bc37_7395dae3b2f3")
_DOTNET = ("t12d210700_76e208dd3e22_8f02c7ec5b3b",)
_RUST = ("t13d1011h2_61a7ad8aa9b6_3fcd1a44f3e3",)

CLIENTS: Final = (
    *_family(
        "browser",
        10,
        1.0,
        _CHROME,
        tuple(
            f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0 Safari/537.36"
            for v in (135, 134, 133, 131)
            for system in (
                "Windows NT 10.0; Win64; x64",
                "Macintosh; Intel Mac OS X 10_15_7",
                "X11; Linux x86_64",
            )
        ),
    ),
    *_family(
        "browser",
        2.5,
        1.0,
        _FIREFOX,
        tuple(
            f"Mozilla/5.0 ({system}; rv:{v}.0) Gecko/20100101 Firefox/{v}.0"
            for v in (137, 136, 128)
            for system in ("Windows NT 10.0; Win64; x64", "X11; Linux x86_64")
        ),
    ),
    *_family(
        "browser",
        4,
        1.0,
        _SAFARI,
        tuple(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
            f" Version/{v} Safari/605.1.15"
            for v in ("18.4", "18.3", "17.6")
        ),
    ),
    *_family(
        "phone",
        4,
        1.0,
        _SAFARI,
        tuple(
            f"AssistantApp/{v} (iPhone; iOS {i})"
            for v, i in (("4.12.0", "18.4"), ("4.11.2", "18.3"), ("4.9.1", "17.7"))
        ),
    ),
    *_family(
        "phone",
        4,
        1.0,
        _OKHTTP,
        tuple(
            f"AssistantApp/{v} (Android {a}; okhttp/4.12.0)"
            for v, a in (("4.12.0", 15), ("4.11.4", 14), ("4.10.0", 13))
        ),
    ),
    *_family(
        "sdk",
        10,
        0.35,
        _PYTHON,
        tuple(
            f"llm-sdk-python/{v} CPython/3.{p}"
            for v, p in (
                ("1.74.0", 12),
                ("1.73.1", 11),
                ("1.71.0", 12),
                ("1.68.2", 10),
                ("1.61.0", 11),
                ("1.52.0", 11),
                ("1.40.3", 9),
            )
        ),
    ),
    *_family(
        "sdk",
        5,
        0.5,
        _NODE,
        tuple(f"llm-sdk-node/{v}" for v in ("4.95.0", "4.93.0", "4.90.0", "4.82.0", "4.71.1")),
    ),
    *_family(
        "http",
        4,
        0.15,
        _PYTHON,
        (
            "python-requests/2.32.3",
            "python-httpx/0.28.1",
            "Python/3.11 aiohttp/3.11.16",
            "python-requests/2.31.0",
            "python-httpx/0.27.0",
            "Python/3.10 aiohttp/3.9.5",
        ),
    ),
    *_family("http", 2, 0.2, _NODE, ("axios/1.8.4", "node-fetch/1.0", "axios/1.7.9", "undici")),
    *_family("http", 1.5, 0.2, _GO, ("Go-http-client/2.0", "Go-http-client/1.1", "llm-go/0.9.3")),
    *_family(
        "http",
        1,
        0.1,
        _JAVA,
        ("Java-http-client/17.0.9", "Apache-HttpClient/5.4 (Java/21)", "okhttp/4.12.0"),
    ),
    *_family("http", 0.7, 0.1, _CURL, ("curl/8.5.0", "curl/8.7.1", "PHP/8.3 GuzzleHttp/7")),
    *_family("http", 0.6, 0.1, _DOTNET, ("llm-dotnet/2.1.0", "RestSharp/112.1.0.0")),
    *_family("http", 0.4, 0.3, _RUST, ("reqwest/0.12.15", "async-llm/0.28.0")),
    *_family(
        "tool",
        5,
        1.0,
        _NODE,
        (
            "tidewater-cli/1.8.2 (node 20)",
            "tidewater-cli/1.8.1 (node 22)",
            "tidewater-cli/1.7.9 (node 20)",
        ),
    ),
    *_family("tool", 1.5, 1.0, _RUST, ("halyard-agent/0.31.0", "halyard-agent/0.30.4")),
)
"""Every client build in use, most common first within its family."""

AGENTS: Final = tuple(client.user_agent for client in CLIENTS)
JA4: Final = tuple(client.ja4 for client in CLIENTS)


@cache
def _shares(families: tuple[str, ...], prefix: str) -> tuple[list[int], list[float]]:
    chosen = [
        i
        for i, client in enumerate(CLIENTS)
        if client.family in families and client.user_agent.startswith(prefix)
    ]
    weights = np.array([CLIENTS[i].weight for i in chosen])
    shares: list[float] = np.cumsum(weights / weights.sum()).tolist()
    return chosen, shares


def client_of(rng: np.random.Generator, families: tuple[str, ...], prefix: str = "") -> int:
    """A client of the given families, drawn by how common it is."""
    chosen, shares = _shares(families, prefix)
    return chosen[min(int(np.searchsorted(shares, rng.random())), len(chosen) - 1)]
