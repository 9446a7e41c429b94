"""A month of a home through the real process: what grows, what leaks, what is lost.

    .venv/bin/python bench/soak.py [--days 30] [--speed 2880] [--kept 7] [--json]

The hub runs in its own process with all its threads, its modem on a pty, a real Mosquitto, its journal on disk; only
its clock is faster (bench/soaking_hub). Each day has 2,000 movements by MQTT, an alarm that is answered and ended, a
question and a stranger's text; now and then the modem restarts, its port goes away, the broker dies and comes back,
and the family imports its household. While somebody waits for an answer the clock slows down to `CALM`, as a text
takes its real time to leave.

Told per day: resident memory, open descriptors, threads, the journal's size. Memory is compared from the end of day 2,
when every path has been walked, to the end of the last day.
"""

import contextlib
import json
import math
import os
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from common import machine, parse_arguments, report
from fast_time import Course

from hub.control import ask
from hub.domain import facts as f
from hub.domain.reply_words import CHOICES, Mark
from hub.journal import Journal
from hub.sim.mobile_network import Reach, SentText
from tests.mosquitto import Listener, Mosquitto, wait_until
from tests.system.world import MARIE, PAUL, PENDANT, PRESS, World

# Two weeks before the clocks go forward: the change is among the days.
BEGIN = datetime(2026, 3, 14, 23, 0, tzinfo=UTC)
DAY_S = 86_400.0
HOUR_S = 3_600.0
MOVEMENTS_A_DAY = 2_000
# Awake from 6 to 22, and a movement is over after half a minute.
AWAKE_FROM_S, AWAKE_S, STILL_AFTER_S = 6 * HOUR_S, 16 * HOUR_S, 30.0
SENSORS = ("cuisine-2", "chambre", "bain", "couloir")
# While a text is on its way: a wave of 3 minutes lasts 9 s.
CALM = 20.0
# A wave is 9 s at that speed, and a modem that restarts is silent for 11 s: what takes longer was lost.
LOST_AFTER_S = 40.0
# Memory is compared from here: caches are filled, everything has been used.
SETTLED_AFTER_DAYS = 2
ANSWER, END = (
    next(str(digit) for digit, mark in CHOICES.items() if mark is wanted) for wanted in (Mark.ANSWER, Mark.CLOSE)
)
STRANGER = "+33655555555"

MOTION = """
[[sensor]]
id = "{name}"
kind = "motion"
room = "{name}"
source = "mqtt:zigbee2mqtt/{name}"
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """The process at the end of a day. ``journal_kb``: with its write-ahead log."""

    day: int
    rss_kb: int
    descriptors: int
    threads: int
    journal_kb: int
    facts: int
    movements: int
    waiting: int
    HEADING: ClassVar = "day  memory kB  descriptors  threads  journal kB  facts  movements  waiting"

    def to_line(self) -> str:
        """One line of the table."""
        return (
            f"{self.day:3}  {self.rss_kb:9}  {self.descriptors:11}  {self.threads:7}  {self.journal_kb:10}"
            f"  {self.facts:5}  {self.movements:9}  {self.waiting:7}"
        )


class Hub:
    """The process, and the house's time. ``late_s``: how far the house was behind its own time at most."""

    def __init__(self, world: World, speed: float, kept_days: int) -> None:
        self.world, self.speed, self.late_s = world, speed, 0.0
        here = Path(__file__).parent
        more = {
            "PYTHONPATH": f"{here}{os.pathsep}{here.parent}",
            "SOAK_BEGIN": BEGIN.isoformat(),
            "SOAK_SPEED": str(speed),
            "SOAK_KEPT_DAYS": str(kept_days),
        }
        world.start("soaking_hub", stdout=-1, env={**os.environ, **more})
        self.course = Course.from_line(self.say("1"))

    @property
    def proc(self) -> Path:
        """What the kernel knows of the process."""
        assert self.world.process is not None
        return Path(f"/proc/{self.world.process.pid}")

    def say(self, line: str) -> str:
        """Say a line to the process, and return what it answers."""
        process = self.world.process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{line}\n".encode())
        process.stdin.flush()
        answer: bytes = process.stdout.readline()
        return answer.decode()

    def run_at(self, speed: float) -> None:
        """Let time run ``speed`` times as fast."""
        self.course = Course.from_line(self.say(str(speed)))

    @contextmanager
    def calm(self) -> Iterator[None]:
        """While somebody waits for somebody."""
        self.run_at(CALM)
        yield
        self.run_at(self.speed)

    def wait_for(self, at_s: float) -> None:
        """Return at ``at_s`` of the house's time, or at once when it is over."""
        left_s = at_s - self.course.seconds()
        self.late_s = max(self.late_s, -left_s)
        if left_s > 0:
            time.sleep(left_s / self.course.speed)

    def sample(self, day: int) -> Sample:
        """Look at the process and its files."""
        path = self.world.data / "journal.sqlite3"
        status = (self.proc / "status").read_text()
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            rows = [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("fact", "activity")]  # noqa: S608
        return Sample(
            day=day,
            rss_kb=_number(status, "VmRSS"),
            descriptors=len(list((self.proc / "fd").iterdir())),
            threads=_number(status, "Threads"),
            journal_kb=sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*")) // 1024,
            facts=rows[0],
            movements=rows[1],
            waiting=json.loads(self.say("load"))["waiting"],
        )


