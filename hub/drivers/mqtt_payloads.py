"""What devices mean by their MQTT payloads, sans IO: bytes in; gestures, levels and records out.

Knows the dialects of Zigbee2MQTT, Tasmota and ESPHome, and plain texts. Knows no topics but for
their last word, no connection, and nothing of what was said before (`mqtt_reader` does).
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from hub.domain.policy import SensorKind
from hub.errors import FormError

# The longest payloads of use are Zigbee2MQTT's states with an update record in them, below 4 kB.
LONGEST_PAYLOAD = 16 * 1024
# A plain payload is one word such as "single"; no device of ours sends a longer one.
LONGEST_WORD = 64
# Zigbee2MQTT's fullest states open a dozen brackets. Thousands of them, one inside the other, would exhaust the
# stack of the reading thread; counting them is simpler than knowing what each Python does then.
MOST_BRACKETS = 64

Content: TypeAlias = Mapping[str, object] | str

_WORDS = {
    **dict.fromkeys(("on", "true", "1", "open", "detected"), True),
    **dict.fromkeys(("off", "false", "0", "closed", "clear"), False),
}
_LEVEL_KEYS: dict[SensorKind, tuple[str, ...]] = {
    SensorKind.MOTION: ("occupancy", "presence", "motion"),
    SensorKind.DOOR: ("contact", "open"),
    SensorKind.BED: ("occupancy", "presence"),
    SensorKind.SMOKE: ("smoke",),
    SensorKind.CO: ("carbon_monoxide",),
    SensorKind.FLOOD: ("water_leak",),
    SensorKind.GAS: ("gas",),
    SensorKind.FALL: ("fall",),
}
_TEMPERATURE_KEYS = ("temperature", "Temperature", "local_temperature")
# ESPHome and Zigbee2MQTT's attribute topics send the number alone.
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,6})?")
_ANY_KIND = ("state", "value")
# Zigbee2MQTT says whether the two halves touch: false is an open door, whatever else "contact" sounds like.
_CONTACT = "contact"
_TASMOTA_SWITCH = re.compile(r"switch\d*", re.IGNORECASE)
_TASMOTA_BUTTON = re.compile(r"button\d*", re.IGNORECASE)
_ACTION_KEYS = ("action", "ACTION", "Action", "event_type")
SOS = "sos"
_AVAILABLE = {"online": True, "offline": False}
FULL_PERCENT = 100
# Zigbee's link quality is one byte (IEEE 802.15.4, LQI).
BEST_LINK = 255
# Beyond any temperature; a longer number of JSON's does not fit a float.
MOST = 1_000_000


def content_of(payload: bytes) -> Content:
    """Return the record or the single word that ``payload`` holds.

    Raises `FormError` for anything else: too long, not UTF-8, broken or too deep JSON, a list.
    """
    if len(payload) > LONGEST_PAYLOAD:
        raise FormError(f"longer than {LONGEST_PAYLOAD} bytes")
    try:
        text = payload.decode("utf-8").strip()
    except UnicodeDecodeError as not_text:
        raise FormError("not UTF-8 text") from not_text
    return _record(text) if text.startswith("{") else _word(text)


def _record(text: str) -> Mapping[str, object]:
    if text.count("{") + text.count("[") > MOST_BRACKETS:
        raise FormError(f"more than {MOST_BRACKETS} brackets")
    try:
        record: dict[str, object] = json.loads(text)
    except ValueError as broken:
        raise FormError("not a JSON object") from broken
    return record


def _word(text: str) -> str:
    word = text.strip('"')
    if len(word) > LONGEST_WORD or not word.isprintable() or word.startswith("["):
        raise FormError("neither a JSON object nor one word")
    return word


def gestures(content: Content) -> tuple[str, ...]:
    """Return what the person did with a button, in small letters: "single", "hold"; ``{"sos": true}`` is "sos"."""
    if isinstance(content, str):
        return (content.lower(),) if content else ()
    said = [value.lower() for value in _said(content) if isinstance(value, str) and value]
    if _truth(content.get(SOS)):
        said.append(SOS)
    return tuple(said)


def _said(record: Mapping[str, object]) -> Iterator[object]:
    for key in _ACTION_KEYS:
        yield record.get(key)
    for key, value in record.items():
        if _TASMOTA_BUTTON.fullmatch(key) and isinstance(value, Mapping):
            yield value.get("Action")


def level(content: Content, kind: SensorKind, topic: str) -> bool | None:
    """Return whether the sensor is active (moving, open, burning); None where this does not say.

    A battery's report, a device that is "unavailable": most of what devices send is no level.
    """
    if isinstance(content, str):
        active = _truth(content)
        key = topic.rpartition("/")[2]  # Zigbee2MQTT's attribute topics: .../front_door/contact false
    else:
        key, active = _level_in(content, kind)
    if kind is SensorKind.DOOR and key == _CONTACT and active is not None:
        return not active
    return active


def _level_in(record: Mapping[str, object], kind: SensorKind) -> tuple[str, bool | None]:
    for key in (*_LEVEL_KEYS.get(kind, ()), *_ANY_KIND, *filter(_TASMOTA_SWITCH.fullmatch, record)):
        value = record.get(key)
        active = _truth(value.get("Action") if isinstance(value, Mapping) else value)
        if active is not None:
            return key, active
    return "", None


def battery(content: Content) -> int | None:
    """Return how full the device says its battery is, in per cent; None where it does not say, or nonsense."""
    value = content.get("battery") if isinstance(content, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= FULL_PERCENT:
        return None
    return int(value)


def link_quality(content: Content) -> int | None:
    """Return how well Zigbee2MQTT receives the device, from 0 to 255; None where that is not said, or nonsense."""
    value = content.get("linkquality") if isinstance(content, Mapping) else None
    return value if type(value) is int and 0 <= value <= BEST_LINK else None


def temperature(content: Content) -> float | None:
    """Return how warm the device says it is, in °C, nonsense included; None where it does not say.

    Tasmota names its probes (``{"DS18B20":{"Temperature":20.1},"TempUnit":"C"}``) and may be set to Fahrenheit.
    """
    if isinstance(content, str):
        return float(content) if _NUMBER.fullmatch(content) else None
    found = _number_of(content)
    for probe in content.values():
        if found is None and isinstance(probe, Mapping):
            found = _number_of(probe)
    is_fahrenheit = content.get("TempUnit") == "F"
    return (found - 32) / 1.8 if found is not None and is_fahrenheit else found


def _number_of(record: Mapping[str, object]) -> float | None:
    values = (record.get(key) for key in _TEMPERATURE_KEYS)
    # JSON's numbers may have any size; what does not fit a float is no temperature.
    numbers = (value for value in values if isinstance(value, int | float) and not isinstance(value, bool))
    return next((float(max(-MOST, min(value, MOST))) for value in numbers), None)


def tampered(content: Content) -> bool | None:
    """Return whether the device says that somebody opened or moved it; None where it does not say."""
    return _truth(content.get("tamper")) if isinstance(content, Mapping) else None


def is_online(content: Content) -> bool | None:
    """Return what an availability topic says ("online", {"state": "offline"}); None for anything else."""
    state = content if isinstance(content, str) else content.get("state")
    return _AVAILABLE.get(state.lower()) if isinstance(state, str) else None


def _truth(value: object) -> bool | None:
    """Read true, "ON", "open" or 1; None for what is neither yes nor no."""
    if isinstance(value, bool | int | str):
        return _WORDS.get(str(value).strip().lower())
    return None
