"""Orders by MQTT: what is obeyed, what is refused, and that every refusal says what to write."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.facts import Outcome
from hub.domain.inputs import Action, Commanded
from hub.drivers.mqtt_commands import Refused, read

NOW = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)


def order(**record: Any) -> Commanded | Refused:
    return read(NOW, json.dumps(record).encode())


def test_an_order_with_everything_in_it_is_read() -> None:
    assert order(cmd="CLOSE", incident=27, by="paul", outcome="helped", id="abc") == Commanded(
        NOW, Action.CLOSE, "mqtt", by="paul", incident=27, outcome=Outcome.HELPED, request="abc"
    )


@pytest.mark.parametrize("action", list(Action))
def test_every_action_can_be_ordered_in_capitals_or_not(action: Action) -> None:
    assert order(cmd=action.name) == Commanded(NOW, action, "mqtt")
    assert order(cmd=action.value) == Commanded(NOW, action, "mqtt")


@pytest.mark.parametrize(
    ("word", "action"),
    [("ARM_HOME", Action.BACK), ("ARM_VACATION", Action.AWAY), ("DISARM", Action.CLOSE), ("TRIGGER", Action.TRIGGER)],
)
def test_home_assistants_panel_is_understood(word: str, action: Action) -> None:
    assert order(cmd=word) == Commanded(NOW, action, "mqtt")


@pytest.mark.parametrize("written", ["2026-03-04T10:00:00Z", "2026-03-04T11:00:00+01:00"])
def test_until_is_an_instant_with_its_zone(written: str) -> None:
    seen = order(cmd="AWAY", until=written)
    assert isinstance(seen, Commanded)
    assert seen.until == datetime(2026, 3, 4, 10, tzinfo=UTC)


def test_a_number_as_id_is_echoed_as_text() -> None:
    assert order(cmd="TEST", id=7) == Commanded(NOW, Action.TEST, "mqtt", request="7")


@pytest.mark.parametrize(
    ("record", "advice"),
    [
        ({"cmd": "ANSWR"}, "cmd: write one of ANSWER, DECLINE"),
        ({}, "cmd: write one of"),
        ({"cmd": ["ANSWER"]}, "cmd: write one of"),
        ({"cmd": "CLOSE", "incidant": 27}, 'did you mean "incident"'),
        ({"cmd": "CLOSE", "incident": "27"}, "incident: write its number"),
        ({"cmd": "CLOSE", "incident": True}, "incident: write its number"),
        ({"cmd": "CLOSE", "incident": -1}, "incident: write its number"),
        ({"cmd": "CLOSE", "incident": 10**30}, "incident: write its number"),
        ({"cmd": "CLOSE", "outcome": "drill_passed"}, "outcome: write one of helped"),
        ({"cmd": "CLOSE", "outcome": {}}, "outcome: write one of helped"),
        ({"cmd": "AWAY", "until": "2026-03-04T10:00:00"}, "until: write a time with its zone"),
        ({"cmd": "AWAY", "until": "0001-01-01T00:00:00+23:59"}, "until: write a time with its zone"),
        ({"cmd": "AWAY", "until": 12}, "until: write a time with its zone"),
        ({"cmd": "ANSWER", "by": "a\nb"}, "by: write the id of a person"),
        ({"cmd": "ANSWER", "by": "\ud800"}, "by: write the id of a person"),
        ({"cmd": "ANSWER", "by": "p" * 65}, "by: write the id of a person"),
        ({"cmd": "ANSWER", "id": "i" * 65}, "id: write a text of at most 64"),
    ],
)
def test_what_is_not_understood_is_refused_and_says_what_to_write(record: dict[str, Any], advice: str) -> None:
    seen = order(**record)
    assert isinstance(seen, Refused)
    assert advice in seen.text


@pytest.mark.parametrize("payload", [b"ANSWER", b"", b"{", b"[]", b"\xff", b'{"a":' * 3000, b"x" * 100_000])
def test_what_is_no_order_at_all_is_refused(payload: bytes) -> None:
    assert isinstance(read(NOW, payload), Refused)


def test_a_refusal_echoes_the_id_where_it_could_be_read() -> None:
    seen = order(cmd="?", id="abc")
    assert isinstance(seen, Refused)
    assert seen.request == "abc"


@settings(deadline=None, max_examples=150)
@given(
    st.dictionaries(
        st.sampled_from(["cmd", "incident", "by", "until", "outcome", "id"]) | st.text(max_size=5),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=70)
        | st.lists(st.none(), max_size=1),
    )
)
def test_no_order_whatever_breaks_the_reader(record: dict[str, Any]) -> None:
    assert isinstance(order(**record), Commanded | Refused)
