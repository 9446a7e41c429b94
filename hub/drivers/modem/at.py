"""AT commands, sans IO: bytes in, events out; commands in, bytes out.

Knows the grammar of 3GPP TS 27.005 / 27.007 and the liberties that modems take with it: echoes
that come late, blank lines, prompts without a space, lines nobody asked for in the middle of an
answer. Knows nothing of ports, threads or time, and nothing of what the lines mean (`responses`
does).

One command is in flight at a time. Events are read one by one (`next_event`), so that the owner
may begin the next command before the bytes that follow are looked at: where the bytes were cut
makes no difference. Everything else a modem may say is bounded and harmless.
"""

import re
from collections import deque
from dataclasses import dataclass
from typing import TypeAlias

# The longest lines of use are USSD answers in UCS-2 (182 characters, four digits each) and PDUs (352 digits).
# A longer line is noise, and is dropped whole.
LINE_LIMIT = 2048
# Echoes come late, never more than a few commands late.
ECHOES_REMEMBERED = 8
# "AT" and "AT+X" may end a line of anything.
SHORT_COMMAND = 4
# A USSD menu may span lines inside its quotes; a lost quote must not swallow the rest of the day.
JOINED_LINES_LIMIT = 16

CTRL_Z = b"\x1a"
# Leaves a prompt without sending; CR ends whatever else stood on the line. Harmless at any other moment.
ESCAPE = b"\x1b\r"

OK = "OK"
_FINALS = frozenset({OK, "ERROR", "COMMAND NOT SUPPORT", "TOO MANY PARAMETERS"})
_CALL_RESULTS = frozenset({"NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE", "NO DIAL TONE"})
# "+CME ERROR: " with nothing behind it is seen, and ends a command; without the space it is a torn line.
_ERROR = re.compile(r"\+CM[ES] ERROR:(?: |\d)")

# The modem starts anew, whatever it was doing.
_RESTARTS = re.compile(
    r"RDY|START|\^SYSSTART|\*ATREADY: ?1"
    r"|(?:NORMAL|UNDER-VOLTAGE|OVER-VOLTAGE|OVER-TEMPERATURE) POWER DOWN|POWERED DOWN"
)
# It has come up, or its SIM has. Alone they are no proof of a restart: a SIM put back says the same.
_READINESS = frozenset(
    {"Call Ready", "SMS Ready", "SMS DONE", "PB DONE", "APP RDY", "+QIND: SMS DONE", "+QIND: PB DONE"}
)

_PREFIX = re.compile(r"[+^*$%&][A-Z][A-Z0-9_]*(?=:|$)")
_BARE_UNSOLICITED = re.compile(r"RING$|VOICE CALL: |MISSED_CALL: |DST: |HANGUP: |(?:UNDER|OVER)-VOLTAGE WARN")
_WITH_PAYLOAD_ASKED = frozenset({"+CMGR", "+CMGL"})
_WITH_PAYLOAD_UNASKED = frozenset({"+CMT", "+CDS", "+CBM"})
_WITH_LONG_TEXT = "+CUSD"

# Quectel asks for the bytes of a file with a word in place of ">".
_DATA_PROMPT, _ASKS_FOR_DATA = "CONNECT", "AT+QFUPL="

_BLANKS = re.compile(rb"[\r\n \x00\x1a\x1b]+")
_LINE_END = re.compile(rb"[\r\n]")
_NOISE = b"\x00\x1a\x1b"


@dataclass(frozen=True, slots=True)
class Final:
    """The last line of the answer to the command in flight."""

    line: str


@dataclass(frozen=True, slots=True)
class Info:
    """A line of the answer to the command in flight, with the PDU that follows a +CMGR: or +CMGL:."""

    line: str
    payload: str | None = None


@dataclass(frozen=True, slots=True)
class Unsolicited:
    """A line nobody asked for, with the PDU that follows a +CMT:, +CDS: or +CBM:."""

    line: str
    payload: str | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """The modem waits for the text of a message, or the bytes of a file."""


