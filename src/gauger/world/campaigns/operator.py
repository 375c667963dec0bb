"""One operator: musters its accounts and deals the day's work over them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np

from gauger.world.campaigns import (
    client,
    clock,
    content,
    dialogue,
    identity,
    lifetime,
    network,
    share,
    template,
)
from gauger.world.campaigns.dialogue import Script
from gauger.world.day.hours import moments
from gauger.world.day.rows import Rows
from gauger.world.day.sessions import LONGEST, Sessions, moods, sessions
from gauger.world.people.cast import Bools, Cast
from gauger.world.people.casting import Caster
from gauger.world.people.circle import CODING_TOOLS
from gauger.world.people.fitted import further_turns
from gauger.world.people.kinds import KINDS
from gauger.world.people.persona import Persona
from gauger.world.people.records import DAY, one
from gauger.world.place.countries import CODES
from gauger.world.scenario import Campaign
from gauger.world.text import frames
from gauger.world.text.corpora import NO_CORPORA, Corpora
from gauger.world.text.frames import Frame, Purpose
from gauger.world.text.lexicon import Floats, Ints, lexicon
from gauger.world.text.tasks import ItemSet

_ZONES = {"CN": 8.0, "SG": 8.0, "IN": 5.5, "RU": 3.0, "US": -8.0}


@dataclass(slots=True)
class Operator:
    """A campaign at work: what it deals, to whom, and how far it has come."""

    number: int
    spec: Campaign
    purpose: Purpose
    accounts: Ints
    weight: Floats
    spans: list[tuple[float, float]]
    places: Ints
    joined: float
    frames: list[Frame]
    dataset: content.Dataset
    others: content.Dataset
    script: Script
    tools: str | None
    country: int
    daily: float
    output: float
    dealt: int = 0
    turn: int = 0

    def work(
        self, rng: np.random.Generator, cast: Cast, day: int, weekday: int, free: Bools
    ) -> Sessions:
        """The sessions that the operator has its accounts do on a day."""
        spec, of_week = self.spec, (day + weekday) % 7
        firsts = np.array([span[0] for span in self.spans])
        able = np.unique(self.places[firsts <= day + 0.5])
        level = np.ones(len(able))
        if spec.clock == 3:
            holder = self.accounts[able]
            busy, level = moods(rng, cast, holder)
            rested = np.where(of_week >= 5, cast.weekend[holder], 1.0)
            busy &= rng.random(len(able)) < rested
            able, level = able[busy], level[busy]
        factor = clock.day_factor(spec.clock, rng, of_week, bool(free[self.country, day]))
        if spec.lifetime == 1:
            factor *= len(able) / len(self.accounts) / self.joined
        wanted = self.daily * factor / dialogue.MEAN_TURNS[spec.dialogue] if len(able) else 0.0
        n = int(wanted + rng.random()) if spec.clock < 2 else int(rng.poisson(wanted))
        place = share.deal(spec.share_of_work, rng, able, self.weight[able] * level, n, self.turn)
        self.turn += n
        at_noon = lifetime.holders(self.spans, self.places, place, np.full(n, day + 0.5))
        start = (
            clock.even(rng, n, day)
            if spec.clock == 0
            else moments(rng, cast, self.accounts[at_noon], day)
        )
        who = self.accounts[lifetime.holders(self.spans, self.places, place, start)]
        numbers = content.numbers(spec.content, rng, self.dealt, n)
        self.dealt += n
        return self._sessions(cast, who, start, numbers, self._turns(rng, n))

    def _turns(self, rng: np.random.Generator, n: int) -> Ints:
        """Turns of each conversation; replies that depend on answers go on as people's do."""
        if self.spec.dialogue == 3:
            further = further_turns(rng, np.full(n, dialogue.MEAN_TURNS[3] - 1.0))
            return 1 + np.minimum(further, LONGEST)
        return dialogue.turns(self.spec.dialogue, rng, n)

    def _sessions(
        self, cast: Cast, who: Ints, start: Floats, numbers: Ints, turns: Ints
    ) -> Sessions:
        """Sessions with the pauses of a queue, of agents at work, or of each account's person."""
        n, level = len(who), self.spec.dialogue
        person = cast.gap[who]
        agent = person * (KINDS["agent_tool"].gap / KINDS["chat"].gap)
        gap = {0: np.full(n, 5.0), 1: np.full(n, 6.0), 2: agent, 3: person}[level]
        return sessions(who, start, turns, np.full(n, level > 0), gap, numbers, self.number)

    def tasks(self, rng: np.random.Generator, numbers: Ints, public: ItemSet) -> ItemSet:
        """The texts behind item numbers; part of them from other datasets where these are mixed."""
        made = self.dataset.items(numbers)
        if self.spec.content >= 2:
            mixed = rng.random(len(numbers))
            for chosen, source in (
                (mixed < content.MIXED / 2, self.others.items(numbers)),
                (
                    (mixed >= content.MIXED / 2) & (mixed < content.MIXED),
                    ItemSet(
                        public.texts[numbers % len(public.texts)],
                        public.topics[numbers % len(public.texts)],
                    ),
                ),
            ):
                made.texts[chosen] = source.texts[chosen]
                made.topics[chosen] = source.topics[chosen]
        return made


