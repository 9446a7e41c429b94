"""Words that stand in journals, in household files and on MQTT: whoever changes one no longer reads what is written.

And what holds where a file says nothing.
"""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

import pytest

from hub.domain.facts import Kind, Outcome, Purpose, Whereabouts
from hub.domain.inputs import Action, DeliveryState, SendReported, SendState
from hub.domain.policy import (
    BackInBed,
    Button,
    Delays,
    Extreme,
    HomeBy,
    LeftOpen,
    Person,
    Resident,
    Role,
    Sensor,
    SensorKind,
    Silence,
    Wave,
    Window,
)
from hub.domain.records import Conversation, Incident, Message, MessageStatus, Movements, Phase, Reach, State
from hub.domain.trouble import Owner
from hub.domain.view import Condition

WORDS = {
    Kind: "panic inactivity hazard fall technical drill",
    Outcome: "helped false_alarm emergency cancelled restored drill_passed drill_failed",
    Whereabouts: "home away paused visitor off",
    Purpose: "alert duty ask_resident question status reply technical drill desk news",
    SendState: "accepted failed uncertain",
    DeliveryState: "delivered pending failed",
    Action: "answer decline attend close away back pause visitor trigger test well expect off taken consent code locked"
    " invite news shift take_back send_again note",
    Role: "admin neighbour viewer",
    SensorKind: "motion door bed smoke co flood gas temperature fall",
    Extreme: "cold heat",
    Phase: "warning alerting answered attended closed",
    MessageStatus: "pending sending waiting uncertain",
    Owner: "family installer",
    Condition: "alerting warning answered attended unknown fault away paused ok",
}


@pytest.mark.parametrize("kind", WORDS, ids=lambda kind: kind.__name__)
def test_the_words_are_those_that_are_written(kind: type[StrEnum]) -> None:
    assert [member.value for member in kind] == WORDS[kind].split()
    assert [member.name.lower() for member in kind] == WORDS[kind].split()


def test_where_the_installer_says_nothing() -> None:
    button = Button("salon", "salon")
    assert (button.debounce, button.cancel_hold) == (timedelta(milliseconds=50), timedelta(seconds=3))
    assert (button.link, button.silent_after) == ("", None)
    sensor = Sensor("entree", SensorKind.DOOR, "entree")
    assert (sensor.link, sensor.silent_after, sensor.entrance) == ("", None, False)


def test_where_the_family_says_nothing() -> None:
    seconds, minutes = timedelta(seconds=1), timedelta(minutes=1)
    assert Delays() == Delays(10 * seconds, 10 * minutes, 20 * minutes, 30 * minutes)
    assert Wave(("all",)).wait == 3 * minutes
    assert Silence("nuit", 4 * 60 * minutes).between is None
    assert BackInBed("nuit", "lit", 60 * minutes) == BackInBed("nuit", "lit", 60 * minutes, (time(22), time(6)), None)
    assert HomeBy("retour", time(21)).days == frozenset(range(7))
    assert LeftOpen("porte", "entree", 20 * minutes).between is None
    assert Window.__dataclass_fields__["sign"].default == ("any",)
    person = Person("paul", "Paul", "+33600000001")
    assert (person.role, person.language, person.consent) == (Role.NEIGHBOUR, "fr", False)
    assert (person.hours, person.channels) == ((), ("sms",))
    assert Resident("Mme Martin") == Resident("Mme Martin", "", "fr", "", "", "")


def test_a_hub_that_never_ran_knows_nothing() -> None:
    state = State()

    assert (state.next_incident, state.next_message, state.clock_trusted) == (10, 1, False)
    assert state.presence.whereabouts is Whereabouts.HOME
    assert not state.watch.alarmed


@pytest.mark.parametrize(
    ("record", "name"),
    [(Movements, "changes"), (Reach, "refused"), (Reach, "undelivered"), (Conversation, "automatic")],
)
def test_what_is_counted_begins_with_nothing(record: type, name: str) -> None:
    assert record.__dataclass_fields__[name].default == 0


def test_an_old_snapshot_is_read_with_what_newer_releases_added() -> None:
    began = {name: field.default for name, field in Incident.__dataclass_fields__.items()}
    assert (began["phase"], began["wave"], began["round"], began["times_end_asked"]) == (Phase.WARNING, 0, 0, 0)
    assert began["doubted"] is False
    asked = {name: field.default for name, field in Message.__dataclass_fields__.items()}
    assert (asked["status"], asked["attempts"], asked["refused"]) == (MessageStatus.PENDING, 0, False)


def test_a_failure_may_pass_unless_it_is_said_to_be_final() -> None:
    report = SendReported(datetime(2026, 3, 2, tzinfo=UTC), 7, SendState.FAILED)

    assert (report.reference, report.reason, report.permanent) == (None, "", False)
