"""How long a replay takes: `bench/replay_time.py [--days 60] [--movements 2000] [--json]`.

Writes a journal with so many movements a day (eight rooms, a door that opens and shuts, a bed, a thermometer), and
tries each kind of rule on it, with its neighbours, as `telecare-hub replay` and the page's preview do. Seconds of
this processor, whoever else uses it.
"""

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from hub.domain.facts import Fact, HubStarted, LevelSeen, LifeSeen, TemperatureSeen
from hub.domain.policy import (
    EVERY_DAY,
    BackInBed,
    Climate,
    Extreme,
    HomeBy,
    Learned,
    LeftOpen,
    Person,
    Policy,
    Resident,
    Role,
    Sensor,
    SensorKind,
    Silence,
    Wave,
    Window,
)
from hub.journal import Journal, Numbered
from hub.past import read_past
from hub.rehearsal import AnyRule, rehearse, rehearse_learned

BEGINS = datetime(2026, 1, 4, 23, tzinfo=UTC)  # midnight in Paris
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ROOMS = tuple(Sensor(f"piece_{number}", SensorKind.MOTION, f"piece {number}") for number in range(8))
DOOR = Sensor("entree", SensorKind.DOOR, "entree", entrance=True)
BED = Sensor("lit", SensorKind.BED, "chambre")
WARMTH = Sensor("salon", SensorKind.TEMPERATURE, "salon")
PAUL = Person("paul", "Paul", "+33622222222", role=Role.ADMIN, consent=True)
HOME = Policy(
    zone=ZoneInfo("Europe/Paris"),
    resident=Resident("Mme Martin"),
    people=(PAUL,),
    waves=(Wave(("paul",)),),
    sensors=(*ROOMS, DOOR, BED, WARMTH),
    learned=Learned(),
)
RULES: dict[str, AnyRule] = {
    "window": Window("matin", EVERY_DAY, clock_time(7), clock_time(10)),
    "silence": Silence("jour", 4 * HOUR, (clock_time(8), clock_time(22))),
    "door": LeftOpen("porte", "entree", timedelta(minutes=20)),
    "bed": BackInBed("nuit", "lit", HOUR),
    "home_by": HomeBy("retour", clock_time(21)),
    "frost": Climate(Extreme.COLD, 8.0, HOUR),
}
T = TypeVar("T")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=60, help="how many days are on record (default: 60)")
    parser.add_argument("--movements", type=int, default=2000, help="how many a day (default: 2,000)")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder) / "journal.sqlite3", options.days, options.movements)
    print(f"{options.days} days of {options.movements} movements, seconds of the processor; with its neighbours")
    for name, seconds in figures.items():
        print(f"  {name:<20} {seconds:>6.2f}")
    if options.json:
        print(json.dumps(figures))


def measure(file: Path, days: int, movements: int) -> dict[str, float]:
    """Write the journal, read it, and try each rule."""
    with closing(Journal(file)) as journal:
        journal.append(Numbered(seq, fact) for seq, fact in enumerate(_life(days, movements), 1))
        read_s, past = _timed(lambda: read_past(journal, HOME))
    figures = {"reading the journal": read_s}
    for name, rule in RULES.items():
        figures[name], _ = _timed(lambda rule=rule: rehearse(rule, past, HOME))  # type: ignore[misc]
    figures["learned"], _ = _timed(lambda: rehearse_learned(past, HOME))
    return figures


def _life(days: int, movements: int) -> Iterator[Fact]:
    """Yield movements by day and, as people sleep, hardly any at night; a door and a bed among them."""
    chance = random.Random(1)
    yield HubStarted(BEGINS, rebooted=False, clock_trusted=True, blind_since=None)
    for day in range(days):
        midnight = BEGINS + day * DAY
        moments = sorted(midnight + HOUR * chance.uniform(7, 22.5) for _ in range(movements))
        is_open = False
        for number, at in enumerate(moments):
            if number % 100 == 50:
                is_open = not is_open
                yield LifeSeen(at, DOOR.id)
                yield LevelSeen(at, DOOR.id, is_open)
            else:
                yield LifeSeen(at, chance.choice(ROOMS).id)
        for hour, is_occupied in ((22.8, True), (26.0, False), (26.3, True), (30.5, False)):
            yield LifeSeen(midnight + hour * HOUR, BED.id)
            yield LevelSeen(midnight + hour * HOUR, BED.id, is_occupied)
        for half_hour in range(48):
            yield TemperatureSeen(midnight + half_hour * HOUR / 2, WARMTH.id, chance.uniform(6.0, 22.0))


def _timed(act: Callable[[], T]) -> tuple[float, T]:
    began = time.process_time()
    found = act()
    return round(time.process_time() - began, 3), found


if __name__ == "__main__":
    main()