def usual_output(cast: Cast, rows: Rows, operators: list[Operator]) -> Floats:
    """Log tokens of the answers that each exchange's account, or its operator, usually gets."""
    usual = cast.output[rows.account]
    for operator in operators:
        usual[rows.operator == operator.number] = operator.output
    return usual


def _personas(
    spec: Campaign, caster: Caster, purpose: Purpose, zone: float, spans: list[tuple[float, float]]
) -> list[Persona]:
    rng, many = caster.rng, spec.accounts
    base = [caster.persona(KINDS[one(rng, ("chat", "developer"))]) for _ in range(many)]
    joins = [max(span[0], -1.0) for span in spans]
    made = identity.records(spec.identity, rng, [p.record for p in base], caster.start, joins)
    reaches = network.reaches(
        spec.network, caster.addresses, spec.name, [p.record.country for p in base]
    )
    models = (0, 3) if rng.random() < 0.5 else (3, 0)
    gears = client.gears(spec.client, rng, [p.gear for p in base], *models)
    clocks = clock.clocks(spec.clock, rng, [p.clock for p in base], zone, spans)
    if spec.moves is not None and caster.release is not None:
        hours = spec.moves * rng.random(many) ** 1.5
        gears = [
            replace(gear, adopts=caster.release + hour / 24.0)
            for gear, hour in zip(gears, hours, strict=True)
        ]
    personal = spec.exchanges_per_account * content.CUSTOMERS if spec.content == 3 else 0.0
    result: list[Persona] = []
    for i, persona in enumerate(base):
        volume, (joins_at, ends) = persona.volume, spans[i]
        before = caster.start + int((max(joins_at, 0.0) - 0.2) * DAY)
        closed = caster.start + int((ends + 0.02) * DAY) if ends < caster.days else None
        created = min(made[i].created_at, before) if spec.identity == 3 else made[i].created_at
        record = replace(made[i], created_at=created, closed_at=closed)
        level = np.exp(0.8 * rng.standard_normal() - 0.32)
        lived = min(ends, caster.days) - max(joins_at, 0.0)
        daily = 1.15 * personal / max(lived, 0.5) / volume.turns * level
        result.append(
            replace(
                persona,
                kind="campaign",
                campaign=spec.name,
                role="worker",
                circle=None,
                record=record,
                reach=reaches[i],
                gear=gears[i],
                clock=clocks[i],
                volume=replace(volume, sessions=daily),
            )
        )
    return result


def _public_seed(seed: int, dataset: str) -> int:
    """Campaigns that name one dataset deal out the same tasks in the same order."""
    return zlib.crc32(f"{seed} {dataset}".encode())


def _joined(spans: list[tuple[float, float]], days: float) -> float:
    """The average part of the accounts that have joined, over the days."""
    firsts = np.array([span[0] for span in spans])
    noons = np.arange(int(days)) + 0.5
    return float((firsts[None, :] <= noons[:, None]).mean())


def muster(
    number: int,
    spec: Campaign,
    caster: Caster,
    first: int,
    seed: int,
    corpora: Corpora = NO_CORPORA,
) -> tuple[Operator, list[Persona]]:
    """An operator and its accounts, which take the places from `first` on in the cast."""
    rng, purpose = caster.rng, frames.purpose(spec.purpose)
    country = "CN" if purpose.language == "zh" else one(rng, tuple(_ZONES))
    spans, places = lifetime.spans(spec.lifetime, rng, spec.accounts, caster.days)
    personas = _personas(spec, caster, purpose, _ZONES[country], spans)
    topics = lexicon().topics(purpose.language, purpose.fields)
    share_of_own = 1 - content.CUSTOMERS if spec.content == 3 else 1.0
    operator = Operator(
        number=number,
        spec=spec,
        purpose=purpose,
        accounts=np.arange(first, first + spec.accounts),
        weight=share.weights(spec.share_of_work, rng, int(places[-1]) + 1),
        spans=spans,
        places=places,
        joined=_joined(spans, caster.days),
        frames=template.campaign_frames(spec.template, rng, purpose),
        dataset=content.Dataset(
            seed * 1000 + number if spec.dataset is None else _public_seed(seed, spec.dataset),
            topics,
            spec.purpose == "grading",
            content.real_tasks(spec.purpose, corpora),
        ),
        others=content.Dataset(
            seed * 1000 + 500 + number,
            lexicon().topics(purpose.language),
            graded=False,
            real=content.real_tasks(spec.purpose, corpora, other=True),
        ),
        script=dialogue.script(spec.dialogue, rng, purpose.language, purpose.tools),
        tools=one(rng, CODING_TOOLS) if purpose.tools else None,
        country=CODES.index(country),
        daily=spec.accounts * spec.exchanges_per_account * share_of_own / caster.days,
        output={"answer_steps": 6.3, "answer_grade": 5.2, "answer_tool": 5.6}.get(
            purpose.answer, 6.0
        ),
    )
    return operator, personas
