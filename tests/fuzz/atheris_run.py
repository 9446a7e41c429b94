"""One target in a process of its own, fed by atheris: `bench/fuzz.py` starts it and reads what it writes.

    python -m tests.fuzz.atheris_run TARGET INPUTS SECONDS FOLDER [libFuzzer's own options and folders]

libFuzzer ends with the first crash; here an input that raises is kept, and the search goes on.
"""

import gc
import hashlib
import json
import logging
import os
import resource
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import atheris

from tests.fuzz.harness import TARGETS
from tests.fuzz.instruments import Instruments

# Of a bug that every second input meets, the first ones tell enough.
FINDINGS_AT_MOST = 20
# Before this share of the inputs caches fill, and what is kept then grows no more.
WARM_AFTER = 0.1
# One input in so many is drawn by the target, if it draws any.
DRAWN_EVERY = 3
# The search is guided by coverage for this share of the inputs, and then for one block of them in ten.
GUIDED_FIRST = 0.05
BLOCK, GUIDED_EVERY = 1000, 10
RESULT = "result.json"


@dataclass
class Run:
    """What has been fed so far, and what came of it. Seconds are the processor's: others may use the machine too."""

    name: str
    inputs: int
    seconds: float
    folder: Path
    fed: int = 0
    guided: int = 0
    counted: int = 0
    share: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    longest_s: float = 0.0
    slowest: bytes = b""
    findings: dict[str, str] = field(default_factory=dict)
    warm: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        target = TARGETS[self.name]
        self.feed, self.drawn, self.holds = target.feed, target.drawn, target.holds
        self.instruments = Instruments("hub")
        self.began = time.process_time()

    def one(self, data: bytes) -> None:
        """Feed one input; the last one ends the process, for atheris never returns."""
        if self.fed == 0:
            self.instruments.connect()
        is_guided = self.share < GUIDED_FIRST or self.fed // BLOCK % GUIDED_EVERY == 0
        self.instruments.switch(on=is_guided)
        before = time.process_time()
        try:
            self.outcomes[self.feed(data)] += 1
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what is searched for
            self._note(error, data)
        after = time.process_time()
        if is_guided:
            self.instruments.tell()
        if after - before > self.longest_s:
            self.longest_s, self.slowest = after - before, data
        self.fed += 1
        self.guided += is_guided
        self.counted += self.holds(data)
        self.share = max(self.counted / self.inputs, (after - self.began) / self.seconds)
        if self.warm is None and self.share >= WARM_AFTER:
            self.warm = _kept()
        if self.share >= 1.0:
            self._end()

    def changed(self, data: bytes, longest: int, seed: int) -> bytes:
        """Return what to try after ``data``: changed by libFuzzer, or drawn by the target where it can."""
        if self.drawn is not None and seed % DRAWN_EVERY == 0:
            return self.drawn(Random(seed))[:longest]
        changed: bytes = atheris.Mutate(data, longest)
        return changed

    def _note(self, error: Exception, data: bytes) -> None:
        """Keep the first input for each kind of error at each place."""
        self.outcomes["FOUND"] += 1
        place = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
        if what not in self.findings and len(self.findings) < FINDINGS_AT_MOST:
            file = self.folder / f"{self.name}-{hashlib.sha256(data).hexdigest()[:12]}.bin"
            file.write_bytes(data)
            self.findings[what] = f"{file.name}: {str(error)[:200]}"
            print(f"found {what}, {self.findings[what]}", file=sys.stderr, flush=True)

    def _end(self) -> None:
        spent, kept = time.process_time() - self.began, _kept()
        warm = self.warm or kept
        (self.folder / "slowest.bin").write_bytes(self.slowest)
        result = {
            "inputs": self.counted,
            "fed": self.fed,
            "guided": self.guided,
            "seconds": spent,
            "outcomes": self.outcomes,
            "longest_ms": self.longest_s * 1000,
            "growth_mb": (kept[0] - warm[0]) / 1024,
            "growth_objects": kept[1] - warm[1],
            "findings": self.findings,
        }
        (self.folder / RESULT).write_text(json.dumps(result))
        sys.stderr.flush()
        os._exit(0)


def _kept() -> tuple[int, int]:
    """How much memory this process has now, in kB, and how many objects."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024, len(gc.get_objects())


def main() -> None:
    logging.disable(logging.CRITICAL)
    name, inputs, seconds, folder, *options = sys.argv[1:]
    run = Run(name, int(inputs), float(seconds), Path(folder))
    # The homes and seeds made at import live on; the collector need not look at them after each input.
    gc.freeze()
    atheris.Setup([sys.argv[0], *options], run.one, custom_mutator=run.changed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
