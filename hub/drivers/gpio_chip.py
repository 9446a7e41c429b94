"""The GPIO chip of the Raspberry Pi, opened through one named library of gpiozero, never another.

Left to itself gpiozero falls back to whatever library it finds, and a hub that watches the wrong
pins looks healthy. Knows what each library says when it refuses, and turns it into one error with
a remedy. Knows nothing of contacts, lamps or inputs: `hub.drivers.gpio` and `hub.drivers.indicator`
share one chip, for gpiozero's factories share their pins behind our back, and closing one of two
would close the other's.

gpiozero is imported when the chip is first opened, on a driver's thread: with lgpio that takes
0.1 s here and over ten times that on a Pi Zero, and the core must not wait for it.
"""

import os
import re
import socket
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from hub.errors import DriverError

# pigpiod answers on the loopback, or on a Pi in the same house.
PIGPIOD_DEADLINE_S = 2.0

_FACTORIES = {
    "lgpio": ("gpiozero.pins.lgpio", "LGPIOFactory"),
    "rpigpio": ("gpiozero.pins.rpigpio", "RPiGPIOFactory"),
    "pigpio": ("gpiozero.pins.pigpio", "PiGPIOFactory"),
    "mock": ("gpiozero.pins.mock", "MockFactory"),
}


class Symptom(StrEnum):
    """What may be wrong with a pin or the chip. With "gpio." or "indicator." before it, a fault's code."""

    LIBRARY = "library"  # the library cannot be loaded, or does not fit this kernel
    ABSENT = "absent"  # there is no chip, or it went away
    DENIED = "denied"  # there is one that this user may not open
    BUSY = "busy"  # somebody else has the pin
    PIN = "pin"  # this pin does not exist, or cannot be pulled that way
    DEAF = "deaf"  # levels change, and no edge is told
    FAILED = "failed"  # something else, told in the library's own words


# Every library tells the same trouble in other words: lgpio 0.2.2 by "GPIO busy" in a bare Exception,
# RPi.GPIO 0.7 and rpi-lgpio 0.6 by RuntimeError, gpiozero 2 by its own types. The first match wins.
_SIGNS = (
    (Symptom.LIBRARY, re.compile(r"ImportError|ModuleNotFoundError|Failed to add edge detection")),
    (Symptom.BUSY, re.compile(r"GPIOPinInUse|busy|in use")),
    (Symptom.DENIED, re.compile(r"PermissionError|No access to /dev/mem|no permission|not permitted")),
    (Symptom.ABSENT, re.compile(r"PinUnknownPi|can only be run on a Raspberry Pi|can not open gpiochip")),
    (Symptom.ABSENT, re.compile(r"not a gpiochip|bad handle|unknown handle|pigpiod")),
    (Symptom.PIN, re.compile(r"^Pin[A-Z]\w+:|bad GPIO number")),
)
_REMEDIES = {
    Symptom.LIBRARY: (
        "sudo apt install python3-lgpio python3-rpi-lgpio, then sudo ./install.sh --upgrade; "
        f"or name another factory under [gpio] in hub.toml ({', '.join(_FACTORIES)})"
    ),
    Symptom.ABSENT: (
        "see whether this is a Raspberry Pi and has a /dev/gpiochip0 (for pigpio: whether pigpiod runs); "
        "without one, leave [gpio] and its pins out of hub.toml"
    ),
    Symptom.DENIED: "sudo usermod -aG gpio telecare, then sudo systemctl restart telecare-hub",
    Symptom.BUSY: "gpioinfo shows who has this pin: stop that program, or use another pin in hub.toml",
    Symptom.PIN: "in hub.toml write a BCM number from 2 to 27 (2 and 3 have fixed pull-ups)",
    Symptom.DEAF: ("sudo systemctl restart telecare-hub; when it comes again, name another factory in hub.toml"),
    Symptom.FAILED: "sudo telecare-hub doctor tries each pin and says more",
}


class GpioError(DriverError):
    """A pin or the chip cannot be used. ``symptom`` names the fault; the message ends with what to do."""

    def __init__(self, symptom: Symptom, evidence: str) -> None:
        super().__init__(f"{evidence}. What to do: {_REMEDIES[symptom]}")
        self.symptom = symptom


def diagnose(refused: Exception, where: str, dev: Path = Path("/dev")) -> GpioError:
    """Name what a GPIO library said. ``where``: the pin or the chip, as the installer knows it."""
    evidence = f"{type(refused).__name__}: {refused}"
    symptom = next((named for named, sign in _SIGNS if sign.search(evidence)), Symptom.FAILED)
    if symptom is Symptom.ABSENT and _is_locked(dev):
        symptom = Symptom.DENIED  # lgpio says "can not open gpiochip" in both cases
    return GpioError(symptom, f"{where}: {evidence}")


def _is_locked(dev: Path) -> bool:
    """Whether there are GPIO chips, and none that this user may open."""
    chips = list(dev.glob("gpiochip*"))
    return bool(chips) and not any(os.access(chip, os.R_OK | os.W_OK) for chip in chips)


