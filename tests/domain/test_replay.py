"""What a rule would have done on the recorded past (BEHAVIOUR 5)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from house import HOME, QUIET, House
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.facts import IncidentOpened, LifeSeen
from hub.domain.policy import EVERY_DAY, Silence, Window
from hub.domain.records import Span
from hub.domain.replay import Past, Sign, recommended, replay, suggestions

MIDNIGHT = datetime(2026, 2, 1, 23, 0, tzinfo=UTC)  # in Paris
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MORNING = Window("matin", EVERY_DAY, time(7), time(10))
ANY_HOUR = Silence("toujours", 12 * HOUR)


def at(day: int, hour: float) -> datetime:
    """That hour of the home's clock, on a day counted from the first."""
    return MIDNIGHT + day * DAY + hour * HOUR


def past(*signs: tuple[datetime, str] | datetime, days: int = 4, **more: object) -> Past:
    told = sorted(Sign(each, "cuisine") if isinstance(each, datetime) else Sign(*each) for each in signs)
    return Past(MIDNIGHT, MIDNIGHT + days * DAY, tuple(told), **more)  # type: ignore[arg-type]


def usual(days: int = 4, without: tuple[int, ...] = (), until: float = 22) -> list[datetime]:
    """Somebody who moves each half hour from eight to ten at night, but on some days."""
    halves = int((until - 8) * 2)
    return [at(day, 8 + half / 2) for day in range(days) if day not in without for half in range(halves + 1)]


class TestWindow:
    def test_a_day_without_a_sign_is_one_alarm_at_the_end_of_the_window(self) -> None:
        found = replay(MORNING, past(*usual(without=(2,))), HOME)

        assert [(alarm.at, alarm.since) for alarm in found.alarms] == [(at(2, 10), at(1, 22))]
        assert found.days == 4

    def test_a_sign_before_it_opens_does_not_count_and_one_as_it_ends_does(self) -> None:
        early, last_minute = [at(0, 6.9), at(1, 10)], [at(day, 8) for day in (2, 3)]

        found = replay(MORNING, past(*early, *last_minute), HOME)

        assert [alarm.at for alarm in found.alarms] == [at(0, 10)]

    def test_only_the_sign_that_it_wants_counts(self) -> None:
        pressed = replace(MORNING, sign=("button",))
        signs = [(each, "salon" if each < at(2, 0) else "cuisine") for each in usual()]

        found = replay(pressed, past(*signs), HOME)

        assert [alarm.at for alarm in found.alarms] == [at(2, 10), at(3, 10)]
        assert found.alarms[0].since == at(2, 10), "movements are told all the same"

    def test_one_alarm_is_enough_for_one_silence(self) -> None:
        found = replay(MORNING, past(at(0, 8), at(3, 8)), HOME)

        assert [alarm.at for alarm in found.alarms] == [at(1, 10)]

    def test_where_no_sign_was_at_all_the_alarm_says_so(self) -> None:
        found = replay(MORNING, past(), HOME)

        assert [(alarm.at, alarm.since) for alarm in found.alarms] == [(at(0, 10), None)]

    def test_a_window_of_other_weekdays_is_not_asked_for(self) -> None:
        sundays = replace(MORNING, days=frozenset({6}))

        assert not replay(sundays, past(), HOME).alarms

    def test_what_was_not_watched_is_waited_for_after_it(self) -> None:
        off = Span(at(0, 8), at(0, 9))

        found = replay(MORNING, past(blind=(off,)), HOME)

        assert found.alarms[0].at == at(0, 11)

    def test_a_window_that_nobody_could_watch_is_no_alarm(self) -> None:
        assert not replay(MORNING, past(blind=(Span(at(0, 0), at(4, 0)),)), HOME).alarms

    def test_a_window_that_was_open_when_the_record_begins_or_ends_is_left_out(self) -> None:
        begun_at_nine = replace(past(), since=at(0, 9), until=at(1, 9))

        assert not replay(MORNING, begun_at_nine, HOME).alarms


class TestSilence:
    def test_each_silence_that_lasted_too_long_is_one_alarm(self) -> None:
        found = replay(ANY_HOUR, past(*usual(without=(2,))), HOME)

        assert [(alarm.at, alarm.since) for alarm in found.alarms] == [(at(2, 10), at(1, 22))]

    def test_hours_begin_anew_each_day(self) -> None:
        by_day = Silence("jour", 4 * HOUR, (time(8), time(22)))

        found = replay(by_day, past(*usual(until=16)), HOME)

        assert [alarm.at for alarm in found.alarms] == [at(day, 20) for day in range(4)]

    def test_what_was_not_watched_is_no_silence(self) -> None:
        away = Span(at(2, 1), at(3, 2), away=True)

        assert not replay(ANY_HOUR, past(*usual(without=(2,)), blind=(away,)), HOME).alarms

    def test_a_time_in_which_every_sensor_was_out_of_order_is_none_either(self) -> None:
        hours = (Span(at(1, 22), at(3, 7)),)
        everything = {sensor.id: hours for sensor in HOME.sensors}
        but_one = {**everything, "cuisine": (Span(at(0, 1), at(0, 2)),)}
        signs = usual(without=(2,))

        assert not replay(ANY_HOUR, past(*signs, deaf=everything), HOME).alarms
        assert replay(ANY_HOUR, past(*signs, deaf=but_one), HOME).alarms

    def test_a_home_of_which_nothing_is_known_has_no_sensor_that_could_be_deaf(self) -> None:
        bare = replace(HOME, sensors=(), buttons=())

        assert len(replay(ANY_HOUR, past(), bare).alarms) == 1


