"""The pages' words in the reader's language, and how that language writes times.

Words are gettext's: English in the code and the templates, French in `translations` (docs/adr/0031). Which language:
what this person chose, else what the browser asks for, else the hub's. Times are the home's.
"""

import gettext as gnu
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from pathlib import Path

from flask import g
from markupsafe import Markup

LANGUAGES = {"fr": "Français", "en": "English"}
DOMAIN = "pages"
FOLDER = Path(__file__).parent / "translations"

# More than all pages have; what is typed never comes here.
SENTENCES = 4096

_BEFORE_A_SIGN = re.compile(r" (?=[;:?!»])|(?<=«) ")

_DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_SHORT_DAYS = {
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


@cache
def catalogue(language: str) -> gnu.NullTranslations:
    """Return the words of ``language``; English where it has none."""
    return gnu.translation(DOMAIN, FOLDER, [language], fallback=True)


def gettext(message: str) -> str:
    """Return ``message`` as the reader of this page reads it."""
    return catalogue(g.language).gettext(message)


def in_template(message: str, **values: object) -> Markup:
    """Return ``message`` for a template, ``values`` escaped: as Jinja's own way does, in a third of its time.

    A page of people says two hundred words. As with Jinja a per cent sign is written twice.
    """
    return _marked(g.language, message) % values if values or "%" in message else _marked(g.language, message)


@lru_cache(maxsize=SENTENCES)
def _marked(language: str, message: str) -> Markup:
    return Markup(catalogue(language).gettext(message))  # noqa: S704 -- our own words, in code and catalogues


def ngettext(singular: str, plural: str, number: int) -> str:
    """As `gettext`, for so many."""
    return catalogue(g.language).ngettext(singular, plural, number)


def chosen(wanted: Iterable[str], instead: str) -> str:
    """Return the first of ``wanted`` ("fr-BE", "en") that there is, else ``instead``."""
    plain = (each.lower().partition("-")[0] for each in wanted)
    return next((each for each in plain if each in LANGUAGES), instead)


def clock(at: datetime, zone: tzinfo) -> str:
    """Return "14 h 20" (which no line breaks), "14:20"."""
    return hour(at.astimezone(zone).time())


def hour(local: time) -> str:
    """Return a time of day as `clock` does."""
    french = f"{local.hour}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{local.minute:02}"
    return french if g.language == "fr" else f"{local:%H:%M}"


def day_name(weekday: int, *, short: bool = False) -> str:
    """Return "lundi" for 0."""
    return (_SHORT_DAYS if short else _DAYS)[g.language][weekday]


def day(local: date, *, short: bool = True) -> str:
    """Return "lun. 16/11"."""
    return f"{day_name(local.weekday(), short=short)} {local:%d/%m}"


def moment(at: datetime, zone: tzinfo, now: datetime) -> str:
    """Return the time of day, with the day when that is not today's."""
    local = at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return clock(at, zone)
    return f"{day(local.date())} {clock(at, zone)}"


def degrees(celsius: float) -> str:
    """Return "19,5 °C", "19.5 °C", on one line; never "-0,0"."""
    written = f"{round(celsius, 1) + 0.0:.1f}"
    return f"{written.replace('.', ',') if g.language == 'fr' else written}\N{NO-BREAK SPACE}°C"


def decimal(number: float, digits: int = 1) -> str:
    """Return "12,3", "12.3"."""
    written = f"{number:.{digits}f}"
    return written.replace(".", ",") if g.language == "fr" else written


def unbroken(text: str) -> str:
    """Keep French signs on the line of their word: sentences of the log are plain text, for terminals."""
    return _BEFORE_A_SIGN.sub("\N{NO-BREAK SPACE}", text) if g.language == "fr" else text


def span(length: timedelta, *, whole: bool = False) -> str:
    """Return "4 min", "2 h 05", "3 j": as people say it; with ``whole`` "25 h", where no minutes are left."""
    minutes = max(int(length.total_seconds() // 60), 0)
    if minutes < 1:
        return gettext("less than a minute")
    if minutes < 60:
        return f"{minutes}\N{NO-BREAK SPACE}min"
    if whole and minutes < 48 * 60 and minutes % 60 == 0:
        return f"{minutes // 60}\N{NO-BREAK SPACE}h"
    if minutes < 48 * 60:
        return f"{minutes // 60}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{minutes % 60:02}"
    return ngettext("%d day", "%d days", minutes // 1440) % (minutes // 1440)


def timer(length: timedelta) -> str:
    """Return "25 s", "3 min 25 s", and as `span` does from an hour on."""
    minutes, seconds = divmod(max(int(length.total_seconds()), 0), 60)
    if minutes >= 60:
        return span(length)
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"


def days_in_words(days: frozenset[int]) -> str:
    """Return "every day", "Monday to Friday", "Saturday, Sunday"."""
    ordered = sorted(days)
    if len(ordered) == 7:
        return gettext("every day")
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return gettext("%(first)s to %(last)s") % {"first": day_name(ordered[0]), "last": day_name(ordered[-1])}
    return ", ".join(map(day_name, ordered))
