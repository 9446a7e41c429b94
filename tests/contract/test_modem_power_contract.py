"""A modem that hangs for good comes back by its PWRKEY or its supply: a driver on a pty, and its twin in the house."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from gpiozero.pins.mock import MockPin

from hub.config import ModemConfig
from hub.domain.inputs import FaultCleared, FaultSeen, Input, LinkChanged, SendReported, SendState
from hub.drivers.gpio_chip import GpioChip
from hub.drivers.modem.driver import ModemDriver
from hub.drivers.modem.power import ModemPower, wired_power
from hub.drivers.modem.remedies import Remedy
from hub.drivers.modem.routine import Pace
from hub.place_forms import GpioPin
from hub.ports import Outgoing
from hub.sim.dialects import SIM7600
from hub.sim.mobile_network import MobileNetwork
from hub.sim.modem import SimulatedModem
from hub.sim.modem_faults import hang_until_switched
from hub.sim.modem_power import SimulatedPower, UsbSwitch
from hub.sim.modem_road import SimulatedRoad
from hub.sim.pty_modem import PtyModem

ANNE = "+33612345678"
KEY = 4
# Shorter presses the modem does not take.
HOLD_S = 0.2
# In the real world a minute and a half of silence is too long for a test.
HASTY = Pace(health_every_s=1.0, silent_s=1.5, settles_s=3.0)
# Nor are there capacitors to empty.
CUT_S = 0.3
WITHIN_S = 60.0
BOOTS_S = 0.5


def wired(*, key: bool, supply: Path | None) -> ModemConfig:
    return ModemConfig(
        port="",
        profile="auto",
        sim_pin="",
        pwrkey=GpioPin(KEY) if key else None,
        pwrkey_hold=timedelta(seconds=HOLD_S),
        usb_power=supply,
    )


class PowerContract:
    """Subclasses give ``road``, called with what is wired: started, on ``modem``; ``until`` lets time pass."""

    modem: SimulatedModem
    posted: list[Input]

    @pytest.fixture
    def road(self) -> Callable[..., Any]:
        raise NotImplementedError

    def until(self, holds: Callable[[], object]) -> None:
        raise NotImplementedError

    def rest(self) -> None:
        """Let so much time pass that a modem would have been switched."""
        raise NotImplementedError

    def is_up(self) -> bool:
        changes = [seen for seen in list(self.posted) if isinstance(seen, LinkChanged)]
        return bool(changes) and changes[-1].up

    def standing(self) -> set[str]:
        faults: set[str] = set()
        for seen in list(self.posted):
            if isinstance(seen, FaultSeen):
                faults.add(seen.fault)
            elif isinstance(seen, FaultCleared):
                faults.discard(seen.fault)
        return faults

    def sends(self, road: Any) -> None:
        self.until(self.is_up)
        road.send(Outgoing(1, ANNE, "ALERTE", True, timedelta(hours=1)))
        self.until(lambda: any(isinstance(seen, SendReported) for seen in list(self.posted)))
        (report,) = (seen for seen in self.posted if isinstance(seen, SendReported))
        assert report.state is SendState.ACCEPTED
        self.until(lambda: not self.standing())

    def test_one_that_answers_nothing_is_brought_back_by_its_key(self, road) -> None:
        hang_until_switched(self.modem)
        hub = road(key=True, supply=False)

        self.sends(hub)
        assert "modem.sick" in {seen.fault for seen in self.posted if isinstance(seen, FaultSeen)}

    def test_one_whose_key_does_nothing_is_brought_back_by_its_supply(self, road) -> None:
        hang_until_switched(self.modem, key_is_dead=True)
        hub = road(key=True, supply=True)

        self.sends(hub)

    def test_with_nothing_wired_it_stays_as_it_is(self, road) -> None:
        hang_until_switched(self.modem)
        road(key=False, supply=False)
        self.rest()

        assert not self.is_up()
        assert self.standing() <= {"modem.mute"}
        assert self.modem.is_on


class TestModemDriverOnAPty(PowerContract):
    @pytest.fixture
    def road(self, tmp_path: Path) -> Iterator[Callable[..., ModemDriver]]:
        class RealClock:
            def now(self) -> datetime:
                return datetime.now(UTC)

        started: list[ModemDriver | ModemPower] = []
        chip = GpioChip("mock", tmp_path)
        self.posted = []
        self.modem = SimulatedModem(replace(SIM7600, silent_boot_s=BOOTS_S), network=MobileNetwork(accept_after_s=0.02))

        def start(*, key: bool, supply: bool) -> ModemDriver:
            chip.open().pin(KEY, pin_class=_KeyPin).modem = self.modem
            config = wired(key=key, supply=tmp_path / "authorized" if supply else None)
            power = wired_power(config, chip, self.posted.append, RealClock(), frozenset())
            if power is not None and Remedy.SUPPLY in power.wired:
                power._pulls[Remedy.SUPPLY] = replace(power._pulls[Remedy.SUPPLY], seconds=CUT_S)
            driver = ModemDriver(self.pty.port, RealClock(), self.posted.append, power=power, pace=HASTY)
            for source in (driver, power):
                if source is not None:
                    source.start()
                    started.append(source)
            return driver

        with PtyModem(self.modem, tmp_path / "modem") as self.pty:
            UsbSwitch(tmp_path / "authorized", self.pty, self.modem)
            yield start
            for source in started:
                source.stop()
        chip.close()

    def until(self, holds):
        never, end = threading.Event(), time.monotonic() + WITHIN_S
        while not holds():
            assert time.monotonic() < end, self.posted
            never.wait(0.005)

    def rest(self):
        threading.Event().wait(3 * HASTY.silent_s)


class _KeyPin(MockPin):
    """The modem's PWRKEY is at this pin, by a transistor: high presses it."""

    modem: SimulatedModem
    _pressed_at = 0.0

    def _set_state(self, value: float) -> None:
        was_high = bool(self.state)
        super()._set_state(value)
        if value and not was_high:
            self._pressed_at = time.monotonic()
        elif was_high and not value and time.monotonic() - self._pressed_at >= HOLD_S:
            self.modem.soon(self.modem.press_key)


