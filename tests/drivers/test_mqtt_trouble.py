"""The MQTT driver and a broker that is away, frozen, killed or flooded, and a cable that is cut."""

import json
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from mqtt_bench import KITCHEN, PENDANT, ROOT, Cable, Hub, declined, logged

from hub.domain.inputs import ButtonPressed, FaultCleared, FaultSeen, LinkChanged, SensorChanged
from hub.domain.view import Condition
from hub.drivers.mqtt import StateView, _span
from hub.drivers.mqtt_link import UNACKNOWLEDGED_AT_MOST
from tests.mosquitto import Listener, Mosquitto, flood, wait_until

pytestmark = pytest.mark.system

STOP_WITHIN_S = 2.0
ONLINE, OFFLINE = b'{"state":"online"}', b'{"state":"offline"}'


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path) as running:
        yield running


def event_ids(listener: Listener) -> list[str]:
    return [json.loads(payload)["id"] for payload in listener.on(f"{ROOT}/event")]


def test_a_broker_that_is_not_there_is_a_fault_after_a_while_and_taken_back_when_it_comes(
    broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    broker.kill()
    with Hub(broker.port) as hub:
        fault = hub.wait_for(FaultSeen)
        assert fault.fault == "mqtt.absent"
        assert f"127.0.0.1:{broker.port}: Connection refused" in fault.detail
        time.sleep(0.5)
        broker.start()
        hub.wait_until_up()
        assert "mqtt.absent" in [seen.fault for seen in hub.seen(FaultCleared)]
        assert hub.faults() == ["mqtt.absent"]
    gone, back = logged(caplog.records)
    assert gone.startswith("mqtt: no broker: ")
    assert back.startswith("mqtt: broker is back after ")


def test_a_broker_that_was_killed_gets_everything_retained_and_every_event_in_order(
    broker: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with Hub(broker.port) as hub:
        hub.wait_until_up()
        hub.source.publish_state(StateView(Condition.OK))
        broker.kill()
        wait_until(lambda: [link.up for link in hub.seen(LinkChanged)] == [True, False])
        for number in range(1, 51):
            hub.source.publish_fact(number, declined(number))
        hub.source.publish_state(StateView(Condition.ALERTING, incident=27))
        broker.start()
        with Listener(broker.port) as listener:
            wait_until(lambda: b'{"state":"online"}' in listener.on(f"{ROOT}/status"))
            wait_until(lambda: json.loads((listener.on(f"{ROOT}/state") or [b"{}"])[-1]).get("state") == "alerting")
        hub.wait_until_up(2)
    messages = logged(caplog.records)
    assert len(messages) == 3, messages
    assert "events late, 0 lost" in messages[2]


@pytest.mark.parametrize(("seconds", "words"), [(40, "40 s"), (200, "3 min"), (11_520, "3 h 12 min")])
def test_a_span_is_told_as_people_say_it(seconds: int, words: str) -> None:
    assert _span(seconds) == words


def test_events_the_broker_did_not_acknowledge_are_sent_again_with_the_same_ids(broker: Mosquitto) -> None:
    with Listener(broker.port) as listener, Cable(broker.port) as cable, Hub(cable.port) as hub:
        hub.wait_until_up()
        # What it says at a start is with the broker, and the acknowledgements are back.
        wait_until(lambda: listener.on(f"{ROOT}/status") and listener.on(f"{ROOT}/incident"))
        time.sleep(0.2)
        cable.is_deaf = True
        for number in range(1, 31):
            hub.source.publish_fact(number, declined(number))
        wait_until(lambda: len(event_ids(listener)) == UNACKNOWLEDGED_AT_MOST)
        cable.is_deaf = False
        cable.cut()
        wait_until(lambda: len(set(event_ids(listener))) == 30)
        everything = [f"7f3a9c-{number}" for number in range(1, 31)]
        assert event_ids(listener) == everything[:UNACKNOWLEDGED_AT_MOST] + everything


def test_a_stop_takes_no_longer_than_promised_with_a_frozen_broker(broker: Mosquitto) -> None:
    hub = Hub(broker.port)
    hub.source.start()
    hub.wait_until_up()
    broker.freeze()
    hub.source.publish_fact(1, declined(1))
    began = time.monotonic()
    hub.source.stop()
    assert time.monotonic() - began < STOP_WITHIN_S
    posted = len(hub.posted)
    broker.thaw()
    time.sleep(0.2)
    assert len(hub.posted) == posted


def test_a_stop_takes_no_longer_than_promised_while_it_dials_a_frozen_broker(broker: Mosquitto) -> None:
    broker.freeze()
    hub = Hub(broker.port)
    hub.source.start()
    time.sleep(0.1)
    began = time.monotonic()
    hub.source.stop()
    assert time.monotonic() - began < STOP_WITHIN_S
    assert not hub.seen(LinkChanged)


def test_publishing_never_waits_for_a_frozen_broker_nor_gathers_without_bounds(broker: Mosquitto) -> None:
    with Hub(broker.port) as hub:
        hub.wait_until_up()
        broker.freeze()
        slowest = 0.0
        for number in range(1, 5001):
            began = time.monotonic()
            hub.source.publish_fact(number, declined(number))
            hub.source.publish_state(StateView(Condition.OK, incident=number))
            slowest = max(slowest, time.monotonic() - began)
        assert slowest < 0.25
        broker.thaw()
        with Listener(broker.port) as listener:
            hub.source.publish_fact(5001, declined(5001))
            wait_until(lambda: event_ids(listener)[-1:] == ["7f3a9c-5001"])


def test_a_flood_of_movements_fills_no_memory_and_hides_no_press(broker: Mosquitto) -> None:
    with Hub(broker.port) as hub, Listener(broker.port, (f"{ROOT}/status",)) as listener:
        hub.wait_until_up()
        before = resident_mb()
        flood(broker.port, KITCHEN, messages=20_000, per_s=10_000)
        listener.say(PENDANT, '{"action":"single"}')
        hub.wait_for(ButtonPressed, 20)
        assert resident_mb() - before < 10
        assert 0 < len(hub.seen(SensorChanged)) < 200
        began = time.monotonic()
        hub.source.publish_state(StateView(Condition.OK))
        assert time.monotonic() - began < 1.0, "nobody waits for a broker"


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.parametrize(
    ("version", "told"),
    [(4, [ONLINE, OFFLINE, ONLINE]), (5, [ONLINE, ONLINE])],
    ids=["MQTT 3.1.1 tells at once", "MQTT 5 waits for it to come back"],
)
def test_the_broker_tells_of_a_hub_that_vanished(broker: Mosquitto, version: int, told: list[bytes]) -> None:
    with Listener(broker.port) as listener, Cable(broker.port) as cable, Hub(cable.port, version=version) as hub:
        wait_until(lambda: listener.on(f"{ROOT}/status") == told[:1])
        cable.cut()
        hub.wait_until_up(2)
        wait_until(lambda: listener.on(f"{ROOT}/status") == told)
