"""What a person's text means: one of a few meanings, and never a guess.

A reply is read as a row of known phrases (`reply_words`), numbers and estimates. What the phrases say is
weighed by `_RULES`: the first rule that covers all of them gives the meaning. One word that is not known,
a question mark, or two phrases that no rule puts together, and the reply is `AMBIGUOUS`: the hub asks, once.

Knows the words only. Which incidents are open, who may close one, and what was asked last, the caller knows.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum, auto

from hub.domain.reply_shapes import (
    AUTOMATIC,
    BRUSH_OFF,
    COMMAND,
    EMERGENCY_NUMBERS,
    LANGUAGE,
    LANGUAGE_NAMES,
    SIGNATURE,
    TAPBACK,
    without_courtesy,
    without_names,
)
from hub.domain.reply_text import LONGEST_TEXT, own_words, plain_words
from hub.domain.reply_times import TAKEN, take_spans
from hub.domain.reply_words import CHOICES, KNOWN_WORDS, LONGEST_PHRASE, PHRASES, Mark, respelled


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
    TEST = auto()  # does this telephone work?
    DRILL = auto()  # do all of them?
    LANGUAGE = auto()  # `Reply.language`
    COMMAND = auto()  # shaped like another command of the family's: for `hub.domain.orders`
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
    Mark.CALLED: "emergency",
}
_ENDED = frozenset({Mark.HELPED, Mark.FALSE_ALARM, Mark.CALLED})

# A rule holds when one of ``says`` was said, and nothing but ``says`` and ``beside``. The first that holds
# gives the meaning. None holds for "ok no": which of the two is meant? Nor for "ambulance, sur place": who is there?
_RULES: tuple[tuple[Meaning, frozenset[Mark], frozenset[Mark]], ...] = (
    (Meaning.ANSWER, frozenset({Mark.ANSWER}), _POLITE | {Mark.YES, Mark.CALLED}),
    (Meaning.DECLINE, frozenset({Mark.DECLINE}), _POLITE | {Mark.NO, Mark.EXCUSE, Mark.CALLED}),
    (Meaning.DECLINE, frozenset({Mark.NO}), frozenset({Mark.THANKS, Mark.EXCUSE})),
    (Meaning.ATTEND, frozenset({Mark.ATTEND}), _POLITE | _ENDED | {Mark.YES}),
    (Meaning.CLOSE, frozenset({Mark.CLOSE}), _POLITE | _ENDED | {Mark.YES, Mark.FINE, Mark.ATTEND, Mark.EMERGENCY}),
    (Meaning.OUTCOME, _ENDED | {Mark.EMERGENCY}, _POLITE | {Mark.YES, Mark.FINE}),
    (Meaning.YES, frozenset({Mark.YES}), _POLITE | {Mark.FINE}),
    (Meaning.ACKNOWLEDGE, _POLITE | {Mark.FINE}, frozenset()),
    (Meaning.STOP, frozenset({Mark.STOP}), frozenset({Mark.THANKS})),
    (Meaning.RESUME, frozenset({Mark.RESUME}), frozenset({Mark.THANKS})),
    (Meaning.HELP, frozenset({Mark.HELP, Mark.AIDE}), frozenset({Mark.THANKS})),
    (Meaning.STATUS, frozenset({Mark.STATUS}), frozenset({Mark.THANKS})),
    (Meaning.WHO, frozenset({Mark.WHO}), frozenset({Mark.THANKS})),
    (Meaning.TEST, frozenset({Mark.TEST}), frozenset({Mark.THANKS})),
    (Meaning.DRILL, frozenset({Mark.DRILL}), frozenset({Mark.THANKS})),
)
# These ask the hub something: a question mark takes nothing from them.
_QUESTIONS = frozenset({Meaning.HELP, Meaning.STATUS, Meaning.WHO, Meaning.TEST})
# A meaning that holds for one incident; any other is not helped by a number.
_OF_AN_INCIDENT = frozenset({Meaning.ANSWER, Meaning.DECLINE, Meaning.ATTEND, Meaning.CLOSE, Meaning.OUTCOME})

_FINE = frozenset({Mark.OK, Mark.FINE, Mark.CLOSE})
_GOING_ON = frozenset({Mark.ANSWER, Mark.ATTEND, Mark.CLOSE})

_CUT = " /"  # where a text too long was cut; no phrase knows it


def read_reply(text: str, sender_name: str = "") -> Reply:
    """Return what ``text`` means. Never raises, whatever the text.

    ``sender_name``: people sign their texts; the sender's own name in it changes nothing.
    """
    own = own_words(text)
    # Of a text that is cut, who knows what the rest says.
    words = respelled(own.words) + (_CUT if len(text) > LONGEST_TEXT else "")
    reply = _read(words, plain_words(sender_name))
    return reply if reply.incident is not None else replace(reply, incident=own.quoted_incident)


def _read(words: str, sender_name: str) -> Reply:
    if TAPBACK.match(words):
        return Reply(Meaning.ACKNOWLEDGE)
    said = _listen(words, frozenset(sender_name.split()))
    if AUTOMATIC.search(words) or (BRUSH_OFF.search(words) and not said.phrases & _GOING_ON):
        return Reply(Meaning.AUTOMATIC, asks_help=said.asks_help)
    reply = _weigh(said)
    if reply.meaning in {Meaning.AMBIGUOUS, Meaning.UNKNOWN}:
        whole = _whole_text(words)
        # "TOUS au secours" is no news: a call for help stands in it, whatever the text is besides.
        return replace(whole, asks_help=said.asks_help) if whole is not None else reply
    return reply


def _whole_text(words: str) -> Reply | None:
    """Return what the words mean if they are something only all together."""
    words = without_courtesy(words)
    if words in EMERGENCY_NUMBERS:
        return Reply(Meaning.OUTCOME, incident=int(words), outcome="emergency")
    language = LANGUAGE.fullmatch(words)
    if language:
        return Reply(Meaning.LANGUAGE, language=LANGUAGE_NAMES.get(language[1], language[1]))
    return Reply(Meaning.COMMAND) if COMMAND.fullmatch(words) else None


# --- Listening: words to phrases, numbers and an estimate ---------------------------------------------

# Signs that are neither words nor numbers left over.
_SILENT = frozenset({"?", ":", TAKEN.strip()})
# A number of up to six digits; the "06" of a telephone number is none.
_NUMBER = re.compile(r"[1-9]\d{0,5}")
# "No 27", "n° 27", "#27", "incident 27". A bare "27" says less, and is kept apart.
_INCIDENT = re.compile(r"(?<!\S)(?:no|n|nr|num|numero|number|incident|#) ([1-9]\d{0,5})(?!\S)")


@dataclass(frozen=True, slots=True)
class _Said:
    """The parts of a reply.

    ``named``: incidents after a "No". ``bare``: other numbers that are no choice. ``has_strays``: some of its
    words are not understood.
    """

    phrases: frozenset[Mark]
    choices: frozenset[Mark]
    named: frozenset[int]
    bare: frozenset[int]
    minutes: int | None
    has_strays: bool
    is_question: bool

    @property
    def marks(self) -> frozenset[Mark]:
        return self.phrases | self.choices

    @property
    def incidents(self) -> frozenset[int]:
        return self.named | self.bare

    @property
    def outcomes(self) -> frozenset[str]:
        return frozenset(_OUTCOMES[mark] for mark in self.marks if mark in _OUTCOMES)

    @property
    def says_nothing(self) -> bool:
        return not (self.marks or self.incidents or self.minutes is not None or self.is_question)

    @property
    def asks_help(self) -> bool:
        return bool(self.phrases & {Mark.HELP, Mark.AIDE})


def _listen(words: str, sender_name: frozenset[str]) -> _Said:
    words = without_names(SIGNATURE.sub(TAKEN, words))
    named = _INCIDENT.findall(words)
    words, minutes = take_spans(_INCIDENT.sub(TAKEN, words))
    phrases, rest = _take_phrases(tuple(words.split()))
    numbers = {int(word) for word in rest if _NUMBER.fullmatch(word)}
    understood = sender_name - KNOWN_WORDS | _SILENT
    return _Said(
        phrases=frozenset(phrases) - {Mark.FILLER},
        choices=frozenset(CHOICES[number] for number in numbers if number in CHOICES),
        named=frozenset(int(number) for number in named),
        bare=frozenset(numbers - CHOICES.keys()),
        minutes=minutes,
        has_strays=any(word not in understood and not _NUMBER.fullmatch(word) for word in rest),
        is_question="?" in rest,
    )


def _take_phrases(words: tuple[str, ...]) -> tuple[list[Mark], list[str]]:
    """Take the longest known phrase at each word; return what the phrases say, and the words left over."""
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


# --- Weighing: what was said to one meaning --------------------------------------------------------------


def _weigh(said: _Said) -> Reply:
    meaning = _meaning(said)
    is_clear = meaning not in {Meaning.AMBIGUOUS, Meaning.UNKNOWN}
    return Reply(
        meaning,
        incident=next(iter(said.incidents)) if len(said.incidents) == 1 and not said.has_strays else None,
        minutes=said.minutes if meaning is Meaning.ANSWER else None,
        outcome=next(iter(said.outcomes), None) if is_clear else None,
        bare_ok=_is_bare_ok(said, meaning),
        asks_help=said.asks_help,
    )


def _meaning(said: _Said) -> Meaning:
    if said.says_nothing:
        return Meaning.UNKNOWN
    meanings = (meaning for meaning, says, beside in _RULES if _holds(says, beside, said.marks))
    meaning = next(meanings, Meaning.AMBIGUOUS)
    return Meaning.AMBIGUOUS if _is_unclear(said, meaning) else meaning


def _holds(says: frozenset[Mark], beside: frozenset[Mark], marks: frozenset[Mark]) -> bool:
    return bool(marks & says) and marks <= says | beside


def _is_unclear(said: _Said, meaning: Meaning) -> bool:
    """Whether the reply holds more than its meaning: words not known, a question, a number, a time."""
    return (
        said.has_strays
        or len(said.choices) > 1
        or (said.is_question and meaning not in _QUESTIONS)
        or _has_number_too_many(said, meaning)
        # "Sur place dans 10 min" is not on site yet, and "non, dans 10 min" is not a no.
        or (said.minutes is not None and meaning is not Meaning.ANSWER)
        or len(said.outcomes) > 1
    )


def _has_number_too_many(said: _Said, meaning: Meaning) -> bool:
    if not said.incidents:
        return False
    # "1 27" names an incident; "j'arrive 10" may as well mean minutes.
    return len(said.incidents) > 1 or meaning not in _OF_AN_INCIDENT or bool(said.bare and not said.choices)


def _is_bare_ok(said: _Said, meaning: Meaning) -> bool:
    is_calm = meaning in {Meaning.ACKNOWLEDGE, Meaning.YES, Meaning.CLOSE}
    return is_calm and bool(said.marks & _FINE) and said.marks <= _FINE | {Mark.THANKS, Mark.YES}
