"""A door that was left open: the resident is asked first, once, and the door's next movement arms the rule again."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from house import HOME, PARIS, PAUL, RESIDENT, START, House, folded

from hub.domain import doors
from hub.domain.facts import DoorLeftOpen, Kind, RulesBlinded
from hub.domain.inputs import Action
from hub.domain.policy import LeftOpen, Silence
from hub.domain.records import Phase, Span, State
from hub.fact_json import dump, load

MINUTE = timedelta(minutes=1)
ALWAYS = LeftOpen("porte", "entree", 20 * MINUTE)
AT_NIGHT = LeftOpen("nuit", "entree", 20 * MINUTE, (time(22), time(7)))
WATCHED = replace(HOME, doors=(ALWAYS,))


def left_open(policy=WATCHED, at: datetime = START) -> House:
    """A house whose door was closed, and has just been opened."""
    house = House(policy, at=at)
    house.sense("entree", active=False)
    house.sense("entree")
    return house


def asks(house: House) -> bool:
    return house.state.open_of(Kind.INACTIVITY) is not None


def night(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=PARIS)


class TestWhenItIsTooLong:
    def test_at_any_hour(self) -> None:
        assert doors.next_due(ALWAYS, START, PARIS, opened=START, blind=()) == START + 20 * MINUTE

    def test_time_that_was_not_watched_does_not_count(self) -> None:
        blind = (Span(START + 5 * MINUTE, START + 15 * MINUTE),)

        assert doors.next_due(ALWAYS, START, PARIS, opened=START, blind=blind) == START + 30 * MINUTE

    @pytest.mark.parametrize(
        ("opened", "due"),
        [
            (night(20), night(22, 20)),
            (night(23), night(23, 20)),
            (night(3), night(3, 20)),
            (night(6, 50), night(22, 20)),
        ],
    )
    def test_hours_may_pass_midnight_and_begin_anew(self, opened: datetime, due: datetime) -> None:
        assert doors.next_due(AT_NIGHT, opened, PARIS, opened=opened, blind=()) == due

    def test_never_where_nothing_of_the_week_is_watched(self) -> None:
        blind = (Span(START, START + timedelta(days=30)),)
        house = left_open(replace(HOME, doors=(AT_NIGHT,)))

        assert doors.next_due(AT_NIGHT, START, PARIS, opened=START, blind=blind) is None
        watch = replace(house.state.watch, blind=blind)
        house.state = replace(house.state, watch=watch)
        house.pass_time(hours=20)
        assert not asks(house)


class TestTheQuestion:
    def test_the_resident_is_asked_then_the_circle(self) -> None:
        house = left_open()
        house.pass_time(minutes=19, seconds=59)
        assert not asks(house)

        house.pass_time(seconds=1)

        assert house.phase is Phase.WARNING
        assert house.said == ["say.asked.door"]
        assert [sent.key for sent in house.sent_to(RESIDENT)] == ["prealert.senior"]
        assert (house.incident.source, house.incident.room) == ("porte", "entree")
        assert house.of(DoorLeftOpen) == [DoorLeftOpen(house.now, "porte", "entree", START)]
        house.pass_time(minutes=10)
        assert house.texts_to(PAUL) == ["alert.inactivity.door"]

    def test_when_it_would_be_asked_can_be_seen(self) -> None:
        house = left_open()

        assert house.state.watch.check_due == START + 20 * MINUTE
        assert house.state.watch.check_rule == "porte"

    @pytest.mark.parametrize("active", [False, None])
    def test_closing_it_or_a_movement_ends_the_question(self, active: bool | None) -> None:
        house = left_open()
        house.pass_time(minutes=25)

        if active is None:
            house.move()
        else:
            house.sense("entree", active=active)

        assert house.phase is Phase.CLOSED

    def test_closed_in_time_nobody_is_asked(self) -> None:
        house = left_open()
        house.pass_time(minutes=19)

        house.sense("entree", active=False)
        house.pass_time(hours=5)

        assert not house.has_incident

    def test_it_is_asked_once_and_the_doors_next_movement_arms_it_again(self) -> None:
        house = left_open()
        house.pass_time(minutes=20)
        house.move()
        house.pass_time(hours=5)
        assert len(house.of_kind(Kind.INACTIVITY)) == 1

        house.sense("entree", active=False)
        house.pass_time(minutes=1)
        house.sense("entree")
        house.pass_time(minutes=20)

        assert len(house.of_kind(Kind.INACTIVITY)) == 2

    def test_a_silence_that_has_its_alarm_gets_no_second_one(self) -> None:
        house = left_open(replace(WATCHED, silences=(Silence("s", 15 * MINUTE),)))

        house.pass_time(minutes=24)

        assert len(house.of_kind(Kind.INACTIVITY)) == 1
        assert house.said[0] == "say.asked"
        assert len(house.of(DoorLeftOpen)) == 1

    def test_by_day_nothing_is_asked_where_the_family_wants_it_at_night(self) -> None:
        house = left_open(replace(HOME, doors=(AT_NIGHT,)))

        house.pass_time(night(22, 19) - START)
        assert not asks(house)
        house.pass_time(minutes=1)

        assert asks(house)

    def test_a_rule_that_is_taken_away_is_told_in_its_own_words_all_the_same(self) -> None:
        house = left_open()
        house.pass_time(minutes=25)

        house.replace_policy(doors=())
        house.pass_time(minutes=5)

        assert house.texts_to(PAUL) == ["alert.inactivity.door"]

    def test_a_press_beside_it_is_told_as_a_press(self) -> None:
        house = left_open(replace(WATCHED, doors=(replace(ALWAYS, name="salon"),)))

        house.press()
        house.pass_time(seconds=10)

        assert house.texts_to(PAUL) == ["alert.panic"]


class TestWhatIsNotWatched:
    @pytest.mark.parametrize("action", [Action.AWAY, Action.PAUSE])
    def test_away_and_paused_suspend_it(self, action: Action) -> None:
        house = left_open()
        house.command(action, until=house.now + timedelta(hours=2))

        house.pass_time(minutes=110)

        assert not asks(house)

    def test_a_door_whose_sensor_is_out_of_order_is_blind_and_watched_afresh(self) -> None:
        house = left_open()
        house.pass_time(minutes=15)
        house.hear("entree", online=False)
        house.pass_time(minutes=30)

        assert not asks(house)
        assert house.of(RulesBlinded)[0].rules == ("door/porte",)

        house.hear("entree", online=True)
        house.pass_time(minutes=19)
        assert not asks(house)
        house.pass_time(minutes=1)
        assert asks(house)

    def test_a_clock_that_nobody_vouches_for_says_nothing_of_the_night(self) -> None:
        house = House(replace(HOME, doors=(AT_NIGHT, ALWAYS)), at=night(23), trusted=False)
        house.sense("entree", active=False)
        house.sense("entree")

        house.pass_time(minutes=25)

        assert [fact.rule for fact in house.of(DoorLeftOpen)] == ["porte"]

    def test_a_clock_that_is_set_makes_no_door_open_for_hours(self) -> None:
        house = left_open(replace(HOME, doors=(ALWAYS, AT_NIGHT)))
        house.pass_time(minutes=10)

        house.step_clock(timedelta(hours=14))
        assert not asks(house)
        house.pass_time(minutes=9)
        assert not asks(house)
        house.pass_time(minutes=1)

        assert [fact.rule for fact in house.of(DoorLeftOpen)] == ["porte"]
        house.pass_time(minutes=10)
        assert [fact.rule for fact in house.of(DoorLeftOpen)] == ["porte", "nuit"]

    def test_a_clock_that_is_set_back_asks_nothing_twice(self) -> None:
        house = left_open()
        house.pass_time(minutes=20)
        house.move()

        house.step_clock(timedelta(hours=-3))
        house.pass_time(hours=4)

        assert len(house.of(DoorLeftOpen)) == 1


class TestAStart:
    def test_what_the_hub_slept_through_is_not_counted(self) -> None:
        house = left_open()
        house.pass_time(minutes=10)

        house.cut_power(timedelta(hours=3))
        house.sense("entree")
        assert not asks(house)
        house.pass_time(minutes=19)
        assert not asks(house)
        house.pass_time(minutes=1)

        assert asks(house)

    def test_while_nobody_has_said_how_the_door_stands_nothing_is_asked(self) -> None:
        house = left_open()

        house.cut_power()
        house.pass_time(hours=3)

        assert not asks(house)

    def test_what_was_asked_before_is_not_asked_again(self) -> None:
        house = left_open()
        house.pass_time(minutes=20)
        house.move()

        house.cut_power(timedelta(hours=1))
        house.sense("entree")
        house.pass_time(hours=3)

        assert len(house.of_kind(Kind.INACTIVITY)) == 1

    def test_the_record_and_a_snapshot_have_it(self) -> None:
        house = left_open()
        house.pass_time(minutes=20)

        asked = {"porte": house.now}
        assert folded(house.on_record()).watch.asked == asked
        assert load(State, dump(house.state)).watch.asked == asked


def test_a_sensor_that_never_said_anything_is_no_open_door() -> None:
    house = House(WATCHED)

    house.pass_time(hours=3)

    assert not house.has_incident
