"""A simulated year of bad luck, or a thousand: the whole hub under random faults, from seeds that can be replayed.

    .venv/bin/python bench/simulate.py --hub-days 5000 --seed 1 [--json]
    .venv/bin/python bench/simulate.py --hub-days 100000 --keep FILE     as many in several sittings
    .venv/bin/python bench/simulate.py --replay 4711     one life again, cut down to what makes it go wrong

The real core, loop, journal and state machines of modem and broker, in `hub.sim`'s house; what must hold is in
`tests/simulation/watcher.py`, what goes wrong in `tests/simulation/mishaps.py`.
"""

import argparse
import contextlib
import json
import logging
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.simulation.crowd import DAYS_OF_A_LIFE, Sum, play_all
from tests.simulation.play import plan_of, play
from tests.simulation.shrink import shrink, written

TOLD_EVERY_LIVES = 50
ROOT = Path(__file__).parents[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hub-days", type=float, default=5000.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=None, help="default: all cores")
    parser.add_argument("--replay", type=int, metavar="SEED", help="play one life again and cut it down")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="go on with what FILE has of this commit and seed")
    parser.add_argument("--json", action="store_true", help="the last line is one object")
    options = parser.parse_args()
    if options.replay is not None:
        return replay(options.replay)
    so_far = total = kept(options.keep, options.seed) if options.keep else Sum()
    known = len(total.failing)
    # What was played so far is told, whoever ends it.
    with contextlib.suppress(KeyboardInterrupt):
        for lives, total in enumerate(play_all(options.hub_days, options.seed, options.workers, so_far), 1):
            if len(total.failing) > known:
                known = len(total.failing)
                seed, complaints = list(total.failing.items())[-1]
                say(f"seed {seed}: {complaints[0]}")
            if lives % TOLD_EVERY_LIVES == 0:
                say(f"{total.hub_days:,.0f} hub-days, {len(total.failing)} lives went wrong")
                keep(options.keep, options.seed, total)
    keep(options.keep, options.seed, total)
    table(total)
    if options.json:
        print(json.dumps(total.as_json()))
    return 1 if total.failing else 0


def commit() -> str:
    """The commit of this tree; figures of two commits are not added up."""
    asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    return asked.stdout.strip()


def kept(file: Path, seed: int) -> Sum:
    """What was played in earlier sittings."""
    if not file.exists():
        return Sum()
    found = json.loads(file.read_text())
    if (found["commit"], found["seed"]) != (commit(), seed):
        sys.exit(
            f"{file} is of commit {found['commit'][:7]} and seed {found['seed']}: take another file, or go on there"
        )
    return Sum.going_on(found["sum"])


def keep(file: Path | None, seed: int, total: Sum) -> None:
    """Keep it for the next sitting; a cut in the midst leaves what was there."""
    if file is not None:
        new = file.with_suffix(".new")
        new.write_text(json.dumps({"commit": commit(), "seed": seed, "sum": total.kept()}))
        new.replace(file)


def say(line: str) -> None:
    """Tell how far it is."""
    print(line, file=sys.stderr, flush=True)


def table(total: Sum) -> None:
    found = total.as_json()
    print(f"{total.hub_days:,.0f} hub-days, {found['hub_days_per_second']} a second\n")
    print(f"{'faults injected':<36}{sum(total.faults.values()):>9,}")
    for fault, times in sorted(total.faults.items()):
        print(f"    {fault:<32}{times:>9,}")
    print(f"{'crashes (kills, power cuts, bugs)':<36}{total.crashes:>9,}")
    print(f"{'presses':<36}{total.presses:>9,}")
    print(f"{'    made while nobody could hear':<36}{total.unheard:>9,}")
    print(f"{'calls for help':<36}{total.calls:>9,}")
    print(f"{'    LOST':<36}{total.lost:>9,}")
    print(f"{'    on a card that took nothing, in the dark':<36}{total.gone_with_the_card:>9,}")
    print(f"{'texts repeated':<36}{total.repeats:>9,}")
    print(f"{'telephones rung':<36}{total.rings:>9,}")
    print(f"{'keys pressed':<36}{total.keys:>9,}")
    print(f"{'call to first phone, median':<36}{found['median_delay_s']:>9} s")
    print(f"{'    99 of 100 within':<36}{found['p99_delay_s']:>9} s")
    print(f"{'    worst, outages and all':<36}{found['worst_delay_s']:>9} s")
    print(f"{'    worst, in seconds of service':<36}{found['worst_service_s']:>9} s")
    print(f"{'lives that went wrong':<36}{len(total.failing):>9,} {sorted(total.failing)[:20] or ''}")


def replay(seed: int) -> int:
    logging.disable(logging.CRITICAL)
    outcome = play(plan_of(seed, DAYS_OF_A_LIFE))
    if not outcome.complaints:
        print(f"seed {seed} goes well")
        return 0
    print("\n".join(outcome.complaints))
    smallest = shrink(outcome.plan, lambda plan: bool(play(plan).complaints))
    print(written(smallest))
    return 1


if __name__ == "__main__":
    sys.exit(main())
