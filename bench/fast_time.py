"""Time that runs faster than the machine's, and the same in two processes; part of bench/soak."""

from dataclasses import dataclass
from typing import Self

from hub.clock import boot_seconds


@dataclass(frozen=True, slots=True)
class Course:
    """How time runs from one moment on: at ``boot`` (CLOCK_BOOTTIME, s) ``gone`` seconds were over.

    CLOCK_BOOTTIME is the same for every process of the machine, so a course tells both what time it is.
    """

    boot: float
    gone: float
    speed: float

    @classmethod
    def beginning(cls) -> Self:
        """As fast as the machine's time, from now on."""
        return cls(boot_seconds(), 0.0, 1.0)

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Read what `to_line` wrote."""
        boot, gone, speed = map(float, line.split())
        return cls(boot, gone, speed)

    def to_line(self) -> str:
        """Write it for the other process."""
        return f"{self.boot!r} {self.gone!r} {self.speed!r}"

    def seconds(self) -> float:
        """How many seconds are over."""
        return self.gone + (boot_seconds() - self.boot) * self.speed

    def at_speed(self, speed: float) -> "Course":
        """From now on ``speed`` times as fast as the machine's time."""
        boot = boot_seconds()
        return Course(boot, self.gone + (boot - self.boot) * self.speed, speed)
