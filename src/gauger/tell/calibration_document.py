"""The calibration as findings.json and run.json name it, so that two results can be compared."""

from __future__ import annotations

from typing import Any

from gauger.model.evidence import CalibrationRecord
from gauger.tell.numbers import significant, storable


def calibration_document(record: CalibrationRecord) -> dict[str, Any]:
    """`outside` names statistics out of the fitted range, of `compared` ones."""
    return {
        "name": storable(record.name),
        "version": storable(record.version),
        "on": storable(record.on),
        "at": storable(record.at),
        "digest": storable(record.digest),
        "worlds": record.worlds,
        "cllr": significant(record.cllr),
        "cllr_min": significant(record.cllr_min),
        "compared": record.compared,
        "outside": [storable(name) for name in record.outside],
        "withheld": record.withheld,
    }
