"""The machine on a port, in a time turned by hand: opened, written, lost, opened again, and what is told of it."""

import errno
import os
import socket
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from modem_bench import outgoing

from hub.domain.inputs import FaultCleared, FaultSeen, Input, LinkChanged, SendReported, SendState
from hub.drivers.modem.conversation import Conversation, Order
from hub.drivers.modem.machine import Machine
from hub.drivers.modem.remedies import Remedy

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PORT = "/dev/telecare-modem"


class WiredPort:
    """A port whose far side is a list; ``trouble`` is raised by whatever is done next."""

    def __init__(self) -> None:
        self.near, self.far = socket.socketpair()
        self.near.setblocking(False)
        self.written: list[tuple[bytes, int]] = []
        self.trouble: OSError | None = None
        self.checks = 0
        self.is_open = True

    def fileno(self) -> int:
        return self.near.fileno()

    def read(self) -> bytes:
        self._fail()
        return self.near.recv(4096)

    def write(self, data: bytes, speed: int) -> None:
        self._fail()
        self.written.append((data, speed))

    def check(self) -> None:
        self.checks += 1
        self._fail()

    def close(self) -> None:
        self.is_open = False

    def _fail(self) -> None:
        if self.trouble is not None:
            raise self.trouble


class Talk:
    """A conversation with its port, its orders and what it posted."""

    def __init__(self, *, wired: tuple[Remedy, ...] = ()) -> None:
        self.now = 1000.0
        self.posted: list[Input] = []
        self.orders: deque[Order] = deque()
        self.switched: list[Remedy] = []
        self.opened: list[tuple[float, str, int]] = []
        self.ports: list[WiredPort] = []
        self.cannot_open: OSError | None = None
        self.machine = Machine(lambda: NOON + timedelta(seconds=self.now), speeds=(9600,), wired=wired)
        self.conversation = Conversation(
            PORT,
            self.machine,
            self.posted.append,
            self.orders,
            switch=self.switched.append,
            open_port=self._open,
            monotonic=lambda: self.now,
        )

    def _open(self, name: str, speed: int) -> WiredPort:
        self.opened.append((self.now, name, speed))
        if self.cannot_open is not None:
            raise self.cannot_open
        self.ports.append(WiredPort())
        return self.ports[-1]

    @property
    def port(self) -> WiredPort:
        return self.ports[-1]

    def turn(self, *, heard: bool = False) -> "Talk":
        self.conversation.begin_turn()
        self.conversation.end_turn(heard=heard)
        return self

    def at(self, second: float, *, heard: bool = False) -> "Talk":
        """A turn so many seconds after the beginning."""
        self.now = 1000.0 + second
        return self.turn(heard=heard)

    def until(self, second: float) -> "Talk":
        """Let turns come when they are due."""
        while self.conversation.next_time() <= 1000.0 + second:
            self.now = max(self.now, self.conversation.next_time())
            self.turn()
        self.now = 1000.0 + second
        return self

    def link(self) -> LinkChanged | None:
        changes = [seen for seen in self.posted if isinstance(seen, LinkChanged)]
        return changes[-1] if changes else None

    def refusal(self) -> str:
        """Why a text is refused just now."""
        self.orders.append(lambda machine: machine.send(outgoing(1), self.now))
        self.turn()
        return next(seen.reason for seen in reversed(self.posted) if isinstance(seen, SendReported))

    def faults(self, code: str) -> list[str]:
        return [seen.detail for seen in self.posted if isinstance(seen, FaultSeen) and seen.fault == code]


@pytest.fixture
def talk() -> Iterator[Talk]:
    talk = Talk()
    yield talk
    for port in talk.ports:
        port.near.close()
        port.far.close()


# Opening


def test_the_first_turn_opens_the_port_at_the_machine_s_speed_and_begins_to_talk(talk: Talk) -> None:
    talk.conversation.begin_turn()

    assert talk.opened == [(1000.0, PORT, 9600)]
    assert talk.port.written == [(b"\x1b\r", 9600)]


