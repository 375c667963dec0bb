"""What the members of a group have in common, and why that is ordinary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from gauger.world.people.fitted import temper
from gauger.world.people.kind import HABITS, Kind
from gauger.world.people.persona import Temper
from gauger.world.people.records import DAY, one, signed_up, token
from gauger.world.place.addresses import Addresses, Reach
from gauger.world.place.clients import client_of
from gauger.world.place.countries import Country, country_of
from gauger.world.place.models import model_of
from gauger.world.text import frames, names
from gauger.world.text.frames import Frame
from gauger.world.text.lexicon import lexicon

TOOLSETS: Final = (
    '["read_file","edit_file","run_command","search_files","list_dir"]',
    '["browser_open","browser_click","browser_type","screenshot"]',
    '["python","web_search","fetch_url"]',
    '["get_order","update_ticket","send_message"]',
    '["sql_query","plot","export_csv"]',
    '["bash","str_replace_editor","think"]',
    '["create_event","list_events","send_email"]',
)
"""Lists of tools in common use, agent programs' own first."""
CODING_TOOLS: Final = (TOOLSETS[0], TOOLSETS[1], TOOLSETS[2], TOOLSETS[5])

TEMPERATURES: Final = (None, None, None, 0.0, 0.2, 0.3, 0.5, 0.7, 0.7, 1.0, 1.0)
TOP_PS: Final = (None, None, None, None, 1.0, 0.95, 0.9)
MAX_TOKENS: Final = (None, None, 1024, 2048, 4096, 4096, 8192, 512)


@dataclass(frozen=True, slots=True)
class Circle:
    """One draw of everything that a group may share; its kind says which of these it does."""

    key: str
    country: Country
    frame: Frame
    tools: str | None
    client: int
    model: int
    temperature: float | None
    top_p: float | None
    max_tokens: int | None
    payment: str
    cards: tuple[str, ...]
    organization: str
    domain: str
    signup: int
    topics: tuple[int, ...]
    items: int
    exit: Reach
    moment: float
    temper: Temper | None


def temper_of(rng: np.random.Generator, kind: Kind) -> Temper | None:
    """How a program of this kind arrives; none for people."""
    if kind.arrival == "person":
        return None
    return temper(rng, kind.arrival, sum(HABITS[kind.habit].peaks) / 2)


def frame_of(kind: Kind, rng: np.random.Generator, topics: tuple[int, ...]) -> Frame:
    """A frame of the family that the kind uses."""
    if kind.frame is None:
        return Frame()
    own = int(rng.integers(0, names.POOL))
    family = "purpose" if kind.frame in frames.purposes() else "ordinary"
    return frames.compose(family, kind.frame, rng, one(rng, topics), own, kind.bare)


def _exit(kind: Kind, key: str, country: Country, addresses: Addresses, size: int) -> Reach:
    if kind.reach in {"campus", "office"}:
        start, many = addresses.exit(key, country, 4 if kind.reach == "campus" else 2)
        return Reach(start, many, 1e9, start, many, many, 1e9, 1.0)
    if kind.reach == "gateway":
        start, many = addresses.exit(key, country, max(3, size // 8))
        return Reach(start, many, 1e9, start, many, many, 1e9, 1.0)
    return addresses.server(3 + size // 20)


def circle(
    kind: Kind,
    number: int,
    size: int,
    rng: np.random.Generator,
    addresses: Addresses,
    start: int,
    days: float,
    items: int,
) -> Circle:
    """Draw what one group of a kind has in common."""
    country = country_of(rng)
    language = one(rng, country.languages)
    if kind.voice in {"form", "tasks", "agent", "promo"} or kind.items in {"benchmark", "tutorial"}:
        language = "en"
    fitting = lexicon().topics(language, kind.fields)
    topics = tuple(one(rng, fitting) for _ in range(3))
    key = f"{kind.name} {number}"
    domain = names.firm(rng)
    ending = ".edu" if kind.reach == "campus" else one(rng, (".com", ".io", ".co", ".net"))
    temperature = one(rng, TEMPERATURES) if kind.temperature == -1.0 else kind.temperature
    if kind.prefix.startswith("tidewater") or kind.prefix.startswith("halyard"):
        tools = TOOLSETS[0 if kind.prefix.startswith("tidewater") else 5]
    else:
        tools = None
    return Circle(
        key=key,
        country=country,
        frame=frame_of(kind, rng, topics),
        tools=tools,
        client=client_of(rng, kind.clients, kind.prefix),
        model=model_of(rng),
        temperature=temperature,
        top_p=one(rng, TOP_PS),
        max_tokens=one(rng, MAX_TOKENS),
        payment=token(rng, "pm_"),
        cards=tuple(token(rng, "pm_") for _ in range(max(2, size // 20))),
        organization=token(rng, "org_", 6),
        domain=domain + ending,
        signup=signed_up(rng, start, country.zones[0], 0.25 if "signup" in kind.shares else 2.0)
        - 2 * DAY,
        topics=topics,
        items=items,
        exit=_exit(kind, key, country, addresses, size),
        moment=days * (0.3 + 0.6 * rng.random()),
        temper=temper_of(rng, kind),
    )
