"""The modem's port on a real pseudo-terminal, in the house's time: for the demo.

The driver's own `Port` opens the terminal, and every byte crosses the kernel's line both ways. Whoever writes waits
until the other side has read just as much, which takes microseconds of real time and none of the house's: what is said,
and when, is the same as on a `SimulatedPort`.
"""

import errno
import os
import select
import weakref
from collections.abc import Callable

from hub.drivers.modem.port import Port
from hub.drivers.modem.startup import SPEEDS
from hub.sim.modem import SimulatedModem
from hub.sim.modem_road import SimulatedPort
from hub.sim.pty_modem import make_raw

# A terminal holds 4,096 bytes for a reader (n_tty); a piece that fits is never cut off from its end.
PIECE = 1024
# The kernel takes some microseconds; on a machine that swaps it may take longer, and never this long.
CROSSES_WITHIN_MS = 2000


class PtyPort(SimulatedPort):
    """A `hub.sim.modem_road.SimulatedPort` whose bytes cross a terminal."""

    def __init__(self, modem: SimulatedModem, seconds: Callable[[], float], is_there: Callable[[], bool]) -> None:
        super().__init__(modem, seconds, is_there)
        self._master, slave = os.openpty()
        # Also where nobody closes this port: a house is often just left.
        self._hang_up = weakref.finalize(self, os.close, self._master)
        try:
            make_raw(slave)
            self.name = os.ttyname(slave)
            self._port = Port(self.name, SPEEDS[0])
        finally:
            os.close(slave)

    @property
    def has_bytes(self) -> bool:
        """Whether the modem has said something that was not read, or the plug is out, which is heard too."""
        said = self._modem.take_bytes()
        for begins in range(0, len(said), PIECE):
            piece = said[begins : begins + PIECE]
            os.write(self._master, piece)
            self._unread += exactly(len(piece), self._port.fileno(), self._port.read)
        return bool(self._unread) or not self._is_there()

    def fileno(self) -> int:
        """The terminal; nobody selects on it here: `has_bytes` is asked instead."""
        return self._port.fileno()

    def write(self, data: bytes, speed: int) -> None:
        """Send all of ``data``."""
        self.check()
        for begins in range(0, len(data), PIECE):
            piece = data[begins : begins + PIECE]
            self._port.write(piece, speed)
            crossed = exactly(len(piece), self._master, lambda: os.read(self._master, PIECE))
            self._modem.receive(crossed, self._seconds())

    def check(self) -> None:
        """Raise OSError if the plug is out: the terminal's other end is gone then."""
        if not self._is_there():
            self._hang_up()
        super().check()

    def close(self) -> None:
        """Let go of it."""
        super().close()
        self._port.close()
        self._hang_up()


def exactly(length: int, descriptor: int, read: Callable[[], bytes], within_ms: int = CROSSES_WITHIN_MS) -> bytes:
    """Read as many bytes as were written at the other end. OSError where they do not come."""
    crossed = bytearray()
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while len(crossed) < length:
        if not poll.poll(within_ms):
            raise OSError(errno.ETIMEDOUT, f"{length - len(crossed)} bytes were lost in a pseudo-terminal")
        crossed += read()
    return bytes(crossed)
