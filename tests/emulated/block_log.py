"""What a guest wrote to its disk, write by write, by QEMU's blklogwrites; and the disk as a power cut leaves it.

Stronger than a kill of QEMU, whose host keeps what the guest had written and not flushed: here each write since the
last flush may be missing, as in a card's own memory. The log's form is that of the kernel's
Documentation/admin-guide/device-mapper/log-writes.rst.
"""

import random
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

SECTOR = 512
MAGIC = 0x6A736677736872
SUPER = struct.Struct("<QQQI")
ENTRY = struct.Struct("<QQQQ")
FLUSH, FUA, DISCARD = 1, 2, 4
# Of the writes since the last flush a card may have done some, in any order.
LOST = 0.5


@dataclass(frozen=True, slots=True)
class Write:
    """One entry. ``place``: bytes into the disk; ``data``, ``ends``: bytes into the log, where its data are and end."""

    place: int
    size: int
    flags: int
    data: int
    ends: int


def drive(disk: Path, log: Path) -> tuple[str, ...]:
    """Return QEMU's options for a raw ``disk`` of which each write is kept in ``log`` too."""
    log.write_bytes(b"")
    return (
        *("-blockdev", f"driver=file,filename={disk},node-name=written"),
        *("-blockdev", f"driver=file,filename={log},node-name=log"),
        *("-blockdev", f"driver=blklogwrites,node-name=disk,file=written,log=log,log-sector-size={SECTOR}"),
    )


class BlockLog:
    """A log that is complete. ``base``: the disk as it was before the first write."""

    def __init__(self, base: Path, log: Path) -> None:
        self._base = base
        self._log = log
        self.writes = _entries(log)

    def upto(self, size: int) -> int:
        """Return how many entries there were when the log had ``size`` bytes."""
        return sum(write.ends <= size for write in self.writes)

    def cut(self, count: int, chance: random.Random, disk: Path) -> int:
        """Make ``disk`` as a power cut after ``count`` entries leaves it; return how many writes it lost."""
        subprocess.run(["cp", "--sparse=always", self._base, disk], check=True)
        writes = self.writes[:count]
        flushed = max((n for n, write in enumerate(writes) if write.flags & FLUSH), default=0)
        lost = 0
        with disk.open("r+b") as target, self._log.open("rb") as source:
            for n, write in enumerate(writes):
                if write.flags & DISCARD or not write.size:
                    continue
                if n > flushed and not write.flags & FUA and chance.random() < LOST:
                    lost += 1
                    continue
                source.seek(write.data)
                target.seek(write.place)
                target.write(source.read(write.size))
        return lost


def _entries(log: Path) -> list[Write]:
    found: list[Write] = []
    with log.open("rb") as file:
        magic, _, count, sector = SUPER.unpack(file.read(SUPER.size))
        assert (magic, sector) == (MAGIC, SECTOR), "this is no log of writes"
        at = SECTOR
        for _ in range(count):
            file.seek(at)
            place, sectors, flags, _ = ENTRY.unpack(file.read(ENTRY.size))
            size = 0 if flags & DISCARD else sectors * SECTOR
            found.append(Write(place * SECTOR, size, flags, at + SECTOR, at + SECTOR + size))
            at += SECTOR + size
    return found
