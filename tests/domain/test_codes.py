"""What the pages have sent for themselves: a code to a number on file, and that somebody tried to get in."""

from dataclasses import replace

import pytest
from house import CIRCLE, HOME, MARIE, PAUL, House, refusing

from hub.domain.facts import MessageDropped, Purpose, RecordsTaken
from hub.domain.inputs import Action
from hub.domain.policy import Person, Role

EVE = Person("eve", "Eve", "+33677777777", Role.ADMIN, consent=True)


def code(house, person=MARIE, text="12345678", via="web"):
    return house.command(Action.CODE, via, person=person, text=text)


def test_a_code_goes_to_the_number_on_file_and_stands_in_no_log():
    house = House()
    assert code(house).ok
    (sent,) = house.sent_to(MARIE, Purpose.DESK)
    assert (sent.key, sent.values["code"], sent.message.address) == ("desk.code", "12345678", "+33600000003")


@pytest.mark.parametrize(
    ("person", "text", "via"),
    [
        (PAUL, "12345678", "web"),
        (None, "12345678", "web"),
        ("nobody", "12345678", "web"),
        (MARIE, "12345678", "mqtt"),
        (MARIE, "12345678", "cli"),
        (MARIE, "1234567", "web"),
        (MARIE, "http://x", "web"),
        (MARIE, "١٢٣٤٥٦٧٨", "web"),
    ],
)
def test_nothing_else_is_sent_by_it_and_to_nobody_else(person, text, via):
    house = House()
    assert not code(house, person, text, via).ok
    assert not house.sent


def test_who_has_no_telephone_gets_none():
    house = House(replace(HOME, people=(*CIRCLE, replace(EVE, phone=""))))
    assert not code(house, "eve").ok


def test_a_code_that_could_not_leave_in_time_does_not_leave_later():
    house = House(network=refusing)
    house.link("sms", up=False)
    code(house)
    house.pass_time(minutes=10)
    house.link("sms", up=True)
    assert [fact.reason for fact in house.of(MessageDropped)] == ["too old to be news"]


def test_the_family_hears_of_somebody_who_tries_to_get_in():
    house = House(replace(HOME, people=(*CIRCLE, EVE)))
    house.text(EVE.phone, "stop")
    house.forget_texts()
    assert house.command(Action.LOCKED, "web", person=MARIE).ok
    assert [(sent.message.person, sent.key) for sent in house.sent] == [(MARIE, "desk.locked")]
    assert not house.command(Action.LOCKED, "mqtt", person=MARIE).ok
    assert not house.command(Action.LOCKED, "web", person="nobody").ok


@pytest.mark.parametrize(
    ("by", "text", "ok"), [(MARIE, "backup", True), (MARIE, "all", False), (PAUL, "export", False)]
)
def test_who_took_the_records_along_is_on_record(by, text, ok):
    house = House()
    assert house.command(Action.TAKEN, "web", by=by, text=text).ok is ok
    assert bool(house.of(RecordsTaken)) is ok
