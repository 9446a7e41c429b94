"""What leaves by MQTT: the shapes that integrations rely on, and what must never be among it."""

import dataclasses
import json
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from hub.domain import facts as f
from hub.domain.policy import Delays, Person, Plan, Resident, Wave
from hub.domain.records import Incident, Phase
from hub.domain.view import Condition
from hub.drivers import mqtt_privacy
from hub.drivers.mqtt_topics import Lane, StateView, Topics, button_event, panel_of

NOW = datetime(2026, 3, 2, 14, 2, 3, tzinfo=UTC)
TOPICS = Topics("7f3a9c")

# Each of these, anywhere in what leaves, is a breach.
KEY_CODE, ADDRESS, NOTES, PHONE = "K4321K", "12 rue des Lilas", "Ne pas relever", "+33622222222"
NUMBERS = f"{PHONE} 0622222222 06 22 22 22 22 +33 6 22 22 22 22"
SECRETS = (KEY_CODE, ADDRESS, NOTES, PHONE, "622222222", "6 22 22 22 22")
PLAN = Plan(
    people=(Person("paul", "Paul", PHONE, consent=True),),
    waves=(Wave(("paul",)),),
    resident=Resident("Mme Martin", PHONE, address=ADDRESS, key_code=KEY_CODE, notes=NOTES),
    delays=Delays(),
)
OPEN = Incident(27, f.Kind.PANIC, "salon", "salon", PLAN, NOW, phase=Phase.ALERTING, wave=1, told=("paul",))
CLOSED = dataclasses.replace(OPEN, phase=Phase.CLOSED, outcome=f.Outcome.HELPED, closed_at=NOW)

KEPT_AT_HOME = {
    f.LinksExpected,  # whose phones are tried: `status` is for those who may know
    f.LinkProven,  # `hb` tells when each link was last proven
    f.FaultPostponed,  # when the family is told is the family's
    f.Spoken,  # words to the resident
    f.HubWatched,  # a sign of the hub's own life: `hb` is that
    f.SilenceEnded,  # when somebody was still: as close as the movements themselves
    f.LinesDrawn,  # what is learned of somebody's days
    f.LifeSeen,  # every movement: `state` has the last, `sensor/<id>` each
    f.LevelSeen,  # the same, of doors and beds
    f.TemperatureSeen,  # `sensor/<id>` has the last
}


def every_kind(base: type[f.Fact] = f.Fact) -> list[type[f.Fact]]:
    kinds = [kind for kind in vars(f).values() if isinstance(kind, type) and issubclass(kind, base)]
    return [kind for kind in kinds if kind not in (f.Fact, f.Batched, f.Passing)]


def example(kind: type[f.Fact]) -> f.Fact:
    """Make a fact: every text of it holds numbers, and those that are private by nature hold all secrets."""
    return kind(**{field.name: value_for(field) for field in dataclasses.fields(kind)})


def value_for(field: "dataclasses.Field[Any]") -> Any:
    by_name = {"plan": PLAN, "words": f.Words("duty", (("key", KEY_CODE),)), "people": ("paul",), "request": "abc"}
    by_name |= {
        "sensor": "cuisine",
        "began": time(14),
        "seen": ("cuisine",),
        "lines": (("salon", (90,) * 24),),
        "strict": (),
    }
    by_name |= dict.fromkeys(("text", "address", "sender", "key"), " ".join(SECRETS))
    by_type = {f.Kind: f.Kind.PANIC, f.Outcome: f.Outcome.HELPED, f.Purpose: f.Purpose.ALERT, bool: True, int: 27}
    by_type |= {f.Whereabouts: f.Whereabouts.AWAY, datetime: NOW, datetime | None: NOW, int | None: 27}
    by_type |= {timedelta: timedelta(seconds=3), str: f"x {NUMBERS}", str | None: f"x {NUMBERS}"}
    found = by_name.get(field.name, by_type.get(field.type))
    return "on" if found is None else found


