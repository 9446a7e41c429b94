"""What is neither silence nor life for the learned rule: set clocks, dead sensors, an off box, absences, pauses.

Played through the core with whatever days hypothesis thinks of. The promise: of a silence during any of which something
of the kind happened nothing is learned, and of what was not watched no day is counted.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from house import HOME, QUIET, House
from hypothesis import given, settings
from hypothesis import strategies as st

from hub import fact_json
from hub.domain.facts import LinesDrawn, SilenceEnded
from hub.domain.habits import ENOUGH_DAYS, HOURS, LENGTHS, LONGEST, SHORTEST, Habits, Still, grow_older, learn
from hub.domain.inputs import Action
from hub.domain.policy import Learned, Sensor, SensorKind

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
MIDNIGHT = datetime(2026, 2, 1, 23, 0, tzinfo=UTC)  # in Paris
SENSORS = (
    Sensor("cuisine", SensorKind.MOTION, "cuisine"),
    Sensor("salon_pir", SensorKind.MOTION, "salon"),
)
TWELVE = replace(QUIET, name="douze", longest=12 * HOUR, between=None)
LEARNING = replace(HOME, learned=Learned(), silences=(TWELVE,), sensors=SENSORS)

DISTURBANCES = ("off", "away", "paused", "dead", "set ahead", "set back")
LENGTHS_OF_TIME = st.timedeltas(20 * MINUTE, 9 * HOUR).map(lambda span: span - span % MINUTE)


def move(house: House, sensor: str = "cuisine") -> None:
    house.sense(sensor)
    house.sense(sensor, active=False)


def disturb(house: House, what: str, lasts: timedelta) -> None:
    """Something that is neither silence nor life, for so long; afterwards all is as it was."""
    match what:
        case "off":
            house.cut_power(lasts)
        case "away" | "paused":
            house.command(Action.AWAY if what == "away" else Action.PAUSE, until=house.now + lasts)
            house.pass_time(lasts)
        case "dead":
            for sensor in SENSORS:
                house.fail(f"device.offline/{sensor.id}")
            house.pass_time(lasts)
            for sensor in SENSORS:
                house.repair(f"device.offline/{sensor.id}")
        case _:
            house.step_clock(lasts if what == "set ahead" else -lasts)
            house.pass_time(minutes=1)


@settings(max_examples=25, deadline=None)
@given(what=st.sampled_from(DISTURBANCES), before=LENGTHS_OF_TIME, lasts=LENGTHS_OF_TIME, after=LENGTHS_OF_TIME)
def test_of_a_silence_that_was_disturbed_nothing_is_learned(
    what: str, before: timedelta, lasts: timedelta, after: timedelta
) -> None:
    house = House(LEARNING, at=MIDNIGHT + 8 * HOUR)
    move(house)
    house.pass_time(min(before, 5 * HOUR))
    # A clock that is set by less than this leaves the hour what it was (`hub.domain.state`).
    disturb(house, what, max(lasts, 2 * HOUR))
    house.pass_time(min(after, 3 * HOUR))
    move(house)

    (ended,) = house.of(SilenceEnded)
    assert (ended.ignored, ended.crossed, ended.asked) == (True, False, False)
    assert not any(sum(row) for row in house.state.habits.silences.values())


@settings(max_examples=10, deadline=None)
@given(what=st.sampled_from(("off", "away", "paused", "dead")), lasts=st.timedeltas(2 * DAY, 20 * DAY))
def test_no_day_that_was_not_watched_is_counted(what: str, lasts: timedelta) -> None:
    house = House(LEARNING, at=MIDNIGHT)
    house.pass_time(hours=1)
    move(house)

    disturb(house, what, lasts)
    house.pass_time(days=1)

    # One day was watched, and the hour before.
    assert house.state.habits.seen_days <= 1.2
    assert not house.state.habits.is_enough


@pytest.mark.parametrize("begins", [datetime(2026, 3, 21, 23, tzinfo=UTC), datetime(2026, 10, 17, 22, tzinfo=UTC)])
def test_the_nights_on_which_the_clocks_change_are_as_long_as_they_were(begins: datetime) -> None:
    """A week before each change to a week after: every night is learned with the time that passed."""
    house = House(LEARNING, at=begins)
    for _ in range(14):
        local = house.now.astimezone(LEARNING.zone)
        for hour in (*range(8, 22), 22):
            house.pass_time(local.replace(hour=hour, minute=0, second=0) - house.now)
            move(house)
        house.pass_time(local.replace(hour=7, minute=0, second=0) + DAY - house.now)

    drawn = house.of(LinesDrawn)
    assert 13 <= len(drawn) <= 15
    assert all(22 * HOUR <= each.watched <= 26 * HOUR for each in drawn[1:])
    nights = [each for each in house.of(SilenceEnded) if each.began.hour == 22]
    assert {round(each.lasted / HOUR) for each in nights} <= {9, 10, 11}
    assert not any(each.ignored for each in nights)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 59).map(lambda minutes: minutes * MINUTE), st.sampled_from((1, -1)))
def test_a_clock_that_is_put_right_by_minutes_makes_no_silence_longer(by: timedelta, sign: int) -> None:
    house = House(LEARNING, at=MIDNIGHT + 8 * HOUR)
    move(house)
    house.pass_time(hours=2)
    house.step_clock(by * sign)
    house.pass_time(hours=1)
    move(house)

    (ended,) = house.of(SilenceEnded)
    assert ended.lasted == 3 * HOUR or ended.ignored


def stills() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "source": st.sampled_from([f"capteur_{n}" for n in range(30)]),
            "began": st.times(),
            "lasted": st.timedeltas(SHORTEST, 3 * LONGEST),
            "ignored": st.booleans(),
            "crossed": st.booleans(),
            "asked": st.booleans(),
        }
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(stills(), max_size=40), st.lists(st.timedeltas(timedelta(-5), timedelta(900)), max_size=10))
def test_whatever_is_learned_weighs_nothing_less_than_nothing(
    days: list[dict[str, Any]], ages: list[timedelta]
) -> None:
    habits, now = Habits(), MIDNIGHT
    for each in days:
        now += each["lasted"]
        habits = learn(habits, Still(ended=now, seen=(each["source"],), **each))
    for age in ages:
        habits = grow_older(habits, age, 1.0)

    rows = [*habits.silences.values(), *habits.busy.values()]
    assert all(weight >= 0 for row in rows for weight in row)
    assert all(len(row) in (HOURS, HOURS * LENGTHS) for row in rows)
    assert min(habits.days, habits.seen_days, habits.asked, habits.accepted) >= 0


def test_a_year_of_thirty_sensors_is_small() -> None:
    """Below 1 MB (issue 4), as it is kept on the card: 13 places of 24 x 30 weights."""
    habits, now = Habits(), MIDNIGHT
    for day in range(52):
        for hour in range(HOURS):
            for number in range(30):
                now += 2 * MINUTE
                lasted = SHORTEST * (1 + (day + hour + number) % 9)
                still = Still(now, f"capteur_{number}", now.time(), lasted, (f"capteur_{number}",))
                habits = learn(habits, still)
        habits = grow_older(habits, 7 * DAY, 1.0)
    habits = replace(habits, lines=dict.fromkeys(habits.silences, (90,) * HOURS), strict={})

    assert habits.seen_days == 52 * 7 > ENOUGH_DAYS
    assert len(habits.silences) == 13
    assert len(fact_json.dump(habits)) < 250_000
