"""What arrives by MQTT and what it means, sans IO: messages in, inputs out.

Holds what each sensor last said, since devices repeat their whole state with every battery report
and only an edge is news. Knows no sockets and no threads; time comes with each message.

Three rules keep the dead from speaking:

- A retained message is never an event: it was said at some time, to somebody else. It tells where
  a sensor stands, so that a later repeat is no edge; on a button or an order it is dropped. An
  active retained smoke alarm is not even noted: the next live report of it must count.
- After Zigbee2MQTT has started it publishes what it remembers, as if it were new. For
  ``QUIET_AFTER_BRIDGE_START`` its movements and doors are noted and not told.
- A message the broker sends twice (DUP) is told once, if it comes soon. Nothing else is taken
  for a repeat: two equal presses are two presses.
"""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.domain.climate import is_plausible
from hub.domain.inputs import (
    ButtonCancelled,
    ButtonPressed,
    DeviceHeard,
    FaultCleared,
    FaultSeen,
    Input,
    SensorChanged,
    TemperatureMeasured,
)
from hub.domain.policy import HAZARDS, SensorKind
from hub.drivers import mqtt_commands
from hub.drivers.mqtt_commands import Refused
from hub.drivers.mqtt_payloads import (
    Content,
    battery,
    content_of,
    gestures,
    is_online,
    level,
    link_quality,
    tampered,
    temperature,
)
from hub.errors import FormError

# Zigbee2MQTT says "online" first, then starts its extensions (seconds, on a small Pi), then publishes its cache.
QUIET_AFTER_BRIDGE_START = timedelta(seconds=15)
# The broker repeats what we did not acknowledge as soon as we are back, which takes a second or two. A real
# second press within this is no loss: the first one was told.
DUPLICATE_WITHIN = timedelta(seconds=10)
DUPLICATES_REMEMBERED = 32
# Nobody presses or moves faster; a device that does is broken, and must not fill the inbox of the core.
BURST = 20
REFILL_PER_S = 5.0
# Complaints are told once in this time, with their counts.
COMPLAIN_EVERY = timedelta(minutes=1)
COMPLAINTS_REMEMBERED = 16

# A device that talks all day is told this often, unless it says something new.
SIGN_TOLD_EVERY = timedelta(minutes=10)
# The program that brings the devices to the broker does not run.
BRIDGE = "mqtt.bridge"

# What these say is a call for help itself.
ALARMS = HAZARDS | {SensorKind.FALL}


