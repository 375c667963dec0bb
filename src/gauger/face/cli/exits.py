"""Exit codes of `gauger`, the same for every command."""

from __future__ import annotations

from typing import Final

from gauger.model.evidence import Verdict
from gauger.model.finding import Findings

NOTHING_ESTABLISHED: Final = 0
EXTRACTION_FOUND: Final = 1
DOES_NOT_FIT: Final = 1
CHECK_FAILED: Final = 1
USAGE_OR_INPUT: Final = 2
TOO_MANY_REJECTS: Final = 3
INTERNAL: Final = 70
INTERRUPTED: Final = 130


def exit_code(findings: Findings, max_rejects: int | None) -> int:
    """The code of a scan that ran to its end; a found network outranks rejected records."""
    if any(network.verdict is Verdict.EXTRACTION for network in findings.networks):
        return EXTRACTION_FOUND
    if max_rejects is not None and findings.measured.rejected > max_rejects:
        return TOO_MANY_REJECTS
    return NOTHING_ESTABLISHED
