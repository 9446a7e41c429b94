"""Facts and states as JSON: what was written is read back the same; what a card has spoilt is refused, not believed."""

import gc
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain import facts as f
from hub.domain.facts import Fact
from hub.domain.records import State
from hub.errors import JournalError
from hub.fact_json import dump, instant_text, kinds_of_fact, load, load_fact
from tests.domain.house import ANNE, HOME, MORNING, PAUL, QUIET, RESIDENT, START, House


def lived() -> House:
    """A home in which much has happened."""
    house = House(replace(HOME, windows=(MORNING,), silences=(QUIET,)))
    house.move()
    house.press()
    house.pass_time(minutes=4)
    house.text(PAUL, "1 dans 10 min")
    house.text(RESIDENT, "SOS")
    house.sense("fumee")
    house.pass_time(minutes=7)
    house.text(ANNE, "3")
    house.text("+33699999999", "qui est-ce?")
    house.fail("modem.absent", "unplugged")
    house.pass_time(minutes=30)
    house.step_clock(timedelta(hours=1))
    return house


HOUSE = lived()
KINDS = sorted({type(fact) for fact in HOUSE.facts}, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_fact_is_read_back_as_it_was_written(kind):
    for fact in HOUSE.of(kind):
        assert load_fact(kind.__name__, dump(fact)) == fact


def test_a_state_is_read_back_as_it_was_written():
    assert load(State, dump(HOUSE.state)) == HOUSE.state


def test_an_empty_state_too():
    assert load(State, dump(State())) == State()


def test_every_kind_of_fact_is_known_by_its_name():
    assert {kind.__name__ for kind in KINDS} < kinds_of_fact().keys()
    assert kinds_of_fact()["HubStarted"] is f.HubStarted


def test_a_kind_that_this_release_does_not_know_is_nothing():
    assert load_fact("DoorUnlocked", "{}") is None


def test_a_field_that_is_missing_takes_its_default_and_one_that_is_unknown_is_left_out():
    older = {"at": {"$at": "2026-03-02T10:00:00Z"}, "fault": "modem.absent", "detail": "", "colour": "red"}

    assert load(f.FaultRaised, json.dumps(older)) == f.FaultRaised(START, "modem.absent", "")


def test_a_field_that_is_missing_and_has_no_default_makes_no_fact():
    with pytest.raises(JournalError, match="without at, fault"):
        load(f.FaultEnded, "{}")


@pytest.mark.parametrize(
    "value", ["text", "", "$at", 7, None, START, START.astimezone(timezone(timedelta(hours=2))), "2026-03-02T10:00:00Z"]
)
def test_a_value_of_a_message_keeps_its_type(value):
    words = f.Words("alert", (("since", value),))
    read = load(f.Words, dump(words))

    assert read == words
    assert type(read.values[0][1]) is type(value)


def test_times_are_written_in_utc_with_a_z():
    paris = datetime(2026, 7, 1, 12, 0, 0, 1, tzinfo=timezone(timedelta(hours=2)))

    assert instant_text(paris) == "2026-07-01T10:00:00.000001Z"
    assert instant_text(START) == "2026-03-02T10:00:00Z"


def test_half_a_character_fits_no_file_and_costs_no_fact():
    fact = f.FaultRaised(START, "x.y", "half \ud83d of it")

    assert dump(fact).encode()
    assert load(f.FaultRaised, dump(fact)).detail == "half ? of it"


def test_texts_are_written_as_people_write_them():
    assert "Élodie" in dump(f.FaultRaised(START, "x.y", "Élodie"))


SPOILT = [
    "",
    "{",
    "null",
    "7",
    "[]",
    '"text"',
    '{"at": 7, "fault": "x"}',
    '{"at": null, "fault": "x"}',
    '{"at": {"$at": "yesterday"}, "fault": "x"}',
    '{"at": {"$at": 7}, "fault": "x"}',
    '{"at": {"at": "2026-03-02T10:00:00Z"}, "fault": "x"}',
    # Without its zone it would be compared with aware ones, and the hub end at every start.
    '{"at": {"$at": "2026-03-02T10:00:00"}, "fault": "x"}',
    # At the ends of what datetime knows nothing can be reckoned from it, and in UTC some are no time at all.
    '{"at": {"$at": "0001-01-01T00:00:00+14:00"}, "fault": "x"}',
    '{"at": {"$at": "9999-12-31T23:59:59-12:00"}, "fault": "x"}',
    '{"at": {"$at": "9999-12-31T23:59:59Z"}, "fault": "x"}',
    '{"at": {"$at": "1899-12-31T23:59:59Z"}, "fault": "x"}',
    '{"at": {"$at": "2026-03-02T10:00:00Z"}, "fault": 7}',
    '{"at": {"$at": "2026-03-02T10:00:00Z"}, "fault": ["x"]}',
    '{"at": {"$at": "2026-03-02T10:00:00Z"}, "fault": null}',
]


@pytest.mark.parametrize("text", SPOILT, ids=lambda text: text[:60] or "nothing")
def test_what_is_no_such_fact_is_refused(text):
    with pytest.raises(JournalError):
        load_fact("FaultEnded", text)


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Hypothesis is called by the collector, and where the stack is at its end it has no room."""
    gc.disable()
    yield
    gc.enable()


def test_what_is_nested_without_end_is_refused(no_collector):
    with pytest.raises(JournalError):
        load_fact("FaultEnded", "[" * 100_000)


def test_a_number_that_no_journal_takes_is_refused():
    fact = dump(f.IncidentDeclined(START, 10, PAUL))

    assert load(f.IncidentDeclined, fact.replace("10,", "9007199254740992,")).incident == 2**53
    with pytest.raises(JournalError, match="larger than any of ours"):
        load(f.IncidentDeclined, fact.replace("10,", "9007199254740993,"))


def test_a_plan_that_has_lost_its_waves_is_refused():
    with pytest.raises(JournalError, match="a plan without a wave"):
        load(type(HOME.plan()), json.dumps({**json.loads(dump(HOME.plan())), "waves": []}))


@pytest.mark.parametrize("by", ["1e300", "-1e11", "NaN", '"soon"', "null", "true", "{}"])
def test_what_is_no_span_is_refused(by):
    with pytest.raises(JournalError):
        load(f.ClockCorrected, f'{{"at": {{"$at": "2026-03-02T10:00:00Z"}}, "by": {by}, "trusted": true}}')


@given(st.data())
def test_a_byte_that_a_dying_card_has_changed_makes_another_fact_or_none_but_always_one_of_its_kind(data):
    fact = data.draw(st.sampled_from(HOUSE.facts))
    body = bytearray(dump(fact).encode())
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] = data.draw(st.integers(0, 255))
    try:
        read = load_fact(type(fact).__name__, body.decode("utf-8", "replace"))
    except JournalError:
        return
    assert isinstance(read, Fact)
    assert well_typed(read)


def well_typed(fact: Fact) -> bool:
    """Whether its time is aware, and each field of the type it has in a fact of ours."""
    whole = next(one for one in HOUSE.facts if type(one) is type(fact))
    return fact.at.tzinfo is not None and all(
        are_alike(getattr(fact, field.name), getattr(whole, field.name)) for field in fields(fact)
    )


def are_alike(one: object, other: object) -> bool:
    is_alike = isinstance(one, str) if isinstance(other, str) else type(one) is type(other)
    return is_alike or None in (one, other)


def test_a_record_with_a_field_that_nobody_taught_to_read_is_told_to_whoever_wrote_it():
    @dataclass
    class Basket:
        eggs: list[int]

    with pytest.raises(TypeError, match="no record of ours has"):
        load(Basket, '{"eggs": [1]}')


def test_times_of_day_and_the_rest_of_a_plan_are_read_back():
    assert time.fromisoformat(time(22, 30).isoformat()) == time(22, 30)
    assert load(type(HOME.plan()), dump(HOME.plan())) == HOME.plan()
    assert HOME.plan().waves[0].people == (PAUL,)
    assert datetime.fromisoformat(instant_text(START)).tzinfo is UTC
