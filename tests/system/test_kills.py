"""kill -9 at any moment of an alarm, and a restart: the alarm goes on, and what was answered stays answered.

The moments are chosen, not hoped for: each transaction of the journal, each command the modem hears and each word it
says, and every place in a command's bytes where the cable may have gone dead.
"""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from hub.domain.facts import IncidentAnswered
from hub.errors import ControlError
from hub.sim.mobile_network import SentText
from hub.sim.modem_device import Device, Fault
from hub.sim.modem_wire import Kind, Utterance
from tests.mosquitto import wait_until
from tests.system.world import MARIE, PAUL, World

pytestmark = pytest.mark.system

# From the press to the last text, with a kill and a start of the hub in between: about 2 s. A wave waits 3 min.
WITHIN_S = 20.0
CTRL_Z = b"\x1a"


@dataclass
class Said:
    """The modem says something of this ``kind`` about this command for the ``nth`` time."""

    kind: Kind
    about: str
    nth: int = 1

    def __str__(self) -> str:
        return f"as the modem says {self.kind} to {self.about} ({self.nth})"

    def is_now(self, *, utterance: Utterance | None = None, **_: Any) -> bool:
        return utterance is not None and utterance.kind is self.kind and self.about in _subject(utterance)


@dataclass
class Heard:
    """The modem hears a command for the ``nth`` time, whichever it is."""

    nth: int

    def __str__(self) -> str:
        return f"as the modem hears command {self.nth}"

    def is_now(self, *, line: str | None = None, **_: Any) -> bool:
        return line is not None


@dataclass
class Cut:
    """Of the bytes that hold ``what`` only the first ``kept`` got out (below 0: all but so many)."""

    what: bytes
    kept: int
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.kept} bytes into {'a body' if self.what == CTRL_Z else self.what.decode()} ({self.nth})"

    def is_now(self, *, data: bytes | None = None, **_: Any) -> bool:
        return data is not None and self.what in data


Moment = Said | Heard | Cut


def _subject(utterance: Utterance) -> str:
    return utterance.about or utterance.data.decode("latin-1")


class Killer(Fault):
    """Kills the hub at one moment of an alarm, in the modem's own thread, so that nothing comes between.

    An alarm begins with its first AT+CMGS; before, the hub may still be busy with getting the modem ready, which
    only counts with ``at_once``.
    """

    def __init__(self, kill: Callable[[], None], moment: Moment, *, at_once: bool = False) -> None:
        self._kill = kill
        self._moment = moment
        self._left = moment.nth
        self._has_begun = at_once
        self.has_struck = threading.Event()

    def hear(self, modem: Device, data: bytes) -> bytes:  # noqa: ARG002 -- a hook's shape
        self._has_begun |= b"AT+CMGS" in data
        struck = self._look(data=data)
        return data[: self._moment.kept] if struck and isinstance(self._moment, Cut) else data

    def obey(self, modem: Device, line: str) -> bool:  # noqa: ARG002 -- a hook's shape
        self._look(line=line)
        return True

    def say(self, modem: Device, utterance: Utterance) -> list[Utterance]:  # noqa: ARG002 -- a hook's shape
        self._look(utterance=utterance)
        return [utterance]

    def _look(self, **what: Any) -> bool:
        if not self._has_begun or self.has_struck.is_set() or not self._moment.is_now(**what):
            return False
        self._left -= 1
        if self._left == 0:
            self._kill()
            self.has_struck.set()
            return True
        return False


@pytest.fixture
def world(tmp_path) -> Iterator[World]:
    """A home where Paul answers as soon as Marie has her alert."""
    with World(tmp_path) as home:
        answered = threading.Event()

        def answer(sent: SentText) -> None:
            if sent.number == MARIE and "ALERTE" in sent.text and not answered.is_set():
                answered.set()
                home.network.deliver(PAUL, "1")

        home.network.on_sent.append(answer)
        yield home


def press(world: World) -> None:
    # Killed before it could say "understood": that is what is being tested.
    with contextlib.suppress(ControlError):
        world.press()


