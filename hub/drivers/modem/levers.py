"""What moves a modem's PWRKEY or its supply: a pin of the Pi, or a file of the kernel that switches a USB port.

A lever is at rest, where the modem is left alone, or pulled. Knows nothing of when and for how long: `power` does.
"""

import os
from pathlib import Path
from typing import Any, Protocol

from hub.drivers.gpio_chip import GpioChip, GpioError
from hub.errors import DriverError

# What to write to pull, and at rest, by the file's name (kernel, Documentation/ABI: sysfs-bus-usb). "authorized" makes
# the kernel let go of the device; "disable" (of a hub's port, kernel 6.0) switches the port off, with its current where
# the hub can.
WORDS = {"authorized": ("0", "1"), "disable": ("1", "0")}


class Lever(Protocol):
    """Every method may block, for as long as a driver of the kernel does, and raises `DriverError`."""

    def rest(self) -> None:
        """Take hold of it, if that was not done, and leave the modem alone."""
        ...

    def pull(self) -> None:
        """Press the key, or cut the supply, until `rest`."""
        ...

    def let_go(self) -> None:
        """Give it back, at rest."""
        ...


class PinLever:
    """A pin that presses, or cuts, while it is active. Nobody presses while the pin is let go."""

    def __init__(self, chip: GpioChip, pin: int, what: str, *, active_high: bool) -> None:
        self._chip = chip
        self._pin, self._where, self._active_high = pin, f"pin {pin} ({what})", active_high
        self._device: Any = None

    def rest(self) -> None:
        """Drive it inactive."""
        self._drive(active=False)

    def pull(self) -> None:
        """Drive it active."""
        self._drive(active=True)

    def let_go(self) -> None:
        """Close it: an input again, as after a boot."""
        if self._device is not None:
            self._chip.let_go(self._device)
            self._device = None

    def _drive(self, *, active: bool) -> None:
        try:
            self._set(active=active)
        except GpioError:
            # The chip may have been closed and opened again by whoever watches the buttons.
            self.let_go()
            self._set(active=active)

    def _set(self, *, active: bool) -> None:
        if self._device is None:
            self._device = self._chip.output(self._pin, self._where, active_high=self._active_high)
        with self._chip.naming(self._where):
            self._device.value = int(active)


class FileLever:
    """A file of the kernel, ``authorized`` of a USB device or ``disable`` of a hub's port."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._pulled, self._resting = WORDS[file.name]

    def rest(self) -> None:
        """Switch it on where it is off: a hub that was killed may have left it so."""
        if not self._is_at_rest():
            self._write(self._resting)

    def pull(self) -> None:
        """Switch it off."""
        self._write(self._pulled)

    def let_go(self) -> None:
        """Nothing is held."""

    def _is_at_rest(self) -> bool:
        try:
            word = self._file.read_text(encoding="ascii").strip()
        except (OSError, ValueError) as error:
            raise self._refused(error) from error
        # What cannot be written is told before it is needed.
        if not os.access(self._file, os.W_OK):
            raise DriverError(f"{self._file} may not be written by this user: a udev rule can allow it")
        return word == self._resting

    def _write(self, word: str) -> None:
        try:
            # Without O_CREAT: a device that is gone leaves no file behind.
            descriptor = os.open(self._file, os.O_WRONLY)
            try:
                os.write(descriptor, word.encode())
            finally:
                os.close(descriptor)
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: Exception) -> DriverError:
        return DriverError(f"{self._file}: {getattr(error, 'strerror', None) or error}")
