"""An alarm through the real process: from the pendant to the key code, and back."""

import json

import pytest

from tests.mosquitto import Listener, wait_until
from tests.system.world import MARIE, PAUL, PENDANT, PRESS, number_of

pytestmark = pytest.mark.system
ROOT = "telecare/7f3a9c"


@pytest.fixture
def world(connected):
    return connected


def test_a_pendant_brings_help_and_one_text_tells_everyone(world, broker):
    with Listener(broker.port, ("telecare/#",)) as house:
        house.say(PENDANT, PRESS)
        alert = world.gets(PAUL, "ALERTE Mme Martin: bouton d'appel")
        number = world.status()["incidents"][0]["id"]
        assert f"No {number}" in alert
        world.gets(MARIE, "ALERTE Mme Martin")

        world.network.deliver(PAUL, "1 dans 10 min")
        world.gets(PAUL, "Merci Paul")
        access = world.gets(PAUL, "12 rue des Lilas")
        assert "4321" in access
        world.gets(MARIE, "Paul y va")
        assert not any("4321" in text or "Lilas" in text for text in world.texts_to(MARIE))

        world.network.deliver(PAUL, "9")
        world.gets(MARIE, "Fin d'alerte")
        world.gets(PAUL, "FAUSSE ALERTE")
        wait_until(lambda: not world.status()["incidents"])
        # Closed: the last state was told once, then the topic was cleared.
        wait_until(lambda: house.on(f"{ROOT}/incident/{number}")[-1:] == [b""])

        states = [json.loads(payload)["state"] for payload in house.on(f"{ROOT}/incident/{number}") if payload]
        assert [state for n, state in enumerate(states) if state not in states[:n]] == [
            "alerting",
            "answered",
            "closed",
        ]
        assert json.loads(house.on(f"{ROOT}/evt/button")[0]) == {"event_type": "pressed", "room": ""}
        assert json.loads(house.on(f"{ROOT}/status")[0]) == {"state": "online"}
        events = [json.loads(payload) for payload in house.on(f"{ROOT}/event")]
        assert len({event["id"] for event in events}) == len(events)
        glance = [json.loads(payload) for payload in house.on(f"{ROOT}/state")]
        assert {"alerting", "answered", "ok"} <= {seen["state"] for seen in glance}
        everything = b"".join(
            payload
            for topic in ("event", "state", f"incident/{number}", "incident")
            for payload in house.on(f"{ROOT}/{topic}")
        )
        for secret in (b"4321", b"Lilas", PAUL.encode(), MARIE.encode()):
            assert secret not in everything


def test_the_end_of_the_hub_is_told_before_it_disconnects(world, broker):
    with Listener(broker.port, (f"{ROOT}/status",)) as house:
        assert world.stop() == 0
        wait_until(lambda: house.on(f"{ROOT}/status")[-1:] == [b'{"state":"offline"}'])


def test_a_retained_press_and_a_huge_payload_are_no_calls_for_help(world, broker):
    with Listener(broker.port, ("telecare/#",)) as house:
        house.say(PENDANT, "x" * 100_000)
        house.say(PENDANT, '{"action":"double"}')  # not in this pendant's list
        house.say(f"{ROOT}/cmd", '{"cmd":"TRIGGER","id":"late"}', retain=True)
        house.say(f"{ROOT}/cmd", '{"cmd":"AWAY","id":"a","until":"2099-01-01T00:00:00Z"}')
        wait_until(lambda: [p for p in house.on(f"{ROOT}/cmd/result") if json.loads(p)["id"] == "a"])
        result = next(json.loads(p) for p in house.on(f"{ROOT}/cmd/result") if json.loads(p)["id"] == "a")
        assert result["ok"] is False
        world.kill()
        world.start().ready()  # the retained command is delivered again to whoever subscribes
        wait_until(lambda: world.status()["roads"].get("mqtt"), 20)

        house.say(PENDANT, PRESS)
        world.gets(PAUL, "ALERTE")
        assert len(world.status()["incidents"]) == 1


def test_the_command_line_answers_closes_and_tells(world):
    world.press()
    world.gets(PAUL, "ALERTE")
    number = str(number_of(world))
    assert world.command("answer", number, "--by", "nobody").returncode == 1
    assert world.command("answer", number, "--by", "paul").returncode == 0
    world.gets(MARIE, "Paul y va")
    shown = world.command("status")
    assert shown.returncode == 0
    assert "answered" in shown.stdout
    assert json.loads(world.command("status", "--json").stdout)["incidents"][0]["answered_by"] == "paul"
    assert world.command("close", number, "--outcome", "false_alarm").returncode == 0
    world.gets(MARIE, "usse alerte")
    assert world.command("close", number).returncode == 1
    told = world.command("log", number)
    assert told.returncode == 0
    assert "Paul" in told.stdout
    assert world.command("log", "99").returncode == 1

    assert world.stop() == 0
    down = world.command("status")
    assert down.returncode == 1
    assert "DOES NOT RUN" in down.stdout
    # Reports of delivery may have come since.
    assert world.command("log", number).stdout.startswith(told.stdout)
    assert world.command("answer", number, "--by", "paul").returncode == 1
