"""`telecare-hub` whose days pass faster; part of bench/soak.

    python -m soaking_hub run --config FILE

What is periodic comes as many times more often: the wall clock and all that waits for it, chores, looks at the modem.
What waits for another machine keeps its own time: answers of the modem and the broker, the disk, bytes on a wire. So
nothing is asked of them but what they do in a home, only more of it.

A number on stdin is a new speed; the answer on stdout tells how time runs from then on (`Course`), so that whoever
plays the house has the same time. "load" asks how many inputs wait, and how many were dropped.

SOAK_BEGIN is the first instant; at SOAK_SPEED chores and looks come as often a day as in a home. SOAK_KEPT_DAYS is
how long movements are kept: of the 30 days of a home a run of 30 days would show nothing.
"""

import json
import os
import sys
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from fast_time import Course

from hub import app
from hub.cli import main
from hub.clock import HubClock
from hub.domain.inputs import Input
from hub.domain.policy import Retention
from hub.drivers.modem import driver
from hub.drivers.modem.health import HEALTH_EVERY_S, SLOW_EVERY_S
from hub.drivers.modem.routine import Pace
from hub.housekeeping import Chore, Housekeeping
from hub.inbox import Inbox

SPEED = float(os.environ["SOAK_SPEED"])
BEGIN_S = datetime.fromisoformat(os.environ["SOAK_BEGIN"]).timestamp()


class FastTime:
    """The house's time, and the inbox at which the core waits for it."""

    def __init__(self) -> None:
        self.course = Course.beginning()
        self.inbox = Inbox()

    def seconds(self) -> float:
        """Seconds since the start."""
        return self.course.seconds()

    def wall(self) -> float:
        """Seconds since 1970."""
        return BEGIN_S + self.course.seconds()

    def run_at(self, speed: float) -> str:
        """Change the speed, and return how time runs now."""
        self.course = self.course.at_speed(speed)
        self.inbox.wake()  # it waits as long as was right before
        return self.course.to_line()

    def load(self) -> str:
        """How far the core is behind."""
        return json.dumps({"waiting": len(self.inbox), "dropped": self.inbox.dropped})


class FastInbox(Inbox):
    """An inbox at which one waits by the house's time."""

    def __init__(self, hazards: frozenset[str] = frozenset()) -> None:
        super().__init__(hazards)
        TIME.inbox = self

    def take(self, timeout_s: float) -> Input | None:
        """Take the next input, or none within ``timeout_s`` of the house's time."""
        return super().take(timeout_s / TIME.course.speed)


class FastHousekeeping(Housekeeping):
    """Chores, as many a day as in a home."""

    def __init__(self, chores: tuple[Chore, ...]) -> None:
        super().__init__(tuple(replace(chore, every=chore.every / SPEED) for chore in chores))


def obey() -> None:
    for line in sys.stdin:
        print(TIME.load() if line.strip() == "load" else TIME.run_at(float(line)), flush=True)


TIME = FastTime()

if __name__ == "__main__":
    kept = Retention(timedelta(days=float(os.environ["SOAK_KEPT_DAYS"])))
    fast = {
        (app, "HubClock"): partial(HubClock, boot=TIME.seconds, wall=TIME.wall, is_set=lambda: True),
        (app, "Inbox"): FastInbox,
        (app, "Housekeeping"): FastHousekeeping,
        (app.App, "_retention"): lambda _app: kept,
        (driver, "ModemDriver"): partial(driver.ModemDriver, pace=Pace(HEALTH_EVERY_S / SPEED, SLOW_EVERY_S / SPEED)),
    }
    for (module, name), replacement in fast.items():
        setattr(module, name, replacement)
    threading.Thread(target=obey, name="time", daemon=True).start()
    sys.exit(main())
