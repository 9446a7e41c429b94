"""Learning while watching (BEHAVIOUR 5: the learned model), through the core itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from house import HOME, MARTIN, PAUL, QUIET, House, folded

from hub.domain import facts as f
from hub.domain import habits, learning
from hub.domain.draft import Draft
from hub.domain.facts import Kind, LinesDrawn, Outcome, SilenceEnded, SilenceJudged
from hub.domain.inputs import Action
from hub.domain.learning import OUT_WITHIN, PERHAPS_OUT
from hub.domain.policy import LEARNED, Learned, Sensor, SensorKind
from hub.domain.records import Phase

MIDNIGHT = datetime(2026, 2, 1, 23, 0, tzinfo=UTC)  # in Paris
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
TWELVE = replace(QUIET, name="douze", longest=12 * HOUR, between=None)
SENSORS = (
    *HOME.sensors,
    Sensor("salon_pir", SensorKind.MOTION, "salon"),
    Sensor("porte", SensorKind.DOOR, "entree", entrance=True),
)
LEARNING = replace(HOME, learned=Learned(), silences=(TWELVE,), sensors=SENSORS)


def live(house: House, days: int, *, sleeps_until: int = 7) -> None:
    """Move each quarter of an hour from the morning to ten at night."""
    for _ in range(days):
        midnight = house.now
        while house.now < midnight + DAY:
            hour = (house.now - midnight) / HOUR
            if sleeps_until <= hour <= 22:
                house.sense("cuisine" if hour < 22 else "salon_pir")
                house.sense("cuisine" if hour < 22 else "salon_pir", active=False)
            house.pass_time(minutes=20)


@pytest.fixture(scope="module")
def knowing() -> House:
    """A house that has seen enough; tests go on with a copy."""
    house = House(LEARNING, at=MIDNIGHT)
    live(house, 8)
    return house


@pytest.fixture
def house(knowing: House) -> House:
    copy = House(LEARNING, at=MIDNIGHT)
    copy.state, copy.now, copy.facts = knowing.state, knowing.now, list(knowing.facts)
    return copy


def test_it_makes_nothing_of_a_moment_before_it_holds(house: House) -> None:
    blank = House(LEARNING)

    assert learning.outlook(Draft(blank.state, blank.policy, blank.now)) is None
    found = learning.outlook(Draft(house.state, house.policy, house.now))
    assert found is not None
    assert (found.source, found.since) == house.state.watch.last


def until_the_afternoon(house: House) -> None:
    """Sleep till seven, then move each twenty minutes till two."""
    house.pass_time(hours=7)
    for _ in range(21):
        move(house)
        house.pass_time(minutes=20)
    assert not house.has_incident


def move(house: House, sensor: str = "cuisine") -> None:
    house.sense(sensor)
    house.sense(sensor, active=False)


class TestUntilEnoughWasSeen:
    def test_the_familys_own_silences_hold(self) -> None:
        house = House(LEARNING, at=MIDNIGHT)
        live(house, 1)

        assert house.state.watch.check_rule == "douze"
        assert not house.state.habits.lines

    def test_without_the_wish_nothing_is_learned(self) -> None:
        house = House(replace(LEARNING, learned=None), at=MIDNIGHT)
        live(house, 2)
        house.pass_time(hours=13)
        house.command(Action.CLOSE, incident=house.incident.number, outcome=Outcome.FALSE_ALARM)

        assert not house.of(SilenceEnded)
        assert not house.of(LinesDrawn)


class TestOnceEnoughWasSeen:
    def test_lines_are_drawn_each_day_at_its_first_round(self, house: House) -> None:
        drawn = [fact.at for fact in house.of(LinesDrawn)]

        assert len(drawn) == 8
        assert all(timedelta(0) <= (at - MIDNIGHT) % DAY <= 31 * MINUTE for at in drawn[1:])
        assert house.state.habits.lines

    def test_the_learned_silence_asks_by_day_long_before_twelve_hours(self, house: House) -> None:
        until_the_afternoon(house)
        move(house)

        house.pass_time(hours=5)

        assert house.incident.kind is Kind.INACTIVITY
        assert house.incident.source == LEARNED
        assert house.incident.opened_at - MIDNIGHT < 8 * DAY + 19 * HOUR

    def test_and_lets_sleep(self, house: House) -> None:
        house.pass_time(hours=7, minutes=10)

        assert not house.has_incident

    def test_it_says_why(self, house: House) -> None:
        until_the_afternoon(house)
        move(house)
        house.pass_time(hours=5)

        (judged,) = house.of(SilenceJudged)
        assert judged.usual < judged.allowed <= judged.lasted
        assert (judged.source, judged.incident) == ("cuisine", house.incident.number)

    def test_whoever_perhaps_went_out_is_not_asked_for(self, house: House) -> None:
        until_the_afternoon(house)
        house.sense("porte", active=False)
        move(house, "porte")
        house.pass_time(OUT_WITHIN)
        move(house)

        house.pass_time(PERHAPS_OUT - MINUTE)
        assert not house.has_incident
        house.pass_time(minutes=1)

        assert house.incident.source == LEARNED

    def test_whoever_was_seen_long_after_the_door_moved_is_at_home(self, house: House) -> None:
        until_the_afternoon(house)
        house.sense("porte", active=False)
        move(house, "porte")
        house.pass_time(OUT_WITHIN + timedelta(seconds=1))
        move(house)

        house.pass_time(hours=5)

        assert house.incident.source == LEARNED

    def test_a_clock_that_was_set_brings_the_familys_silences_back(self, house: House) -> None:
        until_the_afternoon(house)
        move(house)
        house.pass_time(minutes=1)
        house.step_clock(3 * HOUR)

        assert house.state.watch.check_rule == "douze"
        move(house)
        assert house.state.watch.check_rule == LEARNED

    def test_an_untrusted_clock_does_too_and_nothing_is_drawn(self, house: House) -> None:
        house.cut_power(HOUR, trusted=False)
        drawn = len(house.of(LinesDrawn))

        house.pass_time(days=2)

        assert len(house.of(LinesDrawn)) == drawn

    def test_when_nothing_can_see_it_is_blind_like_any_rule(self, house: House) -> None:
        for sensor in SENSORS:
            house.fail(f"device.offline/{sensor.id}")

        assert f"silence/{LEARNED}" in house.state.watch.blinded

    def test_what_is_on_record_leads_to_the_same_habits(self, house: House) -> None:
        remembered = folded(house.on_record()).habits

        assert remembered.lines == house.state.habits.lines
        assert remembered.silences == house.state.habits.silences


class TestWhatTeaches:
    def taught(self, house: House) -> list[SilenceEnded]:
        before = len(house.facts)
        move(house)
        return [fact for fact in house.facts[before:] if isinstance(fact, SilenceEnded)]

    def test_a_silence_that_ends_by_itself(self, house: House) -> None:
        house.pass_time(hours=7)

        (ended,) = self.taught(house)

        assert (ended.source, ended.began.hour, ended.ignored) == ("salon_pir", 22, False)
        assert ended.seen == ("salon_pir",)

    def test_a_short_one_does_not(self, house: House) -> None:
        house.pass_time(hours=7)
        move(house)
        house.pass_time(habits.SHORTEST - timedelta(seconds=1))
        assert not self.taught(house)

        house.pass_time(habits.SHORTEST)
        assert [ended.lasted for ended in self.taught(house)] == [habits.SHORTEST]

    def test_nothing_is_learned_of_an_absence(self, house: House) -> None:
        house.command(Action.AWAY, until=house.now + 20 * HOUR)
        house.pass_time(hours=20)

        (ended,) = self.taught(house)

        assert ended.ignored

    def test_nor_of_somebody_who_was_helped(self, house: House) -> None:
        until_the_afternoon(house)
        move(house)
        house.pass_time(hours=5)
        assert house.phase is Phase.ALERTING

        assert self.taught(house)[0].ignored

    def test_nor_of_a_time_that_was_not_watched(self, house: House) -> None:
        house.cut_power(3 * HOUR)

        assert self.taught(house)[0].ignored

    @pytest.mark.parametrize(("outcome", "learned"), [(Outcome.FALSE_ALARM, 1), (Outcome.HELPED, 0)])
    def test_a_false_alarm_is_a_silence_of_this_home(self, house: House, outcome: Outcome, learned: int) -> None:
        until_the_afternoon(house)
        move(house)
        house.pass_time(hours=5)
        before = len(house.of(SilenceEnded))

        house.command(Action.CLOSE, incident=house.incident.number, outcome=outcome)

        assert len(house.of(SilenceEnded)) == before + learned

    def test_a_false_alarm_of_another_rule_is_none(self) -> None:
        house = House(replace(LEARNING, silences=(replace(TWELVE, longest=5 * MINUTE),)), at=MIDNIGHT)
        move(house)
        house.pass_time(minutes=16)

        house.command(Action.CLOSE, incident=house.incident.number, outcome=Outcome.FALSE_ALARM)
        assert not house.of(SilenceEnded)

        house.press()
        house.command(Action.CLOSE, incident=house.incident.number, outcome=Outcome.FALSE_ALARM)
        assert len(house.of(SilenceEnded)) == 1, "the one that the press ended"

    def test_one_as_long_as_the_shortest_that_counts_does_count(self) -> None:
        house = House(replace(LEARNING, silences=(replace(TWELVE, longest=habits.SHORTEST),)), at=MIDNIGHT)
        move(house)
        house.pass_time(minutes=21)

        house.command(Action.CLOSE, incident=house.incident.number, outcome=Outcome.FALSE_ALARM)

        assert [ended.lasted for ended in house.of(SilenceEnded)] == [habits.SHORTEST]

    def test_what_was_taken_back_before_anybody_was_called_is_a_silence_that_ended_by_itself(
        self, house: House
    ) -> None:
        until_the_afternoon(house)
        move(house)
        while not house.has_incident:
            house.pass_time(minutes=1)
        house.command(Action.CLOSE, incident=house.incident.number, outcome=Outcome.CANCELLED)
        house.pass_time(minutes=10)

        (ended,) = self.taught(house)

        assert (ended.ignored, ended.asked) == (False, True)

    def test_it_is_learned_of_where_she_was_and_not_of_where_the_neighbour_came_in(self, house: House) -> None:
        until_the_afternoon(house)
        move(house)
        house.pass_time(hours=5)
        house.sense("porte", active=False)
        house.sense("porte")

        house.command(Action.CLOSE, incident=house.incident.number, outcome=Outcome.FALSE_ALARM)

        *_, ended, told = house.of(SilenceEnded)
        assert (ended.source, ended.ignored, ended.asked) == ("cuisine", True, False)
        assert (told.source, told.ignored, told.asked) == ("cuisine", False, True)

    def test_no_silence_is_learned_of_twice(self, house: House) -> None:
        until_the_afternoon(house)
        move(house)
        house.pass_time(hours=5)
        house.command(Action.CLOSE, incident=house.incident.number, outcome=Outcome.FALSE_ALARM)
        house.pass_time(hours=1)

        (ended,) = self.taught(house)

        assert (ended.ignored, ended.asked, ended.crossed) == (True, False, False)
        assert house.state.habits.asked == pytest.approx(1)

    def test_nor_is_a_day_on_which_somebody_was_helped_before_anybody_moved(self, house: House) -> None:
        until_the_afternoon(house)
        move(house)
        house.pass_time(hours=5)
        house.command(Action.CLOSE, incident=house.incident.number, outcome=Outcome.HELPED)
        house.pass_time(hours=1)

        assert self.taught(house)[0].ignored

    def test_a_question_that_a_movement_answers_counts_against_what_the_family_accepts(self, house: House) -> None:
        until_the_afternoon(house)
        move(house)
        while not house.has_incident:
            house.pass_time(minutes=1)

        (ended,) = self.taught(house)

        assert (ended.ignored, ended.asked, ended.crossed) == (False, True, True)

    def test_where_the_neighbour_has_moved_nothing_is_known_of_another_rules_place(self) -> None:
        house = House(replace(LEARNING, silences=(replace(TWELVE, longest=30 * MINUTE),)), at=MIDNIGHT)
        move(house)
        house.pass_time(minutes=45)
        move(house, "salon_pir")

        house.command(Action.CLOSE, incident=house.incident.number, outcome=Outcome.FALSE_ALARM)

        (ended,) = house.of(SilenceEnded)
        assert ended.ignored

    def test_what_it_had_been_may_be_told_afterwards(self, house: House) -> None:
        until_the_afternoon(house)
        move(house)
        house.pass_time(hours=5)
        before = len(house.of(SilenceEnded))

        house.text(PAUL, "1")
        house.text(PAUL, "3")
        house.text(PAUL, "9")
        house.text(PAUL, "fausse alerte")

        assert house.of(f.OutcomeTold)
        assert len(house.of(SilenceEnded)) == before + 1


def test_a_night_does_not_make_a_holiday_forgotten(house: House) -> None:
    """Two weeks away: not one day of them is counted as watched."""
    days = house.state.habits.seen_days
    house.command(Action.AWAY, until=house.now + 14 * DAY)

    house.pass_time(days=13)

    assert house.state.habits.seen_days - days < 1.1
    assert house.state.habits.lines
    assert MARTIN.phone