@dataclass(frozen=True, slots=True)
class Booted:
    """A line of a modem that starts. ``restarted``: sure; else it may only be its SIM that came back."""

    line: str
    restarted: bool


@dataclass(frozen=True, slots=True)
class Echoed:
    """The modem repeats the command ``line``. Long after ATE0 that means it restarted unheard."""

    line: str


Event: TypeAlias = Final | Info | Unsolicited | Prompt | Booted | Echoed


def is_final(line: str) -> bool:
    """Whether ``line``, a whole line, can end the answer to some command."""
    bare = line.rstrip()
    return bare in _FINALS or bare in _CALL_RESULTS or _ERROR.match(line) is not None


def is_error(line: str) -> bool:
    """Whether ``line`` ends an answer, and not well."""
    return is_final(line) and line.rstrip() != OK


def prefix_of(line: str) -> str:
    """Return what stands before the colon of ``+CREG: 1``; "" for a line without such a prefix."""
    found = _PREFIX.match(line)
    return found.group() if found else ""


def _ends_with_echo(line: str, sent: str) -> bool:
    """Whether the modem repeats ``sent``; noise before it on the line does not hide that."""
    return line == sent or (len(sent) > SHORT_COMMAND and sent.startswith("AT") and line.endswith(sent))


class Grammar:
    """Reads what one modem says, knowing what it was just asked."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._skipping = False  # the rest of a line longer than any line may be
        self._prompted = False  # this line's ">" was seen
        self._events: deque[Event] = deque()
        self._command: str | None = None
        self._asked = ""
        self._echoes: deque[str] = deque(maxlen=ECHOES_REMEMBERED)
        self._header: Info | Unsolicited | None = None
        self._open_text: list[str] = []
        self._owes_ok = False

    @property
    def in_flight(self) -> str | None:
        """The command whose answer is awaited."""
        return self._command

    def begin(self, command: str) -> bytes:
        """Return the bytes of ``command``; what comes from now on is read as its answer."""
        self._command = command
        self._asked = prefix_of(command[2:].partition("=")[0].rstrip("?"))
        self._owes_ok = False
        self._echoes.append(command)
        return command.encode("latin-1", "replace") + b"\r"

    def body(self, text: str) -> bytes:
        """Return the bytes that answer a prompt with ``text``; its command stays in flight."""
        self._echoes.append(text)
        return text.encode("latin-1", "replace") + CTRL_Z

    def abandon(self) -> None:
        """Stop waiting for the answer to the command in flight; if it comes, nobody asked for it."""
        self._command = None
        self._asked = ""

    def feed(self, data: bytes) -> None:
        """Take bytes as the port gave them; `next_event` reads them."""
        self._bytes += data

    def next_event(self) -> Event | None:
        """Return what was said next, or None when more bytes are needed."""
        while not self._events:
            token = self._next_token()
            if token is None:
                return None
            if isinstance(token, Prompt):
                self._events.append(token)
            else:
                self._take(token)
        return self._events.popleft()

    # Bytes to lines

    def _next_token(self) -> str | Prompt | None:
        while True:
            self._drop_blanks()
            if self._bytes[:1] == b">" and not self._prompted and not self._skipping:
                del self._bytes[:1]
                self._prompted = True
                return Prompt()
            line = self._cut_line()
            if line is None or line:
                return line

    def _drop_blanks(self) -> None:
        blanks = _BLANKS.match(self._bytes)
        if blanks is None or self._skipping:
            return
        if b"\n" in blanks.group() or b"\r" in blanks.group():
            self._prompted = False
        del self._bytes[: blanks.end()]

    def _cut_line(self) -> str | None:
        """Return the next whole line, "" for one that was dropped, None if none is whole yet."""
        end = _LINE_END.search(self._bytes)
        length = end.start() if end else len(self._bytes)
        line = "" if self._skipping or length > LINE_LIMIT else _text(self._bytes[:length])
        if end is None:
            if self._skipping or length > LINE_LIMIT:
                self._bytes.clear()
                self._skipping = True
            return None
        del self._bytes[: end.end()]
        self._skipping = self._prompted = False
        return line

    # Lines to events

    def _take(self, line: str) -> None:
        if self._open_text and not self._breaks_text(line):
            self._continue_text(line)
        elif self._header is not None and not _stands_alone(line):
            self._events.append(type(self._header)(self._header.line, line))
            self._header = None
        else:
            self._flush()
            self._tell(line)

    def _breaks_text(self, line: str) -> bool:
        return _is_boot(line) or (self._command is not None and is_final(line))

    def _tell(self, line: str) -> None:
        echo = next((sent for sent in self._echoes if _ends_with_echo(line, sent)), None)
        if echo is not None:
            self._echo(echo)
        elif line == _DATA_PROMPT and self._command is not None and self._command.startswith(_ASKS_FOR_DATA):
            self._events.append(Prompt())
        elif _is_boot(line):
            self._events.append(Booted(line, _RESTARTS.fullmatch(line) is not None))
        elif is_final(line) and self._ends_command(line):
            self._end(line)
        elif is_final(line) or _BARE_UNSOLICITED.match(line):
            self._events.append(Unsolicited(line))
        else:
            self._hold_or_tell(line)

    def _ends_command(self, line: str) -> bool:
        if self._command is None:
            return False
        # A call that ends while a text is on its way says NO CARRIER too: that is not the text's answer.
        return line.rstrip() not in _CALL_RESULTS or self._command == "AT" or self._command[:3] in {"ATD", "ATA", "ATH"}

    def _end(self, line: str) -> None:
        if self._owes_ok and line.rstrip() == OK:
            self._owes_ok = False
            return
        self.abandon()
        self._events.append(Final(line))

    def _echo(self, line: str) -> None:
        if line.startswith("AT"):
            self._events.append(Echoed(line))

    def _hold_or_tell(self, line: str) -> None:
        prefix = prefix_of(line)
        asked = self._command is not None and (prefix in {"", self._asked})
        event: Info | Unsolicited = Info(line) if asked else Unsolicited(line)
        # The late answer to a text that was given up: the OK behind it does not answer what is in flight now.
        self._owes_ok = self._owes_ok or (prefix == "+CMGS" and not asked and self._command is not None)
        if prefix in (_WITH_PAYLOAD_ASKED if asked else _WITH_PAYLOAD_UNASKED):
            self._header = event
        elif prefix == _WITH_LONG_TEXT and line.count('"') % 2:
            self._open_text = [line]
        else:
            self._events.append(event)

    def _continue_text(self, line: str) -> None:
        self._open_text.append(line)
        if '"' in line or len(self._open_text) >= JOINED_LINES_LIMIT:
            self._flush()

    def _flush(self) -> None:
        """Tell what was held back for a line to come that did not come."""
        if self._header is not None:
            self._events.append(self._header)
            self._header = None
        if self._open_text:
            text, self._open_text = "\n".join(self._open_text), []
            asked = self._command is not None and self._asked == _WITH_LONG_TEXT
            self._events.append(Info(text) if asked else Unsolicited(text))


def _is_boot(line: str) -> bool:
    return line in _READINESS or _RESTARTS.fullmatch(line) is not None


def _stands_alone(line: str) -> bool:
    """Whether ``line`` can be no PDU: what the modem meant to follow its header did not come."""
    return bool(
        is_final(line) or _is_boot(line) or prefix_of(line) or _BARE_UNSOLICITED.match(line) or line.startswith("AT")
    )


def _text(raw: bytes | bytearray) -> str:
    return raw.translate(None, _NOISE).decode("latin-1")