def _number(status: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", status, re.MULTILINE)
    assert found is not None
    return int(found[1])


class Month:
    """What happens in the house, day after day."""

    def __init__(self, hub: Hub, broker: Mosquitto, house: Listener, chance: random.Random) -> None:
        self.hub, self.world, self.broker, self.house, self.chance = hub, hub.world, broker, house, chance
        self.presses = self.lost = self.messages = 0
        self.samples: list[Sample] = []

    def live(self, days: int) -> None:
        """Live through ``days``."""
        for day in range(days):
            for at_s, happens in sorted(self._plan(day), key=lambda planned: planned[0]):
                self.hub.wait_for(day * DAY_S + at_s)
                happens()
            self.hub.wait_for((day + 1) * DAY_S)
            self.samples.append(self.hub.sample(day + 1))
            print(self.samples[-1].to_line(), file=sys.stderr, flush=True)

    def _plan(self, day: int) -> Iterator[tuple[float, Callable[[], None]]]:
        for _ in range(MOVEMENTS_A_DAY):
            at_s = AWAKE_FROM_S + self.chance.uniform(0, AWAKE_S)
            sensor = self.chance.choice(SENSORS)
            yield at_s, lambda sensor=sensor: self._moves(sensor, True)  # type: ignore[misc]
            yield at_s + STILL_AFTER_S, lambda sensor=sensor: self._moves(sensor, False)  # type: ignore[misc]
        yield 9.5 * HOUR_S, lambda: self._texts(day)
        yield 11 * HOUR_S, self.alarm_at_once if day % 3 else self.alarm_in_the_second_round
        # Each of them on the first two days, so that what it takes for ever is taken by then.
        every_third = ((14, self.modem_restarts), (15, self.port_goes), (16, self.broker_dies), (17, self.family_edits))
        for number, (hour, trouble) in enumerate(every_third):
            if day < SETTLED_AFTER_DAYS or day % 3 == number % 3:
                yield hour * HOUR_S, trouble

    # What happens

    def _moves(self, sensor: str, active: bool) -> None:
        self.messages += 1
        payload = {"occupancy": active, "battery": 80, "linkquality": self.chance.randrange(255)}
        self.house.say(f"zigbee2mqtt/{sensor}", json.dumps(payload), qos=0)

    def _texts(self, day: int) -> None:
        """A neighbour asks how things are; somebody nobody knows texts."""
        with self.hub.calm():
            self.world.network.deliver(PAUL, f"Comment va Mme Martin ce {day}?")
            self.world.network.deliver(STRANGER, f"Offre {day}: gagnez un bon!")
            wait_until(lambda: not self.world.modem.network.waiting and self.world.is_quiet(), LOST_AFTER_S)

    def alarm_at_once(self) -> None:
        """A press that the first who is asked answers."""
        with self.hub.calm():
            self._alarm(once_told="ALERTE")

    def alarm_in_the_second_round(self) -> None:
        """A press that nobody answers before everybody was asked again."""
        with self.hub.calm():
            self._alarm(once_told="PERSONNE n'a répondu")

    def _alarm(self, once_told: str) -> None:
        since = len(self.world.network.sent)
        self.presses += 1
        self.house.say(PENDANT, PRESS)
        for number in (PAUL, MARIE):
            self._got(since, number, "ALERTE")
            self._got(since, number, once_told)
        self.world.network.deliver(PAUL, ANSWER)
        self._got(since, PAUL, "12 rue des Lilas")
        self._got(since, MARIE, "Paul y va")
        self.world.network.deliver(PAUL, END)
        wait_until(lambda: not self.world.status()["incidents"], LOST_AFTER_S)
        wait_until(self.world.is_quiet, LOST_AFTER_S)

    def _got(self, since: int, number: str, words: str) -> None:
        def texts() -> list[SentText]:
            sent = list(self.world.network.sent)[since:]
            return [text for text in sent if text.number == number and words in text.text]

        until = time.monotonic() + LOST_AFTER_S
        while not texts():
            if time.monotonic() > until:
                self.lost += 1
                print(f"{number} did not get {words!r}", file=sys.stderr)
                return
            time.sleep(0.02)

    def modem_restarts(self) -> None:
        """The modem loses its supply for a moment."""
        with self.hub.calm():
            self.world.modem.soon(self.world.modem.restart)
            wait_until(lambda: not self.world.is_registered(), LOST_AFTER_S)
            wait_until(self.world.is_registered, LOST_AFTER_S)

    def port_goes(self) -> None:
        """Its plug is pulled, and put back once the hub has seen it."""
        with self.hub.calm():
            self.world.pty.unplug()
            wait_until(lambda: not self.world.is_registered(), LOST_AFTER_S)
            self.world.pty.replug()
            wait_until(self.world.is_registered, LOST_AFTER_S)

    def broker_dies(self) -> None:
        """The broker is killed, and started again once the hub has seen it."""
        with self.hub.calm():
            self.broker.kill()
            wait_until(lambda: not self.world.status()["roads"].get("mqtt"), LOST_AFTER_S)
            self.broker.start()
            wait_until(lambda: self.world.status()["roads"].get("mqtt"), LOST_AFTER_S)
            wait_until(self.house._client.is_connected, LOST_AFTER_S)  # noqa: SLF001 -- what is said before is lost

    def family_edits(self) -> None:
        """Another note for the helpers, by a household import."""
        file = self.world.folder / "household.toml"
        text = re.sub(r'notes = ".*"', f'notes = "Relu {len(self.samples)} fois"', file.read_text())
        file.write_text(text)
        answer = ask(self.world.data, {"do": "household", "toml": text, "file": str(file)})
        assert answer["ok"], answer


def slope(samples: list[Sample]) -> float:
    """The line through resident memory by least squares, in kB a day."""
    if len(samples) < 2:
        return math.nan
    days, sizes = [float(s.day) for s in samples], [float(s.rss_kb) for s in samples]
    mean_day, mean_size = sum(days) / len(days), sum(sizes) / len(sizes)
    above = sum((day - mean_day) * (size - mean_size) for day, size in zip(days, sizes, strict=True))
    return above / sum((day - mean_day) ** 2 for day in days)


def verdicts(world: World) -> dict[str, Any]:
    """What the journal says once the hub has ended."""
    path = world.data / "journal.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as db:
        integrity = db.execute("PRAGMA integrity_check").fetchone()[0]
        oldest, newest = db.execute("SELECT min(at), max(at) FROM activity").fetchone()
    with contextlib.closing(Journal(path, read_only=True)) as journal:
        facts = [numbered.fact for numbered in journal.facts()]
    kinds = [fact.kind for fact in facts if isinstance(fact, f.IncidentOpened)]
    return {
        "integrity_check": integrity,
        "oldest_movement": oldest,
        "newest_movement": newest,
        "alarms_on_record": kinds.count(f.Kind.PANIC),
        "alarms_closed": sum(isinstance(fact, f.IncidentClosed) for fact in facts),
        "inactivity_alarms": kinds.count(f.Kind.INACTIVITY),
        "technical_incidents": kinds.count(f.Kind.TECHNICAL),
        "household_kb": (world.data / "household.sqlite3").stat().st_size // 1024,
    }


def main() -> int:
    options = parse_arguments(__doc__, days=30, speed=2880, kept=7, seed=1)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="telecare-soak-")))
        broker = stack.enter_context(Mosquitto(folder))
        world = World(folder, mqtt=f"mqtt://127.0.0.1:{broker.port}")
        world.config.write_text(world.config.read_text() + "".join(MOTION.format(name=name) for name in SENSORS))
        for number in (PAUL, MARIE):
            world.network.reach[number] = Reach(report_after_s=0.1)
        stack.enter_context(world)
        house = stack.enter_context(Listener(broker.port, ("telecare/7f3a9c/status",)))
        began = time.monotonic()
        hub = Hub(world, options.speed, options.kept)
        world.ready()
        wait_until(lambda: world.status()["roads"].get("mqtt"), LOST_AFTER_S)
        hub.run_at(options.speed)
        month = Month(hub, broker, house, random.Random(options.seed))
        month.live(options.days)
        took_s, load = time.monotonic() - began, json.loads(hub.say("load"))
        faults = sorted(world.faults())
        stopped = world.stop()
        found = figures(month, load, took_s) | verdicts(world) | {"faults_at_the_end": faults, "exit_status": stopped}
    print(Sample.HEADING)
    for sample in month.samples:
        print(sample.to_line())
    report(found, options, "aims: memory below 1 MB more, no descriptor more, nothing lost, integrity ok")
    return 0 if is_good(found) else 1


