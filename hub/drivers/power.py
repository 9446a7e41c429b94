"""How the Pi is powered and how warm it is, read from files of its kernel.

    mains        1 or 0        /sys/class/power_supply/AC/online
    battery      per cent      /sys/class/power_supply/BAT0/capacity
    temperature  1/1000 °C     /sys/class/thermal/thermal_zone0/temp
    undervoltage hex flags     /sys/devices/platform/soc/soc:firmware/get_throttled (as `vcgencmd get_throttled`),
                               or of a kernel without it: in0_lcrit_alarm (0 or 1) of the hwmon called rpi_volt

A board that has a pin for the mains instead is read by `hub.drivers.gpio`. A file that is not there, or says nothing
that can be read, is a fault where the installer wrote it: a hub that was told to watch the mains, and cannot, must not
look as if there were no power cuts. Of the others it is none: not every machine has them. Nothing else is concluded
from either.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from hub.config import PowerConfig
from hub.domain.inputs import Observed
from hub.drivers.rounds import Rounds
from hub.ports import Clock, Post

BATTERY_LOW = "power.battery_low"
UNDERVOLTAGE = "power.undervoltage"
HOT = "power.hot"
UNREAD = "power.unread"

# A power cut is told after five minutes; a reading of ten seconds is early enough, and costs nothing.
EVERY_S = 10.0
# What is left then lasts for hours with the usual batteries; it is full enough again well above.
LOW_PERCENT, ENOUGH_PERCENT = 25, 40
# A Pi slows down from 80 °C on, and its card suffers.
HOT_C, COOL_C = 80, 72
# Bits of get_throttled (Raspberry Pi, documentation of vcgencmd): too little voltage now, and since the start.
WEAK_NOW, WEAK_SINCE_START = 1 << 0, 1 << 16
# A supply that is too weak is so at its peaks, between two looks; what has not come back for an hour has passed.
WEAK_TOLD_FOR_S = 3600.0
# Where kernels keep their measurements, each in a folder with a file `name`; the numbers change from start to start.
HWMON = Path("/sys/class/hwmon")
# raspberrypi-hwmon, in Debian's kernels too: 1 since the voltage was too low, for some seconds.
VOLTMETER, VOLTAGE_ALARM = "rpi_volt", "in0_lcrit_alarm"


def undervoltage_file(written: Path | None, asked: frozenset[Path], hwmon: Path = HWMON) -> Path | None:
    """Return where the supply's weakness is told: what the installer wrote, the usual file, or what hwmon has."""
    if written is None or written in asked or written.exists():
        return written
    for folder in sorted(hwmon.glob("hwmon*")):
        try:
            if (folder / "name").read_text(encoding="ascii").strip() == VOLTMETER:
                return folder / VOLTAGE_ALARM
        except (OSError, ValueError):
            continue
    return written


class Power:
    """Reads the files of ``config``, told as readings and faults. ``monotonic`` in seconds."""

    def __init__(
        self,
        config: PowerConfig,
        post: Post,
        clock: Clock,
        *,
        before: Iterable[str] = (),
        every_s: float = EVERY_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config, self._clock, self._monotonic = config, clock, monotonic
        self._unread: list[Path] = []
        self._standing: Mapping[str, str] = {}
        self._weak_flags = 0
        self._weak_until = 0.0
        self.source = Rounds("power", self.look, post, clock, every_s=every_s, before=before)

    def look(self) -> Mapping[str, str]:
        """Read everything once; return the faults that stand."""
        self._unread = []
        mains = self._number(self._config.mains_file)
        if mains is not None:
            self._observe("mains", mains > 0)
        found = {**self._battery(), **self._heat(), **self._voltage()}
        if self._unread:
            found = {**found, UNREAD: "cannot be read: " + ", ".join(map(str, self._unread))}
        self._standing = found
        return found

    def _battery(self) -> Mapping[str, str]:
        charge = self._number(self._config.battery_file)
        if charge is None:
            return self._as_before(BATTERY_LOW)
        self._observe("battery_percent", charge)
        limit = ENOUGH_PERCENT if BATTERY_LOW in self._standing else LOW_PERCENT
        return {BATTERY_LOW: f"{charge} %"} if charge <= limit else {}

    def _heat(self) -> Mapping[str, str]:
        thousandths = self._number(self._config.temperature_file)
        if thousandths is None:
            return self._as_before(HOT)
        degrees = round(thousandths / 1000)
        self._observe("cpu_temperature_c", degrees)
        limit = COOL_C if HOT in self._standing else HOT_C
        return {HOT: f"{degrees} C"} if degrees >= limit else {}

    def _voltage(self) -> Mapping[str, str]:
        flags = self._number(self._config.undervoltage_file, base=16)
        if flags is not None:
            # The second bit stays until the next start of the machine: only its coming is news.
            is_weak = flags & WEAK_NOW or flags & WEAK_SINCE_START & ~self._weak_flags
            self._weak_flags = flags
            self._weak_until = self._monotonic() + WEAK_TOLD_FOR_S if is_weak else self._weak_until
        return {UNDERVOLTAGE: "too little voltage"} if self._monotonic() < self._weak_until else {}

    def _number(self, file: Path | None, base: int = 10) -> int | None:
        """Return the number in a file of the kernel; None where there is none."""
        if file is None:
            return None
        try:
            return int(file.read_text(encoding="ascii").strip(), base)
        except (OSError, ValueError):
            if file in self._config.asked:
                self._unread.append(file)
            return None

    def _as_before(self, code: str) -> Mapping[str, str]:
        return {code: self._standing[code]} if code in self._standing else {}

    def _observe(self, what: str, value: bool | int) -> None:
        self.source.post(Observed(self._clock.now(), what, value))