@dataclass(frozen=True, slots=True)
class MqttButton:
    """A pendant or SOS button. ``panic`` and ``cancel``: its actions that call for help, and that cancel."""

    id: str
    topic: str
    panic: tuple[str, ...] = ("single", "double", "hold", "emergency", "sos")
    cancel: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MqttSensor:
    """A detector, or a thermometer."""

    id: str
    kind: SensorKind
    topic: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message. ``retained``: the broker kept it from earlier. ``repeated``: its DUP flag."""

    at: datetime
    topic: str
    payload: bytes
    retained: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Subscription:
    """What to ask the broker for.

    ``qos`` 1 makes the broker keep messages while we are away; 0 makes it forget them: a movement of an hour
    ago would be told as one of now, and an order nobody obeyed in time must not be obeyed later.
    """

    topic: str
    qos: int
    wants_retained: bool


@dataclass(slots=True)
class Allowance:
    """How often one device may still be heard: ``BURST`` at once, then ``REFILL_PER_S``."""

    left: float = BURST
    at: datetime | None = None

    def spend(self, at: datetime) -> bool:
        """Whether one more is allowed at ``at``; takes it if so."""
        waited = max(0.0, (at - self.at).total_seconds()) if self.at else 0.0
        self.left = min(BURST, self.left + waited * REFILL_PER_S)
        self.at = at
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass(slots=True)
class Complaints:
    """What was dropped, and how often; told once a minute at most."""

    counts: Counter[str] = field(default_factory=Counter)
    total: int = 0
    told_at: datetime | None = None

    def note(self, what: str) -> None:
        """Count one more dropped message."""
        self.total += 1
        known = what in self.counts or len(self.counts) < COMPLAINTS_REMEMBERED
        self.counts[what if known else "others"] += 1

    def take(self, at: datetime) -> str:
        """Return what to tell the installer now, and begin anew; "" when there is nothing, or not yet."""
        if not self.counts or (self.told_at is not None and abs(at - self.told_at) < COMPLAIN_EVERY):
            return ""
        told = "; ".join(f"{what} ({times} times)" for what, times in self.counts.most_common())
        self.counts.clear()
        self.told_at = at
        return told


class Reader:
    """Turns messages into inputs, for the devices of one home."""

    def __init__(self, command_topic: str, buttons: Sequence[MqttButton], sensors: Sequence[MqttSensor]) -> None:
        self.complaints = Complaints()
        self._command_topic = command_topic
        self._buttons = tuple(buttons)
        self._sensors = tuple(sensor for sensor in sensors if sensor.kind is not SensorKind.TEMPERATURE)
        self._thermometers = {sensor.id: sensor for sensor in sensors if sensor.kind is SensorKind.TEMPERATURE}
        self._devices = {button.id: button.topic for button in self._buttons}
        self._devices |= {sensor.id: sensor.topic for sensor in sensors}
        self._bridges = frozenset(_bridge_of(topic) for topic in self._devices.values())
        self._heard: dict[str, DeviceHeard] = {}
        self._measured: dict[str, TemperatureMeasured] = {}
        self._is_bridge_up: dict[str, bool] = {}
        self._is_there: dict[str, bool] = {}
        self._active: dict[str, bool] = {}
        self._allowances: dict[str, Allowance] = {}
        self._told: deque[Arrival] = deque(maxlen=DUPLICATES_REMEMBERED)
        self._bridge_started: dict[str, datetime] = {}

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return each topic once: a pendant may have a thermometer, a motion detector a button."""
        kept = {b.topic for b in self._buttons} | {s.topic for s in self._sensors if s.kind in ALARMS}
        levels = {s.topic for s in self._sensors}
        devices = (
            Subscription(topic, qos=int(topic in kept), wants_retained=topic in levels)
            for topic in sorted(set(self._devices.values()))
        )
        # Whether something is there is a state, and the broker keeps it.
        presences = self._bridges.union(map(_availability_of, self._devices.values()))
        there = (Subscription(topic, qos=0, wants_retained=True) for topic in sorted(presences))
        return (Subscription(self._command_topic, qos=0, wants_retained=False), *devices, *there)

    def read(self, arrival: Arrival) -> tuple[Input | Refused, ...]:
        """Return what ``arrival`` tells the core. Never raises, whatever the bytes."""
        if arrival.topic == self._command_topic:
            return self._order(arrival)
        try:
            return self._told_by_device(arrival, content_of(arrival.payload))
        except FormError as unreadable:
            self.complaints.note(f"{arrival.topic}: {unreadable}")
            return ()

    def _order(self, arrival: Arrival) -> tuple[Input | Refused, ...]:
        if arrival.retained:
            self.complaints.note(f"{arrival.topic}: an order that was retained is not obeyed")
            return ()
        if not self._is_allowed(self._command_topic, arrival):
            return ()
        return (mqtt_commands.read(arrival.at, arrival.payload),)

    def _told_by_device(self, arrival: Arrival, content: Content) -> tuple[Input, ...]:
        seen = [self._pressed(b, arrival, content) for b in self._buttons if b.topic == arrival.topic]
        seen += [self._moved(s, arrival, content) for s in self._sensors if s.topic == arrival.topic]
        seen += [self._read_off(t, arrival, content) for t in self._thermometers.values() if t.topic == arrival.topic]
        seen += [
            self._signed(name, arrival, content) for name, topic in self._devices.items() if topic == arrival.topic
        ]
        seen += [self._said_of(name, arrival, content) for name in self._said_to_be_there(arrival.topic)]
        if arrival.topic in self._bridges:
            seen.append(self._bridge_said(arrival, content))
        return tuple(one for one in seen if one is not None)

    def _bridge_said(self, arrival: Arrival, content: Content) -> Input | None:
        """Whether the program between the broker and the devices runs; without it none of them is heard."""
        is_up = is_online(content)
        if is_up and not arrival.retained:
            self._bridge_started[arrival.topic] = arrival.at
        if is_up is None or self._is_bridge_up.get(arrival.topic) is is_up:
            return None
        self._is_bridge_up[arrival.topic] = is_up
        down = sorted(topic for topic, up in self._is_bridge_up.items() if not up)
        if not down:
            return FaultCleared(arrival.at, BRIDGE)
        return FaultSeen(arrival.at, BRIDGE, f"{', '.join(down)} says offline")

    def _said_to_be_there(self, topic: str) -> list[str]:
        return [name for name, device in self._devices.items() if _availability_of(device) == topic]

    def _said_of(self, device: str, arrival: Arrival, content: Content) -> Input | None:
        """What the bridge says of a device: told again only where it changes."""
        is_there = is_online(content)
        if is_there is None or self._is_there.get(device) is is_there:
            return None
        self._is_there[device] = is_there
        return DeviceHeard(arrival.at, device, online=is_there)

    def _signed(self, device: str, arrival: Arrival, content: Content) -> Input | None:
        """A sign of the device itself: told when it says something new, and every few minutes."""
        if arrival.retained or self._has_just_started(self._devices[device], arrival.at):
            return None
        if device in self._thermometers and _degrees(content) is None:
            # One that no longer measures is as silent as one that says nothing.
            return None
        heard = DeviceHeard(
            arrival.at, device, battery(content), tampered=tampered(content), link_quality=link_quality(content)
        )
        last = self._heard.get(device)
        if last is not None and _says_no_more(heard, last) and abs(arrival.at - last.at) < SIGN_TOLD_EVERY:
            return None
        self._heard[device] = heard
        return heard

    def _read_off(self, thermometer: MqttSensor, arrival: Arrival, content: Content) -> Input | None:
        """How warm it is: told when it changes, and every few minutes."""
        if arrival.retained or self._has_just_started(thermometer.topic, arrival.at):
            return None
        celsius, last = _degrees(content), self._measured.get(thermometer.id)
        if celsius is None:
            if temperature(content) is not None:
                self.complaints.note(f"{thermometer.id}: what it says is no temperature of any home")
            return None
        if last is not None and last.celsius == celsius and abs(arrival.at - last.at) < SIGN_TOLD_EVERY:
            return None
        if not self._is_allowed(thermometer.id, arrival):
            return None
        self._measured[thermometer.id] = TemperatureMeasured(arrival.at, thermometer.id, celsius)
        return self._measured[thermometer.id]

    def _pressed(self, button: MqttButton, arrival: Arrival, content: Content) -> Input | None:
        done = gestures(content)
        if not done:
            return None
        if arrival.retained:
            self.complaints.note(f"{arrival.topic}: a retained press is not an event; unset retain in the device")
            return None
        seen = self._meaning(button, arrival.at, done)
        if seen is None or self._is_duplicate(arrival) or not self._is_allowed(button.id, arrival):
            return None
        return seen

    def _meaning(self, button: MqttButton, at: datetime, done: tuple[str, ...]) -> Input | None:
        """Say whether this calls or cancels. In doubt it calls: a wrong alarm costs less than a lost one."""
        if any(one in done for one in map(str.lower, button.panic)):
            return ButtonPressed(at, button.id)
        if any(one in done for one in map(str.lower, button.cancel)):
            return ButtonCancelled(at, button.id)
        self.complaints.note(f"{button.id}: {done[0]!a} is neither in its panic nor in its cancel")
        return None

    def _is_duplicate(self, arrival: Arrival) -> bool:
        same = (t for t in self._told if (t.topic, t.payload) == (arrival.topic, arrival.payload))
        if arrival.repeated and any(abs(arrival.at - told.at) <= DUPLICATE_WITHIN for told in same):
            return True
        self._told.append(arrival)
        return False

    def _moved(self, sensor: MqttSensor, arrival: Arrival, content: Content) -> Input | None:
        active = level(content, sensor.kind, sensor.topic)
        known = self._active.get(sensor.id)
        if active is None or active == known:
            return None
        # Nobody knows how it stood before: at rest is no news then, and active is.
        is_edge = active or known is not None
        if self._only_tells_where_it_stands(sensor, arrival):
            is_edge = False
            if active and sensor.kind in ALARMS:
                return None
        elif is_edge and not self._is_allowed(sensor.id, arrival):
            return None
        self._active[sensor.id] = active
        return SensorChanged(arrival.at, sensor.id, active) if is_edge else None

    def _only_tells_where_it_stands(self, sensor: MqttSensor, arrival: Arrival) -> bool:
        if arrival.retained:
            return True
        return sensor.kind not in ALARMS and self._has_just_started(sensor.topic, arrival.at)

    def _has_just_started(self, topic: str, at: datetime) -> bool:
        """Whether the bridge repeats what it remembers of its devices."""
        started = self._bridge_started.get(_bridge_of(topic))
        # Both ways: the clock may have been set back since, and a day of silence must not follow from that.
        return started is not None and abs(at - started) < QUIET_AFTER_BRIDGE_START

    def _is_allowed(self, who: str, arrival: Arrival) -> bool:
        if self._allowances.setdefault(who, Allowance()).spend(arrival.at):
            return True
        self.complaints.note(f"{arrival.topic}: too often, more than {BURST} at once")
        return False


def _degrees(content: Content) -> float | None:
    """How warm it is, to a tenth of a degree; None where that is not said, or cannot be so."""
    celsius = temperature(content)
    return round(celsius, 1) if celsius is not None and is_plausible(celsius) else None


def _says_no_more(heard: DeviceHeard, last: DeviceHeard) -> bool:
    # How well it is received differs from message to message, and can wait.
    return (heard.battery, heard.tampered) == (last.battery, last.tampered)


def _availability_of(topic: str) -> str:
    """Return where Zigbee2MQTT tells whether a device is there."""
    return f"{topic}/availability"


def _bridge_of(topic: str) -> str:
    """Return where a bridge under the same first word would tell that it has started."""
    return f"{topic.partition('/')[0]}/bridge/state"
