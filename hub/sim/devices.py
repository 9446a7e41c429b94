"""Buttons and sensors of a simulated home: contacts on wires, and devices that speak as Zigbee2MQTT has them.

Physics only: a contact is open or closed whether a hub watches or not, a motion detector comes to rest by
itself, a finger bounces. What it means is the hub's affair.
"""

import json
from collections.abc import Callable

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

    def is_wired(self, name: str) -> bool:
        """Whether ``name`` is a contact on a wire."""
        return name in self._contacts.lines

    def act(self, button: str, action: str) -> None:
        """A pendant tells one of its actions ("single", "double", "hold")."""
        source = self._buttons[button].source
        if isinstance(source, MqttTopic):
            self._publish(source.topic, json.dumps({"action": action}).encode(), False)

    def sense(self, sensor: str, *, active: bool) -> None:
        """The sensor becomes active, or comes to rest."""
        found = self._sensors[sensor]
        if not isinstance(found.source, MqttTopic):
            self._contacts.move(sensor, active=active)
            return
        # Zigbee2MQTT: "contact" is true while the two halves touch, which is the door at rest.
        value = not active if found.kind is SensorKind.DOOR else active
        self._publish(found.source.topic, json.dumps({_STATE_KEYS[found.kind]: value, "battery": 87}).encode(), False)

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
