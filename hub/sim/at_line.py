"""One AT command line, taken apart: the modem's half of V.250's grammar.

Knows how commands are chained (``ATE0V1;+CMEE=1;+CSQ``), what their four forms are and how
arguments are quoted; knows no command's meaning. The hub's own half is `hub.drivers.modem.at`; the two
are kept apart on purpose, or a mistake in one would be believed by the other.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """How a command is asked."""

    RUN = "AT+X"
    READ = "AT+X?"
    TEST = "AT+X=?"
    SET = "AT+X=1"


@dataclass(frozen=True, slots=True)
class Command:
    """``name`` in capitals with its sign ("+CMGS", "E", "&F", "S0"); ``argument`` as it was typed."""

    name: str
    form: Form
    argument: str = ""

    @property
    def fields(self) -> list[str]:
        """The argument, split at commas outside quotes, without its quotes."""
        return [field.strip().strip('"') for field in _FIELD.findall(self.argument)] if self.argument else []

    def number(self, place: int = 0, otherwise: int = 0) -> int:
        """The field at ``place`` as a number; ``otherwise`` when left out. ValueError when it is none."""
        fields = self.fields
        return int(fields[place]) if place < len(fields) and fields[place] else otherwise


class NoCommandError(ValueError):
    """This line starts like a command and is none."""


_FIELD = re.compile(r'(?:^|(?<=,))((?:"[^"]*"?|[^",])*)')
_EXTENDED = re.compile(r"([+^*$%][A-Z][A-Z0-9]*)(=\?|\?|=)?((?:\"[^\"]*\"?|[^\";])*)(?:;|$)", re.IGNORECASE)
_REGISTER = re.compile(r"(S\d+)(\?|=)?(\d*)", re.IGNORECASE)
_DIAL = re.compile(r"D(.*)", re.IGNORECASE)
_BASIC = re.compile(r"(&?[A-Z])(\d*)", re.IGNORECASE)
_FORMS = {"": Form.RUN, "?": Form.READ, "=?": Form.TEST, "=": Form.SET}


def parse(line: str) -> list[Command]:
    """Return the commands of a line, in order, without the leading "AT".

    Raises `NoCommandError` at the first thing that is no command.
    """
    commands: list[Command] = []
    rest = line.strip()
    while rest:
        command, length = _first(rest)
        commands.append(command)
        rest = rest[length:].lstrip(" ;")
    return commands


def _first(text: str) -> tuple[Command, int]:
    for pattern, build in ((_EXTENDED, _extended), (_REGISTER, _extended), (_DIAL, _dial), (_BASIC, _basic)):
        if found := pattern.match(text):
            return build(found), found.end()
    raise NoCommandError(f"no AT command: {text!r}")


def _extended(found: re.Match[str]) -> Command:
    form = _FORMS[found[2] or ""]
    return Command(found[1].upper(), form, found[3].strip() if form is Form.SET else "")


def _dial(found: re.Match[str]) -> Command:
    return Command("D", Form.SET, found[1].strip())


def _basic(found: re.Match[str]) -> Command:
    return Command(found[1].upper(), Form.SET if found[2] else Form.RUN, found[2])
