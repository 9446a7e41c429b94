"""Coverage-guided fuzzing of every door by which bytes of others come in: nothing but the declared errors.

    .venv/bin/python bench/fuzz.py [TARGET ...] [--inputs 1000000] [--seed 1] [--seconds 3600]
    .venv/bin/python bench/fuzz.py TARGET --replay fuzz-findings/TARGET-0123456789ab.bin

`tests/fuzz` has the targets, and what must hold of each; `tests/fuzz/test_fuzz.py` feeds the same ones in CI. Inputs
that raised anything else are kept in fuzz-findings/, and the exit code is 1. ``--seconds`` ends a target early, and
counts the processor's. `fed` are the byte strings that the search made; where one is a story, `inputs` are its lines.
"""

import argparse
import importlib.util
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from common import machine

from tests.fuzz.harness import TARGETS
from tests.fuzz.target import ROOT, Target

FINDINGS = ROOT / "fuzz-findings"
# The worst reply of the longest length took 0.14 s on a desktop (hub/domain/reply_text.py); nothing is worse.
LONGEST_INPUT_MS = 250.0
# From a tenth of a million inputs on: nine bytes for each. libFuzzer's own books, of inputs and edges, are in it.
GROWTH_AT_MOST_MB = 8.0
# libFuzzer's own net, for what never comes back or eats the machine.
HANGS_AFTER_S = 30
MEMORY_AT_MOST_MB = 1024
_PROGRESS = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)")
HEAD = (
    f"{'target':<11}{'inputs':>11}{'fed':>11}{'guided':>9}{'a second':>9}{'edges':>7}{'corpus':>8}{'longest':>10}"
    f"{'alone':>9}{'memory':>10}{'objects':>9}  outcomes"
)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one target. ``alone_ms``: the slowest input again, without the instruments of the search."""

    figures: dict[str, Any]
    edges: int
    corpus: int
    alone_ms: float

    @property
    def is_good(self) -> bool:
        """Whether nothing but declared errors came, in time and memory, of a search that saw where it went."""
        is_bounded = self.alone_ms <= LONGEST_INPUT_MS and self.figures["growth_mb"] <= GROWTH_AT_MOST_MB
        return not self.figures["findings"] and is_bounded and self.edges > 0

    def row(self, name: str) -> str:
        """The line of the table."""
        of = self.figures
        outcomes = ", ".join(f"{what} {times:,}" for what, times in sorted(of["outcomes"].items()))
        return (
            f"{name:<11}{of['inputs']:>11,}{of['fed']:>11,}{of['guided']:>9,}{of['inputs'] / of['seconds']:>9,.0f}"
            f"{self.edges:>7}{self.corpus:>8}{of['longest_ms']:>7.1f} ms{self.alone_ms:>6.1f} ms"
            f"{of['growth_mb']:>7.1f} MB{of['growth_objects']:>9,}  {outcomes}"
        )


def prepare(target: Target, folder: Path) -> None:
    """Write the seeds and the dictionary, as libFuzzer reads them."""
    seeds = folder / "seeds"
    seeds.mkdir()
    for number, seed in enumerate(target.seeds):
        (seeds / f"{number:04}").write_bytes(seed[: target.longest])
    escaped = ("".join(f"\\x{octet:02x}" for octet in token) for token in target.tokens if token)
    (folder / "tokens").write_text("".join(f'"{token}"\n' for token in escaped))


def run(target: Target, options: argparse.Namespace, folder: Path) -> Found | None:
    """Feed one target in a process of its own; None if that did not come to its end."""
    prepare(target, folder)
    command = [
        *(sys.executable, "-m", "tests.fuzz.atheris_run", target.name, str(options.inputs), str(options.seconds)),
        *(str(folder), f"-seed={options.seed}", f"-max_len={target.longest}", f"-dict={folder}/tokens", "-reload=0"),
        *(f"-timeout={HANGS_AFTER_S}", f"-rss_limit_mb={MEMORY_AT_MOST_MB}", f"-artifact_prefix={folder}/"),
        str(folder / "seeds"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)}
    with (folder / "log").open("w+") as log:
        subprocess.run(command, cwd=ROOT, env=environment, stdout=log, stderr=log, check=False)
        log.seek(0)
        told = log.read()
    keep_findings(target.name, folder)
    result = folder / "result.json"
    if not result.exists():
        print(f"{target.name}: the search ended by itself:\n{told[-2000:]}")
        return None
    *_, (edges, _, corpus) = [("0", "0", "0"), *_PROGRESS.findall(told)]
    alone_ms = least_ms(target, (folder / "slowest.bin").read_bytes())
    return Found(json.loads(result.read_text()), int(edges), int(corpus), alone_ms)


def keep_findings(name: str, folder: Path) -> None:
    """Copy the inputs that raised, hung or ate the memory."""
    for file in [
        *folder.glob(f"{name}-*.bin"),
        *folder.glob("crash-*"),
        *folder.glob("timeout-*"),
        *folder.glob("oom-*"),
    ]:
        FINDINGS.mkdir(exist_ok=True)
        shutil.copy(file, FINDINGS / (file.name if file.name.startswith(name) else f"{name}-{file.name}"))


def least_ms(target: Target, data: bytes) -> float:
    """How long one input takes at best, in ms."""
    spent = []
    for _ in range(3):
        before = time.thread_time()
        try:
            target.feed(data)
        except Exception as error:  # noqa: BLE001  # a finding; it is told with the others
            print(f"  the slowest input raises {error!r}")
        spent.append(time.thread_time() - before)
    return min(spent) * 1000


def replay(target: Target, file: Path) -> int:
    """Feed one input that was kept; its error is shown as it comes."""
    data = file.read_bytes()
    print(f"{target.name}: {len(data)} bytes: {data!r}")
    print(target.feed(data))
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all, if none is named")
    parser.add_argument("--inputs", type=int, default=1_000_000, help="for each target (default: 1,000,000)")
    parser.add_argument(
        "--seconds", type=float, default=86_400.0, help="of the processor, for each target (default: a day)"
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed searches the same way (default: 1)")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="feed this input to TARGET, and show what comes")
    options = parser.parse_args()
    unknown = [name for name in options.targets if name not in TARGETS]
    if unknown:
        parser.error(f"no target is called {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    if options.replay and len(options.targets) != 1:
        parser.error("--replay wants the one target that the input is for")
    return options


def main() -> int:
    options = parse()
    logging.disable(logging.CRITICAL)
    if options.replay:
        return replay(TARGETS[options.targets[0]], options.replay)
    if importlib.util.find_spec("atheris") is None:
        raise SystemExit(
            "atheris is not here (Linux on x86_64, Python 3.11 to 3.13): .venv/bin/pip install -e '.[test,fuzz]'"
        )
    print(f"# {machine()}, seed {options.seed}\n{HEAD}")
    is_good = True
    for name in options.targets or TARGETS:
        with tempfile.TemporaryDirectory(prefix="telecare-fuzz-") as folder:
            found = run(TARGETS[name], options, Path(folder))
        is_good &= found is not None and found.is_good
        if found is not None:
            print(found.row(name), flush=True)
            for what, where in found.figures["findings"].items():
                print(f"    {what}: {where}")
    verdict = "nothing but the declared errors" if is_good else f"see above, and {FINDINGS}"
    print(
        f"# {verdict}; the slowest input alone below {LONGEST_INPUT_MS:.0f} ms, growth below {GROWTH_AT_MOST_MB:.0f} MB"
    )
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
