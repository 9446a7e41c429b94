"""What the core may rely on in any road for texts: the driver on a real pty, and its twin in the house's time."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from hub.domain.inputs import FaultSeen, Input, LinkChanged, SendReported, SendState, SmsReceived
from hub.drivers.modem.driver import ModemDriver
from hub.ports import Outgoing
from hub.sim.mobile_network import MobileNetwork, Reach
from hub.sim.modem import SimulatedModem
from hub.sim.modem_faults import CmsErrors, RestartMidSend
from hub.sim.modem_road import SimulatedPort, SimulatedRoad
from hub.sim.pty_modem import PtyModem
from hub.sim.pty_wire import PtyPort

ANNE, NOBODY = "+33612345678", "+33600000000"
WITHIN_S = 60.0
BEGAN = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)
T = TypeVar("T", bound=Input)


def text(message: int, to: str = ANNE, *, urgent: bool = True) -> Outgoing:
    return Outgoing(message, to, f"ALERTE {message}", urgent, timedelta(hours=1))


class RoadContract:
    """Subclasses give ``road``, stopped, on ``modem``; ``until`` lets time pass, ``plug`` moves its cable."""

    modem: SimulatedModem
    posted: list[Input]

    @pytest.fixture
    def road(self) -> Any:
        raise NotImplementedError

    def until(self, holds: Callable[[], object]) -> None:
        raise NotImplementedError

    def plug(self, *, is_in: bool) -> None:
        raise NotImplementedError

    def of(self, kind: type[T]) -> list[T]:
        return [seen for seen in list(self.posted) if isinstance(seen, kind)]

    def states(self, message: int) -> list[SendState]:
        return [report.state for report in self.of(SendReported) if report.message == message]

    def is_up(self) -> bool:
        return bool(self.of(LinkChanged)) and self.of(LinkChanged)[-1].up

    @pytest.fixture
    def ready(self, road: Any) -> Any:
        road.start()
        self.until(self.is_up)
        return road

    def test_it_is_alive_between_start_and_stop(self, road):
        assert not road.is_alive()
        road.start()
        assert road.is_alive()
        road.stop()
        assert not road.is_alive()

    def test_a_text_is_reported_once_and_is_with_the_network_when_it_is(self, ready):
        ready.send(text(1))
        self.until(lambda: self.states(1))

        assert self.states(1) == [SendState.ACCEPTED]
        assert [(sent.number, sent.text) for sent in self.modem.network.sent] == [(ANNE, "ALERTE 1")]

    def test_a_number_that_does_not_exist_is_a_final_failure_with_its_reason(self, ready):
        self.modem.network.reach[NOBODY] = Reach(refused_with=1)
        ready.send(text(1, NOBODY))
        self.until(lambda: self.states(1))

        (report,) = self.of(SendReported)
        assert (report.state, report.permanent) == (SendState.FAILED, True)
        assert "Unassigned number" in report.reason

    def test_a_refusal_that_may_pass_is_a_passing_failure(self, ready):
        self.modem.suffer(CmsErrors(38, times=1))
        ready.send(text(1))
        self.until(lambda: self.states(1))
        ready.send(text(2))
        self.until(lambda: self.states(2))

        assert not self.of(SendReported)[0].permanent
        assert (self.states(1), self.states(2)) == ([SendState.FAILED], [SendState.ACCEPTED])

    def test_a_restart_in_mid_send_is_uncertain_and_the_road_opens_again(self, ready):
        self.modem.suffer(RestartMidSend(0.5, times=1))
        ready.send(text(1))
        self.until(lambda: self.states(1))

        assert self.states(1) == [SendState.UNCERTAIN]
        self.until(self.is_up)
        ready.send(text(2))
        self.until(lambda: self.states(2) == [SendState.ACCEPTED])

    def test_a_text_that_comes_is_told_and_stays_on_the_sim_until_it_is_forgotten(self, ready):
        self.modem.network.deliver(ANNE, "1")
        self.until(lambda: self.of(SmsReceived))

        (received,) = self.of(SmsReceived)
        assert (received.sender, received.text) == (ANNE, "1")
        assert any(store.slots for store in self.modem.memories.values())
        ready.forget(received.key)
        self.until(lambda: not any(store.slots for store in self.modem.memories.values()))

    def test_what_was_not_forgotten_is_told_by_the_next_one_under_the_same_key(self, ready, another):
        self.modem.network.deliver(ANNE, "1")
        self.until(lambda: self.of(SmsReceived))
        ready.stop()
        another().start()
        self.until(lambda: len(self.of(SmsReceived)) == 2)

        first, second = self.of(SmsReceived)
        assert first.key == second.key

    def test_while_the_port_is_gone_a_text_fails_at_once_and_afterwards_goes(self, ready):
        self.plug(is_in=False)
        self.until(lambda: not self.is_up())
        ready.send(text(1))
        self.until(lambda: self.states(1) == [SendState.FAILED])
        assert not self.of(SendReported)[0].permanent

        self.plug(is_in=True)
        self.until(self.is_up)
        ready.send(text(2))
        self.until(lambda: self.states(2) == [SendState.ACCEPTED])

    def test_a_port_that_is_not_there_is_told_and_does_not_hinder_the_start(self, road):
        self.plug(is_in=False)
        road.start()
        self.until(lambda: self.of(FaultSeen))

        assert self.of(FaultSeen)[0].fault == "modem.absent"
        assert road.is_alive()

    def test_nothing_is_posted_after_the_stop(self, ready):
        ready.send(text(1))
        ready.stop()
        told = len(self.posted)
        ready.send(text(2))
        ready.forget("key")
        self.modem.network.deliver(ANNE, "1")
        self.rest()

        assert len(self.posted) == told

    def rest(self) -> None:
        """Let some time pass."""
        raise NotImplementedError


class TestModemDriver(RoadContract):
    @pytest.fixture
    def another(self, tmp_path) -> Iterator[Callable[[], ModemDriver]]:
        class RealClock:
            def now(self) -> datetime:
                return datetime.now(UTC)

        made: list[ModemDriver] = []

        def make() -> ModemDriver:
            made.append(ModemDriver(self.pty.port, RealClock(), self.posted.append))
            return made[-1]

        self.posted = []
        self.modem = SimulatedModem(network=MobileNetwork(accept_after_s=0.02))
        with PtyModem(self.modem, tmp_path / "modem") as self.pty:
            yield make
            for road in made:
                road.stop()

    @pytest.fixture
    def road(self, another):
        return another()

    def until(self, holds):
        never, end = threading.Event(), time.monotonic() + WITHIN_S
        while not holds():
            assert time.monotonic() < end, self.posted
            never.wait(0.005)

    def plug(self, *, is_in):
        (self.pty.replug if is_in else self.pty.unplug)()

    def rest(self):
        threading.Event().wait(0.3)


class TestSimulatedRoad(RoadContract):
    @pytest.fixture(params=[SimulatedPort, PtyPort])
    def another(self, request) -> Iterator[Callable[[], SimulatedRoad]]:
        self.posted, self.seconds, self.is_in = [], 0.0, True
        self.modem = SimulatedModem(network=MobileNetwork(accept_after_s=0.02))
        house = self

        class HouseClock:
            def now(self) -> datetime:
                return BEGAN + timedelta(seconds=house.seconds)

        def make() -> SimulatedRoad:
            self.current = SimulatedRoad(
                self.modem,
                lambda: self.seconds,
                HouseClock(),
                self.posted.append,
                is_there=lambda: self.is_in,
                open_port=request.param,
            )
            return self.current

        yield make
        self.current.stop()

    @pytest.fixture
    def road(self, another):
        return another()

    def until(self, holds):
        end = self.seconds + WITHIN_S
        self.current.turn()
        while not holds():
            assert self.seconds < end, self.posted
            self._pass(end)

    def _pass(self, end: float) -> None:
        due = self.current.next_time()
        self.seconds = min(max(self.seconds, end if due is None else due), end)
        self.current.turn()

    def plug(self, *, is_in):
        self.is_in = is_in

    def rest(self):
        self._pass(self.seconds + 60)
