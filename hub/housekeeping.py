"""What happens now and then, and never holds an alarm: heartbeats, the outside watcher, pruning.

APScheduler wakes it, by intervals in UTC only. It owns no deadline of an alarm: in 3.11 it drops a job that is a
second late, skips daily ones on some change days and may oversleep when the clock steps back (docs/adr/0004). A job
that fails is logged by the scheduler and comes again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.clock import wall_seconds

log = logging.getLogger(__name__)

# Hubs of one broker must not speak all at once.
JITTER_S = 30


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to do every ``every``; the first time after one interval, or ``at_once``."""

    name: str
    every: timedelta
    do: Callable[[], object]
    at_once: bool = False


class Housekeeping:
    """A `Source` that runs chores on APScheduler's threads."""

    def __init__(self, chores: tuple[Chore, ...]) -> None:
        self._chores = chores
        self._scheduler: Any = None

    def start(self) -> None:
        """Begin. The library is loaded here: after the alarm path is armed."""
        from apscheduler.executors.pool import ThreadPoolExecutor  # noqa: PLC0415 -- 30 ms that no press waits for
        from apscheduler.schedulers.background import BackgroundScheduler  # noqa: PLC0415

        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            # Late is better than never, and once is enough: its defaults drop what is a second late.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        for chore in self._chores:
            jitter = min(JITTER_S, int(chore.every.total_seconds() / 10))
            # No job of its own for the first time: the scheduler stumbles over one that it removes while it is stopped.
            first = {"next_run_time": datetime.fromtimestamp(wall_seconds(), UTC)} if chore.at_once else {}
            self._scheduler.add_job(
                chore.do, "interval", seconds=chore.every.total_seconds(), jitter=jitter, id=chore.name, **first
            )
        self._scheduler.start()

    def stop(self) -> None:
        """End, without waiting for a chore in hand."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)

    def is_alive(self) -> bool:
        """Whether the scheduler runs."""
        if self._scheduler is None or not self._scheduler.running:
            return False
        # `running` says what was asked for, and stays true when the thread has died.
        return bool(self._scheduler._thread.is_alive())  # noqa: SLF001
