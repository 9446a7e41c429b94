"""When deciding fails: plain words to everybody who may be alerted, and a fresh start; no rules are used."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.inputs import (
    Action,
    ButtonCancelled,
    ButtonEdge,
    ButtonPressed,
    Commanded,
    Input,
    SensorChanged,
    SmsReceived,
    Tick,
)
from hub.domain.policy import Role
from hub.domain.records import State
from hub.gsm_alphabet import SEGMENT, septets
from hub.last_resort import AGAIN_AFTER, FIRST_NUMBER, LAST_RESORT, PLAIN_TEXT, VALIDITY, LastResort, is_calling
from tests.domain.house import ANNE, HOME, MARIE, PAUL, PHONES, RESIDENT, START, STRANGER, House
from tests.shell import Road

PRESS = ButtonPressed(START, "salon")
CALLS = [
    PRESS,
    ButtonEdge(START, "salon", down=True),
    SensorChanged(START, "fumee", active=True),
    SmsReceived(START, "1", PHONES[RESIDENT], "n'importe quoi"),
    Commanded(START, Action.TRIGGER, "mqtt"),
]
NO_CALLS = [
    Tick(START),
    ButtonCancelled(START, "salon"),
    ButtonEdge(START, "salon", down=False),
    SensorChanged(START, "fumee", active=False),
    SensorChanged(START, "cuisine", active=True),
    SensorChanged(START, "nobody knows it", active=True),
    SmsReceived(START, "1", STRANGER, "1"),
    SmsReceived(START, "1", PHONES[PAUL], "1"),
    Commanded(START, Action.TEST, "cli"),
]


@pytest.fixture
def road() -> Road:
    return Road()


@pytest.fixture
def restarts() -> list[str]:
    return []


@pytest.fixture
def last(road, restarts) -> LastResort:
    return LastResort(lambda: road, restarts.append)


@pytest.mark.parametrize("seen", CALLS, ids=lambda seen: type(seen).__name__)
def test_whatever_may_be_a_call_for_help_is_told_to_everybody(last, road, restarts, seen: Input):
    last.take_over(seen, State(), HOME)

    assert [outgoing.address for outgoing in road.taken] == [PHONES[who] for who in (PAUL, ANNE, MARIE)]
    for outgoing in road.taken:
        assert outgoing.text.startswith("ALERTE Mme Martin: appel a l'aide, allez voir ou appelez. / ALERT Mme Martin")
        assert (outgoing.urgent, outgoing.validity) == (True, VALIDITY)
    assert restarts == [f"deciding about {type(seen).__name__} failed"]


@pytest.mark.parametrize("seen", NO_CALLS, ids=lambda seen: type(seen).__name__)
def test_of_anything_else_nobody_is_told_and_the_hub_starts_afresh(last, road, restarts, seen: Input):
    last.take_over(seen, State(), HOME)

    assert road.taken == []
    assert len(restarts) == 1


def test_while_somebody_waits_for_an_answer_everybody_is_told_whatever_it_was(last, road):
    house = House()
    house.press()
    assert not is_calling(house.state)
    house.pass_time(minutes=1)
    assert is_calling(house.state)

    last.take_over(Tick(house.now), house.state, HOME)
    assert len(road.taken) == 3


def test_the_same_bug_again_tells_people_no_more_often_than_every_ten_minutes(last, road, restarts):
    for minute in range(21):
        last.take_over(replace(PRESS, at=START + timedelta(minutes=minute)), State(), HOME)

    assert len(road.taken) == 3 * 3
    assert len(restarts) == 21
    assert timedelta(minutes=10) == AGAIN_AFTER


def test_a_clock_that_was_set_back_silences_nobody(last, road):
    last.take_over(PRESS, State(), HOME)
    last.take_over(replace(PRESS, at=START - timedelta(days=1)), State(), HOME)

    assert len(road.taken) == 6


def test_a_process_that_meets_the_same_bug_again_after_its_restart_tells_nobody_again(road, restarts, tmp_path):
    for minute in range(11):
        last = LastResort(lambda: road, restarts.append, tmp_path / "data" / LAST_RESORT)
        last.take_over(replace(PRESS, at=START + timedelta(minutes=minute)), State(), HOME)

    assert len(road.taken) == 2 * 3
    assert len(restarts) == 11


@pytest.mark.parametrize("content", [b"", b"yesterday", b"\xff\xfe", b"2026-03-02T10:00:00", b"9" * 1000])
def test_a_memory_that_a_card_has_spoilt_or_refuses_silences_nobody(road, restarts, tmp_path, content):
    memory = tmp_path / LAST_RESORT
    memory.write_bytes(content)
    LastResort(lambda: road, restarts.append, memory).take_over(PRESS, State(), HOME)
    assert len(road.taken) == 3

    memory.unlink()
    memory.mkdir()
    LastResort(lambda: road, restarts.append, memory).take_over(PRESS, State(), HOME)
    assert len(road.taken) == 6


def test_who_did_not_consent_and_who_only_looks_on_are_told_nothing(last, road):
    paul, anne, marie = HOME.people
    people = (replace(paul, consent=False), replace(anne, role=Role.VIEWER), marie)
    last.take_over(PRESS, State(), replace(HOME, people=people))

    assert [outgoing.address for outgoing in road.taken] == [marie.phone]


def test_the_messages_have_numbers_that_no_journal_reaches(last, road):
    last.take_over(PRESS, State(), HOME)

    assert [outgoing.message for outgoing in road.taken] == [FIRST_NUMBER, FIRST_NUMBER + 1, FIRST_NUMBER + 2]


def test_without_a_modem_it_is_in_the_log_and_the_hub_starts_afresh(restarts, caplog):
    LastResort(lambda: None, restarts.append).take_over(PRESS, State(), HOME)

    assert "telling paul in plain words" in caplog.text
    assert len(restarts) == 1


def test_the_text_is_one_segment_with_the_longest_name():
    for name in ("W" * 18, "Mme Martin"):
        needed = septets(PLAIN_TEXT.format(name=name))
        assert needed is not None
        assert needed <= SEGMENT
