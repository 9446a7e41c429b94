"""The light, the buzzer and the vibration pad in the home: patterns in, pins on and off.

What a pattern looks, sounds and feels like is data, `LIGHT`, `SOUND` and `TOUCH`; when a rhythm is on is a pure
function of the time since it began. One thread drives all pins and sleeps to the next change, or
for good while nothing blinks. Knows nothing of incidents: the core says what to show.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from hub.domain.inputs import Input
from hub.drivers.faults import StandingFaults
from hub.drivers.gpio_chip import GpioChip, GpioError, Symptom, by_code
from hub.ports import Clock, Pattern, Post

log = logging.getLogger(__name__)

# As for the inputs, see `hub.drivers.gpio.RETRY_S`.
RETRY_S = 30.0
# `Source.stop` promises two seconds.
STOP_DEADLINE_S = 1.5


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Milliseconds on, off, on, off ..., then again from the start; ends with an off.

    One number alone is on for good, none is off for good. ``times``: it is off for good after so many rounds; 0: never.
    """

    beats_ms: tuple[int, ...] = ()
    times: int = 0

    def at(self, elapsed_ms: int) -> tuple[bool, int | None]:
        """Return whether it is on, ``elapsed_ms`` after it began, and in how many ms that changes."""
        if len(self.beats_ms) < 2:
            return bool(self.beats_ms), None
        rounds, left = divmod(elapsed_ms, sum(self.beats_ms))
        if self.times and rounds >= self.times:
            return False, None
        for index, beat in enumerate(self.beats_ms):
            if left < beat:
                return index % 2 == 0, beat - left
            left -= beat
        raise AssertionError("a remainder is smaller than the sum")


OFF = Rhythm()
STEADY = Rhythm((1,))
# No light flashes more than three times in any second, for the sake of those whom that would give
# a seizure (WCAG 2.3.1), so that "fast" is 2.8 Hz.
LIGHT: Mapping[Pattern, Rhythm] = {
    Pattern.READY: STEADY,
    Pattern.HEARD: Rhythm((180, 180)),
    Pattern.ASKED: Rhythm((1000, 1000)),
    Pattern.ASKED_SOFTLY: Rhythm((1000, 2000)),
    Pattern.CALLING: Rhythm((500, 500)),
    Pattern.COMING: Rhythm((1800, 200)),
    Pattern.FAULT: Rhythm((150, 250, 150, 1450)),
}
# A sound asks the resident for something (it can be cancelled; is all well?). A fault in the night
# asks nothing of them: the family is told, the resident sleeps.
SOUND: Mapping[Pattern, Rhythm] = {
    Pattern.READY: OFF,
    Pattern.HEARD: Rhythm((80, 920)),
    Pattern.ASKED: Rhythm((40, 160, 40, 2760)),
    Pattern.ASKED_SOFTLY: OFF,
    Pattern.CALLING: OFF,
    Pattern.COMING: OFF,
    Pattern.FAULT: OFF,
}
# The pad under the pillow of whoever hears badly: what the buzzer and the voice say, and that help is called, for a
# smoke alarm must wake them, and that somebody comes. A small thing at night stays as silent as it is for the others.
TOUCH: Mapping[Pattern, Rhythm] = {
    Pattern.READY: OFF,
    Pattern.HEARD: Rhythm((300, 300)),
    Pattern.ASKED: Rhythm((500, 500, 500, 3500)),
    Pattern.ASKED_SOFTLY: OFF,
    Pattern.CALLING: Rhythm((700, 1300)),
    Pattern.COMING: Rhythm((1500, 1000), times=4),
    Pattern.FAULT: OFF,
}


@dataclass(slots=True)
class _Lamp:
    """One pin that follows a pattern: the light, the buzzer or the pad. ``device``: gpiozero's, once taken."""

    what: str
    pin: int
    rhythms: Mapping[Pattern, Rhythm]
    device: Any = None
    is_on: bool = False
    trouble: GpioError | None = None

    def __str__(self) -> str:
        return f"pin {self.pin} ({self.what})"

    def take(self, chip: GpioChip) -> None:
        """Take the pin, dark at first. Raises `GpioError`."""
        if self.device is None:
            self.device, self.is_on = chip.output(self.pin, str(self)), False

    def drive(self, chip: GpioChip, *, on: bool) -> None:
        """Turn the pin on or off, if it is taken and that changes anything. Raises `GpioError`."""
        if self.device is not None and on is not self.is_on:
            with chip.naming(str(self)):
                self.device.value = int(on)
            self.is_on = on

    def let_go(self, chip: GpioChip) -> None:
        """Give the pin back, dark."""
        if self.device is not None:
            chip.let_go(self.device)
            self.device = None


