"""The modem as the hub sees it: a thread that owns the port and plays the `Machine` on it.

Knows threads, the port and the clock; nothing of AT commands. Whoever calls `send`, `forget` or
the `telephone` leaves word and wakes the thread through a socket, so that a text begins to be written within a
millisecond. The port is opened for ever, however often it goes; a bug in the machine ends the
conversation, is told as a fault, and the conversation begins anew.
"""

import logging
import socket
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from hub.domain.inputs import Input
from hub.drivers.modem.keeper import Keeper, Power
from hub.drivers.modem.port import has_speeds
from hub.drivers.modem.profiles import load
from hub.drivers.modem.rendering import Renderer
from hub.drivers.modem.routine import Pace
from hub.drivers.modem.simcard import PinFile
from hub.drivers.modem.startup import SPEEDS
from hub.ports import Clock, Outgoing, Post

log = logging.getLogger(__name__)

# After a bug: long enough not to spin, short enough for the next alert.
RESTART_AFTER_S = 1.0
# `Source.stop` promises two seconds.
STOP_WITHIN_S = 1.9


class Telephone:
    """The calls of a modem whose texts `keeper` sends too: a `hub.ports.Telephone`. ``wake``: orders have come."""

    def __init__(self, keeper: Keeper, wake: Callable[[], None]) -> None:
        self._keeper, self._wake = keeper, wake

    def send(self, outgoing: Outgoing) -> None:
        """Call somebody; `SendReported` follows when the call is over."""
        self._keeper.call(outgoing)
        self._wake()

    def end(self, message: int, text: str) -> None:
        """Say the lines of ``text`` in the call ``message``, and hang up."""
        self._keeper.end_call(message, text)
        self._wake()

    def take(self) -> None:
        """Put whoever rings now through to the room."""
        self._keeper.take()
        self._wake()

    def keep(self, phrases: Iterable[tuple[str, str]]) -> None:
        """Have these phrases ready, (language, phrase) each."""
        self._keeper.keep(phrases)
        self._wake()


class ModemDriver:
    """A modem on a serial port or pty; see `hub.ports.SmsRoad`. ``power``: who can switch it off and on.

    ``telephone``: the same modem, for calls.
    """

    def __init__(
        self,
        port: str,
        clock: Clock,
        post: Post,
        profile: str = "auto",
        sim_pin: str = "",
        credit_code: str = "",
        data_dir: Path | None = None,
        power: Power | None = None,
        pace: Pace | None = None,
    ) -> None:
        if profile != "auto":
            load(profile)  # a wrong name is refused now, where its writer sees it
        self._post_to = post
        self._keeper = Keeper(
            port,
            clock,
            self._post,
            profile=profile,
            sim_pin=sim_pin,
            credit_code=credit_code,
            pin_memory=PinFile(data_dir),
            speeds=SPEEDS if has_speeds(port) else SPEEDS[:1],
            power=power,
            pace=pace,
            voice=Renderer(),
            woken=self._wake,
        )
        self.telephone = Telephone(self._keeper, self._wake)
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
        if not self._stopping.is_set():  # nobody would take it
            self._keeper.send(outgoing)
            self._wake()

    def forget(self, key: str) -> None:
        """Empty the slots of the text ``key``."""
        if not self._stopping.is_set():
            self._keeper.forget(key)
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
                self._keeper.tell_of_crash(error)
                self._stopping.wait(RESTART_AFTER_S)

    def _converse(self) -> None:
        conversation = self._keeper.begin()
        try:
            while not self._stopping.is_set():
                conversation.turn(self._wake_out)
        finally:
            conversation.close()

    def _post(self, seen: Input) -> None:
        """Post, unless `stop` has returned."""
        with self._lock:
            if not self._stopping.is_set():
                self._post_to(seen)
