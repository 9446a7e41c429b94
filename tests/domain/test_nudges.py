"""A soft nudge before a window ends (BEHAVIOUR 1): heard at home, and nowhere else."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from house import HOME, PARIS, House

from hub.domain import facts as f
from hub.domain.facts import IncidentOpened, WindowNudged, WindowPassed
from hub.domain.inputs import Action
from hub.domain.policy import EVERY_DAY, Window

MORNING = Window("matin", EVERY_DAY, time(7), time(10))
GENTLE = replace(HOME, windows=(MORNING,), nudge_before=timedelta(minutes=15))
SIX = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)  # in Paris


def said(house: House) -> list[str]:
    return [fact.words.key for fact in house.of(f.Spoken)]


def nudges(house: House) -> list[str]:
    return [f"{fact.at.astimezone(PARIS):%d %H:%M}" for fact in house.of(WindowNudged)]


@pytest.fixture
def house() -> House:
    return House(GENTLE, at=SIX)


def test_a_quarter_of_an_hour_before_the_end_there_is_one_reminder_and_nobody_else_hears(house: House) -> None:
    house.pass_time(hours=3, minutes=55)

    assert nudges(house) == ["03 09:45"]
    assert said(house) == ["say.nudge"]
    assert not house.sent
    assert not house.has_incident


def test_it_changes_nothing_of_what_the_window_does(house: House) -> None:
    house.pass_time(hours=4, minutes=1)

    (opened,) = house.of(IncidentOpened)
    assert opened.at.astimezone(PARIS).time() == time(10)
    assert [passed.met for passed in house.of(WindowPassed)] == [False]


def test_a_sign_before_it_makes_it_needless_and_the_next_day_has_its_own(house: House) -> None:
    house.pass_time(hours=2)
    house.move()
    house.pass_time(hours=2)
    assert not nudges(house)

    house.pass_time(hours=23, minutes=50)
    assert nudges(house) == ["04 09:45"]


def test_a_sign_after_it_meets_the_window(house: House) -> None:
    house.pass_time(hours=3, minutes=50)
    house.move()
    house.pass_time(hours=1)

    assert not house.has_incident
    assert nudges(house) == ["03 09:45"]


def test_a_window_that_waits_for_a_press_asks_for_one() -> None:
    house = House(replace(GENTLE, windows=(replace(MORNING, sign=("button",)),)), at=SIX)
    house.pass_time(hours=3, minutes=50)

    assert said(house) == ["say.nudge.button"]


def test_nobody_is_woken_by_it() -> None:
    early = Window("nuit", EVERY_DAY, time(4), time(6, 50))
    house = House(replace(GENTLE, windows=(early,)), at=SIX - timedelta(hours=3))
    house.pass_time(hours=3, minutes=45)

    assert not nudges(house)


def test_nor_reminded_while_away_or_when_the_family_does_not_want_it() -> None:
    away, plain = House(GENTLE, at=SIX), House(replace(GENTLE, nudge_before=None), at=SIX)
    away.command(Action.AWAY, until=SIX + timedelta(days=1))
    for house in (away, plain):
        house.pass_time(hours=3, minutes=59)

    assert not nudges(away)
    assert not nudges(plain)


def test_whoever_is_being_asked_already_is_not_reminded_besides(house: House) -> None:
    evening = Window("fin", EVERY_DAY, time(7, 30), time(10, 10))
    house = House(replace(GENTLE, windows=(MORNING, evening)), at=SIX)
    house.pass_time(hours=5)

    assert nudges(house) == ["03 09:45", "03 09:55"]
    later = House(replace(GENTLE, windows=(MORNING, replace(evening, closes=time(11)))), at=SIX)
    later.pass_time(hours=5)
    assert nudges(later) == ["03 09:45"]


def test_what_the_box_did_not_see_is_waited_for_and_the_reminder_waits_too(house: House) -> None:
    house.pass_time(hours=3)
    house.cut_power(timedelta(minutes=50))

    house.pass_time(hours=1)

    assert nudges(house) == ["03 10:35"]


def test_nobody_who_may_need_help_hears_it(house: House) -> None:
    house.sense("fumee")
    house.pass_time(hours=4)

    assert "say.nudge" not in house.said
