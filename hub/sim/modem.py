r"""The far side of the AT protocol, sans IO: the host's bytes in, the modem's bytes out, time passed in.

The same object is the modem of the demo, of the tests (on a real pty by `hub.sim.pty_modem`) and of the
benchmarks, and answers gammu and gammu-smsd as well as the hub. It does what a host can see: echo, command
lines, prompts, final results; what is behind is in `modem_device`, the commands in `modem_commands`,
`modem_messages`, `modem_calls` and `modem_files`, and everything that goes wrong in `modem_faults`.

    modem = SimulatedModem("sim7600")
    modem.receive(b"AT+CSQ\r", now=0.0)
    modem.take_bytes()  # the echo, "+CSQ: 17,99", "OK"
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, TypeVar

from hub.sim import modem_calls, modem_commands, modem_files, modem_messages
from hub.sim.at_line import Command, NoCommandError, parse
from hub.sim.dialects import DIALECTS, Dialect
from hub.sim.mobile_network import MobileNetwork
from hub.sim.modem_commands import Handler, RefusedError, final_of
from hub.sim.modem_device import Device, Fault
from hub.sim.modem_memory import SimCard
from hub.sim.modem_state import Prompt
from hub.sim.modem_wire import Kind

CR, LF, BACKSPACE, CTRL_Z, ESC, NUL = b"\r", b"\n", b"\b", b"\x1a", b"\x1b", b"\0"
# What is typed at one go: a byte that does something, or those between two of them.
_TYPED = re.compile(rb"[\r\n\x08\x1a\x1b\x00]|[^\r\n\x08\x1a\x1b\x00]+")

# The makers take between 400 and 2000 characters; a longer line is an ERROR.
LONGEST_LINE = 1024
# Lines that come while the port is blocked.
WAITING_LINES = 8

HANDLERS: Final[Mapping[str, Handler]] = MappingProxyType(
    {**modem_commands.BASIC, **modem_messages.MESSAGES, **modem_calls.CALLS, **modem_files.FILES}
)
AnyFault = TypeVar("AnyFault", bound=Fault)


class SimulatedModem(Device):
    """A modem that speaks AT. ``receive`` and ``handle_timer`` run it, ``take_bytes`` reads it.

    It starts switched on and registered, unless the SIM wants its PIN; call `restart` to see it boot.
    """

    def __init__(
        self,
        dialect: str | Dialect = "sim7600",
        *,
        pin: str = "",
        iccid: str = "8933010000000000018",
        card: SimCard | None = None,
        network: MobileNetwork | None = None,
        wall_at_zero: datetime = datetime(2026, 1, 1, tzinfo=UTC),
    ) -> None:
        self._line = bytearray()
        self._echo = bytearray()
        self._last_line = ""
        self._waiting_lines: deque[str] = deque(maxlen=WAITING_LINES)
        super().__init__(
            DIALECTS[dialect] if isinstance(dialect, str) else dialect,
            card or SimCard(pin=pin, iccid=iccid),
            network or MobileNetwork(),
            wall_at_zero,
        )

    def suffer(self, fault: AnyFault) -> AnyFault:
        """Let ``fault`` spoil things from now on; of several, the first is nearest to the modem."""
        self.faults.append(fault)
        return fault

    def recover(self, fault: Fault) -> None:
        """Take ``fault`` away again."""
        self.faults.remove(fault)

    @contextmanager
    def suffering(self, *faults: Fault) -> Iterator[None]:
        """Suffer ``faults`` for a while."""
        self.faults.extend(faults)
        try:
            yield
        finally:
            for fault in faults:
                self.recover(fault)

    def forget_settings(self) -> None:
        """Lose the settings, and with them what was typed so far."""
        super().forget_settings()
        self._line.clear()
        self._waiting_lines.clear()

    # The host's bytes

    def receive(self, data: bytes, now: float) -> None:
        """The host wrote ``data``; it has arrived at ``now``."""
        self.handle_timer(now)
        for fault in self.faults:
            data = fault.hear(self, data)
        if not self.is_silent:
            data = modem_files.take_bytes(self, data)
        for piece in _TYPED.findall(data):
            # Asked again after every byte that does something: it may have hung or restarted the modem.
            if self.is_silent:
                self._echo.clear()
                return
            if self.prompt is not None:
                self._type_body(self.prompt, piece)
            else:
                self._type(piece)
        self._flush_echo()

    def _flush_echo(self) -> None:
        if self._echo:
            self.say(Kind.ECHO, self._echo.decode("latin-1"))
            self._echo.clear()

    def _echo_back(self, piece: bytes) -> None:
        if self.settings.echo:
            self._echo.extend(piece)

    def _type(self, piece: bytes) -> None:
        self._echo_back(piece)
        if piece == CR:
            line = self._line.decode("latin-1")
            self._line.clear()
            self._flush_echo()
            self._hear_line(line)
        elif piece == BACKSPACE:
            del self._line[-1:]
        elif piece not in {LF, ESC, NUL}:
            self._line.extend(piece[: LONGEST_LINE + 1 - len(self._line)])

    def _type_body(self, prompt: Prompt, piece: bytes) -> None:
        if piece == ESC:
            self._end_body()
            self.result("OK", "+CMGS")
        elif not prompt.is_open:
            return
        elif piece == CTRL_Z:
            self._echo_back(piece)
            self._end_body()
            modem_messages.take_body(self, prompt)
        else:
            self._echo_back(piece)
            prompt.body.extend(piece[: modem_messages.LONGEST_BODY - len(prompt.body)])

    def _end_body(self) -> None:
        self._flush_echo()
        self.prompt = None

    # Its command lines

    def _hear_line(self, line: str) -> None:
        if self.now < self.blocked_until:
            self._waiting_lines.append(line)
            self.after(self.blocked_until - self.now, self._hear_waiting_line)
            return
        start = line.upper().find("A")
        if line[start:].upper().startswith("A/"):
            line = self._last_line
        if (start := line.upper().find("AT")) < 0:
            return  # noise, as a modem sees it
        self._last_line = line
        if all(fault.obey(self, line[start:]) for fault in self.faults):
            self._obey(line[start + 2 :])

    def _hear_waiting_line(self) -> None:
        if self._waiting_lines:
            self._hear_line(self._waiting_lines.popleft())

    def _obey(self, text: str) -> None:
        lines: list[str] = []
        about = ""
        try:
            for command in _commands(text):
                about = command.name
                if (answer := self._answer(command)) is None:
                    return
                lines += answer
        except RefusedError as refused:
            self.answer(lines, about)
            self.result(final_of(refused, self.settings.error_style), about)
            return
        self.answer(lines, about)
        self.result("OK", about)

    def _answer(self, command: Command) -> list[str] | None:
        handler = HANDLERS.get(command.name) or self._makers_own(command.name)
        if command.name in modem_files.FILES and command.name not in self.dialect.file_commands:
            handler = None
        if handler is None:
            self.result(self.dialect.unknown_command, command.name)
            return None
        try:
            return handler(self, command)
        except ValueError as wrong:
            raise RefusedError(cme=modem_commands.BAD_PARAMETERS) from wrong

    def _makers_own(self, name: str) -> Handler | None:
        if name in self.dialect.iccid_answers:
            return modem_commands.iccid
        if name in self.dialect.tries_answers:
            return modem_commands.tries_left
        return modem_commands.keep if name[0] == "S" else None


def _commands(text: str) -> list[Command]:
    if len(text) > LONGEST_LINE:
        raise RefusedError
    try:
        return parse(text)
    except NoCommandError as wrong:
        raise RefusedError from wrong
