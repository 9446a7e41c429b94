"""What a house hears of the hub by MQTT: each topic of the public interface, through the real process and a broker."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from hub import __version__
from tests.mosquitto import Listener, Mosquitto, wait_until
from tests.system.world import MARIE, PAUL, PENDANT, PRESS, RESIDENT, World, number_of

pytestmark = pytest.mark.system
ROOT = "telecare/7f3a9c"
DOOR = "zigbee2mqtt/front_door"
# Kept by the broker for whoever comes later; everything else is true at one moment only.
RETAINED = {"status", "state", "incident", "update"}
# The will is published when a hub has been gone for so long (`hub.drivers.mqtt_link`).
WILL_DELAY_S = 5.0


class House:
    """A broker, a hub on it, and somebody who hears everything."""

    def __init__(self, world: World, broker: Mosquitto, listener: Listener) -> None:
        self.world, self.broker, self.listener = world, broker, listener

    def on(self, topic: str) -> list[Any]:
        """What was said on a topic of the hub's, oldest first."""
        return [json.loads(payload) for payload in self.listener.on(f"{ROOT}/{topic}") if payload]

    def command(self, command: str, name: str, **more: object) -> dict[str, Any]:
        """Give an order called ``name``; return what became of it."""
        self.listener.say(f"{ROOT}/cmd", json.dumps({"cmd": command, "id": name, **more}))
        return wait_until(lambda: [result for result in self.on("cmd/result") if result["id"] == name])[0]

    def kept(self) -> dict[str, Any]:
        """What the broker tells whoever comes now."""
        with Listener(self.broker.port, (f"{ROOT}/#",)) as late:
            wait_until(lambda: any(topic == f"{ROOT}/status" for topic, _, _ in late.heard))
            time.sleep(0.2)  # retained messages come in one burst
            kept = [(topic, payload) for topic, payload, is_retained in late.heard if is_retained]
            return {topic.removeprefix(f"{ROOT}/"): json.loads(payload) for topic, payload in kept}


@pytest.fixture
def warning() -> str:
    return "0s"


@pytest.fixture
def house(tmp_path, warning) -> Iterator[House]:
    with (
        Mosquitto(tmp_path) as broker,
        Listener(broker.port, ("telecare/#",)) as listener,
        World(tmp_path, mqtt=f"mqtt://127.0.0.1:{broker.port}", warning=warning) as world,
    ):
        yield start(House(world, broker, listener))


def start(house: House, *program: str) -> House:
    house.world.start(*program).ready()
    wait_until(lambda: house.world.status()["roads"].get("mqtt"), 20)
    return house


def test_who_comes_later_is_told_how_things_stand_and_no_old_news(house):
    house.listener.say(DOOR, '{"contact":false}')
    house.listener.say(PENDANT, PRESS)
    house.world.gets(MARIE, "ALERTE")
    number = number_of(house.world)
    wait_until(lambda: house.on("incident") and house.on("incident")[-1].get("told") == ["paul", "marie"])

    kept = house.kept()

    assert kept.keys() == RETAINED | {f"incident/{number}"}
    assert kept["status"] == {"state": "online"}
    assert kept["update"] == {"installed_version": __version__, "latest_version": __version__}
    assert kept["incident"] == kept[f"incident/{number}"]
    assert {key: kept["incident"][key] for key in ("id", "kind", "state", "wave", "told", "answered_by")} == {
        "id": number,
        "kind": "panic",
        "state": "alerting",
        "wave": 1,
        "told": ["paul", "marie"],
        "answered_by": None,
    }
    assert (kept["incident"]["closed_at"], kept["incident"]["outcome"]) == (None, None)
    assert kept["incident"]["opened_at"].endswith("Z")
    state = kept["state"]
    assert (state["state"], state["incident"], state["panel"]) == ("alerting", number, "triggered")
    assert state["gsm_registered"] is True
    assert {"since", "last_activity", "next_alert_at", "mains"} <= state.keys()
    assert house.on("event")
    assert house.on("evt/button") == [{"event_type": "pressed", "room": ""}]