def told(fact: f.Fact, words: str = "") -> dict[str, Any]:
    (publish,) = TOPICS.fact(12, fact, words)
    loaded: dict[str, Any] = json.loads(publish.payload)
    return loaded


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.__name__)
def test_no_fact_carries_a_key_code_an_address_a_note_or_a_number_out_of_the_home(kind: type[f.Fact]) -> None:
    publishes = TOPICS.fact(12, example(kind), f"Paul ({PHONE}) a été prévenu")
    leaving = "".join(publish.topic + publish.payload.decode() for publish in publishes)
    if kind is f.CommandSettled:  # the hub's own words to whoever ordered, and no secret is among them
        secrets: tuple[str, ...] = (PHONE, "622222222")
    else:
        secrets = SECRETS
    assert not [secret for secret in secrets if secret in leaving]


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.__name__)
def test_somebody_has_thought_of_what_of_each_fact_may_leave(kind: type[f.Fact]) -> None:
    thought_of = {*mqtt_privacy.TOLD, *mqtt_privacy.TOLD_WITHOUT_WORDS, *KEPT_AT_HOME}
    assert kind in thought_of or issubclass(kind, f.Passing)


def test_a_kind_of_fact_nobody_thought_of_leaves_as_its_name_and_time() -> None:
    @dataclasses.dataclass(frozen=True, slots=True)
    class DoorUnlocked(f.Fact):
        key_code: str

    assert told(DoorUnlocked(NOW, KEY_CODE), KEY_CODE) == {
        "id": "7f3a9c-12",
        "type": "door_unlocked",
        "at": "2026-03-02T14:02:03Z",
    }


def test_an_incidents_plan_stays_at_home() -> None:
    opened = f.IncidentOpened(NOW, 27, f.Kind.PANIC, "salon", "salon", PLAN)
    payloads = [p.payload.decode() for p in (*TOPICS.fact(1, opened), *TOPICS.incident(OPEN), *TOPICS.incident(CLOSED))]
    assert not [secret for secret in SECRETS for payload in payloads if secret in payload]


def test_the_words_of_messages_and_texts_stay_at_home() -> None:
    requested = f.MessageRequested(
        NOW, 3, 27, "paul", "sms", PHONE, "fr", f.Purpose.DUTY, f.Words("duty"), text=f"{ADDRESS}, code {KEY_CODE}"
    )
    kept = f.SmsKept(NOW, "key", PHONE, "paul", f"le code est {KEY_CODE}", "unclear")
    note = f.NoteWritten(NOW, 27, "paul", "Paul", f"le code est {KEY_CODE}, {ADDRESS}")
    for fact in (requested, kept, note):
        event = json.dumps(told(fact, f"{ADDRESS} {KEY_CODE} {PHONE}"))
        assert not [secret for secret in SECRETS if secret in event]


@pytest.mark.parametrize(
    "number", ["+33622222222", "+33 6 22 22 22 22", "06 22 22 22 22", "0622222222", "06.22.22.22.22"]
)
def test_a_number_in_the_evidence_of_a_fault_is_blotted_out(number: str) -> None:
    assert told(f.FaultRaised(NOW, "modem.mute", f"sending to {number} failed"))["detail"] == "sending to ... failed"


def test_times_and_temperatures_in_a_text_are_not_taken_for_numbers_of_telephones() -> None:
    text = "since 2026-03-02 14:02:03, 38 s at -109 dBm, +CMS ERROR: 500, 10.0.0.2:1883"
    assert mqtt_privacy.clean(text) == text


def test_an_event_has_an_id_a_type_a_time_and_its_sentence() -> None:
    answered = f.IncidentAnswered(NOW, 27, "paul", "Paul", 10, "sms", asks_again_at=NOW)
    assert told(answered, "Paul y va") == {
        "id": "7f3a9c-12",
        "type": "incident_answered",
        "at": "2026-03-02T14:02:03Z",
        "incident": 27,
        "person": "paul",
        "name": "Paul",
        "minutes": 10,
        "via": "sms",
        "text": "Paul y va",
    }


def test_an_event_is_kept_for_a_broker_that_is_away_and_sent_at_least_once() -> None:
    (publish,) = TOPICS.fact(12, f.IncidentDeclined(NOW, 27, "paul"))
    assert (publish.topic, publish.lane, publish.qos, publish.retain) == ("telecare/7f3a9c/event", Lane.EVENT, 1, False)


def test_a_movement_is_on_its_sensors_topic_and_no_event() -> None:
    (publish,) = TOPICS.fact(0, f.SensorMoved(NOW, "cuisine", active=True))
    assert (publish.topic, publish.payload, publish.retain) == ("telecare/7f3a9c/sensor/cuisine", b"ON", False)
    assert TOPICS.fact(12, f.LifeSeen(NOW, "cuisine")) == ()


