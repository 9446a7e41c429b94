"""The last thing that must not fail silently: systemd's watchdog, fed by the deciding thread itself.

A thread of its own would feed it for ever, whatever became of the one that decides. So the loop calls `Watchdog.feed`
on its turns, and nothing is fed unless the audit passes: the hub's threads live and nothing is long overdue.
systemd then restarts the hub, and the journal takes up where it was.
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from hub.domain.records import State
from hub.domain.state import next_wake

log = logging.getLogger(__name__)

# A deadline is met within milliseconds; one this late means that deciding is stuck.
OVERDUE_AT_MOST = timedelta(seconds=30)
# systemd is told at most this often; it wants half of WatchdogSec (60 s in our unit).
FEED_EVERY_S = 10.0


class Living(Protocol):
    """Something with a thread."""

    def is_alive(self) -> bool:
        """Whether its thread runs."""
        ...


def notify(message: str, address: str | None = None) -> bool:
    """Tell systemd ``message`` (sd_notify(3)); False when it does not listen.

    ``address``: of its socket, by default from NOTIFY_SOCKET; "@" stands for the abstract namespace.
    """
    where = address if address is not None else os.environ.get("NOTIFY_SOCKET", "")
    if not where:
        return False
    name = "\0" + where[1:] if where.startswith("@") else where
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as outside:
            outside.sendto(message.encode(), name)
    except OSError as error:
        log.warning("systemd does not hear us at %s: %s", where, error)
        return False
    return True


class Watchdog:
    """Audits the hub and feeds systemd. ``threads``: what must be alive, by the name a person would search for."""

    def __init__(
        self,
        threads: Callable[[], Iterable[tuple[str, Living]]],
        now: Callable[[], datetime],
        *,
        tell: Callable[[str], bool] = notify,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threads, self._now, self._tell, self._monotonic = threads, now, tell, monotonic
        self._fed_at: float | None = None
        self._complaints: tuple[str, ...] = ()

    def feed(self, state: State) -> None:
        """Feed systemd if the audit passes; say once what is wrong if it does not."""
        moment = self._monotonic()
        if self._fed_at is not None and moment - self._fed_at < FEED_EVERY_S:
            return
        complaints = self.audit(state)
        if complaints != self._complaints:
            self._complaints = complaints
            log.error("audit: %s", "; ".join(complaints)) if complaints else log.info("audit: all is well again")
        if not complaints:
            self._fed_at = moment
            self._tell("WATCHDOG=1")

    def audit(self, state: State) -> tuple[str, ...]:
        """What is wrong inside the hub; nothing of it when it may be trusted."""
        dead = [f"the thread of {name} died" for name, thread in self._threads() if not thread.is_alive()]
        due = next_wake(state)
        if due is not None and self._now() - due > OVERDUE_AT_MOST:
            dead.append(f"something is overdue since {due:%H:%M:%S} UTC")
        return tuple(dead)
