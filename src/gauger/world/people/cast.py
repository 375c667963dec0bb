"""All accounts of a world as columns, so that a day is drawn for everyone in a few array steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from gauger.world.people.persona import VOICES, Persona
from gauger.world.people.programs import Programs, programs_of
from gauger.world.place.countries import CODES, by_code
from gauger.world.text.lexicon import Floats, Ints, Texts

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lists:
    """A short list of numbers for each account, end to end."""

    values: Ints
    start: Ints
    count: Ints

    def pick(self, who: Ints, u: Floats) -> Ints:
        """One entry of each account's list."""
        picked: Ints = self.values[self.start[who] + (u * self.count[who]).astype(np.int64)]
        return picked


@dataclass(frozen=True, slots=True)
class Planned:
    """Sessions that come once: whose, when, and of how many exchanges."""

    who: Ints
    moment: Floats
    size: Ints


@dataclass(frozen=True, slots=True)
class Cast:
    """Columns over accounts; texts are objects, so that a null stays a null."""

    ids: pa.Array
    organizations: pa.Array
    country: Ints
    holiday: Ints
    voice: Ints
    topics: Lists
    own: Ints
    system: Texts
    before: Texts
    after: Texts
    tools: Texts
    items: Ints
    answer: Texts
    style: Ints
    step: Floats
    react: Floats
    short: Floats
    code: Floats
    images: Floats
    length: Floats
    habit: Floats
    zone: Floats
    peak: tuple[Floats, Floats]
    width: Floats
    flat: Floats
    weekend: Floats
    active: Floats
    unevenness: Floats
    steady: Bools
    rests: Bools
    first: Floats
    last: Floats
    deadline: Floats
    silent: tuple[Floats, Floats]
    planned: Planned
    programs: Programs
    program: Bools
    sessions: Floats
    turns: Floats
    chained: Bools
    gap: Floats
    output: Floats
    clients: Lists
    model: Ints
    other_model: Ints
    loyalty: Floats
    temperature: Floats
    top_p: Floats
    max_tokens: Ints
    operation: Texts
    adopts: Floats
    home: Ints
    home_count: Ints
    period: Floats
    away: Ints
    away_count: Ints
    away_window: Ints
    away_period: Floats
    away_share: Floats
    phase: Floats

    def __len__(self) -> int:
        return len(self.own)


def _objects(values: Sequence[str | None]) -> Texts:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _lists(values: Sequence[Sequence[int]]) -> Lists:
    count = np.array([len(entry) for entry in values], dtype=np.int64)
    flat = np.array([number for entry in values for number in entry], dtype=np.int64)
    return Lists(flat, np.cumsum(count) - count, count)


def _planned(personas: Sequence[Persona]) -> Planned:
    due = [(i, *visit) for i, persona in enumerate(personas) for visit in persona.volume.planned]
    return Planned(
        np.array([visit[0] for visit in due], dtype=np.int64),
        np.array([visit[1] for visit in due], dtype=np.float64),
        np.array([visit[2] for visit in due], dtype=np.int64),
    )


def cast_of(personas: Sequence[Persona], rng: np.random.Generator) -> Cast:
    """Lay personas out in columns."""

    def ints(get: Callable[[Persona], int]) -> Ints:
        return np.array([get(p) for p in personas], dtype=np.int64)

    def floats(get: Callable[[Persona], float | None]) -> Floats:
        return np.array([get(p) for p in personas], dtype=np.float64)

    def flags(get: Callable[[Persona], bool]) -> Bools:
        return np.array([get(p) for p in personas], dtype=np.bool_)

    def texts(get: Callable[[Persona], str | None]) -> Texts:
        return _objects([get(p) for p in personas])

    return Cast(
        ids=pa.array([p.record.account_id for p in personas]),
        organizations=pa.array([p.record.organization_id for p in personas], pa.string()),
        country=ints(lambda p: CODES.index(p.record.country)),
        holiday=ints(lambda p: by_code(p.record.country).weekend[0]),
        voice=ints(lambda p: VOICES.index(p.speech.voice)),
        topics=_lists([p.speech.topics for p in personas]),
        own=ints(lambda p: p.speech.own),
        system=texts(lambda p: p.speech.frame.system),
        before=texts(lambda p: p.speech.frame.before),
        after=texts(lambda p: p.speech.frame.after),
        tools=texts(lambda p: p.speech.tools),
        items=ints(lambda p: p.speech.items),
        answer=texts(lambda p: p.speech.answer),
        style=ints(lambda p: p.speech.style),
        step=floats(lambda p: p.speech.step),
        react=floats(lambda p: p.speech.react),
        short=floats(lambda p: p.speech.short),
        code=floats(lambda p: p.speech.code),
        images=floats(lambda p: p.speech.images),
        length=floats(lambda p: p.speech.length),
        habit=floats(lambda p: p.speech.habit),
        zone=floats(lambda p: p.clock.zone),
        peak=(floats(lambda p: p.clock.peaks[0]), floats(lambda p: p.clock.peaks[1])),
        width=floats(lambda p: p.clock.width),
        flat=floats(lambda p: p.clock.flat),
        weekend=floats(lambda p: p.clock.weekend),
        active=floats(lambda p: p.clock.active),
        unevenness=floats(lambda p: p.clock.unevenness),
        steady=flags(lambda p: p.clock.steady),
        rests=flags(lambda p: p.clock.rests),
        first=floats(lambda p: p.clock.span[0]),
        last=floats(lambda p: p.clock.span[1]),
        deadline=floats(lambda p: p.clock.deadline),
        silent=(floats(lambda p: p.clock.silent[0]), floats(lambda p: p.clock.silent[1])),
        planned=_planned(personas),
        programs=programs_of(personas, rng),
        program=flags(lambda p: p.volume.temper is not None),
        sessions=floats(lambda p: p.volume.sessions),
        turns=floats(lambda p: p.volume.turns),
        chained=flags(lambda p: p.volume.chained),
        gap=floats(lambda p: p.volume.gap),
        output=floats(lambda p: p.volume.output),
        clients=_lists([p.gear.clients for p in personas]),
        model=ints(lambda p: p.gear.model),
        other_model=ints(lambda p: p.gear.other_model),
        loyalty=floats(lambda p: p.gear.loyalty),
        temperature=floats(lambda p: p.gear.temperature),
        top_p=floats(lambda p: p.gear.top_p),
        max_tokens=ints(lambda p: -1 if p.gear.max_tokens is None else p.gear.max_tokens),
        operation=texts(lambda p: p.gear.operation),
        adopts=floats(lambda p: p.gear.adopts),
        home=ints(lambda p: p.reach.home),
        home_count=ints(lambda p: p.reach.home_count),
        period=floats(lambda p: p.reach.period),
        away=ints(lambda p: p.reach.away),
        away_count=ints(lambda p: p.reach.away_count),
        away_window=ints(lambda p: p.reach.away_window),
        away_period=floats(lambda p: p.reach.away_period),
        away_share=floats(lambda p: p.reach.away_share),
        phase=rng.random(len(personas)),
    )
