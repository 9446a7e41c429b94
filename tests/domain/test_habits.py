"""What is learned of a person's days (`hub.domain.habits`), and the lines that follow (`hub.domain.learned`)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain import learned
from hub.domain.facts import SilenceEnded
from hub.domain.habits import (
    ELSEWHERE,
    HOURS,
    LENGTHS,
    LONGEST,
    PLACES_AT_MOST,
    SHORTEST,
    STRICT_A_MONTH,
    Habits,
    Still,
    grow_older,
    learn,
    length_at,
    length_of,
    sound,
)
from hub.domain.records import State
from hub.domain.state import evolve

START = datetime(2026, 2, 2, tzinfo=UTC)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


def still(hour: int, lasted: timedelta, source: str = "salon", day: int = 0, **more: Any) -> Still:
    begins = START + day * DAY + hour * HOUR
    return Still(begins + lasted, source, time(hour), lasted, **more)


def lived(days: int, seed: int = 1, long: timedelta = 7 * HOUR) -> Habits:
    """A person who naps by day for half an hour, and sleeps ``long`` at night."""
    chance, habits = Random(seed), Habits()
    for day in range(days):
        for hour in range(8, 22):
            lasted = chance.uniform(10, 40) * MINUTE
            habits = learn(habits, still(hour, lasted, day=day, seen=("salon",)))
        habits = learn(habits, still(22, long + chance.uniform(-30, 30) * MINUTE, "chambre", day=day))
        habits = grow_older(habits, DAY, 1.0)
    return habits


def minutes(expected: tuple[float, ...]) -> Any:
    """Equal to these to the minute: another machine may round the last of them otherwise."""
    return pytest.approx(expected, abs=1.01)


def lines_of(habits: Habits, a_month: float = 1.0) -> dict[str, tuple[int, ...]]:
    return dict(learned.draw(habits, a_month)[0])


class TestLearning:
    def test_a_silence_is_counted_where_and_when_it_began(self) -> None:
        habits = learn(Habits(), still(14, HOUR))

        row = habits.silences["salon"]
        assert row.index(1.0) == 14 * LENGTHS + length_of(HOUR)
        assert sum(row) == 1.0

    def test_time_of_moving_goes_to_the_hours_it_was_spent_in(self) -> None:
        habits = learn(Habits(), still(8, HOUR))

        habits = learn(habits, still(11, HOUR, seen=("cuisine", "salon")))

        assert habits.busy["cuisine"][9:11] == pytest.approx((0.5, 0.5))
        assert sum(habits.busy["salon"]) == pytest.approx(1)

    def test_a_stretch_that_ends_within_an_hour_and_one_of_no_length_keep_to_it(self) -> None:
        habits = learn(Habits(), still(8, 90 * MINUTE))
        began = START + 10 * HOUR + 15 * MINUTE

        later = learn(habits, Still(began + HOUR, "salon", time(10, 15), HOUR, ("salon",)))
        at_once = learn(habits, Still(START + 10 * HOUR, "salon", time(9, 30), 30 * MINUTE, ("salon",)))

        assert later.busy["salon"][9:11] == pytest.approx((0.5, 0.25))
        assert sum(at_once.busy["salon"]) == 0

    def test_who_was_perhaps_out_teaches_nothing(self) -> None:
        assert not learn(Habits(), still(14, HOUR, ignored=True)).silences

    def test_after_a_dozen_places_the_others_share_one(self) -> None:
        habits = Habits()
        for number in range(PLACES_AT_MOST + 5):
            habits = learn(habits, still(9, HOUR, f"sensor{number}"))

        assert len(habits.silences) == PLACES_AT_MOST + 1
        assert sum(habits.silences[ELSEWHERE]) == 5
        assert habits.place("sensor0") == "sensor0"

    @given(st.timedeltas(timedelta(), timedelta(days=30)))
    def test_every_length_has_its_step(self, lasted: timedelta) -> None:
        step = length_of(lasted)

        assert 0 <= step < LENGTHS
        if SHORTEST * 1.2 <= lasted <= LONGEST:
            assert 0.8 < length_at(step) / lasted < 1.25

    def test_old_days_weigh_less_and_unwatched_ones_change_nothing(self) -> None:
        habits = learn(Habits(), still(14, HOUR))

        older = grow_older(habits, 45 * DAY, 1.0)

        assert sum(older.silences["salon"]) == 0.5
        assert (older.days, older.seen_days) == (45, 45)
        assert grow_older(habits, timedelta(), 1.0).silences == habits.silences

    def test_crossings_are_reckoned_only_under_lines_and_forgotten_like_days(self) -> None:
        under = replace(Habits(), lines={"": (60,) * HOURS}, crossed=4.0, asked=2.0)

        later = grow_older(under, 45 * DAY, 2.0)

        assert (later.crossed, later.asked) == (2.0, 1.0)
        assert (later.expected, later.accepted) == (1.5 * STRICT_A_MONTH, 3.0)
        assert grow_older(Habits(), 45 * DAY, 2.0).accepted == 0

    @pytest.mark.parametrize("said", [-5.0, 1e9])
    def test_a_journal_may_say_any_number_of_false_alarms(self, said: float) -> None:
        under = replace(Habits(), lines={"": (60,) * HOURS})

        assert 0 <= grow_older(under, DAY, said).accepted < 40

    def test_it_is_small(self) -> None:
        habits = Habits()
        for number in range(40):
            for hour in range(HOURS):
                habits = learn(habits, still(hour, (1 + hour) * HOUR / 2, f"s{number}", seen=(f"s{number}",)))
        habits = grow_older(habits, DAY, 1.0)

        assert len(repr(habits)) < 200_000

    def test_a_week_is_enough(self) -> None:
        assert not lived(5).is_enough
        assert grow_older(Habits(), 6 * DAY, 1.0).is_enough, "six whole days, and a part of the first"
        assert lived(7).is_enough


def test_lines_of_a_journal_are_a_minute_to_a_day_for_each_hour() -> None:
    rows = {f"{minutes} x {hours}": (minutes,) * hours for minutes in (0, 1, 1440, 1441) for hours in (23, 24)}

    assert set(sound(rows.items())) == {"1 x 24", "1440 x 24"}


def test_a_silence_that_was_written_down_without_more_teaches_and_crossed_nothing() -> None:
    fact = SilenceEnded(START + 3 * HOUR, "salon", time(2), HOUR)

    assert evolve(State(), fact).habits == learn(Habits(), still(2, HOUR))


class TestLines:
    def test_the_night_has_a_longer_line_than_the_day(self) -> None:
        lines = lines_of(lived(30))

        assert lines["salon"][14] < 4 * 60
        assert lines["chambre"][22] > 7 * 60 + 30

    def test_a_place_that_is_rarely_slept_in_has_the_line_of_the_home(self) -> None:
        lines = lines_of(lived(30))

        assert lines["chambre"][14] == lines[ELSEWHERE][14]

    def test_an_hour_of_which_nothing_was_seen_is_as_long_as_any(self) -> None:
        lines = lines_of(learn(grow_older(Habits(), 10 * DAY, 1.0), still(14, HOUR)))

        assert lines["salon"][3] == learned.LONGEST_LINE / 60

    def test_who_accepts_more_false_alarms_is_told_sooner(self) -> None:
        habits = lived(30)

        patient, usual, eager = (lines_of(habits, asked)["salon"][14] for asked in (0.5, 1.0, 8.0))

        assert patient > usual > eager

    def test_a_reckoning_that_was_crossed_more_often_than_expected_is_mistrusted(self) -> None:
        habits = lived(30)
        surprised = replace(habits, crossed=learned.BELIEVED)

        assert learn(habits, still(3, SHORTEST, crossed=True)).crossed == 1
        assert lines_of(surprised)["salon"][14] > lines_of(habits)["salon"][14]

    def test_each_false_alarm_makes_the_line_longer_and_a_month_without_one_shorter(self) -> None:
        habits = lived(30)
        woken = learn(habits, still(3, SHORTEST, asked=True))

        after, usual, calm = (lines_of(each)["salon"][14] for each in (woken, habits, replace(habits, accepted=1.0)))

        assert woken.asked == 1
        assert after > usual > calm

    def test_a_home_that_keeps_to_what_was_reckoned_changes_nothing(self) -> None:
        habits = lived(30)

        assert lines_of(replace(habits, crossed=9.0, expected=9.0, asked=2.0, accepted=2.0)) == lines_of(habits)

    def test_the_line_lies_where_it_is_crossed_as_often_as_was_reckoned(self) -> None:
        """One silence of the same length an hour: at 1.75 crossings of 720 a month a normal deviate of 2.815."""
        habits = Habits()
        for day in range(20):
            for hour in range(HOURS):
                habits = learn(habits, still(hour, 40 * MINUTE, day=day))
            habits = grow_older(habits, DAY, 1.0)

        line = lines_of(replace(habits, expected=0.0, accepted=0.0))["salon"][14] * MINUTE

        expected = length_at(length_of(40 * MINUTE)) + 2.815 * learned.SPREAD
        assert abs(line - expected) < 5 * MINUTE

    def test_the_lines_of_one_home_are_what_they_were_when_the_reckoning_was_measured(self) -> None:
        """Whoever changes the reckoning measures it anew (docs/bench/inactivity.md)."""
        home = replace(lived(12, seed=3), crossed=3.0, asked=1.0)

        lines, strict = learned.draw(home, 2.0)

        by_day = (126, 156, 160, 162, 161, 162, 167, 165, 164, 162, 161, 161, 162, 162)
        assert lines["salon"] == minutes((840, 840, 840, 515, 492, 439, 411, *by_day, 510, 534, 539))
        assert lines["chambre"] == minutes((840, 840, 840, 516, 504, 486, 481, *by_day, 538, 539, 539))
        by_day = (20, 72, 81, 83, 83, 84, 90, 87, 85, 83, 81, 82, 84, 86)
        assert strict["salon"] == minutes((840, 840, 840, 100, 20, 20, 20, *by_day, 144, 457, 468))
        assert strict["chambre"] == minutes((840, 840, 840, 104, 20, 20, 20, *by_day, 466, 468, 468))
        usual = [learned.usual(home, place, hour) / MINUTE for place in ("salon", "chambre") for hour in (8, 21, 22)]
        assert usual == minutes((29.35, 34.64, 34.64, 29.35, 415.69, 415.69))

    def test_the_reckoning_follows_the_law_of_other_homes(self) -> None:
        lines, strict = learned.draw(lived(30), STRICT_A_MONTH)

        assert lines == strict

    def test_the_stricter_line_lies_below(self) -> None:
        lines, strict = learned.draw(lived(30), 1.0)

        assert all(s <= x for place in lines for s, x in zip(strict[place], lines[place], strict=True))

    def test_a_place_without_a_line_has_that_of_the_others_and_without_any_there_is_none(self) -> None:
        lines, strict = learned.draw(lived(10), 1.0)
        habits = replace(lived(10), lines=lines, strict=strict)

        assert learned.line_at(habits.lines, "unknown", 14) == lines[ELSEWHERE][14]
        assert learned.line_at(Habits().lines, "salon", 14) is None

    def test_of_nothing_the_longest_lines_are_drawn(self) -> None:
        lines, _ = learned.draw(grow_older(Habits(), DAY, 1.0), 1.0)

        assert set(lines[ELSEWHERE]) == {round(learned.LONGEST_LINE / 60)}

    def test_what_is_usual_is_of_this_place_or_else_of_the_home_or_else_nothing(self) -> None:
        habits = lived(20)

        assert 6 * HOUR < learned.usual(habits, "chambre", 22) < 9 * HOUR
        assert learned.usual(habits, "unknown", 14) == learned.usual(habits, "salon", 14) < HOUR
        assert learned.usual(habits, "salon", 4) == SHORTEST

    def test_who_lies_in_bed_for_twenty_hours_has_the_longest_line(self) -> None:
        lines = lines_of(lived(20, long=20 * HOUR))

        assert lines["chambre"][22] == learned.LONGEST_LINE / 60

    def test_no_line_is_shorter_than_the_shortest(self) -> None:
        lines = lines_of(lived(40), 12.0)

        assert min(lines["salon"]) == learned.SHORTEST_LINE / 60
