"""What the tests of the MQTT driver share: one driver and what it posted, a cable that can be cut, a flood."""

import logging
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

from hub.domain import facts as f
from hub.domain.inputs import FaultSeen, Input, LinkChanged
from hub.domain.policy import SensorKind
from hub.drivers.mqtt import Access, MqttButton, MqttSensor, MqttSource, Patience
from tests.mosquitto import wait_until

T = TypeVar("T", bound=Input)

ROOT = "telecare/7f3a9c"
PENDANT, KITCHEN = "zigbee2mqtt/pendant", "zigbee2mqtt/kitchen"
HURRIED = Patience(first_retry_s=0.05, longest_retry_s=0.3, absent_after_s=0.3, settled_after_s=1.0)


class RealClock:
    """Time as it passes here."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Hub:
    """The driver as the hub has it, with a pendant and a motion detector, and the inputs it posted."""

    def __init__(self, port: int, *, patience: Patience = HURRIED, **access: Any) -> None:
        self.posted: list[Input] = []
        self.broken_for = 0  # how many times the inbox fails, to see what a bug does
        self.source = MqttSource(
            Access(access.pop("host", "127.0.0.1"), port, **access),
            "7f3a9c",
            [MqttButton("pendant", PENDANT, ("single",), ("double",))],
            [MqttSensor("kitchen", SensorKind.MOTION, KITCHEN)],
            RealClock(),
            self._post,
            patience=patience,
        )

    def _post(self, seen: Input) -> None:
        if self.broken_for and not isinstance(seen, FaultSeen):
            self.broken_for -= 1
            raise ValueError("a bug")
        self.posted.append(seen)

    def __enter__(self) -> Self:
        self.source.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.source.stop()

    def seen(self, kind: type[T]) -> list[T]:
        """Return the inputs of this kind so far."""
        return [one for one in list(self.posted) if isinstance(one, kind)]

    def faults(self) -> list[str]:
        """Return the codes of the faults told so far."""
        return [one.fault for one in self.seen(FaultSeen)]

    def wait_for(self, kind: type[T], within_s: float = 10.0) -> T:
        """Return the first input of this kind, waiting for it."""
        return wait_until(lambda: self.seen(kind), within_s)[0]  # type: ignore[no-any-return]

    def wait_until_up(self, times: int = 1) -> Self:
        """Wait until the link is up, for the ``times``-th time."""
        wait_until(lambda: sum(link.up for link in self.seen(LinkChanged)) >= times, 15)
        return self


def logged(records: Sequence[logging.LogRecord]) -> list[str]:
    """Return what the driver logged."""
    return [record.getMessage() for record in records if record.name == "hub.drivers.mqtt"]


def declined(number: int) -> f.Fact:
    """Return a fact to publish."""
    return f.IncidentDeclined(datetime(2026, 3, 2, 14, 2, 3, tzinfo=UTC), number, "paul")


class Cable:
    """What lies between the hub and its broker, and may be cut, or pass bytes one way only."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self.is_deaf = False  # nothing comes back from the broker
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._run(self._accept)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.cut()
        for thread in self._threads:
            thread.join(5)

    def cut(self) -> None:
        """End the connections that stand; new ones may be made."""
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _run(self, what: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=what, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends += [near, far]
                self._run(self._pump, near, far, False)
                self._run(self._pump, far, near, True)

    def _pump(self, source: socket.socket, sink: socket.socket, is_back: bool) -> None:
        with suppress(OSError), source:
            while chunk := source.recv(4096):
                if not (is_back and self.is_deaf):
                    sink.sendall(chunk)
            sink.shutdown(socket.SHUT_RDWR)
