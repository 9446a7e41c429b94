"""What the command line finds out by itself, with or without a hub that runs, leaving nothing in its way."""

import contextlib
import json
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from hub import offline
from hub.config import HubConfig
from hub.control import ControlServer, Settlements
from hub.desk import Desk
from hub.domain.inputs import ButtonPressed, SmsReceived
from hub.errors import ConfigError, ControlError, JournalError
from hub.household import export, parse
from hub.household_store import HouseholdStore
from hub.settings import in_force
from tests.domain.house import START
from tests.shell import Bench
from tests.system.world import PAUL, World


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


@pytest.fixture
def config(world) -> HubConfig:
    return offline.config(world.config)


def live(world: World) -> Bench:
    """A hub that had an alarm, and was killed."""
    settings = in_force(world.config, START)
    with Bench(world.data, settings.policy) as hub:
        hub.tell(ButtonPressed(hub.now, "pendant"))
        hub.pass_time(seconds=10)
        hub.tell(SmsReceived(hub.now, "text 1", PAUL, "1"))
        hub.pass_time(minutes=1)
    return hub


@pytest.fixture
def killed(world) -> Bench:
    return live(world)


@contextlib.contextmanager
def running(world: World):
    """A hub that runs: loop, desk and socket, as the real process has them."""
    settings, settlements = in_force(world.config, START), Settlements()
    with Bench(world.data, settings.policy) as hub:
        hub.outlets.settled = settlements.settle
        desk = Desk(hub.loop, hub.clock, hub.inbox.post, settlements, lambda: settings)
        server = ControlServer(world.data, desk.handle)
        server.claim()
        server.start()
        thread = threading.Thread(target=hub.loop.run)
        thread.start()
        try:
            yield hub
        finally:
            server.stop()
            hub.loop.stop()
            thread.join(10.0)


# --- where the hub's data is --------------------------------------------------------------------------


def test_settings_with_a_mistake_are_passed_over_for_the_last_good_ones(world, killed):
    world.edit('country = "FR"', 'country = "France"')

    assert offline.config(world.config).hub.country == "FR"


def test_where_nothing_is_known_good_the_mistakes_are_told(world):
    world.edit('country = "FR"', 'country = "France"')

    with pytest.raises(ConfigError, match="France"):
        offline.config(world.config)


# --- status -------------------------------------------------------------------------------------------


def test_a_running_hub_tells_how_things_stand(world, config):
    with running(world) as hub:
        hub.inbox.post(ButtonPressed(hub.now, "pendant"))
        found = offline.status(config)

    assert found["running"]
    assert "ok" not in found


def test_of_a_hub_that_is_down_the_journal_tells(config, killed):
    found = offline.status(config)

    assert not found["running"]
    assert found["state"] == "unknown"
    assert [(i["id"], i["state"], i["answered_by"]) for i in found["incidents"]] == [(10, "answered", "paul")]


def test_of_one_that_stumbles_over_the_question_too(world, config, killed):
    server = ControlServer(world.data, lambda _request: {"ok": False, "text": "the hub stumbled"})
    server.claim()
    server.start()
    try:
        assert offline.status(config)["incidents"]
    finally:
        server.stop()


def test_where_no_hub_ever_ran_that_is_said(config):
    for ask in (lambda: offline.status(config), lambda: list(offline.told(config, None, as_json=False))):
        with pytest.raises(JournalError, match="no hub has run here yet"):
            ask()


# --- log ----------------------------------------------------------------------------------------------


def told(config: HubConfig, incident: int | None = None) -> list[str]:
    return list(offline.told(config, incident, as_json=False))


def test_an_incident_is_told_as_a_family_would_tell_it(config, killed):
    lines = told(config, 10)

    assert lines[0] == "--- 2026-03-02 ---"
    story = "\n".join(lines)
    assert "Mme Martin" in story
    assert "Paul" in story
    assert "11:00:00" in lines[1], "the home's time"


def test_what_people_wrote_about_it_belongs_to_an_incident(config, world):
    with live(world) as hub:
        hub.tell(SmsReceived(hub.now, "text 2", PAUL, "9"))
        hub.pass_time(minutes=5)
        hub.tell(SmsReceived(hub.now, "text 3", "+33699999999", "Votre colis attend"))

    story = "\n".join(told(config, 10))

    assert "« 1 »" in story
    assert "colis" not in story


def test_what_became_of_its_messages_belongs_to_an_incident(config, killed):
    story = "\n".join(told(config, 10))

    assert "Paul" in story
    assert "Marie" in story
    assert story.count("+33") == 0, "people have names"


