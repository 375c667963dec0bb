"""One account and the habits that its traffic follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gauger.world.place.addresses import Reach
from gauger.world.text.frames import NO_FRAME, Frame

VOICES: Final = ("talk", "form", "items", "agent", "promo", "tasks")
"""How an account makes its prompts: in its own words, by filling a frame, from a list of
items, by setting an agent to work, to order texts that will be posted, or by going through
tasks that have nothing to do with each other."""

ALWAYS: Final = (-1e9, 1e9)


@dataclass(frozen=True, slots=True)
class Record:
    """What the provider knows about the account beyond its traffic; times in microseconds."""

    account_id: str
    created_at: int
    email: str
    country: str
    plan: str
    organization_id: str | None = None
    payment: str | None = None
    phone: str | None = None
    contract: str = "standard"
    verification: str = "email"
    closed_at: int | None = None
    credentials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Speech:
    """What the account asks, and in what form."""

    voice: str
    topics: tuple[int, ...]
    own: int
    frame: Frame = NO_FRAME
    tools: str | None = None
    items: int = -1
    answer: str = "answer"
    style: int = 0
    step: float = 0.06
    react: float = 0.8
    short: float = 0.0
    code: float = 0.0
    images: float = 0.0
    length: float = 0.0
    habit: float = 0.0


@dataclass(frozen=True, slots=True)
class Clock:
    """When the account is at work: local hours, days off, and the span in which it is active.

    `silent` is a stretch of days without any traffic, such as a region's long holiday.
    """

    zone: float
    peaks: tuple[float, float] = (10.5, 15.5)
    width: float = 2.5
    flat: float = 0.05
    weekend: float = 0.6
    active: float = 0.5
    unevenness: float = 0.8
    steady: bool = False
    span: tuple[float, float] = ALWAYS
    deadline: float = 1e9
    rests: bool = True
    silent: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Temper:
    """How a client that is a program arrives; a window is 600 s.

    `busy` is the share of days with traffic, `inside` of such a day's windows, `spell` windows in
    a row; `ripple` and `drift` are the spreads of the log level of a window and of a day;
    `concentration` and `peak` say how the local hours of the day weigh; `cv` and `weibull` are
    the coefficient of variation and the family of inter-arrival times, `cv_within` the spread of
    the log CV from day to day.
    """

    busy: float
    inside: float
    spell: float
    ripple: float
    ripple_memory: float
    drift: float
    concentration: float
    peak: float
    cv: float
    cv_within: float
    weibull: bool


@dataclass(frozen=True, slots=True)
class Volume:
    """How much: sessions a day, exchanges in a session, and the sizes of their texts.

    With a `temper` the account is a program: its sessions are single requests, and when they come
    is the temper's.
    `planned` lists sessions that come once, as (day, exchanges), for those who have no habit.
    """

    sessions: float
    turns: float = 2.5
    chained: bool = True
    gap: float = 75.0
    output: float = 5.86
    temper: Temper | None = None
    planned: tuple[tuple[float, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Gear:
    """The programs, models and parameters in use; `adopts` is when a new model is taken up."""

    clients: tuple[int, ...]
    model: int
    other_model: int
    loyalty: float = 0.92
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    operation: str = "chat"
    adopts: float = 1e9


@dataclass(frozen=True, slots=True)
class Persona:
    """An account with everything that its traffic is drawn from."""

    kind: str
    record: Record
    speech: Speech
    clock: Clock
    volume: Volume
    gear: Gear
    reach: Reach
    campaign: str | None = None
    role: str = "customer"
    circle: str | None = None
    """The group whose members share something: which class, which office, which reseller."""
