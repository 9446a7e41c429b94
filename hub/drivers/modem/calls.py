"""What the lines about voice calls mean: who rings, how far a call is, which key was pressed.

Pure, as `responses` is, whose table this extends: nothing here calls anybody. A call that is
active may be a voice mail; only a key or a text is an answer.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from hub.drivers.modem.at import prefix_of
from hub.drivers.modem.responses import decode as decode_plain
from hub.drivers.modem.responses import fields_of, unquoted


class CallState(StrEnum):
    """The state of +CLCC, in the order of its numbers."""

    ACTIVE = "active"
    HELD = "held"
    DIALLING = "dialling"
    ALERTING = "alerting"
    RINGING_IN = "ringing_in"
    WAITING = "waiting"
    OVER = "over"  # SIM800 and A76XX tell the end too


_STATES = tuple(CallState)


@dataclass(frozen=True, slots=True)
class Call:
    """One line of +CLCC."""

    index: int
    incoming: bool
    state: CallState
    number: str = ""


@dataclass(frozen=True, slots=True)
class Ringing:
    """Somebody rings here, or has given up (``is_over``); ``number`` is "" where it is not told."""

    number: str = ""
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class CallProgress:
    """A call goes on or ends: the maker's word for it, whether it is over, and whether it was picked up."""

    word: str
    ended: bool
    picked_up: bool = False


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """What was played into the call is at its end."""


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key of the far telephone: 0 to 9, * # or A to D."""

    key: str


def _call(line: str) -> Call:
    fields = fields_of(line)
    number = unquoted(fields[5]) if len(fields) > 5 else ""
    return Call(int(fields[0]), fields[1] == "1", _STATES[int(fields[2])], number)


def _caller(line: str) -> Ringing:
    return Ringing(unquoted(fields_of(line)[0]))


def _key(line: str) -> KeyPressed:
    key = unquoted(fields_of(line)[0]).upper()
    if prefix_of(line) == "+QTONEDET":  # Quectel gives the ASCII code
        key = chr(int(key))
    if not re.fullmatch(r"[0-9A-D*#]", key):
        raise ValueError(line)
    return KeyPressed(key)


def _progress(line: str) -> CallProgress:
    prefix = prefix_of(line)
    return CallProgress(prefix, ended=prefix == "^CEND", picked_up=prefix == "^CONN")


def _playing(line: str) -> SpeechEnded | None:
    return SpeechEnded() if line.endswith("stop") or fields_of(line) == ["0"] else None


_READERS = {
    "+CLCC": _call,
    "+CLIP": _caller,
    "+DTMF": _key,
    "+RXDTMF": _key,
    "^DDTMF": _key,
    "+QTONEDET": _key,
    "^ORIG": _progress,
    "^CONF": _progress,
    "^CONN": _progress,
    "^CEND": _progress,
    "^DSCI": _progress,
    "+AUDIOSTATE": _playing,
    "+WAVSTATE": _playing,
    "+QPSND": _playing,
}
_BARE = re.compile(r"(VOICE CALL: BEGIN|VOICE CALL: END|NO CARRIER|BUSY|NO ANSWER|HANGUP)\b")
_RING = re.compile(r"RING$|\+CRING:")
_MISSED = re.compile(r"MISSED_CALL: \S+ (\S+)")


def decode(line: str) -> object | None:
    """Return the value of ``line``, about a call or not, or None for what the hub does not know."""
    line = line.strip()
    reader = _READERS.get(prefix_of(line))
    if reader is None:
        return _bare(line) or decode_plain(line)
    try:
        return reader(line)
    except (ValueError, IndexError, OverflowError):
        return None


def _bare(line: str) -> object | None:
    if _RING.match(line):
        return Ringing()
    if missed := _MISSED.match(line):
        return Ringing(missed.group(1), is_over=True)
    if found := _BARE.match(line):
        begins = found.group(1) == "VOICE CALL: BEGIN"
        return CallProgress(found.group(1), ended=not begins, picked_up=begins)
    return None
