"""A question at night: softly at first, and aloud when nobody has moved."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from house import HOME, House

from hub.dispatch import pattern_of
from hub.domain.facts import Kind, LinesDrawn, Spoken, WaveStarted
from hub.domain.gentle import is_gentle
from hub.domain.policy import Learned, Silence
from hub.domain.records import Phase
from hub.domain.state import evolve
from hub.domain.view import view
from hub.ports import Pattern

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MIDNIGHT = datetime(2026, 3, 1, 23, tzinfo=UTC)  # in Paris
LEARNING = replace(HOME, learned=Learned(), silences=())


def asked(hour: float, policy=LEARNING) -> House:
    """A house in which somebody moved last three hours before, and that has learned to allow just that."""
    house = House(policy, at=MIDNIGHT + timedelta(hours=hour - 3))
    house.state = evolve(house.state, LinesDrawn(house.now, 9 * DAY, (("", (180,) * 24),)))
    house.move()
    house.pass_time(hours=3)
    assert house.phase is Phase.WARNING
    return house


def questions(house: House) -> list[Spoken]:
    return [fact for fact in house.of(Spoken) if fact.words.key == "say.asked"]


@pytest.mark.parametrize("hour", [22, 27.5, 30.9])
def test_at_night_the_first_half_of_the_warning_is_soft_and_the_second_is_not(hour: float) -> None:
    house = asked(hour)
    assert pattern_of(view(house.state, house.policy)) is Pattern.ASKED_SOFTLY
    began = house.of_kind(Kind.INACTIVITY)[0].at

    house.pass_time(minutes=9, seconds=45)

    assert pattern_of(view(house.state, house.policy)) is Pattern.ASKED
    assert {fact.softly for fact in questions(house) if fact.at - began < 5 * MINUTE} == {True}
    assert {fact.softly for fact in questions(house) if fact.at - began >= 5 * MINUTE} == {False}
    house.pass_time(minutes=1)
    assert [fact.at - began for fact in house.of(WaveStarted)] == [10 * MINUTE], "nobody is told later for it"


@pytest.mark.parametrize("hour", [7, 12, 21.9])
def test_by_day_it_is_asked_aloud_at_once(hour: float) -> None:
    house = asked(hour)

    assert not any(fact.softly for fact in questions(house))
    assert pattern_of(view(house.state, house.policy)) is Pattern.ASKED


def test_what_a_family_set_itself_is_asked_aloud_at_any_hour() -> None:
    house = asked(27.5, replace(LEARNING, learned=None, silences=(Silence("trois", 180 * MINUTE),)))

    assert not any(fact.softly for fact in questions(house))


def test_where_nobody_knows_the_hour_it_is_asked_aloud() -> None:
    house = asked(27.5)
    house.step_clock(timedelta(0), trusted=False)

    assert pattern_of(view(house.state, house.policy)) is Pattern.ASKED


def test_an_incident_without_an_end_of_its_warning_is_none() -> None:
    incident = replace(asked(27.5).incident, due=None)

    assert not is_gentle(incident, MIDNIGHT, HOME.zone)
