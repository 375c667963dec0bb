"""Ordinary explanations of the same traffic, and the evidence against each.

Every explanation says which indicators it would leave as they are in ordinary groups. Those are
weighed in families; indicators of one family count once (mean of e-values), families are
combined with their dependence in mind. An explanation may also have a mark of its own, without
which it hardly holds (a benchmark repeats its items): finding or missing it counts an assigned
LR. Extraction is weighed by its best ordinary explanation, never by the weakest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from gauger.model.evidence import Explanation, LogLR
from gauger.model.population import Floats
from gauger.weigh.evidence.combine import combine, dependence
from gauger.weigh.evidence.conformal import (
    mean_log10_e,
    null_log10_e,
    p_value,
    tells_nothing,
)
from gauger.weigh.layers import LAYERS
from gauger.weigh.ordinary import FEWEST_GROUPS
from gauger.weigh.purpose.indicators import INDICATORS

_DEALT = ("alike in wording", "alike in capability", "own vocabulary")
_SHAPES = ("alike in prompt length", "alike in answer length", "long answers")
_NO_READER = ("reactions", "single turns")
_ELICITS = ("elicitation",)
_IDENTITY = (
    "shared payment",
    "shared e-mail root",
    "sign-ups on one day",
    "sign-ups in one fortnight",
)


MISSING: Final = 1.0
"""log10 LR of missing an explanation's own mark: assigned by judgement, not measured."""
MISSING_ESSENTIAL: Final = 2.0
"""The same for a mark without which the explanation contradicts itself."""
FOUND: Final = -0.5
"""log10 LR of finding it: harvested traffic can show the same mark, if less often."""


LICENCE: Final = "licensed distillation"
"""The one explanation that is looked up in a contract rather than measured on the traffic."""


@dataclass(frozen=True, slots=True)
class OwnMark:
    """What an explanation must show: an indicator of at least this size."""

    indicator: str
    at_least: float
    missing: float = MISSING


@dataclass(frozen=True, slots=True)
class Ordinarily:
    """One ordinary explanation: what it is called, and the indicators that speak against it."""

    name: str
    families: tuple[tuple[str, ...], ...]
    mark: OwnMark | None
    against: str
    """What was seen that the explanation does not give."""
    fits: str
    """What was seen that fits it."""
    of_strangers: bool = False
    """Whether it makes strangers look coordinated: same tasks at the same time, one reason."""


EXPLANATIONS: Final = (
    Ordinarily(
        "product in use",
        (_DEALT, _ELICITS, _SHAPES),
        None,
        "customers of one product bring subjects of their own",
        "accounts differ in subject, as customers of a product do",
    ),
    Ordinarily(
        "evaluation",
        (_ELICITS, ("long answers",)),
        OwnMark("items met again", 0.2, MISSING_ESSENTIAL),
        "a benchmark puts the same items to the model again, in short answers",
        "items come again and answers are short, as in a benchmark",
        of_strangers=True,
    ),
    Ordinarily(
        "agent at work",
        (_DEALT, _ELICITS, _SHAPES, ("repeats", "reactions")),
        OwnMark("tool loops", 0.1),
        "an agent at work stays with its owner's task and comes back to it",
        "accounts stay with tasks of their own, as agents at work do",
    ),
    Ordinarily(
        "reseller's customers",
        (_DEALT, _NO_READER, _ELICITS),
        OwnMark("reactions", 0.05),
        "a reseller's customers are many people with subjects of their own",
        "accounts show people with subjects of their own, as behind a reseller",
    ),
    Ordinarily(
        "class or course",
        (("reactions",), _ELICITS, _DEALT),
        OwnMark("items met again", 0.01),
        "a class meets the same tasks and talks about them",
        "accounts meet the same tasks or talk about them, as a class does",
        of_strangers=True,
    ),
    Ordinarily(
        "customers of one platform",
        (_DEALT, _IDENTITY, ("uneven volumes",), _ELICITS),
        OwnMark("alike in range", 0.5, MISSING_ESSENTIAL),
        "customers of one platform come from its servers, and pay, sign up and ask for themselves",
        "accounts come from one place, and pay, sign up or ask for themselves, as a platform's "
        "customers do",
        of_strangers=True,
    ),
    Ordinarily(
        "tutorial or trial",
        (_ELICITS,),
        OwnMark("brief use", 0.2, MISSING_ESSENTIAL),
        "a tutorial or a trial is run once or a few times by each, and these accounts go on",
        "each account makes a few exchanges only, as after a tutorial",
        of_strangers=True,
    ),
    Ordinarily(
        "text made to be posted",
        (("promotion", "breadth"), ("elicitation", "long answers"), ("valued capabilities",)),
        OwnMark("promotion", 0.05, MISSING_ESSENTIAL),
        "text made to be posted is promotional, narrow and short",
        "the text asked for is promotional, narrow or short, as if made to be posted",
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

    @property
    def strangers(self) -> Explanation:
        """The best explanation under which the accounts do not know each other at all."""
        names = {held.name for held in EXPLANATIONS if held.of_strangers}
        return min(
            (held for held in self.explanations if held.explanation in names),
            key=lambda held: held.log10_lr_against,
        )


def weigh_purpose(
    values: Mapping[str, float],
    ordinary: Mapping[str, Floats],
    *,
    licensed: bool,
    contracts_known: bool = True,
) -> Purpose:
    """Weighs harvesting against every ordinary explanation, the best explanation first."""
    telling = {
        statistic.name: statistic.telling
        for statistic in (*INDICATORS, *(held for layer in LAYERS for held in layer.statistics))
    }
    weighed: list[tuple[LogLR, Explanation]] = []
    for explanation in EXPLANATIONS:
        lr = _against(explanation, values, ordinary, telling)
        words = explanation.against if lr.log10 > 0 else explanation.fits
        weighed.append(
            (lr, Explanation(explanation.name, lr.log10, words[:1].upper() + words[1:] + "."))
        )
    weighed.append(_licence(licensed, contracts_known))
    weighed.sort(key=lambda pair: pair[0].log10)
    return Purpose(weighed[0][0], tuple(explanation for _, explanation in weighed))


def _against(
    explanation: Ordinarily,
    values: Mapping[str, float],
    ordinary: Mapping[str, Floats],
    telling: Mapping[str, int],
) -> LogLR:
    pieces: list[float] = []
    nulls: list[Floats] = []
    for family in explanation.families:
        known = [
            name
            for name in family
            if np.isfinite(values[name])
            and np.isfinite(ordinary[name]).sum() >= FEWEST_GROUPS
            and not tells_nothing(values[name], ordinary[name])
        ]
        if not known:
            continue
        pieces.append(
            mean_log10_e([p_value(values[name], ordinary[name], telling[name]) for name in known])
        )
        nulls.append(null_log10_e([(ordinary[name], telling[name]) for name in known]))
    weighed = combine(pieces, dependence(nulls))
    mark = explanation.mark
    if mark is None or not np.isfinite(values[mark.indicator]):
        return weighed
    shift = mark.missing if values[mark.indicator] < mark.at_least else FOUND
    return LogLR(weighed.log10 + shift, weighed.lower + shift, weighed.upper + shift)


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
