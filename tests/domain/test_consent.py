"""The resident's consent is written down, and the resident's own switch is stronger than the family's."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house import CIRCLE, HOME, MARIE, PAUL, QUIET, RESIDENT, House

from hub.domain.facts import ConsentRecorded, Kind, Purpose, Whereabouts
from hub.domain.inputs import Action
from hub.domain.policy import Person, Role
from hub.domain.records import Phase
from hub.domain.view import Condition, view


@pytest.fixture
def house():
    return House(replace(HOME, silences=(QUIET,), no_news=timedelta(days=2)))


def off(house, by=RESIDENT, via="web"):
    return house.command(Action.OFF, via, by=by)


# --- the record ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["resident", "guardian"])
def test_the_family_notes_who_agreed(house, how):
    assert house.command(Action.CONSENT, "web", by=MARIE, text=how).ok
    assert house.state.consent.name == "Marie"
    assert house.of(ConsentRecorded)[0].how == how


@pytest.mark.parametrize(
    ("by", "via", "how"), [(PAUL, "web", "resident"), (MARIE, "mqtt", "resident"), (MARIE, "web", "the cat")]
)
def test_nobody_else_notes_it_and_nothing_else_is_noted(house, by, via, how):
    assert not house.command(Action.CONSENT, via, by=by, text=how).ok
    assert house.state.consent is None


# --- the switch ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("by", "via"), [(MARIE, "web"), (PAUL, "web"), (RESIDENT, "mqtt"), (None, "cli")])
def test_only_the_resident_switches_the_watch_off(house, by, via):
    assert not off(house, by, via).ok
    assert house.state.presence.whereabouts is Whereabouts.HOME


def test_off_no_silence_is_judged_however_long_and_the_family_knows(house):
    assert off(house).ok
    assert house.texts_to(MARIE) == ["watch.off"]
    assert house.texts_to(PAUL) == []
    house.pass_time(days=10)

    assert not house.of_kind(Kind.INACTIVITY)
    assert not any(fault.startswith("home.") for fault in house.state.faults)
    assert view(house.state, house.policy).condition in (Condition.PAUSED, Condition.FAULT)
    # Said twice it is told once.
    off(house)
    assert len(house.sent_to(MARIE, Purpose.STATUS)) == 1


def test_off_the_button_works(house):
    off(house)
    house.press()
    house.pass_time(seconds=11)
    assert house.alerts_to(PAUL) == 1


def test_a_question_that_is_being_asked_ends_with_it(house):
    house.move()
    house.pass_time(hours=4, minutes=1)
    assert house.phase is Phase.WARNING
    off(house)
    assert house.phase is Phase.CLOSED


def test_nobody_but_the_resident_switches_it_on_again(house):
    off(house)
    assert "alone may switch it on" in house.command(Action.BACK, "web", by=MARIE).text
    for action in (Action.AWAY, Action.PAUSE):
        refused = house.command(action, "web", by=MARIE, until=house.now + timedelta(hours=1))
        assert "nothing to suspend" in refused.text
    house.move()
    house.pass_time(days=1)
    assert house.state.presence.whereabouts is Whereabouts.OFF

    assert house.command(Action.BACK, "web", by=RESIDENT).ok
    assert house.texts_to(MARIE)[-1] == "watch.on"
    # What was not watched is no silence: it counts from now on.
    house.pass_time(hours=3, minutes=59)
    assert not house.of_kind(Kind.INACTIVITY)
    house.pass_time(minutes=2)
    assert house.of_kind(Kind.INACTIVITY)


def test_it_stays_off_over_a_power_cut(house):
    off(house)
    house.cut_power()
    house.pass_time(days=1)
    assert house.state.presence.whereabouts is Whereabouts.OFF
    assert not house.of_kind(Kind.INACTIVITY)


def test_who_texted_stop_hears_nothing_of_it():
    eve = Person("eve", "Eve", "+33677777777", Role.ADMIN, consent=True)
    house = House(replace(HOME, people=(*CIRCLE, eve)))
    house.text(eve.phone, "stop")
    house.forget_texts()
    off(house)
    assert [sent.message.person for sent in house.sent] == [MARIE]
