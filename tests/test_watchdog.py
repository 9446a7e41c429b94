"""The watchdog: systemd is fed by the deciding thread, and only after an audit that found nothing."""

import logging
import socket
import threading
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from hub.domain.records import Presence, State
from hub.watchdog import FEED_EVERY_S, OVERDUE_AT_MOST, Watchdog, notify
from tests.domain.house import START


@pytest.fixture
def systemd(tmp_path):
    """A real datagram socket, as systemd has."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "n"))
        listening.setblocking(False)
        yield listening


def heard(listening: socket.socket) -> list[bytes]:
    said = []
    while True:
        try:
            said.append(listening.recv(4096))
        except BlockingIOError:
            return said


@dataclass
class Thread:
    alive: bool = True

    def is_alive(self) -> bool:
        return self.alive


@dataclass
class Hours:
    """What the watchdog asks the time of."""

    seconds: float = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self):
        return START + timedelta(seconds=self.seconds)


@pytest.fixture
def hours():
    return Hours()


@pytest.fixture
def modem():
    return Thread()


@pytest.fixture
def watchdog(systemd, hours, modem):
    return Watchdog(
        lambda: [("core", Thread()), ("modem", modem)],
        hours.now,
        tell=lambda message: notify(message, systemd.getsockname()),
        monotonic=hours.monotonic,
    )


def waiting_until(due) -> State:
    return replace(State(), presence=replace(Presence(), until=due))


def test_a_hub_in_order_is_fed_every_ten_seconds_and_not_on_every_turn(watchdog, systemd, hours):
    for _ in range(300):
        watchdog.feed(State())
        hours.seconds += 0.1

    assert heard(systemd) == [b"WATCHDOG=1"] * int(30 / FEED_EVERY_S)


def test_a_dead_thread_is_named_once_and_nothing_is_fed_until_it_lives(watchdog, systemd, hours, modem, caplog):
    caplog.set_level(logging.INFO)
    modem.alive = False
    for _ in range(60):
        watchdog.feed(State())
        hours.seconds += 1.0
    assert heard(systemd) == []
    assert caplog.messages == ["audit: the thread of modem died"]

    modem.alive = True
    watchdog.feed(State())
    assert heard(systemd) == [b"WATCHDOG=1"]
    assert caplog.messages[1:] == ["audit: all is well again"]


def test_a_real_thread_that_ended_is_found():
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()

    assert Watchdog(lambda: [("mqtt", thread)], lambda: START).audit(State()) == ("the thread of mqtt died",)


def test_what_is_long_overdue_means_that_deciding_is_stuck(watchdog, systemd, hours):
    state = waiting_until(START)
    hours.seconds = OVERDUE_AT_MOST.total_seconds()
    watchdog.feed(state)
    assert heard(systemd) == [b"WATCHDOG=1"]

    hours.seconds += FEED_EVERY_S
    watchdog.feed(state)
    assert heard(systemd) == []
    assert watchdog.audit(state) == (f"something is overdue since {START:%H:%M:%S} UTC",)


def test_what_is_due_later_is_no_complaint(watchdog):
    assert watchdog.audit(waiting_until(START + timedelta(days=1))) == ()


def test_systemd_s_abstract_address_is_understood():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("")  # the kernel chooses a free one
        address = "@" + listening.getsockname().decode()[1:]
        listening.setblocking(False)

        assert notify("READY=1", address)
        assert heard(listening) == [b"READY=1"]


def test_the_address_comes_from_the_environment(systemd, monkeypatch):
    monkeypatch.setenv("NOTIFY_SOCKET", systemd.getsockname())

    assert notify("STOPPING=1")
    assert heard(systemd) == [b"STOPPING=1"]


def test_without_systemd_nothing_is_told(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)

    assert not notify("READY=1")


def test_a_socket_where_nobody_listens_is_logged_and_holds_nobody_up(tmp_path, caplog):
    assert not notify("READY=1", str(tmp_path / "gone"))
    assert "systemd does not hear us" in caplog.text
