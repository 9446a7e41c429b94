"""The inbox: where every thread leaves what it saw, and the one deciding thread takes it.

Two lanes. Presses, texts, reports and commands are never dropped. Movements and readings are many, and any
single one is worth little: a detector gone mad loses its own oldest, and delays no press.
"""

import threading
from collections import deque

from hub.domain.inputs import FaultCleared, FaultSeen, Input, Observed, SensorChanged, TemperatureMeasured, TimeTold

ORDINARY = (SensorChanged, TemperatureMeasured, Observed, FaultSeen, FaultCleared, TimeTold)
# A home makes some thousand movements a day; this many unread ones are a flood.
ORDINARY_AT_MOST = 1_000
# Presses, texts and reports that wait at once: the modem holds 255 texts, a circle some dozens of reports.
URGENT_AT_MOST = 10_000


class Inbox:
    """Inputs waiting to be decided. ``hazards``: ids of sensors whose signal is a call for help."""

    def __init__(self, hazards: frozenset[str] = frozenset()) -> None:
        self._urgent: deque[Input] = deque()
        self._ordinary: deque[Input] = deque(maxlen=ORDINARY_AT_MOST)
        self._ready = threading.Condition()
        self._hazards = hazards
        self._is_woken = False
        self.dropped = 0

    def post(self, seen: Input) -> None:
        """Leave an input; never blocks, never raises."""
        with self._ready:
            if self._is_urgent(seen):
                self._post_urgent(seen)
            else:
                self.dropped += len(self._ordinary) == ORDINARY_AT_MOST
                self._ordinary.append(seen)
            self._ready.notify()

    def take(self, timeout_s: float) -> Input | None:
        """Take the next input, urgent ones first; None when nothing came within ``timeout_s`` or on `wake`."""
        with self._ready:
            if not self._urgent and not self._ordinary and not self._is_woken:
                self._ready.wait(timeout_s)
            self._is_woken = False
            if self._urgent:
                return self._urgent.popleft()
            return self._ordinary.popleft() if self._ordinary else None

    def wake(self) -> None:
        """Make a waiting `take` return, or the next one that would wait."""
        with self._ready:
            self._is_woken = True
            self._ready.notify_all()

    def __len__(self) -> int:
        return len(self._urgent) + len(self._ordinary)

    def _is_urgent(self, seen: Input) -> bool:
        if isinstance(seen, SensorChanged):
            return seen.active and seen.sensor in self._hazards
        return not isinstance(seen, ORDINARY)

    def _post_urgent(self, seen: Input) -> None:
        if len(self._urgent) >= URGENT_AT_MOST:
            # The newest is left out: the oldest is the press that began it all.
            self.dropped += 1
            return
        self._urgent.append(seen)