def test_what_is_due_is_said_in_its_own_turn(talk: Talk) -> None:
    talk.turn()
    assert talk.conversation.next_time() == 1000.1  # between ESC and the first AT
    talk.now = 1000.1
    talk.conversation.end_turn(heard=False)

    assert [data for data, _ in talk.port.written] == [b"\x1b\r", b"AT\r"]


def test_before_its_time_nothing_is_said(talk: Talk) -> None:
    talk.turn().at(0.09)

    assert [data for data, _ in talk.port.written] == [b"\x1b\r"]


def test_a_port_that_is_missing_is_told_at_the_first_look_and_tried_every_second(talk: Talk) -> None:
    talk.cannot_open = FileNotFoundError(errno.ENOENT, "No such file or directory")
    talk.until(3.0)

    assert [at - 1000.0 for at, _, _ in talk.opened] == [0.0, 1.0, 2.0, 3.0]
    why = "/dev/telecare-modem cannot be opened: No such file or directory"
    assert talk.faults("modem.absent") == [f"Is the modem plugged in and powered, and is [modem] port right? {why}"]
    link = talk.link()
    assert link is not None
    assert (link.up, link.detail) == (False, why)


def test_that_it_is_missing_stands_in_the_log_once(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    talk.cannot_open = FileNotFoundError(errno.ENOENT, "No such file or directory")
    talk.until(5.0)

    assert len([line for line in caplog.messages if "cannot be opened" in line]) == 1


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.EACCES, "dialout"), (errno.EBUSY, "Another program"), (errno.EAGAIN, "Another program")],
)
def test_what_is_to_be_done_depends_on_why_it_cannot_be_opened(talk: Talk, number: int, remedy: str) -> None:
    talk.cannot_open = OSError(number, os.strerror(number))
    talk.turn()

    assert remedy in talk.faults("modem.absent")[0]


def test_an_error_that_has_no_number_is_told_in_its_own_words(talk: Talk) -> None:
    talk.cannot_open = OSError("no such thing")
    talk.turn()

    assert talk.faults("modem.absent")[0].endswith(
        "plugged in and powered, and is [modem] port right? /dev/telecare-modem cannot be opened: no such thing"
    )


def test_a_port_that_comes_is_used_and_the_fault_taken_back(talk: Talk) -> None:
    talk.cannot_open = FileNotFoundError(errno.ENOENT, "No such file or directory")
    talk.until(1.5)
    talk.cannot_open = None
    talk.until(2.0)

    assert FaultCleared(NOON + timedelta(seconds=1002.0), "modem.absent") in talk.posted
    assert talk.port.written[0][0] == b"\x1b\r"


# Losing it


def test_a_port_that_goes_is_let_go_of_told_and_opened_again_after_a_quarter_of_a_second(talk: Talk) -> None:
    talk.turn()
    lost = talk.port
    lost.trouble = OSError(errno.EIO, "Input/output error")
    talk.at(0.05, heard=True)
    assert not lost.is_open
    assert talk.refusal() == "the modem's port is gone (Input/output error)"

    talk.until(5.0)
    assert [round(at - 1000.0, 2) for at, _, _ in talk.opened] == [0.0, 0.3]
    assert talk.port.written[0][0] == b"\x1b\r"
    assert talk.faults("modem.absent") == []


def test_a_port_that_cannot_be_written_is_lost(talk: Talk) -> None:
    talk.turn()
    lost = talk.port
    lost.trouble = OSError(errno.EIO, "Input/output error")
    talk.at(0.1)

    assert not lost.is_open


def test_an_open_port_is_asked_once_a_second_whether_its_name_still_leads_to_it(talk: Talk) -> None:
    talk.turn().at(0.5).at(0.99)
    assert talk.port.checks == 0
    talk.at(1.0).at(1.5)
    assert talk.port.checks == 1

    talk.port.trouble = OSError(errno.ENODEV, "No such device")
    lost = talk.port
    talk.at(2.0)
    assert not lost.is_open


def test_a_modem_that_restarts_is_away_for_seconds_and_only_after_six_is_that_a_fault(talk: Talk) -> None:
    talk.turn()
    talk.port.trouble = OSError(errno.EIO, "Input/output error")
    talk.at(1.0)
    talk.cannot_open = FileNotFoundError(errno.ENOENT, "No such file or directory")
    talk.until(6.9)
    assert talk.faults("modem.absent") == []

    talk.until(7.5)
    assert len(talk.faults("modem.absent")) == 1


