"""How soon the simulation finds each mistake that was put into a copy of the hub on purpose.

    .venv/bin/python bench/seeded_bugs.py [--hub-days 3000]

A check that never fails proves nothing; `tests/simulation/seeded.py` has the mistakes.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.simulation.seeded import SEEDED_BUGS, find


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hub-days", type=float, default=3000.0, help="give up after so many (default: 3000)")
    options = parser.parse_args()
    missed = 0
    for bug in SEEDED_BUGS:
        with tempfile.TemporaryDirectory(prefix="telecare-seeded-") as folder:
            found = find(bug, Path(folder), options.hub_days)
        missed += found is None
        told = (
            "NOT FOUND"
            if found is None
            else f"seed {found.seed}, {found.hub_days:,.0f} hub-days, {found.seconds:.0f} s"
        )
        print(f"{bug.name:<46}{told}", flush=True)
        if found is not None:
            print(f"    {found.complaint}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
