"""The report: what scripts read and what a person reads, from the same state."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from hub import __version__
from hub.domain.facts import LinesDrawn
from hub.domain.inputs import LinkChanged, Observed
from hub.domain.policy import Learned
from hub.domain.records import State
from hub.domain.state import evolve
from hub.status import as_lines, report
from tests.domain.house import HOME, MORNING, PARIS, PAUL, QUIET, START, House

KEYS = {
    "hub",
    "version",
    "running",
    "state",
    "since",
    "last_activity",
    "next_alert_at",
    "clock_trusted",
    "presence",
    "incidents",
    "messages_waiting",
    "faults",
    "roads",
    "readings",
    "learned",
}
KEYS_OF_AN_INCIDENT = {
    "id",
    "kind",
    "state",
    "opened_at",
    "wave",
    "told",
    "answered_by",
    "attended_by",
    "next_step_at",
}


@pytest.fixture
def house() -> House:
    return House(replace(HOME, windows=(MORNING,), silences=(QUIET,)))


def reported(house: House, *, running: bool = True) -> dict:
    """The report, as a script gets it."""
    return json.loads(json.dumps(report(house.state, house.policy, "7f3a9c", running=running)))


def lines(house: House, *, running: bool = True) -> str:
    return "\n".join(as_lines(reported(house, running=running), PARIS))


def test_the_keys_that_scripts_read(house):
    house.press()
    house.pass_time(minutes=1)
    found = reported(house)

    assert found.keys() >= KEYS
    assert found["incidents"][0].keys() >= KEYS_OF_AN_INCIDENT


def test_a_quiet_home(house):
    house.move()
    house.pass_time(minutes=1)
    found = reported(house)

    assert (found["hub"], found["version"], found["running"]) == ("7f3a9c", __version__, True)
    assert (found["state"], found["presence"], found["clock_trusted"]) == ("ok", "home", True)
    assert found["last_activity"] == "2026-03-02T10:00:00Z"
    assert found["next_alert_at"] == "2026-03-02T14:10:00Z"
    assert (found["incidents"], found["faults"], found["messages_waiting"]) == ([], [], 0)
    assert "next alert      02/03 15:10:00, if nothing happens before" in lines(house)


def test_an_alarm_says_who_was_told_who_goes_and_what_comes_next(house):
    house.press()
    house.pass_time(minutes=1)
    (incident,) = reported(house)["incidents"]
    assert (incident["id"], incident["kind"], incident["state"], incident["wave"]) == (10, "panic", "alerting", 1)
    assert (incident["told"], incident["answered_by"]) == ([PAUL], None)
    assert "incident 10      panic, alerting, wave 1, told: paul, going: nobody yet; next step 02/03" in lines(house)

    house.text(PAUL, "1")
    (incident,) = reported(house)["incidents"]
    assert (incident["state"], incident["answered_by"]) == ("answered", PAUL)
    assert "going: paul" in lines(house)
    house.text(PAUL, "3")
    assert reported(house)["incidents"][0]["attended_by"] == PAUL


def test_a_countdown_has_told_nobody_yet(house):
    house.press()

    assert "told: nobody, going: nobody yet" in lines(house)


def test_a_fault_is_among_the_faults_and_not_among_the_calls_for_help(house):
    house.fail("modem.absent", "unplugged")
    house.pass_time(minutes=10)
    found = reported(house)

    assert found["incidents"] == []
    assert found["faults"] == [
        {
            "fault": "modem.absent",
            "since": "2026-03-02T10:00:00Z",
            "detail": "unplugged",
            "owner": "family",
            "due": "2026-03-03T10:00:00Z",
        }
    ]
    assert "fault           modem.absent since 02/03 11:00:00: unplugged" in lines(house)


def test_what_was_last_seen_to_work_is_told_with_its_time_and_after_a_month_as_down(house):
    house.pass_time(hours=1)
    house.text(PAUL, "bonjour")
    found = reported(house)

    assert found["proven"]["person/paul"] == "2026-03-02T11:00:00Z"
    assert found["proven"]["device/salon"] is None
    assert found["down"] == []

    house.oversleep(days=29)  # awake, it would ask and alert all the while
    house.pass_time(days=1)
    assert {"device/salon", "person/anne"} <= set(reported(house)["down"])
    assert "not proven      device/salon, last never" in lines(house)


def test_how_people_answer_is_told(house):
    house.press()
    house.pass_time(minutes=2)
    house.text(PAUL, "1")

    paul = reported(house)["people"]["paul"]
    assert (paul["asked"], paul["answered"], paul["delivery_s"]) == (1, 1, None)
    assert 0 < paul["answer_s"] <= 120


def test_roads_and_readings_are_told(house):
    house.tell(LinkChanged(house.now, "mqtt", up=False))
    house.tell(Observed(house.now, "signal_dbm", -71))

    assert reported(house)["roads"] == {"sms": True, "mqtt": False}
    assert reported(house)["readings"] == {"signal_dbm": -71}
    told = lines(house)
    for words in ("sms             up", "mqtt            DOWN", "signal_dbm      -71"):
        assert words in told


def test_a_hub_that_is_down_promises_nothing(house):
    house.press()
    house.pass_time(minutes=1)
    found = reported(house, running=False)

    assert (found["running"], found["state"], found["next_alert_at"]) == (False, "unknown", None)
    assert found["incidents"][0]["state"] == "alerting"
    assert "DOES NOT RUN: start it with `telecare-hub run`" in lines(house, running=False)


def test_before_anything_happened_times_are_never():
    found = report(State(), HOME, "7f3a9c", running=False)

    assert (found["since"], found["last_activity"]) == (None, None)
    assert "last movement   never" in "\n".join(as_lines(found, PARIS))


def test_times_for_people_are_those_of_the_home():
    house = House(at=START + timedelta(days=150))
    house.move()

    assert reported(house)["last_activity"] == "2026-07-30T10:00:00Z"
    assert "last movement   30/07 12:00:00" in lines(house), "summer time"


def test_how_far_the_learned_silence_is_and_what_holds_until_then(house):
    assert reported(house)["learned"] is None

    house.replace_policy(learned=Learned())
    house.pass_time(days=1, hours=1)
    assert "learned         0.5 of 6 days watched; until then the family's own silences hold" in lines(house)

    house.state = evolve(house.state, LinesDrawn(house.now, timedelta(days=9), (("", (90,) * 24),)))
    assert "learned         from 9.5 days of watching" in lines(house)
    assert not [line for line in lines(house) if "usually moves" in line], "nobody has moved yet"

    house.move()
    assert (
        "usually moves   within 10 min at this hour; silent since 03/03 12:00:00 (cuisine), asked after 1 h 30 min"
        in (lines(house))
    )
    assert reported(house)["learned"]["allowed_s"] == 90 * 60
