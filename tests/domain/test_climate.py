"""Frost and heat: a home that stays too cold or too hot is a danger, told once; nonsense is no temperature."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from house import HOME, PAUL, SENSORS, House, folded
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.climate import COLDEST_C, FURTHEST_APART, HOTTEST_C
from hub.domain.facts import (
    FaultRaised,
    IncidentJoined,
    Kind,
    TemperatureAlarmed,
    TemperatureRead,
    TemperatureSeen,
    TemperatureSettled,
)
from hub.domain.inputs import Action, TemperatureMeasured
from hub.domain.policy import Climate, Extreme, Sensor, SensorKind
from hub.domain.records import Phase, State, Thermometer
from hub.fact_json import dump, load

HOUR = timedelta(hours=1)
FROST = Climate(Extreme.COLD, 8.0, HOUR)
HEAT = Climate(Extreme.HEAT, 32.0, HOUR)
CELLAR = Sensor("cave", SensorKind.TEMPERATURE, "cave")
WATCHED = replace(HOME, climate=(FROST, HEAT), sensors=(*SENSORS, CELLAR))


def reads(house: House, celsius: float, sensor: str = "froid") -> None:
    house.tell(TemperatureMeasured(house.now, sensor, celsius))


def stays(house: House, celsius: float, span: timedelta, sensor: str = "froid") -> None:
    """It stays so warm, and the thermometer says so every ten minutes, the last time at the end."""
    end = house.now + span
    reads(house, celsius, sensor)
    while house.now < end:
        house.pass_time(min(timedelta(minutes=10), end - house.now))
        reads(house, celsius, sensor)


def dangers(house: House) -> int:
    return len(house.of_kind(Kind.HAZARD))


class TestTheAlarm:
    @pytest.mark.parametrize(("celsius", "what"), [(7.9, "cold"), (-12.0, "cold"), (32.1, "heat"), (45.0, "heat")])
    def test_a_home_that_stays_so_for_long_is_a_danger_without_a_warning(self, celsius: float, what: str) -> None:
        house = House(WATCHED)
        began = house.now
        stays(house, celsius, HOUR - timedelta(minutes=1))
        assert not dangers(house)

        stays(house, celsius, timedelta(minutes=1))

        assert house.phase is Phase.ALERTING
        assert (house.incident.source, house.incident.room) == ("froid", "salon")
        assert house.said[0] == f"say.hazard.{what}"
        assert house.texts_to(PAUL) == [f"alert.hazard.{what}"]
        assert house.of(TemperatureAlarmed) == [TemperatureAlarmed(house.now, "froid", Extreme(what), celsius, began)]

    @pytest.mark.parametrize("celsius", [8.0, 20.0, 32.0])
    def test_at_the_limits_all_is_well(self, celsius: float) -> None:
        house = House(WATCHED)

        stays(house, celsius, 5 * HOUR)

        assert not dangers(house)

    def test_a_room_that_is_aired_is_none(self) -> None:
        house = House(WATCHED)
        for _ in range(6):
            stays(house, 3.0, timedelta(minutes=50))
            stays(house, 9.0, timedelta(minutes=10))

        assert not dangers(house)

    def test_a_tenth_of_a_degree_does_not_begin_it_anew(self) -> None:
        house = House(WATCHED)
        for celsius in (7.9, 8.3, 7.9, 8.9, 7.8, 8.1, 8.9):
            stays(house, celsius, timedelta(minutes=10))

        assert dangers(house) == 1

    def test_it_is_told_once_and_armed_again_by_a_degree(self) -> None:
        house = House(WATCHED)
        stays(house, 5.0, 10 * HOUR)
        stays(house, 8.9, HOUR)
        assert dangers(house) == 1
        assert not house.of(TemperatureSettled)

        reads(house, 9.0)
        assert house.of(TemperatureSettled) == [TemperatureSettled(house.now, "froid")]
        house.command(Action.CLOSE)
        stays(house, 5.0, HOUR)

        assert dangers(house) == 2

    def test_from_one_side_to_the_other_it_is_another_danger(self) -> None:
        house = House(WATCHED)
        stays(house, 5.0, HOUR)
        house.command(Action.CLOSE)

        stays(house, 40.0, HOUR + timedelta(minutes=10))

        assert [fact.extreme for fact in house.of(TemperatureAlarmed)] == [Extreme.COLD, Extreme.HEAT]

    def test_only_where_the_family_wants_it(self) -> None:
        house = House(replace(WATCHED, climate=(replace(FROST, sensors=("froid",)),)))
        stays(house, 2.0, 5 * HOUR, "cave")
        stays(house, 40.0, 5 * HOUR)
        assert not dangers(house)

        stays(house, 2.0, HOUR)

        assert dangers(house) == 1

    def test_without_a_rule_a_temperature_is_no_more_than_that(self) -> None:
        house = House(HOME)

        stays(house, -5.0, 5 * HOUR)

        assert not dangers(house)
        assert house.state.thermometers["froid"].celsius == -5.0

    @pytest.mark.parametrize("action", [Action.AWAY, Action.PAUSE])
    def test_whoever_is_away_and_whatever_is_paused(self, action: Action) -> None:
        house = House(WATCHED)
        house.command(action, until=house.now + timedelta(days=3))

        stays(house, 5.0, HOUR)

        assert dangers(house) == 1

    def test_two_cold_rooms_are_one_danger_and_smoke_is_another(self) -> None:
        house = House(WATCHED)
        stays(house, 5.0, HOUR)
        stays(house, 5.0, HOUR, "cave")
        assert dangers(house) == 1
        assert [fact.source for fact in house.of(IncidentJoined)] == ["cave"]

        house.sense("fumee")
        house.sense("co")

        assert [opened.source for opened in house.of_kind(Kind.HAZARD)] == ["froid", "fumee"]
        assert house.texts_to(PAUL)[-1] == "alert.hazard.smoke"

    def test_it_is_no_sign_of_life(self) -> None:
        house = House(WATCHED)

        stays(house, 5.0, HOUR)

        assert house.state.watch.last_life is None


class TestWhatIsRead:
    @pytest.mark.parametrize(
        "celsius", [math.nan, math.inf, -math.inf, 1e9, -1e9, HOTTEST_C + 0.1, COLDEST_C - 0.1, 10**300]
    )
    def test_nonsense_changes_nothing(self, celsius: float) -> None:
        house = House(WATCHED)
        stays(house, 5.0, timedelta(minutes=30))
        before = house.state.thermometers

        reads(house, celsius)

        assert house.state.thermometers == before

    @pytest.mark.parametrize("celsius", [COLDEST_C, HOTTEST_C])
    def test_the_coldest_and_the_hottest_that_can_be_are_believed(self, celsius: float) -> None:
        house = House(WATCHED)

        reads(house, celsius)

        assert house.state.thermometers["froid"].celsius == celsius

    @pytest.mark.parametrize("sensor", ["cuisine", "salon", "nobody"])
    def test_what_is_no_thermometer_says_nothing(self, sensor: str) -> None:
        house = House(WATCHED)

        stays(house, 5.0, 2 * HOUR, sensor)

        assert not house.state.thermometers

    def test_one_reading_a_day_is_not_a_day_of_frost(self) -> None:
        house = House(WATCHED)
        for _ in range(3):
            reads(house, 5.0)
            house.pass_time(FURTHEST_APART + timedelta(seconds=1))

        assert not dangers(house)

    def test_a_thermometer_that_falls_silent_tells_of_nothing_but_itself(self) -> None:
        sensor = replace(SENSORS[-1], link="mqtt", silent_after=25 * HOUR)
        house = House(replace(WATCHED, sensors=(*SENSORS[:-1], sensor)))
        house.hear("froid")
        reads(house, 5.0)

        house.pass_time(hours=26)

        assert not dangers(house)
        assert [fault.fault for fault in house.of(FaultRaised)] == ["device.silent/froid"]

    def test_after_a_start_it_is_watched_afresh_and_what_was_told_is_not_told_again(self) -> None:
        house = House(WATCHED)
        stays(house, 5.0, timedelta(minutes=50))
        house.cut_power()
        stays(house, 5.0, timedelta(minutes=50))
        assert not dangers(house)
        stays(house, 5.0, timedelta(minutes=10))
        assert dangers(house) == 1
        house.command(Action.CLOSE)

        house.cut_power()
        stays(house, 8.5, 3 * HOUR)

        assert dangers(house) == 1

    def test_a_clock_that_is_set_makes_no_frost_last(self) -> None:
        house = House(WATCHED)
        stays(house, 5.0, timedelta(minutes=30))

        house.step_clock(5 * HOUR)
        reads(house, 5.0)

        assert not dangers(house)

    def test_readings_are_not_written(self) -> None:
        house = House(WATCHED)
        stays(house, 5.0, 24 * HOUR)

        written = [fact for fact in house.on_record() if isinstance(fact, TemperatureRead | TemperatureAlarmed)]
        assert len(house.of(TemperatureRead)) > 100
        assert len(written) == 1

    @pytest.mark.parametrize(
        ("readings", "kept"),
        [
            ([(0, 20.0), (59, 20.4), (60, 20.4)], [0, 60]),  # one an hour
            ([(0, 20.0), (4, 20.5), (5, 20.5), (10, 20.1), (11, 20.0)], [0, 5, 11]),  # and each that differs
            ([(0, 20.0), (10, 19.5), (20, 19.0)], [0, 10, 20]),
            # Where a limit is passed, the alarm, and its end, by however little.
            ([(0, 8.1), (10, 7.9), (70, 7.9), (71, 9.0)], [0, 10, 70, 71]),
        ],
    )
    def test_of_the_readings_enough_are_written_for_a_replay(self, readings, kept) -> None:
        house = House(WATCHED)
        began = house.now
        for minute, celsius in readings:
            house.pass_time(began + timedelta(minutes=minute) - house.now)
            reads(house, celsius)

        assert [(fact.at - began) / timedelta(minutes=1) for fact in house.of(TemperatureSeen)] == kept

    def test_a_thermometer_that_shakes_fills_no_card(self) -> None:
        house = House(WATCHED)
        for minute in range(61):
            reads(house, 20.0 + minute % 2)
            house.pass_time(timedelta(minutes=1))

        assert 1 < len(house.of(TemperatureSeen)) <= 13

    def test_the_record_and_a_snapshot_have_what_was_told(self) -> None:
        house = House(WATCHED)
        stays(house, 5.0, HOUR)

        told = Thermometer(alarmed=Extreme.COLD, is_told=True, kept_at=house.now, kept_c=5.0)
        assert folded(house.on_record()).thermometers == {"froid": told}
        assert load(State, dump(house.state)).thermometers == house.state.thermometers


READINGS = st.lists(
    st.tuples(st.floats(allow_nan=True) | st.sampled_from([5.0, 7.9, 8.5, 9.0, 20.0, 33.0]), st.integers(0, 300)),
    max_size=40,
)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(READINGS)
def test_whatever_it_says_nobody_is_told_before_an_hour_of_readings_all_beyond_the_limit(readings) -> None:
    house = House(WATCHED)
    said: list[tuple[TemperatureMeasured, int]] = []
    for celsius, minutes in readings:
        house.pass_time(minutes=minutes)
        seen = TemperatureMeasured(house.now, "froid", celsius)
        before = dangers_noted(house)
        house.tell(seen)
        if COLDEST_C <= celsius <= HOTTEST_C:
            said.append((seen, minutes))
        if dangers_noted(house) > before:
            hour = [one for one, _ in said if house.now - one.at < HOUR]
            assert all(one.celsius < 9.0 for one in hour) or all(one.celsius > 31.0 for one in hour)
            assert said[0][0].at <= house.now - HOUR


def dangers_noted(house: House) -> int:
    return len(house.of(TemperatureAlarmed))
