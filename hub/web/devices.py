"""Devices: each button, sensor and link, when it was last seen to work, what it tells of itself, what is out of order.

And one detector tried: whether it was heard since the page was opened, within seconds.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from hub import __version__
from hub.domain.credit import good_until
from hub.domain.policy import HAZARDS, Button, Sensor, SensorKind
from hub.domain.proof import BATTERY, BROKER, CLOCK, MAINS, is_down, proven
from hub.domain.records import Credit, State, Thermometer
from hub.domain.supervision_state import DEVICE, SIM
from hub.domain.trouble import about, care_of
from hub.web.glance import fault_words
from hub.web.guard import FAMILY, THE_HOUSE, allow, house, who
from hub.web.language import clock, decimal, degrees, moment, span
from hub.web.language import gettext as _
from hub.web.live import answer_live, live_part

# The link of what has neither a battery nor a signal of its own.
WIRE = "gpio"

pages = Blueprint("devices", __name__, url_prefix="/devices")


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that must work. ``seen_at``: when it last certainly did; ``troubles``: what is wrong, in words.

    ``life_at``: when it last saw somebody move; ``warmth`` as the reader writes it, and when it was so. Of a device
    also ``battery`` (per cent) and ``link`` (0 to 255) as it told them last, and when; ``expected``: how long it may
    be silent, in words; ``attempt``: where it is tried.
    """

    name: str
    what: str
    seen_at: datetime | None
    is_down: bool
    troubles: tuple[str, ...]
    life_at: datetime | None = None
    warmth: str = ""
    warmth_at: datetime | None = None
    battery: int | None = None
    battery_at: datetime | None = None
    link: int | None = None
    link_at: datetime | None = None
    expected: str = ""
    attempt: str = ""
    is_button: bool = False
    is_wired: bool = False


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
        readings=[*_readings(state), *_of_the_box(state)],
        may_try=who().is_family,
    )


def _device(state: State, device: Button | Sensor) -> Shown:
    link = DEVICE + device.id
    troubles = tuple(_in_words(fault) for fault in state.faults if about(fault) == device.id)
    kind = _("Call button") if isinstance(device, Button) else kind_words(device.kind)
    read, told = state.thermometers.get(device.id, Thermometer()), state.heard.get(device.id)
    is_button = isinstance(device, Button)
    return Shown(
        device.room or device.id,
        kind,
        last_seen(state, device.id),
        is_down(state, link),
        troubles,
        # A press is what a button has to tell, and stands there already.
        life_at=None if is_button else state.watch.life.get(device.id),
        warmth="" if read.celsius is None else degrees(read.celsius),
        warmth_at=read.read_at,
        battery=told.battery if told else None,
        battery_at=told.battery_at if told else None,
        link=told.link_quality if told else None,
        link_at=told.link_quality_at if told else None,
        expected=_expected(device),
        attempt=url_for("setup.button") if is_button else url_for("devices.attempt", device=device.id),
        is_button=is_button,
        is_wired=device.link == WIRE,
    )


def last_seen(state: State, device: str) -> datetime | None:
    """When this device last gave a sign of itself, or of life; a proof is noted once an hour only."""
    told, read = state.heard.get(device), state.thermometers.get(device, Thermometer())
    seen = (proven(state).get(DEVICE + device), told.at if told else None, read.read_at, state.watch.life.get(device))
    return max((at for at in seen if at is not None), default=None)


def _expected(device: Button | Sensor) -> str:
    """How long it may be silent before it is out of order."""
    if device.silent_after is None:
        return _("by wire: need not report")
    return _("reports at least every %s") % span(device.silent_after, whole=True)


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


def _of_the_box(state: State) -> list[tuple[str, str]]:
    """The rest of what one asks of the box. Who texts when is the family's alone, as the messages are."""
    now, zone, free = house().now(), house().policy().zone, state.readings.get("disk_free_gb")

    def when(at: datetime | None) -> str:
        return _("never") if at is None else moment(at, zone, now)

    of_texts = [
        (_("Credit of the SIM card"), _credit(state.credit, when)),
        (_("Last text sent"), when(state.text_out_at)),
        (_("Last text received"), when(state.text_in_at)),
    ]
    is_sure = state.clock_trusted
    return [
        *(of_texts if who().is_family else ()),
        (_("Free on the card (GB)"), decimal(free) if isinstance(free, float) else _("not known")),
        (_("Time of day"), clock(now, zone) if is_sure else _("%s, and nobody vouches for it") % clock(now, zone)),
        (_("Version"), __version__),
    ]


def _credit(known: Credit | None, when: Callable[[datetime | None], str]) -> str:
    """What the operator said of it last, and when; nothing is guessed."""
    if known is None or (known.amount_c is None and not known.expires):
        return _("not known; if the operator refuses texts, that is told as out of order")
    amount = "" if known.amount_c is None else f"{decimal(known.amount_c / 100, 2)} {known.currency}"
    end = good_until(known)
    until = _("until %s") % f"{end:%d/%m/%Y}" if end else ""
    return f"{', '.join(filter(None, (amount, until)))} ({when(known.at)})"


# --- one detector, tried ----------------------------------------------------------------------------------


@pages.get("/<device>/try")
@allow(*FAMILY)
def attempt(device: str) -> str | AnyResponse:
    """Whether this detector was heard ``since`` the page was opened, which stands in its address."""
    sensor, since = _sensor(device), _since()
    if since is None:
        now = int(house().now().timestamp())
        return redirect(url_for("devices.attempt", device=device, since=now), 303)
    name = sensor.room or sensor.id
    return render_template(
        "devices_try.html", part=_attempt(sensor, since), name=name, what=kind_words(sensor.kind), device=sensor.id
    )


@pages.get("/<device>/try/live")
@allow(*FAMILY)
def attempt_live(device: str) -> Response:
    """What changes of it."""
    return answer_live(_attempt(_sensor(device), _since() or house().now()))


def _sensor(device: str) -> Sensor:
    return house().policy().sensor(device) or abort(404)


def _since() -> datetime | None:
    """When the try began; None where that is not said, or lies ahead (a clock was set back)."""
    written = request.args.get("since", "")
    since = datetime.fromtimestamp(int(written), UTC) if re.fullmatch("[0-9]{1,10}", written) else None
    return since if since is not None and since <= house().now() else None


def _attempt(sensor: Sensor, since: datetime) -> Markup:
    state = house().state
    seen, moves = last_seen(state, sensor.id), state.movements.get(sensor.id)
    return live_part(
        "devices_try_live.html",
        "devices.attempt_live",
        {"device": sensor.id, "since": int(since.timestamp())},
        name=sensor.room or sensor.id,
        seen_at=seen,
        is_heard=seen is not None and seen >= since,
        since=since,
        active_since=moves.active_since if moves else None,
        how=_how_to_try(sensor.kind),
        calls=[incident for incident in state.open_incidents() if incident.is_call],
    )


def _how_to_try(kind: SensorKind) -> str:
    if kind in HAZARDS or kind is SensorKind.FALL:
        return _(
            "Do as its leaflet says. What it tells is a real alarm: tell the others before, and end the alert after."
        )
    words = {
        SensorKind.MOTION: _("Leave the room for two minutes, then walk past it."),
        SensorKind.DOOR: _("Open the door, then shut it."),
        SensorKind.BED: _("Lie down for a moment, then get up."),
        SensorKind.TEMPERATURE: _("Hold it in your hand. It may take some minutes until it tells."),
    }
    return words[kind]
