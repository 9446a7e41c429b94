"""Scripts for a talk with a modem, and the runner that plays them. Sans IO: time is passed in.

A script is a plain generator that reads top to bottom:

    answer = yield Ask("AT+CPIN?", 5.0)
    if answer.ok:
        yield Pause(1.0)

It yields what to do next and gets what came of it. Each step has an end in time, so nothing
hangs. `Runner` plays one script at a time. A *patient* script (reading, tidying, health) is put
aside between two of its steps when something urgent waits, and resumed afterwards. When the
modem restarts or the port goes away, `TalkEndedError` is thrown into the script where it stands.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from hub.drivers.modem.at import ESCAPE, Event, Final, Grammar, Info, Prompt
from hub.drivers.modem.responses import decode
from hub.errors import DriverError

# A modem lists at most a few hundred texts (500 in the largest memory seen); more lines than this are noise.
ANSWER_LINES_LIMIT = 600

T = TypeVar("T")


class TalkEndedError(DriverError):
    """The conversation ended under the script's feet: the modem restarted, or the port is gone."""


def never() -> bool:
    """No: a pause that lasts its time."""
    return False


@dataclass(frozen=True, slots=True)
class Ask:
    """Send ``command`` and wait for the end of its answer; ``prompts``: or for the prompt that it opens.

    ``gives_way_s``: when something more important comes, its answer is waited for no longer; see `Runner.cut`.
    """

    command: str
    timeout_s: float
    prompts: bool = False
    gives_way_s: float | None = None


# "+CMGS: reference" and OK are one answer of the modem; no modem of the transcripts takes longer between the two.
OK_AFTER_REFERENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Body:
    """Answer the prompt with ``text`` and wait for the end of the command's answer."""

    text: str
    timeout_s: float


@dataclass(frozen=True, slots=True)
class LastBytes:
    """Send the last bytes of what a prompt asked for and wait for the end of the command's answer."""

    data: bytes
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Write:
    """Send bytes that are no command, and go on at once."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Pause:
    """Listen for so long, or until ``until`` holds."""

    seconds: float
    until: Callable[[], bool] = never


Step: TypeAlias = Ask | Body | LastBytes | Write | Pause


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a step. ``final``: the last line, "" if it did not come in time."""

    final: str = ""
    lines: tuple[Info, ...] = ()
    prompted: bool = False

    @property
    def ok(self) -> bool:
        """Whether the modem did what it was asked."""
        return self.final.rstrip() == "OK"

    @property
    def silent(self) -> bool:
        """Whether the modem left the command without an answer."""
        return not self.final and not self.prompted

    def value(self, kind: type[T]) -> T | None:
        """Return the first line that says something of this ``kind``."""
        for info in self.lines:
            value = decode(info.line)
            if isinstance(value, kind):
                return value
        return None

    def words(self) -> str:
        """Return the lines as they came, without their prefixes."""
        return " ".join(info.line.partition(": ")[2] or info.line for info in self.lines)


R = TypeVar("R")
Script: TypeAlias = Generator[Step, Answer, R]


