"""Where networks come from and which went, as findings.json holds it."""

from __future__ import annotations

from typing import Any

from gauger.model.lineage import Gone, Lineage
from gauger.tell.numbers import storable


def lineage_document(lineage: Lineage) -> dict[str, Any]:
    """One network's `lineage` object; the origin with most accounts first."""
    return {
        "descent": lineage.descent.value,
        "origins": [
            {"network_id": storable(each.network_id), "core": each.core, "kept": each.kept}
            for each in lineage.origins
        ],
        "statement": storable(lineage.statement),
    }


def gone_document(gone: Gone) -> dict[str, Any]:
    """One network of the earlier scan whose id no network bears any more."""
    return {
        "network_id": storable(gone.network_id),
        "verdict": storable(gone.verdict),
        "accounts": gone.accounts,
        "into": [storable(name) for name in gone.into],
        "statement": storable(gone.statement),
    }
