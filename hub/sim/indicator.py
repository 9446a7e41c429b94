"""A light, a buzzer and a voice that only remember what they showed and said.

Twins of `hub.drivers.indicator` and `hub.drivers.speech`, for the demo's page and for stories: they
keep the time of the house's clock, and forget the oldest when they have kept enough.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from hub.drivers.speech import speakable
from hub.ports import Clock, Pattern

# A story of a few days shows and says some hundred things; a demo that runs for weeks must not grow.
MEMORY = 1000


@dataclass(frozen=True, slots=True)
class Shown:
    """A pattern, from ``at`` until the next."""

    at: datetime
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Said:
    """Words that sounded in the home."""

    at: datetime
    text: str
    language: str
    softly: bool = False


class _Switch:
    """Started and stopped like a driver, without a thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._is_started = False
        self._is_stopped = False

    def start(self) -> None:
        """Begin."""
        self._is_started, self._is_stopped = True, False

    def stop(self) -> None:
        """End."""
        self._is_stopped = True

    def is_alive(self) -> bool:
        """Whether it was started and not stopped."""
        return self._is_started and not self._is_stopped


class SimIndicator(_Switch):
    """A light and a buzzer that remember: a `hub.ports.Indicator`."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.shown: deque[Shown] = deque(maxlen=MEMORY)

    @property
    def pattern(self) -> Pattern | None:
        """What is to be seen now: None before the first, before the start and after the end."""
        return self.shown[-1].pattern if self.shown and self.is_alive() else None

    def show(self, pattern: Pattern) -> None:
        """Remember ``pattern``, unless it is the last already."""
        if not self.shown or pattern is not self.shown[-1].pattern:
            self.shown.append(Shown(self._clock.now(), pattern))


class SimSpeaker(_Switch):
    """A voice that remembers: a `hub.ports.Speaker`. It says what espeak-ng would be given."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.said: deque[Said] = deque(maxlen=MEMORY)

    def say(self, text: str, language: str, *, softly: bool = False) -> None:
        """Remember the words."""
        words = speakable(text)
        if words and not self._is_stopped:
            self.said.append(Said(self._clock.now(), words, language, softly))
