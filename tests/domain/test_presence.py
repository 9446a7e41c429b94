"""Home, away and paused (BEHAVIOUR 5)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from house import HOME, MORNING, PAUL, QUIET, RESIDENT, House

from hub.domain.facts import Kind, Outcome, Whereabouts, WhereaboutsChanged
from hub.domain.inputs import Action
from hub.domain.policy import SensorKind
from hub.domain.presence import LEAVING
from hub.domain.records import Phase

WATCHED = replace(HOME, silences=(QUIET,))


def away(hours: float = 8, action: Action = Action.AWAY) -> House:
    house = House(WATCHED)
    assert house.command(action, until=house.now + timedelta(hours=hours)).ok
    return house


def where(house: House) -> Whereabouts:
    return house.state.presence.whereabouts


@pytest.mark.parametrize("action", [Action.AWAY, Action.PAUSE])
def test_nobody_is_asked_about_a_silence_meanwhile(action: Action) -> None:
    house = away(action=action)

    house.pass_time(hours=7)

    assert not house.has_incident


def test_the_button_works_all_the_same() -> None:
    house = away()

    house.press()
    house.pass_time(seconds=10)

    assert house.alerts_to(PAUL) == 1


@pytest.mark.parametrize("action", [Action.AWAY, Action.PAUSE])
def test_it_always_ends_at_the_time_that_was_said(action: Action) -> None:
    house = away(action=action)

    house.pass_time(hours=8)

    assert where(house) is Whereabouts.HOME
    assert house.of(WhereaboutsChanged)[-1].by == "hub"


def test_the_time_away_is_no_silence() -> None:
    house = away()
    house.pass_time(hours=8)

    house.pass_time(hours=3, minutes=59)
    assert not house.has_incident
    house.pass_time(minutes=1)

    assert house.incident.kind is Kind.INACTIVITY


@pytest.mark.parametrize("hours", [0, -1, 24 * 60 + 1])
def test_an_end_in_the_past_or_too_far_off_is_refused(hours: float) -> None:
    house = House(WATCHED)

    settled = house.command(Action.AWAY, until=house.now + timedelta(hours=hours))

    assert not settled.ok
    assert "60 days" in settled.text
    assert where(house) is Whereabouts.HOME


def test_sixty_days_are_as_long_as_it_may_last() -> None:
    assert where(away(hours=24 * 60)) is Whereabouts.AWAY


def test_without_an_end_it_is_refused() -> None:
    house = House(WATCHED)

    assert not house.command(Action.PAUSE).ok


def test_a_movement_at_home_ends_an_absence() -> None:
    house = away()
    house.pass_time(hours=2)

    house.move()

    assert where(house) is Whereabouts.HOME
    assert house.of(WhereaboutsChanged)[-1].by == "movement"


def test_so_does_the_door() -> None:
    house = away()
    house.sense("entree", active=False)
    house.pass_time(hours=2)

    house.sense("entree")

    assert where(house) is Whereabouts.HOME


def test_but_not_the_movements_of_leaving() -> None:
    house = away()
    house.pass_time(LEAVING)
    house.move()
    assert where(house) is Whereabouts.AWAY

    house.pass_time(seconds=1)
    house.move()

    assert where(house) is Whereabouts.HOME


def test_a_movement_does_not_end_a_pause_for_the_visitor_moves() -> None:
    house = away(action=Action.PAUSE)
    house.pass_time(hours=2)

    house.move()

    assert where(house) is Whereabouts.PAUSED


def test_a_text_of_the_residents_from_elsewhere_does_not_end_an_absence() -> None:
    house = away()
    house.pass_time(hours=2)

    house.text(RESIDENT, "tout va bien")

    assert where(house) is Whereabouts.AWAY


def test_back_watches_again_from_now_on() -> None:
    house = away()
    house.pass_time(hours=2)

    house.command(Action.BACK, by="marie")

    assert where(house) is Whereabouts.HOME
    house.pass_time(hours=4)
    assert house.incident.kind is Kind.INACTIVITY


def test_back_changes_nothing_for_whoever_is_at_home() -> None:
    house = House(WATCHED)

    assert house.command(Action.BACK).ok
    assert not house.of(WhereaboutsChanged)


def test_a_new_end_replaces_the_one_before() -> None:
    house = away(hours=2)
    house.command(Action.AWAY, until=house.now + timedelta(hours=6))

    house.pass_time(hours=5)

    assert where(house) is Whereabouts.AWAY


def test_the_word_that_nobody_is_at_home_ends_the_question_about_a_silence() -> None:
    house = House(WATCHED)
    house.pass_time(hours=4)
    assert house.phase is Phase.WARNING

    house.command(Action.AWAY, by="marie", until=house.now + timedelta(hours=6))
    house.pass_time(hours=1)

    assert house.incident.outcome is Outcome.CANCELLED
    assert house.incident.closed_by == "marie"
    assert not house.alerts_to(PAUL)


def test_but_an_alert_that_went_out_goes_on() -> None:
    house = House(WATCHED)
    house.pass_time(hours=4, minutes=10)

    house.command(Action.AWAY, until=house.now + timedelta(hours=6))

    assert house.phase is Phase.ALERTING


def test_a_time_that_was_said_stays_when_the_clock_is_corrected() -> None:
    house = away(hours=8)
    said = house.state.presence.until

    house.step_clock(timedelta(hours=3))

    assert house.state.presence.until == said
    house.pass_time(hours=5)
    assert where(house) is Whereabouts.HOME


def test_a_window_that_passed_while_away_is_waited_for_after_the_return() -> None:
    house = House(replace(HOME, windows=(MORNING,)))
    house.command(Action.AWAY, until=datetime(2026, 3, 3, 8, 0, tzinfo=house.now.tzinfo))
    house.pass_time(hours=22)
    assert where(house) is Whereabouts.HOME

    # From seven to nine in Paris nobody was to be watched: the two hours come after ten.
    house.pass_time(hours=2, minutes=59)
    assert not house.has_incident
    house.pass_time(minutes=1)

    assert house.incident.source == "matin"


def test_a_temperature_is_no_sign_of_life() -> None:
    house = away()
    house.pass_time(hours=2)
    assert HOME.sensor("froid").kind is SensorKind.TEMPERATURE

    house.sense("froid")

    assert where(house) is Whereabouts.AWAY
