"""A clock that is set: what nobody lived is neither silence nor life, and what is lived twice counts once (rule 2)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from house import HOME, MORNING, House

from hub.domain.facts import ClockCorrected
from hub.domain.policy import Silence
from hub.domain.records import Phase
from hub.domain.state import evolve

# Half past seven in Paris: the window from 7 to 10 is open.
HALF_PAST_SEVEN = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
WITH_MORNING = replace(HOME, windows=(MORNING,))
BY_DAY = replace(HOME, silences=(Silence("jour", timedelta(hours=4), (time(8), time(22))),))


def awake_since_yesterday(policy=WITH_MORNING) -> House:
    """A hub that has watched since the evening before; she sleeps."""
    house = House(policy, at=HALF_PAST_SEVEN - timedelta(hours=12))
    house.move()
    house.pass_time(hours=12)
    assert not house.has_incident
    return house


class TestAhead:
    def test_a_window_that_the_clock_jumps_over_is_waited_for_afterwards(self) -> None:
        house = awake_since_yesterday()

        house.step_clock(timedelta(hours=2, minutes=40))
        house.pass_time(hours=2, minutes=29)

        assert not house.has_incident

    def test_and_missed_when_all_of_it_was_watched(self) -> None:
        house = awake_since_yesterday()

        house.step_clock(timedelta(hours=2, minutes=40))
        house.pass_time(hours=2, minutes=31)

        assert house.has_incident

    def test_hours_that_the_clock_jumps_over_are_no_silence(self) -> None:
        house = awake_since_yesterday(BY_DAY)

        house.step_clock(timedelta(hours=5))
        house.pass_time(hours=3, minutes=59)
        assert not house.has_incident

        house.pass_time(minutes=2)
        assert house.has_incident

    def test_a_silence_at_any_hour_is_as_long_as_it_was(self) -> None:
        house = House(replace(HOME, silences=(Silence("silence", timedelta(hours=12)),)), at=HALF_PAST_SEVEN)
        house.move()
        house.pass_time(hours=3)

        house.step_clock(timedelta(hours=5))
        house.pass_time(hours=8, minutes=59)
        assert not house.has_incident

        house.pass_time(minutes=2)
        assert house.has_incident


class TestBack:
    def test_a_jump_that_is_taken_back_leaves_nothing(self) -> None:
        house = awake_since_yesterday()

        house.step_clock(timedelta(hours=2, minutes=40))
        house.step_clock(timedelta(hours=-2, minutes=-40))
        house.pass_time(hours=2, minutes=31)

        assert house.has_incident
        assert house.state.watch.skipped == ()

    def test_a_night_that_becomes_a_day_was_no_silence_by_day(self) -> None:
        house = House(BY_DAY, at=HALF_PAST_SEVEN - timedelta(hours=10))
        house.move()
        house.pass_time(hours=8)

        house.step_clock(timedelta(hours=-10))
        house.pass_time(hours=2)

        assert not house.has_incident

    def test_a_clock_set_back_to_noon_has_missed_no_morning(self) -> None:
        house = awake_since_yesterday()

        house.step_clock(timedelta(days=-94, hours=5))
        house.pass_time(hours=1)

        assert not house.has_incident

    def test_one_that_is_taken_back_in_part_leaves_the_rest(self) -> None:
        house = awake_since_yesterday()

        house.step_clock(timedelta(hours=2, minutes=40))
        house.step_clock(timedelta(hours=-1))
        house.pass_time(hours=2, minutes=29)
        assert not house.has_incident

        house.pass_time(minutes=2)
        assert house.has_incident


def test_a_clock_that_is_only_vouched_for_skips_nothing() -> None:
    house = awake_since_yesterday()

    house.state = evolve(house.state, ClockCorrected(house.now, timedelta(0), trusted=True))

    assert house.state.watch.skipped == ()


class TestYears:
    def test_windows_of_a_future_that_was_taken_back_are_asked_again(self) -> None:
        house = awake_since_yesterday()
        house.step_clock(timedelta(days=700))
        house.move()
        house.pass_time(days=2)
        house.move()
        house.step_clock(timedelta(days=-702))
        house.pass_time(days=2)

        assert house.phase is Phase.ALERTING

    def test_after_a_power_cut_nothing_of_before_is_left_in_the_future(self) -> None:
        house = House(replace(HOME, silences=(Silence("silence", timedelta(hours=12)),)), at=HALF_PAST_SEVEN)
        house.step_clock(timedelta(days=1000))
        house.move()
        house.pass_time(minutes=10)

        house.cut_power(trusted=False)
        house.step_clock(timedelta(days=-1000))
        house.pass_time(hours=13)

        assert house.phase is Phase.ALERTING
