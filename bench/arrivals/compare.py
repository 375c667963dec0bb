"""Lays the simulated beside the real: the same figures, taken by the same code."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from scipy.stats import ks_2samp

from bench.arrivals.clients import WINDOWS, Figures, autocorrelation, column, figures
from bench.arrivals.fitted import Measured
from gauger.world import simulate
from gauger.world.day.arrivals import requests
from gauger.world.people.fitted import level, temper
from gauger.world.people.programs import Programs

Floats = npt.NDArray[np.float64]

DAYS = 14
CLIENTS = {"serving": 146, "jobs": 156}
"""Twice as many clients as were measured, in the same parts."""
DAILY = 20_000.0
"""Mean requests of a simulated client a day; the median measured client has some 140,000."""
FEWEST = 12
"""Fewest requests of a window for a CV, near what ServeGen gives one for."""
SEED = 11
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
TOLD = {
    "on": "share of windows with traffic",
    "busy": "share of days with traffic",
    "inside": "share of a busy day's windows with traffic",
    "spell": "windows with traffic in a row",
    "swing": "strength of the daily cycle",
    "drift": "spread of the log level of a day's windows with traffic",
    "drift_memory": "day-to-day autocorrelation",
    "ripple": "log step between neighbouring windows, over root 2",
    "ripple_memory": "window-to-window autocorrelation",
    "cv": "CV of inter-arrival times, median window",
    "cv_within": "spread of a client's log CV",
}


@dataclass(frozen=True, slots=True)
class Beside:
    """One quantity, real and simulated."""

    name: str
    real: Floats
    made: Floats

    def row(self) -> str:
        """A row of the table: quantiles, then the Kolmogorov-Smirnov distance."""
        cells = [
            f"{_short(real)} / {_short(made)}"
            for real, made in zip(
                np.quantile(self.real, QUANTILES), np.quantile(self.made, QUANTILES), strict=True
            )
        ]
        distance = ks_2samp(self.real, self.made).statistic
        return "| " + " | ".join([self.name, *cells, f"{distance:.2f}"]) + " |"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _programs(rng: np.random.Generator) -> Programs:
    tempers = [temper(rng, kind, 14.0) for kind, many in CLIENTS.items() for _ in range(many)]
    n = len(tempers)

    def of(name: str) -> Floats:
        return np.array([getattr(t, name) for t in tempers], dtype=np.float64)

    return Programs(
        int(rng.integers(0, 1 << 62)),
        np.arange(n),
        rng.integers(0, WINDOWS, n),
        *(
            of(name)
            for name in (
                "busy",
                "inside",
                "spell",
                "ripple",
                "ripple_memory",
                "drift",
                "concentration",
                "peak",
                "cv",
                "cv_within",
            )
        ),
        np.array([t.weibull for t in tempers], dtype=np.bool_),
    )


def simulated() -> list[Figures]:
    """Figures of simulated clients, from their requests."""
    rng = np.random.default_rng(SEED)
    programs = _programs(rng)
    n = len(programs)
    cast = SimpleNamespace(
        programs=programs,
        sessions=np.full(n, DAILY),
        zone=np.zeros(n),
        first=np.full(n, -1e9),
        last=np.full(n, 1e9),
    )
    rate, cv = np.zeros((n, DAYS * WINDOWS)), np.full((n, DAYS * WINDOWS), np.nan)
    for day in range(DAYS):
        who, moment = requests(np.random.default_rng([SEED, day]), cast, day)
        window = np.minimum((moment * WINDOWS).astype(np.int64), DAYS * WINDOWS - 1)
        order = np.lexsort((moment, who))
        who, moment, window = who[order], moment[order], window[order]
        cell = who * (DAYS * WINDOWS) + window
        rate += np.bincount(cell, minlength=rate.size).reshape(rate.shape) / 600.0
        gap, same = np.diff(moment), cell[1:] == cell[:-1]
        at, size = cell[1:][same], rate.size
        many = np.bincount(at, minlength=size)
        first = np.bincount(at, gap[same], minlength=size) / np.maximum(many, 1)
        square = np.bincount(at, gap[same] ** 2, minlength=size) / np.maximum(many, 1)
        good = (many >= FEWEST).nonzero()[0]
        spread = np.sqrt(np.maximum(square[good] - first[good] ** 2, 0))
        cv.ravel()[good] = spread / first[good]
    return [figures(rate[i], cv[i]) for i in range(n) if rate[i].any()]


def _clients(of: Measured) -> list[Beside]:
    made = simulated()
    rng = np.random.default_rng(SEED)
    logs = []
    for model in sorted({client.model for client in of.clients}):
        mean = np.log10(
            [f.mean for c, f in zip(of.clients, of.figures, strict=True) if c.model == model]
        )
        logs.append(mean - mean.mean())
    rates = np.log10([level(rng) for _ in range(2000)])
    table = [
        Beside("log10 of the mean rate, about its mean", np.concatenate(logs), rates - rates.mean())
    ]
    return table + [
        Beside(told, column(of.figures, name), column(made, name)) for name, told in TOLD.items()
    ]


def _world(folder: Path) -> pa.Table:
    """Answered exchanges of a world without campaigns, with the kind of each account."""
    world = simulate("innocent", folder, seed=SEED)
    names = [
        "account_id",
        "time",
        "conversation_id",
        "turn",
        "input_tokens",
        "output_tokens",
        "reasoning_tokens",
        "cached_tokens",
        "status",
        "user_agent",
    ]
    rows = pa.concat_tables([pq.read_table(path, columns=names) for path in world.logs])
    truth = pq.read_table(world.truth, columns=["account_id", "kind"])
    return rows.filter(pc.equal(rows["status"], 200)).join(truth, "account_id")


def _of(rows: pa.Table, kinds: list[str]) -> pa.Table:
    return rows.filter(pc.is_in(rows["kind"], pa.array(kinds)))


def _answers(rows: pa.Table) -> Floats:
    said = pc.subtract(rows["output_tokens"], rows["reasoning_tokens"])
    return np.asarray(said.to_numpy(), dtype=np.float64)


def _pauses(rows: pa.Table) -> Floats:
    kept = rows.filter(pc.is_valid(rows["conversation_id"])).sort_by(
        [("conversation_id", "ascending"), ("turn", "ascending")]
    )
    time = kept["time"].cast(pa.int64()).to_numpy() / 1e6
    talk = pc.dictionary_encode(kept["conversation_id"].combine_chunks()).indices.to_numpy()
    turn = kept["turn"].to_numpy()
    follows = (np.diff(talk) == 0) & (np.diff(turn) == 1)
    found: Floats = np.diff(time)[follows]
    return found


def _lengths(of: Measured) -> list[Beside]:
    with tempfile.TemporaryDirectory() as folder:
        rows = _world(Path(folder))
    talk = _of(rows, ["chat", "vpn", "office", "region", "developer"])
    agents = _of(rows, ["agent_tool", "agent_plugin"])
    code = of.code.answered / np.exp(np.median(np.log(of.code.answered)))
    work = _answers(agents)
    cached = (talk["cached_tokens"].to_numpy() / talk["input_tokens"].to_numpy()).astype(float)
    return [
        Beside("conversation: tokens of an answer", of.talk.requests.answered, _answers(talk)),
        Beside(
            "conversation: tokens of an input",
            of.talk.requests.asked,
            talk["input_tokens"].to_numpy().astype(float),
        ),
        Beside("conversation: seconds from turn to turn", of.talk.gap, _pauses(talk)),
        Beside("conversation: share of an input shared / cached", of.talk.shared, cached),
        Beside("code: tokens of an answer, over the median", code, work / np.median(work)),
        Beside(
            "code: tokens of an input",
            of.code.asked,
            agents["input_tokens"].to_numpy().astype(float),
        ),
    ]


def weeks(of: Measured) -> str:
    """Whether daily totals know a week: autocorrelations about a lag of seven days."""
    daily = [
        np.log(client.rate.reshape(-1, WINDOWS).sum(axis=1))
        for client, known in zip(of.clients, of.figures, strict=True)
        if known.serving and known.busy == 1
    ]
    lags = {lag: np.mean([autocorrelation(days, lag) for days in daily]) for lag in range(5, 10)}
    told = ", ".join(f"{value:.2f} at {lag} days" for lag, value in lags.items())
    return f"Mean autocorrelation of log daily totals, {len(daily)} clients: {told}."


def tables(of: Measured) -> str:
    """Two Markdown tables: clients, then lengths; cells are real / simulated."""
    head = "| quantity | " + " | ".join(f"{q:.0%}" for q in QUANTILES) + " | KS |\n"
    rule = "| --- |" + " --- |" * (len(QUANTILES) + 1) + "\n"
    parts = (_clients(of), _lengths(of))
    shown = [head + rule + "\n".join(b.row() for b in part) for part in parts]
    return "\n\n".join([*shown, weeks(of)])
