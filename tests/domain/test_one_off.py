""" "Tomorrow by ten": one day, one question, in the place of the usual morning, and gone by itself."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from house import HOME, MARIE, MORNING, PAUL, RESIDENT, START, House

from hub.domain.facts import Kind, OneOffEnded, OneOffSet, WindowPassed
from hub.domain.inputs import Action
from hub.domain.one_off import ONE_OFF
from hub.domain.policy import EVERY_DAY, Window
from hub.domain.records import Phase

# START is a Monday, 11:00 in Paris; the usual window is 07:00 to 10:00.
EVENING = Window("soir", EVERY_DAY, time(18), time(21))


def at(day, hour, minute=0):
    """A time of Paris in March, in UTC."""
    return datetime(2026, 3, 2 + day, hour - 1, minute, tzinfo=UTC)


@pytest.fixture
def house():
    house = House(replace(HOME, windows=(MORNING,)))
    house.move()
    return house


def expect(house, until, by=MARIE, via="web"):
    return house.command(Action.EXPECT, via, by=by, until=until)


def go(house, moment):
    house.pass_time(moment - house.now)


def asked(house):
    return [fact.source for fact in house.of_kind(Kind.INACTIVITY)]


def test_who_sleeps_in_is_not_asked_at_the_usual_hour_but_at_the_other(house):
    assert expect(house, at(1, 12)).ok
    assert house.of(OneOffSet)[0].opens == at(1, 7)
    go(house, at(1, 11, 59))
    assert asked(house) == []
    assert house.state.watch.check_rule == ONE_OFF
    go(house, at(1, 12))
    assert asked(house) == [ONE_OFF]
    assert house.phase is Phase.WARNING
    # One question, and the usual times the day after.
    assert house.state.watch.one_off is None
    house.move()
    go(house, at(2, 9, 59))
    assert asked(house) == [ONE_OFF]
    go(house, at(2, 10, 1))
    assert asked(house) == [ONE_OFF, "matin"]


def test_a_sign_in_its_time_ends_it_without_a_word(house):
    expect(house, at(1, 12))
    go(house, at(1, 8))
    house.move()
    go(house, at(1, 23))
    assert asked(house) == []
    assert [fact.met for fact in house.of(OneOffEnded)] == [True]
    assert {fact.window for fact in house.of(WindowPassed)} == {"matin"}


def test_a_sign_of_its_first_minute_counts(house):
    expect(house, at(1, 12))
    go(house, at(1, 7))
    house.move()
    go(house, at(1, 13))
    assert asked(house) == []
    assert [fact.met for fact in house.of(OneOffEnded)] == [True]


def test_a_sign_of_the_night_does_not_count(house):
    expect(house, at(1, 12))
    go(house, at(1, 4))
    house.move()
    go(house, at(1, 12))
    assert asked(house) == [ONE_OFF]


def test_who_is_expected_early_is_missed_early_and_once(house):
    assert expect(house, at(1, 8)).ok
    # No window of the family's closes by then: the day begins when the night ends.
    assert house.of(OneOffSet)[0].opens == at(1, 5)
    go(house, at(1, 8))
    assert asked(house) == [ONE_OFF]
    go(house, at(1, 10, 1))
    assert asked(house) == [ONE_OFF]


def test_windows_of_another_hour_or_day_hold_as_ever():
    weekend = Window("dimanche", frozenset({6}), time(8), time(9))
    house = House(replace(HOME, windows=(MORNING, EVENING, weekend)))
    house.move()
    expect(house, at(1, 12))
    go(house, at(0, 21, 1))
    assert asked(house) == ["soir"]


def test_without_any_windows_it_is_the_only_question():
    house = House()
    house.move()
    expect(house, at(1, 10))
    go(house, at(9, 12))
    assert asked(house) == [ONE_OFF]


def test_it_is_for_today_too_and_a_newer_one_replaces_it(house):
    assert expect(house, at(0, 15)).ok
    assert expect(house, at(0, 16)).ok
    go(house, at(0, 15, 30))
    # What was before it was set counts: she moved at eleven.
    go(house, at(0, 16, 1))
    house.move()
    assert asked(house) == []
    assert len(house.of(OneOffEnded)) == 1


def test_taken_back_the_usual_times_hold(house):
    expect(house, at(1, 12))
    assert expect(house, None).ok
    assert expect(house, None).ok
    go(house, at(1, 10, 1))
    assert asked(house) == ["matin"]
    assert [fact.met for fact in house.of(OneOffEnded)] == [False]


@pytest.mark.parametrize("until", [at(1, 5, 30), at(2, 11)])
def test_half_an_hour_is_long_enough_and_two_days_are_not_too_far(house, until):
    assert expect(house, until).ok


@pytest.mark.parametrize("until", [START, at(2, 11, 1), at(1, 5, 29), at(0, 10)])
def test_what_is_over_too_far_or_too_early_is_refused(house, until):
    assert not expect(house, until).ok
    assert house.state.watch.one_off is None


@pytest.mark.parametrize(("by", "via", "ok"), [(RESIDENT, "web", True), (PAUL, "web", False), (MARIE, "mqtt", False)])
def test_it_may_put_a_morning_off_so_not_everybody_may(house, by, via, ok):
    assert expect(house, at(1, 12), by, via).ok is ok


def test_a_hub_that_does_not_know_the_time_takes_none():
    house = House(trusted=False)
    assert "does not know the time" in expect(house, at(1, 12)).text


def test_away_nobody_is_asked_and_it_ends_all_the_same(house):
    expect(house, at(1, 12))
    house.command(Action.AWAY, "web", by=MARIE, until=at(4, 12))
    go(house, at(1, 12, 1))
    house.observe("signal_dbm", -70)
    assert asked(house) == []
    assert house.state.watch.one_off is None


def test_it_survives_a_restart_and_what_the_hub_did_not_see_is_waited_for(house):
    expect(house, at(1, 8, 30))
    go(house, at(1, 6))
    house.cut_power(timedelta(hours=1), rebooted=False)
    go(house, at(1, 9, 29))
    assert asked(house) == []
    go(house, at(1, 9, 31))
    assert asked(house) == [ONE_OFF]


def test_a_day_that_was_not_seen_is_over_when_it_is_over(house):
    expect(house, at(1, 22))
    go(house, at(1, 1))
    house.cut_power(timedelta(hours=20), rebooted=False)
    go(house, at(2, 1))
    house.observe("signal_dbm", -70)
    assert ONE_OFF not in asked(house)
    assert house.state.watch.one_off is None


def test_with_nobody_who_could_see_a_sign_it_asks_nothing(house):
    expect(house, at(1, 12))
    for sensor in ("cuisine", "entree", "lit"):
        house.fail(f"device.silent/{sensor}")
    go(house, at(1, 13))
    assert ONE_OFF not in asked(house)


def test_this_afternoon_is_watched_though_there_was_a_sign_in_the_morning():
    noon = Window("midi", EVERY_DAY, time(12), time(14))
    house = House(replace(HOME, windows=(MORNING, noon)))
    go(house, at(0, 12, 30))
    house.move()
    go(house, at(1, 7, 30))
    house.move()
    go(house, at(1, 13))
    assert expect(house, at(1, 15)).ok

    go(house, at(1, 15))

    assert asked(house) == [ONE_OFF]


def test_where_a_press_is_wanted_no_movement_will_do():
    press = replace(MORNING, sign=("button",))
    house = House(replace(HOME, windows=(press,)))
    house.move()
    assert expect(house, at(1, 12)).ok
    go(house, at(1, 9))
    house.move()

    go(house, at(1, 12))

    assert asked(house) == [ONE_OFF]


def test_a_visitor_changes_nothing_of_it(house):
    assert expect(house, at(1, 10)).ok
    go(house, at(1, 8))
    house.command(Action.VISITOR, "mqtt", until=at(1, 18))
    house.cut_power(timedelta(minutes=20))
    go(house, at(1, 10, 5))
    house.text(PAUL, "ETAT")

    go(house, at(1, 10, 30))

    assert asked(house) == [ONE_OFF]
