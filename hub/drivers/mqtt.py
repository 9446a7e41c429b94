"""The house's MQTT broker: pendants, sensors and orders in; states, incidents and events out.

Owns the thread and the time: when to dial, when to say that the broker is missing, when to give
up the goodbye. `mqtt_link` speaks to the broker, `mqtt_reader` and `mqtt_topics` know what the
messages mean, `mqtt_outbox` keeps what must wait. Decides nothing about the home.
"""

import logging
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from paho.mqtt.client import MQTTMessage

from hub.domain.inputs import FaultCleared, Input, LinkChanged
from hub.drivers.faults import StandingFaults
from hub.drivers.mqtt_commands import Refused
from hub.drivers.mqtt_link import ABSENT, DUPLICATE, REFUSED, Access, Bell, Link, LinkError
from hub.drivers.mqtt_reader import BRIDGE, Arrival, MqttButton, MqttSensor, Reader
from hub.drivers.mqtt_topics import StateView, Topics
from hub.drivers.mqtt_voice import Voice
from hub.ports import Clock, Post

__all__ = [
    "Access",
    "MqttButton",
    "MqttSensor",
    "MqttSource",
    "Patience",
    "StateView",
]

log = logging.getLogger(__name__)

LINK = "mqtt"
SAME_ID = "is there another hub with the same id? Give each its own in [hub]"
DENIED = "mqtt.denied"
CRASHED = "mqtt.crashed"
FAULTS = (ABSENT, REFUSED, DUPLICATE, DENIED, CRASHED, BRIDGE)

