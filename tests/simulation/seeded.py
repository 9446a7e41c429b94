"""Mistakes put into a copy of the hub on purpose, and how soon the simulation finds each.

A check that never fails proves nothing. Each of these is one line of ours made wrong in the way in which such lines are
wrong; the copy is played until a life complains.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = ("hub", "tests/simulation", "tests/stories")


@dataclass(frozen=True, slots=True)
class SeededBug:
    """In ``file`` the words ``right`` become ``wrong``."""

    name: str
    file: str
    right: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Found:
    """The first life that went wrong, after so many days in all."""

    seed: int
    hub_days: float
    seconds: float
    complaint: str


SEEDED_BUGS = (
    SeededBug(
        "the outbox is lost on a restart",
        "hub/recall.py",
        "    return Recalled(journal, state, ",
        "    state = replace(state, outbox={})\n    return Recalled(journal, state, ",
    ),
    SeededBug(
        "an alert is sent although somebody answered",
        "hub/domain/outbox.py",
        "    Purpose.ALERT: _alert,",
        "    Purpose.ALERT: _always,",
    ),
    SeededBug(
        "a stepped clock is believed",
        "hub/domain/state.py",
        "            return value + self.by if self.since is None or value >= self.since else min(value, self.now)",
        "            return value",
    ),
    SeededBug(
        "a text is deleted before it is on record",
        "hub/loop.py",
        "        if is_kept:",
        "        if is_kept or seen:",
    ),
    SeededBug(
        "time off counts as silence",
        "hub/domain/state.py",
        "        watch = _add_blind(watch, fact.blind_since, fact.at)",
        "        watch = watch",
    ),
)


def find(bug: SeededBug, folder: Path, hub_days_at_most: float) -> Found | None:
    """Play a copy of the hub in ``folder`` with ``bug`` in it until a life goes wrong; None when none did."""
    _copy(bug, folder)
    script = [sys.executable, "-m", "tests.simulation.until_wrong", str(hub_days_at_most)]
    played = subprocess.run(script, cwd=folder, capture_output=True, text=True, check=True)
    last = played.stdout.strip().splitlines()[-1]
    return Found(**json.loads(last)) if last != "null" else None


def _copy(bug: SeededBug, folder: Path) -> None:
    for part in COPIED:
        shutil.copytree(ROOT / part, folder / part, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / bug.file
    text = file.read_text(encoding="utf-8")
    if text.count(bug.right) != 1:
        raise ValueError(f"{bug.name}: {bug.file} has {bug.right!r} {text.count(bug.right)} times, not once")
    file.write_text(text.replace(bug.right, bug.wrong), encoding="utf-8")
