"""How little the hub asks of a Pi: start to armed, memory, idle processor, bytes written in a day.

    .venv/bin/python bench/footprint.py [--json]

The real process on a simulated modem's pty, wired buttons on gpiozero's mock pins, a Mosquitto on
loopback, no web. The day of 2,000 movements is played through the real loop and journal at speed; what
reached the disk is counted by the kernel (/proc/self/io, write_bytes).
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import HubProcess, machine, parse_arguments, report

STARTS = 7
# One turn of the modem's health check (45 s) at least.
IDLE_S = 60.0
MOVEMENTS = 2_000

DAY = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo
from hub.clock import HubClock
from hub.dispatch import Outlets
from hub.domain.inputs import Booted, SensorChanged
from hub.domain.policy import Person, Policy, Resident, Role, Sensor, SensorKind, Silence, Wave, Window, EVERY_DAY
from hub.inbox import Inbox
from hub.journal import Journal
from hub.ledger import JournalWriter
from hub.last_resort import LastResort
from hub.loop import Loop
from hub.messages import Catalogue
from hub.domain.records import State
from datetime import time as hour

folder, movements = Path(sys.argv[1]), int(sys.argv[2])
moment = [0.0]
begin = datetime(2026, 3, 3, 0, 0, tzinfo=UTC).timestamp()
clock = HubClock(boot=lambda: moment[0], wall=lambda: begin + moment[0], is_set=lambda: True)
policy = Policy(
    ZoneInfo("Europe/Paris"), Resident("Mme Martin", "+33611111111"),
    (Person("marie", "Marie", "+33633333333", Role.ADMIN, consent=True),), (Wave(("all",)),),
    windows=(Window("matin", EVERY_DAY, hour(7), hour(10)),), silences=(Silence("12h", timedelta(hours=12)),),
    sensors=tuple(Sensor(f"s{n}", SensorKind.MOTION, "cuisine") for n in range(5)),
)
inbox = Inbox()
writer = JournalWriter(Journal(folder / "journal.sqlite3"), lambda: Journal(folder / "journal.sqlite3"), print)
writer.start()
words = Catalogue.load()
outlets = Outlets(policy, words, clock, inbox.post)
loop = Loop(clock=clock, inbox=inbox, ledger=writer, outlets=outlets, policy=policy, state=State(), words=words,
            last_resort=LastResort(lambda: None, print))
def written():
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("write_bytes")).split()[1])
loop.handle(Booted(clock.now(), False, True))
before = written()
# Awake from 6 to 22, as in the real homes; each movement is an ON and, half a minute later, an OFF.
for n in range(movements):
    moment[0] = 6 * 3600 + n * 16 * 3600 / movements
    inbox.post(SensorChanged(clock.now(), f"s{n % 5}", True)); loop.turn(0.0)
    inbox.post(SensorChanged(clock.now(), f"s{n % 5}", False)); loop.turn(0.0)
for minute in range(22 * 60, 24 * 60):
    moment[0] = minute * 60.0
    loop.turn(0.0)
writer.stop()
print(written() - before)
"""


def main() -> None:
    options = parse_arguments(__doc__)
    starts = []
    for _ in range(STARTS):
        with HubProcess() as hub:
            starts.append(hub.armed_s)
    with HubProcess() as hub:
        hub.wait_for_modem()
        time.sleep(2.0)
        before = hub.processor_s()
        time.sleep(IDLE_S)
        idle_percent = (hub.processor_s() - before) / IDLE_S * 100
        rss_mb = hub.memory_mb()
    with tempfile.TemporaryDirectory(dir=Path(__file__).parent) as folder:
        day = subprocess.run(
            [sys.executable, "-c", DAY, folder, str(MOVEMENTS)], capture_output=True, text=True, check=True
        )
    starts.sort()
    report(
        {
            "armed_s": round(starts[len(starts) // 2], 3),
            "armed_s_best": round(starts[0], 3),
            "armed_s_worst": round(starts[-1], 3),
            "rss_mb": round(rss_mb, 1),
            "idle_cpu_percent": round(idle_percent, 3),
            "disk_mb_per_day": round(int(day.stdout.split()[-1]) / 1e6, 3),
            "machine": machine(),
        },
        options,
        "aims: armed below 1.0 s, memory below 45 MB, idle below 0.2 %, below 2 MB a day",
    )


if __name__ == "__main__":
    main()
