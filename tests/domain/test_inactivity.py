"""The longest silence, at any hour or between two times of day (BEHAVIOUR 5)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from house import HOME, PARIS, PAUL, QUIET, START, House

from hub.domain import inactivity
from hub.domain.facts import IncidentJoined, IncidentOpened, Kind
from hub.domain.policy import Policy, Silence
from hub.domain.records import Phase

BY_DAY = Silence("jour", timedelta(hours=4), (time(7), time(22)))
WEDNESDAY = date(2026, 3, 4)


def watched(*rules: Silence) -> Policy:
    return replace(HOME, silences=rules)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), PARIS).astimezone(UTC)


def until(house: House, moment: datetime) -> None:
    house.pass_time(moment - house.now)


class TestAtAnyHour:
    def test_a_silence_of_four_hours_asks(self) -> None:
        house = House(watched(QUIET))
        house.pass_time(hours=2)
        house.move()

        house.pass_time(hours=3, minutes=59)
        assert not house.has_incident
        house.pass_time(minutes=1)

        assert house.phase is Phase.WARNING
        assert house.incident.source == "silence"
        assert house.incident.room == "cuisine"

    def test_at_night_too(self) -> None:
        house = House(watched(QUIET), at=at(WEDNESDAY, 1))

        house.pass_time(hours=4)

        assert house.has_incident

    def test_and_while_nobody_knows_the_time(self) -> None:
        house = House(watched(QUIET), trusted=False)

        house.pass_time(hours=4)

        assert house.incident.source == "silence"

    def test_one_alarm_per_silence_however_long_it_lasts(self) -> None:
        house = House(watched(QUIET))
        house.pass_time(hours=4, minutes=10)
        house.text(PAUL, "3")
        house.text(PAUL, "9")

        house.pass_time(days=3)

        assert len(house.of(IncidentOpened)) == 1

    def test_activity_arms_it_again(self) -> None:
        house = House(watched(QUIET))
        house.pass_time(hours=4)
        house.move()

        house.pass_time(hours=4)

        assert len(house.of(IncidentOpened)) == 2

    def test_two_rules_broken_by_one_silence_are_one_alarm(self) -> None:
        house = House(watched(QUIET, replace(QUIET, name="nuit", longest=timedelta(hours=5))))

        house.pass_time(hours=6)

        assert len(house.of(IncidentOpened)) == 1
        assert not house.of(IncidentJoined)

    def test_the_alert_says_since_when_and_by_when_a_sign_was_expected(self) -> None:
        house = House(watched(QUIET))
        house.move()

        house.pass_time(hours=4, minutes=10)

        alert = house.last_to(PAUL)
        assert alert.key == "alert.inactivity"
        assert alert.values["since"] == START
        assert alert.values["due"] == START + timedelta(hours=4)

    def test_a_silence_that_began_at_a_button_is_told_with_its_room(self) -> None:
        house = House(watched(QUIET))
        house.hold()

        house.pass_time(hours=4)

        assert house.incident.room == "salon"

    def test_a_silence_without_any_sign_before_has_no_room(self) -> None:
        house = House(watched(QUIET))

        house.pass_time(hours=4)

        assert house.incident.room == ""
        assert house.incident.since is None

    def test_the_hubs_own_down_time_is_no_silence(self) -> None:
        house = House(watched(QUIET))
        house.pass_time(hours=3)

        house.cut_power(timedelta(hours=2))
        house.pass_time(minutes=59)
        assert not house.has_incident
        house.pass_time(minutes=1)

        assert house.has_incident

    def test_a_clock_that_jumps_is_no_silence_either(self) -> None:
        house = House(watched(QUIET))
        house.pass_time(hours=1)

        house.step_clock(timedelta(days=20000))

        assert not house.has_incident
        house.pass_time(hours=3)
        assert house.has_incident


class TestBetweenTwoTimes:
    def test_a_quiet_night_is_not_held_against_the_morning(self) -> None:
        house = House(watched(BY_DAY), at=at(WEDNESDAY, 21))
        house.move()

        until(house, at(WEDNESDAY + timedelta(days=1), 10, 59))
        assert not house.has_incident
        until(house, at(WEDNESDAY + timedelta(days=1), 11))

        assert house.phase is Phase.WARNING

    def test_a_silence_within_the_hours_asks(self) -> None:
        house = House(watched(BY_DAY), at=at(WEDNESDAY, 9))
        house.pass_time(hours=3)
        house.move()

        house.pass_time(hours=4)

        assert house.phase is Phase.WARNING

    def test_while_nobody_knows_the_time_it_waits(self) -> None:
        house = House(watched(BY_DAY), trusted=False)

        house.pass_time(days=2)

        assert house.state.open_of(Kind.INACTIVITY) is None

    @pytest.mark.parametrize("late", [timedelta(0), timedelta(milliseconds=3), timedelta(minutes=5)])
    def test_a_silence_as_long_as_the_hours_is_seen_though_the_hub_looks_a_moment_late(self, late: timedelta) -> None:
        house = House(watched(replace(BY_DAY, longest=timedelta(hours=15))), at=at(WEDNESDAY, 6))
        until(house, at(WEDNESDAY, 21, 59))

        house.oversleep(seconds=60 + late.total_seconds())
        house.pass_time(seconds=0)

        assert house.phase is Phase.WARNING

    def test_a_rule_made_at_night_does_not_wake_anybody_for_the_day_that_is_over(self) -> None:
        house = House(watched(), at=at(WEDNESDAY, 12))
        until(house, at(WEDNESDAY, 23))

        house.replace_policy(silences=(BY_DAY,))
        until(house, at(WEDNESDAY + timedelta(days=1), 6))

        assert not house.has_incident

    def test_hours_too_short_for_the_rule_never_ask(self) -> None:
        rule = Silence("jamais", timedelta(hours=4), (time(7), time(10)))

        assert inactivity.next_due(rule, START, PARIS, last_life=START, blind=()) is None

    def test_hours_over_midnight_are_one_span(self) -> None:
        house = House(watched(Silence("nuit", timedelta(hours=3), (time(22), time(6)))), at=at(WEDNESDAY, 21))

        until(house, at(WEDNESDAY + timedelta(days=1), 1))

        assert house.phase is Phase.WARNING
        assert house.incident.opened_at == at(WEDNESDAY + timedelta(days=1), 1)
