"""What is said of the calibration that LRs were weighed with, on the page and on the terminal."""

from __future__ import annotations

from typing import Final

from gauger.model.evidence import CalibrationRecord

UNCALIBRATED: Final = (
    "No calibration is named in these findings. Read likelihood ratios as an order of strength, "
    "not as odds."
)
CLLR: Final = (
    "Cllr is the average cost of believing such LRs where the truth is known: 0 if they are "
    "always right and sure, 1 if they say nothing."
)
_MOST_NAMED: Final = 60


def source_words(record: CalibrationRecord) -> str:
    """Which calibration, fitted on what, and how to tell it from another of its name."""
    return (
        f"“{record.name}”, version {record.version} of {record.at}, fitted on {record.on}. "
        f"Digest `{record.digest}`."
    )


def figures_words(record: CalibrationRecord) -> str:
    """How good it was where the truth is known, in plain words."""
    left_out = (
        "on cases left out of the fit in their turn"
        if record.worlds == 1
        else f"on {record.worlds:,} worlds, each left out of the fit in its turn"
    )
    return (
        f"Cllr {record.cllr:.3f} for one operator with every layer at hand, {left_out}. {CLLR} "
        f"Perfect calibration would leave {record.cllr_min:.3f} of it (Cllr_min)."
    )


def population_words(record: CalibrationRecord) -> str:
    """Whether ordinary groups of this population look like those that were fitted on."""
    if not record.compared:
        return "This population was not compared with those that it was fitted on."
    if not record.outside:
        return (
            "Ordinary groups of this population look like those it was fitted on, in each of the "
            f"{record.compared:,} statistics compared."
        )
    lie, was = ("lies", "It was") if len(record.outside) == 1 else ("lie", "They were")
    said = (
        f"{len(record.outside):,} of {record.compared:,} statistics {lie}, for ordinary groups of "
        f"this population, outside of where the calibration “{record.name}” was fitted: "
        f"{_named(record.outside)}."
    )
    if record.withheld:
        return (
            f"{said} That is too many, so nothing is established; fit a calibration to cases of "
            "your own with `gauger calibrate`."
        )
    return (
        f"{said} {was} compared with this population only, and bounds are widened to what remains "
        "without."
    )


def brief_words(record: CalibrationRecord | None) -> str:
    """One sentence for the terminal, whose notes say what lies outside."""
    if record is None:
        return "Likelihood ratios are not calibrated."
    calibration = f"the calibration “{record.name}”, version {record.version}"
    if record.withheld:
        return f"Withheld: {calibration}. It does not fit this population."
    return f"Likelihood ratios by {calibration}."


def _named(names: tuple[str, ...]) -> str:
    said = ", ".join(f"“{name}”" for name in names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return f"{said} and {more:,} more" if more > 0 else said
