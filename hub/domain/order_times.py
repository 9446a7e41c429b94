"""Times as people write them in a command: "3j", "24/12 14h", "7h30", "9 pm", "10:00".

Reads the words of `hub.domain.reply_words.respelled`, in which digits, letters and signs stand apart: "7h30" is
"7 h 30". A day comes before its month, as everywhere but in one country.
"""

import re
from datetime import datetime, time, timedelta

_SPANS = {
    **dict.fromkeys(("mn", "min", "mins", "minute", "minutes"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hr", "hrs", "heure", "heures", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("j", "jour", "jours", "d", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("semaine", "semaines", "sem", "w", "week", "weeks"), timedelta(weeks=1)),
}
_SPAN = re.compile(rf"(?:(?:pour|pendant|for) )?(\d{{1,3}}|une?|one|an?) ({'|'.join(_SPANS)})")
_HOURS_AND_MINUTES = re.compile(r"(?:(?:pour|pendant|for) )?(\d{1,2}) h ([0-5]\d)")
_OF_DAY = r"(\d{1,2}) (?:h|heures?|:)(?: (\d{2})(?!\d| (?:/|h|heures?|:)(?!\S)))?"
_OF_HALF_A_DAY = r"(\d{1,2})(?: : (\d{2}))? (am|pm)"
# "2 : 30 pm" begins like "2 : 30"; in "14 h 12 / 3" the 12 is a day, and in "7 h 10 h" the 10 an hour of its own.
_CLOCK = re.compile(rf"(?:a |at )?(?:{_OF_HALF_A_DAY}|{_OF_DAY})(?!\S)")
_DATE = re.compile(r"(?:du |au |from |to |until |jusqu |le |on )*(\d{1,2}) / (\d{1,2})(?: / (\d{4}|\d{2}))?(?!\S)")
# Nobody plans a journey further ahead; and whoever writes 24/12 on 26 December means the next one.
_A_YEAR = 366


def span(words: str) -> timedelta | None:
    """Return the span that ``words`` are, and nothing else: "3 j", "une semaine"; None: they are none."""
    both = _HOURS_AND_MINUTES.fullmatch(words)
    if both is not None:
        return timedelta(hours=int(both[1]), minutes=int(both[2]))
    match = _SPAN.fullmatch(words)
    if match is None:
        return None
    return (int(match[1]) if match[1].isdecimal() else 1) * _SPANS[match[2]]


def clock(words: str) -> tuple[time | None, str]:
    """Return the time of day at the beginning of ``words``, and the words after it; None where there is none."""
    match = _CLOCK.match(words)
    if match is None:
        return None, words
    rest = words[match.end() :].strip()
    hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
    if match[3]:
        # Half a day has twelve hours, and its first is called twelve.
        if not 1 <= hour <= 12:
            return None, words
        hour = hour % 12 + (12 if match[3] == "pm" else 0)
    if hour > 23 or minute > 59:
        return None, words
    return time(hour, minute), rest


def moment(words: str, after: datetime, *, ends: bool) -> tuple[datetime | None, str]:
    """Return the moment at the beginning of ``words`` that comes next ``after``, and the words after it.

    ``after`` is local and aware, and so is what comes back. Where a date has no time of day it is its first minute,
    or its last one if something ``ends`` then. None: no moment stands there.
    """
    date = _DATE.match(words)
    if date is None:
        return None, words
    at, rest = clock(words[date.end() :].strip())
    day, month = int(date[1]), int(date[2])
    for year in (after.year, after.year + 1):
        if date[3] and int(date[3]) % 100 != year % 100:
            continue
        try:
            found = after.replace(year=year, month=month, day=day, fold=0, second=0, microsecond=0)
        except ValueError:
            continue  # 29 February, or 31/11
        at_that_time = at or (time(23, 59) if ends else time(0))
        found = found.replace(hour=at_that_time.hour, minute=at_that_time.minute)
        # Today's date without a time of day is today, though its first minute is over.
        is_today = not ends and at is None and found.date() == after.date()
        if (found > after or is_today) and (found - after).days <= _A_YEAR:
            return found, rest
    return None, words
