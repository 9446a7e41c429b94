"""A simulated modem on a real pseudo-terminal: a port that any host can open.

One thread waits for the host's bytes, the modem's next timer and other threads' wishes at once, and never
polls. The port can be pulled and put back under the same link, as a USB stick that comes back under
another name does behind its udev link. Knows ports and threads; the modem (`hub.sim.modem`, or a transcript) knows AT.
"""

import logging
import os
import select
import termios
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

log = logging.getLogger(__name__)

# A host that opened the port and does not read: more than this is lost, as on a UART without flow control.
UNREAD_LIMIT = 65_536
READ_SIZE = 4096
# For stop(), unplug() and replug(): the thread only ever waits in select().
TURN_DEADLINE_S = 5.0
# select() takes no more than about 2**31 ms; an hour is as good as for ever.
LONGEST_WAIT_S = 3600.0


class ByteDevice(Protocol):
    """What can sit at the far end of the port."""

    on_wake: Callable[[], None]

    def receive(self, data: bytes, now: float) -> None:
        """The host wrote ``data``."""
        ...

    def next_timer(self) -> float | None:
        """When `handle_timer` wants to be called next."""
        ...

    def handle_timer(self, now: float) -> None:
        """Time has passed."""
        ...

    def take_bytes(self) -> bytes:
        """Return what the host shall read."""
        ...

    def begin(self, now: float, wall: datetime) -> None:
        """Time starts at ``now``, which is ``wall`` by the wall clock; what was planned moves along."""
        ...


class Watch:
    """Waits for a pattern in what the host writes, and says when its first byte came."""

    def __init__(self, pattern: bytes) -> None:
        self._pattern = pattern
        self._seen = b""
        self._chunks: list[tuple[int, int]] = []  # up to which byte came when
        self._found = threading.Event()
        self.at_ns: int | None = None

    def look(self, data: bytes, at_ns: int) -> None:
        """The host wrote ``data``, read at ``at_ns`` of `time.monotonic_ns`."""
        if self._found.is_set():
            return
        self._seen += data
        self._chunks.append((len(self._seen), at_ns))
        place = self._seen.find(self._pattern)
        if place >= 0:
            self.at_ns = next(came for end, came in self._chunks if place < end)
            self._found.set()
            return
        self._forget(max(0, len(self._seen) - len(self._pattern)))

    def _forget(self, length: int) -> None:
        self._seen = self._seen[length:]
        self._chunks = [(end - length, came) for end, came in self._chunks if end > length]

    def wait(self, timeout_s: float) -> int:
        """Return when the pattern's first byte came, in `time.monotonic_ns`; TimeoutError if it did not."""
        if not self._found.wait(timeout_s) or self.at_ns is None:
            raise TimeoutError(f"{self._pattern!r} did not come within {timeout_s} s")
        return self.at_ns


