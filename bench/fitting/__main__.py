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
from bench.fitting.cases import COMPONENTS, EXPLANATION_OF, WorldCases, cases_of
from gauger.weigh.calibration.cases import Cases
from gauger.weigh.calibration.drift import ranges
from gauger.weigh.calibration.files import write_calibration
from gauger.weigh.calibration.fit import fit_coordination, fit_extraction, fit_membership
from gauger.weigh.calibration.model import Calibration, Made
from gauger.weigh.purpose import INDICATORS

FIRST_SEED: Final = 5001
WORLDS: Final = 120
SHIPPED: Final = Path(gauger.__file__).parent / "weigh" / "calibration" / "shipped.json"


def main() -> None:
    """Makes the worlds that are missing, fits, and writes the calibration."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--calibration", type=Path, default=SHIPPED)
    options = parser.parse_args()
    seeds = range(FIRST_SEED, FIRST_SEED + options.worlds)
    held: list[WorldCases] = []
    with ProcessPoolExecutor(options.processes) as pool:
        for seed, world in zip(
            seeds, pool.map(partial(cases_of, out=options.out), seeds), strict=True
        ):
            held.append(world)
            print(f"world {seed}: {len(world.cases)} cases", flush=True)
    cases = Cases.joined([world.cases for world in held])
    calibration = Calibration(
        Made(
            "shipped",
            gauger.__version__,
            f"simulated worlds drawn by seeds {seeds[0]} to {seeds[-1]} (bench/fitting/drawn.py)",
            dt.datetime.now(dt.UTC).date().isoformat(),
        ),
        fit_coordination(cases, COMPONENTS, options.processes),
        fit_extraction(
            cases,
            list(dict.fromkeys(EXPLANATION_OF.values())),
            [indicator.name for indicator in INDICATORS],
            options.processes,
        ),
        fit_membership(Cases.joined([world.members for world in held]), options.processes),
        ranges([world.middles for world in held]),
    )
    write_calibration(calibration, options.calibration)
    widest = max(calibration.coordinated, key=len)
    print(f"coordinated, all layers: {calibration.coordinated[widest].figures}")
    widest = max(calibration.membership, key=len)
    print(f"membership, all families: {calibration.membership[widest].figures}")
    for explanation, weights in calibration.extraction.items():
        print(f"extraction against {explanation}: {weights[max(weights, key=len)].figures}")


if __name__ == "__main__":
    main()
