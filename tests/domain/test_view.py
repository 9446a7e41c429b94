"""One glance: the condition, and when somebody would be told (BEHAVIOUR 8: never green when nobody can be reached)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house import HOME, MARIE, PAUL, QUIET, START, House

from hub.domain.inputs import Action
from hub.domain.policy import Delays
from hub.domain.trouble import CRITICAL
from hub.domain.view import Condition, View, view

AT_ONCE = replace(HOME, delays=Delays(panic_warning=timedelta(0)))


def glance(house: House) -> View:
    return view(house.state, house.policy)


def test_a_quiet_home_is_ok_since_the_hub_watches() -> None:
    seen = glance(House())

    assert (seen.condition, seen.since, seen.incident) == (Condition.OK, START, None)
    assert seen.has_way_out


def test_each_step_of_an_incident_shows() -> None:
    house = House()
    shown = []
    for step in (house.press, lambda: house.pass_time(seconds=10), lambda: house.text(PAUL, "1")):
        step()
        shown.append(glance(house).condition)
    house.text(PAUL, "3")
    shown.append(glance(house).condition)
    house.text(PAUL, "9")
    shown.append(glance(house).condition)

    assert shown == [
        Condition.WARNING,
        Condition.ALERTING,
        Condition.ANSWERED,
        Condition.ATTENDED,
        Condition.OK,
    ]


def test_of_several_incidents_the_gravest_shows_and_among_equals_the_newest() -> None:
    house = House(AT_ONCE)
    house.press()
    house.text(PAUL, "1")
    house.sense("fumee")
    assert glance(house).incident is house.incident

    house.sense("chute")
    house.pass_time(seconds=10)

    assert glance(house).incident is house.incident
    assert glance(house).condition is Condition.ALERTING


def test_a_clock_that_nobody_set_means_unknown() -> None:
    house = House(trusted=False)

    assert glance(house).condition is Condition.UNKNOWN
    house.step_clock(timedelta(days=1))
    assert glance(house).condition is Condition.OK


def test_but_a_call_for_help_shows_whatever_the_clock() -> None:
    house = House(trusted=False)

    house.press()

    assert glance(house).condition is Condition.WARNING


def test_a_fault_shows_since_the_oldest() -> None:
    house = House()
    house.fail("mqtt.absent")
    house.pass_time(minutes=1)
    house.fail("speech.absent")

    seen = glance(house)

    assert (seen.condition, seen.since) == (Condition.FAULT, START)
    assert seen.has_way_out


@pytest.mark.parametrize("fault", sorted(CRITICAL))
def test_with_a_critical_fault_there_may_be_no_way_out(fault: str) -> None:
    house = House()

    house.fail(fault)

    assert not glance(house).has_way_out


def test_with_nobody_to_alert_nothing_is_green() -> None:
    house = House()
    house.text(PAUL, "STOP")
    house.text(MARIE, "STOP")
    assert glance(house).condition is Condition.OK

    house.text("anne", "STOP")

    seen = glance(house)
    assert (seen.condition, seen.has_way_out) == (Condition.FAULT, False)


@pytest.mark.parametrize(("action", "condition"), [(Action.AWAY, Condition.AWAY), (Action.PAUSE, Condition.PAUSED)])
def test_away_and_paused_show_since_when(action: Action, condition: Condition) -> None:
    house = House()
    house.pass_time(hours=1)

    house.command(action, until=house.now + timedelta(hours=2))

    assert (glance(house).condition, glance(house).since) == (condition, house.now)
    house.pass_time(hours=2)
    assert (glance(house).condition, glance(house).since) == (Condition.OK, house.now)


class TestNextAlert:
    def test_after_a_silence_neighbours_would_be_told_when_the_question_has_run_out(self) -> None:
        house = House(replace(HOME, silences=(QUIET,)))

        assert glance(house).next_alert_at == START + timedelta(hours=4, minutes=10)

    def test_during_the_question_when_it_runs_out(self) -> None:
        house = House(replace(HOME, silences=(QUIET,)))
        house.pass_time(hours=4)

        assert glance(house).next_alert_at == START + timedelta(hours=4, minutes=10)

    def test_while_somebody_goes_it_is_when_they_are_given_up(self) -> None:
        house = House(replace(AT_ONCE, silences=(QUIET,)))
        house.press()
        house.text(PAUL, "1")
        assert glance(house).next_alert_at == START + timedelta(minutes=30)

        house.pass_time(minutes=21)
        assert glance(house).next_alert_at == START + timedelta(minutes=30)

    def test_once_somebody_is_there_the_next_question_about_a_silence_counts(self) -> None:
        house = House(replace(AT_ONCE, silences=(QUIET,)))
        house.press()
        house.text(PAUL, "3")

        assert glance(house).next_alert_at == START + timedelta(hours=4, minutes=10)

    def test_all_is_well_since_the_last_alarm_was_over(self) -> None:
        house = House(AT_ONCE)
        house.press()
        house.pass_time(minutes=5)
        house.cancel()

        assert glance(house).since == START + timedelta(minutes=5)

    def test_without_rules_nobody_would_be(self) -> None:
        assert glance(House()).next_alert_at is None

    def test_no_news_for_days_is_for_the_family_and_not_for_the_neighbours(self) -> None:
        assert glance(House(replace(HOME, no_news=timedelta(days=3)))).next_alert_at is None


def test_the_last_sign_of_life_is_shown() -> None:
    house = House()
    assert glance(house).last_activity is None

    house.move()

    assert glance(house).last_activity == house.now
