"""Detectors over accounts, and Glasswally's weighted sum of all detectors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import pyarrow.compute as pc

from bench.peers.glasswally import detectors
from bench.peers.glasswally.detectors import Signal
from bench.peers.glasswally.event import Event, preamble, read, subnet
from bench.peers.glasswally.store import DAY, HOUR, Account, Store
from bench.peers.peer import Proposal, ProviderLogs, Setting

MEDIUM: Final = 0.35
"""The lowest composite on which Glasswally acts (a rate limit); 0.55 and 0.72 act harder."""
CLUSTER_FLOOR: Final = 0.08
_COLUMNS: Final = (
    "account_id", "time", "request_model", "prompt", "system", "input_tokens", "max_tokens",
    "source_ip", "ja4",
)  # fmt: skip


def hydra(event: Event, _: Account, store: Store) -> Signal | None:
    """How large the account's cluster is, and what its members pay with and come from."""
    number = store.cluster_of.get(event.account)
    if number is None:
        return None
    cluster = store.clusters[number]
    if len(cluster.members) < 3:
        return Signal(0.0, 0.2)
    score = min(1.0, len(cluster.members) / 25) * 0.40
    paid = len(cluster.payments)
    score += min(0.35, 0.07 * paid) + min(0.15, 0.03 * len(cluster.subnets))
    score += 0.20 * (cluster.largest_batch >= 3 and cluster.largest_batch / paid >= 0.40)
    score += 0.15 * (cluster.most_sharing >= 4)
    score += 0.12 * (cluster.largest_provider >= 4)
    seen = 0
    for member in cluster.members:
        seen += len(store.accounts[member].events)
        if seen >= 100:
            break
    return Signal(min(1.0, score), min(1.0, seen / 100))


def timing_cluster(event: Event, _: Account, store: Store) -> Signal | None:
    """Five accounts or more within one second, and again and again within five minutes."""
    now = int(event.at)
    together = len(store.seconds[now])
    if together < 5:
        return None
    score = min(0.50, (together - 5) / 7 * 0.50)
    bursts = [now - back for back in range(1, 301) if len(store.seconds.get(now - back, ())) >= 5]
    if len(bursts) >= 3:
        gaps = [one - later for one, later in pairwise(bursts)]
        mean = sum(gaps) / len(gaps)
        spread = (sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) ** 0.5
        even = spread / mean if mean > 1 else 1.0
        score += 0.30 + (0.20 if even < 0.15 else 0.10 if even < 0.35 else 0.0)
    return Signal(min(1.0, score), min(1.0, together / 12))


def pivot(event: Event, account: Account, store: Store) -> Signal | None:
    """A change of model, and how many of the cluster made it within six hours."""
    if account.switch is None or event.at - account.switch[0] > DAY:
        return None
    at, model = account.switch
    score = 0.20
    number = store.cluster_of.get(event.account)
    if number is not None:
        joint = len(store.switched(model, at, 6 * HOUR) & store.clusters[number].members)
        if joint >= 5:
            score = min(1.0, 0.20 + joint / 30 * 0.80)
    return Signal(score, 0.85)


Detector = Callable[[Event, Account, Store], Signal | None]
WEIGHTS: Final[dict[str, tuple[float, Detector]]] = {
    "fingerprint": (0.14, detectors.fingerprint),
    "velocity": (0.10, detectors.velocity),
    "elicitation": (0.09, detectors.elicitation),
    "hydra": (0.08, hydra),
    "timing cluster": (0.07, timing_cluster),
    "pivot": (0.05, pivot),
    "biometric": (0.05, detectors.biometric),
    "watermark": (0.04, detectors.watermark),
    "role preamble": (0.06, detectors.role_preamble),
    "session gap": (0.04, detectors.session_gap),
    "token budget": (0.03, detectors.token_budget),
    "sequence model": (0.02, detectors.sequence),
}
"""Published weights; those of detectors left out (0.23 together) are not spread over the rest."""


@dataclass(frozen=True, slots=True)
class Glasswally:
    """Flags an account once any of its requests reaches the lowest tier that is acted on."""

    title: str = "Glasswally"
    source: str = "github.com/m0rs3c0d3/Glasswally, commit 7f79e9d (restated, not built)"
    settings: Mapping[str, Setting] = field(
        default_factory=lambda: {
            **{f"weight of {name}": weight for name, (weight, _) in WEIGHTS.items()},
            "composite, at least": MEDIUM,
            "added in a cluster of five or more": CLUSTER_FLOOR,
        }
    )
    left_out: tuple[str, ...] = (
        "HTTP/2 settings (weight 0.06), header order, JA3S: not in the logs",
        "lists of known JA3 hashes: the logs hold JA4, which stands for JA3 where accounts "
        "are compared",
        "hosting networks by ASN (0.07) and the uplift of 1.30 for CN: no address geography",
        "hashed semantic match (0.08): 24 sentences of its authors, matched above cosine 0.60",
        "refusal probes (0.02): a list of dangerous requests, of which the worlds hold none",
        "replay at wall-clock speed: its windows end at the request's own time here",
    )

    def propose(self, logs: ProviderLogs) -> Proposal:
        """Play all requests in order; the score of an account is its highest composite."""
        known = logs.accounts("account_id", "payment_fingerprint", "organization_id").to_pylist()
        store = Store(
            {row["account_id"]: row["payment_fingerprint"] for row in known},
            {row["account_id"]: row["organization_id"] for row in known},
        )
        scores: defaultdict[str, float] = defaultdict(float)
        for event in _events(logs):
            account = store.take(event)
            composite = composite_of(event, account, store)
            scores[event.account] = max(scores[event.account], composite)
        flagged = sorted(account for account, score in scores.items() if score >= MEDIUM)
        groups: defaultdict[int, list[str]] = defaultdict(list)
        for name in flagged:
            if name in store.cluster_of:
                groups[store.cluster_of[name]].append(name)
        together = tuple(tuple(group) for group in groups.values() if len(group) > 1)
        return Proposal(tuple(flagged), together, dict(scores))


def composite_of(event: Event, account: Account, store: Store) -> float:
    """The weighted sum of all signals for one request, rounded as Glasswally rounds."""
    composite = 0.0
    for weight, detector in WEIGHTS.values():
        signal = detector(event, account, store)
        if signal is not None:
            composite += signal.score * (0.4 + 0.6 * signal.confidence) * weight
    number = store.cluster_of.get(event.account)
    if number is not None and len(store.clusters[number].members) >= 5:
        composite = min(1.0, composite + CLUSTER_FLOOR)
    return round(composite, 4)


def _events(logs: ProviderLogs) -> Iterator[Event]:
    exchanges = logs.exchanges(*_COLUMNS)
    seconds = pc.divide(pc.cast(exchanges["time"], "int64"), 1e6)
    table = exchanges.set_column(exchanges.schema.get_field_index("time"), "time", seconds)
    for batch in table.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            yield Event(
                row["account_id"],
                row["time"],
                row["request_model"] or "",
                read(row["prompt"] or ""),
                row["input_tokens"] or 0,
                row["max_tokens"],
                subnet(row["source_ip"]),
                row["ja4"],
                preamble(row["system"]) if row["system"] else None,
            )


GLASSWALLY: Final = Glasswally()
