"""Wired buttons and sensors: the levels of pins in, inputs out.

Knows nothing of presses, bounces or incidents: the domain debounces. Built on `DigitalInputDevice`
and not on `Button`: the latter starts a thread for `when_held` that dies, unheard, with the first
exception of a handler. And without `bounce_time`, which delays a press by itself and loses any
press shorter than itself (seen with lgpio: 45 ms lost at 0.05).

Callbacks run on the GPIO library's thread, which nobody guards: they only post. Should that
thread die nevertheless, contacts change and nothing is told; the thread here finds that out.
"""

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hub.domain.inputs import ButtonEdge, Input, Observed, SensorChanged
from hub.drivers.faults import StandingFaults
from hub.drivers.gpio_chip import GpioChip, GpioError, Symptom, by_code
from hub.ports import Clock, Post

log = logging.getLogger(__name__)

# What is missing is tried again this often: a wire is mended or a program stopped by a person,
# who then looks at the page; half a minute is soon enough and costs nothing measurable.
RETRY_S = 30.0
# An edge reaches its callback within 2 ms (gpio-sim in QEMU, median 1.8 ms). A contact that has
# changed and has not been told of after this long will not be.
EDGE_OVERDUE_S = 0.05
# `Source.stop` promises two seconds; what a library holds for longer is left to the end of the process.
STOP_DEADLINE_S = 1.5
# Times in a row that edges went missing, although the pins were taken afresh in between, until the
# driver counts as dead: only a new process gets a new callback thread out of the library.
DEAF_ROUNDS_UNTIL_DEAD = 2


class Pull(StrEnum):
    """The resistor inside the Pi that holds the level while a contact is open."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class LineKind(StrEnum):
    """What is wired to a pin."""

    BUTTON = "button"
    SENSOR = "sensor"
    MAINS = "mains"  # a battery board says whether there is current


@dataclass(frozen=True, slots=True)
class Line:
    """One contact. ``pin`` is BCM; ``active_high``: the level that means pressed, open, motion is high."""

    id: str
    kind: LineKind
    pin: int
    pull: Pull
    active_high: bool

    @property
    def is_inverted(self) -> bool:
        """Whether gpiozero's idea of active is the opposite of ours.

        gpiozero ties it to the pull: pulled up means active low. A contact that is normally
        closed to ground is pulled up, and active when high.
        """
        return self.pull is not Pull.NONE and self.active_high is (self.pull is Pull.UP)

    def seen(self, at: datetime, *, active: bool) -> Input:
        """Return what the core is told when this contact is active or at rest."""
        if self.kind is LineKind.MAINS:
            return Observed(at, "mains", active)
        if self.kind is LineKind.BUTTON:
            return ButtonEdge(at, self.id, down=active)
        return SensorChanged(at, self.id, active=active)

    def taken_from(self, chip: GpioChip) -> Any:
        """Return gpiozero's device for this contact. Raises `GpioError`."""
        if self.pull is Pull.NONE:
            return chip.input(self.pin, str(self), pull_up=None, active_state=self.active_high)
        return chip.input(self.pin, str(self), pull_up=self.pull is Pull.UP, active_state=None)

    def __str__(self) -> str:
        return f'pin {self.pin} ({self.kind} "{self.id}")'


