"""A bench for the machine: a simulated modem on the other end of the wire, and a clock turned by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from hub.domain.inputs import (
    DeliveryReported,
    FaultCleared,
    FaultSeen,
    Input,
    LinkChanged,
    Observed,
    SendReported,
    SendState,
    SmsReceived,
)
from hub.drivers.modem.machine import Machine
from hub.drivers.modem.remedies import Remedy
from hub.drivers.modem.simcard import PinMemory
from hub.ports import Outgoing
from hub.sim.modem import SimulatedModem
from hub.sim.transcripts import TranscriptModem

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA = "+33612345678"
TURNS_LIMIT = 200_000
T = TypeVar("T", bound=Input)


def outgoing(message: int, text: str = "ALERTE", *, to: str = ANNA, urgent: bool = True) -> Outgoing:
    return Outgoing(message, to, text, urgent, timedelta(hours=1))


class Bench:
    """Connects a machine with a far side. Time passes only by `wait`."""

    def __init__(
        self,
        far: SimulatedModem | TranscriptModem,
        *,
        profile: str = "auto",
        sim_pin: str = "",
        pin_memory: PinMemory | None = None,
        speeds: tuple[int, ...] = (115200,),
        wired: tuple[Remedy, ...] = (),
        credit_code: str = "",
    ) -> None:
        self.far = far
        self.now = far.now if isinstance(far, SimulatedModem) else 0.0
        self.said = bytearray()
        self.heard = bytearray()
        self.inputs: list[Input] = []
        self.reopened = 0
        self.remedies: list[tuple[float, Remedy]] = []
        self.machine = Machine(
            lambda: NOON + timedelta(seconds=self.now),
            profile=profile,
            sim_pin=sim_pin,
            pin_memory=pin_memory,
            speeds=speeds,
            wired=wired,
            credit_code=credit_code,
        )

    def start(self, seconds: float = 20.0) -> "Bench":
        self.machine.port_opened(self.now)
        self.wait(seconds)
        return self

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> "Bench":
        end = self.now + seconds
        for _ in range(TURNS_LIMIT):
            self.exchange()
            dues = [due for due in (self.machine.next_timer(), self.far.next_timer()) if due is not None]
            due = min(dues, default=None)
            if due is None or due > end or until():
                break
            self.now = max(self.now, due)
            self.far.handle_timer(self.now)
            self.machine.handle_timer(self.now)
        else:
            raise AssertionError("the machine spins")
        if not until():
            self.now = max(self.now, end)
        self.exchange()
        return self

    def exchange(self) -> None:
        """Carry bytes both ways until nobody says more."""
        for _ in range(TURNS_LIMIT):
            out = self.machine.take_bytes()
            if out:
                self.said += out
                self.far.receive(out, self.now)
            self.far.handle_timer(self.now)
            back = self.far.take_bytes()
            if back:
                self.heard += back
                self.machine.receive(back, self.now)
            self.inputs += self.machine.take_inputs()
            self._switch(self.machine.take_remedy())
            if self.machine.wants_reopen:
                self.reopened += 1
                self.machine.port_closed(self.now)
                self.machine.port_opened(self.now)
            elif not out and not back:
                return
        raise AssertionError("the two talk for ever")

    def _switch(self, remedy: Remedy | None) -> None:
        """Press the far side's key, or cut its supply, in no time."""
        if remedy is None or not isinstance(self.far, SimulatedModem):
            return
        self.remedies.append((self.now, remedy))
        if remedy is Remedy.PWRKEY:
            self.far.press_key()
        else:
            self.far.switch_off()
            self.far.restart()

    def send(self, message: int, text: str = "ALERTE", *, to: str = ANNA, urgent: bool = True) -> "Bench":
        self.machine.send(outgoing(message, text, to=to, urgent=urgent), self.now)
        self.exchange()
        return self

    def said_since(self, mark: int) -> str:
        return self.said[mark:].decode("latin-1")

    # What the hub heard

    def of(self, kind: type[T]) -> list[T]:
        return [seen for seen in self.inputs if isinstance(seen, kind)]

    def reports(self, message: int) -> list[SendReported]:
        return [seen for seen in self.of(SendReported) if seen.message == message]

    def states(self, message: int) -> list[SendState]:
        return [seen.state for seen in self.reports(message)]

    def texts(self) -> list[tuple[str, str]]:
        return [(seen.sender, seen.text) for seen in self.of(SmsReceived)]

    def deliveries(self, message: int) -> list[str]:
        return [seen.state.value for seen in self.of(DeliveryReported) if seen.message == message]

    def faults(self) -> set[str]:
        standing: set[str] = set()
        for seen in self.inputs:
            if isinstance(seen, FaultSeen):
                standing.add(seen.fault)
            elif isinstance(seen, FaultCleared):
                standing.discard(seen.fault)
        return standing

    def link(self) -> bool | None:
        return self._is_up("sms")

    def call_link(self) -> bool | None:
        return self._is_up("call")

    def _is_up(self, link: str) -> bool | None:
        changes = self.changes(link)
        return changes[-1] if changes else None

    def changes(self, link: str = "sms") -> list[bool]:
        return [seen.up for seen in self.of(LinkChanged) if seen.link == link]

    def observed(self, what: str) -> object:
        found = [seen.value for seen in self.of(Observed) if seen.what == what]
        return found[-1] if found else None
