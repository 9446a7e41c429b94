"""Buttons and sensors of a simulated home: contacts on wires, and devices that speak as Zigbee2MQTT has them.

Physics only: a contact is open or closed whether a hub watches or not, a motion detector comes to rest by
itself, a finger bounces. What it means is the hub's affair.
"""

import json
from collections.abc import Callable, Mapping

from hub.config import ButtonConfig, HubConfig, SensorConfig
from hub.domain.policy import SensorKind
from hub.drivers.gpio import Line, LineKind, Pull
from hub.place_forms import Active, GpioPin, MqttTopic
from hub.ports import Clock, Post

# What Zigbee2MQTT calls the state of each kind of sensor.
_STATE_KEYS = {
    SensorKind.MOTION: "occupancy",
    SensorKind.DOOR: "contact",
    SensorKind.BED: "occupancy",
    SensorKind.SMOKE: "smoke",
    SensorKind.CO: "carbon_monoxide",
    SensorKind.FLOOD: "water_leak",
    SensorKind.GAS: "gas",
    SensorKind.FALL: "fall",
}

# Of a battery, as most devices tell it.
FRESH_PERCENT = 87
# As warm as a home usually is.
MILD_C = 20.0

Publish = Callable[[str, bytes, bool], None]


class Contacts:
    """The wires of a home. The hub's end is `WiredInputs`."""

    def __init__(self, config: HubConfig) -> None:
        buttons = [_line(b.id, LineKind.BUTTON, b.source) for b in config.buttons if isinstance(b.source, GpioPin)]
        sensors = [_line(s.id, LineKind.SENSOR, s.source) for s in config.sensors if isinstance(s.source, GpioPin)]
        self.lines = {line.id: line for line in (*buttons, *sensors)}
        self.is_closed = dict.fromkeys(self.lines, False)
        self.listener: Callable[[str], None] | None = None

    def move(self, name: str, *, active: bool) -> None:
        """Close or open the contact of ``name``; a hub that listens hears of the change."""
        if self.is_closed[name] is not active:
            self.is_closed[name] = active
            if self.listener is not None:
                self.listener(name)


class WiredInputs:
    """A `hub.ports.Source` on `Contacts`: the twin of `hub.drivers.gpio.GpioInputs`, without a chip and a thread."""

    def __init__(self, contacts: Contacts, post: Post, clock: Clock) -> None:
        self._contacts = contacts
        self._post = post
        self._clock = clock

    def start(self) -> None:
        """Tell how each contact stands, and from now on each change."""
        for name in self._contacts.lines:
            self._tell(name)
        self._contacts.listener = self._tell

    def stop(self) -> None:
        """Hear nothing any more."""
        self._contacts.listener = None

    def is_alive(self) -> bool:
        """Whether it listens."""
        return self._contacts.listener == self._tell

    def _tell(self, name: str) -> None:
        line = self._contacts.lines[name]
        self._post(line.seen(self._clock.now(), active=self._contacts.is_closed[name]))


class Home:
    """What a person can touch, whichever way it is connected. ``publish`` takes topic, payload and "retained"."""

    def __init__(self, config: HubConfig, contacts: Contacts, publish: Publish) -> None:
        self._buttons = {button.id: button for button in config.buttons}
        self._sensors = {sensor.id: sensor for sensor in config.sensors}
        self._contacts = contacts
        self._publish = publish
        # Of wireless ones: how full their batteries are, in per cent. One that is empty says nothing more.
        names = (*self._buttons, *self._sensors)
        self.batteries = {name: FRESH_PERCENT for name in names if self._source(name) is not None}

        # Those that say nothing: dead without a word, or out of reach of their receiver.
        self.mute: set[str] = set()
        # Of thermometers, in °C, until somebody heats or opens a window.
        self.degrees = {s.id: MILD_C for s in config.sensors if s.kind is SensorKind.TEMPERATURE}

    def is_wired(self, name: str) -> bool:
        """Whether ``name`` is a contact on a wire."""
        return name in self._contacts.lines

    def act(self, button: str, action: str) -> None:
        """A pendant tells one of its actions ("single", "double", "hold")."""
        self._says(button, {"action": action})

    def sense(self, sensor: str, *, active: bool) -> None:
        """The sensor becomes active, or comes to rest."""
        found = self._sensors[sensor]
        if sensor in self.mute:
            return
        if not isinstance(found.source, MqttTopic):
            self._contacts.move(sensor, active=active)
            return
        # Zigbee2MQTT: "contact" is true while the two halves touch, which is the door at rest.
        value = not active if found.kind is SensorKind.DOOR else active
        self._says(sensor, {_STATE_KEYS[found.kind]: value, "battery": self.batteries[sensor]})

    def measure(self, sensor: str, celsius: float) -> None:
        """The thermometer finds it so warm (°C), and says so now and with each report."""
        self.degrees[sensor] = celsius
        self._says(sensor, self._record(sensor))

    def report(self) -> None:
        """Every wireless device tells how full its battery is, as they do a few times a day."""
        for name in self.batteries:
            self._says(name, self._record(name))

    def _record(self, name: str) -> dict[str, object]:
        warm = {"temperature": self.degrees[name]} if name in self.degrees else {}
        return {**warm, "battery": self.batteries[name]}

    def drain(self, which: str, percent: int) -> None:
        """The battery of a wireless device falls to ``percent``; or is new again. KeyError where it has none."""
        if which not in self.batteries:
            raise KeyError(f"{which!r} has no battery; there are {', '.join(self.batteries)}")
        self.batteries[which] = percent
        self._says(which, self._record(which))

    def availability(self, which: str, *, there: bool) -> None:
        """The bridge says of a device whether it is there, and the broker keeps that."""
        source = self._source(which)
        if source is not None:
            state = json.dumps({"state": "online" if there else "offline"}).encode()
            self._publish(f"{source.topic}/availability", state, True)

    def _says(self, name: str, record: Mapping[str, object]) -> None:
        source = self._source(name)
        if source is not None and self.batteries[name] > 0 and name not in self.mute:
            self._publish(source.topic, json.dumps(record).encode(), False)

    def _source(self, name: str) -> MqttTopic | None:
        device = self._buttons.get(name) or self._sensors[name]
        return device.source if isinstance(device.source, MqttTopic) else None

    def sensor(self, which: str) -> SensorConfig:
        """Return the sensor of that id, or of that room; KeyError when there is none."""
        by_room = (sensor for sensor in self._sensors.values() if sensor.room == which)
        found = self._sensors.get(which) or next(by_room, None)
        if found is None:
            raise KeyError(f"there is no sensor {which!r}; there are {', '.join(self._sensors)}")
        return found

    def button(self, which: str) -> ButtonConfig:
        """Return the button of that id, or of that room; KeyError when there is none."""
        by_room = (button for button in self._buttons.values() if button.room == which)
        found = self._buttons.get(which) or next(by_room, None)
        if found is None:
            raise KeyError(f"there is no button {which!r}; there are {', '.join(self._buttons)}")
        return found


def _line(name: str, kind: LineKind, pin: GpioPin) -> Line:
    return Line(name, kind, pin.number, Pull(pin.pull.value), pin.active is Active.HIGH)
