"""A visitor: every rule goes on, nothing is learned meanwhile, and it always ends."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from house import HOME, MARIE, PAUL, QUIET, RESIDENT, House, folded

from hub.domain.facts import Kind, SilenceEnded, Whereabouts
from hub.domain.inputs import Action
from hub.domain.policy import DoorAway, Learned
from hub.domain.records import Phase, Span, State
from hub.domain.view import Condition, view
from hub.fact_json import dump, load

HOUR = timedelta(hours=1)
WATCHED = replace(HOME, silences=(QUIET,))
LEARNING = replace(WATCHED, learned=Learned())


def visited(hours: float = 8, policy=WATCHED, via: str = "web") -> House:
    house = House(policy)
    house.move()
    assert house.command(Action.VISITOR, via, by=MARIE, until=house.now + timedelta(hours=hours)).ok
    return house


def where(house: House) -> Whereabouts:
    return house.state.presence.whereabouts


def test_silence_is_asked_about_as_ever() -> None:
    house = visited()

    house.pass_time(hours=4)

    assert house.incident.kind is Kind.INACTIVITY
    assert house.phase is Phase.WARNING


def test_who_moves_is_alive_whoever_it_is_and_the_visit_goes_on() -> None:
    house = visited()
    for _ in range(7):
        house.pass_time(hours=1)
        house.move()

    assert not house.has_incident
    assert where(house) is Whereabouts.VISITOR


def test_the_button_works_all_the_same() -> None:
    house = visited()

    house.press()
    house.pass_time(seconds=10)

    assert house.alerts_to(PAUL) == 1


def test_it_always_ends_at_the_time_that_was_said() -> None:
    house = visited()
    house.pass_time(hours=3)
    house.move()

    house.pass_time(hours=5)

    assert where(house) is Whereabouts.HOME
    assert house.state.watch.visits == (Span(house.now - 8 * HOUR, house.now),)
    assert house.state.watch.blind == ()


@pytest.mark.parametrize("hours", [0, -1, 24 * 60 + 1])
def test_a_visit_without_a_good_end_is_refused(hours: float) -> None:
    house = House(WATCHED)

    assert not house.command(Action.VISITOR, until=house.now + timedelta(hours=hours)).ok
    assert not house.command(Action.VISITOR).ok
    assert where(house) is Whereabouts.HOME


@pytest.mark.parametrize(("via", "by"), [("cli", None), ("web", RESIDENT), ("web", MARIE), ("mqtt", None)])
def test_since_it_suspends_nothing_anybody_may_say_so(via: str, by: str | None) -> None:
    house = House(WATCHED)

    assert house.command(Action.VISITOR, via, by=by, until=house.now + HOUR).ok


def test_the_residents_own_switch_is_stronger() -> None:
    house = House(WATCHED)
    house.command(Action.OFF, "web", by=RESIDENT)

    assert not house.command(Action.VISITOR, until=house.now + HOUR).ok
    assert where(house) is Whereabouts.OFF


def test_it_answers_no_question_about_a_silence() -> None:
    house = House(WATCHED)
    house.pass_time(hours=4)

    house.command(Action.VISITOR, until=house.now + HOUR)

    assert house.phase is Phase.WARNING


def test_nobody_is_visited_who_is_away() -> None:
    house = House(WATCHED)
    house.command(Action.AWAY, until=house.now + 5 * HOUR)

    house.command(Action.VISITOR, until=house.now + 5 * HOUR)

    assert where(house) is Whereabouts.AWAY


def test_an_absence_ends_a_visit() -> None:
    house = visited()
    house.pass_time(hours=1)

    house.command(Action.AWAY, until=house.now + 5 * HOUR)
    house.pass_time(hours=4)

    assert where(house) is Whereabouts.AWAY
    assert not house.has_incident


def test_whoever_leaves_by_the_door_is_not_taken_for_the_one_at_home() -> None:
    sensors = tuple(replace(s, entrance=s.id == "entree") for s in HOME.sensors)
    house = visited(policy=replace(WATCHED, sensors=sensors, door_away=DoorAway(timedelta(minutes=30), 10 * HOUR)))
    house.sense("entree")
    house.sense("entree", active=False)

    house.pass_time(hours=2)

    assert where(house) is Whereabouts.VISITOR


def test_all_is_well_is_still_the_word() -> None:
    house = visited()

    assert view(house.state, house.policy).condition is Condition.OK
    assert view(house.state, house.policy).next_alert_at is not None


class TestLearning:
    def learned(self, house: House) -> list[bool]:
        return [fact.ignored for fact in house.of(SilenceEnded)]

    def test_what_begins_or_ends_in_a_visit_teaches_nothing(self) -> None:
        house = House(LEARNING)
        house.move()
        house.pass_time(minutes=20)
        house.move()
        house.pass_time(minutes=10)
        house.command(Action.VISITOR, until=house.now + timedelta(minutes=70))
        for _ in range(5):
            house.pass_time(minutes=20)
            house.move()

        # Before it; into it, in it twice, out of it; after it.
        assert self.learned(house) == [False, True, True, True, True, False]

    def test_the_record_and_a_snapshot_know_of_it(self) -> None:
        house = visited(hours=1)
        house.pass_time(hours=2)

        assert folded(house.on_record()).watch.visits == house.state.watch.visits
        assert load(State, dump(house.state)).watch.visits == house.state.watch.visits
        assert isinstance(house.state.watch.visits[0].start, datetime)
