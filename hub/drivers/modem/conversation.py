"""The machine on the port: one turn after the other, waiting for bytes, orders and times at once.

Opens the port, opens it again when it goes, and carries bytes and inputs between the two; decides
nothing about texts. The driver's thread plays it on a serial port in real time; `hub.sim.modem_road`
plays the same turns on a simulated port, in the house's time.
"""

import errno
import logging
import select
import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from math import ceil
from typing import Protocol, TypeAlias

from hub.drivers.modem.machine import Machine
from hub.drivers.modem.port import Port
from hub.drivers.modem.remedies import Remedy
from hub.ports import Post

log = logging.getLogger(__name__)

# A port that comes back is found within this.
REOPEN_EVERY_S = 1.0
# A USB modem that restarts is away for seconds; only longer is it missing.
ABSENT_AFTER_S = 6.0
# How often an open port is asked whether its name still leads to it.
CHECK_EVERY_S = 1.0
# Each order leaves a byte; what is left of them only wakes once more.
WAKE_BYTES = 4096
_TAKEN = "Another program has the modem's port: stop it (ModemManager, a second hub)."
_REMEDIES = {
    errno.EACCES: "The hub's user may not open the modem's port: add it to the group dialout.",
    errno.EAGAIN: _TAKEN,
    errno.EBUSY: _TAKEN,
}

Order: TypeAlias = Callable[[Machine], None]
# Takes a language and a phrase that is to be spoken, and returns at once.
Wish: TypeAlias = Callable[[str, str], None]


def nobody_speaks(_language: str, _phrase: str) -> None:
    """Calls without words."""


class AnyPort(Protocol):
    """An open port: a `hub.drivers.modem.port.Port`, or a simulated one. What is gone raises OSError."""

    def fileno(self) -> int:
        """Return what select watches."""
        ...

    def read(self) -> bytes:
        """Return what has come; BlockingIOError when nothing has."""
        ...

    def write(self, data: bytes, speed: int) -> None:
        """Send all of ``data`` at ``speed``."""
        ...

    def check(self) -> None:
        """Raise OSError if this port is no longer the one that its name leads to."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Conversation:
    """Plays ``machine`` on the port ``name``. ``orders``: what others want of it.

    ``wish``: sees to it that a phrase is spoken, which comes back as an order. ``switch``: sees to the modem's power.
    Both return at once. ``open_port`` takes a name and a speed. ``monotonic``: seconds of a clock that never steps.
    """

    def __init__(
        self,
        name: str,
        machine: Machine,
        post: Post,
        orders: deque[Order],
        *,
        switch: Callable[[Remedy], None],
        wish: Wish = nobody_speaks,
        open_port: Callable[[str, int], AnyPort] = Port,
        monotonic: Callable[[], float] = time.monotonic,
        check_every_s: float = CHECK_EVERY_S,
    ) -> None:
        self._name = name
        self._machine = machine
        self._post = post
        self._orders = orders
        self._switch = switch
        self._wish = wish
        self._open_port = open_port
        self._monotonic = monotonic
        self._check_every_s = check_every_s
        self._port: AnyPort | None = None
        self._was_open = False
        self._missing_since: float | None = None
        self._look_at = monotonic()  # when the port is opened, or looked at, next

    def turn(self, wake: socket.socket) -> None:
        """Wait until there is something to do, and do it. ``wake`` becomes readable when there are orders."""
        self.begin_turn()
        heard = self._wait(wake)
        with suppress(BlockingIOError):
            wake.recv(WAKE_BYTES)
        self.end_turn(heard=heard)

    def begin_turn(self) -> None:
        """See to the port, and write what is to be written."""
        self._look_after_port()
        self._carry()

    def end_turn(self, *, heard: bool) -> None:
        """Do what others want, hear the modem if it spoke, and do what is due."""
        while self._orders:
            self._orders.popleft()(self._machine)
        if heard:
            self._hear()
        self._keep_time()
        self._carry()

    def close(self) -> None:
        """Let go of the port."""
        if self._port is not None:
            self._port.close()
            self._port = None

    def _wait(self, wake: socket.socket) -> bool:
        """Sleep until bytes, an order or a time; tell whether there are bytes."""
        poll = select.poll()
        poll.register(wake, select.POLLIN)
        if self._port is not None:
            poll.register(self._port.fileno(), select.POLLIN)
        # Rounded up: waking a moment early would only mean to sleep again.
        events = poll.poll(ceil(max(0.0, self.next_time() - self._monotonic()) * 1000))
        return any(descriptor != wake.fileno() for descriptor, _ in events)

    def next_time(self) -> float:
        """When the next turn has something to do, unless bytes or orders come before."""
        if self._orders:  # left over from a conversation that broke off, its wake-up call already heard
            return 0.0
        timer = self._machine.next_timer()
        return self._look_at if timer is None else min(timer, self._look_at)

    def _hear(self) -> None:
        if self._port is None:
            return
        try:
            data = self._port.read()
        except BlockingIOError:
            return
        except OSError as error:
            self._lost(error)
        else:
            self._machine.receive(data, self._monotonic())

    def _keep_time(self) -> None:
        timer = self._machine.next_timer()
        if timer is not None and self._monotonic() >= timer:
            self._machine.handle_timer(self._monotonic())

    def _carry(self) -> None:
        """Write what is to be written, switch what is to be switched, post what is to be posted."""
        data = self._machine.take_bytes()
        if data and self._port is not None:
            try:
                self._port.write(data, self._machine.speed)
            except OSError as error:
                self._lost(error)
        if self._machine.wants_reopen and self._port is not None:
            self._lost(OSError("the modem stopped answering"))
        if (remedy := self._machine.take_remedy()) is not None:
            self._switch(remedy)
        if (phrase := self._machine.take_wish()) is not None:
            self._wish(*phrase)
        for seen in self._machine.take_inputs():
            self._post(seen)

    def _look_after_port(self) -> None:
        now = self._monotonic()
        if now < self._look_at:
            return
        if self._port is None:
            self._look_at = now + REOPEN_EVERY_S
            self._open(now)
            return
        self._look_at = now + self._check_every_s
        try:
            self._port.check()
        except OSError as error:
            self._lost(error)

    def _open(self, now: float) -> None:
        try:
            self._port = self._open_port(self._name, self._machine.speed)
        except OSError as error:
            self._missing(error, now)
            return
        if self._was_open:
            log.info("modem: %s is back", self._name)
        self._was_open, self._missing_since = True, None
        self._machine.reports.clear("modem.absent")
        self._machine.port_opened(now)

    def _missing(self, error: OSError, now: float) -> None:
        why = f"{self._name} cannot be opened: {error.strerror or error}"
        if self._missing_since is None:
            self._missing_since = now
            log.warning("modem: %s; %s It is tried again every second.", why, _remedy(error))
            self._machine.port_closed(now, why)
        if not self._was_open or now - self._missing_since >= ABSENT_AFTER_S:
            self._machine.reports.fault("modem.absent", f"{_remedy(error)} {why}")

    def _lost(self, error: OSError) -> None:
        log.warning("modem: %s is gone (%s); it is opened again as soon as it is there", self._name, error)
        self.close()
        now = self._monotonic()
        self._missing_since = now
        self._look_at = now + REOPEN_EVERY_S / 4
        self._machine.port_closed(now, f"the modem's port is gone ({error.strerror or error})")


def _remedy(error: OSError) -> str:
    return _REMEDIES.get(error.errno or 0, "Is the modem plugged in and powered, and is [modem] port right?")
