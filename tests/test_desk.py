"""What the command line asks of the running hub: answered from the state, decided by the loop, refused in words."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hub import control
from hub.control import Settlements
from hub.desk import Desk
from hub.domain.facts import Whereabouts
from hub.domain.inputs import ButtonPressed
from hub.household import export
from hub.household_store import HouseholdStore
from hub.settings import InForce, in_force
from tests.domain.house import START
from tests.shell import Bench
from tests.system.world import World


@pytest.fixture
def settings(tmp_path) -> InForce:
    return in_force(World(tmp_path).config, START)


@pytest.fixture
def hub(tmp_path, settings):
    """A hub that decides on a thread of its own, as the real one does on its main one."""
    with Bench(tmp_path, settings.policy) as bench:
        bench.settlements = Settlements()
        bench.outlets.settled = bench.settlements.settle
        thread = threading.Thread(target=bench.loop.run)
        thread.start()
        yield bench
        bench.loop.stop()
        thread.join(10.0)


@pytest.fixture
def desk(hub, settings) -> Desk:
    return Desk(hub.loop, hub.clock, hub.inbox.post, hub.settlements, lambda: settings)


def command(desk: Desk, action: str, **more: object) -> dict:
    return desk.handle({"do": "command", "action": action, **more})


def test_how_things_stand(desk, settings):
    found = desk.handle({"do": "status"})

    assert found["ok"]
    assert (found["hub"], found["running"]) == (settings.config.hub.id, True)


def test_a_call_for_help_an_answer_and_its_end(desk, hub):
    assert command(desk, "trigger")["ok"]
    (incident,) = desk.handle({"do": "status"})["incidents"]
    assert incident["state"] == "alerting"

    assert command(desk, "answer", incident=incident["id"], by="paul")["ok"]
    assert hub.state.incidents[incident["id"]].answered_by == "paul"
    assert command(desk, "close", incident=str(incident["id"]), outcome="false_alarm", by="paul")["ok"]
    assert desk.handle({"do": "status"})["incidents"] == []


def test_an_absence_until_a_time(desk, hub):
    assert command(desk, "away", until="2026-03-05T18:00:00Z", by="marie")["ok"]

    assert hub.state.presence.whereabouts is Whereabouts.AWAY
    assert hub.state.presence.until == datetime(2026, 3, 5, 18, tzinfo=UTC)


REFUSED = [
    ({"do": "harm"}, "do: one of status, command, household"),
    ({}, "do: one of status, command, household"),
    ({"do": ["status"]}, "do: one of"),
    ({"do": "command"}, "Action"),
    ({"do": "command", "action": "dance"}, "dance"),
    ({"do": "command", "action": "close", "incident": "twelve"}, "twelve"),
    ({"do": "command", "action": "close", "incident": []}, "int()"),
    ({"do": "command", "action": "close", "incident": float("inf")}, "infinity"),
    ({"do": "command", "action": "close", "incident": 99}, "99"),
    ({"do": "command", "action": "close", "outcome": "eaten"}, "eaten"),
    ({"do": "command", "action": "close", "outcome": {}}, "Outcome"),
    ({"do": "command", "action": "away", "until": "tomorrow"}, "tomorrow"),
    ({"do": "command", "action": "away", "until": "2026-03-05T18:00:00"}, "write it in UTC"),
    ({"do": "household", "toml": "[resident"}, "household.toml has 1 mistake(s)"),
    ({"do": "household"}, "household.toml has"),
]


@pytest.mark.parametrize(("request_", "words"), REFUSED, ids=[str(request) for request, _ in REFUSED])
def test_what_cannot_be_done_is_refused_in_words_and_changes_nothing(desk, hub, request_, words):
    before = hub.state.incidents, hub.state.presence, hub.loop.policy
    answer = desk.handle(request_)

    assert not answer["ok"]
    assert words in answer["text"]
    assert (hub.state.incidents, hub.state.presence, hub.loop.policy) == before


def test_a_hub_that_does_not_decide_is_told_so(settings, hub, monkeypatch):
    monkeypatch.setattr(control, "SETTLED_WITHIN_S", 0.05)
    desk = Desk(hub.loop, hub.clock, lambda _seen: None, hub.settlements, lambda: settings)

    assert command(desk, "trigger") == {"ok": False, "text": "the hub did not decide in time; look at its log"}


def test_a_new_household_holds_from_now_on_and_is_stored(desk, hub, settings):
    changed = replace(settings.household, resident=replace(settings.household.resident, name="M. Durand"))
    answer = desk.handle({"do": "household", "toml": export(changed), "file": "new.toml"})
    assert answer["ok"]
    assert "keep their plan" in answer["text"]
    hub.inbox.post(ButtonPressed(hub.now, "pendant"))
    command(desk, "test", by="marie")

    assert hub.loop.policy.resident.name == "M. Durand"
    assert HouseholdStore(settings.config.hub.households).newest() == changed
    assert HouseholdStore(settings.config.hub.households).revisions()[0].by == "cli"


def test_a_household_that_the_card_does_not_take_is_refused_and_the_old_one_holds(desk, hub, settings):
    for file in settings.config.hub.households.parent.glob(settings.config.hub.households.name + "*"):
        file.unlink()
    settings.config.hub.households.mkdir()
    before = hub.loop.policy
    answer = desk.handle({"do": "household", "toml": export(settings.household)})

    assert "cannot be read or stored" in answer["text"]
    assert hub.loop.policy is before
