"""The report: one self-contained page that opens offline and shows the evidence."""

from __future__ import annotations

from gauger.tell.report.run import InputFile, RunSummary
from gauger.tell.report.write import render_report, write_report

__all__ = ["InputFile", "RunSummary", "render_report", "write_report"]
