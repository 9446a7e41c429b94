"""What the family decided, and the plans that could end in silence."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from house import ANNE, CIRCLE, HOME, MARIE, MARTIN, PARIS, PAUL, WAVES

from hub.domain.policy import EVERY_DAY, Hours, Person, Role, Wave, ways_to_end_in_silence


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026 in Paris; the second is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=PARIS)


class TestHours:
    def test_the_start_lies_within_and_the_end_does_not(self) -> None:
        hours = Hours(EVERY_DAY, time(7), time(22))

        assert hours.include(local(2, 7))
        assert hours.include(local(2, 21, 59))
        assert not hours.include(local(2, 22))
        assert not hours.include(local(2, 6, 59))

    def test_on_other_weekdays_they_do_not_hold(self) -> None:
        assert not Hours(frozenset({5, 6}), time(7), time(22)).include(local(2, 12))

    def test_hours_over_midnight_belong_to_the_day_they_began_on(self) -> None:
        monday_night = Hours(frozenset({0}), time(22), time(6))

        assert monday_night.include(local(2, 23))
        assert monday_night.include(local(3, 5, 59))
        assert not monday_night.include(local(3, 6))
        assert not monday_night.include(local(2, 5))

    def test_from_midnight_to_midnight_is_the_whole_day(self) -> None:
        tuesday = Hours(frozenset({1}), time(0), time(0))

        assert tuesday.include(local(3, 0))
        assert tuesday.include(local(3, 23, 59))
        assert not tuesday.include(local(4, 0))

    def test_without_hours_a_person_is_always_available(self) -> None:
        assert CIRCLE[0].is_available(local(2, 3))
        assert not replace(CIRCLE[0], hours=(Hours(EVERY_DAY, time(7), time(22)),)).is_available(local(2, 3))


class TestPlan:
    def test_all_means_everybody_who_agreed_and_may_be_alerted(self) -> None:
        people = (
            *CIRCLE,
            Person("lea", "Léa", "+33600000012", Role.VIEWER, consent=True),
            Person("tom", "Tom", "+33600000013"),
            Person("max", "Max", "+33600000014", consent=True, channels=()),
        )

        plan = replace(HOME, people=people).plan()

        assert plan.waves[-1].people == (PAUL, ANNE, MARIE)
        assert {person.id for person in plan.people} == {PAUL, ANNE, MARIE}

    def test_a_wave_that_lost_all_its_people_is_dropped(self) -> None:
        plan = HOME.plan(without=frozenset({PAUL}))

        assert [wave.people for wave in plan.waves] == [(ANNE,), (ANNE, MARIE)]

    def test_where_no_wave_is_left_everybody_is_one(self) -> None:
        plan = replace(HOME, waves=(Wave((PAUL,)),)).plan(without=frozenset({PAUL}))

        assert [wave.people for wave in plan.waves] == [(ANNE, MARIE)]

    def test_there_is_a_wave_even_with_nobody_in_it(self) -> None:
        assert replace(HOME, people=()).plan().waves == (Wave(()),)

    def test_a_fault_is_for_the_family(self) -> None:
        assert [person.id for person in HOME.family_plan().people] == [MARIE]
        assert not HOME.family_plan(frozenset({MARIE})).people

    def test_nobody_has_no_name_in_it(self) -> None:
        assert HOME.plan().person("zoe") is None
        assert HOME.plan().person(None) is None

    def test_the_key_code_shows_in_no_log(self) -> None:
        assert "4821" not in repr(MARTIN)


class TestWaysToEndInSilence:
    def test_a_plan_that_can_be_relied_on_has_none(self) -> None:
        assert ways_to_end_in_silence(HOME) == []

    def test_a_wave_of_people_who_cannot_be_alerted(self) -> None:
        mistakes = ways_to_end_in_silence(replace(HOME, waves=(Wave(("tom", "zoe")), *WAVES)))

        assert len(mistakes) == 1
        assert "[[wave]] 1" in mistakes[0]

    def test_nobody_at_all(self) -> None:
        mistakes = ways_to_end_in_silence(replace(HOME, people=(), waves=(Wave(("all",)),)))

        assert len(mistakes) == 1
        assert "[[person]]" in mistakes[0]

    def test_nobody_but_by_mail(self) -> None:
        people = tuple(replace(p, channels=(f"mail:{p.id}@example.org",)) for p in HOME.people)
        (mistake,) = ways_to_end_in_silence(replace(HOME, people=people))

        assert "nobody can be alerted but by mail" in mistake
        one_by_text = (replace(people[0], channels=("mail:p@example.org", "sms")), *people[1:])
        assert ways_to_end_in_silence(replace(HOME, people=one_by_text)) == []

    def test_no_wave(self) -> None:
        assert ways_to_end_in_silence(replace(HOME, waves=())) == [
            '[[wave]]: there is none; add one with people = ["all"]'
        ]


def test_a_plan_has_a_wave_whatever_the_household_lacks() -> None:
    assert len(replace(HOME, people=(), waves=()).plan().waves) == 1
    with pytest.raises(ValueError, match="without a wave"):
        replace(HOME.plan(), waves=())


@pytest.mark.parametrize("hours", [12, 3])
def test_hours_are_read_in_the_homes_zone(hours: int) -> None:
    by_day = Hours(EVERY_DAY, time(7), time(22))
    moment = datetime(2026, 7, 1, 0, 0, tzinfo=UTC) + timedelta(hours=hours)

    # In summer Paris is two hours ahead.
    assert by_day.include(moment.astimezone(PARIS)) is (7 <= hours + 2 < 22)
