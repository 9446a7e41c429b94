"""A workbench for the GPIO drivers: gpiozero's own mock chip, with contacts and lamps that obey physics."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gpiozero.pins.mock import MockPin

from hub.domain.inputs import FaultCleared, FaultSeen, Input
from hub.drivers.gpio_chip import GpioChip

# Far more than any of this takes; a test that waits so long has failed.
DEADLINE_S = 10.0


class Inbox:
    """What was posted, and a bounded wait for it."""

    def __init__(self) -> None:
        self.posted: list[Input] = []
        self._changed = threading.Condition()

    def post(self, seen: Input) -> None:
        with self._changed:
            self.posted.append(seen)
            self._changed.notify_all()

    def wait_for(self, wanted: Callable[[list[Input]], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: wanted(self.posted), DEADLINE_S), self.posted

    def of(self, *kinds: type) -> list[Input]:
        return [seen for seen in self.posted if isinstance(seen, kinds)]

    def faults(self) -> list[str]:
        """Return the codes told, in order; a leading minus is a fault taken back."""
        signs = {FaultSeen: "", FaultCleared: "-"}
        return [signs[type(seen)] + seen.fault for seen in self.of(FaultSeen, FaultCleared)]

    def wait_for_fault(self, code: str) -> None:
        self.wait_for(lambda _: code in self.faults())


class TickingClock:
    """A clock that moves a millisecond at each look, so that the order of things shows."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)

    def now(self) -> datetime:
        self._now += timedelta(milliseconds=1)
        return self._now


class BenchPin(MockPin):
    """A mock pin wired to a contact or a lamp.

    A closed contact beats the pull resistor, as it does in copper (the plain mock lets the pull
    win). A lamp can be watched. ``trouble``: what the chip raises when it is read or written.
    """

    def __init__(self, factory: Any, info: Any) -> None:
        self.contact: bool | None = None
        self.trouble: Exception | None = None
        self.lit = threading.Condition()
        super().__init__(factory, info)

    def connect(self, *, high: bool) -> None:
        """Close a contact to 3.3 V or to ground."""
        self.contact = high
        self._drive(high=high)

    def disconnect(self) -> None:
        """Open the contact: the pull resistor decides."""
        self.contact = None
        self._drive(high=self._pull == "up")

    def drive_high(self) -> None:
        self._drive(high=True)

    def drive_low(self) -> None:
        self._drive(high=False)

    def _drive(self, *, high: bool) -> None:
        level = high if self.contact is None else self.contact
        (super().drive_high if level else super().drive_low)()

    def _get_state(self) -> bool:
        if self.trouble is not None:
            raise self.trouble
        return super()._get_state()

    def _set_state(self, value: float) -> None:
        if self.trouble is not None:
            raise self.trouble
        super()._set_state(value)

    def _change_state(self, value: bool) -> bool:
        with self.lit:
            has_changed = super()._change_state(value)
            self.lit.notify_all()
            return has_changed

    def wait_until(self, wanted: Callable[["BenchPin"], object]) -> None:
        with self.lit:
            assert self.lit.wait_for(lambda: wanted(self), DEADLINE_S), self.states


class Bench:
    """A chip on the bench, and its pins."""

    def __init__(self, runtime_dir: Path) -> None:
        self.inbox = Inbox()
        self.clock = TickingClock()
        self.chip = GpioChip("mock", runtime_dir)
        self.use(BenchPin)

    def use(self, pin_class: type[MockPin]) -> None:
        """Make further pins of this kind."""
        self.chip.open().pin_class = pin_class

    def pin(self, number: int) -> Any:
        return self.chip.open().pin(number)
