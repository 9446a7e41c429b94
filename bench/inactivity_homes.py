"""Months of real or made homes for `bench/inactivity.py`: how they are read, and what is known of who was at home.

A home is two files of the same name: `NAME.csv.xz` (or `.csv`) with lines `timestamp_iso,sensor_id,kind,value` in
local time, and `NAME.toml` with `timezone`, `entrance` (sensors), `warm_up` ("7d"), `pooled`, and `away` (a CSV of
`start,end`), if there is one.
"""

import csv
import lzma
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TextIO

DAY_S, HOUR_S = 86400.0, 3600.0
# In seconds. A silence that starts so soon after the entrance door moved is "perhaps out".
OUT_WITHIN = 120.0
# Of both ends of a silence that counts as out, and how long one must be to count.
DOOR_WITHIN, OUT_FROM = 180.0, 900.0
# A hole of the log, or a holiday: cut out.
HOLE_FROM = 20 * HOUR_S
# Where somebody falls: every so often; and what counts as "up and about" before it.
GRID, UP_WITHIN = 300.0, 150.0


@dataclass(slots=True)
class Home:
    """One home. Times are seconds since 00:00 of its first day, local; parallel lists, one entry an event."""

    name: str
    first_day: datetime
    at: list[float]
    source: list[str]
    is_door: list[bool]
    warm_up_days: int
    pooled: bool
    zone: str
    away: list[tuple[float, float]]
    gap: list[float] = field(init=False)
    out: list[bool] = field(init=False)
    holes: set[int] = field(init=False)
    falls: list[tuple[float, int]] = field(init=False)
    days: float = field(init=False)

    def __post_init__(self) -> None:
        self.gap = [later - earlier for earlier, later in zip(self.at, self.at[1:], strict=False)] + [0.0]
        self.out = list(self._perhaps_out())
        self.holes = {n for n, gap in enumerate(self.gap) if gap >= HOLE_FROM}
        missing = sum(max(0.0, self.at[n + 1] - max(self.at[n], self.test_from)) for n in self.holes)
        self.days = (self.at[-1] - self.test_from - missing) / DAY_S
        self.falls = list(self._falls())

    @property
    def test_from(self) -> float:
        """When the test period begins."""
        return self.warm_up_days * DAY_S

    def day(self, n: int) -> int:
        """The day of event ``n``, from 0."""
        return int(self.at[n] // DAY_S)

    def hour(self, n: int) -> float:
        """The time of day of event ``n``, in hours."""
        return self.at[n] % DAY_S / HOUR_S

    def is_up(self, fall: tuple[float, int]) -> bool:
        """Whether somebody moved just before this fall."""
        return fall[0] - self.at[fall[1]] <= UP_WITHIN

    def _perhaps_out(self) -> Iterator[bool]:
        door = float("-inf")
        for at, is_door in zip(self.at, self.is_door, strict=True):
            door = at if is_door else door
            yield at - door <= OUT_WITHIN

    def _falls(self) -> Iterator[tuple[float, int]]:
        """Every moment of the grid at which somebody was at home, with the number of the last event before it."""
        doors = [at for at, is_door in zip(self.at, self.is_door, strict=True) if is_door]

        def near_a_door(moment: float) -> bool:
            first = bisect_left(doors, moment - DOOR_WITHIN)
            return first < len(doors) and doors[first] <= moment + DOOR_WITHIN

        gone = list(self.away)
        for n, gap in enumerate(self.gap):
            both = gap > OUT_FROM and near_a_door(self.at[n]) and near_a_door(self.at[n + 1])
            if both or n in self.holes:
                gone.append((self.at[n], self.at[n + 1]))
        gone.sort()
        moment, first = self.test_from, 0
        while moment < self.at[-1]:
            while first < len(gone) and max(end for _, end in gone[first : first + 1]) <= moment:
                first += 1
            if not any(start <= moment < end for start, end in gone[first : first + 6]):
                yield moment, bisect_right(self.at, moment) - 1
            moment += GRID


def homes(folder: Path) -> Iterator[Home]:
    """Yield every home of ``folder``, by name."""
    for settings in sorted(folder.glob("*.toml")):
        yield read_home(settings)


def read_home(settings: Path) -> Home:
    """Read the home that ``settings`` (a TOML file) and the events beside it describe."""
    found = tomllib.loads(settings.read_text(encoding="utf-8"))
    packed = settings.with_suffix(".csv.xz")
    with lzma.open(packed, "rt") if packed.exists() else settings.with_suffix(".csv").open() as lines:
        events = sorted(_events(lines, frozenset(found["entrance"])))
    midnight = datetime.combine(events[0][0].date(), datetime.min.time())
    away = []
    if "away" in found:
        with (settings.parent / found["away"]).open() as lines:
            spans = [
                [datetime.fromisoformat(moment) for moment in row] for row in csv.reader(lines) if row[0] != "start"
            ]
        away = [((start - midnight).total_seconds(), (end - midnight).total_seconds()) for start, end in spans]
    return Home(
        name=settings.stem,
        first_day=midnight,
        at=[(at - midnight).total_seconds() for at, *_ in events],
        source=[source for _, source, _ in events],
        is_door=[is_door for *_, is_door in events],
        warm_up_days=int(found["warm_up"].removesuffix("d")),
        pooled=found.get("pooled", True),
        zone=found.get("timezone", "Europe/Paris"),
        away=away,
    )


def _events(lines: TextIO, entrance: frozenset[str]) -> Iterator[tuple[datetime, str, bool]]:
    """Yield what tells of a person; a motion detector's return to rest is the end of its own timer."""
    for stamp, source, kind, value in csv.reader(lines):
        if stamp == "timestamp_iso" or (kind == "motion" and value == "off"):
            continue
        yield datetime.fromisoformat(stamp), source, kind == "door" and source in entrance
