"""The hub's one clock: aware UTC that advances with the machine's boot time and never steps.

The wall clock of a Pi is set by whoever comes along: NTP, a person. Spans (a hold, a delay, a silence) must not feel
that. So the clock is anchored once, and counts from there with CLOCK_BOOTTIME, which runs on in suspend and cannot be
set. When the wall clock is found elsewhere, `check_step` says by how much; the loop makes that an input,
`ClockStepped`, and moves the anchor at the same moment.

A home without internet has the time from its mobile network (`hear`). It takes the wall clock's place as long as
nobody vouches for that, and a network's word alone is not enough: modems tell times of 1980 or 2004 when nobody told
them, and a line may be torn. So two of them must agree.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

# Below this the wall clock has drifted or is being slewed by NTP (which may run half a millisecond a second off);
# nobody's window is hurt by two seconds.
STEP_AT_LEAST = timedelta(seconds=2)
# No clock of ours is older than this source: what says so was never set (a Pi wakes in 1970, a modem in 2004).
RELEASED = datetime(2026, 1, 1, tzinfo=UTC)
# A torn line, or a cell that has the time wrong, is not repeated so much later by the same clock.
HEARD_APART = timedelta(seconds=30)
# Modems tell whole seconds, and what they tell may wait behind a text that is being sent.
HEARD_ALIKE = timedelta(seconds=5)
# A clock of the board counts whole seconds, is read late by a driver on I2C, and drifts by minutes a year.
CLOCKS_AGREE_S = 300.0
# systemd-timesyncd makes this file once the clock was synchronised in this boot.
SYNCHRONISED = Path("/run/systemd/timesync/synchronized")
DEVICE_TREE, REAL_TIME_CLOCKS = Path("/proc/device-tree"), Path("/sys/class/rtc")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def boot_seconds() -> float:
    """Seconds since the machine was started, suspend included (Linux: CLOCK_BOOTTIME)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def wall_seconds() -> float:
    """Seconds since 1970, as the machine believes."""
    return time.time()


def boot_id() -> str:
    """A name for this run of the machine, from the kernel; "" where there is none."""
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def machine_clock_is_trusted() -> bool:
    """Whether the machine has any reason to know the time.

    A board described by a device tree that has no battery-backed clock (every Pi before the 5, and a 5 without its
    battery) wakes with a guess, and must be told by NTP. Any other machine has kept its clock running, unless that
    clock itself says that its battery is empty (seen in QEMU: systemd makes its own build date of 1970, and the hub
    went back to that).
    """
    if SYNCHRONISED.exists():
        return True
    clocks = tuple(REAL_TIME_CLOCKS.glob("rtc*"))
    if not DEVICE_TREE.exists():
        return not any(_has_forgotten(clock) for clock in clocks)
    return any(_keeps_time(clock) for clock in clocks)


def _has_forgotten(clock: Path) -> bool:
    told = _told_by(clock)
    return told is not None and told < RELEASED.timestamp()


def _keeps_time(clock: Path) -> bool:
    """Whether a clock of the board has run on through the power cut, and the machine goes by it.

    A Pi 5 has one in any case: without a battery it begins again in 1970. One that the kernel found too late (a module
    for I2C) may be right beside a wall clock that is a guess.
    """
    told = _told_by(clock)
    return told is not None and told >= RELEASED.timestamp() and abs(told - wall_seconds()) <= CLOCKS_AGREE_S


def _told_by(clock: Path) -> int | None:
    """Return what a clock of the board says, in seconds since 1970; None when it says nothing."""
    try:
        return int((clock / "since_epoch").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a network told ``at`` this many seconds of the boot time: when the machine was ``started`` by its clock."""

    at: float
    started: datetime

    def bears_out(self, before: "_Heard") -> bool:
        """Whether it was told long enough after ``before`` to count for itself."""
        return self.at - before.at >= HEARD_APART.total_seconds()

    def agrees_with(self, other: "_Heard") -> bool:
        """Whether both are of one clock."""
        return abs(self.started - other.started) <= HEARD_ALIKE


class HubClock:
    """UTC that never steps. ``not_before``: the newest instant on record; time does not go back across a restart."""

    def __init__(
        self,
        not_before: datetime | None = None,
        *,
        boot: Callable[[], float] = boot_seconds,
        wall: Callable[[], float] = wall_seconds,
        is_set: Callable[[], bool] = machine_clock_is_trusted,
    ) -> None:
        self._boot, self._wall, self._is_set = boot, wall, is_set
        self._lock = threading.Lock()
        self._heard: _Heard | None = None
        self._borne_out: _Heard | None = None
        believed = self._believed()
        self._anchor = believed if not_before is None else max(believed, not_before)
        self._anchored_at = boot()

    def now(self) -> datetime:
        """Return the present, aware UTC."""
        with self._lock:
            return self._anchor + timedelta(seconds=self._boot() - self._anchored_at)

    def is_trusted(self) -> bool:
        """Whether times of day may be decided from it."""
        return self._is_vouched_for() or self._borne_out is not None

    def check_step(self) -> timedelta:
        """Return by how much the time to believe is ahead of this one; zero when they agree."""
        ahead = self._believed() - self.now()
        # A clock nobody vouches for is not followed back: after a power cut it restarts at an old guess.
        if abs(ahead) < STEP_AT_LEAST or (ahead < timedelta(0) and not self.is_trusted()):
            return timedelta(0)
        return ahead

    def step(self, by: timedelta) -> None:
        """Move the anchor: from now on `now` answers ``by`` later (or earlier) than it would have."""
        with self._lock:
            self._anchor += by

    def hear(self, seen_at: datetime, told: datetime) -> None:
        """Take a hint: when this clock said ``seen_at`` a network told the time ``told`` (aware).

        A step of this clock between the two makes it one that no other agrees with.
        """
        if told < RELEASED:
            return
        with self._lock:
            at = self._anchored_at + (seen_at - self._anchor).total_seconds()
        heard, before = _Heard(at, told.astimezone(UTC) - timedelta(seconds=at)), self._heard
        if before is None or not heard.agrees_with(before):
            self._heard = heard
        elif heard.bears_out(before):
            self._heard = self._borne_out = heard

    def _believed(self) -> datetime:
        """The wall clock; a network's, where nobody vouches for the machine's own."""
        if self._borne_out is None or self._is_vouched_for():
            return self._wall_time()
        return self._borne_out.started + timedelta(seconds=self._boot())

    def _is_vouched_for(self) -> bool:
        return self._is_set() and self._wall_time() >= RELEASED

    def _wall_time(self) -> datetime:
        return datetime.fromtimestamp(max(self._wall(), 0.0), UTC)
