"""The driver on a real pty: its thread, its port that comes and goes, and how fast it is."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from hub.domain.inputs import (
    DeliveryReported,
    FaultCleared,
    FaultSeen,
    Input,
    LinkChanged,
    SendReported,
    SendState,
    SmsReceived,
)
from hub.drivers.modem.conversation import CHECK_EVERY_S
from hub.drivers.modem.driver import ModemDriver
from hub.drivers.modem.machine import Machine
from hub.drivers.modem.port import has_speeds
from hub.errors import DriverError
from hub.ports import Outgoing
from hub.sim.mobile_network import Reach
from hub.sim.modem import SimulatedModem
from hub.sim.modem_faults import RestartMidSend, SilenceAfterCtrlZ
from hub.sim.pty_modem import PtyModem

ANNA, BEN = "+33612345678", "+33612345679"
SOON_S = 10.0
T = TypeVar("T", bound=Input)


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Home:
    """What the hub sees of one driver."""

    def __init__(self, port: str, **settings: object) -> None:
        self._changed = threading.Condition()
        self.seen: list[Input] = []
        self.at: dict[int, float] = {}
        self.driver = ModemDriver(port, RealClock(), self._post, **settings)  # type: ignore[arg-type]

    def _post(self, seen: Input) -> None:
        with self._changed:
            self.at[len(self.seen)] = time.monotonic()
            self.seen.append(seen)
            self._changed.notify_all()

    def of(self, kind: type[T]) -> list[T]:
        return [seen for seen in self.seen if isinstance(seen, kind)]

    def wait(self, holds: Callable[[], bool], seconds: float = SOON_S) -> None:
        with self._changed:
            assert self._changed.wait_for(holds, seconds), self.seen

    def is_up(self) -> bool:
        changes = self.of(LinkChanged)
        return bool(changes) and changes[-1].up

    def send(self, message: int, *, urgent: bool = True) -> None:
        self.driver.send(Outgoing(message, ANNA, f"ALERTE {message}", urgent, timedelta(hours=1)))

    def states(self, message: int) -> list[SendState]:
        return [seen.state for seen in self.of(SendReported) if seen.message == message]

    def faults(self) -> set[str]:
        standing: set[str] = set()
        for seen in self.seen:
            if isinstance(seen, FaultSeen):
                standing.add(seen.fault)
            elif isinstance(seen, FaultCleared):
                standing.discard(seen.fault)
        return standing


@contextmanager
def home_at(port: str, **settings: object) -> Iterator[Home]:
    home = Home(port, **settings)
    home.driver.start()
    try:
        yield home
    finally:
        home.driver.stop()


@pytest.fixture
def pty(tmp_path: Path) -> Iterator[PtyModem]:
    with PtyModem(SimulatedModem(), tmp_path / "modem") as modem:
        yield modem


@pytest.fixture
def home(pty: PtyModem) -> Iterator[Home]:
    with home_at(pty.port) as home:
        home.wait(home.is_up)
        yield home


def modem_of(pty: PtyModem) -> SimulatedModem:
    assert isinstance(pty.modem, SimulatedModem)
    return pty.modem


def test_a_text_goes_out_and_is_delivered_and_an_answer_comes_in(home: Home, pty: PtyModem) -> None:
    home.send(1)
    home.wait(lambda: bool(home.of(DeliveryReported)))
    modem_of(pty).network.deliver(ANNA, "1 j'arrive")
    home.wait(lambda: bool(home.of(SmsReceived)))

    assert home.states(1) == [SendState.ACCEPTED]
    (text,) = home.of(SmsReceived)
    assert (text.sender, text.text) == (ANNA, "1 j'arrive")
    done = pty.watch(b"AT+CMGD=")
    home.driver.forget(text.key)
    assert done.wait(SOON_S)


def test_an_idle_modem_is_asked_to_send_at_once_and_not_at_its_next_turn(home: Home, pty: PtyModem) -> None:
    spans = []
    for number in range(9):
        home.wait(lambda: len(home.of(SendReported)) == number)  # noqa: B023 -- used before the next round
        time.sleep(0.05)
        watch = pty.watch(b"AT+CMGS=")
        before = time.monotonic_ns()
        home.send(number)
        spans.append((watch.wait(SOON_S) - before) / 1e9)

    # 0.2 ms (bench/alarm_latency.py measures it). One that waited for its turn would take half a turn.
    assert sorted(spans)[len(spans) // 2] < CHECK_EVERY_S / 4


def test_an_alert_hangs_up_on_a_call_and_then_goes(home: Home, pty: PtyModem) -> None:
    pty.modem.network.reach[BEN] = Reach(answers_after_s=0.1)  # type: ignore[attr-defined]
    speaks, hangs_up, texts = pty.watch(b"AT+VTS="), pty.watch(b"AT+CHUP\r"), pty.watch(b"AT+CMGS=")
    home.driver.telephone.send(Outgoing(1, BEN, "", urgent=True, validity=timedelta(hours=1)))
    speaks.wait(SOON_S)
    assert hangs_up.at_ns is None

    home.driver.send(Outgoing(2, ANNA, "ALERTE", urgent=True, validity=timedelta(hours=1), is_alert=True))

    went_at = texts.wait(SOON_S)
    assert hangs_up.at_ns is not None
    assert hangs_up.at_ns < went_at
    home.wait(lambda: bool(home.states(2)))
    assert home.states(1) == [SendState.FAILED]


def test_a_port_that_goes_away_for_four_seconds_carries_the_next_alert_within_ten_of_its_return(
    home: Home, pty: PtyModem
) -> None:
    pty.unplug()
    home.wait(lambda: not home.is_up())
    home.send(1)
    home.wait(lambda: home.states(1) == [SendState.FAILED])
    time.sleep(4.0)
    pty.replug()
    returned = time.monotonic()
    home.wait(home.is_up)
    home.send(2)
    home.wait(lambda: home.states(2) == [SendState.ACCEPTED])

    assert time.monotonic() - returned < 3.0
    assert home.faults() == set()
    assert "modem.absent" not in {fault.fault for fault in home.of(FaultSeen)}


def test_a_modem_that_restarts_in_mid_send_carries_the_next_alert_within_ten_seconds_of_its_return(
    home: Home, pty: PtyModem
) -> None:
    modem_of(pty).suffer(RestartMidSend(silent_s=3.0, times=1))
    home.send(1)
    home.wait(lambda: home.states(1) == [SendState.UNCERTAIN])
    returned = time.monotonic()
    home.wait(home.is_up)
    home.send(2)
    home.wait(lambda: home.states(2) == [SendState.ACCEPTED])

    assert time.monotonic() - returned < 5.0


def test_a_port_that_vanishes_in_mid_send_is_uncertain(home: Home, pty: PtyModem) -> None:
    modem_of(pty).suffer(SilenceAfterCtrlZ(times=1))
    watch = pty.watch(b"\x1a")
    home.send(1)
    watch.wait(SOON_S)
    pty.unplug()
    home.wait(lambda: bool(home.states(1)))

    assert home.states(1) == [SendState.UNCERTAIN]


def test_a_port_that_was_never_there_is_a_fault_at_once_and_is_waited_for(tmp_path: Path) -> None:
    pty = PtyModem(SimulatedModem(), tmp_path / "modem")
    with home_at(str(tmp_path / "modem")) as home:
        home.wait(lambda: "modem.absent" in home.faults())
        home.send(1)
        home.wait(lambda: home.states(1) == [SendState.FAILED])
        assert str(tmp_path / "modem") in home.of(SendReported)[0].reason
        with pty:
            home.wait(home.is_up)
            assert home.faults() == set()


def test_a_name_that_leads_to_another_device_by_now_is_followed(tmp_path: Path) -> None:
    link = tmp_path / "telecare-modem"
    with PtyModem(SimulatedModem()) as first, PtyModem(SimulatedModem("ec25")) as second:
        link.symlink_to(first.port)
        with home_at(str(link)) as home:
            home.wait(home.is_up)
            link.unlink()
            link.symlink_to(second.port)
            home.wait(lambda: not home.is_up())
            home.wait(home.is_up)
            home.send(1)
            home.wait(lambda: home.states(1) == [SendState.ACCEPTED])
            assert modem_of(second).network.sent


def test_a_port_that_another_program_holds_is_told(pty: PtyModem) -> None:
    with home_at(pty.port) as first:
        first.wait(first.is_up)
        with home_at(pty.port) as second:
            second.wait(lambda: "modem.absent" in second.faults())
            (fault,) = second.of(FaultSeen)
            assert fault.detail.startswith("Another program has the modem's port: stop it")


def test_a_port_where_nobody_reads_blocks_nothing(tmp_path: Path) -> None:
    master, slave = os.openpty()
    try:
        with home_at(os.ttyname(slave)) as home:
            home.wait(lambda: bool(home.of(LinkChanged)))
            home.send(1)
            home.wait(lambda: home.states(1) == [SendState.FAILED])
            os.write(master, b"\xff" * 1000)
            assert home.driver.is_alive()
            before = time.monotonic()
            home.driver.stop()
            assert time.monotonic() - before < 2.0
    finally:
        os.close(master)
        os.close(slave)


def test_nothing_is_posted_after_stop(pty: PtyModem) -> None:
    with home_at(pty.port) as home:
        home.wait(home.is_up)
        home.send(1)
        before = time.monotonic()
        home.driver.stop()
        assert time.monotonic() - before < 1.0
        count = len(home.seen)
        home.send(2)
        home.driver.forget("key")
        time.sleep(0.3)

        assert len(home.seen) == count
        assert not home.driver.is_alive()


def test_a_driver_that_was_never_started_can_be_stopped(tmp_path: Path) -> None:
    home = Home(str(tmp_path / "none"))
    home.driver.stop()

    assert not home.driver.is_alive()


def test_a_bug_is_told_as_a_fault_and_the_next_alert_finds_a_modem(home: Home, pty: PtyModem) -> None:
    def bug(machine: Machine) -> None:
        raise RuntimeError("a bug")

    modem_of(pty).suffer(SilenceAfterCtrlZ(times=1))
    watch = pty.watch(b"\x1a")
    home.send(1)
    watch.wait(SOON_S)
    home.driver._keeper.orders.append(bug)
    home.send(3)
    home.wait(lambda: "modem.crashed" in home.faults())
    assert home.states(1) == [SendState.UNCERTAIN]

    home.wait(home.is_up)
    home.wait(lambda: len(home.states(3)) == 1)
    home.wait(lambda: "modem.crashed" not in home.faults())
    home.send(2)
    home.wait(lambda: home.states(2) == [SendState.ACCEPTED])
    assert home.driver.is_alive()


def test_what_a_pin_became_of_is_kept_in_the_data_folder(tmp_path: Path) -> None:
    with PtyModem(SimulatedModem(pin="1234")) as pty, home_at(pty.port, sim_pin="9999", data_dir=tmp_path) as home:
        home.wait(lambda: "sim.pin_wrong" in home.faults())

    assert (tmp_path / "modem-pin.json").stat().st_mode & 0o777 == 0o600


def test_a_profile_that_does_not_exist_is_refused_with_the_names_of_those_that_do() -> None:
    with pytest.raises(DriverError, match="sim7600"):
        ModemDriver("/dev/null", RealClock(), lambda _seen: None, profile="sim9999")


@pytest.mark.parametrize(
    ("name", "answer"), [("/dev/ttyUSB0", True), ("/dev/ttyAMA0", True), ("/dev/ttyACM0", False), ("/dev/pts/3", False)]
)
def test_only_real_serial_lines_have_a_speed(name: str, answer: bool) -> None:
    assert has_speeds(name) is answer
