"""The figures that the world runs on, fitted, and the file that keeps them with their source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.arrivals.clients import Client, Figures, column, figures
from bench.arrivals.lengths import Conversations, Requests, turn_tail

Floats = npt.NDArray[np.float64]
LEVELS = (0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.98)
"""Quantile levels that are kept of a figure over clients or requests."""
CV_BINS = (1.0, 1.2, 1.6, 2.4, 4.0)

HEAD = """# How real clients arrive, fitted by bench/arrivals; do not edit by hand. Which
# figure is used for whom is said in docs/arrivals.md. Lists are quantiles at `levels`.
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything that was read, and the figures of each client."""

    clients: list[Client]
    figures: list[Figures]
    talk: Conversations
    code: Requests


def measured(clients: list[Client], talk: Conversations, code: Requests) -> Measured:
    """Take the figures of each client."""
    return Measured(clients, [figures(c.rate, c.cv) for c in clients], talk, code)


def _list(values: Floats | list[float], digits: int = 4) -> str:
    return "[" + ", ".join(f"{value:.{digits}g}" for value in values) + "]"


def _at(values: Floats) -> str:
    return _list(np.quantile(values, LEVELS))


def _around(hours: Floats) -> float:
    """Circular standard deviation in hours."""
    length = abs(np.exp(2j * np.pi * hours / 24).mean())
    return float(np.sqrt(-2 * np.log(length)) / (2 * np.pi) * 24)


def spread(of: Measured) -> float:
    """Standard deviation of log mean rates over the clients of one model, pooled over models."""
    parts = []
    for model in sorted({client.model for client in of.clients}):
        logs = np.log(
            [f.mean for c, f in zip(of.clients, of.figures, strict=True) if c.model == model]
        )
        parts.append((len(logs) - 1, logs.var(ddof=1)))
    return float(np.sqrt(sum(n * v for n, v in parts) / sum(n for n, _ in parts)))


def _weibull(of: Measured) -> list[float]:
    """Share of windows fitted best by a Weibull law, by CV."""
    cv = np.concatenate([c.cv for c in of.clients])
    weibull = np.concatenate([c.weibull for c in of.clients])[np.isfinite(cv)]
    place = np.digitize(cv[np.isfinite(cv)], CV_BINS)
    return [float(weibull[place == i].mean()) for i in range(len(CV_BINS) + 1)]


def _class(of: Measured, *, serving: bool) -> list[str]:
    def known(name: str) -> Floats:
        return column(of.figures, name, serving=serving)

    memory = float(np.median(known("ripple_memory")))
    return [
        f"clients = {len(known('on'))}",
        *(f"{name} = {_at(known(name))}" for name in ("busy", "inside", "spell", "drift")),
        f"ripple = {_at(known('ripple') / np.sqrt(1 - memory))}",
        f"ripple_memory = {memory:.3f}",
        *(f"{name} = {_at(known(name))}" for name in ("cv", "cv_within")),
    ]


def write(of: Measured, path: Path) -> None:
    """Write the file of figures."""
    dense = [f for f in of.figures if f.serving]
    swung = np.array([f.peak for f in dense if f.swing > 0.15])
    stop, go = turn_tail(of.talk.depth)
    gaps = np.log(of.talk.gap[of.talk.gap > 0])
    answers = (("conversation", of.talk.requests), ("code", of.code))
    lines = [
        HEAD.rstrip(),
        f"levels = {_list(list(LEVELS))}",
        "",
        "[source.servegen]",
        'origin = "alibaba/ServeGen, commit f891d1189eb3: 152 clients of two models, 14 days"',
        'licence = "Apache-2.0"',
        'figures = ["spread", "drift", "hours", "cv", "serving", "jobs"]',
        "",
        "[source.mooncake]",
        'origin = "kvcache-ai/Mooncake, commit 3b5a59413395: 12,031 requests of one hour"',
        'licence = "Apache-2.0"',
        'figures = ["turns", "pause", "preamble", "output.conversation"]',
        "",
        "[source.azure]",
        'origin = "Azure/AzurePublicDataset, commit b469a113cedc: 8,819 coding requests, 2023"',
        'licence = "CC BY 4.0"',
        'figures = ["output.code"]',
        "",
        "[spread]                 # of log mean rates over the clients of one model",
        f"log_sd = {spread(of):.3f}",
        "",
        "[drift]                  # autocorrelation of a log daily level from day to day",
        f"memory = {np.median(column(of.figures, 'drift_memory')):.3f}",
        "",
        "[hours]                  # resultant length of the hours of the day, serving clients;",
        "                         # spread of their peaks in hours",
        f"swing = {_at(column(of.figures, 'swing', serving=True))}",
        f"peak_sd = {_around(swung):.3f}",
        "",
        "[cv]                     # of inter-arrival times: share of Weibull windows by CV, Gamma",
        "                         # otherwise",
        f"bins = {_list(list(CV_BINS))}",
        f"weibull = {_list(_weibull(of), 3)}",
        "",
        "[serving]                # clients with traffic in half of the windows or more: share of",
        "                         # days with traffic, of such a day's windows, windows in a row,",
        "                         # spread of a day's log level, spread and memory of a window's,",
        "                         # median CV of inter-arrival times and spread of its logarithm",
        *_class(of, serving=True),
        "",
        "[jobs]                   # the other clients, the same",
        *_class(of, serving=False),
        "",
        "[turns]                  # beta-geometric law of further turns in a conversation",
        f"stop = {stop:.3f}",
        f"go = {go:.3f}",
        "",
        "[pause]                  # seconds from turn to turn of a conversation, lognormal",
        f"log_mean = {gaps.mean():.3f}",
        f"log_sd = {gaps.std():.3f}",
        "",
        "[preamble]               # tokens of the shortest inputs: the application's own prompt",
        f"tokens = {np.quantile(of.talk.requests.asked, 0.01):.0f}",
    ]
    for name, requests in answers:
        logs = np.log(np.maximum(requests.answered, 1))
        lines += [
            "",
            f"[output.{name}]" + " " * (17 - len(name)) + "# log tokens of an answer",
            f"median = {np.median(logs):.3f}",
            f"quantiles = {_list(np.quantile(logs, LEVELS))}",
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
