"""Casts accounts: a kind, what the group shares, and a life of its own for each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from gauger.world.people import records
from gauger.world.people.circle import MAX_TOKENS, TEMPERATURES, TOOLSETS, TOP_PS, Circle, frame_of
from gauger.world.people.circle import circle as draw_circle
from gauger.world.people.kind import HABITS, Kind
from gauger.world.people.persona import Clock, Gear, Persona, Record, Speech, Volume
from gauger.world.people.records import DAY, one
from gauger.world.place.addresses import Addresses, Reach
from gauger.world.place.clients import CLIENTS, client_of
from gauger.world.place.countries import Country, country_of
from gauger.world.place.models import model_of
from gauger.world.text.frames import Frame, compose
from gauger.world.text.lexicon import lexicon
from gauger.world.text.names import POOL
from gauger.world.text.tasks import ItemSet, item_set

_ITEM_SIZES = {"homework": (4, 9), "benchmark": (40, 90), "viral": (1, 2), "tutorial": (2, 5)}


@dataclass(slots=True)
class Caster:
    """Draws accounts one after another; `mean` is the expected exchanges of an account a day."""

    rng: np.random.Generator
    addresses: Addresses
    start: int
    days: float
    mean: float
    public: ItemSet
    items: list[ItemSet] = field(default_factory=list)

    def group(self, kind: Kind, number: int, size: int) -> list[Persona]:
        """One group of a kind, sharing what the kind says that it shares."""
        items = -1
        if kind.items is not None:
            low, high = _ITEM_SIZES[kind.items]
            fitting = lexicon().topics("en", kind.fields)
            topics = tuple(one(self.rng, fitting) for _ in range(4))
            items = len(self.items)
            wanted = int(self.rng.integers(low, high))
            if kind.items == "benchmark":
                self.items.append(ItemSet(self.public.texts[:wanted], self.public.topics[:wanted]))
            else:
                self.items.append(item_set(self.rng, topics, wanted))
        shared = draw_circle(
            kind, number, size, self.rng, self.addresses, self.start, self.days, items
        )
        return [self.persona(kind, shared) for _ in range(size)]

    def persona(self, kind: Kind, shared: Circle | None = None) -> Persona:
        """One account of a kind."""
        rng = self.rng
        has = kind.shares if shared is not None else frozenset[str]()
        country = shared.country if shared is not None and "country" in has else country_of(rng)
        zone = one(rng, country.zones)
        record = records.record(
            rng,
            country,
            zone,
            self.start,
            company=kind.company,
            organization=kind.organization,
        )
        if shared is not None:
            record = self._joined(kind, record, shared)
        speech = self._speech(kind, country, shared if has else None)
        clock = self._clock(kind, zone, shared)
        record = replace(self._lived(kind, record, clock), contract=kind.contract)
        return Persona(
            kind=kind.name,
            record=record,
            speech=speech,
            clock=clock,
            volume=self._volume(kind, clock, shared),
            gear=self._gear(kind, shared if has else None),
            reach=self._reach(kind, country, shared if has else None),
            role=kind.role,
        )

    def _joined(self, kind: Kind, record: Record, shared: Circle) -> Record:
        rng, has = self.rng, kind.shares
        if "payment" in has:
            card = one(rng, shared.cards) if kind.role == "resold" else shared.payment
            record = replace(
                record, payment=card, plan="payg" if record.plan == "free" else record.plan
            )
        if "organization" in has:
            record = replace(record, organization_id=shared.organization, plan="enterprise")
        if "domain" in has and (kind.reach != "campus" or rng.random() < 0.8):
            record = replace(record, email=f"{records.mailbox(rng)}@{shared.domain}")
        if "signup" in has:
            waves = 4 if kind.role == "resold" else 1
            later = int(rng.integers(0, waves)) * 9 + rng.exponential(1.2)
            created = min(shared.signup + int(later * DAY), self.start - DAY // 2)
            record = replace(record, created_at=created)
        return record

    def _lived(self, kind: Kind, record: Record, clock: Clock) -> Record:
        """A record that agrees with the days on which the account is active."""
        first, last = clock.span
        if first > 0 and kind.window == "all" and "signup" not in kind.shares:
            moment = first - 0.3 * self.rng.random() ** 2
            record = replace(record, created_at=self.start + int(moment * DAY))
        if 0 < last < self.days and kind.window == "all" and self.rng.random() < 0.4:
            closed = last + 2.0 * self.rng.random()
            record = replace(record, closed_at=self.start + int(closed * DAY))
        return record

    def _speech(self, kind: Kind, country: Country, shared: Circle | None) -> Speech:
        rng = self.rng
        language = one(rng, country.languages)
        if kind.voice in {"form", "agent"} and rng.random() < 0.7:
            language = "en"
        fitting = lexicon().topics(language, kind.fields)
        few = kind.voice in {"form", "promo"}
        topics = tuple(
            one(rng, fitting) for _ in range(1 + int(rng.random() * 2) if few else self._breadth())
        )
        if rng.random() < 0.5 and not few:
            topics = (*topics, one(rng, lexicon().topics(language)))
        own_frame = self._frame(kind, topics)
        has = kind.shares if shared is not None else frozenset[str]()
        if shared is not None and "topics" in has:
            topics = shared.topics
        tools = shared.tools if shared is not None and "tools" in has else None
        if tools is None and kind.name == "developer" and rng.random() < 0.12:
            tools = one(rng, TOOLSETS)
        return Speech(
            voice=kind.voice,
            topics=topics,
            own=int(rng.integers(0, POOL)),
            frame=shared.frame if shared is not None and "frame" in has else own_frame,
            tools=tools,
            items=shared.items if shared is not None and "items" in has else -1,
            answer=kind.answer,
            style=one(rng, (0, 0, 0, 0, 1, 2)),
            step=kind.step * 2 * rng.random(),
            react=0.6 + 0.35 * rng.random(),
            short=kind.short * 2 * rng.random(),
            code=kind.code * 2 * rng.random(),
            images=kind.images * 2 * rng.random(),
            length=kind.length * float(np.exp(0.6 * rng.standard_normal() - 0.18)),
            habit=rng.random(),
        )

    def _breadth(self) -> int:
        """How many topics someone keeps to; a few people ask about everything."""
        return 2 + int(self.rng.random() * 3) + (12 if self.rng.random() < 0.06 else 0)

    def _frame(self, kind: Kind, topics: tuple[int, ...]) -> Frame:
        """The kind's frame, or now and then the standing instructions of someone who chats."""
        rng = self.rng
        if kind.frame is not None or rng.random() > (0.35 if "sdk" in kind.clients else 0.12):
            return frame_of(kind, rng, topics)
        if rng.random() < 0.5:
            return Frame("You are a helpful assistant.")
        made = compose("ordinary", "personal", rng, one(rng, topics), int(rng.integers(0, POOL)))
        return Frame(made.system)

    def _clock(self, kind: Kind, zone: float, shared: Circle | None) -> Clock:
        rng, base = self.rng, HABITS[kind.habit]
        shift = 1.6 * rng.standard_normal()
        clock = replace(
            base,
            zone=zone,
            peaks=(
                base.peaks[0] + shift + 0.8 * rng.standard_normal(),
                base.peaks[1] + shift + 0.8 * rng.standard_normal(),
            ),
            width=base.width * (0.6 + 0.8 * rng.random()),
            flat=min(1.0, base.flat * 2 * rng.random()) if base.flat < 1 else 1.0,
            weekend=base.weekend * (0.5 + 0.8 * rng.random()),
            active=min(1.0, base.active * (0.5 + rng.random())),
        )
        if shared is not None and kind.window == "deadline":
            return replace(clock, deadline=shared.moment, active=1.0)
        if shared is not None and kind.window == "two_days":
            return replace(clock, span=(shared.moment - 1.4, shared.moment + 0.8), active=1.0)
        if rng.random() < 0.08:
            return replace(clock, span=(self.days * rng.random(), 1e9))
        if rng.random() < 0.06:
            return replace(clock, span=(-1e9, self.days * rng.random()))
        return clock

    def _volume(self, kind: Kind, clock: Clock, shared: Circle | None) -> Volume:
        rng = self.rng
        planned: tuple[tuple[float, int], ...] = ()
        if kind.window == "runs" and shared is not None:
            size = len(self.items[shared.items].texts)
            days = self.days * rng.random(1 + int(rng.random() * 3))
            planned = tuple((float(day), size) for day in sorted(days))
        if kind.window == "once" and shared is not None:
            size = len(self.items[shared.items].texts)
            planned = ((self.days * rng.random(), 1 + int(rng.random() * size)),)
        turns = max(1.0, kind.turns * (0.7 + 0.6 * rng.random()))
        level = np.exp(kind.spread * rng.standard_normal() - kind.spread**2 / 2)
        active = {"two_days": 2.0, "deadline": 1.2}.get(kind.window, self.days)
        span = min(active / self.days, 1.0)
        daily = kind.volume * self.mean * level / span
        return Volume(
            sessions=daily / turns,
            turns=turns,
            chained=kind.chained,
            gap=kind.gap * (0.6 + 0.8 * rng.random()),
            output=kind.output + 0.35 * rng.standard_normal(),
            extra=kind.extra + 0.5 * rng.standard_normal() if kind.extra else 0.0,
            planned=planned,
        )

    def _gear(self, kind: Kind, shared: Circle | None) -> Gear:
        rng = self.rng
        has = kind.shares if shared is not None else frozenset[str]()
        first = client_of(rng, kind.clients, kind.prefix)
        if shared is not None and "client" in has and not kind.prefix:
            first = shared.client
        clients = (first,)
        if rng.random() < 0.35 and "client" not in has:
            clients = (first, client_of(rng, kind.clients, kind.prefix))
        elif kind.prefix and rng.random() < 0.3:
            clients = (first, client_of(rng, kind.clients, kind.prefix))
        model = model_of(rng)
        if CLIENTS[first].family in {"browser", "phone"}:
            return Gear(clients, model, model_of(rng))
        if shared is not None and "params" in has:
            return Gear(
                clients,
                shared.model if kind.name != "agent_tool" or rng.random() < 0.8 else model,
                model,
                0.97,
                shared.temperature,
                shared.top_p,
                shared.max_tokens,
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
            "batch" if kind.name == "nightly" and rng.random() < 0.5 else "chat",
        )

    def _reach(self, kind: Kind, country: Country, shared: Circle | None) -> Reach:
        rng, addresses = self.rng, self.addresses
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
