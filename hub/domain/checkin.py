"""Check-in windows: from times of day in the home's zone to instants in UTC.

A window asks for a sign of life between two times of day. Everything is turned to UTC at once: arithmetic on
local times ignores the change of offset, and would be wrong on the two days a year that matter.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from hub.domain.policy import Policy, Window
from hub.domain.records import Span
from hub.domain.spans import after_watching

# A window that was missed while the hub was off is still asked for after this many days; older ones are
# answered by any newer window.
DAYS_BACK = 1
# A window comes back within a week, whatever its weekdays.
DAYS_AHEAD = 7


def instant(day: date, moment: time, zone: tzinfo) -> datetime:
    """Return when it is ``moment`` on ``day`` in ``zone``, in UTC.

    A wall-clock time that the change of clocks skips or repeats is read with the offset in force
    before the change (PEP 495, ``fold=0``).
    """
    return datetime.combine(day, moment, zone).astimezone(UTC)


@lru_cache(maxsize=512)  # the same few days, looked at after every input
def bounds(opens: time, closes: time, day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when the hours that open on ``day`` begin and end, in UTC.

    ``closes`` at or before ``opens`` is on the next day. On the night the clocks change the hours are longer or
    shorter, as the night is; hours that the change swallows whole end when they begin.
    """
    start = instant(day, opens, zone)
    end = instant(day if opens < closes else day + timedelta(days=1), closes, zone)
    return start, max(start, end)


def days_around(now: datetime, zone: tzinfo) -> Iterator[date]:
    """Yield the home's days on which something that matters now may begin, from the day before yesterday on."""
    today = now.astimezone(zone).date()
    for offset in range(-1 - DAYS_BACK, DAYS_AHEAD + 1):
        yield today + timedelta(days=offset)


def next_due(
    window: Window,
    now: datetime,
    zone: tzinfo,
    *,
    last_sign: datetime | None,
    passed: datetime | None,
    began: datetime,
    blind: Sequence[Span],
) -> tuple[datetime, datetime] | None:
    """Return when ``window`` next finds that its sign is missing, and its closing time; None: never.

    ``last_sign``: the newest sign that the window accepts; one at or after the opening meets the window.
    ``passed``: the last closing that was looked at. ``began``: since when the hub watches this home; a window
    that was already open is not asked for. A part of the window that the hub did not see is waited for after
    the closing, as long as the home's day lasts: who sleeps at night has not missed the morning.
    """
    for day in days_around(now, zone):
        hours = _hours_on(window, day, zone)
        if hours is None:
            continue
        opens, closes = hours
        is_met = last_sign is not None and last_sign >= opens
        is_past = opens < began or (passed is not None and closes <= passed)
        if not is_met and not is_past and (due := _due(opens, closes, zone, blind)) is not None:
            return due, closes
    return None


def due_on(
    window: Window, day: date, zone: tzinfo, blind: Sequence[Span]
) -> tuple[datetime, datetime, datetime] | None:
    """Return when ``window`` opens and closes on ``day`` of the home, and when a missing sign is found, in UTC.

    None: it is not due that day, or was not watched for so long that it cannot be found before the day is over.
    """
    hours = _hours_on(window, day, zone)
    due = None if hours is None else _due(*hours, zone, blind)
    return None if hours is None or due is None else (*hours, due)


def _hours_on(window: Window, day: date, zone: tzinfo) -> tuple[datetime, datetime] | None:
    if day.weekday() not in window.days:
        return None
    opens, closes = bounds(window.opens, window.closes, day, zone)
    return (opens, closes) if opens < closes else None


def _due(opens: datetime, closes: datetime, zone: tzinfo, blind: Sequence[Span]) -> datetime | None:
    due = after_watching(opens, closes - opens, blind)
    return due if due.astimezone(zone).date() <= closes.astimezone(zone).date() else None


def last_sign(life: Mapping[str, datetime], sign: tuple[str, ...], policy: Policy) -> datetime | None:
    """Return the newest of the signs of ``life`` (by source) that count where ``sign`` is wanted."""
    wanted = set(sign)
    if "any" in wanted:
        return max(life.values(), default=None)
    if "button" in wanted:
        wanted |= {button.id for button in policy.buttons}
    return max((at for source, at in life.items() if source in wanted), default=None)
