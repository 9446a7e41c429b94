"""The time of a simulated world: seconds that pass when somebody lets them, and a wall clock that may be wrong.

True time is what people live by. The hub's machine has its own idea of it, as a Pi without a battery has: it can
be set, forget itself at a power cut, and not be vouched for. A `hub.clock.HubClock` made from `boot`, `wall`
and `is_set` is the hub's real clock in this world.
"""

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

# What a Pi believes after a power cut, until somebody tells it: systemd jumps to its own build date.
FORGOTTEN = datetime(2025, 6, 1, tzinfo=UTC)


class WorldClock:
    """Seconds since the world ``begins`` (aware), and what is planned to happen in it."""

    def __init__(self, begins: datetime) -> None:
        self._begins = begins.astimezone(UTC)
        self.seconds = 0.0
        self.is_vouched_for = True
        self.boots = 1
        self._booted_at = 0.0
        self._wall_ahead = timedelta(0)
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    # What people live by

    def now(self) -> datetime:
        """True time, aware UTC."""
        return self._begins + timedelta(seconds=self.seconds)

    def seconds_at(self, moment: datetime) -> float:
        """The world's second at which it is ``moment``, true time."""
        return (moment - self._begins).total_seconds()

    # What the hub's machine has

    def boot(self) -> float:
        """Seconds since the machine was started, as CLOCK_BOOTTIME counts them."""
        return self.seconds - self._booted_at

    def wall(self) -> float:
        """Seconds since 1970, as the machine believes."""
        return (self.now() + self._wall_ahead).timestamp()

    def is_set(self) -> bool:
        """Whether anything vouches for the machine's wall clock."""
        return self.is_vouched_for

    @property
    def boot_id(self) -> str:
        """The kernel's name for this run of the machine."""
        return f"run {self.boots} of this machine"

    def step_wall(self, by: timedelta) -> None:
        """Somebody sets the machine's clock ``by`` ahead (or back)."""
        self._wall_ahead += by

    def set_right(self) -> None:
        """The network tells the time: the machine's clock is true and vouched for."""
        self._wall_ahead = timedelta(0)
        self.is_vouched_for = True

    def reboot(self, *, forgets: bool) -> None:
        """The machine starts anew; ``forgets``: it has no battery, and believes what its card says."""
        self.boots += 1
        self._booted_at = self.seconds
        if forgets:
            self._wall_ahead = FORGOTTEN - self.now()
            self.is_vouched_for = False

    # What is planned

    def after(self, delay_s: float, action: Callable[[], None]) -> None:
        """Do ``action`` in ``delay_s``; what is planned for the same moment happens in the order it was planned."""
        heapq.heappush(self._agenda, (self.seconds + delay_s, next(self._order), action))

    def due(self) -> float | None:
        """The world's second at which the next thing is planned."""
        return self._agenda[0][0] if self._agenda else None

    def run_due(self) -> bool:
        """Do what is planned for now or before; whether there was anything."""
        was_any = False
        while self._agenda and self._agenda[0][0] <= self.seconds:
            heapq.heappop(self._agenda)[-1]()
            was_any = True
        return was_any