class PtyModem:
    """Runs ``modem`` on a pty. ``port`` is what the host opens.

    ``link_path``: a symbolic link to the pty, there while the modem is plugged in; a `replug` leads it to
    a new pty. Without one, ``port`` changes with each `replug`.
    """

    def __init__(self, modem: ByteDevice, link_path: str | Path | None = None) -> None:
        self.modem = modem
        self._link = Path(link_path) if link_path else None
        self._watches: list[Watch] = []
        self._orders: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._master: int | None = None
        self._slave: int | None = None  # held open, or the master would end with the host's first close()
        self._slave_name = ""
        self._unread = bytearray()
        self.delivered = 0  # bytes handed to the host so far
        self._wake_in = self._wake_out = -1
        self._stopping = False
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> str:
        """The path to open: the link if there is one, else the pty."""
        return str(self._link) if self._link else self._slave_name

    @property
    def is_plugged(self) -> bool:
        """Whether there is a port at all."""
        return self._master is not None

    # Start and stop

    def start(self) -> Self:
        """Plug in and run, on a thread of its own."""
        self._wake_out, self._wake_in = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.modem.on_wake = self._wake
        self.modem.begin(time.monotonic(), datetime.now(UTC))
        self._stopping = False
        self._plug()
        self._thread = threading.Thread(target=self._run, name="simulated modem", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """End the thread and close everything. Calling it twice does no harm."""
        if self._thread is None:
            return
        self._stopping = True
        self._wake()
        self._thread.join(TURN_DEADLINE_S)
        self._thread = None
        self.modem.on_wake = lambda: None
        self._pull()
        with self._lock:
            os.close(self._wake_in)
            os.close(self._wake_out)
            self._wake_in = self._wake_out = -1

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # The cable

    def unplug(self) -> None:
        """Pull the port: the link is gone, and an open one hangs up. The modem itself runs on."""
        self._order(self._pull)

    def replug(self) -> None:
        """Put it back: a new pty, behind the same link."""
        self._order(self._plug)

    def _plug(self) -> None:
        if self._master is not None:
            return
        self._master, self._slave = os.openpty()
        os.set_blocking(self._master, False)
        make_raw(self._slave)
        self._slave_name = os.ttyname(self._slave)
        if self._link:
            aside = self._link.with_name(self._link.name + ".new")
            aside.unlink(missing_ok=True)
            aside.symlink_to(self._slave_name)
            aside.replace(self._link)

    def _pull(self) -> None:
        if self._master is None or self._slave is None:
            return
        master, slave = self._master, self._slave
        # Unplugged before the host can see it: its next look at `is_plugged` must not be a lie.
        self._master = self._slave = None
        self._unread.clear()
        if self._link:
            self._link.unlink(missing_ok=True)
        os.close(slave)
        os.close(master)

    # For measurements

    def watch(self, pattern: bytes) -> Watch:
        """Look out for ``pattern`` in what the host writes from now on."""
        found = Watch(pattern)
        with self._lock:
            self._watches.append(found)
        return found

    # The thread

    def _order(self, action: Callable[[], None]) -> None:
        """Do ``action`` on the thread, and return when it is done."""
        if threading.current_thread() is self._thread:
            action()
            return
        if self._thread is None:
            raise RuntimeError("This simulated modem does not run; start() it first.")
        done = threading.Event()

        def act() -> None:
            action()
            done.set()

        with self._lock:
            self._orders.append(act)
        self._wake()
        if not done.wait(TURN_DEADLINE_S):
            raise TimeoutError("The simulated modem's thread does not answer.")

    def _wake(self) -> None:
        with self._lock:
            if self._wake_in >= 0:
                with suppress(BlockingIOError):  # the pipe is full: it will wake all right
                    os.write(self._wake_in, b"!")

    def _run(self) -> None:
        while not self._stopping:
            self._wait()
            self.modem.handle_timer(time.monotonic())
            self._unread += self.modem.take_bytes()
            self._write()

    def _wait(self) -> None:
        """Wait for bytes, a wish or a timer; take the bytes."""
        due = self.modem.next_timer()
        timeout = LONGEST_WAIT_S if due is None else min(max(0.0, due - time.monotonic()), LONGEST_WAIT_S)
        reading = [self._wake_out] if self._master is None else [self._wake_out, self._master]
        writing = [self._master] if self._master is not None and self._unread else []
        readable, _, _ = select.select(reading, writing, [], timeout)
        if self._master is not None and self._master in readable:
            self._read(self._master)
        if self._wake_out in readable:
            os.read(self._wake_out, READ_SIZE)
            self._obey_orders()

    def _obey_orders(self) -> None:
        with self._lock:
            orders, self._orders = self._orders, []
        for order in orders:
            order()

    def _read(self, master: int) -> None:
        try:
            data = os.read(master, READ_SIZE)
        except OSError as lost:
            log.debug("pty: %s", lost)
            return
        at_ns = time.monotonic_ns()
        with self._lock:
            watches = tuple(self._watches)
        for watch in watches:
            watch.look(data, at_ns)
        self.modem.receive(data, at_ns / 1e9)

    def _write(self) -> None:
        """Give the host what it has room for."""
        if self._master is None:
            self._unread.clear()
            return
        del self._unread[:-UNREAD_LIMIT]
        if not self._unread:
            return
        try:
            written = os.write(self._master, self._unread)
        except BlockingIOError:
            return  # the host does not read; select() tells when it does
        del self._unread[:written]
        self.delivered += written


def make_raw(fd: int) -> None:
    """Let every byte through a terminal unchanged, as cfmakeraw(3) does; `tty.setraw` leaves some flags."""
    iflag, oflag, cflag, lflag, ispeed, ospeed, cc = termios.tcgetattr(fd)
    iflag &= ~(
        termios.IGNBRK
        | termios.BRKINT
        | termios.PARMRK
        | termios.ISTRIP
        | termios.INLCR
        | termios.IGNCR
        | termios.ICRNL
        | termios.IXON
    )
    oflag &= ~termios.OPOST
    lflag &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN)
    cflag = (cflag & ~(termios.CSIZE | termios.PARENB)) | termios.CS8
    cc[termios.VMIN], cc[termios.VTIME] = 1, 0
    termios.tcsetattr(fd, termios.TCSANOW, [iflag, oflag, cflag, lflag, ispeed, ospeed, cc])
