"""What a sign-up shares with known networks, weighed as their signatures weigh first exchanges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from gauger.act.accounts.prints import THING_OF
from gauger.act.signatures.recogniser import Recogniser
from gauger.act.signatures.recognition import RECOGNISED, REMAINS, remaining, together
from gauger.model.evidence import LogLR
from gauger.model.signature import FAMILIES, FAMILY_OF, TRAIT_KINDS
from gauger.model.signup import Support, Tie, TiedTo

LEAST: Final = 1.0
"""log10 LR below which two things in common are no tie."""
_IDENTITY: Final = FAMILIES.index("identity")
_INFRASTRUCTURE: Final = FAMILIES.index("infrastructure")


@dataclass(frozen=True, slots=True)
class Shared:
    """Ties to networks, strongest first, and things that are shared with one alone, which are no
    ties."""

    ties: tuple[Tie, ...]
    alone: tuple[str, ...]


def shared_with(recogniser: Recogniser, prints: Sequence[tuple[int, int]]) -> Shared:
    """What prints of a sign-up have in common with networks that may be recognised.

    Identity is worth what the trials of the signature say of records. An address seen at sign-up
    may speak for a network and not against it: people sign up from elsewhere than their programs
    call from. A client in common is a thing, and worth nothing by itself.
    """
    ties: list[Tie] = []
    alone: set[str] = set()
    for carried in recogniser.carried_by(prints):
        log10 = np.zeros(len(FAMILIES))
        log10[_IDENTITY] = carried.log10[_IDENTITY]
        log10[_INFRASTRUCTURE] = max(carried.log10[_INFRASTRUCTURE], 0.0)
        total, remains = float(together(log10)), float(remaining(log10))
        shares = tuple(sorted({THING_OF[TRAIT_KINDS[kind]] for kind in carried.kinds}))
        # Everybody behind one exit shares its address, and often the client: not one operator.
        personal = any(FAMILY_OF[kind] == _IDENTITY for kind in carried.kinds)
        if len(shares) < 2 or not personal or total < LEAST:
            alone.update(shares)
            continue
        strong = total >= RECOGNISED and remains >= REMAINS
        lr = LogLR(total, min(remains, total), total)
        support = Support.STRONG if strong else Support.SOME
        network = carried.signature
        ties.append(
            Tie(TiedTo.NETWORK, support, shares, network.network_id, network.verdict, lr)
        )  # fmt: skip
    ties.sort(key=lambda tie: (tie.support is not Support.STRONG, -tie.lr.log10 if tie.lr else 0))
    return Shared(tuple(ties), tuple(sorted(alone)))