def the_alarm_went_on(world: World, pressed_at: float, kills: int = 1) -> None:
    """Everybody was alerted, Paul is on his way and let in, and nobody got more than one text a kill twice."""
    for number in (PAUL, MARIE):
        world.gets(number, "ALERTE", within_s=WITHIN_S)
    world.gets(PAUL, "12 rue des Lilas", within_s=WITHIN_S)
    assert time.monotonic() - pressed_at < WITHIN_S
    (incident,) = world.status()["incidents"]
    assert (incident["state"], incident["answered_by"]) == ("answered", "paul")
    wait_until(world.is_quiet)
    for number in (PAUL, MARIE):
        repeats = Counter(world.texts_to(number)).values()
        assert sum(repeats) - len(repeats) <= kills, world.texts_to(number)
    # However often the SIM was read, the answer was one.
    assert sum(isinstance(fact, IncidentAnswered) for fact in world.journal()) == 1
    wait_until(lambda: not any(store.slots for store in world.modem.memories.values()), WITHIN_S)


MOMENTS = [
    *(Heard(nth) for nth in range(2, 7)),
    *(Said(Kind.PROMPT, "+CMGS", nth) for nth in (1, 2)),
    *(Said(Kind.ANSWER, "+CMGS", nth) for nth in (1, 2, 3)),
    *(Said(Kind.RESULT, "+CMGS", nth) for nth in (1, 2)),
    Said(Kind.UNSOLICITED, "+CMTI"),
    Said(Kind.ANSWER, "+CMGR"),
    Said(Kind.RESULT, "+CMGR"),
    Said(Kind.RESULT, "+CMGD"),
    *(Cut(b"AT+CMGS=", kept) for kept in (0, 5, -1)),
    *(Cut(CTRL_Z, kept) for kept in (0, 41, -1)),
    Cut(CTRL_Z, 100, nth=2),
]


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_a_kill_at_any_word_between_hub_and_modem_loses_nothing_and_repeats_one_text_at_most(world, moment):
    world.start().ready()
    killer = world.modem.suffer(Killer(world.kill, moment))
    pressed_at = time.monotonic()
    press(world)
    assert killer.has_struck.wait(10)
    world.start()

    the_alarm_went_on(world, pressed_at)


@pytest.mark.parametrize(
    ("when", "transaction"),
    [("after", 0), *((when, number) for number in range(1, 7) for when in ("before", "after"))],
)
def test_a_kill_at_any_transaction_of_the_journal_loses_nothing_and_repeats_one_text_at_most(world, when, transaction):
    world.start("tests.system.killed_at", when, str(transaction)).ready()
    pressed_at = time.monotonic()
    press(world)
    wait_until(lambda: world.process.poll() is not None)
    world.start()

    the_alarm_went_on(world, pressed_at)


def test_a_press_that_was_confirmed_is_on_disk(world):
    world.start("tests.system.killed_at", "before", "0").ready()
    with pytest.raises(ControlError):
        world.press()
    assert world.process.wait(10)
    # Nobody was told that it had been heard; the next press is.
    world.start().ready()
    assert not world.status()["incidents"]
    pressed_at = time.monotonic()
    world.press()

    the_alarm_went_on(world, pressed_at)


@pytest.mark.parametrize("second", [1, 4, 20])
def test_a_second_kill_while_the_hub_starts_again_changes_nothing(world, second):
    world.start().ready()
    killer = world.modem.suffer(Killer(world.kill, Said(Kind.ANSWER, "+CMGS")))
    pressed_at = time.monotonic()
    press(world)
    assert killer.has_struck.wait(10)
    killer = world.modem.suffer(Killer(world.kill, Heard(second), at_once=True))
    with contextlib.suppress(AssertionError):  # it may not even have armed
        world.start()
    assert killer.has_struck.wait(10)
    world.start()

    the_alarm_went_on(world, pressed_at, kills=2)


def test_a_kill_while_somebody_is_on_the_way_forgets_nobody(world):
    world.start().ready()
    world.press()
    world.gets(PAUL, "12 rue des Lilas")
    world.gets(MARIE, "Paul y va")
    world.kill()
    world.start().ready()

    assert world.status()["incidents"][0]["answered_by"] == "paul"
    world.network.deliver(PAUL, "9")
    world.gets(MARIE, "Fin d'alerte")
    assert len([text for text in world.texts_to(PAUL) if "ALERTE Mme" in text]) == 1