class Runner:
    """Plays scripts, one at a time. The owner gives it events and the time, and takes its bytes.

    ``must_yield``: whether something waits that a patient script should make room for.
    ``failed``: is told the error that ended a script.
    """

    def __init__(self, must_yield: Callable[[], bool], failed: Callable[[DriverError], None]) -> None:
        self.grammar = Grammar()
        self.out = bytearray()
        self.deadline: float | None = None
        self._must_yield = must_yield
        self._failed = failed
        self._script: Script[None] | None = None
        self._step: Step | None = None
        self._entered = 0.0
        self._lines: list[Info] = []
        self._is_patient = False
        self._aside: tuple[Script[None], Step] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no script is being played (one may lie aside)."""
        return self._script is None

    @property
    def has_aside(self) -> bool:
        """Whether a patient script waits to be resumed."""
        return self._aside is not None

    def start(self, script: Script[None], now: float, *, patient: bool = False) -> None:
        """Play ``script``. Only when idle."""
        self._script, self._is_patient = script, patient
        self._advance(None, now)

    def resume(self, now: float) -> None:
        """Take up the script that lies aside, where it stood."""
        if self._aside is not None:
            (self._script, step), self._aside = self._aside, None
            self._is_patient = True
            self._go_on(step, now)

    def hear(self, event: Event, now: float) -> None:
        """Take an event that belongs to the command in flight, or a prompt."""
        if isinstance(event, Info) and len(self._lines) < ANSWER_LINES_LIMIT:
            self._lines.append(event)
            self._hear_reference(event, now)
        elif isinstance(event, Final) and isinstance(self._step, Ask | Body | LastBytes):
            self._advance(Answer(event.line, tuple(self._lines)), now)
        elif isinstance(event, Prompt):
            self._hear_prompt(now)

    def look(self, now: float) -> None:
        """Something changed: a pause may have come to its end."""
        if isinstance(self._step, Pause) and (self._step.until() or self._makes_room()):
            self._end_pause(now)

    def handle_timer(self, now: float) -> None:
        """End the step whose time is up."""
        if self.deadline is None or now < self.deadline:
            return
        if not isinstance(self._step, Pause):  # a pause may stand between the bytes that a prompt asked for
            self.grammar.abandon()
        self._advance(Answer(lines=tuple(self._lines)), now)

    def hurry(self, timeout_s: float) -> None:
        """Wait for the network's answer to a text no longer than this, from when it was handed over."""
        if isinstance(self._step, Body) and self.deadline is not None:
            self.deadline = min(self.deadline, self._entered + timeout_s)

    def cut(self, now: float) -> None:
        """Something more important came: a command that gives way is not waited for much longer."""
        if isinstance(self._step, Ask) and self._step.gives_way_s is not None and self.deadline is not None:
            self.deadline = min(self.deadline, now + self._step.gives_way_s)

    def interrupt(self, reason: str) -> None:
        """End every script where it stands, and forget what was half said."""
        scripts = [self._script, self._aside[0] if self._aside else None]
        self._aside = None
        self._drop()
        self.out.clear()
        self.grammar.abandon()
        for script in scripts:
            if script is not None:
                _throw(script, TalkEndedError(reason))

    def disconnect(self, reason: str) -> None:
        """End every script: the line itself is gone, with all that was on it."""
        self.interrupt(reason)
        self.grammar = Grammar()

    def _hear_reference(self, info: Info, now: float) -> None:
        """The network has the text; should the OK get lost, nobody waits for it as for the network."""
        if isinstance(self._step, Body) and info.line.startswith("+CMGS:") and self.deadline is not None:
            self.deadline = min(self.deadline, now + OK_AFTER_REFERENCE_S)

    def _hear_prompt(self, now: float) -> None:
        if isinstance(self._step, Ask) and self._step.prompts:
            self._advance(Answer(lines=tuple(self._lines), prompted=True), now)
        elif not isinstance(self._step, Body | LastBytes) and not self.out.endswith(ESCAPE):
            # A prompt that comes late would swallow the next command as a message's text.
            self.out += ESCAPE

    def _makes_room(self) -> bool:
        return self._is_patient and self._must_yield()

    def _end_pause(self, now: float) -> None:
        if self._makes_room() and self._script is not None and self._step is not None:
            self._aside = (self._script, self._step)
            self._drop()
        else:
            self._advance(Answer(), now)

    def _advance(self, answer: Answer | None, now: float) -> None:
        """Give the script what came of its step, and take its next one."""
        script = self._script
        if script is None:
            return
        self._step = self.deadline = None
        self._lines = []
        try:
            step = script.send(answer)  # type: ignore[arg-type]  # None starts a generator
        except StopIteration:
            self._drop()
        except DriverError as error:
            self._drop()
            self._failed(error)
        else:
            self._go_on(step, now)

    def _go_on(self, step: Step, now: float) -> None:
        if self._makes_room() and self._script is not None:
            self._aside = (self._script, step)
            self._drop()
            return
        self._step, self._entered = step, now
        if isinstance(step, Write):
            self.out += step.data
            self._advance(Answer(), now)
        elif isinstance(step, Pause):
            self._enter_pause(step, now)
        else:
            self.deadline = now + step.timeout_s
            self.out += self._bytes_of(step)

    def _enter_pause(self, step: Pause, now: float) -> None:
        self.deadline = now + step.seconds
        if step.until():
            self._advance(Answer(), now)

    def _bytes_of(self, step: Ask | Body | LastBytes) -> bytes:
        if isinstance(step, Ask):
            return self.grammar.begin(step.command)
        if isinstance(step, LastBytes):
            return step.data
        return self.grammar.body(step.text)

    def _drop(self) -> None:
        self._script = self._step = self.deadline = None
        self._lines = []


def _throw(script: Script[None], error: TalkEndedError) -> None:
    try:
        script.throw(error)
    except (TalkEndedError, StopIteration):
        return
    script.close()
