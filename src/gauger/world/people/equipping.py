"""What an account works with and where it comes from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gauger.world.people.circle import MAX_TOKENS, TEMPERATURES, TOP_PS, Circle
from gauger.world.people.kind import Kind
from gauger.world.people.persona import Gear
from gauger.world.people.records import one
from gauger.world.place.addresses import Addresses, Reach
from gauger.world.place.clients import CLIENTS, client_of
from gauger.world.place.countries import Country
from gauger.world.place.models import adoption, model_of


def _operation(rng: np.random.Generator, kind: Kind) -> str:
    if kind.name == "nightly" and rng.random() < 0.5:
        return "batch"
    return "text_completion" if kind.frame == "research" and rng.random() < 0.1 else "chat"


def gear_of(
    rng: np.random.Generator, kind: Kind, shared: Circle | None, release: float | None
) -> Gear:
    """The programs, the models and the parameters of one account."""
    has = kind.shares if shared is not None else frozenset[str]()
    first = client_of(rng, kind.clients, kind.prefix)
    if shared is not None and "client" in has and not kind.prefix:
        first = shared.client
    clients: tuple[int, ...] = (first,)
    if rng.random() < 0.35 and ("client" not in has or kind.prefix):
        clients = (first, client_of(rng, kind.clients, kind.prefix))
    model = model_of(rng)
    adopts = adoption(rng, release, 20.0 if kind.voice == "form" else 6.0)
    if CLIENTS[first].family in {"browser", "phone"}:
        return Gear(clients, model, model_of(rng), adopts=adopts)
    if shared is not None and "params" in has:
        return Gear(
            clients,
            shared.model if kind.name != "agent_tool" or rng.random() < 0.8 else model,
            model,
            0.97,
            shared.temperature,
            shared.top_p,
            shared.max_tokens,
            adopts=adopts,
        )
    temperature = one(rng, TEMPERATURES) if kind.temperature == -1.0 else kind.temperature
    return Gear(
        clients,
        model,
        model_of(rng),
        0.85 + 0.15 * rng.random(),
        temperature,
        one(rng, TOP_PS),
        one(rng, MAX_TOKENS),
        _operation(rng, kind),
        adopts,
    )


def reach_of(
    rng: np.random.Generator,
    addresses: Addresses,
    kind: Kind,
    country: Country,
    shared: Circle | None,
) -> Reach:
    """The places that one account comes from."""
    if shared is not None and "exit" in kind.shares:
        if kind.reach in {"campus", "office"}:
            share = 0.5 + 0.4 * rng.random() if kind.reach == "office" else 0.55
            size = 4 if kind.reach == "campus" else 2
            return addresses.behind(shared.key, country, share, size)
        if kind.role == "resold":
            home = addresses.home(country, 0.0)
            return replace(
                home,
                away=shared.exit.away,
                away_count=shared.exit.away_count,
                away_window=shared.exit.away_window,
                away_share=0.85,
            )
        return shared.exit
    if kind.reach == "server":
        return addresses.elastic() if rng.random() < 0.35 else addresses.server()
    if kind.reach == "lab":
        return addresses.server(1) if rng.random() < 0.4 else addresses.home(country, 0.0)
    if kind.reach == "vpn":
        return addresses.vpn(country)
    return addresses.home(country)
