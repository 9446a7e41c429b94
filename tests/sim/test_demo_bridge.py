"""With a real broker on a real port: waited for with a deadline, as other processes are."""

import json
import threading
import time

import paho.mqtt.client as mqtt
import pytest
from demo_stage import Stage, on_stage, usual
from paho.mqtt.enums import CallbackAPIVersion

from hub.sim import demo_bridge
from hub.sim.demo_bridge import DemoBroker

DEADLINE_S = 20.0


class Outsider:
    """Somebody's own MQTT tool."""

    def __init__(self, port: int) -> None:
        self.heard: dict[str, bytes] = {}
        self.retained: set[str] = set()
        self._subscribed = threading.Event()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv311)
        self._client.on_connect = lambda client, *_rest: client.subscribe("telecare/#", 1)
        self._client.on_subscribe = lambda *_rest: self._subscribed.set()
        self._client.on_message = self._hear
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._subscribed.wait(DEADLINE_S)

    def says(self, topic: str, payload: str, *, retain: bool = False) -> None:
        self._client.publish(topic, payload, 1, retain).wait_for_publish(DEADLINE_S)

    def state(self) -> str:
        return json.loads(self.heard.get("telecare/demo01/state", b"{}")).get("state", "")

    def status(self) -> str:
        return json.loads(self.heard.get("telecare/demo01/status", b"{}")).get("state", "")

    def _hear(self, _client, _data, message) -> None:
        self.heard[message.topic] = message.payload
        if message.retain:
            self.retained.add(message.topic)

    def leave(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def until(holds, demo, broker, what):
    """Let the house live, a little at a time, until something holds."""
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline, f"{what}; the broker: {broker.trouble or broker.port}"
        demo.pass_time(0.01)
        broker.exchange()
        time.sleep(0.01)


@pytest.fixture
def demo(tmp_path):
    return usual(tmp_path)


@pytest.fixture
def broker(demo):
    broker = DemoBroker(demo.house)
    broker.start()
    until(lambda: broker.is_bridged, demo, broker, "the broker does not serve")
    yield broker
    broker.stop()


@pytest.fixture
def outsider(broker):
    outsider = Outsider(broker.port)
    yield outsider
    outsider.leave()


def test_a_press_published_to_the_broker_raises_an_incident_in_the_house(demo, broker, outsider):
    outsider.says("zigbee2mqtt/pendant", '{"action":"single"}')

    until(lambda: demo.house.view.incident is not None, demo, broker, "no incident")
    assert demo.house.view.condition == "warning"
    until(lambda: outsider.state() == "warning", demo, broker, "the state is not told outside")
    demo.pass_time(15)
    until(lambda: outsider.state() == "alerting", demo, broker, "the alarm is not told outside")
    assert len(demo.house.texts_to("Paul")) == 1


def test_state_is_retained_for_whoever_comes_later(demo, broker, outsider):
    demo.press()
    demo.pass_time(15)
    until(lambda: outsider.state() == "alerting", demo, broker, "the alarm is not told outside")
    late = Outsider(broker.port)

    until(lambda: late.state() == "alerting", demo, broker, "the state is not retained")
    assert "telecare/demo01/state" in late.retained
    until(lambda: "telecare/demo01/incident/10" in late.retained, demo, broker, "the incident is not retained")
    late.leave()


def test_an_order_is_answered(demo, broker, outsider):
    outsider.says("telecare/demo01/cmd", '{"cmd":"TRIGGER","id":"x1"}')

    until(lambda: "telecare/demo01/cmd/result" in outsider.heard, demo, broker, "no answer")
    assert json.loads(outsider.heard["telecare/demo01/cmd/result"])["id"] == "x1"


def test_another_house_is_served_on_the_same_port(demo, broker, outsider, tmp_path):
    other = usual(tmp_path / "other", "en")
    broker.move_to(other.house)
    until(lambda: broker.is_bridged, other, broker, "the broker does not serve the other house")

    outsider.says("zigbee2mqtt/pendant", '{"action":"single"}')
    until(lambda: other.house.view.incident is not None, other, broker, "no incident in the other house")
    until(lambda: outsider.state() == "warning", other, broker, "the state is not told outside")
    assert demo.house.view.incident is None
    other.house.stop_hub()


def test_a_retained_press_is_no_press(demo, broker, outsider):
    outsider.says("zigbee2mqtt/pendant", '{"action":"single"}', retain=True)
    until(lambda: demo.house.view.incident is not None, demo, broker, "the press itself is one")
    demo.hold()
    demo.pass_time(5)
    again = DemoBroker(demo.house)  # whose bridge subscribes anew, and is handed what was retained

    again.start()
    until(lambda: again.is_bridged, demo, again, "the broker does not serve")
    assert demo.house.view.incident is None
    again.stop()


def test_a_killed_hub_is_told_to_be_offline_and_online_again(demo, broker, outsider):
    until(lambda: outsider.status() == "online", demo, broker, "not online")

    demo.kill_hub()
    until(lambda: outsider.status() == "offline", demo, broker, "not offline")
    demo.pass_time(5)

    until(lambda: outsider.status() == "online", demo, broker, "not online again")


def test_the_screen_says_how_to_look_on(demo):
    broker = DemoBroker(demo.house)

    async def play(stage: Stage):
        until(lambda: broker.is_bridged, demo, broker, "the broker does not serve")
        await stage.wait(0)
        assert f"mosquitto_sub -p {broker.port} -t 'telecare/#' -v" in stage.seen("mqtt")

    on_stage(play, demo, broker=broker)


def test_a_broker_that_cannot_serve_does_not_stop_the_demo(demo, monkeypatch):
    monkeypatch.setattr(demo_bridge, "HOST", "192.0.2.1")  # nobody's address (RFC 5737): there is no serving on it
    broker = DemoBroker(demo.house)

    async def play(stage: Stage):
        until(lambda: broker.trouble, demo, broker, "it serves")
        await stage.wait(0)
        assert "MQTT : pas de serveur" in stage.seen("mqtt")
        await stage.press("b")
        await stage.wait(15)
        assert stage.seen("banner").startswith("✖ ALERTE")

    on_stage(play, demo, broker=broker)
