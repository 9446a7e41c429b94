"""What the learned silence costs: `bench/learning_cost.py [--days N] [--json]`.

A home with thirty motion sensors, decided about by the core itself (`decide` and `evolve`, no journal): the time of one
movement, of the movement that ends a silence, of drawing the lines of a day (of this processor, whoever else uses it);
and how large the state is as JSON.
"""

import argparse
import json
import random
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hub import fact_json
from hub.domain.decide import decide
from hub.domain.facts import LinesDrawn
from hub.domain.inputs import Booted, Input, SensorChanged, Tick
from hub.domain.policy import Learned, Person, Policy, Resident, Role, Sensor, SensorKind, Wave
from hub.domain.records import State
from hub.domain.state import evolve, next_wake

SENSORS = tuple(Sensor(f"capteur_{n}", SensorKind.MOTION, f"piece {n}") for n in range(30))
PAUL = Person("paul", "Paul", "+33622222222", role=Role.ADMIN)
HOME = Policy(
    zone=ZoneInfo("Europe/Paris"),
    resident=Resident("Mme Martin"),
    people=(PAUL,),
    waves=(Wave(("paul",)),),
    sensors=SENSORS,
    learned=Learned(),
)
BEGINS = datetime(2026, 1, 5, 23, tzinfo=UTC)
SHORTEST = timedelta(minutes=10)


class Core:
    """Decides and remembers, and notes how long each input took, in microseconds."""

    def __init__(self) -> None:
        self.state = State()
        self.took: dict[str, list[float]] = {"movement": [], "end_of_silence": [], "drawing": []}

    def tell(self, seen: Input, kind: str) -> None:
        """Decide about ``seen``; a round that drew the lines of the day counts as such."""
        began = time.process_time()
        facts = decide(self.state, seen, HOME)
        for fact in facts:
            self.state = evolve(self.state, fact)
        took = (time.process_time() - began) * 1e6
        if any(isinstance(fact, LinesDrawn) and fact.lines for fact in facts):
            kind = "drawing"
        if kind in self.took:
            self.took[kind].append(took)

    def wait(self, until: datetime) -> None:
        """Wake whenever the core asked for it."""
        while (due := next_wake(self.state)) is not None and due <= until:
            self.tell(Tick(max(due, self.state.at or due)), "wake")


def main() -> None:
    """Play, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=14, help="how many days are played (default: 14)")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    options = parser.parse_args()
    figures = measure(options.days)
    for name, value in figures.items():
        print(f"{name:<24} {value:>10}")
    if options.json:
        print(json.dumps(figures))


def measure(days: int) -> dict[str, float]:
    """Play ``days`` days of two hundred movements, and silences between them."""
    core, chance, now = Core(), random.Random(1), BEGINS
    core.tell(Booted(now, rebooted=False, clock_trusted=True), "boot")
    while now < BEGINS + timedelta(days=days):
        silence = timedelta(minutes=chance.choice((1, 1, 2, 2, 3, 12, 20, 40)))
        now += silence
        core.wait(now)
        sensor = chance.choice(SENSORS).id
        core.tell(SensorChanged(now, sensor, active=True), "movement" if silence < SHORTEST else "end_of_silence")
        core.tell(SensorChanged(now + timedelta(seconds=5), sensor, active=False), "rest")
    figures: dict[str, float] = {"days": days, "habits_kb": round(len(fact_json.dump(core.state.habits)) / 1000, 1)}
    for kind, took in core.took.items():
        ordered = sorted(took) or [0.0]
        figures[f"{kind}_median_us"] = round(ordered[len(ordered) // 2])
        figures[f"{kind}_p99_us"] = round(ordered[len(ordered) * 99 // 100])
    return figures


if __name__ == "__main__":
    main()
