"""Devices: each button, sensor and link, when it was last seen to work, and what is out of order."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, g, render_template

from hub.domain.policy import Button, Sensor
from hub.domain.proof import BATTERY, BROKER, CLOCK, MAINS, is_down, proven
from hub.domain.records import State, Thermometer
from hub.domain.supervision_state import DEVICE, SIM
from hub.domain.trouble import about, care_of
from hub.web.glance import fault_words
from hub.web.guard import THE_HOUSE, allow, house
from hub.web.language import degrees
from hub.web.language import gettext as _

pages = Blueprint("devices", __name__, url_prefix="/devices")


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that must work. ``seen_at``: when it last certainly did; ``troubles``: what is wrong, in words.

    ``life_at``: when it last saw somebody move; ``warmth`` as the reader writes it, and when it was so.
    """

    name: str
    what: str
    seen_at: datetime | None
    is_down: bool
    troubles: tuple[str, ...]
    life_at: datetime | None = None
    warmth: str = ""
    warmth_at: datetime | None = None


@pages.get("")
@allow(*THE_HOUSE)
def show() -> str:
    """The page."""
    home = house()
    state, policy = home.state, home.policy()
    return render_template(
        "devices.html",
        devices=[_device(state, device) for device in policy.devices],
        links=[_link(state, link) for link in (SIM, BROKER, MAINS, BATTERY, CLOCK) if _is_used(state, link)],
        faults=[_standing(state, fault) for fault in state.faults],
        readings=_readings(state),
    )


def _device(state: State, device: Button | Sensor) -> Shown:
    link = DEVICE + device.id
    troubles = tuple(_in_words(fault) for fault in state.faults if about(fault) == device.id)
    kind = _("Call button") if isinstance(device, Button) else kind_words(device.kind)
    life = state.watch.life.get(device.id)
    read = state.thermometers.get(device.id, Thermometer())
    warmth = "" if read.celsius is None else degrees(read.celsius)
    return Shown(
        device.room or device.id,
        kind,
        proven(state).get(link),
        is_down(state, link),
        troubles,
        life,
        warmth,
        read.read_at,
    )


def kind_words(kind: str) -> str:
    """A kind of detector as people call it."""
    words = {
        "motion": _("Movement"),
        "door": _("Door"),
        "bed": _("Bed"),
        "smoke": _("Smoke"),
        "co": _("Carbon monoxide"),
        "flood": _("Water on the floor"),
        "gas": _("Gas"),
        "temperature": _("Temperature"),
        "fall": _("Fall"),
    }
    return words[kind]


def _is_used(state: State, link: str) -> bool:
    """Whether this home has such a thing: a broker or a battery that nobody fitted is not missing."""
    return link in (SIM, CLOCK) or link in proven(state)


def _link(state: State, link: str) -> Shown:
    words = {
        SIM: (_("Mobile network"), _("texts out and in")),
        BROKER: (_("Wireless receiver"), "MQTT"),
        MAINS: (_("Mains"), _("current from the wall")),
        BATTERY: (_("Battery"), _("for a power cut")),
        CLOCK: (_("Clock"), _("the time of day")),
    }
    name, what = words[link]
    return Shown(name, what, proven(state).get(link), is_down(state, link), ())


def _in_words(fault: str) -> str:
    return fault_words(fault, house().state.faults[fault].raised_at, house().policy(), house().words, g.language)


def _standing(state: State, fault: str) -> tuple[str, datetime, str, datetime]:
    """A fault: in words, since when, who sees to it, by when."""
    known, care = state.faults[fault], care_of(fault)
    owner = _("the family") if care.owner == "family" else _("whoever set it up")
    return _in_words(fault), known.raised_at, owner, known.raised_at + care.within


def _readings(state: State) -> list[tuple[str, str]]:
    """What the modem and the machine tell of themselves."""
    words = {
        "operator": _("Operator"),
        "signal_dbm": _("Signal (dBm; -110 is weak, -70 good)"),
        "battery_percent": _("Battery (%)"),
        "cpu_temperature_c": _("Heat inside (°C)"),
    }
    return [(name, str(state.readings[key])) for key, name in words.items() if state.readings.get(key) is not None]
