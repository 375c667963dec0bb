"""findings.json, version 1: the contract that other programs read.

Fields may be added and never change their meaning. The same findings give the same bytes.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

import orjson

from gauger.model.evidence import Claim, Explanation, LayerEvidence, LogLR, Weighed
from gauger.model.finding import Belonging, Findings, Measured, Network
from gauger.tell.attribution_document import attribution_fields
from gauger.tell.belonging import cannot_tell, named
from gauger.tell.calibration_document import calibration_document
from gauger.tell.lineage_document import gone_document, lineage_document
from gauger.tell.numbers import rfc3339, rounded, rounded_lr, significant, storable
from gauger.tell.robustness_document import robustness_document
from gauger.tell.safely import write_whole
from gauger.tell.taken_document import taken_document

VERSION: Final = 1


def findings_document(findings: Findings) -> dict[str, Any]:
    """Findings as the plain document that findings.json holds."""
    return {
        "version": VERSION,
        "calibrated": findings.calibrated,
        "calibration": (
            None if findings.calibration is None else calibration_document(findings.calibration)
        ),
        "measured": _measured(findings.measured),
        "notes": [storable(note) for note in findings.notes],
        "networks": [_network(network, findings.calibrated) for network in findings.networks],
        **({"gone": [gone_document(each) for each in findings.gone]} if findings.gone else {}),
    }


def write_findings(findings: Findings, path: Path) -> None:
    """Write findings.json, whole or not at all."""
    document = findings_document(findings)
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    write_whole(path, orjson.dumps(document, option=options))


def _measured(measured: Measured) -> dict[str, Any]:
    return {
        "exchanges": measured.exchanges,
        "accounts": measured.accounts,
        "from": rfc3339(measured.first),
        "to": rfc3339(measured.last),
        "rejected": measured.rejected,
        # As text: programs that take every number for a fraction would round it.
        **({} if measured.snapshot is None else {"snapshot": str(measured.snapshot)}),
        **({} if measured.weighed is None else {"weighed": measured.weighed}),
    }


def _network(network: Network, calibrated: bool) -> dict[str, Any]:
    return {
        "network_id": storable(network.network_id),
        "verdict": network.verdict.value,
        "headline": storable(network.headline),
        "accounts": sorted(storable(member.account_id) for member in named(network)),
        "members": _members(network),
        "cannot_tell": sorted(storable(each.account_id) for each in cannot_tell(network)),
        "exchanges": network.exchanges,
        "input_tokens": network.input_tokens,
        "output_tokens": network.output_tokens,
        "first_seen": rfc3339(network.first_seen),
        "last_seen": rfc3339(network.last_seen),
        "claims": {
            "coordinated": _claim(network.coordinated, calibrated),
            "extraction": _claim(network.extraction, calibrated),
            "attributed": {
                **_claim(network.attributed, calibrated),
                **attribution_fields(network.attribution),
            },
            "used": _claim(network.used, calibrated),
        },
        "layers": [_layer(layer, calibrated) for layer in network.layers],
        "robustness": (
            None if network.robustness is None else robustness_document(network.robustness)
        ),
        "explanations": [_explanation(each) for each in network.explanations],
        "capabilities": {storable(name): rounded(share) for name, share in network.capabilities},
        "taken": None if network.taken is None else taken_document(network.taken),
        **({} if network.lineage is None else {"lineage": lineage_document(network.lineage)}),
    }


def _members(network: Network) -> dict[str, int]:
    """How many accounts belong how surely; members.parquet says it of each."""
    surely = Counter(member.belonging for member in named(network))
    return {"core": surely[Belonging.CORE], "likely": surely[Belonging.LIKELY]}


def _claim(claim: Claim, calibrated: bool) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if claim.lr is not None:
        said |= _lr(claim.lr)
        said["verbal"] = None if claim.verbal is None else storable(claim.verbal)
        said["calibrated"] = calibrated
    said["established"] = claim.established
    if claim.statement:
        said["statement"] = storable(claim.statement)
    said["not_established"] = storable(claim.not_established)
    return said


def _lr(lr: LogLR) -> dict[str, Any]:
    return {
        "log10_lr": rounded_lr(lr.log10),
        "lower": rounded_lr(lr.lower),
        "upper": rounded_lr(lr.upper),
    }


def _layer(layer: LayerEvidence, calibrated: bool) -> dict[str, Any]:
    return {
        "layer": storable(layer.layer),
        **_lr(layer.lr),
        "calibrated": calibrated,
        "weighed": layer.weighed,
        "statement": storable(layer.statement),
        "statistics": [_statistic(statistic) for statistic in layer.statistics],
    }


def _statistic(weighed: Weighed) -> dict[str, Any]:
    return {
        "name": storable(weighed.name),
        "meaning": storable(weighed.meaning),
        "value": significant(weighed.value),
        "ordinary_low": significant(weighed.ordinary_low),
        "ordinary_median": significant(weighed.ordinary_median),
        "ordinary_high": significant(weighed.ordinary_high),
        "p_value": significant(weighed.p_value),
        "reference_groups": weighed.reference_groups,
    }


def _explanation(explanation: Explanation) -> dict[str, Any]:
    return {
        "explanation": storable(explanation.explanation),
        "log10_lr_against": rounded_lr(explanation.log10_lr_against),
        "statement": storable(explanation.statement),
    }
