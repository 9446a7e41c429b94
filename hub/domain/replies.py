"""What a person's text means: one of a few meanings, and never a guess.

A reply is read as a row of known phrases (`reply_words`), numbers and estimates. What the phrases say is
weighed by `_RULES`: the first rule that covers all of them gives the meaning. One word that is not known,
a question mark, or two phrases that no rule puts together, and the reply is `AMBIGUOUS`: the hub asks, once.

Knows the words only. Which incidents are open, who may close one, and what was asked last are the caller's to know.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum, auto

from hub.domain.reply_text import LONGEST_TEXT, OwnWords, own_words, plain_words
from hub.domain.reply_words import (
    AUTOMATIC,
    CHOICES,
    COMMAND,
    EMERGENCY_NUMBERS,
    KNOWN_WORDS,
    LANGUAGE,
    LANGUAGE_NAMES,
    LONGEST_PHRASE,
    PHRASES,
    TAPBACK,
    Mark,
    respelled,
)


class Meaning(StrEnum):
    """What a reply says to the hub."""

    ANSWER = auto()  # I am going
    DECLINE = auto()  # I cannot, or a bare "no"
    ATTEND = auto()  # I am on site
    CLOSE = auto()  # all is well
    OUTCOME = auto()  # how it ended, and nothing else ("false alarm"): `Reply.outcome`
    ACKNOWLEDGE = auto()  # ok, thanks, seen, a thumbs-up, a tapback: not an answer
    YES = auto()  # a bare "yes": agrees to an invitation, but to an alert it is not an answer
    STOP = auto()
    RESUME = auto()
    HELP = auto()  # an alarm from the resident's telephone, a question from any other
    STATUS = auto()
    WHO = auto()
    TEST = auto()
    LANGUAGE = auto()  # `Reply.language`
    COMMAND = auto()  # shaped like another command of the family's: for `hub.domain.commands`
    AUTOMATIC = auto()  # a machine's auto-reply: no meaning
    AMBIGUOUS = auto()  # speaks of the matter, but not clearly: ask, once
    UNKNOWN = auto()  # nothing recognised


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply, read.

    ``incident``: the number it names, or hands back in a quoted alert. ``minutes``: the estimate beside an
    answer. ``outcome``: "helped", "false_alarm" or "emergency", beside a meaning or alone. ``language``: two
    letters, as asked for. ``bare_ok``: says that all is well with the writer and nothing else; from the
    resident's telephone it cancels a warning. ``asks_help``: a call for help stands somewhere in the text,
    whatever else does; from the resident's telephone it raises the alarm.
    """

    meaning: Meaning
    incident: int | None = None
    minutes: int | None = None
    outcome: str | None = None
    language: str | None = None
    bare_ok: bool = False
    asks_help: bool = False


_POLITE = frozenset({Mark.OK, Mark.THANKS})
_OUTCOMES = {
    Mark.HELPED: "helped",
    Mark.AIDE: "helped",
    Mark.FALSE_ALARM: "false_alarm",
    Mark.EMERGENCY: "emergency",
}
_ENDED = frozenset({Mark.HELPED, Mark.FALSE_ALARM, Mark.EMERGENCY})

