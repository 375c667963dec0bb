"""Casts accounts: a kind, what the group shares, and a life of its own for each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from gauger.world.people import records
from gauger.world.people.circle import Circle
from gauger.world.people.circle import circle as draw_circle
from gauger.world.people.equipping import gear_of, reach_of
from gauger.world.people.kind import Kind
from gauger.world.people.living import clock_of, volume_of
from gauger.world.people.persona import Clock, Persona, Record
from gauger.world.people.records import DAY, one
from gauger.world.people.speaking import speech_of
from gauger.world.place.addresses import Addresses
from gauger.world.place.countries import country_of
from gauger.world.text.lexicon import lexicon
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
    release: float | None = None
    items: list[ItemSet] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)

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
        record = self._paid(record)
        if shared is not None:
            record = self._joined(kind, record, shared)
        speech = speech_of(rng, kind, country, shared if has else None)
        clock = clock_of(rng, kind, zone, shared, self.days)
        record = replace(self._lived(kind, record, clock), contract=kind.contract)
        return Persona(
            kind=kind.name,
            record=record,
            speech=speech,
            clock=clock,
            volume=volume_of(rng, kind, shared, self.days, self.mean, self._listed(shared)),
            gear=gear_of(rng, kind, shared if has else None, self.release),
            reach=reach_of(rng, self.addresses, kind, country, shared if has else None),
            role=kind.role,
            circle=None if shared is None else shared.key,
        )

    def _paid(self, record: Record) -> Record:
        """Now and then the card of someone else: a family's, or one's own second account."""
        if record.payment is None:
            return record
        if self.cards and self.rng.random() < 0.03:
            return replace(record, payment=one(self.rng, self.cards[-40:]))
        self.cards.append(record.payment)
        return record

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

    def _listed(self, shared: Circle | None) -> int:
        """How many items the group's list has."""
        return 0 if shared is None or shared.items < 0 else len(self.items[shared.items].texts)
