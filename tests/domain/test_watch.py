"""Signs of life in, questions about silence out (BEHAVIOUR 5)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house import HOME, MARIE, PAUL, QUIET, RESIDENT, House

from hub.domain.facts import CheckPlanned, IncidentOpened, Kind, LevelSeen, LifeSeen, Purpose, SensorMoved
from hub.domain.inputs import Action
from hub.domain.records import Phase
from hub.domain.supervision import FAULTS_AT_MOST
from hub.domain.trouble import NO_NEWS
from hub.domain.watch import LEVELS_A_MINUTE, LIFE_RESOLUTION

NO_NEWS_FOR_3_DAYS = replace(HOME, no_news=timedelta(days=3))


class TestSignsOfLife:
    def test_a_motion_is_one_and_the_detectors_return_to_rest_is_none(self) -> None:
        house = House()

        house.move()

        assert [fact.source for fact in house.of(LifeSeen)] == ["cuisine"]
        assert [fact.active for fact in house.of(SensorMoved)] == [True, False]

    def test_a_door_tells_of_somebody_both_ways(self) -> None:
        house = House()
        house.sense("entree", active=False)

        house.sense("entree")
        house.pass_time(minutes=1)
        house.sense("entree", active=False)

        assert len(house.of(LifeSeen)) == 2

    def test_where_the_door_stands_at_the_start_tells_of_nobody(self) -> None:
        house = House()

        house.sense("entree")
        house.sense("entree")

        assert not house.of(LifeSeen)

    def test_how_a_door_and_a_bed_stand_is_kept_and_of_others_nothing(self) -> None:
        house = House()

        for sensor in ("entree", "lit", "cuisine", "fumee"):
            house.sense(sensor, active=False)
            house.sense(sensor)
            house.sense(sensor)

        kept = [(fact.sensor, fact.active) for fact in house.of(LevelSeen)]
        assert kept == [("entree", False), ("entree", True), ("lit", False), ("lit", True)]

    def test_of_a_door_that_chatters_little_is_kept_and_a_closing_last(self) -> None:
        house = House()
        for _ in range(40):
            house.sense("entree")
            house.sense("entree", active=False)

        assert 1 < len(house.of(LevelSeen)) <= LEVELS_A_MINUTE + 1
        assert not house.of(LevelSeen)[-1].active

        house.pass_time(minutes=1)
        house.sense("entree")
        assert house.of(LevelSeen)[-1].active

    @pytest.mark.parametrize("sensor", ["fumee", "co", "chute", "froid"])
    def test_a_detector_of_dangers_tells_of_nobody(self, sensor: str) -> None:
        house = House()

        house.sense(sensor)
        house.sense(sensor, active=False)

        assert not house.of(LifeSeen)

    def test_a_detector_that_chatters_is_one_sign_every_ten_seconds(self) -> None:
        house = House()

        for _ in range(20):
            house.move()
            house.pass_time(seconds=2)

        assert len(house.of(LifeSeen)) == 40 / LIFE_RESOLUTION.total_seconds()

    def test_a_sensor_that_nobody_configured_says_nothing(self) -> None:
        house = House()

        house.sense("unknown")

        assert not house.of(SensorMoved)

    def test_a_hazard_told_again_while_it_lasts_is_one(self) -> None:
        house = House()

        house.sense("fumee")
        house.sense("fumee")

        assert len(house.of(IncidentOpened)) == 1

    def test_a_signal_from_before_a_start_counts_anew(self) -> None:
        house = House()
        house.sense("fumee")
        house.command(Action.CLOSE)

        house.cut_power()
        house.sense("fumee")

        assert house.phase is Phase.ALERTING
        assert len(house.of(IncidentOpened)) == 2


class TestPlan:
    def test_the_next_moment_at_which_silence_matters_is_known(self) -> None:
        house = House(replace(HOME, silences=(QUIET, replace(QUIET, name="court", longest=timedelta(hours=2)))))

        assert house.state.watch.check_due == house.now + timedelta(hours=2)
        assert house.state.watch.check_rule == "court"

    def test_it_moves_with_every_sign(self) -> None:
        house = House(replace(HOME, silences=(QUIET,)))
        house.pass_time(hours=1)

        house.move()

        assert house.state.watch.check_due == house.now + QUIET.longest

    def test_nothing_is_planned_while_nobody_is_watched(self) -> None:
        house = House(replace(HOME, silences=(QUIET,)))

        house.command(Action.PAUSE, until=house.now + timedelta(hours=9))

        assert house.state.watch.check_due is None

    def test_a_change_of_the_rules_counts_at_once(self) -> None:
        house = House()

        house.replace_policy(silences=(QUIET,))

        assert house.of(CheckPlanned)[-1].due == house.now + QUIET.longest
        house.pass_time(hours=4)
        assert house.incident.kind is Kind.INACTIVITY


class TestNoNews:
    def test_the_family_is_told_when_nothing_at_all_was_for_days(self) -> None:
        house = House(NO_NEWS_FOR_3_DAYS)

        house.pass_time(days=3)

        told = house.last_to(MARIE)
        assert (told.key, told.values["detail"]) == (f"tech.raised.{NO_NEWS}", "3")
        assert not house.sent_to(PAUL)

    def test_whoever_is_away(self) -> None:
        house = House(NO_NEWS_FOR_3_DAYS)
        house.command(Action.AWAY, until=house.now + timedelta(days=9))

        house.pass_time(days=3)

        assert house.texts_to(MARIE) == [f"tech.raised.{NO_NEWS}"]

    def test_but_not_for_the_days_that_the_hub_was_off(self) -> None:
        house = House(NO_NEWS_FOR_3_DAYS)
        house.cut_power(timedelta(days=5))

        house.pass_time(days=2, hours=23)
        assert house.texts_to(MARIE) == ["reboot"]
        house.forget_texts()

        house.pass_time(hours=1)
        assert house.texts_to(MARIE) == [f"tech.raised.{NO_NEWS}"]

    def test_a_movement_ends_it(self) -> None:
        house = House(NO_NEWS_FOR_3_DAYS)
        house.pass_time(days=3, hours=1)

        house.move()

        assert house.texts_to(MARIE)[-1] == f"tech.restored.{NO_NEWS}"
        house.pass_time(days=2)
        assert NO_NEWS not in house.state.faults

    def test_so_does_a_text_of_the_residents(self) -> None:
        house = House(NO_NEWS_FOR_3_DAYS)
        house.pass_time(days=3, hours=1)

        house.text(RESIDENT, "tout va bien")

        assert NO_NEWS not in house.state.faults

    def test_it_is_told_however_many_faults_the_devices_have(self) -> None:
        house = House(NO_NEWS_FOR_3_DAYS)
        for number in range(FAULTS_AT_MOST + 5):
            house.fail(f"device.{number}")

        house.pass_time(days=3)

        assert NO_NEWS in house.state.faults
        assert f"tech.raised.{NO_NEWS}" in [s.key for s in house.sent_to(MARIE, Purpose.TECHNICAL)] + [
            m.words.key for m in house.state.outbox.values()
        ]
