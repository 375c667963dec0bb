"""Ordinary explanations of the same traffic, and the evidence against each.

Each is a proposition of its own: harvesting by one operator, or customers of this kind. What is
seen is weighed for the pair by a calibration fitted on campaigns and on groups of this kind.
Extraction is weighed by its best ordinary explanation, never by the weakest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gauger.model.evidence import Explanation, LogLR
from gauger.weigh.calibration.model import Calibration, Layers
from gauger.weigh.evidence.reading import Readings

LICENCE: Final = "licensed distillation"
"""The one explanation that is looked up in a contract rather than measured on the traffic."""


@dataclass(frozen=True, slots=True)
class Ordinarily:
    """One ordinary explanation, and what telling it apart comes down to."""

    name: str
    against: str
    """What was seen that the explanation does not give."""
    fits: str
    """What was seen that fits it."""


EXPLANATIONS: Final = (
    Ordinarily(
        "product in use",
        "people who use a product bring hours, subjects and habits of their own",
        "accounts have hours, subjects or habits of their own, as people have",
    ),
    Ordinarily(
        "evaluation",
        "a benchmark puts the same items to the model again, in short answers",
        "items come again and answers are short, as in a benchmark",
    ),
    Ordinarily(
        "agent at work",
        "an agent at work stays with its owner's task and comes back to it",
        "accounts stay with tasks of their own, as agents at work do",
    ),
    Ordinarily(
        "reseller's customers",
        "a reseller's customers are many people with subjects of their own",
        "accounts show people with subjects of their own, as behind a reseller",
    ),
    Ordinarily(
        "class or course",
        "a class meets the same tasks before one deadline and talks about them",
        "accounts meet the same tasks or talk about them, as a class does",
    ),
    Ordinarily(
        "customers of one platform",
        "customers of one platform pay, sign up and ask for themselves",
        "accounts come from one place, and pay, sign up or ask for themselves, as a platform's "
        "customers do",
    ),
    Ordinarily(
        "employees of one firm",
        "employees share an exit and office hours, and work on subjects of their own",
        "accounts share an exit or office hours and little else, as employees do",
    ),
    Ordinarily(
        "people on a VPN",
        "people on a VPN share addresses and nothing else",
        "accounts share addresses and little else, as people on a VPN do",
    ),
    Ordinarily(
        "people of one region",
        "people of one region share hours, holidays and language, and nothing else",
        "accounts share hours and language and little else, as people of one region do",
    ),
    Ordinarily(
        "prompt that goes viral",
        "a viral prompt is sent a few times within days, and nothing else is shared",
        "accounts share one prompt and little else, as when it goes viral",
    ),
    Ordinarily(
        "tutorial or trial",
        "a tutorial or a trial is run once or a few times by each, and these accounts go on",
        "each account makes a few exchanges only, as after a tutorial",
    ),
    Ordinarily(
        "text made to be posted",
        "text made to be posted is promotional, narrow and short",
        "the text asked for is promotional, narrow or short, as if made to be posted",
    ),
    Ordinarily(
        "agency or integrator",
        "an agency works for clients, each with a product and subjects of its own",
        "accounts differ as the clients of an agency do",
    ),
    Ordinarily(
        "synthetic data within the terms",
        "a team that makes data for its own product declares one organization and keeps to it",
        "traffic is as narrow and steady as that of a team that makes data for its own product",
    ),
)


@dataclass(frozen=True, slots=True)
class Purpose:
    """Evidence for extraction against its best ordinary explanation, and against each."""

    lr: LogLR
    explanations: tuple[Explanation, ...]

    @property
    def best_measured(self) -> Explanation:
        """The best explanation among those that the traffic itself was measured for."""
        return next(held for held in self.explanations if held.explanation != LICENCE)

    @property
    def licence(self) -> Explanation:
        """What looking the contract up has given."""
        return next(held for held in self.explanations if held.explanation == LICENCE)


def weigh_purpose(
    readings: Readings,
    layers: Layers,
    calibration: Calibration,
    *,
    licensed: bool,
    contracts_known: bool = True,
) -> Purpose:
    """Weighs harvesting against every ordinary explanation, the best explanation first.

    `readings` are those of one group, `layers` had something to weigh. The bounds of the LR are
    those of the weights it was weighed by.
    """
    weighed: list[tuple[LogLR, Explanation]] = []
    for explanation in EXPLANATIONS:
        weight = calibration.against(explanation.name, layers)
        log10 = float(weight.log10(readings)[0])
        words = explanation.against if log10 > 0 else explanation.fits
        weighed.append(
            (
                LogLR(log10, weight.lower, weight.upper),
                Explanation(explanation.name, log10, words[:1].upper() + words[1:] + "."),
            )
        )
    weighed.append(_licence(licensed, contracts_known))
    weighed.sort(key=lambda pair: pair[0].log10)
    return Purpose(weighed[0][0], tuple(explanation for _, explanation in weighed))


def _licence(licensed: bool, contracts_known: bool) -> tuple[LogLR, Explanation]:
    """Assigned, not measured: a contract is looked up, and an unknown one is assumed absent."""
    if licensed:
        lr, words = -2.0, "The contract of these accounts allows it (looked up, not measured)."
    elif contracts_known:
        lr, words = 2.0, "No contract of these accounts allows it (looked up, not measured)."
    else:
        lr, words = (
            1.0,
            "No contracts were given: check that none of these accounts has one that allows it.",
        )
    return LogLR(lr, lr, lr), Explanation(LICENCE, lr, words)
