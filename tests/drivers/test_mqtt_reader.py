"""What messages mean, told as stories of devices: presses, edges, repeats, and the dead who do not speak."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.inputs import (
    Action,
    ButtonCancelled,
    ButtonPressed,
    Commanded,
    DeviceHeard,
    FaultCleared,
    FaultSeen,
    SensorChanged,
    TemperatureMeasured,
)
from hub.domain.policy import SensorKind
from hub.drivers.mqtt_commands import Refused
from hub.drivers.mqtt_reader import BURST, SIGN_TOLD_EVERY, Arrival, MqttButton, MqttSensor, Reader

NOW = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)
CMD = "telecare/7f3a9c/cmd"
PENDANT = "zigbee2mqtt/pendant"
KITCHEN = "zigbee2mqtt/kitchen"
DOOR = "zigbee2mqtt/front_door"
SMOKE = "esp/binary_sensor/smoke/state"
BRIDGE = "zigbee2mqtt/bridge/state"
CELLAR = "zigbee2mqtt/cellar"


class House:
    """A reader and a clock that the story moves."""

    def __init__(self) -> None:
        self.now = NOW
        self.signs: list[object] = []
        self.reader = Reader(
            CMD,
            [MqttButton("pendant", PENDANT, panic=("single", "emergency"), cancel=("double",))],
            [
                MqttSensor("kitchen", SensorKind.MOTION, KITCHEN),
                MqttSensor("door", SensorKind.DOOR, DOOR),
                MqttSensor("smoke", SensorKind.SMOKE, SMOKE),
                MqttSensor("cellar", SensorKind.TEMPERATURE, CELLAR),
            ],
        )

    def hears(self, topic: str, payload: bytes, *, retained: bool = False, repeated: bool = False) -> list[object]:
        """What this tells of people; for signs of the devices themselves see `signs`."""
        told = self.reader.read(Arrival(self.now, topic, payload, retained, repeated))
        self.signs = [one for one in told if isinstance(one, DeviceHeard | FaultSeen | FaultCleared)]
        return [one for one in told if one not in self.signs]

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def house() -> House:
    return House()


def test_a_panic_action_is_a_press_and_a_cancel_action_cancels(house: House) -> None:
    assert house.hears(PENDANT, b'{"action":"single"}') == [ButtonPressed(NOW, "pendant")]
    assert house.hears(PENDANT, b'{"action":"EMERGENCY"}') == [ButtonPressed(NOW, "pendant")]
    assert house.hears(PENDANT, b'{"action":"double"}') == [ButtonCancelled(NOW, "pendant")]


def test_an_action_that_nobody_listed_is_named_in_the_log(house: House) -> None:
    assert house.hears(PENDANT, b'{"action":"tripple"}') == []
    assert "pendant: 'tripple' is neither in its panic nor in its cancel" in house.reader.complaints.take(NOW)


def test_two_equal_presses_are_two_presses(house: House) -> None:
    assert len(house.hears(PENDANT, b'{"action":"single"}')) == 1
    assert len(house.hears(PENDANT, b'{"action":"single"}')) == 1


def test_a_press_that_the_broker_sends_again_is_told_once(house: House) -> None:
    house.hears(PENDANT, b'{"action":"single"}')
    house.later(3)
    assert house.hears(PENDANT, b'{"action":"single"}', repeated=True) == []


def test_a_press_that_comes_as_a_repeat_of_one_never_heard_is_a_press(house: House) -> None:
    assert len(house.hears(PENDANT, b'{"action":"single"}', repeated=True)) == 1


def test_a_repeat_long_after_its_like_may_be_another_press_and_is_told(house: House) -> None:
    house.hears(PENDANT, b'{"action":"single"}')
    house.later(60)
    assert len(house.hears(PENDANT, b'{"action":"single"}', repeated=True)) == 1


@pytest.mark.parametrize("payload", [b'{"action":"single"}', b'{"sos":true}', b"single"])
def test_a_retained_press_is_never_an_event(house: House, payload: bytes) -> None:
    assert house.hears(PENDANT, payload, retained=True) == []
    assert "retained press" in house.reader.complaints.take(NOW)


def test_a_retained_order_is_never_obeyed(house: House) -> None:
    assert house.hears(CMD, b'{"cmd":"TRIGGER"}', retained=True) == []
    assert house.hears(CMD, b'{"cmd":"TRIGGER"}') == [Commanded(NOW, Action.TRIGGER, "mqtt")]


def test_an_order_nobody_understands_is_refused(house: House) -> None:
    (seen,) = house.hears(CMD, b"open sesame")
    assert isinstance(seen, Refused)


def test_movement_is_told_by_its_edges_and_not_by_battery_reports(house: House) -> None:
    assert house.hears(KITCHEN, b'{"occupancy":true}') == [SensorChanged(NOW, "kitchen", active=True)]
    assert house.hears(KITCHEN, b'{"occupancy":true,"battery":99}') == []
    assert house.hears(KITCHEN, b'{"occupancy":false}') == [SensorChanged(NOW, "kitchen", active=False)]
    assert house.hears(KITCHEN, b'{"occupancy":false,"battery":98}') == []
    assert house.hears(KITCHEN, b'{"battery":98}') == []


def test_a_sensor_first_heard_of_at_rest_tells_nothing(house: House) -> None:
    assert house.hears(DOOR, b'{"contact":true,"battery":98}') == []
    assert house.hears(DOOR, b'{"contact":false}') == [SensorChanged(NOW, "door", active=True)]


def test_a_retained_state_is_where_a_sensor_stands_and_no_movement(house: House) -> None:
    assert house.hears(KITCHEN, b'{"occupancy":true}', retained=True) == []
    assert house.hears(KITCHEN, b'{"occupancy":true,"battery":98}') == []
    assert house.hears(KITCHEN, b'{"occupancy":false}') == [SensorChanged(NOW, "kitchen", active=False)]


def test_a_retained_fire_is_no_event_and_does_not_hide_the_next_report_of_it(house: House) -> None:
    assert house.hears(SMOKE, b"ON", retained=True) == []
    assert house.hears(SMOKE, b"ON") == [SensorChanged(NOW, "smoke", active=True)]


def test_what_zigbee2mqtt_remembers_at_its_start_is_no_movement(house: House) -> None:
    house.hears(KITCHEN, b'{"occupancy":false}')
    house.hears(BRIDGE, b'{"state":"offline"}')
    house.hears(BRIDGE, b'{"state":"online"}')
    house.later(8)
    assert house.hears(KITCHEN, b'{"occupancy":true}') == []
    house.later(60)
    assert house.hears(KITCHEN, b'{"occupancy":false}') == [SensorChanged(house.now, "kitchen", active=False)]
    assert house.hears(KITCHEN, b'{"occupancy":true}') == [SensorChanged(house.now, "kitchen", active=True)]


def test_a_bridge_that_has_long_been_online_silences_nobody(house: House) -> None:
    house.hears(BRIDGE, b'{"state":"online"}', retained=True)
    assert len(house.hears(KITCHEN, b'{"occupancy":true}')) == 1


def test_a_clock_set_back_after_a_bridge_started_silences_nobody(house: House) -> None:
    house.hears(BRIDGE, b'{"state":"online"}')
    house.later(-3600)
    assert len(house.hears(KITCHEN, b'{"occupancy":true}')) == 1


def test_a_press_and_a_fire_count_while_a_bridge_starts(house: House) -> None:
    house.hears(BRIDGE, b"online")
    house.hears("esp/bridge/state", b"online")
    assert len(house.hears(PENDANT, b'{"action":"single"}')) == 1
    assert len(house.hears(SMOKE, b"ON")) == 1


def test_one_topic_may_serve_a_button_and_a_sensor() -> None:
    reader = Reader(CMD, [MqttButton("sos", "z/pad", ("hold",))], [MqttSensor("pad", SensorKind.MOTION, "z/pad")])
    seen = reader.read(Arrival(NOW, "z/pad", b'{"action":"hold","occupancy":true}'))
    assert seen[:2] == (ButtonPressed(NOW, "sos"), SensorChanged(NOW, "pad", active=True))
    assert seen[2:] == (DeviceHeard(NOW, "sos"), DeviceHeard(NOW, "pad"))
    assert [s.topic for s in reader.subscriptions()].count("z/pad") == 1


def test_the_broker_keeps_presses_and_fires_while_we_are_away_but_neither_movements_nor_orders(house: House) -> None:
    kept = {s.topic: s.qos for s in house.reader.subscriptions()}
    assert {topic for topic, qos in kept.items() if qos} == {PENDANT, SMOKE}
    assert kept.keys() >= {CMD, KITCHEN, DOOR, BRIDGE, "esp/bridge/state", f"{PENDANT}/availability", CELLAR}


def test_retained_presses_and_orders_are_not_even_asked_for(house: House) -> None:
    wanted = {s.topic for s in house.reader.subscriptions() if s.wants_retained}
    presences = {topic for topic in wanted if topic.endswith(("/availability", "/bridge/state"))}
    assert wanted - presences == {KITCHEN, DOOR, SMOKE}


def test_a_mad_sensor_cannot_fill_the_inbox_and_a_pendant_beside_it_is_still_heard(house: House) -> None:
    told = 0
    for number in range(10_000):
        told += len(house.hears(KITCHEN, b"ON" if number % 2 else b"OFF"))
        house.later(0.0001)
    assert told <= BURST + 10
    assert len(house.hears(PENDANT, b'{"action":"single"}')) == 1


def test_what_is_dropped_is_counted_and_told_once_a_minute(house: House) -> None:
    for _ in range(5):
        house.hears(KITCHEN, b"x" * 100_000)
    first = house.reader.complaints.take(house.now)
    assert first == "zigbee2mqtt/kitchen: longer than 16384 bytes (5 times)"
    house.hears(KITCHEN, b"\xff")
    house.later(30)
    assert house.reader.complaints.take(house.now) == ""
    house.later(31)
    assert house.reader.complaints.take(house.now) == "zigbee2mqtt/kitchen: not UTF-8 text (1 times)"
    assert house.reader.complaints.total == 6


def test_a_device_that_invents_names_cannot_fill_the_memory(house: House) -> None:
    for number in range(1000):
        house.hears(PENDANT, f'{{"action":"a{number}"}}'.encode())
    assert len(house.reader.complaints.counts) <= 17
    assert "others (984 times)" in house.reader.complaints.take(house.now)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([CMD, PENDANT, KITCHEN, DOOR, SMOKE, BRIDGE, "somewhere/else"]),
            st.binary(max_size=40) | st.sampled_from([b"ON", b"OFF", b'{"action":"single"}', b'{"occupancy":true}']),
            st.booleans(),
            st.booleans(),
        ),
        max_size=20,
    )
)
def test_whatever_arrives_retained_messages_tell_nothing(story: list[tuple[str, bytes, bool, bool]]) -> None:
    house = House()
    for topic, payload, retained, repeated in story:
        seen = house.hears(topic, payload, retained=retained, repeated=repeated)
        assert not (retained and seen)


# --- the devices themselves -----------------------------------------------------------------------------------


def test_every_message_is_a_sign_of_the_device_told_every_ten_minutes_or_with_news(house: House) -> None:
    house.hears(DOOR, b'{"contact":true,"battery":87}')
    assert house.signs == [DeviceHeard(NOW, "door", 87)]
    house.hears(DOOR, b'{"contact":true,"battery":87}')
    assert house.signs == []

    house.hears(DOOR, b'{"contact":true,"battery":12,"tamper":true}')
    assert house.signs == [DeviceHeard(NOW, "door", 12, tampered=True)]

    house.later(SIGN_TOLD_EVERY.total_seconds())
    house.hears(DOOR, b'{"contact":true,"battery":12,"tamper":true}')
    assert len(house.signs) == 1


def test_a_thermometer_is_read_when_it_changes_and_every_ten_minutes(house: House) -> None:
    assert house.hears(CELLAR, b'{"temperature":12.5,"battery":100}') == [TemperatureMeasured(NOW, "cellar", 12.5)]
    assert house.signs == [DeviceHeard(NOW, "cellar", 100)]

    house.later(60)
    assert house.hears(CELLAR, b'{"temperature":12.52,"battery":100}') == []
    assert house.hears(CELLAR, b'{"temperature":12.4}') == [TemperatureMeasured(house.now, "cellar", 12.4)]
    house.later(SIGN_TOLD_EVERY.total_seconds())
    assert house.hears(CELLAR, b"12.4") == [TemperatureMeasured(house.now, "cellar", 12.4)]


NO_TEMPERATURES = (b"1e999", b"-1e999", b"NaN", b"Infinity", b"85", b"-127", b"1e9", b"9" * 4000, b"9" * 5000)


@pytest.mark.parametrize("said", [*NO_TEMPERATURES, b"true", b"null", b'"12.5"', b"[12.5]", b'{"a":{"b":12}}'])
def test_what_is_no_temperature_is_not_read_and_no_sign_of_a_thermometer(house: House, said: bytes) -> None:
    assert house.hears(CELLAR, b'{"temperature":' + said + b',"battery":100}') == []
    assert house.signs == []


@pytest.mark.parametrize("said", [b"-41", b"80.5", b"999", b'{"temperature":1e9}', b'{"temperature":NaN}'])
def test_a_number_that_no_home_has_is_complained_of(house: House, said: bytes) -> None:
    assert house.hears(CELLAR, said) == []
    assert "cellar: what it says is no temperature of any home" in house.reader.complaints.take(NOW)


def test_a_thermometer_of_yesterday_or_of_a_bridge_that_starts_is_not_read(house: House) -> None:
    assert house.hears(CELLAR, b'{"temperature":3}', retained=True) == []

    house.hears(BRIDGE, b"online")
    house.later(5)
    assert house.hears(CELLAR, b'{"temperature":3}') == []


def test_a_thermometer_gone_mad_is_cut_short(house: House) -> None:
    told = [house.hears(CELLAR, f'{{"temperature":{number / 10}}}'.encode()) for number in range(200)]

    assert sum(map(len, told)) == BURST


@pytest.mark.parametrize("said", [b"-3", b"101", b"true", b'"full"', b"null", b"1e999"])
def test_a_battery_of_nonsense_is_none(house: House, said: bytes) -> None:
    house.hears(DOOR, b'{"battery":' + said + b"}")
    assert house.signs == [DeviceHeard(NOW, "door", None)]


def test_what_the_broker_or_a_starting_bridge_remembers_is_no_sign_of_a_device(house: House) -> None:
    house.hears(DOOR, b'{"battery":3}', retained=True)
    assert house.signs == []

    house.hears(BRIDGE, b"online")
    house.later(5)
    house.hears(DOOR, b'{"battery":3}')
    assert house.signs == []

    house.later(15)
    house.hears(DOOR, b'{"battery":3}')
    assert house.signs == [DeviceHeard(house.now, "door", 3)]


@pytest.mark.parametrize("word", [b"%s", b'{"state":"%s"}', b'"%s"'])
def test_whether_a_device_is_there_is_told_when_it_changes(house: House, word: bytes) -> None:
    topic = f"{DOOR}/availability"
    house.hears(topic, word % b"offline", retained=True)
    assert house.signs == [DeviceHeard(NOW, "door", online=False)]
    house.hears(topic, word % b"offline")
    assert house.signs == []

    house.hears(topic, word % b"online")
    assert house.signs == [DeviceHeard(NOW, "door", online=True)]
    house.hears(topic, word % b"perhaps")
    assert house.signs == []


def test_without_its_bridge_no_device_is_heard_and_that_is_a_fault(house: House) -> None:
    house.hears(BRIDGE, b'{"state":"offline"}', retained=True)
    assert house.signs == [FaultSeen(NOW, "mqtt.bridge", f"{BRIDGE} says offline")]
    house.hears("esp/bridge/state", b"offline")
    assert house.signs == [FaultSeen(NOW, "mqtt.bridge", f"esp/bridge/state, {BRIDGE} says offline")]

    house.hears(BRIDGE, b'{"state":"online"}')
    assert [type(sign) for sign in house.signs] == [FaultSeen]
    house.hears("esp/bridge/state", b"online")
    assert house.signs == [FaultCleared(NOW, "mqtt.bridge")]
    house.hears("esp/bridge/state", b'{"state":7}')
    assert house.signs == []


@pytest.mark.parametrize(
    ("said", "quality"),
    [
        (b"134", 134),
        (b"0", 0),
        (b"255", 255),
        (b"256", None),
        (b"-1", None),
        (b"true", None),
        (b"9e99", None),
        (b'"134"', None),
        (b"null", None),
        (b"[1]", None),
    ],
)
def test_how_well_a_device_is_received_is_told_from_0_to_255_and_nothing_else(
    house: House, said: bytes, quality: int | None
) -> None:
    house.hears(DOOR, b'{"battery":87,"linkquality":' + said + b"}")
    assert house.signs == [DeviceHeard(NOW, "door", 87, link_quality=quality)]


def test_one_that_is_received_a_little_better_is_not_told_of_each_time(house: House) -> None:
    house.hears(DOOR, b'{"contact":true,"linkquality":100}')
    house.hears(DOOR, b'{"contact":true,"linkquality":101}')
    assert house.signs == []
    house.now += SIGN_TOLD_EVERY
    house.hears(DOOR, b'{"contact":true,"linkquality":102}')
    assert house.signs == [DeviceHeard(house.now, "door", link_quality=102)]


@pytest.mark.parametrize("word", [b"ON", b"134"])
def test_a_word_says_nothing_of_how_well_it_is_received(house: House, word: bytes) -> None:
    house.hears(KITCHEN, word)
    assert [sign.link_quality for sign in house.signs if isinstance(sign, DeviceHeard)] == [None]
