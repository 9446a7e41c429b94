"""Bad cables: bytes chopped, slowed, spoilt or lost between a modem and its host, in either direction.

Seeded, so that a failure can be played again. The order of the bytes never changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from random import Random

from hub.sim.modem_device import Device, Fault

# A byte on a serial line is ten bits: start, eight, stop.
BITS_A_BYTE = 10


@dataclass(slots=True, eq=False)
class Chopped(Fault):
    """The host gets at most ``size`` bytes at once, each piece ``gap_s`` after the last."""

    size: int = 1
    gap_s: float = 0.001

    def carry(self, data: bytes) -> list[tuple[float, bytes]]:
        """Cut ``data`` up."""
        return [(self.gap_s, data[at : at + self.size]) for at in range(0, len(data), self.size)]


def slow_line(baud: int) -> Chopped:
    """Return a line of that speed."""
    return Chopped(1, BITS_A_BYTE / baud)


class Harm(StrEnum):
    """What noise does to a byte."""

    ADD = "add"  # another one before it
    CHANGE = "change"  # into another one
    LOSE = "lose"


@dataclass(slots=True, eq=False)
class Noise(Fault):
    """Harms about ``rate`` of the bytes, towards the host, the modem or both."""

    rate: float = 0.01
    harm: Harm = Harm.ADD
    seed: int = 1
    to_host: bool = True
    to_modem: bool = False
    _random: Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)

    def hear(self, modem: Device, data: bytes) -> bytes:  # noqa: ARG002 -- a hook's shape
        """Spoil what goes to the modem."""
        return self._spoilt(data) if self.to_modem else data

    def carry(self, data: bytes) -> list[tuple[float, bytes]]:
        """Spoil what goes to the host."""
        return [(0.0, self._spoilt(data) if self.to_host else data)]

    def _spoilt(self, data: bytes) -> bytes:
        return b"".join(self._harmed(byte) if self._random.random() < self.rate else bytes([byte]) for byte in data)

    def _harmed(self, byte: int) -> bytes:
        if self.harm is Harm.LOSE:
            return b""
        noise = self._random.randrange(256)
        return bytes([noise, byte]) if self.harm is Harm.ADD else bytes([noise])


@dataclass(slots=True, eq=False)
class CutAt(Fault):
    """Cuts what goes to the host at these places, counted from the first byte: for tests that try every cut."""

    places: Iterable[int] = ()
    gap_s: float = 0.001
    _passed: int = field(default=0, init=False)

    def carry(self, data: bytes) -> list[tuple[float, bytes]]:
        """Cut ``data`` where a place falls into it."""
        inside = [place - self._passed for place in sorted(set(self.places))]
        self._passed += len(data)
        edges = [0, *(place for place in inside if 0 < place < len(data)), len(data)]
        return [(self.gap_s, data[start:end]) for start, end in pairwise(edges)]