def test_a_command_of_this_road_is_answered_and_one_of_another_is_not() -> None:
    (publish,) = TOPICS.fact(0, f.CommandSettled(NOW, "mqtt", "abc", ok=False, text="say which"))
    assert publish.topic == "telecare/7f3a9c/cmd/result"
    assert json.loads(publish.payload) == {"id": "abc", "ok": False, "text": "say which"}
    assert TOPICS.fact(0, f.CommandSettled(NOW, "cli", None, ok=True, text="done")) == ()


def test_the_state_is_what_home_assistant_reads() -> None:
    view = StateView(
        Condition.ALERTING, NOW, 27, NOW, NOW + timedelta(minutes=3), mains=True, gsm_registered=True, more={"dbm": -71}
    )
    assert json.loads(view.to_json()) == {
        "state": "alerting",
        "since": "2026-03-02T14:02:03Z",
        "incident": 27,
        "last_activity": "2026-03-02T14:02:03Z",
        "next_alert_at": "2026-03-02T14:05:03Z",
        "panel": "triggered",
        "mains": True,
        "gsm_registered": True,
        "dbm": -71,
    }


@pytest.mark.parametrize(
    ("condition", "panel"),
    [
        (Condition.WARNING, "pending"),
        (Condition.ALERTING, "triggered"),
        (Condition.ANSWERED, "triggered"),
        (Condition.ATTENDED, "triggered"),
        (Condition.AWAY, "armed_vacation"),
        (Condition.PAUSED, "disarmed"),
        (Condition.UNKNOWN, "armed_home"),
        (Condition.FAULT, "armed_home"),
        (Condition.OK, "armed_home"),
    ],
)
def test_the_panel_shows_each_condition_in_home_assistants_words(condition: Condition, panel: str) -> None:
    assert panel_of(condition) == panel


def test_an_open_incident_is_retained_and_a_closed_one_told_once_and_cleared() -> None:
    (shown,) = TOPICS.incident(OPEN)
    assert shown.retain
    assert json.loads(shown.payload) == {
        "id": 27,
        "kind": "panic",
        "state": "alerting",
        "room": "salon",
        "opened_at": "2026-03-02T14:02:03Z",
        "wave": 1,
        "told": ["paul"],
        "answered_by": None,
        "attended_by": None,
        "closed_at": None,
        "outcome": None,
    }
    last, cleared = TOPICS.incident(CLOSED)
    assert (json.loads(last.payload)["outcome"], last.retain) == ("helped", False)
    assert (cleared.topic, cleared.payload, cleared.retain) == ("telecare/7f3a9c/incident/27", b"", True)


def test_no_open_incident_means_empty_attributes() -> None:
    assert TOPICS.newest_incident(None).payload == b"{}"


@pytest.mark.parametrize(
    ("fact", "event"),
    [
        (f.IncidentOpened(NOW, 28, f.Kind.PANIC, "salon", "salon", PLAN), ("pressed", "salon")),
        (f.IncidentOpened(NOW, 28, f.Kind.DRILL, "", "", PLAN), ("test", "")),
        (f.IncidentOpened(NOW, 28, f.Kind.TECHNICAL, "modem.mute", "", PLAN), None),
        (f.IncidentJoined(NOW, 27, "salon"), ("pressed", "salon")),
        (f.IncidentJoined(NOW, 99, "salon"), None),
        (f.IncidentClosed(NOW, 27, f.Outcome.CANCELLED, "resident", ""), ("cancelled", "salon")),
        (f.IncidentClosed(NOW, 27, f.Outcome.HELPED, "paul", "Paul"), None),
        (f.PersonStopped(NOW, "paul"), None),
    ],
)
def test_what_was_done_with_the_help_button_is_told_to_the_house(fact: f.Fact, event: tuple[str, str] | None) -> None:
    assert button_event(fact, {27: OPEN}) == event


def test_the_heartbeat_says_when_each_link_was_last_proven() -> None:
    beat = TOPICS.heartbeat(3, 61.9, {"modem": NOW})
    assert beat.topic == "telecare/7f3a9c/hb"
    assert json.loads(beat.payload) == {
        "id": "7f3a9c",
        "seq": 3,
        "uptime_s": 61,
        "proven": {"modem": "2026-03-02T14:02:03Z"},
    }


def test_a_name_with_wildcards_stays_one_level_of_a_topic() -> None:
    (publish,) = Topics("a/b").fact(0, f.SensorMoved(NOW, "+/#\x00\ud800", active=False))
    assert publish.topic == "telecare/a_b/sensor/_____"
