"""The dialects of devices, as they stand in their own documentation, and what hostile bytes do."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.policy import SensorKind
from hub.drivers.mqtt_payloads import LONGEST_PAYLOAD, content_of, gestures, level, temperature
from hub.errors import FormError


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (b'{"action":"single","battery":100,"linkquality":134}', ("single",)),
        (b'{"action":"Emergency"}', ("emergency",)),
        (b'{"sos":true,"battery":88}', ("sos",)),
        (b'{"sos":false}', ()),
        (b'{"action":""}', ()),
        (b'{"action":null}', ()),
        (b'{"battery":100}', ()),
        (b'{"Button1":{"Action":"SINGLE"}}', ("single",)),
        (b'{"ACTION":"SINGLE"}', ("single",)),
        (b'{"event_type":"double"}', ("double",)),
        (b"single", ("single",)),
        (b'"hold"', ("hold",)),
        (b"", ()),
    ],
)
def test_what_was_done_with_a_button_is_read_in_every_dialect(payload: bytes, said: tuple[str, ...]) -> None:
    assert gestures(content_of(payload)) == said


@pytest.mark.parametrize(
    ("payload", "kind", "active"),
    [
        (b'{"occupancy":true,"battery":100,"last_seen":"2026-01-01T00:00:00Z"}', SensorKind.MOTION, True),
        (b'{"presence":false}', SensorKind.MOTION, False),
        (b'{"contact":false,"battery":97}', SensorKind.DOOR, True),
        (b'{"contact":true}', SensorKind.DOOR, False),
        (b'{"smoke":true}', SensorKind.SMOKE, True),
        (b'{"carbon_monoxide":true}', SensorKind.CO, True),
        (b'{"water_leak":true}', SensorKind.FLOOD, True),
        (b'{"gas":false}', SensorKind.GAS, False),
        (b'{"presence":true}', SensorKind.BED, True),
        (b'{"fall":true}', SensorKind.FALL, True),
        (b'{"state":"ON"}', SensorKind.MOTION, True),
        (b'{"Switch1":{"Action":"ON"}}', SensorKind.DOOR, True),
        (b'{"Time":"2026-01-01T00:00:00","Switch1":"OFF"}', SensorKind.DOOR, False),
        (b"ON", SensorKind.DOOR, True),
        (b"OFF", SensorKind.SMOKE, False),
        (b"unavailable", SensorKind.MOTION, None),
        (b'{"battery":100}', SensorKind.MOTION, None),
        (b'{"occupancy":"maybe"}', SensorKind.MOTION, None),
        (b'{"occupancy":7}', SensorKind.MOTION, None),
        (b"", SensorKind.MOTION, None),
    ],
)
def test_where_a_sensor_stands_is_read_in_every_dialect(payload: bytes, kind: SensorKind, active: bool | None) -> None:
    assert level(content_of(payload), kind, "zigbee2mqtt/device") is active


def test_a_door_whose_contact_has_a_topic_of_its_own_is_open_when_the_halves_do_not_touch() -> None:
    assert level("false", SensorKind.DOOR, "zigbee2mqtt/front_door/contact") is True


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"x" * 100_000, "longer than"),
        (b'{"a":' * 2500 + b"1" + b"}" * 2500, "brackets"),
        (b'{"a":' + b"[" * 15_000, "brackets"),
        (b'{"a":' + b"9" * 5000 + b"}", "JSON"),
        (b"\xff\xfe{", "UTF-8"),
        (b'{"action":"single"', "JSON"),
        (b"[1,2]", "neither"),
        (b"a long sentence " * 10, "neither"),
        (b"single\x00", "neither"),
    ],
)
def test_what_no_device_sends_is_refused_with_its_reason(payload: bytes, why: str) -> None:
    with pytest.raises(FormError, match=why):
        content_of(payload)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["action", "sos", "contact", "state", "Switch1", "Button1", "value", "smoke"])


@settings(deadline=None, max_examples=150)
@given(
    st.binary(max_size=200) | st.dictionaries(KEYS, JSON, max_size=4).map(lambda d: json.dumps(d).encode()),
    st.sampled_from(SensorKind),
)
def test_whatever_the_bytes_only_a_form_error_comes_of_them(payload: bytes, kind: SensorKind) -> None:
    try:
        content = content_of(payload)
    except FormError:
        return
    assert level(content, kind, "a/contact") in (True, False, None)
    assert all(isinstance(one, str) for one in gestures(content))


def test_the_longest_payload_allowed_is_still_read() -> None:
    filler = "x" * (LONGEST_PAYLOAD - len(b'{"action":"single","x":""}'))
    assert gestures(content_of(f'{{"action":"single","x":"{filler}"}}'.encode())) == ("single",)


# --- how warm it is -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "celsius"),
    [
        (b'{"temperature":21.4,"humidity":50,"linkquality":9}', 21.4),
        (b'{"temperature":-3}', -3.0),
        (b'{"local_temperature":19.5}', 19.5),
        (b'{"Time":"2026-03-02T14:02:00","DS18B20":{"Id":"01","Temperature":7.9},"TempUnit":"C"}', 7.9),
        (b'{"AM2301":{"Temperature":68.0,"Humidity":40},"TempUnit":"F"}', 20.0),
        (b"21.4", 21.4),
        (b'"-3.5"', -3.5),
        (b"unavailable", None),
        (b"", None),
        (b"nan", None),
        (b"1e9", None),
        (b"0x10", None),
        ("٢١".encode(), None),
        (b'{"battery":90}', None),
        (b'{"temperature":"21.4"}', None),
        (b'{"temperature":true}', None),
        (b'{"update":{"state":"idle"}}', None),
    ],
)
def test_a_temperature_is_a_number_alone_or_in_a_record(payload: bytes, celsius: float | None) -> None:
    assert temperature(content_of(payload)) == celsius


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"9" * 4000, b"-" + b"9" * 4000])
def test_a_number_of_any_size_is_some_number(number: bytes) -> None:
    assert abs(temperature(content_of(b'{"temperature":' + number + b"}")) or 0) >= 1_000_000
