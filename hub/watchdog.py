"""The last thing that must not fail silently: systemd's watchdog, fed by the deciding thread itself.

A thread of its own would feed it for ever, whatever became of the one that decides. So the loop calls `Watchdog.feed`
on its turns, and nothing is fed unless the audit passes: the hub's threads live, the loop turns, no incident is long
overdue, messages leave while their road is open, and the journal is written or known to be broken. Otherwise systemd
restarts the hub, and the journal takes up where it was. The outside watcher is pinged after the same audit.
"""

import logging
import os
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Protocol

from hub.domain.outbox_state import ready_since
from hub.domain.records import State
from hub.domain.state import next_wake

log = logging.getLogger(__name__)

# A deadline is met within milliseconds; one this late means that deciding is stuck.
OVERDUE_AT_MOST = timedelta(seconds=30)
# The loop turns every five seconds at least; deciding takes milliseconds, and waits a second for the card at most.
STUCK_AFTER_S = 30.0
# A message that could go is handed over in the same decision.
HELD_BACK_AT_MOST = timedelta(minutes=5)
# A card that hangs is told as a fault within a minute; where it is not, nobody looks after it.
HANGS_UNHEARD_S = 180.0
KNOWN_TO_BE_BROKEN = frozenset({"journal.broken", "disk.slow"})
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
    """Audits the hub and feeds systemd. ``threads``: what must be alive, by the name a person would search for.

    ``turned_at``: when the loop last turned, by ``monotonic``. ``journal_busy_s``: how long a commit takes just now.
    """

    def __init__(
        self,
        threads: Callable[[], Iterable[tuple[str, Living]]],
        now: Callable[[], datetime],
        *,
        tell: Callable[[str], bool] = notify,
        monotonic: Callable[[], float] = time.monotonic,
        turned_at: Callable[[], float] | None = None,
        journal_busy_s: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._threads, self._now, self._tell, self._monotonic = threads, now, tell, monotonic
        self._turned_at, self._journal_busy_s = turned_at or monotonic, journal_busy_s
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
        return (*self._dead_threads(), *self._overdue(state), *self._held_back(state), *self._unwritten(state))

    def _dead_threads(self) -> Iterator[str]:
        for name, thread in self._threads():
            if not thread.is_alive():
                yield f"the thread of {name} died"
        stands_for = self._monotonic() - self._turned_at()
        if stands_for > STUCK_AFTER_S:
            yield f"the loop has not turned for {stands_for:.0f} s"

    def _overdue(self, state: State) -> Iterator[str]:
        late = [i for i in state.open_incidents() if i.due is not None and self._is_late(i.due)]
        for incident in late:
            yield f"incident {incident.number} is overdue since {incident.due:%H:%M:%S} UTC"
        due = next_wake(state)
        if due is not None and self._is_late(due) and not late:
            yield f"something is overdue since {due:%H:%M:%S} UTC"

    def _is_late(self, due: datetime) -> bool:
        return self._now() - due > OVERDUE_AT_MOST

    def _held_back(self, state: State) -> Iterator[str]:
        since = ready_since(state, self._now())
        if since is not None and self._now() - since > HELD_BACK_AT_MOST:
            yield f"a message that could go is held back since {since:%H:%M:%S} UTC"

    def _unwritten(self, state: State) -> Iterator[str]:
        busy = self._journal_busy_s()
        if busy > HANGS_UNHEARD_S and not KNOWN_TO_BE_BROKEN & state.faults.keys():
            yield f"the journal has been at one commit for {busy:.0f} s, and nobody was told"
