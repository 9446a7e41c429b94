"""The forms in which people write time in our TOML files: "10s", "07:00", "mon-fri 07:00-22:00".

Both ways: what is read here can be written back, and is then the same value. Times of day are
the home's; no zone, no clock and no calendar is known here.
"""

import re
from datetime import time, timedelta

from hub.domain.policy import EVERY_DAY, Hours
from hub.errors import FormError
from hub.forms import LONGEST_NAME, Form, matched

UNITS = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "min": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# Nine digits of days are all that a timedelta holds.
_DURATION = re.compile(r"([0-9]{1,9})(ms|s|min|h|d)")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_SPAN = re.compile(r"(\S{5}) ?- ?(\S{5})")


def duration(shortest: str, longest: str, example: str) -> Form[timedelta]:
    """A whole number and a unit, within bounds."""
    low, high = read_duration(shortest), read_duration(longest)

    def read(written: object) -> timedelta:
        span = read_duration(written)
        if not low <= span <= high:
            raise FormError(f'write a duration from "{shortest}" to "{longest}"')
        return span

    return Form(f"duration, {shortest} to {longest}", example, read)


def duration_or_off(shortest: str, longest: str, example: str) -> Form[timedelta | None]:
    """As `duration`; "off" for never."""
    span = duration(shortest, longest, example)

    def read(written: object) -> timedelta | None:
        return None if written == "off" else span.read(written)

    return Form(f'{span.kind}, or "off"', example, read)


def read_duration(written: object) -> timedelta:
    """Read "10s", "3min", "4h", "15d", "50ms"."""
    advice = 'write a whole number and a unit (ms, s, min, h, d) in quotes, such as "10s" or "3min"'
    number, unit = matched(_DURATION, written, advice).groups()
    return int(number) * UNITS[unit]


def write_duration(span: timedelta) -> str:
    """Write ``span``, a whole number of milliseconds, in the largest unit that divides it."""
    for unit, size in UNITS.items():
        if span and not span % size:
            return f"{span // size}{unit}"
    return "0s"


def read_time(written: object) -> time:
    """Read "07:00"; never "24:00", which is no time of day."""
    hour, minute = matched(_TIME, written, 'write a time of day in quotes, "HH:MM", such as "07:00"').groups()
    return time(int(hour), int(minute))


def clock_time(example: str) -> Form[time]:
    """A time of day in the home's zone."""
    return Form("time of day, HH:MM", example, read_time)


def write_time(moment: time) -> str:
    """Write a time of day as "HH:MM"."""
    return f"{moment:%H:%M}"


def _read_span(written: object, advice: str) -> tuple[time, time]:
    """Read "07:00-22:00". "24:00" ends a day, and is midnight of the next."""
    start, until = matched(_SPAN, written, advice).groups()
    return read_time(start), time() if until == "24:00" else read_time(until)


def span_of_day(example: str) -> Form[tuple[time, time]]:
    """Two times of one day, the earlier first."""
    advice = f'write two times of one day, the earlier first, such as "{example}"'

    def read(written: object) -> tuple[time, time]:
        start, until = _read_span(written, advice)
        if not start < until:
            raise FormError(advice)
        return start, until

    return Form("two times of day, HH:MM-HH:MM", example, read)


def span_of_hours(example: str) -> Form[tuple[time, time]]:
    """Two times of day; where the second is the earlier one, it is of the next day."""
    advice = f'write two different times of day, such as "{example}"'

    def read(written: object) -> tuple[time, time]:
        start, until = _read_span(written, advice)
        if start == until:
            raise FormError(advice)
        return start, until

    return Form("two times of day, HH:MM-HH:MM, past midnight too", example, read)


def read_days(written: object) -> frozenset[int]:
    """Read "daily", "mon-fri", "sat,sun"; 0 is Monday."""
    advice = 'write days such as "daily", "mon-fri" or "sat,sun"'
    if written == "daily":
        return EVERY_DAY
    if not isinstance(written, str) or len(written) > LONGEST_NAME:
        raise FormError(advice)
    return frozenset().union(*(_run_of_days(part.strip(" "), advice) for part in written.split(",")))


def _run_of_days(written: str, advice: str) -> frozenset[int]:
    """Read "sat" or "fri-mon"; a run may pass the end of the week."""
    first, dash, last = written.partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        raise FormError(advice)
    start = WEEKDAYS.index(first)
    length = (WEEKDAYS.index(last) - start) % 7 if dash else 0
    return frozenset((start + step) % 7 for step in range(length + 1))


def days(example: str) -> Form[frozenset[int]]:
    """Some weekdays."""
    return Form("days", example, read_days)


def write_days(chosen: frozenset[int]) -> str:
    """Write days one by one; "daily" for all of them."""
    return "daily" if chosen == EVERY_DAY else ",".join(WEEKDAYS[day] for day in sorted(chosen))


def hours(example: str) -> Form[Hours]:
    """Some hours of some days; hours that end before they start run into the next day."""

    def read(written: object) -> Hours:
        advice = f'write days and hours such as "{example}"'
        parts = written.rsplit(" ", 1) if isinstance(written, str) else []
        if len(parts) != 2:
            raise FormError(advice)
        start, until = _read_span(parts[1], advice)
        if start == until != time():
            raise FormError('these hours end when they start; for a whole day write "00:00-24:00"')
        return Hours(read_days(parts[0].strip(" ")), start, until)

    return Form("days and hours", example, read)


def write_hours(some: Hours) -> str:
    """Write hours as "mon-fri 07:00-22:00" has them; midnight at the end as "24:00"."""
    until = "24:00" if some.until == time() else write_time(some.until)
    return f"{write_days(some.days)} {write_time(some.start)}-{until}"