# A rule holds when one of ``says`` was said, and nothing but ``says`` and ``beside``. In order; the first that
# holds gives the meaning. "ok no" holds to none: which of the two is meant?
_RULES: tuple[tuple[Meaning, frozenset[Mark], frozenset[Mark]], ...] = (
    (Meaning.ANSWER, frozenset({Mark.ANSWER}), _POLITE | {Mark.YES, Mark.EMERGENCY}),
    (Meaning.DECLINE, frozenset({Mark.DECLINE}), _POLITE | {Mark.NO, Mark.EXCUSE}),
    (Meaning.DECLINE, frozenset({Mark.NO}), frozenset({Mark.THANKS, Mark.EXCUSE})),
    (Meaning.CLOSE, frozenset({Mark.CLOSE}), _POLITE | _ENDED | {Mark.YES, Mark.FINE, Mark.ATTEND}),
    (Meaning.ATTEND, frozenset({Mark.ATTEND}), _POLITE | _ENDED | {Mark.YES}),
    (Meaning.OUTCOME, _ENDED, _POLITE | {Mark.YES, Mark.FINE}),
    (Meaning.YES, frozenset({Mark.YES}), _POLITE | {Mark.FINE}),
    (Meaning.ACKNOWLEDGE, _POLITE | {Mark.FINE}, frozenset()),
    (Meaning.STOP, frozenset({Mark.STOP}), frozenset({Mark.THANKS})),
    (Meaning.RESUME, frozenset({Mark.RESUME}), frozenset({Mark.THANKS})),
    (Meaning.HELP, frozenset({Mark.HELP, Mark.AIDE}), frozenset({Mark.THANKS})),
    (Meaning.STATUS, frozenset({Mark.STATUS}), frozenset({Mark.THANKS})),
    (Meaning.WHO, frozenset({Mark.WHO}), frozenset({Mark.THANKS})),
    (Meaning.TEST, frozenset({Mark.TEST}), frozenset({Mark.THANKS})),
)
# These ask the hub something: a question mark takes nothing from them.
_QUESTIONS = frozenset({Meaning.HELP, Meaning.STATUS, Meaning.WHO, Meaning.TEST})
# A meaning that holds for one incident; any other is not helped by a number.
_OF_AN_INCIDENT = frozenset({Meaning.ANSWER, Meaning.DECLINE, Meaning.ATTEND, Meaning.CLOSE, Meaning.OUTCOME})

_FINE = frozenset({Mark.OK, Mark.FINE, Mark.CLOSE})
_GOING_ON = frozenset({Mark.ANSWER, Mark.ATTEND, Mark.CLOSE})


def read_reply(text: str, sender_name: str = "") -> Reply:
    """Return what ``text`` means. Never raises, whatever the text.

    ``sender_name``: people sign their texts; the sender's own name in it changes nothing.
    """
    own = own_words(text)
    if TAPBACK.match(own.words):
        return Reply(Meaning.ACKNOWLEDGE, own.quoted_incident)
    said = _listen(own.words, sender_name)
    if len(text) > LONGEST_TEXT:
        said = replace(said, strays=said.strays + 1)  # who knows what stood in the rest
    if AUTOMATIC.search(" ".join(respelled(own.words))) and not said.phrases & _GOING_ON:
        return Reply(Meaning.AUTOMATIC, asks_help=said.asks_help)
    reply = _weigh(said)
    if reply.meaning in {Meaning.AMBIGUOUS, Meaning.UNKNOWN}:
        reply = _command(own) or reply
    return reply if reply.incident is not None else replace(reply, incident=own.quoted_incident)


def _command(own: OwnWords) -> Reply | None:
    language = LANGUAGE.fullmatch(own.words)
    if language:
        name = language[1]
        return Reply(Meaning.LANGUAGE, language=LANGUAGE_NAMES.get(name, name))
    return Reply(Meaning.COMMAND) if COMMAND.fullmatch(own.words) else None


# --- Listening: words to phrases, numbers and an estimate ---------------------------------------------


@dataclass(frozen=True, slots=True)
class _Said:
    """The parts of a reply. ``strays``: how many of its words and numbers are not understood."""

    phrases: frozenset[Mark]
    choices: frozenset[Mark]
    incidents: frozenset[int]
    minutes: int | None
    strays: int
    is_question: bool

    @property
    def marks(self) -> frozenset[Mark]:
        return self.phrases | self.choices

    @property
    def asks_help(self) -> bool:
        return bool(self.phrases & {Mark.HELP, Mark.AIDE})


def _listen(words: str, sender_name: str) -> _Said:
    words, named = _take_incidents(words)
    words, estimates = _take_estimates(words)
    phrases, rest = _take_phrases(respelled(words))
    numbers = {int(word) for word in rest if _NUMBER.fullmatch(word)}
    names = frozenset(plain_words(sender_name).split()) - KNOWN_WORDS
    strays = [word for word in rest if word not in names | {"?", "#", ":"} and not _NUMBER.fullmatch(word)]
    return _Said(
        phrases=frozenset(phrases) - {Mark.FILLER},
        choices=frozenset(CHOICES[number] for number in numbers if number in CHOICES),
        incidents=frozenset(named | numbers - CHOICES.keys()),
        minutes=max(estimates, default=None),
        strays=len(strays),
        is_question="?" in rest,
    )


