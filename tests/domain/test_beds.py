"""A bed at night: who left it is back soon, and nobody is still in it at a late hour."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from house import HOME, PARIS, PAUL, RESIDENT, House, folded

from hub.domain import beds
from hub.domain.facts import Kind, NotBackInBed, RulesBlinded, StillInBed
from hub.domain.inputs import Action
from hub.domain.policy import BackInBed
from hub.domain.records import Phase, Span, State
from hub.fact_json import dump, load

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NIGHT = BackInBed("nuit", "lit", HOUR)
UP = replace(NIGHT, up_by=time(10))
WATCHED = replace(HOME, beds=(NIGHT,))
UP_TOO = replace(HOME, beds=(UP,))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


def asleep(policy=WATCHED) -> House:
    """Somebody went to bed at half past ten in the evening of the second."""
    house = House(policy, at=at(2, 22))
    house.sense("lit", active=False)
    until(house, at(2, 22, 30))
    house.sense("lit")
    return house


def until(house: House, moment: datetime) -> None:
    house.pass_time(moment - house.now)


def up_at_two(policy=WATCHED) -> House:
    house = asleep(policy)
    until(house, at(3, 2))
    house.sense("lit", active=False)
    return house


def asks(house: House) -> bool:
    return house.state.open_of(Kind.INACTIVITY) is not None


class TestWhenItIsTooLong:
    @pytest.mark.parametrize(
        ("left", "due"),
        [
            (at(2, 22), at(2, 23)),
            (at(3, 2), at(3, 3)),
            (at(3, 5), at(3, 6)),
            (at(3, 5, 1), None),
            (at(3, 6), None),
            (at(2, 21, 59), None),
        ],
    )
    def test_only_who_left_it_in_these_hours_is_missed(self, left: datetime, due: datetime | None) -> None:
        assert beds.back_due(NIGHT, left, PARIS, moved=left, left=left, blind=()) == due

    def test_time_that_was_not_watched_does_not_count(self) -> None:
        blind = (Span(at(3, 2, 10), at(3, 2, 40)),)

        assert beds.back_due(NIGHT, at(3, 2), PARIS, moved=at(3, 2), left=at(3, 2), blind=blind) == at(3, 3, 30)

    def test_a_night_that_is_over_is_not_asked_about(self) -> None:
        assert beds.back_due(NIGHT, at(3, 8), PARIS, moved=at(3, 2), left=at(3, 2), blind=()) is None

    @pytest.mark.parametrize(
        ("lying", "due"),
        [(at(2, 22), at(3, 10)), (at(3, 9, 30), at(3, 10)), (at(3, 9, 31), at(4, 10)), (at(3, 14), at(4, 10))],
    )
    def test_who_is_in_bed_at_that_hour_and_did_not_just_lie_down_is_late(self, lying: datetime, due: datetime) -> None:
        assert beds.up_due(time(10), PARIS, lying=lying, blind=()) == due

    def test_an_hour_that_nobody_watched_is_that_days(self) -> None:
        blind = (Span(at(3, 9), at(3, 11)),)

        assert beds.up_due(time(10), PARIS, lying=at(2, 22), blind=blind) == at(4, 10)

    def test_of_a_week_that_nobody_watched_nothing_is_due(self) -> None:
        blind = (Span(at(2, 9), at(30, 11)),)

        assert beds.up_due(time(10), PARIS, lying=at(2, 22), blind=blind) is None

    def test_on_the_night_the_clocks_change_an_hour_is_an_hour(self) -> None:
        left = at(29, 1, 30)  # at two it is three

        assert beds.back_due(NIGHT, left, PARIS, moved=left, left=left, blind=()) == at(29, 3, 30)


class TestTheQuestion:
    def test_the_resident_is_asked_then_the_circle(self) -> None:
        house = up_at_two()
        until(house, at(3, 2, 59))
        assert not asks(house)

        until(house, at(3, 3))

        assert house.phase is Phase.WARNING
        assert house.said == ["say.asked.bed"]
        assert [sent.key for sent in house.sent_to(RESIDENT)] == ["prealert.senior"]
        assert (house.incident.source, house.incident.room) == ("nuit", "chambre")
        assert house.of(NotBackInBed) == [NotBackInBed(house.now, "nuit", "lit", at(3, 2))]
        house.pass_time(minutes=10)
        assert house.texts_to(PAUL) == ["alert.inactivity.bed"]

    def test_when_it_would_be_asked_can_be_seen(self) -> None:
        house = up_at_two()

        assert (house.state.watch.check_due, house.state.watch.check_rule) == (at(3, 3), "nuit")

    def test_back_in_time_nobody_is_asked(self) -> None:
        house = up_at_two()
        until(house, at(3, 2, 59))

        house.sense("lit")
        until(house, at(3, 12))

        assert not house.has_incident

    def test_back_in_bed_ends_the_question(self) -> None:
        house = up_at_two()
        until(house, at(3, 3, 5))

        house.sense("lit")

        assert house.phase is Phase.CLOSED

    def test_who_stays_up_is_asked_again_after_as_long_until_the_night_is_over(self) -> None:
        house = up_at_two()
        for hour in (3, 4, 5):
            until(house, at(3, hour, 5))
            assert asks(house)
            house.move()
        until(house, at(3, 12))

        assert [fact.at for fact in house.of(NotBackInBed)] == [at(3, hour) for hour in (3, 4, 5, 6)]

    def test_one_that_nobody_answered_is_not_asked_twice(self) -> None:
        house = up_at_two()

        until(house, at(3, 7))

        assert len(house.of_kind(Kind.INACTIVITY)) == 1

    def test_who_has_not_gone_to_bed_yet_is_not_missed_there(self) -> None:
        house = House(WATCHED, at=at(2, 9))
        house.sense("lit")
        house.pass_time(minutes=10)
        house.sense("lit", active=False)

        until(house, at(3, 9))

        assert not house.has_incident

    def test_who_is_still_in_bed_at_a_late_hour_is_asked_and_once_a_day(self) -> None:
        house = asleep(UP_TOO)
        until(house, at(3, 9, 59))
        assert not asks(house)

        until(house, at(3, 10))

        assert house.said == ["say.asked.late"]
        assert house.incident.source == "nuit (10:00)"
        assert house.of(StillInBed) == [StillInBed(house.now, "nuit", "lit", at(2, 22, 30))]
        house.pass_time(minutes=10)
        assert house.texts_to(PAUL) == ["alert.inactivity.late"]
        until(house, at(4, 9, 59))
        assert len(house.of(StillInBed)) == 1

    def test_without_such_an_hour_anybody_may_lie_in(self) -> None:
        house = asleep()

        until(house, at(4, 12))

        assert not house.has_incident


class TestWhatIsNotWatched:
    @pytest.mark.parametrize("action", [Action.AWAY, Action.PAUSE])
    def test_away_and_paused_suspend_it(self, action: Action) -> None:
        house = up_at_two(UP_TOO)
        house.command(action, until=at(3, 14))

        until(house, at(3, 13))

        assert not house.has_incident

    def test_what_passed_while_away_is_not_asked_about_after_the_return(self) -> None:
        house = asleep(UP_TOO)
        house.command(Action.PAUSE, until=at(3, 11))

        until(house, at(3, 13))

        assert not house.has_incident

    def test_a_bed_whose_sensor_is_out_of_order_is_blind_and_watched_afresh(self) -> None:
        house = up_at_two()
        house.hear("lit", online=False)
        until(house, at(3, 3, 30))
        assert not asks(house)
        assert house.of(RulesBlinded)[0].rules == ("bed/nuit",)

        house.hear("lit", online=True)
        until(house, at(3, 4, 29))
        assert not asks(house)
        until(house, at(3, 4, 30))

        assert asks(house)

    def test_a_clock_that_nobody_vouches_for_says_nothing_of_the_night(self) -> None:
        house = House(UP_TOO, at=at(2, 23), trusted=False)
        house.sense("lit")
        house.pass_time(minutes=5)
        house.sense("lit", active=False)

        until(house, at(3, 12))

        assert not house.of_kind(Kind.INACTIVITY)

    def test_a_clock_that_is_set_begins_afresh(self) -> None:
        house = up_at_two()
        house.pass_time(minutes=30)

        house.step_clock(HOUR)
        house.pass_time(minutes=59)
        assert not asks(house)
        house.pass_time(minutes=1)

        assert asks(house)


class TestAStart:
    def test_down_time_is_not_counted(self) -> None:
        house = asleep()
        until(house, at(3, 1))

        house.cut_power(2 * HOUR)
        house.sense("lit", active=False)
        until(house, at(3, 3, 59))
        assert not asks(house)
        until(house, at(3, 4))

        assert asks(house)

    def test_who_has_not_gone_to_bed_before_a_power_cut_is_not_missed_after_it(self) -> None:
        house = House(WATCHED, at=at(2, 22))
        house.sense("lit", active=False)

        house.cut_power()
        house.sense("lit", active=False)
        until(house, at(3, 12))

        assert not house.has_incident

    def test_while_the_bed_has_not_told_how_it_is_nothing_is_asked(self) -> None:
        house = up_at_two()

        house.cut_power()
        until(house, at(3, 12))

        assert not house.has_incident

    def test_what_was_asked_is_not_asked_again_for_as_long(self) -> None:
        house = asleep(UP_TOO)
        until(house, at(3, 10))
        house.move()

        house.cut_power()
        house.sense("lit")
        until(house, at(4, 9, 59))

        assert len(house.of_kind(Kind.INACTIVITY)) == 1

    def test_the_record_and_a_snapshot_have_it(self) -> None:
        house = up_at_two()
        until(house, at(3, 3))

        asked = {"nuit": house.now}
        assert folded(house.on_record()).watch.asked == asked
        assert load(State, dump(house.state)).watch.asked == asked


def test_an_alert_of_no_rule_is_about_no_thing() -> None:
    assert WATCHED.thing_of("") == ""
    assert NIGHT.late == ""
