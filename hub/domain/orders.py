"""Commands by text, read (BEHAVIOUR 6): "ABSENT 3j", "away 24/12 14h 2/1 18h", "OUI 4821".

Knows the words, and nothing of who may give which command or what it does; that is `hub.domain.texting`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum, auto

from hub.domain import order_times
from hub.domain.reply_shapes import GUARD, HOLIDAY, OVER, SIGNATURE, without_courtesy
from hub.domain.reply_text import own_lines, own_words, plain_words
from hub.domain.reply_words import respelled


class Command(StrEnum):
    """What is asked for."""

    LOG = auto()
    CREDIT = auto()
    AWAY = auto()  # `Order.begins`, `Order.until`
    BACK = auto()
    ON_CALL = auto()  # `Order.name`, `Order.until`
    OFF_CALL = auto()
    HOLIDAY = auto()  # `Order.begins`, `Order.until`
    HOLIDAY_OVER = auto()
    TOMORROW = auto()  # `Order.until`
    WINDOW = auto()  # `Order.name`, `Order.hours`
    CONFIRM = auto()  # `Order.code`
    NEWS = auto()  # `Order.text`


@dataclass(frozen=True, slots=True)
class Order:
    """One command. ``begins`` and ``until`` are aware; ``begins`` is None for what begins at once.

    ``name``: of a person or a window, in plain words (`hub.domain.reply_text.plain_words`). ``hours``: from when until
    when on a day. ``text``: as it was written.
    """

    command: Command
    begins: datetime | None = None
    until: datetime | None = None
    code: str = ""
    name: str = ""
    hours: tuple[time, time] | None = None
    text: str = ""


# Commands that say all by themselves.
_ALONE = {
    Command.LOG: re.compile(r"(?:journal|log)(?: \d{1,2})?"),
    Command.CREDIT: re.compile(r"credit|solde|balance"),
    Command.BACK: re.compile(r"retour|back"),
    Command.OFF_CALL: re.compile(rf"{GUARD} {OVER}"),
    Command.HOLIDAY_OVER: re.compile(rf"{HOLIDAY} {OVER}"),
}
_CONFIRM = re.compile(r"(?:oui|yes) (\d{4})")
_NAME, _HOW_LONG = r"(?:[^\W\d]+ ){1,3}?", r"(?:(?:pour|for|jusqu|until) )?(?:\d|une? |one |an? |au ).*"
_ON_CALL = re.compile(rf"{GUARD} ({_NAME})({_HOW_LONG})")
_WINDOW = re.compile(rf"(?:plage|window) ({_NAME})(?:(?:de|entre|from|between) )?(\d.*)")
# "plage du matin", and "plage de 7h a 9h", which has no name.
_PARTICLES = re.compile(r"^(?:(?:du|de|la|le|the|from|between|entre)(?: |$))+")
_UNTIL = re.compile(r"(?:a|et|to|and) ")
_TO_ALL = re.compile(r"\W*(?P<all>tous|all)\b(?P<mark>\s*[:,!-])?\s*(?P<news>.*)", re.IGNORECASE)
# "tous les jours", "all the best", "tous le monde": no word to all, unless somebody shouts it or sets it apart.
_GOES_ON = re.compile(
    r"(?:les?|la|l|mes|tes|ses|nos|vos|leurs|ces?|ceux|ensemble|the|of|my|our|your|their|these|right)\b"
)
_TOMORROW = re.compile(r"(?:demain|tomorrow) (?:(?:pas |not )?(?:avant|before|by) )?(.+)")
# Whoever says "tomorrow" in the small hours has not been to bed: it is the day that is about to begin.
_DAY_BEGINS = time(5)
_AWAY = re.compile(rf"(?:(?P<own>{HOLIDAY})|absente?|absence|away|sortie|out) (?P<when>.+)")


def read_order(text: str, local: datetime) -> Order | None:
    """Return the command that ``text`` is at ``local`` (aware); None: it is none, or its times are not understood."""
    words = without_courtesy(respelled(own_words(text).words))
    for command, shape in _ALONE.items():
        if shape.fullmatch(words):
            return Order(command)
    if match := _CONFIRM.fullmatch(words):
        return Order(Command.CONFIRM, code=match[1])
    if match := _AWAY.fullmatch(words):
        return _away(Command.HOLIDAY if match["own"] else Command.AWAY, match["when"], local)
    if match := _ON_CALL.fullmatch(words):
        return _on_call(match[1].strip(), match[2], local)
    if match := _TOMORROW.fullmatch(words):
        return _tomorrow(match[1], local)
    if match := _WINDOW.fullmatch(words):
        return _window(match[1].strip(), match[2])
    return _news(text)


def _window(name: str, words: str) -> Order | None:
    """Read "7h30 10h", "7:30 to 10:00": from when until when of a day."""
    name = _PARTICLES.sub("", name)
    opens, rest = order_times.clock(words)
    closes, rest = order_times.clock(_UNTIL.sub("", rest, count=1)) if opens is not None else (None, words)
    if not name or opens is None or closes is None or rest or opens >= closes:
        return None
    return Order(Command.WINDOW, name=name, hours=(opens, closes))


def _tomorrow(words: str, local: datetime) -> Order | None:
    """Read "10h", "10:00", "9 am": by when somebody is expected."""
    at, rest = order_times.clock(words)
    if at is None or rest:
        return None
    day = local.date() if local.time() < _DAY_BEGINS else local.date() + timedelta(days=1)
    return Order(Command.TOMORROW, until=datetime.combine(day, at, local.tzinfo))


def _news(text: str) -> Order | None:
    """Read "TOUS galette dimanche": what follows goes to all as it was written, without a quote or a signature."""
    lines = (line for line in own_lines(text) if not SIGNATURE.fullmatch(respelled(plain_words(line))))
    match = _TO_ALL.match(" ".join(lines))
    if match is None or not match["news"]:
        return None
    is_shouted = match["all"].isupper() and not text.isupper()
    is_meant = is_shouted or match["mark"] or not _GOES_ON.match(plain_words(match["news"]))
    return Order(Command.NEWS, text=match["news"]) if is_meant else None


def _after(local: datetime, lasts: timedelta) -> datetime:
    # Through UTC: arithmetic on local times ignores the change of the clocks, and sixty days would be an hour too long.
    return (local.astimezone(UTC) + lasts).astimezone(local.tzinfo)


def _on_call(name: str, words: str, local: datetime) -> Order | None:
    """Read how long ("2 j"), or until when ("24/12 18h")."""
    lasts = order_times.span(words)
    until, rest = (_after(local, lasts), "") if lasts else order_times.moment(words, local, ends=True)
    return Order(Command.ON_CALL, until=until, name=name) if until is not None and not rest else None


def _away(command: Command, words: str, local: datetime) -> Order | None:
    """Read a span ("3 j"), from when until when ("24/12 14h 2/1 18h"), or until when alone ("2/1 18h")."""
    lasts = order_times.span(words)
    if lasts is not None:
        return Order(command, until=_after(local, lasts)) if lasts > timedelta(0) else None
    first, rest = order_times.moment(words, local, ends=False)
    if first is None:
        return None
    if rest:
        until, rest = order_times.moment(rest, max(first, local), ends=True)
        return Order(command, first, until) if until is not None and not rest else None
    until, _ = order_times.moment(words, local, ends=True)
    return Order(command, until=until)