# A number of up to six digits; "06 12" is part of a telephone number.
_NUMBER = re.compile(r"0|[1-9]\d{0,5}")
# "No 27", "n° 27", "#27", "incident 27". A bare "27" is looked at later.
_INCIDENT = re.compile(r"(?<!\S)(?:no|n|nr|num|numero|number|incident|#) ([1-9]\d{0,5})(?!\S)")


def _take_incidents(words: str) -> tuple[str, set[int]]:
    return _INCIDENT.sub(" ", words), {int(number) for number in _INCIDENT.findall(words)}


def _take_phrases(words: tuple[str, ...]) -> tuple[list[Mark], list[str]]:
    """Take the longest known phrase at each word, from left to right; return what they say, and the other words."""
    marks: list[Mark] = []
    rest: list[str] = []
    start = 0
    while start < len(words):
        length = _phrase_length(words, start)
        if length:
            marks.append(PHRASES[words[start : start + length]])
        else:
            rest.append(words[start])
        start += length or 1
    return marks, rest


def _phrase_length(words: tuple[str, ...], start: int) -> int:
    longest = min(LONGEST_PHRASE, len(words) - start)
    return next((length for length in range(longest, 0, -1) if words[start : start + length] in PHRASES), 0)


# --- Estimates: "dans 10 min", "1/2h", "une demi-heure" ------------------------------------------------

_MINUTE_WORDS = {
    "un": 1, "une": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4,
    "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8, "eight": 8, "dix": 10, "ten": 10,
    "quinze": 15, "fifteen": 15, "vingt": 20, "twenty": 20, "trente": 30, "thirty": 30, "quarante": 40, "forty": 40,
}  # fmt: skip
_FRACTIONS = {
    "1 / 4": 15, "un quart": 15, "quart": 15, "a quarter": 15, "quarter": 15,
    "1 / 2": 30, "une demi": 30, "une demie": 30, "une 1 / 2": 30, "demi": 30, "demie": 30, "half": 30, "a half": 30,
    "3 / 4": 45, "trois quarts": 45, "trois quart": 45, "three quarters": 45, "une": 60, "an": 60, "one": 60,
}  # fmt: skip
# Whoever needs longer than this is not on the way; such a time is not understood.
_LONGEST_ESTIMATE = 12 * 60  # minutes

_IN = r"(?:dans|d ici|sous|en|in|within)"
_ABOUT = r"(?:(?:environ|about|around|maximum|maxi|max|moins d e?|moins de|less than|under|a peu pres|les) )?"
_LEAD = rf"(?<!\S)(?:{_IN} )?{_ABOUT}"
_N = rf"(\d{{1,3}}|{'|'.join(_MINUTE_WORDS)})"
_OR = r"(?:a|ou|or|to|/)"
_MINUTES = r"(?:minutes?|mins?|mns?|mnt)(?!\S)"
_HOURS = r"(?:heures?|hours?|hrs?|h)(?!\S)"


def _value(number: str) -> int:
    return int(number) if number.isdecimal() else _MINUTE_WORDS[number]


