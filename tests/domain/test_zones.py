"""Times of day, exact to the minute on the days around each change of clocks, in every zone, for two years."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from zones import DAY, ENDS, MINUTE, Clocks, all_clocks, changing_clocks, wall_of

from hub.domain import checkin, inactivity
from hub.domain.policy import EVERY_DAY, Hours, Silence, Window

TIMES = tuple(time(m // 60, m % 60) for m in range(1440))
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def changing() -> tuple[Clocks, ...]:
    return changing_clocks()


def expected_bounds(clocks: Clocks, day: date, opens: int, length: int) -> tuple[datetime, datetime]:
    """When hours that open ``opens`` minutes after midnight, ``length`` minutes long on the wall, begin and end."""
    wall = wall_of(clocks)
    begins = wall.at(day, opens)
    return begins, max(begins, wall.at(day, opens + length))


def minutes_of_change_days(changing: tuple[Clocks, ...]) -> Iterator[tuple[Clocks, date, int]]:
    """Each minute of the day in which a change falls, by turns: each zone and day has another third of them."""
    for turn, (clocks, day) in enumerate((c, d) for c in changing for d in c.change_days()):
        for minute in range(turn % 3, 1440, 3):
            yield clocks, day, minute


def test_the_two_years_hold_what_makes_clocks_hard() -> None:
    known = all_clocks()
    steps = {change.after - change.before for clocks in known for change in clocks.changes}

    assert sum(len(clocks.names) for clocks in known) > 400
    assert {timedelta(minutes=30), -timedelta(minutes=30), HOUR, -HOUR, 2 * HOUR, -2 * HOUR} <= steps
    assert any(wall_of(c).at(day, 0) == wall_of(c).at(day, 60) for c in known for day in c.change_days())
    assert all(change.at < ENDS for clocks in known for change in clocks.changes)


def test_a_time_of_day_is_when_the_wall_clock_first_shows_it(changing: tuple[Clocks, ...]) -> None:
    for clocks in changing:
        wall = wall_of(clocks)
        for day in clocks.days_around():
            # Clocks that show the same agree on an ordinary day: there one of them speaks for all.
            for name in clocks.names if day in clocks.change_days() else clocks.names[:1]:
                zone = ZoneInfo(name)
                assert tuple(checkin.instant(day, moment, zone) for moment in TIMES) == wall.first[day], (name, day)


@pytest.mark.parametrize("length", [1, 150])
def test_hours_begin_and_end_when_the_wall_clock_says_so(changing: tuple[Clocks, ...], length: int) -> None:
    for clocks in changing:
        for day in clocks.days_around():
            for minute in range(0, 1440, 1 if day in clocks.change_days() else 11):
                closes = TIMES[(minute + length) % 1440]
                bounds = checkin.bounds(TIMES[minute], closes, day, clocks.zone)
                assert bounds == expected_bounds(clocks, day, minute, length), (clocks.names[0], day, minute)


def test_a_window_is_missed_when_it_closes_without_a_sign_since_it_opened(changing: tuple[Clocks, ...]) -> None:
    length = 45
    for clocks, day, minute in minutes_of_change_days(changing):
        window = Window("w", EVERY_DAY, TIMES[minute], TIMES[(minute + length) % 1440])
        spans = [expected_bounds(clocks, each, minute, length) for each in (day, day + DAY)]
        # A window that the change swallows whole asks for nothing.
        dues = [(closes, closes) for opens, closes in spans if opens < closes]
        opens = min(opens for opens, closes in spans if opens < closes)

        missed = next_due(window, clocks.zone, opens, last_sign=opens - MINUTE)
        assert missed == dues[0], (clocks.names[0], day, minute)
        met = next_due(window, clocks.zone, opens, last_sign=opens)
        assert met in dues[1:] or (len(dues) == 1 and met != dues[0]), (clocks.names[0], day, minute)


def next_due(window: Window, zone: ZoneInfo, now: datetime, *, last_sign: datetime) -> tuple[datetime, datetime] | None:
    return checkin.next_due(window, now, zone, last_sign=last_sign, passed=None, began=now, blind=())


def test_silence_hours_begin_anew_when_the_wall_clock_says_so(changing: tuple[Clocks, ...]) -> None:
    longest, length = HOUR, 150
    for clocks, day, minute in minutes_of_change_days(changing):
        rule = Silence("s", longest, (TIMES[minute], TIMES[(minute + length) % 1440]))
        spans = [expected_bounds(clocks, each, minute, length) for each in (day, day + DAY)]
        # Hours that the change makes too short for the rule ask for nothing.
        begins = next(begin for begin, end in spans if end - begin >= longest)
        # By turns a silence from before these hours, which does not count, and one from within them.
        last_life, since = (begins - 30 * DAY, begins) if minute % 2 else (begins + MINUTE, begins + MINUTE)

        due = inactivity.next_due(rule, begins, clocks.zone, last_life=last_life, blind=())

        assert due == since + longest, (clocks.names[0], day, minute)


@pytest.mark.parametrize(
    "hours",
    [
        Hours(EVERY_DAY, time(2), time(3)),
        Hours(EVERY_DAY, time(1, 59), time(2, 1)),
        Hours(EVERY_DAY, time(23, 30), time(0, 30)),
        Hours(frozenset({6}), time(22), time(6)),
        Hours(frozenset({5}), time(0), time(0)),
        Hours(frozenset({5, 6}), time(7), time(22)),
    ],
    ids=str,
)
def test_peoples_hours_are_those_on_their_wall(changing: tuple[Clocks, ...], hours: Hours) -> None:
    within = minutes_of_the_week(hours)
    for clocks in changing:
        for day in clocks.change_days():
            now = wall_of(clocks).at(day, 0) - HOUR
            for _ in range(27 * 60):
                local = now.astimezone(clocks.zone)
                minute = local.weekday() * 1440 + local.hour * 60 + local.minute
                assert hours.include(local) is (minute in within), (clocks.names[0], local)
                now += MINUTE


def minutes_of_the_week(hours: Hours) -> set[int]:
    start = hours.start.hour * 60 + hours.start.minute
    length = (hours.until.hour * 60 + hours.until.minute - start) % 1440 or 1440
    return {(day * 1440 + start + m) % (7 * 1440) for day in hours.days for m in range(length)}


def test_hours_of_every_start_and_length_begin_with_their_first_minute_and_end_before_their_last() -> None:
    monday = datetime(2026, 3, 2, tzinfo=ZoneInfo("Europe/Paris"))
    for start in range(1440):
        for length in (1, 59, 720, 1439, 1440):
            hours = Hours(frozenset({2}), TIMES[start], TIMES[(start + length) % 1440])
            first = monday + 2 * DAY + start * MINUTE
            seen = [hours.include(first + m * MINUTE) for m in (-1, 0, length - 1, length)]
            assert seen == [False, True, True, False], (start, length)