def test_each_absence_is_measured_by_itself(talk: Talk) -> None:
    gone = OSError(errno.EIO, "Input/output error")
    for second in (1.0, 10.0):
        talk.until(second)
        talk.port.trouble = gone
        talk.until(second + 2)
        talk.cannot_open = FileNotFoundError(errno.ENOENT, "No such file or directory")
        talk.port.trouble = gone
        talk.until(second + 5)
        talk.cannot_open = None

    assert talk.faults("modem.absent") == []


def test_bytes_are_heard_and_nothing_to_read_is_no_trouble(talk: Talk) -> None:
    talk.turn().at(0.1)
    talk.port.far.sendall(b"\r\nOK\r\n")
    talk.at(0.2, heard=True).at(0.3, heard=True)

    assert talk.machine.situation.bytes_heard == 6
    assert talk.port.is_open


def test_a_modem_that_stops_answering_has_its_port_closed_and_opened(talk: Talk) -> None:
    talk.turn()
    talk.machine.wants_reopen = True
    lost = talk.port
    talk.at(0.05)
    assert not lost.is_open
    assert talk.refusal() == "the modem's port is gone (the modem stopped answering)"

    talk.until(1.0)
    assert len(talk.ports) == 2


def test_closing_lets_go_of_the_port_once_and_is_no_loss(talk: Talk) -> None:
    talk.turn()
    posted = list(talk.posted)
    talk.conversation.close()
    talk.conversation.close()

    assert not talk.port.is_open
    assert talk.posted == posted


# Orders, remedies, waiting


def test_orders_are_done_in_their_order_at_the_next_turn(talk: Talk) -> None:
    talk.turn()
    done: list[int] = []
    talk.orders.extend([lambda _: done.append(1), lambda _: done.append(2)])
    assert talk.conversation.next_time() == 0.0
    talk.turn()

    assert done == [1, 2]
    assert talk.conversation.next_time() > 0.0


def test_a_text_for_a_modem_that_is_not_there_fails_in_the_same_turn(talk: Talk) -> None:
    talk.cannot_open = FileNotFoundError(errno.ENOENT, "No such file or directory")
    talk.turn()
    talk.orders.append(lambda machine: machine.send(outgoing(1), talk.now))
    talk.turn()

    assert [seen.state for seen in talk.posted if isinstance(seen, SendReported)] == [SendState.FAILED]


def test_what_is_to_be_done_to_the_power_is_handed_on_once() -> None:
    talk = Talk(wired=(Remedy.SUPPLY,))
    talk.cannot_open = FileNotFoundError(errno.ENOENT, "No such file or directory")
    talk.until(91.0)

    assert talk.switched == [Remedy.SUPPLY]


def test_a_turn_ends_with_an_order_with_a_byte_and_with_a_time(talk: Talk) -> None:
    wake, waker = socket.socketpair()
    wake.setblocking(False)
    with wake, waker:
        talk.turn()
        waker.send(b"\0")
        talk.conversation.turn(wake)
        with pytest.raises(BlockingIOError):
            wake.recv(1)
        assert talk.machine.situation.bytes_heard == 0

        talk.port.far.sendall(b"\r\n")
        talk.conversation.turn(wake)
        assert talk.machine.situation.bytes_heard == 2

        talk.now = 1000.1
        talk.conversation.turn(wake)
        assert talk.port.written[-1][0] == b"AT\r"

        talk.now = 1500.0  # what is overdue is not waited for
        talk.conversation.turn(wake)
        assert len(talk.port.written) > 2


def test_without_a_port_only_orders_and_times_are_waited_for(talk: Talk) -> None:
    talk.cannot_open = FileNotFoundError(errno.ENOENT, "No such file or directory")
    talk.turn()
    assert talk.conversation.next_time() == 1001.0
    wake, waker = socket.socketpair()
    wake.setblocking(False)
    with wake, waker:
        waker.send(b"\0")
        talk.conversation.turn(wake)

    assert len(talk.opened) == 1
