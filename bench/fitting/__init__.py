"""Fits the calibration that comes with the package, on worlds that judge nothing."""
