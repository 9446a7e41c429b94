"""What frost and heat would have meant on the recorded past: the same as the core that watched it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from house import HOME, SENSORS, House
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.facts import HubStarted, TemperatureAlarmed, TemperatureSeen
from hub.domain.inputs import TemperatureMeasured
from hub.domain.policy import Climate, Extreme, Sensor, SensorKind
from hub.domain.replay import Alarm, Past, Reading
from hub.domain.replay_climate import other_limits, replay_climate

BEGINS = datetime(2026, 1, 10, 23, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
FROST, HEAT = Climate(Extreme.COLD, 8.0, HOUR), Climate(Extreme.HEAT, 32.0, HOUR)
CELLAR = Sensor("cave", SensorKind.TEMPERATURE, "cave")
WATCHED = replace(HOME, sensors=(*SENSORS, CELLAR))


def past(*readings: tuple[float, float | None], sensor: str = "froid", days: int = 20) -> Past:
    """So many days in which a thermometer read this at these hours."""
    found = tuple(Reading(BEGINS + hour * HOUR, celsius) for hour, celsius in readings)
    return Past(BEGINS, BEGINS + days * DAY, (), readings={sensor: found})


def alarms(rule: Climate, found: Past) -> list[tuple[float, float]]:
    """When and since when, in hours."""
    told = replay_climate(rule, found, WATCHED).alarms
    return [((alarm.at - BEGINS) / HOUR, (alarm.since - BEGINS) / HOUR) for alarm in told if alarm.since is not None]


@pytest.mark.parametrize(
    ("rule", "readings", "told"),
    [
        (FROST, [(0, 20.0), (1, 7.0), (2, 7.0), (3, 7.0), (4, 20.0)], [(2, 1)]),
        (FROST, [(1, 7.0), (1.5, 9.0), (2.5, 7.0), (3, 9.0)], []),
        (FROST, [(1, 7.0), (2, 7.0), (3, 9.5), (4, 7.0), (5, 7.0)], [(2, 1), (5, 4)]),
        (FROST, [(1, 7.0), (2, None), (2.5, 7.0), (3, 7.0), (3.5, 7.0)], [(3.5, 2.5)]),  # a start in between
        (FROST, [(1, 7.0), (2, 7.0), (3, None), (4, 7.0), (6, 7.0)], [(2, 1)]),  # told before the start
        (FROST, [(1, 7.0), (9, 7.0), (10, 7.0)], [(10, 9)]),  # nobody knows what was between
        (replace(FROST, lasting=3 * HOUR), [(1, 7.0), (2, 7.0), (3, 7.0), (4, 7.0)], [(4, 1)]),
        (HEAT, [(1, 32.1), (2, 33.0), (3, 20.0)], [(2, 1)]),
        (HEAT, [(1, 32.0), (2, 32.0), (3, 32.0)], []),
    ],
)
def test_the_alarms_are_those_of_the_rule(rule, readings, told):
    assert alarms(rule, past(*readings)) == told


def test_days_on_record_are_those_since_the_first_reading():
    found = replay_climate(FROST, past((5 * 24, 20.0)), WATCHED)

    assert (found.days, found.noticing) == (15, None)
    assert replay_climate(FROST, past((5 * 24, None)), WATCHED).days == 0
    assert replay_climate(FROST, past(), WATCHED).days == 0


def test_it_looks_where_the_rule_looks_and_at_thermometers_that_are_still_there():
    found = past((1, 7.0), (2, 7.0), sensor="cave")
    both = replace(found, readings={**found.readings, "froid": past((1.5, 7.0), (2.5, 7.0)).readings["froid"]})

    assert alarms(FROST, both) == [(2, 1), (2.5, 1.5)]
    assert alarms(replace(FROST, sensors=("froid",)), both) == [(2.5, 1.5)]
    assert not replay_climate(FROST, past((1, 7.0), (2, 7.0), sensor="sold"), WATCHED).days


def test_what_was_before_the_days_that_are_tried_is_known_and_not_told():
    found = past((-2, 7.0), (-1, 7.0), (1, 7.0), (2, 9.5), (3, 7.0), (4, 7.0))

    assert alarms(FROST, found) == [(4, 3)]


def test_other_limits_are_the_strictest_first():
    assert [each.limit_c for each in other_limits(FROST)] == [11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0]
    assert [each.limit_c for each in other_limits(HEAT)] == [29.0, 30.0, 31.0, 32.0, 33.0, 34.0, 35.0]
    assert [each.limit_c for each in other_limits(replace(FROST, limit_c=17.0))] == [18.0, 17.0, 16.0, 15.0, 14.0]
    assert [each.limit_c for each in other_limits(replace(HEAT, limit_c=25.0))] == [25.0, 26.0, 27.0, 28.0]
    assert all(each.lasting == HOUR and each.extreme is Extreme.HEAT for each in other_limits(HEAT))


# Each of these is written: an hour apart, or five minutes and half a degree.
STEPS = st.lists(
    st.tuples(
        st.sampled_from([60, 61, 90, 179, 180, 181, 300]), st.sampled_from([5.0, 7.9, 8.5, 9.0, 20.0, 33.0, 30.5])
    ),
    max_size=30,
)


@settings(max_examples=150)
@given(
    steps=STEPS,
    restarts=st.sets(st.integers(0, 30), max_size=3),
    rule=st.sampled_from([FROST, HEAT, replace(FROST, lasting=4 * HOUR), replace(HEAT, limit_c=30.0)]),
)
def test_on_any_past_it_is_what_the_core_did(steps, restarts, rule) -> None:
    house = House(replace(WATCHED, climate=(rule,)))
    began = house.now
    for number, (minutes, celsius) in enumerate(steps):
        house.pass_time(minutes=minutes)
        if number in restarts:
            house.cut_power()
        house.tell(TemperatureMeasured(house.now, "froid", celsius))
    readings: list[Reading] = []
    for fact in house.facts:
        if isinstance(fact, TemperatureSeen):
            readings.append(Reading(fact.at, fact.celsius))
        elif isinstance(fact, HubStarted):
            readings.append(Reading(fact.at, None))
    found = replay_climate(rule, Past(began, house.now + MINUTE, (), readings={"froid": tuple(readings)}), WATCHED)

    assert found.alarms == tuple(Alarm(fact.at, fact.since) for fact in house.of(TemperatureAlarmed))
