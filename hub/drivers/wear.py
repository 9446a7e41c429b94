"""How worn the card is, where the kernel gives it: an eMMC (a Compute Module, some boards) says so, an SD card not.

    /sys/dev/block/179:2                     the partition of the folder: a link to .../block/mmcblk0/mmcblk0p2
    .../block/mmcblk0/device/life_time       "0x03 0x01": tenths of its life that are used, of both kinds of memory
    .../block/mmcblk0/device/pre_eol_info    "0x01": 1 normal, 2 four fifths of the spare blocks are used, 3 urgent

(JEDEC eMMC 5.0, EXT_CSD 267 to 269; the kernel's names in drivers/mmc/core/mmc.c.) Of an SD card only `disk.slow` and
`disk.read_only` tell something.
"""

import os
from dataclasses import dataclass
from pathlib import Path

SYS = Path("/sys")
# 0x0B is "more than its life"; 0 is "not defined".
MOST_TENTHS = 11
# Four fifths used: an eMMC then has years left at the rate of a hub, and weeks at that of a log gone wild.
WORN_TENTHS = 9
SPARES_LOW = 2


@dataclass(frozen=True, slots=True)
class Wear:
    """``used_percent``: of its life, at most; ``is_low``: its spare blocks are nearly used up."""

    used_percent: int
    is_low: bool = False

    @property
    def is_worn(self) -> bool:
        """Whether it should be changed."""
        return self.is_low or self.used_percent >= 10 * WORN_TENTHS


def wear_of(folder: Path, sys: Path = SYS) -> Wear | None:
    """Return how worn the card below ``folder`` is; None where the kernel does not know, as of every SD card."""
    try:
        number = folder.stat().st_dev
        partition = (sys / f"dev/block/{os.major(number)}:{os.minor(number)}").resolve(strict=True)
    except OSError:
        return None
    # A card without partitions is its own.
    for card in (partition.parent, partition):
        tenths = _numbers(card / "device/life_time")
        used = max((each for each in tenths if 0 < each <= MOST_TENTHS), default=0)
        if used:
            spares = _numbers(card / "device/pre_eol_info")
            return Wear(10 * used, is_low=any(each >= SPARES_LOW for each in spares))
    return None


def _numbers(file: Path) -> list[int]:
    try:
        return [int(word, 16) for word in file.read_text(encoding="ascii").split()]
    except (OSError, ValueError):
        return []