def test_when_all_is_over_nothing_of_it_stays_with_the_broker(house):
    house.listener.say(PENDANT, PRESS)
    house.world.gets(PAUL, "ALERTE")
    number = number_of(house.world)
    assert house.command("CLOSE", "over", incident=number, by="marie")["ok"] is True
    wait_until(lambda: house.on("incident")[-1] == {})

    assert house.kept().keys() == RETAINED
    assert house.kept()["state"]["state"] == "ok"
    closed = next(told for told in house.on(f"incident/{number}") if told["state"] == "closed")
    assert closed["outcome"] == "helped"


def test_a_door_is_shown_as_it_opens_and_closes(house):
    for contact in ("false", "false", "true"):
        house.listener.say(DOOR, f'{{"contact":{contact}}}')
    wait_until(lambda: house.listener.on(f"{ROOT}/sensor/entree") == [b"ON", b"OFF"])
    wait_until(lambda: house.on("state")[-1]["last_activity"] is not None)


@pytest.mark.parametrize("warning", ["30s"])
def test_a_press_that_is_cancelled_is_shown_as_cancelled(house):
    house.listener.say(PENDANT, PRESS)
    wait_until(lambda: house.on("state")[-1]["state"] == "warning")
    assert house.on("state")[-1]["panel"] == "pending"
    house.world.network.deliver(RESIDENT, "OK")

    wait_until(lambda: len(house.on("evt/button")) == 2)
    assert [event["event_type"] for event in house.on("evt/button")] == ["pressed", "cancelled"]
    assert house.world.texts_to(PAUL) == []


def test_an_order_is_obeyed_and_its_result_carries_its_id(house):
    assert house.command("TRIGGER", "a1")["ok"] is True
    house.world.gets(PAUL, "ALERTE")
    number = number_of(house.world)

    assert house.command("ANSWER", "a2", incident=number, by="paul")["ok"] is True
    house.world.gets(PAUL, "12 rue des Lilas")
    refused = house.command("ANSWER", "a3", incident=99, by="paul")
    assert refused["ok"] is False
    assert refused["text"]
    assert house.command("ATTEND", "a4", incident=number, by="paul")["ok"] is True
    assert house.command("FLY", "a5")["ok"] is False
    wait_until(lambda: house.on("incident")[-1]["state"] == "attended")
    assert house.on("incident")[-1]["answered_by"] == "paul"


def test_every_fact_is_an_event_with_an_id_of_its_own(house):
    house.listener.say(PENDANT, PRESS)
    house.world.gets(MARIE, "ALERTE")
    wait_until(lambda: sum(event["type"] == "message_accepted" for event in house.on("event")) == 2)

    types = [event["type"] for event in house.on("event")]
    assert types.index("incident_opened") < types.index("wave_started") < types.index("message_accepted")
    ids = [event["id"] for event in house.on("event")]
    assert len(set(ids)) == len(ids)
    assert all(identity.startswith("7f3a9c-") for identity in ids)


def test_a_hub_that_dies_is_told_by_its_will_and_a_quick_restart_is_not(house):
    house.world.kill()
    start(house)
    house.world.kill()
    died_at = time.monotonic()
    wait_until(lambda: house.on("status")[-1] == {"state": "offline"}, 20)
    assert time.monotonic() - died_at > WILL_DELAY_S - 1

    assert house.on("status").count({"state": "offline"}) == 1
    assert house.kept()["status"] == {"state": "offline"}


def test_the_heartbeat_counts_and_says_for_how_long(tmp_path):
    with (
        Mosquitto(tmp_path) as broker,
        Listener(broker.port, ("telecare/#",)) as listener,
        World(tmp_path, mqtt=f"mqtt://127.0.0.1:{broker.port}") as world,
    ):
        house = start(House(world, broker, listener), "tests.system.hasty")
        wait_until(lambda: len(house.on("hb")) >= 2)
        first, second, *_ = house.on("hb")
        assert first.keys() == {"id", "seq", "uptime_s", "proven"}
        assert first["id"] == "7f3a9c"
        assert second["seq"] == first["seq"] + 1
        assert second["uptime_s"] >= first["uptime_s"] >= 0
        assert "hb" not in house.kept()
