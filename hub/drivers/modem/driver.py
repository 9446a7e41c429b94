"""The modem as the hub sees it: a thread that owns the port and plays the `Machine` on it.

Knows threads, the port and the clock; nothing of AT commands. Whoever calls `send` or `forget`
leaves word and wakes the thread through a socket, so that a text begins to be written within a
millisecond. The port is opened for ever, however often it goes; a bug in the machine ends the
conversation, is told as a fault, and the conversation begins anew.
"""

import logging
import socket
import threading
import time
from collections import deque
from pathlib import Path

from hub.domain.inputs import FaultCleared, FaultSeen, Input, LinkChanged, SendReported, SendState
from hub.drivers.modem.conversation import Conversation, Order
from hub.drivers.modem.machine import Machine
from hub.drivers.modem.port import has_speeds
from hub.drivers.modem.profiles import load
from hub.drivers.modem.simcard import PinFile
from hub.drivers.modem.situation import LINK
from hub.drivers.modem.startup import SPEEDS
from hub.ports import Clock, Outgoing, Post

log = logging.getLogger(__name__)

# After a bug: long enough not to spin, short enough for the next alert.
RESTART_AFTER_S = 1.0
# `Source.stop` promises two seconds.
STOP_WITHIN_S = 1.9


class ModemDriver:
    """A modem on a serial port or pty; see `hub.ports.SmsRoad`."""

    def __init__(
        self,
        port: str,
        clock: Clock,
        post: Post,
        profile: str = "auto",
        sim_pin: str = "",
        data_dir: Path | None = None,
    ) -> None:
        if profile != "auto":
            load(profile)  # a wrong name is refused now, where its writer sees it
        self._port_name = port
        self._clock = clock
        self._post_to = post
        self._profile = profile
        self._sim_pin = sim_pin
        self._pin_memory = PinFile(data_dir)
        self._orders: deque[Order] = deque()
        self._unreported: set[int] = set()  # texts that the machine has and has not spoken of; the thread's own
        self._crash_stands = True  # for all we know: an earlier run may have told of one
        self._stopping = threading.Event()
        self._lock = threading.RLock()  # a hub under test may send from within its post
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="modem", daemon=True)

    # Called by others

    def start(self) -> None:
        """Begin, on a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """End within two seconds. Nothing is posted after it returned."""
        with self._lock:
            self._stopping.set()
        self._wake()
        if self._thread.ident is not None:
            self._thread.join(STOP_WITHIN_S)
        self._wake_in.close()
        self._wake_out.close()

    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def send(self, outgoing: Outgoing) -> None:
        """Take a text; `SendReported` follows."""

        def hand_over(machine: Machine) -> None:
            self._unreported.add(outgoing.message)
            machine.send(outgoing, time.monotonic())

        self._order(hand_over)

    def forget(self, key: str) -> None:
        """Empty the slots of the text ``key``."""
        self._order(lambda machine: machine.forget(key, time.monotonic()))

    def _order(self, order: Order) -> None:
        if not self._stopping.is_set():  # nobody would take it
            self._orders.append(order)
            self._wake()

    def _wake(self) -> None:
        try:
            self._wake_in.send(b"\0")
        except OSError:
            return  # full: it is awake already; closed: it ended

    # The thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._converse()
            except Exception as error:
                # The one place: whatever bug it is, the next alert must find a modem.
                log.exception("modem: the conversation broke off; it begins anew")
                self._report_crash(error)
                self._stopping.wait(RESTART_AFTER_S)

    def _converse(self) -> None:
        machine = Machine(
            self._clock.now,
            profile=self._profile,
            sim_pin=self._sim_pin,
            pin_memory=self._pin_memory,
            speeds=SPEEDS if has_speeds(self._port_name) else SPEEDS[:1],
        )
        conversation = Conversation(self._port_name, machine, self._post, self._orders)
        try:
            while not self._stopping.is_set():
                conversation.turn(self._wake_out)
        finally:
            conversation.close()

    def _report_crash(self, error: Exception) -> None:
        self._crash_stands = True
        at = self._clock.now()
        self._post(FaultSeen(at, "modem.crashed", f"{type(error).__name__}: {error}"))
        self._post(LinkChanged(at, LINK, False, "the modem's driver broke off"))
        for message in sorted(self._unreported):
            self._post(SendReported(at, message, SendState.UNCERTAIN, reason="the modem's driver broke off"))

    def _post(self, seen: Input) -> None:
        """Post, unless `stop` has returned."""
        if isinstance(seen, SendReported):
            self._unreported.discard(seen.message)
        with self._lock:
            if not self._stopping.is_set():
                self._post_to(seen)
        if self._crash_stands and isinstance(seen, LinkChanged) and seen.up:
            self._crash_stands = False
            self._post(FaultCleared(seen.at, "modem.crashed"))