class GpioInputs:
    """The wired contacts of the home: a `hub.ports.Source`.

    Each line stands for itself: a pin that is busy silences no other, and is tried again every
    ``retry_s`` seconds. The level at the start is posted like an edge, for a contact that is
    closed already fires none.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        chip: GpioChip,
        post: Post,
        clock: Clock,
        *,
        retry_s: float = RETRY_S,
        faults_before: Iterable[str] = (),
    ) -> None:
        self._lines = tuple(lines)
        self._chip = chip
        self._post = post
        self._clock = clock
        self._retry_s = retry_s
        self._devices: dict[Line, Any] = {}
        self._faults = StandingFaults(self._post_unless_stopped, clock, faults_before)
        self._deaf_rounds = 0
        self._stopped = threading.Event()
        self._tried = threading.Event()
        # Keeps the level at the start before the edges that follow it, and anything from following stop().
        self._order = threading.RLock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to watch, on a thread of its own. Returns at once; what is missing is posted as a fault."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._stopped.clear()
        self._tried.clear()
        self._thread = threading.Thread(target=self._run, name="gpio", daemon=True)
        self._thread.start()

    def wait_until_tried(self, timeout_s: float) -> bool:
        """Wait until each pin was tried once, with success or without: what can be watched is watched."""
        return self._tried.wait(timeout_s)

    def stop(self) -> None:
        """Close all pins, within two seconds. Nothing is posted after it returned."""
        with self._order:
            self._stopped.set()
        if self._thread is not None:
            self._thread.join(STOP_DEADLINE_S)

    def is_alive(self) -> bool:
        """Whether the pins are looked after, and their edges arrive."""
        runs = self._thread is not None and self._thread.is_alive()
        return runs and self._deaf_rounds < DEAF_ROUNDS_UNTIL_DEAD

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._faults.tell(by_code("gpio", self._look_after()))
            self._tried.set()
            self._stopped.wait(self._retry_s)
        self._let_go()

    def _look_after(self) -> list[GpioError]:
        """Check the pins we have, take those we have not; return what is out of order."""
        try:
            return self._check() + self._take_missing()
        except Exception as bug:  # the top of a driver's thread: told, and tried again
            log.exception("gpio: a mistake of ours; trying again in %.0f s", self._retry_s)
            return [GpioError(Symptom.FAILED, repr(bug))]

    def _check(self) -> list[GpioError]:
        """Give all pins back when the chip is gone or no edge arrives, so that they are taken afresh."""
        try:
            missed = [line for line in self._devices if self._is_missed(line)]
        except GpioError as gone:
            self._let_go()
            self._chip.close()
            return [gone]
        if missed:
            self._deaf_rounds += 1
            self._let_go()
        # The fault stands until an edge has come through: that nothing differs now proves nothing.
        return [GpioError(Symptom.DEAF, "edges are not told")] if self._deaf_rounds else []

    def _is_missed(self, line: Line) -> bool:
        """Whether this contact has changed and gpiozero has not told: its thread died, or lost an edge."""
        return self._differs(line) and not self._stopped.wait(EDGE_OVERDUE_S) and self._differs(line)

    def _differs(self, line: Line) -> bool:
        device = self._devices[line]
        with self._chip.naming(str(line)):
            told = device.active_time is not None  # what gpiozero believes, from edges alone
            return told is not device.is_active

    def _take_missing(self) -> list[GpioError]:
        missing = [line for line in self._lines if line not in self._devices]
        try:
            self._chip.open()  # once for all: a chip that is absent is one trouble, and one wait
        except GpioError as absent:
            return [absent] if missing else []
        return [trouble for line in missing if (trouble := self._take(line)) is not None]

    def _take(self, line: Line) -> GpioError | None:
        try:
            device = line.taken_from(self._chip)
            with self._order, self._chip.naming(str(line)):
                self._devices[line] = device
                self._listen(line, device)
        except GpioError as trouble:
            return trouble
        return None

    def _listen(self, line: Line, device: Any) -> None:
        device.when_activated = lambda: self._tell(line, active=not line.is_inverted)
        device.when_deactivated = lambda: self._tell(line, active=line.is_inverted)
        level = device.is_active is not line.is_inverted
        self._post_unless_stopped(line.seen(self._clock.now(), active=level))

    def _tell(self, line: Line, *, active: bool) -> None:
        with self._order:
            self._deaf_rounds = 0
            self._post_unless_stopped(line.seen(self._clock.now(), active=active))

    def _post_unless_stopped(self, seen: Input) -> None:
        with self._order:
            if not self._stopped.is_set():
                self._post(seen)

    def _let_go(self) -> None:
        for device in self._devices.values():
            self._chip.let_go(device)
        self._devices.clear()
