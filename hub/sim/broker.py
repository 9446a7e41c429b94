"""A broker in the house, and the hub's end of it, in the house's time: no sockets, the hub's own reader and outbox.

What a broker does to those who rely on it: it goes away, it accepts and never acknowledges (half-open), it hands over
again what was not acknowledged, it keeps what was retained and, for a session, what was sent meanwhile.
`hub.drivers.mqtt` on paho and a real Mosquitto has its own tests; here it is the meaning of messages that is at stake.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from hub.config import HubConfig
from hub.domain.inputs import Input, LinkChanged
from hub.drivers.mqtt_commands import Refused
from hub.drivers.mqtt_link import KEEPALIVE_S
from hub.drivers.mqtt_reader import Arrival, MqttButton, MqttSensor, Reader
from hub.drivers.mqtt_topics import Lane, Publish, Topics
from hub.drivers.mqtt_voice import Voice
from hub.place_forms import MqttTopic
from hub.ports import Clock, Post

# Between two attempts to reach a broker that is away; the driver's own grow from 1 to 60 s.
RETRY_S = 20.0
# A silent broker is given up after two of these.
GIVEN_UP_AFTER_S = 2.0 * KEEPALIVE_S
# Messages a broker keeps for a session (Mosquitto: max_queued_messages 1000).
QUEUE_AT_MOST = 1000
EVENTS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """A message for the hub. ``repeated``: the broker sends it again (DUP)."""

    topic: str
    payload: bytes
    retained: bool = False
    repeated: bool = False


@dataclass(slots=True)
class Broker:
    """The broker. ``is_there``: it can be reached; ``is_mute``: it takes all and acknowledges nothing."""

    is_there: bool = True
    is_mute: bool = False
    repeats_next: bool = False
    retained: dict[str, bytes] = field(default_factory=dict)
    events: deque[Publish] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))
    queue: deque[Told] = field(default_factory=lambda: deque(maxlen=QUEUE_AT_MOST))
    standing: dict[str, bytes] = field(default_factory=dict)  # what devices and bridges left retained
    kept: frozenset[str] = frozenset()  # topics that the hub's session is kept messages of while it is away
    on_taken: Callable[[Publish], None] = field(default=lambda _publish: None)

    def stand(self, told: Told) -> None:
        """Whatever is retained stands until the next of its topic; a bridge tells a broker that was away again."""
        if told.retained and told.payload:
            self.standing[told.topic] = told.payload
        elif told.retained:
            self.standing.pop(told.topic, None)

    def keep(self, told: Told) -> None:
        """The hub is away: what its session asked for is kept."""
        self.stand(told)
        if self.is_there and told.topic in self.kept:
            self.queue.append(told)

    def take(self, publish: Publish) -> None:
        """The hub publishes."""
        if publish.retain and publish.payload:
            self.retained[publish.topic] = publish.payload
        elif publish.retain:
            self.retained.pop(publish.topic, None)
        if publish.lane is Lane.EVENT:
            self.events.append(publish)
        self.on_taken(publish)


class BrokerEnd(Voice):
    """The hub's `hub.ports.Source` and voice by MQTT, on a `Broker`. ``seconds`` is the world's clock."""

    def __init__(
        self,
        config: HubConfig,
        broker: Broker,
        seconds: Callable[[], float],
        clock: Clock,
        post: Post,
    ) -> None:
        super().__init__(Topics(config.hub.id))
        buttons = [
            MqttButton(b.id, b.source.topic, b.panic, b.cancel)
            for b in config.buttons
            if isinstance(b.source, MqttTopic)
        ]
        sensors = [MqttSensor(s.id, s.kind, s.source.topic) for s in config.sensors if isinstance(s.source, MqttTopic)]
        self._reader = Reader(self._topics.command, buttons, sensors)
        self._kept = frozenset(s.topic for s in self._reader.subscriptions() if s.qos)
        self._broker, self._seconds, self._clock, self._post = broker, seconds, clock, post
        self._is_running = self.is_up = False
        self._dial_at = 0.0
        self._given_up_at = inf
        self._unacknowledged: list[Publish] = []

    # A source

    def start(self) -> None:
        """Begin to look for the broker."""
        self._is_running = True
        self._dial_at = self._seconds()

    def stop(self) -> None:
        """Hear nothing any more."""
        self._is_running = self.is_up = False

    def is_alive(self) -> bool:
        """Whether it was started and not stopped."""
        return self._is_running

    # What devices and programs say

    def hear(self, told: Told) -> None:
        """The broker has a message for the hub: handed over, kept for its session, or forgotten."""
        if self.is_up and not self._broker.is_mute:
            self._broker.stand(told)
            self._read(told)
            if self._broker.repeats_next:
                self._broker.repeats_next = False
                self._read(Told(told.topic, told.payload, told.retained, repeated=True))
        else:
            self._broker.keep(told)

    def _read(self, told: Told) -> None:
        arrival = Arrival(self._clock.now(), told.topic, told.payload, told.retained, told.repeated)
        for heard in self._reader.read(arrival):
            if isinstance(heard, Refused):
                self._outbox.put(self._topics.result(heard.request, ok=False, text=heard.text))
            elif isinstance(heard, Input):
                self._post(heard)

    # Its turns

    def next_time(self) -> float | None:
        """The world's second at which `turn` has something to do by itself."""
        if not self._is_running:
            return None
        return self._given_up_at if self.is_up else self._dial_at

    def turn(self) -> bool:
        """Dial, give up, hand over what waits; whether anything was done."""
        if not self._is_running:
            return False
        if not self.is_up:
            return self._seconds() >= self._dial_at and self._dial()
        if not self._broker.is_there:
            return self._lost("the broker is gone")
        if self._seconds() >= self._given_up_at:
            return self._lost("the broker does not answer")
        return self._say()

    def _dial(self) -> bool:
        if not self._broker.is_there or self._broker.is_mute:
            self._dial_at = self._seconds() + RETRY_S
            return True
        self.is_up = True
        self._broker.kept = self._kept
        self._outbox.open()
        self._post(LinkChanged(self._clock.now(), "mqtt", up=True))
        while self._broker.queue:
            self._read(self._broker.queue.popleft())
        # It subscribes anew, and hears how everything stands.
        for topic, payload in self._broker.standing.items():
            self._read(Told(topic, payload, retained=True))
        return True

    def _lost(self, why: str) -> bool:
        self.is_up = False
        self._given_up_at = inf
        self._dial_at = self._seconds() + RETRY_S
        self._outbox.close(self._unacknowledged)
        self._unacknowledged = []
        self._post(LinkChanged(self._clock.now(), "mqtt", up=False, detail=why))
        return True

    def _say(self) -> bool:
        if self._broker.is_mute:
            return self._say_to_nobody()
        self._given_up_at = inf
        moved = bool(self._unacknowledged)
        for publish in (*self._unacknowledged, *iter(self._outbox.take, None)):
            self._broker.take(publish)
            self._outbox.delivered(publish)
            moved = True
        self._unacknowledged = []
        return moved

    def _say_to_nobody(self) -> bool:
        waiting = list(iter(self._outbox.take, None))
        self._unacknowledged += waiting
        if self._given_up_at == inf:
            self._given_up_at = self._seconds() + GIVEN_UP_AFTER_S
        return bool(waiting)
