"""What one measured client's windows say about how it arrives.

ServeGen gives each client's rate and the coefficient of variation (CV) of its inter-arrival times
for windows of 600 s over 14 days. The same figures are taken from simulated windows, by the same
code, so that the two can be laid side by side.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

WINDOWS = 144
SERVING = 0.5
"""A client with traffic in at least this share of the windows serves; below it, it does jobs."""
ENOUGH = 12
"""Fewest pairs of windows from which a spread of window levels is taken."""


@dataclass(frozen=True, slots=True)
class Client:
    """Columns over windows: requests a second, CV of inter-arrival times, Weibull or Gamma."""

    model: str
    rate: Floats
    cv: Floats
    weibull: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of one client; NaN where its windows are too few to say."""

    mean: float
    on: float
    busy: float
    inside: float
    spell: float
    swing: float
    peak: float
    drift: float
    drift_memory: float
    ripple: float
    ripple_memory: float
    cv: float
    cv_within: float

    @property
    def serving(self) -> bool:
        """Whether the client is there more often than not."""
        return self.on >= SERVING


def read_clients(folder: Path) -> list[Client]:
    """Every client of the ServeGen files in a folder, those without traffic left out.

    Windows in which no client of a model has traffic are gaps of the recording: there each client
    is taken to go on as in the window before.
    """
    clients: list[Client] = []
    for path in sorted(folder.glob("m-*/chunk-*-trace.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        rate = np.array([float(row[1]) for row in rows])
        cv = np.array([float(row[2]) if row[2] and row[3] else np.nan for row in rows])
        weibull = np.array([row[3] == "Weibull" for row in rows])
        clients.append(Client(path.parent.name, rate, cv, weibull))
    mended = [
        _mended(client, np.sum([c.rate for c in clients if c.model == client.model], axis=0) == 0)
        for client in clients
    ]
    return [client for client in mended if client.rate.any()]


def _mended(client: Client, lost: npt.NDArray[np.bool_]) -> Client:
    place = np.where(lost, 0, np.arange(len(lost)))
    last = np.maximum.accumulate(place)
    return Client(client.model, client.rate[last], client.cv[last], client.weibull[last])


def autocorrelation(series: Floats, lag: int) -> float:
    """Autocorrelation of a series with itself, so many steps later."""
    centred = series - series.mean()
    return float((centred[lag:] * centred[:-lag]).mean() / centred.var())


def _memory(series: Floats) -> float:
    """Autocorrelation from day to day, its bias in a short series taken out (Kendall 1954)."""
    if len(series) < 5 or series.std() == 0:
        return float("nan")
    found = autocorrelation(series, 1)
    return min(found + (1 + 3 * found) / len(series), 0.99)


def _ripple(rate: Floats) -> tuple[float, float]:
    """How far the log levels of neighbouring windows lie apart, over root 2, and their memory."""
    now, then, later = np.log(rate[1:-1]), np.log(rate[:-2]), np.log(rate[2:])
    good = np.isfinite(now) & np.isfinite(then) & np.isfinite(later)
    if good.sum() < ENOUGH:
        return float("nan"), float("nan")
    one = np.mean((now - then)[good] ** 2) / 2
    two = np.mean((later - then)[good] ** 2) / 2
    memory = float(np.clip(two / one - 1, 0.0, 0.95)) if one > 0 else 0.0
    return float(np.sqrt(one)), memory


def figures(rate: Floats, cv: Floats) -> Figures:
    """The figures of one client from its windows, a whole number of days of them."""
    on, by_day = rate > 0, rate.reshape(-1, WINDOWS)
    edges = np.diff(np.r_[0, on.astype(np.int64), 0])
    lengths = np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)
    busy = by_day.any(axis=1)
    hours = by_day.reshape(len(by_day), 24, -1).mean(axis=(0, 2))
    turn = (hours * np.exp(2j * np.pi * (np.arange(24) + 0.5) / 24)).sum() / hours.sum()
    daily = np.log(by_day[busy].sum(axis=1) / (by_day[busy] > 0).sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        ripple, ripple_memory = _ripple(rate)
    known = np.log(np.maximum(cv[on & np.isfinite(cv)], 0.05))
    return Figures(
        mean=float(rate.mean() * 86_400),
        on=float(on.mean()),
        busy=float(busy.mean()),
        inside=float(on.reshape(-1, WINDOWS)[busy].mean()),
        spell=float(lengths.mean()),
        swing=float(abs(turn)),
        peak=float(np.angle(turn) / (2 * np.pi) * 24 % 24),
        drift=float(daily.std(ddof=1)) if len(daily) > 3 else float("nan"),
        drift_memory=_memory(daily) if len(daily) > 9 else float("nan"),
        ripple=ripple,
        ripple_memory=ripple_memory,
        cv=float(np.exp(np.median(known))) if len(known) else float("nan"),
        cv_within=float(known.std()) if len(known) >= ENOUGH else float("nan"),
    )


def column(of: list[Figures], name: str, *, serving: bool | None = None) -> Floats:
    """One figure over clients, those left out that do not say."""
    if name not in {field.name for field in fields(Figures)}:
        raise KeyError(name)
    chosen = [f for f in of if serving is None or f.serving == serving]
    values = np.array([getattr(f, name) for f in chosen])
    return values[np.isfinite(values)]
