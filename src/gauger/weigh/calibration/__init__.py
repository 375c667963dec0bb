"""What readings are worth: fitted on cases of known truth, kept as JSON, applied without a fit."""

from __future__ import annotations

from gauger.weigh.calibration.files import read_calibration, shipped, write_calibration
from gauger.weigh.calibration.model import Calibration

__all__ = ["Calibration", "read_calibration", "shipped", "write_calibration"]