class GpioIndicator:
    """A light, a buzzer and a pad on pins: a `hub.ports.Indicator`, with start and stop like a `Source`.

    ``led``, ``buzzer``, ``vibration``: BCM, or None where there is none. Each stands for itself: without its
    buzzer the light still shows. Dark and quiet until the first pattern.
    """

    def __init__(
        self,
        led: int | None,
        buzzer: int | None,
        chip: GpioChip,
        post: Post,
        clock: Clock,
        *,
        vibration: int | None = None,
        retry_s: float = RETRY_S,
        faults_before: Iterable[str] = (),
    ) -> None:
        wired = (("light", led, LIGHT), ("buzzer", buzzer, SOUND), ("vibration pad", vibration, TOUCH))
        self._lamps = [_Lamp(what, pin, rhythms) for what, pin, rhythms in wired if pin is not None]
        self._chip = chip
        self._post = post
        self._faults = StandingFaults(self._post_unless_stopped, clock, faults_before)
        self._retry_s = retry_s
        self._retry_at_s = 0.0
        self._changed = threading.Condition(threading.RLock())
        self._shown: tuple[Pattern, float] | None = None  # since when, on the monotonic clock
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Take the pins, on a thread of its own. Returns at once; what is missing is posted as a fault."""
        if not self.is_alive():
            self._stopped.clear()
            self._retry_at_s = time.monotonic()
            self._thread = threading.Thread(target=self._run, name="indicator", daemon=True)
            self._thread.start()

    def show(self, pattern: Pattern) -> None:
        """Show ``pattern`` until told otherwise; the same again goes on. Never blocks, never raises."""
        with self._changed:
            if self._shown is None or pattern is not self._shown[0]:
                self._shown = (pattern, time.monotonic())
                self._changed.notify()

    def stop(self) -> None:
        """Turn all off and close the pins, within two seconds. Nothing is posted after it returned."""
        with self._changed:
            self._stopped.set()
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(STOP_DEADLINE_S)

    def is_alive(self) -> bool:
        """Whether the thread that drives the pins runs."""
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopped.is_set():
            shown = self._shown
            wait_s = self._step(shown)
            with self._changed:
                if not self._stopped.is_set() and shown is self._shown:
                    self._changed.wait(wait_s)
        for lamp in self._lamps:
            lamp.let_go(self._chip)

    def _step(self, shown: tuple[Pattern, float] | None) -> float | None:
        """Drive the pins once; return in how many seconds that must be done again, None for not at all."""
        try:
            if time.monotonic() >= self._retry_at_s:
                self._take_missing()
            return self._drive(shown)
        except Exception as bug:  # the top of a driver's thread: told, and tried again
            log.exception("indicator: a mistake of ours; trying again in %.0f s", self._retry_s)
            self._faults.tell(by_code("indicator", [GpioError(Symptom.FAILED, repr(bug))]))
            self._retry_at_s = time.monotonic() + self._retry_s
            return self._retry_s

    def _take_missing(self) -> None:
        """Take the pins we have not; tell which we still have not."""
        for lamp in self._lamps:
            lamp.trouble = self._refused(lamp.take)
        self._tell()

    def _refused(self, deed: Callable[[GpioChip], None]) -> GpioError | None:
        try:
            deed(self._chip)
        except GpioError as trouble:
            return trouble
        return None

    def _drive(self, shown: tuple[Pattern, float] | None) -> float | None:
        changes = [self._retry_at_s - time.monotonic()]
        if shown is not None:
            pattern, since_s = shown
            elapsed_ms = int((time.monotonic() - since_s) * 1000)
            for lamp in self._lamps:
                is_on, next_ms = lamp.rhythms[pattern].at(elapsed_ms)
                self._drive_one(lamp, on=is_on)
                changes.append(math.inf if next_ms is None else next_ms / 1000)
        soonest = min(changes)
        return None if soonest == math.inf else max(soonest, 0.0)

    def _drive_one(self, lamp: _Lamp, *, on: bool) -> None:
        gone = self._refused(partial(lamp.drive, on=on))
        if gone is not None:
            lamp.trouble = gone
            lamp.let_go(self._chip)
            self._tell()

    def _tell(self) -> None:
        troubles = [lamp.trouble for lamp in self._lamps if lamp.trouble is not None]
        self._retry_at_s = time.monotonic() + self._retry_s if troubles else math.inf
        self._faults.tell(by_code("indicator", troubles))

    def _post_unless_stopped(self, seen: Input) -> None:
        with self._changed:
            if not self._stopped.is_set():
                self._post(seen)
