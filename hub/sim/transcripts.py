"""Recorded conversations with real modems, played again: the modem's side, byte for byte.

A transcript (tests/fixtures/gsm/transcripts.json) is a list of steps: the host says, the modem says, time
passes, something happens. A host need not say the very bytes of the record: another text to send will do.
What else it says, before, between and after, goes to an ordinary simulated modem, so that a driver can
initialise as it likes.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hub.sim.modem import SimulatedModem

CR, CTRL_Z = b"\r", b"\x1a"
GUARDED = b"+++"  # leaves the data mode, with a second of silence around it and no line end
LONGEST_LINE = 4096
_NAME = re.compile(rb"[=?\r]")


class Step(StrEnum):
    """What a step of a transcript is; the values are the keys of the file."""

    HOST = "host"
    MODEM = "modem"
    WAIT = "delay_s"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Line:
    """One step: bytes of the host or the modem, seconds, or the name of an event."""

    step: Step
    data: bytes = b""
    seconds: float = 0.0
    event: str = ""


def steps_of(sequence: Mapping[str, Any]) -> list[Line]:
    """Read the steps of one sequence of the file."""
    return [_line(Step(key), value) for step in sequence["steps"] for key, value in step.items()]


def _line(step: Step, value: str | float) -> Line:
    if step is Step.WAIT:
        return Line(step, seconds=float(value))
    if step is Step.EVENT:
        return Line(step, event=str(value))
    return Line(step, str(value).encode("latin-1"))


Same = Callable[[bytes, bytes], bool]


def same_but_text(recorded: bytes, heard: bytes) -> bool:
    """Whether a host's line meets the record: the same line, or another text to send."""
    if recorded.endswith(CTRL_Z):
        return heard.endswith(CTRL_Z)
    if recorded.upper().startswith(b"AT+CMGS="):
        return heard.upper().startswith(b"AT+CMGS=")
    return recorded.strip().upper() == heard.strip().upper()


def same_command(recorded: bytes, heard: bytes) -> bool:
    """Whether it is the same command, whatever its arguments."""
    return same_but_text(recorded, heard) or _NAME.split(recorded, 1)[0] == _NAME.split(heard, 1)[0]


class TranscriptModem:
    """Plays one transcript, and lets ``modem`` answer what the transcript knows nothing of.

    ``speed``: how many times faster than it was. ``same``: when a host's line meets a step. With
    ``wait_for_play`` nothing is played, or met, before `play`: the host may initialise first.
    """

    def __init__(
        self,
        steps: Iterable[Line],
        modem: SimulatedModem | None = None,
        *,
        speed: float = 1.0,
        same: Same = same_but_text,
        wait_for_play: bool = False,
        on_event: Callable[[str], None] = lambda _event: None,
    ) -> None:
        self.modem = modem
        self.heard: list[bytes] = []  # everything the host said, line by line
        self.on_event = on_event
        self._steps = deque(steps)
        self._speed = speed
        self._same = same
        self._is_playing = not wait_for_play
        self._input = b""
        self._output = bytearray()
        self._echo: tuple[bytes, bytes] | None = None  # a host's line as recorded, and as it was
        self._now = self._not_before = 0.0
        self._wake: Callable[[], None] = lambda: None

    @property
    def is_over(self) -> bool:
        """Whether every step has been played."""
        return not self._steps

    def play(self) -> None:
        """Begin. Safe from any thread."""
        self._is_playing = True
        self._wake()

    @property
    def on_wake(self) -> Callable[[], None]:
        """Who drives this wants to hear of `play`, and of what the other modem wants."""
        return self._wake

    @on_wake.setter
    def on_wake(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        if self.modem is not None:
            self.modem.on_wake = wake

    # As of every modem

    def begin(self, now: float, wall: datetime) -> None:
        """Time starts at ``now``."""
        self._now = self._not_before = now
        if self.modem is not None:
            self.modem.begin(now, wall)

    def next_timer(self) -> float | None:
        """When `handle_timer` wants to be called next."""
        dues = [self._not_before] if self._can_advance() else []
        if self.modem is not None and (due := self.modem.next_timer()) is not None:
            dues.append(due)
        return min(dues, default=None)

    def handle_timer(self, now: float) -> None:
        """Time has passed."""
        if self.modem is not None:
            self.modem.handle_timer(now)
            self._output += self.modem.take_bytes()
        self._advance(now)

    def receive(self, data: bytes, now: float) -> None:
        """The host wrote ``data``."""
        self.handle_timer(now)
        self._input = (self._input + data)[-LONGEST_LINE:]
        while (line := self._next_line()) is not None:
            self.heard.append(line)
            self._hear(line, now)

    def take_bytes(self) -> bytes:
        """Return what the host shall read."""
        taken = bytes(self._output)
        self._output.clear()
        return taken

    # The record

    def _next_line(self) -> bytes | None:
        if self._steps and self._steps[0].data == self._input == GUARDED:
            end = len(GUARDED)
        elif ends := [place for end in (CR, CTRL_Z) if (place := self._input.find(end)) >= 0]:
            end = min(ends) + 1
        else:
            return None
        line, self._input = self._input[:end], self._input[end:]
        return line

    def _hear(self, line: bytes, now: float) -> None:
        step = self._steps[0] if self._steps and self._is_playing else None
        if step is not None and step.step is Step.HOST and self._same(step.data, line):
            self._steps.popleft()
            self._echo = (step.data, line)
            self._advance(now)
        elif self.modem is not None:
            self.modem.receive(line, now)
            self._output += self.modem.take_bytes()

    def _can_advance(self) -> bool:
        return self._is_playing and bool(self._steps) and self._steps[0].step is not Step.HOST

    def _advance(self, now: float) -> None:
        """Play on, up to the host's next turn or to where time must pass."""
        self._now = max(now, self._now)
        while self._can_advance() and self._now >= self._not_before:
            self._play(self._steps.popleft())

    def _play(self, step: Line) -> None:
        if step.step is Step.WAIT:
            self._not_before = self._now + step.seconds / self._speed
        elif step.step is Step.EVENT:
            self.on_event(step.event)
        else:
            self._output += self._echoed(step.data)

    def _echoed(self, data: bytes) -> bytes:
        """Return ``data`` with the echo of what the host really said, if it begins with an echo."""
        echo, self._echo = self._echo, None
        if echo is not None and data.startswith(echo[0]):
            return echo[1] + data[len(echo[0]) :]
        return data