# Each way to name a span, and how many minutes it is. In order: what one has taken, the next no longer sees.
_SPANS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], int]], ...] = (
    (
        re.compile(rf"{_LEAD}({'|'.join(sorted(_FRACTIONS, key=len, reverse=True))})(?: (?:d|of an|an|of))* {_HOURS}"),
        lambda match: _FRACTIONS[match[1]],
    ),
    # "dans 10 a 15 min", "5 ou 10 min": the later of the two.
    (re.compile(rf"{_LEAD}{_N} {_OR} {_N} {_MINUTES}"), lambda match: _value(match[2])),
    # "dans 5-10 min"; without "dans", "1, 10 min" is a choice and an estimate.
    (re.compile(rf"(?<!\S){_IN} {_ABOUT}{_N} {_N} {_MINUTES}"), lambda match: _value(match[2])),
    (re.compile(rf"{_LEAD}{_N} {_MINUTES}"), lambda match: _value(match[1])),
    (
        re.compile(rf"(?<!\S){_IN} {_ABOUT}{_N} {_HOURS}(?: (\d\d)(?!\S))?"),
        lambda match: 60 * _value(match[1]) + int(match[2] or 0),
    ),
    # "in 10", as people say; not "in 10 days", nor "in 14:30".
    (re.compile(rf"(?<!\S){_IN} {_ABOUT}(\d{{1,3}})(?!\S| [\d:/]| {_HOURS})"), lambda match: int(match[1])),
)
# "14h30", "14:30", "1h": a time of day, which the words alone cannot place. Nothing in it is a choice.
_TIME_OF_DAY = re.compile(rf"(?<!\S)\d+ (?:: \d\d|(?:{_HOURS}|am(?!\S)|pm(?!\S))(?: \d\d(?!\S))?)")
_NOT_UNDERSTOOD = " / "


def _take_estimates(words: str) -> tuple[str, list[int]]:
    estimates: list[int] = []
    for span, minutes in _SPANS:
        estimates += map(minutes, span.finditer(words))
        words = span.sub(" ", words)
    if max(estimates, default=0) > _LONGEST_ESTIMATE:
        words += _NOT_UNDERSTOOD
    return _TIME_OF_DAY.sub(_NOT_UNDERSTOOD, words), estimates


# --- Weighing: what was said to one meaning --------------------------------------------------------------


def _weigh(said: _Said) -> Reply:
    meaning = _meaning(said)
    outcomes = {_OUTCOMES[mark] for mark in said.marks if mark in _OUTCOMES}
    incident = next(iter(said.incidents)) if len(said.incidents) == 1 else None
    if meaning is Meaning.AMBIGUOUS and not outcomes and _is_emergency_number(said):
        meaning, outcomes = Meaning.OUTCOME, {"emergency"}
    return Reply(
        meaning,
        incident=incident,
        minutes=said.minutes if meaning is Meaning.ANSWER else None,
        outcome=outcomes.pop() if meaning not in {Meaning.AMBIGUOUS, Meaning.UNKNOWN} and len(outcomes) == 1 else None,
        bare_ok=_is_bare_ok(said, meaning),
        asks_help=said.asks_help,
    )


def _meaning(said: _Said) -> Meaning:
    if not (said.marks or said.incidents or said.minutes is not None):
        return Meaning.AMBIGUOUS if said.is_question and not said.strays else Meaning.UNKNOWN
    meaning = next((meaning for meaning, says, beside in _RULES if _holds(says, beside, said.marks)), Meaning.AMBIGUOUS)
    return Meaning.AMBIGUOUS if _is_unclear(said, meaning) else meaning


def _holds(says: frozenset[Mark], beside: frozenset[Mark], marks: frozenset[Mark]) -> bool:
    return bool(marks & says) and marks <= says | beside


def _is_unclear(said: _Said, meaning: Meaning) -> bool:
    """Whether the reply holds more than its meaning: words not known, a question, a number too many, a time."""
    return (
        said.strays > 0
        or (said.is_question and meaning not in _QUESTIONS)
        or len(said.incidents) > 1
        or (bool(said.incidents) and meaning not in _OF_AN_INCIDENT)
        # "Sur place dans 10 min" is not on site yet, and "non, dans 10 min" is not a no.
        or (said.minutes is not None and meaning is not Meaning.ANSWER)
        or len(said.marks & _ENDED) > 1
    )


def _is_emergency_number(said: _Said) -> bool:
    return not said.marks and said.incidents <= EMERGENCY_NUMBERS and len(said.incidents) == 1 and not _is_doubted(said)


def _is_doubted(said: _Said) -> bool:
    return said.strays > 0 or said.is_question or said.minutes is not None


def _is_bare_ok(said: _Said, meaning: Meaning) -> bool:
    is_calm = meaning in {Meaning.ACKNOWLEDGE, Meaning.YES, Meaning.CLOSE}
    return is_calm and bool(said.marks & _FINE) and said.marks <= _FINE | {Mark.THANKS, Mark.YES}