class TestNoticing:
    def test_a_longest_silence_notices_after_itself_less_how_still_it_was_already(self) -> None:
        each_ten_minutes = [MIDNIGHT + minutes * timedelta(minutes=10) for minutes in range(6 * 24 * 4)]

        found = replay(ANY_HOUR, past(*each_ten_minutes), HOME)

        assert found.noticing is not None
        assert found.noticing.median == found.noticing.longest == 12 * HOUR

    def test_a_window_notices_on_the_next_day_whoever_fell_after_it_was_met(self) -> None:
        found = replay(MORNING, past(*usual()), HOME)

        assert found.noticing is not None
        # Who moved at eight and falls at nine is missed until ten of the next day.
        assert found.noticing.longest == 26 * HOUR
        assert found.noticing.median < found.noticing.p90 < found.noticing.longest

    def test_nothing_is_noticed_where_nothing_was_watched(self) -> None:
        assert replay(ANY_HOUR, past(blind=(Span(at(0, 0), at(4, 0)),)), HOME).noticing is None

    def test_who_is_asked_already_is_not_counted(self) -> None:
        found = replay(ANY_HOUR, past(at(0, 1)), HOME)

        assert found.noticing is not None
        assert found.noticing.longest == 12 * HOUR


class TestSuggestions:
    def test_the_strictest_end_that_asks_nobody_for_nothing(self) -> None:
        late = [at(day, 9.8) for day in (1, 3)] + [at(day, 7.5) for day in (0, 2)]

        tried = suggestions(replace(MORNING, closes=time(9)), past(*late), HOME)

        assert [(each.rule.closes, len(each.alarms)) for each in tried][2:6] == [  # type: ignore[union-attr]
            (time(8, 30), 2),
            (time(9), 2),
            (time(9, 30), 2),
            (time(10), 0),
        ]
        best = recommended(tried)
        assert best is not None
        assert best.rule == MORNING

    def test_a_window_stays_within_its_day(self) -> None:
        evening = Window("soir", EVERY_DAY, time(22), time(23))

        assert [each.rule.closes for each in suggestions(evening, past(), HOME)] == [  # type: ignore[union-attr]
            time(22, 30),
            time(23),
            time(23, 30),
        ]

    def test_none_where_each_would_have_asked(self) -> None:
        assert recommended(suggestions(MORNING, past(), HOME)) is None

    def test_a_silence_gets_longer_and_shorter_but_never_nothing(self) -> None:
        tried = suggestions(Silence("court", HOUR), past(), HOME)

        assert [each.rule.longest / HOUR for each in tried] == [0.5, 1, 1.5, 2, 2.5, 3]  # type: ignore[union-attr]


DAYS = st.lists(st.floats(0, 47.9), min_size=1, max_size=12)


@settings(max_examples=8, deadline=None)
@given(moves=DAYS, rule=st.sampled_from([MORNING, ANY_HOUR, QUIET]))
def test_the_replay_says_what_the_hub_would_have_done(moves: list[float], rule: Window | Silence) -> None:
    """The same days, lived through by the core itself, bring the same questions."""
    rules = {"windows": (rule,)} if isinstance(rule, Window) else {"silences": (rule,)}
    house = House(replace(HOME, **rules), at=MIDNIGHT)  # type: ignore[arg-type]
    for moment in sorted(MIDNIGHT + hours * HOUR for hours in moves):
        house.pass_time(max(timedelta(), moment - house.now))
        house.move()
    house.pass_time(MIDNIGHT + 2 * DAY - house.now)
    lived = [fact.at for fact in house.of(IncidentOpened)]
    signs = tuple(Sign(fact.at, fact.source) for fact in house.of(LifeSeen))

    found = replay(rule, Past(MIDNIGHT, MIDNIGHT + 2 * DAY, signs), house.policy)

    # A question that stands open when the next one is due is joined by it.
    assert {alarm.at for alarm in found.alarms} >= set(lived)
    assert lived[:1] == [alarm.at for alarm in found.alarms[:1]]


@pytest.mark.parametrize(("hour", "alarms"), [(2.9, 0), (3.1, 1)])
def test_the_night_of_the_change_is_an_hour_shorter(hour: float, alarms: int) -> None:
    night = Window("nuit", EVERY_DAY, time(1), time(4))
    change = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)  # the 29th begins in Paris; at two the clocks go to three
    moved = Sign(change + hour * HOUR, "cuisine")

    found = replay(night, Past(change, change + 20 * HOUR, (moved,)), HOME)

    assert len(found.alarms) == alarms
