"""What the core may rely on in any telephone: the driver on a real pty, and its twin in the house's time."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from hub.domain.inputs import Input, KeyHeard, LinkChanged, SendReported, SendState
from hub.drivers.modem.driver import ModemDriver
from hub.drivers.modem.rendering import name_of
from hub.drivers.modem.routine import Pace
from hub.ports import Outgoing
from hub.sim.mobile_network import MobileNetwork, Reach
from hub.sim.modem import SimulatedModem
from hub.sim.modem_calls import press_key
from hub.sim.modem_road import SimulatedRoad
from hub.sim.pty_modem import PtyModem

ANNE = "+33612345678"
WITHIN_S = 60.0
BEGAN = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)
FIRST, BYE = "Tapez 1.", "Merci."
PACE = Pace(phrases_after_s=0.0)
T = TypeVar("T", bound=Input)


def call(message: int, text: str = FIRST, *, to: str = ANNE) -> Outgoing:
    return Outgoing(message, to, text, urgent=True, validity=timedelta(hours=1), language="fr", is_alert=True)


class TelephoneContract:
    """Subclasses give ``road``, stopped, on ``modem``; ``until`` lets time pass, ``plug`` moves its cable."""

    modem: SimulatedModem
    posted: list[Input]

    def until(self, holds: Callable[[], object]) -> None:
        raise NotImplementedError

    def plug(self, *, is_in: bool) -> None:
        raise NotImplementedError

    def rest(self) -> None:
        """Let some time pass."""
        raise NotImplementedError

    def of(self, kind: type[T]) -> list[T]:
        return [seen for seen in list(self.posted) if isinstance(seen, kind)]

    def verdicts(self, message: int) -> list[tuple[SendState, bool]]:
        return [(seen.state, seen.permanent) for seen in self.of(SendReported) if seen.message == message]

    def is_up(self) -> bool:
        changes = [seen.up for seen in self.of(LinkChanged) if seen.link == "call"]
        return bool(changes) and changes[-1]

    def is_talking(self) -> bool:
        return self.modem.call is not None and self.modem.call.state == 0

    def keys(self) -> list[tuple[int, str]]:
        return [(seen.message, seen.key) for seen in self.of(KeyHeard)]

    @pytest.fixture
    def ready(self, road: Any) -> Any:
        road.start()
        self.until(self.is_up)
        return road

    def phone(self, **does: Any) -> None:
        self.modem.network.reach[ANNE] = Reach(**does)

    def test_a_key_is_told_once_and_the_report_comes_when_the_call_is_over(self, ready):
        self.phone(answers_after_s=0.2, presses="11", after_seconds=0.2)
        ready.telephone.send(call(1))
        self.until(self.keys)
        self.rest()
        assert self.keys() == [(1, "1")]
        assert self.verdicts(1) == []

        ready.telephone.end(1, BYE)
        self.until(lambda: self.verdicts(1))
        assert self.verdicts(1) == [(SendState.ACCEPTED, False)]
        assert self.modem.call is None

    def test_an_engaged_telephone_is_a_final_failure(self, ready):
        self.phone(is_busy=True)
        ready.telephone.send(call(1))
        self.until(lambda: self.verdicts(1))

        assert self.verdicts(1) == [(SendState.FAILED, True)]

    def test_a_call_that_is_ended_while_it_rings_says_nothing_and_is_a_final_failure(self, ready):
        self.phone(answers_after_s=30.0)
        ready.telephone.send(call(1))
        self.until(lambda: self.modem.network.rings)
        ready.telephone.end(1, BYE)
        self.until(lambda: self.verdicts(1))

        assert self.verdicts(1) == [(SendState.FAILED, True)]
        assert self.modem.network.rings[0].heard == []

    def test_the_end_of_a_call_that_is_none_is_nothing(self, ready):
        ready.telephone.end(1, BYE)
        self.rest()

        assert self.verdicts(1) == []

    def test_an_alert_cuts_a_call_short_which_fails_for_now(self, ready):
        self.phone(answers_after_s=0.2)
        ready.telephone.send(call(1))
        self.until(self.is_talking)
        ready.send(call(2, "ALERTE", to="+33600000002"))
        self.until(lambda: self.verdicts(2))

        assert self.verdicts(1) == [(SendState.FAILED, False)]
        assert self.verdicts(2) == [(SendState.ACCEPTED, False)]
        kinds = [seen.message for seen in self.of(SendReported)]
        assert kinds == [1, 2]

    def test_what_was_kept_is_said_and_what_was_not_is_left_out(self, ready):
        ready.telephone.keep([("fr", FIRST)])
        self.until(lambda: name_of("fr", FIRST) in self.modem.files)
        self.phone(answers_after_s=0.2)
        ready.telephone.send(call(1, f"Vous.\n{FIRST}"))
        self.until(lambda: self.modem.network.rings and self.modem.network.rings[0].heard)

        assert self.modem.network.rings[0].heard[0] in {FIRST, name_of("fr", FIRST)}

    def test_a_port_that_goes_in_mid_call_is_one_report_and_the_link_comes_back(self, ready):
        self.phone(answers_after_s=0.2)
        ready.telephone.send(call(1))
        self.until(self.is_talking)
        self.rest()
        self.plug(is_in=False)
        self.until(lambda: self.verdicts(1))
        assert self.verdicts(1) == [(SendState.UNCERTAIN, False)]
        assert not self.is_up()

        self.plug(is_in=True)
        self.until(self.is_up)
        self.until(lambda: self.modem.call is None)
        assert len(self.verdicts(1)) == 1

    def test_without_a_modem_a_call_fails_at_once_for_now(self, ready):
        self.plug(is_in=False)
        self.until(lambda: not self.is_up())
        ready.telephone.send(call(1))
        self.until(lambda: self.verdicts(1))

        assert self.verdicts(1) == [(SendState.FAILED, False)]

    def test_nothing_is_posted_after_the_stop(self, ready):
        self.phone(answers_after_s=0.2)
        ready.telephone.send(call(1))
        self.until(self.is_talking)
        ready.stop()
        told = len(self.posted)
        press_key(self.modem, "1")
        ready.telephone.send(call(2))
        ready.telephone.end(1, BYE)
        ready.telephone.keep([("fr", FIRST)])
        self.rest()

        assert len(self.posted) == told


class TestModemDriver(TelephoneContract):
    @pytest.fixture
    def road(self, tmp_path) -> Iterator[ModemDriver]:
        class RealClock:
            def now(self) -> datetime:
                return datetime.now(UTC)

        self.posted = []
        self.modem = SimulatedModem(network=MobileNetwork(accept_after_s=0.02))
        with PtyModem(self.modem, tmp_path / "modem") as self.pty:
            driver = ModemDriver(self.pty.port, RealClock(), self.posted.append, pace=PACE)
            yield driver
            driver.stop()

    def until(self, holds):
        never, end = threading.Event(), time.monotonic() + WITHIN_S
        while not holds():
            assert time.monotonic() < end, self.posted
            never.wait(0.005)

    def plug(self, *, is_in):
        (self.pty.replug if is_in else self.pty.unplug)()

    def rest(self):
        threading.Event().wait(1.2)


class TestSimulatedRoad(TelephoneContract):
    @pytest.fixture
    def road(self) -> SimulatedRoad:
        self.posted, self.seconds, self.is_in = [], 0.0, True
        self.modem = SimulatedModem(network=MobileNetwork(accept_after_s=0.02))
        house = self

        class HouseClock:
            def now(self) -> datetime:
                return BEGAN + timedelta(seconds=house.seconds)

        self.current = SimulatedRoad(
            self.modem,
            lambda: self.seconds,
            HouseClock(),
            self.posted.append,
            pace=PACE,
            is_there=lambda: self.is_in,
        )
        return self.current

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
        end = self.seconds + 2.0
        while self.seconds < end:
            self._pass(end)
