"""A small made home: months of movements of somebody who lives alone, for tests, the demo and the benchmark.

Not a copy of anybody: a day is a handful of habits with chance in them (getting up around seven, meals, an errand
on most days, an armchair in the afternoon, a television in the evening, bed around ten, up once or twice at night).
The same seed makes the same months. Written in the form that `bench/inactivity_homes.py` reads.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

# A Monday; local time, as in the files.
FIRST_DAY = datetime.fromisoformat("2026-01-05")
DOOR, BED = "entree", "chambre"
ROOMS = ("cuisine", "salon", "salle_de_bain", BED)
SETTINGS = """# A made home (hub/sim/made_home.py): nobody lives here.
timezone = "Europe/Paris"
entrance = ["entree"]
warm_up = "7d"
pooled = true
"""


class Movement(NamedTuple):
    """A line of the file: a sensor, its kind, and "on" or "off"."""

    at: datetime
    sensor: str
    kind: str
    value: str


def write_home(folder: Path, days: int, seed: int) -> Path:
    """Write a made home of ``days`` days into ``folder``; return its settings' file."""
    lines = [
        f"{m.at.isoformat(timespec='milliseconds')},{m.sensor},{m.kind},{m.value}\n" for m in movements(days, seed)
    ]
    (folder / "made.csv").write_text("timestamp_iso,sensor_id,kind,value\n" + "".join(lines), encoding="utf-8")
    settings = folder / "made.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    return settings


def movements(days: int, seed: int) -> Iterator[Movement]:
    """Yield what the sensors tell in ``days`` days, oldest first."""
    chance = random.Random(seed)
    for day in range(days):
        yield from sorted(_day(chance, FIRST_DAY + timedelta(days=day)))


def _day(chance: random.Random, midnight: datetime) -> Iterator[Movement]:
    def at(hour: float, spread: float) -> datetime:
        return midnight + timedelta(hours=chance.gauss(hour, spread))

    for _ in range(chance.choice((1, 1, 2))):
        yield from _stay(chance, at(3, 1.2), BED, minutes=2)
        yield from _stay(chance, at(3.1, 1.2), "salle_de_bain", minutes=4)
    up = at(7.2, 0.5)
    yield from _stay(chance, up, BED, minutes=6)
    yield from _stay(chance, up + timedelta(minutes=8), "salle_de_bain", minutes=20)
    yield from _stay(chance, up + timedelta(minutes=30), "cuisine", minutes=50)
    yield from _stay(chance, at(10, 0.4), "salon", minutes=40)
    if midnight.weekday() != 6 and chance.random() < 0.8:
        yield from _errand(chance, at(11, 0.3))
    yield from _stay(chance, at(12.6, 0.3), "cuisine", minutes=60)
    yield from _stay(chance, at(14.2, 0.3), "salon", minutes=10)
    yield from _stay(chance, at(15.8, 0.5), "salon", minutes=25)
    yield from _stay(chance, at(17.5, 0.4), "salle_de_bain", minutes=5)
    yield from _stay(chance, at(18.8, 0.3), "cuisine", minutes=50)
    yield from _stay(chance, at(20.3, 0.3), "salon", minutes=60)
    yield from _stay(chance, at(22, 0.4), "salle_de_bain", minutes=10)
    yield from _stay(chance, at(22.3, 0.4), BED, minutes=8)


def _stay(chance: random.Random, begins: datetime, room: str, minutes: float) -> Iterator[Movement]:
    """Movements in one room, every minute or two; each ends with the detector's own timer."""
    at, ends = begins, begins + timedelta(minutes=minutes)
    while at < ends:
        yield Movement(at, room, "motion", "on")
        yield Movement(at + timedelta(seconds=4), room, "motion", "off")
        at += timedelta(seconds=chance.expovariate(1 / 80) + 5)


def _errand(chance: random.Random, begins: datetime) -> Iterator[Movement]:
    """Out of the door, and back after an hour or so."""
    back = begins + timedelta(minutes=chance.gauss(70, 15))
    for at in (begins, back):
        yield Movement(at, DOOR, "door", "on")
        yield Movement(at + timedelta(seconds=8), DOOR, "door", "off")
    yield from _stay(chance, back + timedelta(minutes=1), "cuisine", minutes=10)
