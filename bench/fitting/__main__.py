"""`python -m bench.fitting`: fits the calibration that comes with the package.

Worlds are drawn, simulated and weighed once and kept under `--out`; the fit takes minutes on two
cores, the worlds about half an hour.
"""

from __future__ import annotations

import argparse
import datetime as dt
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import gauger
from bench.fitting import drawn
from bench.fitting.cases import COMPONENTS, EXPLANATION_OF, WorldCases, cases_of
from gauger.weigh.calibration.cases import Cases
from gauger.weigh.calibration.drift import ranges
from gauger.weigh.calibration.files import DAYS, WEEKS, write_calibration
from gauger.weigh.calibration.fit import fit_coordination, fit_extraction, fit_membership
from gauger.weigh.calibration.model import Calibration, Made
from gauger.weigh.purpose import INDICATORS

FIRST_SEED: Final = 5001
WORLDS: Final = 120
SHIPPED: Final = Path(gauger.__file__).parent / "weigh" / "calibration" / "shipped"
FITTED_ON: Final = {WEEKS: drawn.WHOLE, DAYS: drawn.BEGUN}


def main() -> None:
    """Makes the worlds that are missing, fits, and writes the calibration."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--calibration", type=Path, default=SHIPPED, metavar="FOLDER")
    parser.add_argument("--logs-of", choices=FITTED_ON, action="append")
    options = parser.parse_args()
    for name in options.logs_of or FITTED_ON:
        _fit(name, options)


def _fit(name: str, options: argparse.Namespace) -> None:
    drawing = FITTED_ON[name]
    seeds = range(FIRST_SEED, FIRST_SEED + options.worlds)
    held: list[WorldCases] = []
    with ProcessPoolExecutor(options.processes) as pool:
        for seed, world in zip(
            seeds,
            pool.map(partial(cases_of, drawing=drawing, out=options.out), seeds),
            strict=True,
        ):
            held.append(world)
            print(f"world {seed}: {len(world.cases or ())} cases", flush=True)
    cases = Cases.joined([world.cases for world in held if world.cases is not None])
    members = Cases.joined([world.members for world in held if world.members is not None])
    calibration = Calibration(
        Made(
            f"shipped for {name}",
            gauger.__version__,
            f"simulated worlds `{drawing.name}` drawn by seeds {seeds[0]} to {seeds[-1]} "
            "(bench/fitting/drawn.py)",
            dt.datetime.now(dt.UTC).date().isoformat(),
        ),
        fit_coordination(cases, COMPONENTS, options.processes),
        fit_extraction(
            cases,
            list(dict.fromkeys(EXPLANATION_OF.values())),
            [indicator.name for indicator in INDICATORS],
            options.processes,
        ),
        fit_membership(members, options.processes),
        ranges([world.middles for world in held]),
    )
    write_calibration(calibration, options.calibration / f"{name}.json")
    widest = max(calibration.coordinated, key=len)
    print(f"coordinated, all layers: {calibration.coordinated[widest].figures}")
    widest = max(calibration.membership, key=len)
    print(f"membership, all families: {calibration.membership[widest].figures}")
    for explanation, weights in calibration.extraction.items():
        print(f"extraction against {explanation}: {weights[max(weights, key=len)].figures}")


if __name__ == "__main__":
    main()
