"""The ladder of five claims for one network: what each rung rests on, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from gauger.model.evidence import Claim
from gauger.model.finding import Network
from gauger.tell.report.charts.evidence_bars import evidence_scale
from gauger.tell.report.charts.ladder import claim_scale
from gauger.tell.report.charts.svg import Scale
from gauger.tell.report.wording import bounds, plural, share, short, signed, window


@dataclass(frozen=True, slots=True)
class Rung:
    """One claim as the page says it."""

    number: int
    name: str
    established: bool
    status: str
    verbal: str
    statement: str
    not_established: str
    value: str = ""
    bounds: str = ""
    scale: Markup | None = None
    pair: str = ""
    bounds_mean: str = ""
    """What the bounds of the LR are; empty where it has none."""


_PAIRS = {
    "Coordinated": "one operator, against independent customers who look alike for an ordinary "
    "reason",
    "Extraction": "harvesting training data, against the ordinary explanation that fits best",
    "Attributed": "a named party directs it; only against hypotheses that an analyst enters",
    "Used": "a given model was trained on the answers; only from tests of that model",
}


_BOUNDS = {
    "Coordinated": "The bounds are the least and the most that the LR becomes when any one layer "
    "is left out. It never goes beyond what the cases that the calibration was fitted on support "
    "(empirical bounds, ELUB).",
    "Extraction": "The bounds are the empirical ones (ELUB) of the weight against the ordinary "
    "explanation that fits best: the cases it was fitted on support no LR beyond them. They "
    "limit what can be said at all, and are no margin of error of this LR.",
}


def ladder_view(network: Network) -> tuple[Rung, ...]:
    """All five rungs, lowest first, because each rests on the one before."""
    claims = (
        ("Coordinated", network.coordinated),
        ("Extraction", network.extraction),
        ("Attributed", network.attributed),
        ("Used", network.used),
    )
    scale = evidence_scale((claim.lr for _, claim in claims if claim.lr), least=6.0)
    rungs = [
        _rung(number, name, claim, scale) for number, (name, claim) in enumerate(claims, start=2)
    ]
    return (_measured(network), *rungs)


def _measured(network: Network) -> Rung:
    statement = (
        f"{plural(len(network.members), 'account')}, {plural(network.exchanges, 'exchange')}, "
        f"{short(network.input_tokens)} input tokens and {short(network.output_tokens)} output "
        f"tokens, {window(network.first_seen, network.last_seen)}.{_capability(network)}"
    )
    return Rung(
        number=1,
        name="Measured",
        established=True,
        status="counted",
        verbal="exact",
        statement=statement,
        not_established="",
        pair="what happened on this platform, counted from the logs",
    )


def _capability(network: Network) -> str:
    named = [held for held in network.capabilities if held[0] != "other"]
    if not named:
        return ""
    name, part = named[0]
    return f" Asked most for {name} ({share(part)})."


def _rung(number: int, name: str, claim: Claim, scale: Scale) -> Rung:
    lr = claim.lr
    interval = bounds(lr) if lr else ""
    stands = "concluded by people" if name == "Attributed" else "established"
    return Rung(
        number=number,
        name=name,
        established=claim.established,
        status=stands if claim.established else "not established",
        verbal=claim.verbal or ("" if lr else "not weighed"),
        statement=claim.statement,
        not_established=claim.not_established,
        value=signed(lr.log10) if lr else "",
        bounds=interval,
        scale=claim_scale(lr, scale) if lr else None,
        pair=_PAIRS[name],
        bounds_mean=_BOUNDS.get(name, "") if interval else "",
    )