class TestSimulatedRoad(PowerContract):
    @pytest.fixture
    def road(self) -> Callable[..., SimulatedRoad]:
        self.posted, self.seconds = [], 0.0
        self.modem = SimulatedModem(network=MobileNetwork(accept_after_s=0.02))
        self.planned: list[tuple[float, Callable[[], None]]] = []
        house = self

        class HouseClock:
            def now(self) -> datetime:
                return datetime(2026, 3, 2, 14, 2, tzinfo=UTC) + timedelta(seconds=house.seconds)

        def start(*, key: bool, supply: bool) -> SimulatedRoad:
            config = wired(key=key, supply=Path("/sys/bus/usb/devices/1-1/authorized") if supply else None)
            self.current = SimulatedRoad(
                self.modem,
                lambda: self.seconds,
                HouseClock(),
                self.posted.append,
                power=SimulatedPower(self.modem, config, self._after),
            )
            self.current.start()
            return self.current

        return start

    def _after(self, delay_s: float, action: Callable[[], None]) -> None:
        self.planned.append((self.seconds + delay_s, action))

    def until(self, holds):
        end = self.seconds + 600.0
        self.current.turn()
        while not holds():
            assert self.seconds < end, self.posted
            self._pass(end)

    def _pass(self, end: float) -> None:
        dues = [due for due in (self.current.next_time(), *(at for at, _ in self.planned)) if due is not None]
        self.seconds = min(max(self.seconds, min(dues, default=end)), end)
        due = [action for at, action in self.planned if at <= self.seconds]
        self.planned = [(at, action) for at, action in self.planned if at > self.seconds]
        for action in due:
            action()
        self.current.turn()

    def rest(self):
        end = self.seconds + 1000.0
        while self.seconds < end:
            self._pass(end)