# How long the thread sleeps when nothing happens; paho looks after its keepalive in between.
TURN_S = 5.0
# `Source.stop` promises two seconds. The goodbye is the broker's business; what hangs longer (a name server,
# a handshake) is left to the end of the process, and can post nothing any more.
GOODBYE_S = 1.0
GOODBYE_TURN_S = 0.1
STOP_DEADLINE_S = 1.7
# Two hubs with the same id throw each other out for ever. A broker of MQTT 5 may say so ("Session taken over"),
# Mosquitto 2.0 only closes; so connections in a row that were over before they settled are counted.
SHORT_LIVES_TOLD = 5
# A bug that showed once is told for so long.
CRASH_TOLD_FOR_S = 600.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the driver waits: to try again, growing from ``first`` to ``longest``; to call it a fault; to trust it.

    A connection that ends before it has settled was no success: the next wait grows on.
    """

    first_retry_s: float = 1.0
    longest_retry_s: float = 60.0
    absent_after_s: float = 10.0
    settled_after_s: float = 10.0


class MqttSource(Voice):
    """The broker as a `hub.ports.Source`, and where the core's facts are published."""

    def __init__(
        self,
        access: Access,
        hub_id: str,
        buttons: Sequence[MqttButton],
        sensors: Sequence[MqttSensor],
        clock: Clock,
        post: Post,
        *,
        patience: Patience | None = None,
    ) -> None:
        self._access = access
        self._clock = clock
        self._post_to_core = post
        self._patience = patience or Patience()
        super().__init__(Topics(hub_id))
        self._reader = Reader(self._topics.command, buttons, sensors)
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._bell: Bell | None = None
        self._gate = threading.Lock()  # between the last input posted and the end of `stop`
        self._begin_anew()

    def _begin_anew(self) -> None:
        """Know nothing of earlier connections. The rest of these belongs to the driver's thread."""
        self._faults = StandingFaults(self._post, self._clock)
        self._present: dict[str, str] = {}
        self._is_up = False
        self._came_up_at = 0.0
        self._gone_since = time.monotonic()
        self._gone_told = False
        self._was_ever_up = False
        self._failures = 0
        self._short_lives = 0
        self._last_words = ""
        self._crashed_at = 0.0

    # --- a source ---------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to look for the broker, on a thread of its own. Returns at once."""
        if self.is_alive():
            return
        self._begin_anew()
        self._stopping = threading.Event()
        self._bell = Bell()
        self._thread = threading.Thread(target=self._run, args=(self._stopping, self._bell), name="mqtt", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Publish "offline" and end within two seconds, even with a broker that hangs. Posts nothing afterwards."""
        with self._gate:
            self._stopping.set()
        self._ring()
        if self._thread is not None:
            self._thread.join(STOP_DEADLINE_S)
            self._thread = None

    def is_alive(self) -> bool:
        """Whether the thread runs; with or without a broker."""
        return self._thread is not None and self._thread.is_alive()

    def _ring(self) -> None:
        if self._bell is not None:
            self._bell.ring()

    # --- the driver's thread --------------------------------------------------------------------------------

    def _run(self, stopping: threading.Event, bell: Bell) -> None:
        try:
            while not stopping.is_set():
                with self._crashes_told():
                    self._one_connection(stopping, bell)
                self._pause(stopping)
        finally:
            bell.close()

    def _one_connection(self, stopping: threading.Event, bell: Bell) -> None:
        will = self._topics.status(online=False)
        client_id = f"telecare-{self._topics.hub_id}"
        link = Link(self._access, client_id, will, self._reader.subscriptions(), self._outbox, bell, self._hear)
        try:
            link.dial()
            while not stopping.is_set():
                link.turn(TURN_S)
                self._look_after(link)
            self._say_goodbye(link)
        except LinkError as gone:
            self._on_gone(gone)
        finally:
            link.close()
            self._outbox.close(link.unacknowledged)
            self._on_down()

    def _look_after(self, link: Link) -> None:
        """After each turn: tell that it is up, what is denied, and what was dropped."""
        if link.is_ready and not self._is_up:
            self._on_up(link)
        if link.denied and DENIED not in self._present:
            self._fault(DENIED, "; ".join(link.denied[:3]) + ": allow it in the broker's access list")
        if self._failures and self._has_settled():
            self._failures = self._short_lives = 0
            self._no_fault(DUPLICATE)
        if CRASHED in self._present and time.monotonic() - self._crashed_at > CRASH_TOLD_FOR_S:
            self._no_fault(CRASHED)
        complaint = self._reader.complaints.take(self._clock.now())
        if complaint:
            log.warning("mqtt: dropped messages: %s", complaint)

    def _on_up(self, link: Link) -> None:
        self._is_up = True
        self._came_up_at = time.monotonic()
        self._say_it_is_back()
        link.send(self._topics.status(online=True))
        self._outbox.open()
        if not self._was_ever_up:
            # What an earlier process told of may stand in the journal still.
            for fault in FAULTS:
                self._post(FaultCleared(self._clock.now(), fault))
        self._was_ever_up = True
        self._gone_told = False
        self._no_fault(ABSENT, REFUSED, DENIED)
        self._post(LinkChanged(self._clock.now(), LINK, up=True, detail=str(self._access)))

    def _say_it_is_back(self) -> None:
        if not self._gone_told and not self._was_ever_up:
            log.info("mqtt: connected to %s", self._access)
        if not self._gone_told:
            return
        away = _span(time.monotonic() - self._gone_since)
        waiting, lost = self._outbox.waiting, self._outbox.take_lost()
        log.info("mqtt: broker is back after %s; %d events late, %d lost", away, waiting, lost)

    def _on_gone(self, gone: LinkError) -> None:
        """Say once that there is no broker, and why; a broker that refuses us is no absent one."""
        self._last_words = str(gone)
        if DUPLICATE not in self._present and (self._is_up or not self._gone_told):
            retry = self._patience.longest_retry_s
            log.warning("mqtt: no broker: %s; trying again every %.0f s at the most", gone, retry)
            self._gone_told = True
        if gone.fault != ABSENT:
            self._no_fault(ABSENT)
            self._fault(gone.fault, str(gone))

    def _on_down(self) -> None:
        """A connection that stood has ended, for whatever reason."""
        if not self._is_up:
            return
        self._short_lives = 0 if self._has_settled() else self._short_lives + 1
        self._is_up = False
        if self._short_lives >= SHORT_LIVES_TOLD:
            self._fault(DUPLICATE, f"{self._last_words}, again and again; {SAME_ID}")
        self._gone_since = time.monotonic()
        self._post(LinkChanged(self._clock.now(), LINK, up=False, detail=self._last_words))

    def _has_settled(self) -> bool:
        return self._is_up and time.monotonic() - self._came_up_at > self._patience.settled_after_s

    def _pause(self, stopping: threading.Event) -> None:
        """Wait before dialling again: twice as long each time, and never all hubs of a street at once."""
        longest = min(self._patience.longest_retry_s, self._patience.first_retry_s * 2 ** min(self._failures, 16))
        self._failures += 1
        until = time.monotonic() + longest * random.uniform(0.7, 1.0)
        while not stopping.is_set() and (left := until - time.monotonic()) > 0:
            missing_in = self._gone_since + self._patience.absent_after_s - time.monotonic()
            if missing_in <= 0:
                self._tell_it_is_missing()
                missing_in = left
            stopping.wait(min(left, missing_in))

    def _tell_it_is_missing(self) -> None:
        if not self._present.keys() & {REFUSED, DUPLICATE}:
            self._fault(ABSENT, self._last_words)

    def _say_goodbye(self, link: Link) -> None:
        """Send what still waits, then "offline": after a clean end the broker publishes no will."""
        until = time.monotonic() + GOODBYE_S
        is_said = not link.is_ready
        with suppress(LinkError):
            while not link.is_over and (left := until - time.monotonic()) > 0:
                if not link.unacknowledged and (is_said or self._outbox.is_empty):
                    if is_said:
                        link.hang_up()
                        continue
                    link.send(self._topics.status(online=False))
                    is_said = True
                link.turn(min(left, GOODBYE_TURN_S))

    # --- what is heard ----------------------------------------------------------------------------------------

    def _hear(self, message: MQTTMessage) -> bool:
        """Turn one message into inputs. What breaks here costs this message, not the connection.

        Returns False once `stop` was called: the broker then keeps a press for the next start.
        """
        with self._crashes_told():
            arrival = Arrival(
                self._clock.now(), message.topic, bytes(message.payload), bool(message.retain), bool(message.dup)
            )
            for heard in self._reader.read(arrival):
                if isinstance(heard, Refused):
                    self._outbox.put(self._topics.result(heard.request, ok=False, text=heard.text))
                else:
                    self._post(heard)
        return not self._stopping.is_set()

    @contextmanager
    def _crashes_told(self) -> Iterator[None]:
        """Let no bug end the thread: it is logged with its trace, told as a fault, and what comes next is tried."""
        try:
            yield
        except Exception as bug:  # the top of the driver's thread, and of its one callback
            log.exception("mqtt: a bug, please report it")
            self._crashed_at = time.monotonic()
            self._fault(CRASHED, repr(bug))

    def _fault(self, code: str, detail: str) -> None:
        self._present.setdefault(code, detail)
        self._faults.tell(self._present)

    def _no_fault(self, *codes: str) -> None:
        for code in codes:
            self._present.pop(code, None)
        self._faults.tell(self._present)

    def _post(self, seen: Input) -> None:
        with self._gate:
            if not self._stopping.is_set():
                self._post_to_core(seen)


def _span(seconds: float) -> str:
    """Write a span for people: "3 h 12 min", "40 s"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{rest} s"
