"""The MQTT driver with a real Mosquitto: what comes in, what goes out, what the broker keeps."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mqtt_bench import KITCHEN, PENDANT, ROOT, Hub, logged

from hub.domain import facts as f
from hub.domain.inputs import (
    Action,
    ButtonCancelled,
    ButtonPressed,
    Commanded,
    FaultCleared,
    LinkChanged,
    SensorChanged,
)
from hub.domain.policy import Delays, Plan, Resident, Wave
from hub.domain.records import Incident, Phase
from hub.domain.view import Condition
from hub.drivers.mqtt import StateView
from tests.mosquitto import Listener, Mosquitto, wait_until

pytestmark = pytest.mark.system

NOW = datetime(2026, 3, 2, 14, 2, 3, tzinfo=UTC)
PLAN = Plan((), (Wave(()),), Resident("Mme Martin", key_code="4321"), Delays())
OPEN = Incident(27, f.Kind.PANIC, "salon", "salon", PLAN, NOW, phase=Phase.ALERTING)
CLOSED = dataclasses.replace(OPEN, phase=Phase.CLOSED, outcome=f.Outcome.HELPED, closed_at=NOW)
ONLINE, OFFLINE = b'{"state":"online"}', b'{"state":"offline"}'


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path) as running:
        yield running


@pytest.fixture
def listener(broker: Mosquitto) -> Iterator[Listener]:
    with Listener(broker.port) as client:
        yield client


@pytest.fixture(params=[5, 4], ids=["MQTT 5", "MQTT 3.1.1"])
def hub(broker: Mosquitto, request: pytest.FixtureRequest) -> Iterator[Hub]:
    with Hub(broker.port, version=request.param) as running:
        yield running.wait_until_up()


def test_a_press_and_a_cancel_of_a_pendant_arrive(hub: Hub, listener: Listener) -> None:
    listener.say(PENDANT, '{"action":"single","battery":100}')
    assert hub.wait_for(ButtonPressed).button == "pendant"
    listener.say(PENDANT, '{"action":"double"}')
    assert hub.wait_for(ButtonCancelled).button == "pendant"


def test_movement_arrives_by_its_edges(hub: Hub, listener: Listener) -> None:
    for payload in ('{"occupancy":true}', '{"occupancy":true,"battery":99}', '{"occupancy":false}'):
        listener.say(KITCHEN, payload)
    wait_until(lambda: len(hub.seen(SensorChanged)) == 2)
    assert [edge.active for edge in hub.seen(SensorChanged)] == [True, False]


def test_what_the_broker_retained_before_us_is_no_event(broker: Mosquitto, listener: Listener) -> None:
    listener.say(PENDANT, '{"action":"single"}', retain=True)
    listener.say(KITCHEN, '{"occupancy":true}', retain=True)
    listener.say(f"{ROOT}/cmd", '{"cmd":"TRIGGER"}', retain=True)
    for version in (5, 4):
        with Hub(broker.port, version=version) as hub:
            hub.wait_until_up()
            listener.say(PENDANT, '{"action":"double"}')
            hub.wait_for(ButtonCancelled)
            assert not hub.seen(ButtonPressed)
            assert not hub.seen(SensorChanged)
            assert not hub.seen(Commanded)


def test_an_order_arrives_and_its_result_is_published(hub: Hub, listener: Listener) -> None:
    listener.say(f"{ROOT}/cmd", '{"cmd":"ANSWER","incident":27,"by":"paul","id":"abc"}', qos=0)
    seen = hub.wait_for(Commanded)
    assert (seen.action, seen.incident, seen.by, seen.request) == (Action.ANSWER, 27, "paul", "abc")
    hub.source.publish_fact(0, f.CommandSettled(NOW, "mqtt", seen.request, ok=True, text="done"))
    (result,) = wait_until(lambda: listener.on(f"{ROOT}/cmd/result"))
    assert json.loads(result) == {"id": "abc", "ok": True, "text": "done"}


def test_an_order_that_nobody_understands_is_answered_with_what_to_write(hub: Hub, listener: Listener) -> None:
    listener.say(f"{ROOT}/cmd", '{"cmd":"OPEN","id":7}')
    (result,) = wait_until(lambda: listener.on(f"{ROOT}/cmd/result"))
    told = json.loads(result)
    assert (told["id"], told["ok"]) == ("7", False)
    assert told["text"].startswith("cmd: write one of ANSWER")
    assert not hub.seen(Commanded)


@pytest.mark.parametrize("rubbish", [b"x" * 100_000, b'{"a":' * 2500, b"\xff\xfe", b'{"action":'])
def test_rubbish_on_a_buttons_topic_does_not_keep_a_press_from_being_heard(
    hub: Hub, listener: Listener, rubbish: bytes
) -> None:
    listener.say(PENDANT, rubbish)
    listener.say(PENDANT, '{"action":"single"}')
    hub.wait_for(ButtonPressed)


def test_the_hub_is_online_while_it_runs_and_offline_after_it_has_stopped(
    broker: Mosquitto, listener: Listener
) -> None:
    with Hub(broker.port) as hub:
        hub.wait_until_up()
        wait_until(lambda: listener.on(f"{ROOT}/status") == [ONLINE])
    wait_until(lambda: listener.on(f"{ROOT}/status") == [ONLINE, OFFLINE], 2)
    with Listener(broker.port, (f"{ROOT}/status",)) as late:
        wait_until(lambda: late.heard == [(f"{ROOT}/status", OFFLINE, True)])


def test_what_was_told_just_before_the_stop_still_goes_out(broker: Mosquitto, listener: Listener) -> None:
    with Hub(broker.port) as hub:
        hub.wait_until_up()
        for number in range(1, 101):
            hub.source.publish_fact(number, f.IncidentDeclined(NOW, 27, "paul"))
    wait_until(lambda: listener.heard[-1][:2] == (f"{ROOT}/status", OFFLINE))
    assert len(listener.on(f"{ROOT}/event")) == 100


def test_an_event_has_its_journal_number_and_the_house_hears_of_the_button(hub: Hub, listener: Listener) -> None:
    hub.source.publish_fact(12, f.IncidentOpened(NOW, 27, f.Kind.PANIC, "salon", "salon", PLAN), "Appel (salon)")
    (event,) = wait_until(lambda: listener.on(f"{ROOT}/event"))
    assert json.loads(event)["id"] == "7f3a9c-12"
    assert json.loads(event)["text"] == "Appel (salon)"
    assert listener.on(f"{ROOT}/evt/button") == [b'{"event_type":"pressed","room":"salon"}']


def test_an_incident_is_retained_while_it_is_open_and_gone_after(
    broker: Mosquitto, hub: Hub, listener: Listener
) -> None:
    topic = f"{ROOT}/incident/27"
    hub.source.publish_incidents([OPEN])
    wait_until(lambda: len(listener.on(topic)) == 1)
    hub.source.publish_incidents([OPEN])
    with Listener(broker.port, (f"{ROOT}/#",)) as late:
        wait_until(lambda: topic in [where for where, _, retained in late.heard if retained])
    hub.source.publish_incidents([CLOSED])
    hub.source.publish_incidents([CLOSED])
    # A note beside it changes nothing that the house may know: its end is not told once more.
    hub.source.publish_incidents([dataclasses.replace(CLOSED, notes=1)])
    wait_until(lambda: len(listener.on(topic)) == 3)
    shown, last, cleared = listener.on(topic)
    assert [json.loads(shown)["state"], json.loads(last)["state"], cleared] == ["alerting", "closed", b""]
    wait_until(lambda: listener.on(f"{ROOT}/incident")[-1:] == [b"{}"])
    with Listener(broker.port, (f"{ROOT}/#",)) as late:
        wait_until(lambda: f"{ROOT}/incident" in [where for where, _, _ in late.heard])
        assert late.on(topic) == []


def test_the_state_is_retained_and_said_again_with_each_heartbeat(hub: Hub, listener: Listener) -> None:
    view = StateView(Condition.OK, NOW)
    hub.source.publish_state(view)
    hub.source.publish_state(view)
    wait_until(lambda: listener.on(f"{ROOT}/state"))
    hub.source.publish_heartbeat(1, 300.0, {"modem": NOW})
    wait_until(lambda: len(listener.on(f"{ROOT}/state")) == 2)
    assert json.loads(listener.on(f"{ROOT}/hb")[0])["seq"] == 1
    assert listener.on(f"{ROOT}/state") == [view.to_json(), view.to_json()]


def test_a_press_while_the_hub_was_down_is_heard_at_its_start_and_an_order_is_not(
    broker: Mosquitto, listener: Listener
) -> None:
    with Hub(broker.port) as hub:
        hub.wait_until_up()
    listener.say(f"{ROOT}/cmd", '{"cmd":"TRIGGER"}', qos=1)
    listener.say(KITCHEN, '{"occupancy":true}', qos=1)
    listener.say(PENDANT, '{"action":"single"}', qos=1)
    with Hub(broker.port) as again:
        again.wait_for(ButtonPressed)
        listener.say(PENDANT, '{"action":"double"}')
        again.wait_for(ButtonCancelled)
        assert not again.seen(Commanded)
        assert not again.seen(SensorChanged)
        assert len(again.seen(ButtonPressed)) == 1


def test_the_first_connection_takes_back_what_an_earlier_process_told(hub: Hub) -> None:
    cleared = {seen.fault for seen in hub.seen(FaultCleared)}
    assert cleared == {"mqtt.absent", "mqtt.refused", "mqtt.duplicate", "mqtt.denied", "mqtt.crashed", "mqtt.bridge"}
    assert [link.up for link in hub.seen(LinkChanged)] == [True]


def test_a_bug_costs_one_message_and_is_told(hub: Hub, listener: Listener, caplog: pytest.LogCaptureFixture) -> None:
    hub.broken_for = 1
    listener.say(PENDANT, '{"action":"single"}')
    wait_until(lambda: hub.faults() == ["mqtt.crashed"])
    listener.say(PENDANT, '{"action":"double"}')
    hub.wait_for(ButtonCancelled)
    assert hub.source.is_alive()
    assert [link.up for link in hub.seen(LinkChanged)] == [True]
    assert "mqtt: a bug, please report it" in logged(caplog.records)


def test_a_source_may_be_stopped_without_a_start_and_started_again_after_a_stop(
    broker: Mosquitto, listener: Listener
) -> None:
    hub = Hub(broker.port)
    hub.source.stop()
    assert not hub.source.is_alive()
    for times in (1, 2):
        hub.source.start()
        hub.source.start()
        assert hub.source.is_alive()
        hub.wait_until_up(times)
        hub.source.stop()
        assert not hub.source.is_alive()
    posted = len(hub.posted)
    listener.say(PENDANT, '{"action":"single"}')
    assert len(hub.posted) == posted
