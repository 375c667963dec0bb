"""Puts what an analyst entered beside the networks it is about; concludes nothing by itself.

A network's id follows from its accounts, so a worksheet may name accounts instead. What it says
of a network that this scan did not find goes into the notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from gauger.model.attribution import Attribution
from gauger.model.evidence import Claim
from gauger.model.finding import Findings, Network
from gauger.model.worksheet import Sheet, Worksheet
from gauger.weigh.hypotheses import weigh_hypotheses, weigh_indicators


def attribute(findings: Findings, worksheet: Worksheet) -> Findings:
    """Findings with the worksheet's hypotheses in their networks, and a note on every other.

    Nothing but the claim "attributed" changes, and it is established only where the worksheet
    says that people concluded it.
    """
    notes = []
    sheets: dict[int, list[Sheet]] = {}
    for sheet in worksheet.sheets:
        place, problem = _place(sheet, findings.networks)
        if place is None:
            notes.append(f"{_about(sheet)} not weighed: {problem}.")
        else:
            sheets.setdefault(place, []).append(sheet)
    networks = list(findings.networks)
    for place, entered in sorted(sheets.items()):
        if len(entered) == 1:
            networks[place] = _entered(networks[place], entered[0])
            continue
        notes.extend(
            f"{_about(sheet)} not weighed: more than one `[[network]]` of the worksheet is about "
            f"`{networks[place].network_id}`, so they do not compete; put them into one."
            for sheet in entered
        )
    return replace(findings, networks=tuple(networks), notes=(*findings.notes, *notes))


def _place(sheet: Sheet, networks: Sequence[Network]) -> tuple[int | None, str]:
    """Which network a sheet is about; or why it is about none."""
    if sheet.network_id is not None:
        places = [n for n, each in enumerate(networks) if each.network_id == sheet.network_id]
        if len(places) == 1:
            return places[0], ""
        if places:
            return None, f"{len(places)} networks bear the id `{sheet.network_id}`; name accounts"
        return None, (
            f"`{sheet.network_id}` is no network of this scan. An id changes with the accounts of "
            "a network; `accounts` can be named instead"
        )
    wanted = set(sheet.accounts)
    held = Counter(
        {
            number: sum(member.account_id in wanted for member in network.members)
            for number, network in enumerate(networks)
        }
    )
    held = +held
    outside = len(wanted) - held.total()
    if len(held) == 1 and not outside:
        return next(iter(held)), ""
    said = [f"{count:,} in `{networks[n].network_id}`" for n, count in sorted(held.items())]
    said += [f"{outside:,} in no network"] if outside else []
    return None, (
        f"of the {len(wanted):,} {'account' if len(wanted) == 1 else 'accounts'} it names, "
        f"{', '.join(said)} of this scan; they must all lie in one network"
    )


def _about(sheet: Sheet) -> str:
    names = _listed([hypothesis.name for hypothesis in sheet.hypotheses])
    what = "hypothesis was" if len(sheet.hypotheses) == 1 else "hypotheses were"
    return f"Worksheet, `{sheet.place}` ({names}): its {what}"


def _entered(network: Network, sheet: Sheet) -> Network:
    named = None if sheet.network_id is not None else len(sheet.accounts)
    rows = weigh_indicators(sheet)
    unnamed = 0 if named is None else len(network.members) - named
    attribution = Attribution(weigh_hypotheses(sheet, rows, unnamed), rows, named)
    return replace(network, attributed=_claim(attribution), attribution=attribution)


def _claim(attribution: Attribution) -> Claim:
    """The rung "attributed": what people concluded, or that they concluded nothing."""
    for weighed in attribution.hypotheses:
        conclusion = weighed.hypothesis.conclusion
        if conclusion is not None:
            said = (
                f"{conclusion.by} concluded, and {conclusion.reviewed_by} reviewed, that "
                f"“{weighed.hypothesis.name}” directs these accounts. People concluded it, not "
                "gauger."
            )
            return Claim(True, said, weighed.not_established)
    names = _listed([weighed.hypothesis.name for weighed in attribution.hypotheses])
    many = len(attribution.hypotheses) != 1
    return Claim(
        established=False,
        statement=(
            f"{'Hypotheses were' if many else 'A hypothesis was'} entered by an analyst: {names}. "
            f"{'None' if many else 'It'} is {'' if many else 'not '}concluded."
        ),
        not_established="Who directs these accounts. It may be someone else than was entered.",
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
