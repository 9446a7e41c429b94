"""How many small mistakes in the rules, and in what sends texts, do the tests see?

    .venv/bin/python bench/mutants.py [--sample 30] [--seed 1] [--group rules|modem] [--module PART ...] [--list]

A sample of each module's mutants (all with ``--sample 0``) is judged by the tests that pass over them. What no test
sees is printed, and is either a test that is missing, or stands with its reason in mutants_survivors.toml. The figures
are in docs/bench/mutants.md.
"""

import argparse
import json
import random
import sys
import time
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import pytest  # noqa: E402 - after our own tree is found
from common import machine  # noqa: E402
from judging import ARGUMENTS, Judge  # noqa: E402
from mutating import Mutant, mutants  # noqa: E402

# Of a hundred mistakes so many at least are to be seen.
AIM_PERCENT = 95.0
SEEN = ("killed", "out of time")
EXPLAINED = Path(__file__).with_name("mutants_survivors.toml")
_SENDERS = ("causes", "conversation", "deliveries", "health", "keeper", "ladder", "machine", "sending", "situation")


@dataclass(frozen=True, slots=True)
class Group:
    """Modules, and the tests that are theirs."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


GROUPS = {
    "rules": Group(
        tuple(sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("hub/domain/*.py"))),
        ("tests/domain",),
    ),
    "modem": Group(
        tuple(f"hub/drivers/modem/{name}.py" for name in _SENDERS),
        # Not those that wait for a real port, in real time: a mutant would take minutes.
        (
            *(f"tests/drivers/modem/test_{name}.py" for name in _SENDERS if name != "machine"),
            *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/drivers/modem/test_machine_*.py")),
            "tests/drivers/modem/test_timeouts.py",
            "tests/contract/test_sms_road_contract.py",
        ),
    ),
}


@dataclass(slots=True)
class Tally:
    """The verdicts of one group, as they come in."""

    explained: dict[tuple[str, str, str], str]
    verdicts: dict[str, Counter[str]] = field(default_factory=dict)
    survivors: list[Mutant] = field(default_factory=list)

    def take(self, mutant: Mutant, verdict: str) -> None:
        """Count a verdict, and print what no test saw."""
        told = verdict
        if verdict == "survived":
            told = "explained" if (mutant.module, mutant.text, mutant.change) in self.explained else "unexplained"
        self.verdicts.setdefault(mutant.module, Counter())[told] += 1
        if told == "unexplained":
            self.survivors.append(mutant)
        if told != "explained" and told not in SEEN:
            print(f"{told}: {mutant.module}:{mutant.line}: {mutant.text}    [{mutant.change}]", flush=True)

    def row(self, module: str | None = None) -> dict[str, Any]:
        """Return the figures of ``module``, or of all together."""
        counts: Counter[str] = Counter()
        for name, verdicts in self.verdicts.items():
            if module in {None, name}:
                counts += verdicts
        judged = counts.total()
        killed = sum(counts[seen] for seen in SEEN)
        meant = judged - counts["explained"]
        return {
            "judged": judged,
            "killed": killed,
            "out_of_time": counts["out of time"],
            "explained": counts["explained"],
            "unexplained": meant - killed,
            "percent": round(100 * killed / meant, 1) if meant else 100.0,
        }


def explained() -> dict[tuple[str, str, str], str]:
    """Return why a mutant that no test sees is none: by module, line and mutation."""
    entries = tomllib.loads(EXPLAINED.read_text("utf-8")).get("survivor", [])
    return {(entry["module"], entry["line"], entry["mutation"]): entry["reason"] for entry in entries}


def chosen(module: str, sample: int, seed: int) -> list[Mutant]:
    """Return ``sample`` mutants of ``module``, all of them if that is 0; the same ones for the same seed."""
    every = mutants(ROOT, module)
    if not sample or sample >= len(every):
        return every
    drawn = random.Random(f"{seed}:{module}").sample(range(len(every)), sample)
    return [every[number] for number in sorted(drawn)]


def judge(group: Group, picked: list[Mutant], tally: Tally) -> None:
    """Judge ``picked`` by the tests of ``group``."""
    judge = Judge(ROOT, group.modules, picked, tally.take)
    arguments = [*ARGUMENTS, "--rootdir", str(ROOT), *group.tests]
    if code := pytest.main(arguments, plugins=[judge]):
        raise SystemExit(f"the tests could not be run ({code})")


def table(tally: Tally) -> str:
    """Return the figures as a table of Markdown."""
    rows = [
        [f"`{module}`" if module else "all", *map(str, tally.row(module).values())]
        for module in (*tally.verdicts, None)
    ]
    head = ["| module | judged | killed | of these out of time | explained | seen by no test | killed, % |"]
    return "\n".join([*head, "|---|---:|---:|---:|---:|---:|---:|", *(f"| {' | '.join(row)} |" for row in rows)])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=30, help="mutants of each module; 0 for all (default: 30)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (default: 1)")
    parser.add_argument("--group", choices=GROUPS, action="append", help="the rules, or the modem (default: both)")
    parser.add_argument("--module", action="append", default=[], help="only modules whose path ends so")
    parser.add_argument("--list", action="store_true", help="print the mutants and judge none")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    options = parser.parse_args()
    figures: dict[str, Any] = {"machine": machine(), "seed": options.seed, "sample": options.sample}
    for name in options.group or GROUPS:
        group = GROUPS[name]
        wanted = [m for m in group.modules if not options.module or m.endswith(tuple(options.module))]
        picked = [mutant for module in wanted for mutant in chosen(module, options.sample, options.seed)]
        if options.list:
            for mutant in picked:
                print(f"{mutant.module}:{mutant.line}: {mutant.text}    [{mutant.change}]")
        elif picked:
            tally, began = Tally(explained()), time.monotonic()
            judge(group, picked, tally)
            print(f"\n{table(tally)}\n")
            figures[name] = tally.row() | {"seconds": round(time.monotonic() - began)}
    if options.json:
        print(json.dumps(figures))
    rows = [figures[name] for name in GROUPS if name in figures]
    return 0 if all(row["percent"] >= AIM_PERCENT for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
