"""What a modem says on its way to the host: what kind of saying it is, when it is due, and the cable.

Two stages, because two things go wrong. The modem may say a thing late, twice or never: that is an
`Utterance`, and each has its own delay, so that later ones may overtake it. The cable may chop and spoil
bytes, but never changes their order: that is `Cable`, a queue.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

# A host that does not read: a UART without flow control loses what comes after.
CABLE_LIMIT = 65_536


class Kind(StrEnum):
    """Why the modem speaks."""

    ECHO = "echo"
    PROMPT = "prompt"
    ANSWER = "answer"  # the lines before the final result
    RESULT = "result"  # OK, ERROR and their like
    UNSOLICITED = "unsolicited"
    BOOT = "boot"


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something the modem says. ``about``: the command that it answers; ``then``: done when it is said."""

    kind: Kind
    data: bytes
    about: str = ""
    delay_s: float = 0.0
    then: Callable[[], None] | None = None


class Agenda:
    """What a modem will do, and when. What is due at the same moment happens in the order it was planned."""

    def __init__(self) -> None:
        self._entries: list[tuple[float, int, bool, Callable[[], None]]] = []
        self._order = itertools.count()

    def add(self, due: float, action: Callable[[], None], *, lasting: bool = False) -> None:
        """Plan ``action``; ``lasting``: `forget` leaves it."""
        heapq.heappush(self._entries, (due, next(self._order), lasting, action))

    def due(self) -> float | None:
        """When the next thing is due."""
        return self._entries[0][0] if self._entries else None

    def pop(self) -> Callable[[], None]:
        """Take the next thing out."""
        return heapq.heappop(self._entries)[-1]

    def shift(self, by_s: float) -> None:
        """Everything happens so much later."""
        self._entries = [(entry[0] + by_s, *entry[1:]) for entry in self._entries]

    def forget(self) -> None:
        """Drop all but what is lasting: the modem lost its power, the world goes on."""
        self._entries = [entry for entry in self._entries if entry[2]]
        heapq.heapify(self._entries)


class Cable:
    """Bytes under way to the host, in order, each piece with the moment it arrives."""

    def __init__(self) -> None:
        self._pieces: deque[tuple[float, bytes]] = deque()
        self._length = 0

    def put(self, pieces: Iterable[tuple[float, bytes]], now: float) -> None:
        """Send pieces, each so many seconds after the one before it."""
        at = max(now, self._pieces[-1][0]) if self._pieces else now
        for gap_s, data in pieces:
            at += gap_s
            if self._length + len(data) <= CABLE_LIMIT:
                self._pieces.append((at, data))
                self._length += len(data)

    def take(self, now: float) -> bytes:
        """Return what has arrived."""
        arrived = bytearray()
        while self._pieces and self._pieces[0][0] <= now:
            arrived += self._pieces.popleft()[1]
        self._length -= len(arrived)
        return bytes(arrived)

    def due(self) -> float | None:
        """When the next piece arrives."""
        return self._pieces[0][0] if self._pieces else None

    def clear(self) -> None:
        """Drop what is under way."""
        self._pieces.clear()
        self._length = 0