def figures(month: Month, load: dict[str, int], took_s: float) -> dict[str, Any]:
    """What was seen from outside."""
    samples, hub = month.samples, month.hub
    settled = samples[min(SETTLED_AFTER_DAYS, len(samples)) - 1]
    last = samples[-1]
    return {
        "days": last.day,
        "took_min": round(took_s / 60, 1),
        "speed": hub.speed,
        "speed_on_average": round(last.day * DAY_S / took_s),
        "late_s_at_most": round(hub.late_s, 1),
        "mqtt_messages": month.messages,
        "inputs_dropped": load["dropped"],
        "rss_kb_settled": settled.rss_kb,
        "rss_kb_end": last.rss_kb,
        "rss_kb_more": last.rss_kb - settled.rss_kb,
        "rss_kb_a_day": round(slope(samples[settled.day - 1 :]), 1),
        "descriptors": [settled.descriptors, last.descriptors],
        "threads": [settled.threads, last.threads],
        "journal_kb": [sample.journal_kb for sample in samples],
        "facts": last.facts,
        "movements_on_record": last.movements,
        "presses": month.presses,
        "lost": month.lost,
        "machine": machine(),
    }


def is_good(found: dict[str, Any]) -> bool:
    """Whether all aims are met."""
    return (
        found["rss_kb_more"] < 1024
        and found["descriptors"][1] <= found["descriptors"][0]
        and found["threads"][1] <= found["threads"][0]
        and not found["lost"]
        and found["alarms_on_record"] == found["presses"]
        and found["integrity_check"] == "ok"
    )


if __name__ == "__main__":
    sys.exit(main())
