"""How firm a finding is: what is left without each layer, its thinnest place, what would end it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from gauger.model.evidence import Apart, Bridge, LogLR
from gauger.model.finding import Network
from gauger.tell.report.charts.evidence_bars import evidence_axis, evidence_bar, evidence_scale
from gauger.tell.report.wording import plural, short, signed
from gauger.weigh.judge import ESTABLISHED, ESTABLISHED_WITHOUT_ANY

_MOST_APART = 4


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One operator, weighed without one layer."""

    layer: str
    bar: Markup
    value: str
    falls: bool
    """Whether less remains than "coordinated" must keep."""


@dataclass(frozen=True, slots=True)
class FirmnessView:
    """Rows on one axis, most important layer first, with the two sentences under them."""

    rows: tuple[LeftOut, ...]
    axis: Markup
    words: str
    bridge: str
    apart: tuple[str, ...]
    """Whom the network was told apart from, one sentence each."""
    changes: tuple[str, ...]


def firmness_view(network: Network) -> FirmnessView | None:
    """Nothing where nothing was weighed."""
    found = network.robustness
    if found is None:
        return None
    scale = evidence_scale(
        [LogLR(left, left, left) for _, left in found.without], least=ESTABLISHED
    )
    return FirmnessView(
        rows=tuple(
            LeftOut(
                layer=layer,
                bar=evidence_bar(
                    f"without {layer}",
                    LogLR(left, left, left),
                    scale,
                    needed=ESTABLISHED_WITHOUT_ANY,
                ),
                value=signed(left),
                falls=left < ESTABLISHED_WITHOUT_ANY,
            )
            for layer, left in found.without
        ),
        axis=evidence_axis(scale),
        words=(
            f"One operator is established from {signed(ESTABLISHED)} together, and only if "
            f"{signed(ESTABLISHED_WITHOUT_ANY)} (dashed) remains whichever layer is left out."
        ),
        bridge=_bridge(found.bridge),
        apart=_apart(found.apart),
        changes=found.changes,
    )


def _bridge(bridge: Bridge | None) -> str:
    if bridge is None:
        return "The ties of these accounts do not come apart into parts, so no part hangs on a few."
    mostly = f" mostly by {_listed(bridge.ways)}" if bridge.ways else " by no one kind of evidence"
    return (
        f"A part of {plural(bridge.part, 'account')} holds to the other {short(bridge.rest)}"
        f"{mostly}; median log10 LR of its accounts for belonging there: {signed(bridge.log10)}."
    )


def _apart(held: tuple[Apart, ...]) -> tuple[str, ...]:
    said = [
        f"{plural(each.accounts, 'account')} that linkage put beside these "
        + (
            f"{'is' if each.accounts == 1 else 'are'} likelier to be strangers and "
            f"{'belongs' if each.accounts == 1 else 'belong'} to no network"
            if each.network_id is None
            else f"{'belongs' if each.accounts == 1 else 'belong'} to {each.network_id}"
        )
        + f"; median log10 LR for belonging here: {signed(each.log10)}."
        for each in held[:_MOST_APART]
    ]
    if len(held) > _MOST_APART:
        said.append(f"{plural(len(held) - _MOST_APART, 'network')} more in findings.json.")
    return tuple(said)


def _listed(names: tuple[str, ...]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
