"""An oracle for times of day: it walks through UTC minute by minute and reads the clock on the wall.

Nothing here turns a local time into UTC by arithmetic, as the hub does: it only looks up when the wall clock showed it.
A time that a change skips was shown by a clock that nobody put forward, and of a time that a change repeats the first
showing counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

BEGINS, ENDS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# No two changes of any zone are closer than this.
LOOK_EVERY = timedelta(hours=12)
# No zone is further from UTC than this.
FURTHEST = timedelta(hours=15)


@dataclass(frozen=True)
class Change:
    """At ``at`` (UTC) the clocks of a zone go from offset ``before`` to offset ``after``."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def day(self) -> date:
        """The day on the wall on which it happens."""
        return (self.at.replace(tzinfo=None) + self.before).date()


@dataclass(frozen=True)
class Clocks:
    """Zones whose clocks show the same at every moment of the two years, and when they change."""

    names: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.names[0])

    def change_days(self) -> tuple[date, ...]:
        return tuple(change.day for change in self.changes)

    def days_around(self) -> tuple[date, ...]:
        """Each day of a change, the day before and the day after."""
        return tuple(day + around * DAY for day in self.change_days() for around in (-1, 0, 1))


@lru_cache
def all_clocks() -> tuple[Clocks, ...]:
    """Every zone there is, gathered by what its clocks show."""
    alike: dict[tuple[object, ...], tuple[list[str], tuple[Change, ...]]] = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        changes = tuple(_changes(zone))
        names, _ = alike.setdefault((_offset(zone, BEGINS), changes), ([], changes))
        names.append(name)
    return tuple(Clocks(tuple(names), changes) for names, changes in alike.values())


def changing_clocks() -> tuple[Clocks, ...]:
    return tuple(clocks for clocks in all_clocks() if clocks.changes)


def _changes(zone: ZoneInfo) -> Iterator[Change]:
    at, before = BEGINS, _offset(zone, BEGINS)
    while at < ENDS:
        after = _offset(zone, at + LOOK_EVERY)
        if after != before:
            yield Change(_minute_of_change(zone, at, at + LOOK_EVERY), before, after)
        at, before = at + LOOK_EVERY, after


def _minute_of_change(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    before = _offset(zone, early)
    while late - early > MINUTE:
        middle = early + (late - early) // 2 // MINUTE * MINUTE
        early, late = (middle, late) if _offset(zone, middle) == before else (early, middle)
    return late


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


@dataclass(frozen=True)
class Wall:
    """When the wall clock first showed each minute of some days; ``first[day]`` has 1440 instants in UTC."""

    first: dict[date, tuple[datetime, ...]]

    def at(self, day: date, minute: int) -> datetime:
        """When it was ``minute`` after midnight on ``day``; minutes beyond midnight are those of the next day."""
        return self.first[day + minute // 1440 * DAY][minute % 1440]


@lru_cache
def wall_of(clocks: Clocks) -> Wall:
    """Walk through the days around each change of these clocks, and one more day after them."""
    shown: dict[datetime, datetime] = {}
    days = {change.day + around * DAY for change in clocks.changes for around in range(-2, 4)}
    zone = clocks.zone
    for change in clocks.changes:
        now = change.at - 3 * DAY - FURTHEST
        while now < change.at + 4 * DAY + FURTHEST:
            shown.setdefault(now.astimezone(zone).replace(tzinfo=None, fold=0), now)
            now += MINUTE
    for change in clocks.changes:
        for step in range(int((change.after - change.before) / MINUTE)):
            now = change.at + step * MINUTE
            shown.setdefault(now.replace(tzinfo=None) + change.before, now)
    return Wall(
        {day: tuple(shown[datetime(day.year, day.month, day.day) + m * MINUTE] for m in range(1440)) for day in days}  # noqa: DTZ001 what a wall shows has no zone
    )
