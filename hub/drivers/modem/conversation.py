"""The machine on the port: one turn after the other, waiting for bytes, orders and times at once.

Runs on the driver's thread and nowhere else. Opens the port, opens it again when it goes, and
carries bytes and inputs between the two; decides nothing about texts.
"""

import logging
import select
import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from math import ceil
from typing import TypeAlias

from hub.drivers.modem.machine import Machine
from hub.drivers.modem.port import Port
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

Order: TypeAlias = Callable[[Machine], None]


class Conversation:
    """Plays ``machine`` on the port ``name``. ``orders``: what others want of it; ``wake`` is readable then."""

    def __init__(self, name: str, machine: Machine, post: Post, orders: deque[Order], wake: socket.socket) -> None:
        self._name = name
        self._machine = machine
        self._post = post
        self._orders = orders
        self._wake = wake
        self._port: Port | None = None
        self._was_open = False
        self._missing_since: float | None = None
        self._look_at = time.monotonic()  # when the port is opened, or looked at, next

    def turn(self) -> None:
        """Wait until there is something to do, and do it."""
        self._look_after_port()
        self._carry()
        heard = self._wait()
        self._take_orders()
        if heard:
            self._hear()
        self._keep_time()
        self._carry()

    def close(self) -> None:
        """Let go of the port."""
        if self._port is not None:
            self._port.close()
            self._port = None

    def _wait(self) -> bool:
        """Sleep until bytes, an order or a time; tell whether there are bytes."""
        poll = select.poll()
        poll.register(self._wake, select.POLLIN)
        if self._port is not None:
            poll.register(self._port.fileno(), select.POLLIN)
        # Rounded up: waking a moment early would only mean to sleep again.
        events = poll.poll(ceil(max(0.0, self._next_time() - time.monotonic()) * 1000))
        return any(descriptor != self._wake.fileno() for descriptor, _ in events)

    def _next_time(self) -> float:
        if self._orders:  # left over from a conversation that broke off, its wake-up call already heard
            return 0.0
        timer = self._machine.next_timer()
        return self._look_at if timer is None else min(timer, self._look_at)

    def _take_orders(self) -> None:
        with suppress(BlockingIOError):
            self._wake.recv(WAKE_BYTES)
        while self._orders:
            self._orders.popleft()(self._machine)

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
            self._machine.receive(data, time.monotonic())

    def _keep_time(self) -> None:
        timer = self._machine.next_timer()
        if timer is not None and time.monotonic() >= timer:
            self._machine.handle_timer(time.monotonic())

    def _carry(self) -> None:
        """Write what is to be written, post what is to be posted; open the port anew if the machine asks."""
        data = self._machine.take_bytes()
        if data and self._port is not None:
            try:
                self._port.write(data, self._machine.speed)
            except OSError as error:
                self._lost(error)
        if self._machine.wants_reopen and self._port is not None:
            self._lost(OSError("the modem stopped answering"))
        for seen in self._machine.take_inputs():
            self._post(seen)

    def _look_after_port(self) -> None:
        now = time.monotonic()
        if now < self._look_at:
            return
        if self._port is None:
            self._look_at = now + REOPEN_EVERY_S
            self._open(now)
            return
        self._look_at = now + CHECK_EVERY_S
        try:
            self._port.check()
        except OSError as error:
            self._lost(error)

    def _open(self, now: float) -> None:
        try:
            self._port = Port(self._name, self._machine.speed)
        except OSError as error:
            self._missing(error, now)
            return
        if self._was_open:
            log.info("modem: %s is back", self._name)
        self._was_open, self._missing_since = True, None
        self._machine.reports.clear("modem.absent")
        self._machine.port_opened(now)

    def _missing(self, error: OSError, now: float) -> None:
        if self._missing_since is None:
            self._missing_since = now
            self._machine.port_closed(now, f"{self._name} cannot be opened: {error.strerror or error}")
        if not self._was_open or now - self._missing_since >= ABSENT_AFTER_S:
            self._machine.reports.fault(
                "modem.absent",
                f"{error}: is the modem plugged in and powered, and is [modem] port right? tried again every second",
            )

    def _lost(self, error: OSError) -> None:
        log.warning("modem: %s is gone (%s); it is opened again as soon as it is there", self._name, error)
        self.close()
        now = time.monotonic()
        self._missing_since = now
        self._look_at = now + REOPEN_EVERY_S / 4
        self._machine.port_closed(now, f"the modem's port is gone ({error.strerror or error})")
