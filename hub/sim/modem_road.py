"""The hub's modem driver and the simulated modem, joined in the house's time: no thread, no sleep, real bytes.

The driver's own `Conversation` plays its turns on a port that is a pair of buffers, or a real terminal
(`hub.sim.pty_wire`). So a story runs through the same state machine, the same AT grammar and the same PDUs as a modem
on a serial line does; only who waits is another.
"""

import errno
from collections.abc import Callable
from math import inf
from typing import Protocol

from hub.drivers.modem.conversation import AnyPort
from hub.drivers.modem.driver import Telephone
from hub.drivers.modem.keeper import Keeper, Power
from hub.drivers.modem.rendering import Rendered
from hub.drivers.modem.routine import Pace
from hub.drivers.modem.simcard import PinMemory
from hub.drivers.modem.startup import SPEEDS
from hub.ports import Clock, Outgoing, Post
from hub.sim.modem import SimulatedModem
from hub.sim.phone_voice import say

PORT = "/dev/telecare-modem"
# Of which the hub makes the code 4821: a story must know it beforehand.
CHANCE = 3821
# Bytes that bounce between the two without time passing: far more than any command has answers.
ROUNDS_AT_MOST = 10_000


class SimulatedVoice:
    """Speaks in no time; see `hub.sim.phone_voice`."""

    def ask(self, language: str, phrase: str, done: Rendered) -> None:
        """Speak ``phrase``."""
        done(language, phrase, say(language, phrase))


class SimulatedPort:
    """One opening of the modem's port. ``is_there`` tells whether the plug is in."""

    def __init__(self, modem: SimulatedModem, seconds: Callable[[], float], is_there: Callable[[], bool]) -> None:
        self._modem = modem
        self._seconds = seconds
        self._is_there = is_there
        self._unread = bytearray()
        self.is_open = True

    @property
    def has_bytes(self) -> bool:
        """Whether the modem has said something that was not read, or the plug is out, which is heard too."""
        self._unread += self._modem.take_bytes()
        return bool(self._unread) or not self._is_there()

    def fileno(self) -> int:
        """There is nothing to select on: `has_bytes` is asked instead."""
        return -1

    def read(self) -> bytes:
        """Return what has come."""
        self.check()
        data = bytes(self._unread)
        self._unread.clear()
        if not data:
            raise BlockingIOError
        return data

    def write(self, data: bytes, speed: int) -> None:  # noqa: ARG002 -- a simulated line has none
        """Send all of ``data``."""
        self.check()
        self._modem.receive(data, self._seconds())

    def check(self) -> None:
        """Raise OSError if the plug is out."""
        if not self._is_there():
            raise OSError(errno.EIO, f"{PORT} was unplugged")

    def close(self) -> None:
        """Let go of it."""
        self.is_open = False


class HousePort(AnyPort, Protocol):
    """A port in the house's time: nobody sleeps on it, it is asked."""

    is_open: bool

    @property
    def has_bytes(self) -> bool:
        """Whether there is something to hear."""
        ...


# Opens one: to which modem, the world's clock, whether the plug is in.
OpenPort = Callable[[SimulatedModem, Callable[[], float], Callable[[], bool]], HousePort]


class SimulatedRoad:
    """A `hub.ports.SmsRoad` in the house's time. ``seconds`` is the world's clock, ``clock`` the hub's.

    ``telephone``: the same modem, for calls.
    """

    def __init__(
        self,
        modem: SimulatedModem,
        seconds: Callable[[], float],
        clock: Clock,
        post: Post,
        *,
        sim_pin: str = "",
        credit_code: str = "",
        pin_memory: PinMemory | None = None,
        pace: Pace | None = None,
        power: Power | None = None,
        is_there: Callable[[], bool] = lambda: True,
        open_port: OpenPort = SimulatedPort,
    ) -> None:
        self._modem = modem
        self._seconds = seconds
        self._is_there = is_there
        self._open_port = open_port
        self._port: HousePort | None = None
        self._is_running = False
        self._keeper = Keeper(
            PORT,
            clock,
            post,
            sim_pin=sim_pin,
            credit_code=credit_code,
            pin_memory=pin_memory,
            speeds=SPEEDS[:1],
            pace=pace,
            power=power,
            voice=SimulatedVoice(),
            open_port=self._open,
            monotonic=seconds,
            # A plug that is pulled here is heard at once: nobody need look every second.
            check_every_s=inf,
            draw=lambda: CHANCE,
        )
        self.telephone = Telephone(self._keeper, wake=lambda: None)  # its turns look for orders by themselves
        self._conversation = self._keeper.begin()
        self._due: float | None = None  # as of the last turn, which alone changes it; None: not asked since

    # A source and a channel

    def start(self) -> None:
        """Begin."""
        self._is_running = True

    def stop(self) -> None:
        """End: the port is closed, and nothing is heard any more."""
        self._is_running = False
        self._conversation.close()

    def is_alive(self) -> bool:
        """Whether it was started and not stopped."""
        return self._is_running

    def send(self, outgoing: Outgoing) -> None:
        """Take a text; `SendReported` follows."""
        self._keeper.send(outgoing)

    def forget(self, key: str) -> None:
        """Empty the slots of the text ``key``."""
        self._keeper.forget(key)

    def break_off(self, bug: Exception) -> None:
        """A bug ends the conversation; the driver's thread tells of it and begins anew."""
        self._conversation.close()
        self._keeper.tell_of_crash(bug)
        self._conversation = self._keeper.begin()
        self._due = None

    # Its turns

    def next_time(self) -> float | None:
        """The world's second at which `turn` has something to do."""
        if not self._is_running:
            return None
        mine, modems = self._next_turn(), self._modem.next_timer()
        return mine if modems is None else min(mine, modems)

    def turn(self) -> bool:
        """Let bytes, orders and due times take effect until nothing moves; whether anything did."""
        moved = False
        for _ in range(ROUNDS_AT_MOST):
            if not self._moves():
                return moved
            moved = True
        raise RuntimeError(f"hub and modem talk without end at second {self._seconds():.3f}")

    def _moves(self) -> bool:
        now = self._seconds()
        self._modem.handle_timer(now)
        heard = self._hears()
        if not self._is_running or not (heard or self._next_turn() <= now):
            return False
        self._due = None
        self._conversation.begin_turn()
        self._conversation.end_turn(heard=self._hears())
        return True

    def _next_turn(self) -> float:
        if self._keeper.orders:
            return 0.0
        if self._due is None:
            self._due = self._conversation.next_time()
        return self._due

    def _hears(self) -> bool:
        if self._port is None or not self._port.is_open:
            self._modem.take_bytes()  # said to nobody
            return False
        return self._port.has_bytes

    def _open(self, name: str, _speed: int) -> HousePort:
        if not self._is_there():
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", name)
        self._port = self._open_port(self._modem, self._seconds, self._is_there)
        return self._port
