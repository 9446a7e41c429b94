"""The watchdog: systemd is fed by the deciding thread, and only after an audit that found nothing."""

import logging
import socket
import threading
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from hub.domain.decide import decide
from hub.domain.facts import FaultRaised, MessageRequested, Purpose, RoadChanged, Words
from hub.domain.inputs import ButtonPressed, Tick
from hub.domain.records import Presence, State
from hub.domain.state import evolve
from hub.watchdog import (
    FEED_EVERY_S,
    HANGS_UNHEARD_S,
    HELD_BACK_AT_MOST,
    OVERDUE_AT_MOST,
    STUCK_AFTER_S,
    Watchdog,
    notify,
)
from tests.domain.house import START, House, accepting, mute
from tests.mosquitto import wait_until
from tests.shell import Bench


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


def test_an_incident_that_is_overdue_is_named(watchdog, hours):
    house = House()
    house.press()
    hours.seconds = OVERDUE_AT_MOST.total_seconds() + 11

    assert watchdog.audit(house.state) == (
        f"incident 10 is overdue since {START + timedelta(seconds=10):%H:%M:%S} UTC",
    )


def test_a_message_that_could_go_and_does_not_is_found(watchdog, hours):
    requested = MessageRequested(START, 1, None, "paul", "sms", "+33600000001", "fr", Purpose.STATUS, Words("closed"))
    held = evolve(evolve(State(), RoadChanged(START, "sms", up=True)), requested)
    hours.seconds = HELD_BACK_AT_MOST.total_seconds()
    assert watchdog.audit(held) == ()

    hours.seconds += 1
    assert watchdog.audit(held) == (f"a message that could go is held back since {START:%H:%M:%S} UTC",)


@pytest.mark.parametrize("why", ["its road is closed", "another is under way", "this number had enough of them"])
def test_a_message_that_waits_for_good_reason_is_no_complaint(watchdog, hours, why):
    house = House(network=mute)
    house.press()
    house.pass_time(seconds=10)
    if why == "its road is closed":
        house.link("sms", up=False)
    elif why == "this number had enough of them":
        house.network = accepting
        for _ in range(8):
            house.text("paul", "comment ?")
            house.text("paul", "1 2 3 ?")
    hours.seconds = 170.0

    assert watchdog.audit(house.state) == ()


def test_a_card_that_hangs_unheard_is_found_and_one_that_is_told_of_is_not(hours):
    busy = [HANGS_UNHEARD_S]
    watchdog = Watchdog(list, hours.now, monotonic=hours.monotonic, journal_busy_s=lambda: busy[0])
    assert watchdog.audit(State()) == ()

    busy[0] += 1
    assert watchdog.audit(State()) == ("the journal has been at one commit for 181 s, and nobody was told",)
    assert watchdog.audit(evolve(State(), FaultRaised(START, "disk.slow", ""))) == ()


def test_a_loop_that_stands_still_is_seen_from_another_thread(hours):
    watchdog = Watchdog(list, hours.now, monotonic=hours.monotonic, turned_at=lambda: 0.0)
    hours.seconds = STUCK_AFTER_S
    assert watchdog.audit(State()) == ()

    hours.seconds += 1
    assert watchdog.audit(State()) == ("the loop has not turned for 31 s",)


def test_a_frozen_core_feeds_systemd_no_more(tmp_path, systemd):
    """The real loop on a thread of its own, frozen in the middle of a decision, as a bug or a dead lock would."""
    frozen, go_on = threading.Event(), threading.Event()

    def rules(state, seen, policy):
        if isinstance(seen, ButtonPressed):
            frozen.set()
            go_on.wait()
        return decide(state, seen, policy)

    with Bench(tmp_path, rules=rules) as hub:
        moments = iter(range(0, 10**9, int(FEED_EVERY_S)))
        watchdog = Watchdog(
            list,
            hub.clock.now,
            tell=lambda message: notify(message, systemd.getsockname()),
            monotonic=lambda: float(next(moments)),
        )
        hub.loop._each_turn = watchdog.feed
        thread = threading.Thread(target=hub.loop.run)
        thread.start()
        wait_until(lambda: heard(systemd))
        hub.inbox.post(ButtonPressed(hub.now, "salon"))
        assert frozen.wait(10)
        heard(systemd)
        hub.inbox.post(Tick(hub.now))
        stood = Watchdog(list, hub.clock.now, turned_at=lambda: hub.loop.turned_at - 60.0)
        assert not go_on.wait(0.2)
        assert heard(systemd) == []
        assert "the loop has not turned" in stood.audit(hub.state)[0]

        go_on.set()
        wait_until(lambda: heard(systemd))
        hub.loop.stop()
        thread.join(10)


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
