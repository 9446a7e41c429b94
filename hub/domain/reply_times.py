"""How long somebody says they need: "dans 10 min", "1/2h", "une demi-heure", "in 5".

Knows spans in French and English. A time of day ("à 15h") is not a span: the words alone cannot tell
how far off it is, so it counts as a word not understood.
"""

import re
from collections.abc import Callable

# What is left where a span stood, so that the words on both sides do not become neighbours.
TAKEN = " | "
# Stands for a time that has no meaning here; no phrase knows it.
_NOT_UNDERSTOOD = " / "

# Whoever needs longer than this is not on the way.
_LONGEST_SPAN = 12 * 60  # minutes

_NUMBERS = {
    "un": 1, "une": 1, "a": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4,
    "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8, "eight": 8, "dix": 10, "ten": 10,
    "quinze": 15, "fifteen": 15, "vingt": 20, "twenty": 20, "trente": 30, "thirty": 30,
    "quarante": 40, "forty": 40,
}  # fmt: skip
_HOURS_IN_MINUTES = {
    "1 / 4": 15, "un quart": 15, "quart": 15, "a quarter": 15, "quarter": 15,
    "1 / 2": 30, "une demi": 30, "une demie": 30, "une 1 / 2": 30, "demi": 30, "demie": 30,
    "half": 30, "a half": 30, "3 / 4": 45, "trois quarts": 45, "trois quart": 45, "three quarters": 45,
    "une": 60, "an": 60, "one": 60,
}  # fmt: skip

_IN = r"(?:dans|d ici|sous|en|in|within)"
_ABOUT = r"(?:(?:environ|about|around|maximum|maxi|max|moins de|moins d|less than|under|a peu pres|les) )?"
_LEAD = rf"(?<!\S)(?:{_IN} )?{_ABOUT}"
_N = rf"(\d{{1,3}}|{'|'.join(_NUMBERS)})"
_OR = r"(?:a|ou|or|to|/)"
_MINUTES = r"(?:minutes?|mins?|mns?|mnt)(?!\S)"
_HOURS = r"(?:heures?|hours?|hrs?|h)(?!\S)"
_PART_OF_HOUR = rf"({'|'.join(sorted(_HOURS_IN_MINUTES, key=len, reverse=True))})(?: (?:d|of|an)){{0,2}} {_HOURS}"


def _value(number: str) -> int:
    return int(number) if number.isdecimal() else _NUMBERS[number]


# Each way to name a span, and its minutes. In this order: what one has taken, the next no longer sees.
_SPANS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], int]], ...] = (
    (re.compile(_LEAD + _PART_OF_HOUR), lambda match: _HOURS_IN_MINUTES[match[1]]),
    # "dans 10 a 15 min", "5 ou 10 min": the later of the two.
    (re.compile(rf"{_LEAD}{_N} {_OR} {_N} {_MINUTES}"), lambda match: _value(match[2])),
    # "dans 5-10 min"; but "1, 10 min", without "dans", is a choice and an estimate.
    (re.compile(rf"(?<!\S){_IN} {_ABOUT}{_N} {_N} {_MINUTES}"), lambda match: _value(match[2])),
    (re.compile(rf"{_LEAD}{_N} {_MINUTES}"), lambda match: _value(match[1])),
    (
        re.compile(rf"(?<!\S){_IN} {_ABOUT}{_N} {_HOURS}(?: (\d\d)(?!\S))?"),
        lambda match: 60 * _value(match[1]) + int(match[2] or 0),
    ),
    # "in 10", as people say; not the "in 14" of "in 14:30" or "in 14 h".
    (re.compile(rf"(?<!\S){_IN} {_ABOUT}(\d{{1,3}})(?!\S| [\d:/]| {_HOURS})"), lambda match: int(match[1])),
)
_TIME_OF_DAY = re.compile(rf"(?<!\S)\d+ (?:: \d\d|(?:{_HOURS}|am(?!\S)|pm(?!\S))(?: \d\d(?!\S))?)")


def take_spans(words: str) -> tuple[str, int | None]:
    """Return ``words`` without the spans of time in them, and the longest of these in minutes, if any."""
    spans: list[int] = []
    for pattern, minutes in _SPANS:
        spans += map(minutes, pattern.finditer(words))
        words = pattern.sub(TAKEN, words)
    longest = max(spans, default=None)
    if longest is not None and longest > _LONGEST_SPAN:
        words += _NOT_UNDERSTOOD
    return _TIME_OF_DAY.sub(_NOT_UNDERSTOOD, words), longest