def by_code(prefix: str, troubles: list[GpioError]) -> dict[str, str]:
    """Return one detail for each fault code; troubles of one kind share it."""
    details: dict[str, str] = {}
    for trouble in troubles:
        code = f"{prefix}.{trouble.symptom}"
        details[code] = f"{details[code]}; {trouble}" if code in details else str(trouble)
    return details


class GpioChip:
    """The one chip of the Pi, opened when first needed and shared by inputs and indicator.

    ``factory``: lgpio, rpigpio, pigpio or mock. ``runtime_dir``: where lgpio may keep its pipe.
    """

    def __init__(self, factory: str, runtime_dir: Path) -> None:
        self._name = factory
        self._runtime_dir = runtime_dir
        self._lock = threading.Lock()
        self._factory: Any = None
        # What a library may raise. pigpio answers a lost connection with AttributeError and TypeError;
        # a library's own type joins once it is imported, for it exists only then.
        self._refusals: tuple[type[Exception], ...] = (
            *(OSError, ImportError, RuntimeError, ValueError),
            *(AttributeError, TypeError),
        )

    def open(self) -> Any:
        """Return gpiozero's pin factory, opened if it was not. Raises `GpioError`."""
        with self._lock:
            if self._factory is None:
                with self.naming(f"GPIO by {self._name}"):
                    self._factory = self._new_factory()
            return self._factory

    def close(self) -> None:
        """Give every pin and the chip back. Opening again starts afresh."""
        with self._lock:
            factory, self._factory = self._factory, None
            if factory is None:
                return
            with suppress(*self._refusals):
                factory.close()
            # A chip that vanished refuses to let go of its pins, and gpiozero would hand those, with
            # their dead handle, to the next factory. Forget them; what then closes is the handle.
            factory.pins.clear()
            with suppress(*self._refusals):
                factory.close()

    def input(self, pin: int, where: str, *, pull_up: bool | None, active_state: bool | None) -> Any:
        """Take a pin to listen to, as a `DigitalInputDevice` (which explains the two). Raises `GpioError`."""
        factory = self.open()
        from gpiozero import DigitalInputDevice  # noqa: PLC0415 -- slow: see the module docstring

        with self.naming(where):
            return DigitalInputDevice(pin, pull_up=pull_up, active_state=active_state, pin_factory=factory)

    def output(self, pin: int, where: str, *, active_high: bool = True) -> Any:
        """Take a pin to drive, inactive at first, as a `DigitalOutputDevice`. Raises `GpioError`."""
        factory = self.open()
        from gpiozero import DigitalOutputDevice  # noqa: PLC0415 -- slow: see the module docstring

        with self.naming(where):
            return DigitalOutputDevice(pin, active_high=active_high, pin_factory=factory)

    def let_go(self, device: Any) -> None:
        """Close a pin's device, whatever its chip says to that."""
        with suppress(*self._refusals):
            device.close()

    @contextmanager
    def naming(self, where: str) -> Iterator[None]:
        """Turn whatever a GPIO library raises inside into a `GpioError` that says ``where``."""
        try:
            yield
        except self._refusals as refused:
            # gpiozero reserves a pin before it takes it. When taking fails, the half-made device lives on in
            # the frames of this traceback, and each further attempt would find the pin reserved by it.
            traceback.clear_frames(refused.__traceback__)
            raise diagnose(refused, where) from refused

    def _new_factory(self) -> Any:
        if self._name not in _FACTORIES:
            raise ImportError(f"no factory {self._name!r}")
        if self._name == "pigpio":
            _try_pigpiod()
        module_name, class_name = _FACTORIES[self._name]
        module = self._import(module_name)
        self._learn_refusals()
        return getattr(module, class_name)()

    def _import(self, name: str) -> ModuleType:
        """Import a GPIO library without letting lgpio move the process.

        lgpio makes a pipe in LG_WD when it is imported, and leaves the whole process in that
        folder (seen with 0.2.2): every relative path of the hub would point elsewhere.
        """
        self._runtime_dir.mkdir(parents=True, exist_ok=True)
        os.environ["LG_WD"] = str(self._runtime_dir.resolve())
        where_we_were = Path.cwd()
        try:
            return import_module(name)
        finally:
            os.chdir(where_we_were)

    def _learn_refusals(self) -> None:
        """Add the error types of gpiozero and of the library behind it (rpi-lgpio lets lgpio's through)."""
        from gpiozero.exc import GPIOZeroError  # noqa: PLC0415 -- slow: see the module docstring

        libraries = [sys.modules[name] for name in ("lgpio", "pigpio") if sys.modules.get(name) is not None]
        self._refusals = tuple({*self._refusals, GPIOZeroError, *(library.error for library in libraries)})


def _try_pigpiod() -> None:
    """Raise OSError unless pigpiod answers: its client prints a page to stdout at each vain attempt."""
    host, port = os.environ.get("PIGPIO_ADDR", "localhost"), os.environ.get("PIGPIO_PORT", "8888")
    try:
        socket.create_connection((host, int(port)), timeout=PIGPIOD_DEADLINE_S).close()
    except OSError as refused:
        raise OSError(f"no pigpiod at {host}:{port} ({refused})") from refused
