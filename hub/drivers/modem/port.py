"""The serial port of a modem: opened for us alone, found again under the same name, closed for sure.

Knows pyserial and the operating system; nothing of what is said. A USB modem's device comes and
goes, and the name that it is configured by may lead to another device each time.
"""

import errno
import os
import re
import termios
from contextlib import suppress
from pathlib import Path

import serial

# A pty or USB port takes a command at once; one that does not in this time has nobody behind it.
WRITE_TIMEOUT_S = 2.0
READ_SIZE = 4096
# These say who is in the way; others may only mean a port that knows no DTR (seen with USB gadgets).
_PLAIN_REFUSALS = frozenset({errno.ENOENT, errno.EACCES, errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK, errno.ENXIO})
# UARTs and the bridges that have one behind them; on all others the speed means nothing.
_REAL_SPEED = re.compile(r"/dev/(ttyAMA|ttyS|ttyUSB|serial|ttymxc|ttyO)\w*$")


class Port:
    """An open port. Every method raises OSError when the port is gone (pyserial's own error is one)."""

    def __init__(self, name: str, speed: int) -> None:
        self._name = name
        self._serial = _open(name, speed)

    def fileno(self) -> int:
        """Return what select watches."""
        return int(self._serial.fileno())

    def read(self) -> bytes:
        """Return what has come: something, for this is called when select says so."""
        data = os.read(self.fileno(), READ_SIZE)
        if not data:
            raise OSError(errno.EIO, f"{self._name} was unplugged")
        return data

    def write(self, data: bytes, speed: int) -> None:
        """Send all of ``data`` at ``speed``."""
        if self._serial.baudrate != speed:
            self._set_speed(speed)
        self._serial.write(data)

    def _set_speed(self, speed: int) -> None:
        try:
            self._serial.baudrate = speed
        except termios.error as error:  # no OSError, though it is one
            raise OSError(*error.args) from error

    def check(self) -> None:
        """Raise OSError if the name leads to another device by now: a modem came back without a farewell."""
        try:
            there = Path(self._name).stat()
        except OSError:
            return  # the name may vanish while its device lives: udev renames things at leisure
        if there.st_rdev != os.fstat(self.fileno()).st_rdev:
            raise OSError(errno.ENODEV, f"{self._name} is another device now")

    def close(self) -> None:
        """Let go of the port, whatever state it is in."""
        with suppress(OSError, termios.error):
            self._serial.close()


def has_speeds(name: str) -> bool:
    """Whether the port ``name`` may have to be tried at several speeds."""
    return _REAL_SPEED.match(str(Path(name).resolve())) is not None


def _open(name: str, speed: int) -> serial.Serial:
    try:
        return _serial(name, speed, handshakes=False)
    except OSError as error:
        if error.errno in _PLAIN_REFUSALS:
            raise
        # With "handshakes" pyserial leaves the lines alone that this port does not have.
        return _serial(name, speed, handshakes=True)


def _serial(name: str, speed: int, *, handshakes: bool) -> serial.Serial:
    try:
        return serial.Serial(
            name,
            baudrate=speed,
            timeout=0,
            write_timeout=WRITE_TIMEOUT_S,
            exclusive=True,
            dsrdtr=handshakes,
            rtscts=handshakes,
        )
    except termios.error as error:
        raise OSError(*error.args) from error
    except serial.SerialException as error:
        if error.errno is None:
            raise
        # pyserial's own words repeat the port's name, twice.
        raise OSError(error.errno, os.strerror(error.errno), name) from error
