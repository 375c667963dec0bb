"""What a service counts, as Prometheus reads it: each part adds its own figures, read when asked.

Nothing is kept twice: a figure is a function of what a part counts anyway, so the answers pay for
none of it but the times. Labels hold words of a fixed list, never an account or a network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS: Final = (
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0,
)  # fmt: skip
"""Seconds. A decision takes a tenth of a millisecond and is promised within five."""

Figures = Iterable[tuple[Sequence[str], float]]
"""Values of the labels, and the figure for them."""


class Kind(StrEnum):
    """Whether a figure only rises."""

    COUNTER = "counter"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure, or one for every value of its labels."""

    kind: Kind
    name: str
    says: str
    read: Callable[[], Figures]
    labels: tuple[str, ...] = ()


class Measures(Collector):
    """All figures of one service."""

    def __init__(self) -> None:
        self._held: dict[str, Measure] = {}
        self._failed = 0
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(self)
        ProcessCollector(registry=self.registry)

    def count(
        self, name: str, says: str, read: Callable[[], Figures], labels: Sequence[str] = ()
    ) -> None:
        """Adds a figure that only rises; `_total` is put behind its name."""
        self._held[name] = Measure(Kind.COUNTER, name, says, read, tuple(labels))

    def gauge(
        self, name: str, says: str, read: Callable[[], Figures], labels: Sequence[str] = ()
    ) -> None:
        """Adds a figure that goes up and down."""
        self._held[name] = Measure(Kind.GAUGE, name, says, read, tuple(labels))

    def times(self, name: str, says: str, labels: Sequence[str] = ()) -> Histogram:
        """Adds times in seconds, which are given to it as they are taken."""
        return Histogram(name, says, labels, buckets=BUCKETS, registry=self.registry)

    def collect(self) -> Iterator[Metric]:
        """All figures as they stand; one that cannot be read is left out and counted."""
        for measure in list(self._held.values()):
            try:
                yield _family(measure)
            except Exception:
                # One part that fails must not hide what all the others count.
                self._failed += 1
        yield GaugeMetricFamily(
            "gauger_figures_unread", "Figures that could not be read so far", self._failed
        )

    def text(self) -> bytes:
        """As Prometheus takes it."""
        return generate_latest(self.registry)


def one(read: Callable[[], float]) -> Callable[[], Figures]:
    """A figure without labels."""
    return lambda: [((), read())]


def _family(measure: Measure) -> Metric:
    family = (
        CounterMetricFamily(measure.name, measure.says, labels=measure.labels)
        if measure.kind is Kind.COUNTER
        else GaugeMetricFamily(measure.name, measure.says, labels=measure.labels)
    )
    for labels, value in measure.read():
        family.add_metric(labels, value)
    return family
