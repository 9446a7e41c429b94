"""The dial of the day and the picture of the week: geometry only, for templates that draw it as SVG.

Round the dial go 96 quarters of an hour, midnight at the top. What a mark means is its shape, and its colour besides:
a full dot is movement, a ring is none, a dash is a time in which nobody watched or that has not come.
"""

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from hub.domain.policy import Window
from hub.web.days import Seen, quarter_of

QUARTERS = 96
MIDDLE, RADIUS, BAND = 120.0, 96.0, 112.0
HOURS = 24
DAYS = 7
# Of an hour: nothing seen, or movement in so many of its quarters.
LEVELS = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """One quarter of an hour on the dial. ``kind``: "life", "still", "blind", "wait" (until the check) or "later"."""

    x: float
    y: float
    kind: str


@dataclass(frozen=True, slots=True)
class Dial:
    """``check``: where the next check stands, as a point and an angle; ``bands``: paths of today's windows."""

    marks: tuple[Mark, ...]
    check: tuple[float, float, float] | None
    bands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of the week. ``level``: 0 to 4; None where nobody watched. ``count``: signs of life."""

    hour: int
    level: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """One day of the week's picture."""

    day: date
    cells: tuple[Cell, ...]


def dial(seen: Seen, now: datetime, zone: tzinfo, check: datetime | None, windows: tuple[Window, ...]) -> Dial:
    """Return the dial of the day of ``now``; ``check``: when silence would next be asked about."""
    today = now.astimezone(zone).date()
    marks = tuple(_mark(number, seen, now, zone, check) for number in range(QUARTERS))
    is_today = check is not None and check.astimezone(zone).date() == today
    bands = tuple(_arc(window.opens, window.closes) for window in windows if today.weekday() in window.days)
    return Dial(marks, _check(check.astimezone(zone)) if check is not None and is_today else None, bands)


def _mark(number: int, seen: Seen, now: datetime, zone: tzinfo, check: datetime | None) -> Mark:
    begins = _local(now.astimezone(zone).date(), number * 15, zone)
    x, y = _point((number + 0.5) / QUARTERS, RADIUS)
    return Mark(x, y, _kind(quarter_of(begins), begins, seen, now, check))


def _kind(quarter: int, begins: datetime, seen: Seen, now: datetime, check: datetime | None) -> str:
    if begins > now:
        return "wait" if check is not None and begins < check else "later"
    if seen.lives.get(quarter):
        return "life"
    # The hub notes twice an hour at least that it watched.
    return "still" if {quarter - 1, quarter, quarter + 1} & seen.watched else "blind"


def _local(day: date, minutes: int, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(minutes // 60, minutes % 60), zone)


def _point(turn: float, radius: float) -> tuple[float, float]:
    """Return a point of the circle, ``turn`` of the way round from the top."""
    angle = 2 * math.pi * turn
    return round(MIDDLE + radius * math.sin(angle), 1), round(MIDDLE - radius * math.cos(angle), 1)


def _check(local: datetime) -> tuple[float, float, float]:
    turn = (local.hour * 60 + local.minute) / (24 * 60)
    return (*_point(turn, RADIUS + 3), round(360 * turn, 1))


def _arc(opens: time, closes: time) -> str:
    begin, end = ((moment.hour * 60 + moment.minute) / (24 * 60) for moment in (opens, closes))
    (x, y), (u, v) = _point(begin, BAND), _point(end, BAND)
    return f"M{x} {y}A{BAND} {BAND} 0 {int(end - begin > 0.5)} 1 {u} {v}"


def week(seen: Seen, now: datetime, zone: tzinfo) -> tuple[Row, ...]:
    """Return the last seven days, the oldest first; of the hours to come nothing is known."""
    today = now.astimezone(zone).date()
    days = (today - timedelta(days=back) for back in range(DAYS - 1, -1, -1))
    return tuple(Row(day, tuple(_cell(day, hour, seen, now, zone) for hour in range(HOURS))) for day in days)


def _cell(day: date, hour: int, seen: Seen, now: datetime, zone: tzinfo) -> Cell:
    quarters = [quarter_of(_local(day, hour * 60 + 15 * part, zone)) for part in range(4)]
    if _local(day, hour * 60, zone) > now or not set(quarters) & seen.watched:
        return Cell(hour, None, 0)
    counts = [seen.lives.get(quarter, 0) for quarter in quarters]
    return Cell(hour, sum(count > 0 for count in counts), sum(counts))