def test_the_newest_facts_are_told_without_a_number(config, killed, monkeypatch):
    assert len(told(config)) > 5
    monkeypatch.setattr(offline, "NEWEST_TOLD", 3)
    assert len(told(config)) == 4, "and their day"


def test_each_day_has_its_heading(world, config, killed):
    killed.world.seconds += 86_400.0
    with Bench(world.data, killed.loop.policy, world=killed.world) as hub:
        hub.tell(ButtonPressed(hub.now, "pendant"))

    assert [line for line in told(config) if line.startswith("---")] == ["--- 2026-03-02 ---", "--- 2026-03-03 ---"]


def test_facts_are_told_to_programs_as_json(config, killed):
    facts = [json.loads(line) for line in offline.told(config, 10, as_json=True)]

    assert (facts[0]["fact"], facts[0]["kind"], facts[0]["at"]) == ("IncidentOpened", "panic", "2026-03-02T10:00:00Z")
    assert [fact["seq"] for fact in facts] == sorted(fact["seq"] for fact in facts)
    assert {"MessageRequested", "MessageAccepted", "IncidentAnswered"} <= {fact["fact"] for fact in facts}


def test_an_incident_that_never_was_is_told_so(config, killed):
    with pytest.raises(JournalError, match="there is no incident 99"):
        told(config, 99)


# --- household ----------------------------------------------------------------------------------------


def test_the_household_is_that_of_the_database_once_there_is_one(world, config, killed):
    household = parse((world.folder / "household.toml").read_text())
    assert parse(offline.household(config)) == household
    changed = replace(household, resident=replace(household.resident, name="M. Durand"))
    HouseholdStore(config.hub.households).add(export(changed), "marie", START)

    assert "M. Durand" in offline.household(config)


def test_before_the_first_start_it_is_that_of_the_file_and_nothing_is_made(world, config):
    assert "Mme Martin" in offline.household(config)
    assert not world.data.exists()


def test_looking_makes_nothing_that_the_hub_could_not_write(world, config, killed):
    """Root looks, another user runs the hub."""
    if os.geteuid() == 0:
        for place in (world.data, *world.data.iterdir()):
            os.chown(place, 1234, 1234)
    before = {each.name for each in world.data.iterdir()}
    offline.status(config)
    told(config)
    offline.household(config)

    owner = world.data.stat().st_uid
    assert {each.stat().st_uid for each in world.data.iterdir()} == {owner}
    assert {each.name for each in world.data.iterdir()} - before <= {"journal.sqlite3-wal", "journal.sqlite3-shm"}


def test_a_spoilt_database_is_looked_past_and_left_where_it_is(world, config, killed):
    config.hub.households.write_bytes(b"rubbish" * 1000)

    assert "Mme Martin" in offline.household(config)
    assert config.hub.households.read_bytes() == b"rubbish" * 1000


def test_where_no_household_can_be_read_its_mistakes_are_told(world, config):
    (world.folder / "household.toml").write_text("[resident")

    with pytest.raises(ConfigError, match=r"household\.toml has"):
        offline.household(config)


@pytest.fixture
def changed(world) -> Path:
    file = world.folder / "changed.toml"
    file.write_text((world.folder / "household.toml").read_text().replace("Mme Martin", "M. Durand"))
    return file


def test_a_running_hub_takes_up_a_new_household_at_once(world, config, changed):
    with running(world) as hub:
        assert "taken up" in offline.take_up_household(world.config, changed)
        hub.loop.stop()
    assert "M. Durand" in offline.household(config)
    assert hub.loop.policy.resident.name == "M. Durand"


def test_one_that_is_down_takes_it_up_at_its_next_start(world, config, changed):
    assert offline.take_up_household(world.config, changed) == "stored; the hub takes it up at its next start"

    assert in_force(world.config, START).household.resident.name == "M. Durand"


def test_a_household_with_mistakes_is_refused_before_anybody_is_asked(world, config, changed):
    changed.write_text(changed.read_text().replace('role = "admin"', 'role = "boss"'))
    with pytest.raises(ConfigError, match="boss"):
        offline.take_up_household(world.config, changed)

    assert not world.data.exists()


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_told_so(world, tmp_path, content):
    file = tmp_path / "there.toml"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(ConfigError, match="it cannot be read"):
        offline.take_up_household(world.config, file)


def test_what_the_running_hub_refuses_is_told_in_its_words(world, config, changed):
    server = ControlServer(world.data, lambda _request: {"ok": False, "text": "the card is full"})
    server.claim()
    server.start()
    try:
        with pytest.raises(ControlError, match="the card is full"):
            offline.take_up_household(world.config, changed)
    finally:
        server.stop()
