"""Check-in windows: a sign of life between two times of day (BEHAVIOUR 5)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from house import HOME, MORNING, PARIS, RESIDENT, START, House

from hub.domain import checkin
from hub.domain.facts import IncidentOpened, WindowPassed
from hub.domain.policy import Policy, Window
from hub.domain.records import Phase, Span

WATCHED = replace(HOME, windows=(MORNING,))
WEDNESDAY = date(2026, 3, 4)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), PARIS).astimezone(UTC)


def home_since_tuesday(policy: Policy = WATCHED) -> House:
    """A home on Wednesday at six in the morning, all well on Tuesday."""
    house = House(policy)
    until(house, at(WEDNESDAY - timedelta(days=1), 8))
    house.move()
    until(house, at(WEDNESDAY, 6))
    return house


def home_since_wednesday(policy: Policy) -> House:
    """A home whose hub first started on Wednesday at six in the morning."""
    return House(policy, at=at(WEDNESDAY, 6))


def until(house: House, moment: datetime) -> None:
    house.pass_time(moment - house.now)


def test_what_was_missed_is_asked_for_since_the_day_before_yesterday() -> None:
    night = replace(MORNING, opens=time(22), closes=time(2))
    monday, tuesday = (WEDNESDAY - timedelta(days=days) for days in (2, 1))

    due = checkin.next_due(
        night, at(WEDNESDAY, 12), PARIS, last_sign=None, passed=None, began=at(monday, 0) - timedelta(days=9), blind=[]
    )

    assert due == (at(tuesday, 2), at(tuesday, 2))


def test_a_window_of_one_weekday_that_has_just_passed_is_due_again_in_a_week() -> None:
    wednesdays = replace(MORNING, days=frozenset({WEDNESDAY.weekday()}))
    closed = at(WEDNESDAY, 10)

    due = checkin.next_due(
        wednesdays, closed, PARIS, last_sign=None, passed=closed, began=closed - timedelta(days=9), blind=[]
    )

    assert due == (at(WEDNESDAY + timedelta(days=7), 10),) * 2


class TestWindow:
    def test_no_sign_between_seven_and_ten_asks_the_resident_at_ten(self) -> None:
        house = home_since_tuesday()

        until(house, at(WEDNESDAY, 9, 59))
        assert not house.has_incident
        until(house, at(WEDNESDAY, 10))

        assert house.phase is Phase.WARNING
        assert house.incident.source == "matin"
        assert house.incident.since == at(WEDNESDAY - timedelta(days=1), 8)

    def test_a_sign_before_seven_does_not_count(self) -> None:
        house = home_since_tuesday()
        until(house, at(WEDNESDAY, 6, 59))
        house.move()

        until(house, at(WEDNESDAY, 10))

        assert house.phase is Phase.WARNING

    def test_a_sign_at_seven_does(self) -> None:
        house = home_since_tuesday()
        until(house, at(WEDNESDAY, 7))
        house.move()

        until(house, at(WEDNESDAY, 23))

        assert not house.has_incident

    def test_of_two_signs_a_moment_apart_the_one_in_the_window_counts(self) -> None:
        house = home_since_tuesday()
        house.pass_time(minutes=59, seconds=55)
        house.move()
        house.pass_time(seconds=6)
        house.move()

        until(house, at(WEDNESDAY, 23))

        assert not house.has_incident

    def test_the_same_window_is_asked_for_once(self) -> None:
        house = home_since_tuesday()

        until(house, at(WEDNESDAY, 23))

        assert len(house.of(WindowPassed)) == 1

    def test_on_other_weekdays_it_asks_for_nothing(self) -> None:
        house = home_since_tuesday(replace(HOME, windows=(replace(MORNING, days=frozenset({5, 6})),)))

        until(house, at(WEDNESDAY, 23))

        assert not house.has_incident

    def test_a_window_over_midnight_belongs_to_the_day_on_which_it_opens(self) -> None:
        late = Window("soir", frozenset({WEDNESDAY.weekday()}), time(22), time(1))
        house = home_since_tuesday(replace(HOME, windows=(late,)))

        until(house, at(WEDNESDAY + timedelta(days=1), 0, 59))
        assert not house.has_incident
        until(house, at(WEDNESDAY + timedelta(days=1), 1))

        assert house.incident.source == "soir"

    def test_a_window_that_was_open_when_the_hub_first_started_is_not_asked_for(self) -> None:
        house = House(WATCHED, at=at(WEDNESDAY, 8))

        until(house, at(WEDNESDAY, 23))

        assert not house.has_incident

    def test_two_windows_of_a_day_without_a_sign_are_one_alarm(self) -> None:
        noon = Window("midi", MORNING.days, time(11), time(13))
        house = home_since_wednesday(replace(HOME, windows=(MORNING, noon)))

        until(house, at(WEDNESDAY, 23))

        assert len(house.of(IncidentOpened)) == 1
        assert len(house.of(WindowPassed)) == 2

    def test_without_rules_nothing_is_planned(self) -> None:
        assert House().state.watch.check_due is None


class TestSigns:
    def test_a_window_for_a_press_is_not_met_by_a_movement(self) -> None:
        house = home_since_wednesday(replace(HOME, windows=(replace(MORNING, sign=("button",)),)))
        until(house, at(WEDNESDAY, 8))
        house.move()

        until(house, at(WEDNESDAY, 10))

        assert house.phase is Phase.WARNING

    def test_but_by_a_press_that_is_taken_back(self) -> None:
        house = home_since_wednesday(replace(HOME, windows=(replace(MORNING, sign=("button",)),)))
        until(house, at(WEDNESDAY, 8))
        house.hold()

        until(house, at(WEDNESDAY, 23))

        assert len(house.of(IncidentOpened)) == 1

    def test_a_chosen_sensor_is_the_only_sign_that_counts(self) -> None:
        house = home_since_wednesday(replace(HOME, windows=(replace(MORNING, sign=("lit", "entree")),)))
        until(house, at(WEDNESDAY, 8))
        house.move()
        house.sense("lit", active=False)

        until(house, at(WEDNESDAY, 10))

        # Where the bed stood was not known before: that it is empty tells of nobody getting up.
        assert house.phase is Phase.WARNING

    def test_somebody_who_gets_up_meets_it(self) -> None:
        house = home_since_wednesday(replace(HOME, windows=(replace(MORNING, sign=("lit",)),)))
        house.sense("lit")
        until(house, at(WEDNESDAY, 8))
        house.sense("lit", active=False)

        until(house, at(WEDNESDAY, 23))

        assert not house.has_incident

    def test_a_text_of_the_residents_that_all_is_well_is_a_sign(self) -> None:
        house = home_since_tuesday()
        until(house, at(WEDNESDAY, 8))

        house.text(RESIDENT, "OK")
        until(house, at(WEDNESDAY, 23))

        assert not house.has_incident


class TestWhatTheHubDidNotSee:
    def test_while_nobody_knows_the_time_windows_are_not_watched(self) -> None:
        house = House(WATCHED, trusted=False)

        house.pass_time(days=3)

        assert not house.of(WindowPassed)

    def test_the_hours_that_the_hub_was_off_are_waited_for_after_the_window(self) -> None:
        house = home_since_tuesday()
        until(house, at(WEDNESDAY, 8))
        house.cut_power(timedelta(hours=1))

        until(house, at(WEDNESDAY, 10, 59))
        assert not house.has_incident
        until(house, at(WEDNESDAY, 11))

        assert house.phase is Phase.WARNING

    def test_a_window_slept_through_is_asked_for_when_the_hub_wakes(self) -> None:
        house = home_since_tuesday()

        house.oversleep(hours=10)
        house.pass_time(seconds=0)

        assert house.phase is Phase.WARNING

    def test_blind_spans_in_any_order_count_once(self) -> None:
        opens, closes = at(WEDNESDAY, 7), at(WEDNESDAY, 10)
        hour = timedelta(hours=1)
        blind = (
            Span(closes + 5 * hour, closes + 6 * hour),
            Span(opens + hour, opens + 2 * hour),
            Span(opens - hour, opens + hour),
            Span(opens - 9 * hour, opens - 8 * hour),
            Span(opens, opens + hour / 2),
        )

        due = checkin.next_due(MORNING, opens, PARIS, last_sign=None, passed=None, began=opens, blind=blind)

        assert due == (closes + 2 * hour, closes)


class TestChangeOfClocks:
    def test_a_window_over_the_lost_hour_is_an_hour_shorter(self) -> None:
        opens, closes = checkin.bounds(time(1, 30), time(4), date(2026, 3, 29), PARIS)

        assert closes - opens == timedelta(hours=1, minutes=30)

    def test_a_window_over_the_hour_that_comes_twice_is_an_hour_longer(self) -> None:
        opens, closes = checkin.bounds(time(1, 30), time(4), date(2026, 10, 25), PARIS)

        assert closes - opens == timedelta(hours=3, minutes=30)

    def test_a_window_that_the_change_swallows_is_asked_for_on_the_next_day(self) -> None:
        window = Window("w", MORNING.days, time(2), time(3))
        sunday = at(date(2026, 3, 29), 0)

        due = checkin.next_due(window, sunday, PARIS, last_sign=None, passed=None, began=sunday, blind=())

        assert due is not None
        assert due[0] == at(date(2026, 3, 30), 3)

    def test_a_window_of_no_day_is_never_due(self) -> None:
        window = replace(MORNING, days=frozenset())

        assert checkin.next_due(window, START, PARIS, last_sign=None, passed=None, began=START, blind=()) is None


class TestMissedTime:
    def test_what_was_missed_is_waited_for_after_the_closing(self) -> None:
        off = Span(at(WEDNESDAY, 6, 30), at(WEDNESDAY, 20))

        assert self._due(off) == (at(WEDNESDAY, 23), at(WEDNESDAY, 10))

    def test_but_not_into_the_night(self) -> None:
        off = Span(at(WEDNESDAY, 6, 30), at(WEDNESDAY, 21, 1))

        # The next morning asks.
        thursday = WEDNESDAY + timedelta(days=1)
        assert self._due(off) == (at(thursday, 10), at(thursday, 10))

    def test_a_window_that_passes_midnight_has_the_day_on_which_it_closes(self) -> None:
        late = replace(MORNING, opens=time(22), closes=time(2))
        thursday = WEDNESDAY + timedelta(days=1)
        off = Span(at(WEDNESDAY, 22), at(thursday, 2))

        assert self._due(off, late) == (at(thursday, 6), at(thursday, 2))

    def _due(self, off: Span, window: Window = MORNING) -> tuple[datetime, datetime] | None:
        began = at(WEDNESDAY, 6)
        return checkin.next_due(window, off.end, PARIS, last_sign=None, passed=began, began=began, blind=(off,))
