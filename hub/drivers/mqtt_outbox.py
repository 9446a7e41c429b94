"""What waits to be said by MQTT, bounded, for any thread: messages in, the next one to send out.

Knows the three lanes (`mqtt_topics.Lane`) and nothing of brokers. It never waits: whoever puts
something in has other things to do, and a broker that is away for a week must cost neither time
nor memory.
"""

import threading
from collections import deque
from collections.abc import Iterable

from hub.drivers.mqtt_topics import Lane, Publish

# An incident is some 40 facts: a night full of them, and half a megabyte.
EVENTS_AT_MOST = 1000
# What is true only now is a few movements a second at the most; more than this, and the broker is choking.
LIVE_AT_MOST = 256
# `state`, `incident`, and one topic for each incident that is open or was closed while the broker was away.
RETAINED_AT_MOST = 256


class Outbox:
    """Messages in three lanes: live ones first, then events in their order, then the newest of each topic."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # held for a few operations in memory, never across any wait
        self._live: deque[Publish] = deque(maxlen=LIVE_AT_MOST)
        self._events: deque[Publish] = deque()
        self._retained: dict[str, Publish] = {}
        self._stale: dict[str, None] = {}  # topics whose retained message the broker does not have, in order
        self._lost = 0
        self._is_open = False

    def put(self, publish: Publish) -> None:
        """Take a message. A full lane drops its oldest; a live one is dropped while there is no broker."""
        with self._lock:
            if publish.lane is Lane.EVENT:
                self._events.append(publish)
                self._trim()
            elif publish.lane is Lane.RETAINED:
                self._keep(publish)
            elif self._is_open:
                self._live.append(publish)

    def _keep(self, publish: Publish) -> None:
        if self._retained.get(publish.topic) == publish:
            return
        # The newest last: what is dropped first is what has not changed for longest, never `state`.
        self._retained.pop(publish.topic, None)
        self._retained[publish.topic] = publish
        self._stale[publish.topic] = None
        if len(self._retained) > RETAINED_AT_MOST:
            oldest = next(iter(self._retained))
            self._lost += 1
            del self._retained[oldest]
            self._stale.pop(oldest, None)

    def _trim(self) -> None:
        while len(self._events) > EVENTS_AT_MOST:
            self._events.popleft()
            self._lost += 1

    def take(self) -> Publish | None:
        """Return the next message to send, or None."""
        with self._lock:
            if self._live:
                return self._live.popleft()
            if self._events:
                return self._events.popleft()
            if self._stale:
                topic = next(iter(self._stale))
                del self._stale[topic]
                return self._retained[topic]
            return None

    def delivered(self, publish: Publish) -> None:
        """The broker has ``publish``: a topic that was cleared need not be remembered."""
        with self._lock:
            if publish.retain and not publish.payload and self._retained.get(publish.topic) == publish:
                del self._retained[publish.topic]
                self._stale.pop(publish.topic, None)

    def refresh(self) -> None:
        """Say everything retained again, for those who hold old values to be dead ones."""
        with self._lock:
            self._stale = dict.fromkeys(self._retained)

    def open(self) -> None:
        """There is a broker: it gets everything retained, whatever it may remember itself."""
        self.refresh()
        with self._lock:
            self._is_open = True

    def close(self, unacknowledged: Iterable[Publish]) -> None:
        """The broker is gone: events it did not acknowledge go first again, with the same id."""
        with self._lock:
            self._is_open = False
            self._live.clear()
            self._events.extendleft(reversed([p for p in unacknowledged if p.lane is Lane.EVENT]))
            self._trim()

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be sent."""
        with self._lock:
            return not (self._live or self._events or self._stale)

    @property
    def waiting(self) -> int:
        """How many events wait."""
        with self._lock:
            return len(self._events)

    def take_lost(self) -> int:
        """Return how many messages were dropped since last asked."""
        with self._lock:
            lost, self._lost = self._lost, 0
            return lost
