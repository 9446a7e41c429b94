"""One language: its templates, and how it writes times, lists and the numbers to call in an emergency.

Knows the form of a language's file (`hub/locales`) and the emergency numbers of countries. Knows nothing
of what the templates say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from tomllib import loads
from typing import Any

# Whom to call: for medical help, and in a fire. The national numbers first; the last one answers foreigners too.
# Sources: the countries' emergency services; for 112 in the Union, directive (EU) 2018/1972, article 109.
EMERGENCY = {
    "AT": (("144", "112"), ("122", "112")),
    "CA": (("911",), ("911",)),
    "CH": (("144", "112"), ("118", "112")),
    "FR": (("15", "112"), ("18", "112")),
    "GB": (("999", "112"), ("999", "112")),
    "IE": (("999", "112"), ("999", "112")),
    "US": (("911",), ("911",)),
}
# 112 reaches help in every mobile network, whatever the country (3GPP TS 22.101, 10.1.1).
ELSEWHERE = (("112",), ("112",))

# The placeholders that come from the country, not from the sender of the words.
FROM_COUNTRY = frozenset({"emergency", "call", "call_fire"})


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language. The defaults serve when no file could be read: bare, and the same everywhere."""

    templates: Mapping[str, str] = field(default_factory=dict)
    time: str = "%H:%M"
    moment: str = "%d/%m %H:%M"  # with the date, when that is not today's
    both: str = ", "  # between the last two of a list: " and "
    either: str = " / "  # between the last two of a choice: " or "
    call: str = "{}"  # a number that one calls: "le 15"
    one_number: bool = False  # name only the number that answers foreigners

    def instant(self, at: datetime, zone: tzinfo, today: datetime | None = None) -> str:
        """Return ``at`` as the home's time of day, with the date when it is not the day of ``today``."""
        try:
            local = _aware(at).astimezone(zone)
            same_day = today is None or local.date() == _aware(today).astimezone(zone).date()
        except OverflowError:  # the first and the last day that datetime knows
            return f"{at:%Y-%m-%d %H:%M}"
        return local.strftime(self.time if same_day else self.moment)

    def numbers_to_call(self, country: str) -> dict[str, str]:
        """Return the values of the placeholders in `FROM_COUNTRY`."""
        medical, fire = (
            numbers[-1:] if self.one_number else numbers for numbers in EMERGENCY.get(country.upper(), ELSEWHERE)
        )
        return {
            "emergency": self.either.join(medical),
            "call": self.either.join(self.call.format(number) for number in medical),
            "call_fire": self.either.join(self.call.format(number) for number in fire),
        }


def read_tongue(text: str) -> Tongue:
    """Return the language written in ``text``, a file of `hub/locales`; ValueError says what is wrong with it."""
    tables: dict[str, Any] = loads(text)
    ways = tables.pop("ways", {})
    templates: dict[str, str] = {}
    for name, table in tables.items():
        if not isinstance(table, dict) or not all(isinstance(words, str) for words in table.values()):
            raise ValueError(f'[{name}] must hold lines such as "alert.panic" = "words"')
        templates |= table
    unknown = sorted(set(ways) - {"time", "moment", "both", "either", "call", "one_number"})
    if unknown:
        raise ValueError(f"[ways] unknown key {unknown[0]!r}")
    return Tongue(templates, **ways)


def span(length: timedelta) -> str:
    """Return ``length`` as "3 h 12 min 4 s", whatever its sign; these units are the same in every language."""
    seconds = abs(round(length.total_seconds()))
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
