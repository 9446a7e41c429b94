"""What became of each silence that was asked about, and what a month of them comes to."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from house import HOME, PARIS, PAUL, QUIET, START, House

from hub.domain import evidence
from hub.domain.evidence import REMEMBERED, Evidence, Month, month_after, month_before, month_of
from hub.domain.facts import Fact, IncidentOpened, Kind, Outcome, SilenceJudged
from hub.domain.inputs import Action

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
MARCH = date(2026, 3, 1)
WATCHED = replace(HOME, silences=(replace(QUIET, name="quatre heures", longest=4 * HOUR, between=None),))


def asked(house: House, *, then: timedelta = 10 * MINUTE) -> None:
    """Somebody moves, and then no more until the question and ``then`` longer."""
    house.move()
    house.pass_time(4 * HOUR + then)


def march(house: House) -> Month:
    found = month_of(house.facts, MARCH, PARIS)
    assert found == evidence.month(house.state.evidence, MARCH, PARIS), "as the core remembers it"
    return found


def numbers(found: Month) -> tuple[int, ...]:
    return (len(found.silences), found.settled_at_home, found.alerted, found.false_alarms, found.real)


@pytest.fixture
def house() -> House:
    return House(WATCHED)


class TestOneSilence:
    def test_a_movement_settles_it_at_home(self, house: House) -> None:
        asked(house, then=5 * MINUTE)
        house.move()

        assert numbers(march(house)) == (1, 1, 0, 0, 0)

    def test_a_false_alarm_has_the_name_of_who_said_so(self, house: House) -> None:
        asked(house, then=11 * MINUTE)
        house.command(Action.CLOSE, incident=house.incident.number, outcome=Outcome.FALSE_ALARM, by=PAUL)

        (silence,) = march(house).silences
        assert (silence.alerted, silence.is_false_alarm, silence.is_real) == (True, True, False)
        assert (silence.rule, silence.lasted, silence.by) == ("quatre heures", 4 * HOUR, "Paul")
        assert numbers(march(house)) == (1, 0, 1, 1, 0)

    @pytest.mark.parametrize("outcome", [Outcome.HELPED, Outcome.EMERGENCY])
    def test_help_is_told_as_such(self, house: House, outcome: Outcome) -> None:
        asked(house, then=11 * MINUTE)
        house.command(Action.CLOSE, incident=house.incident.number, outcome=outcome)

        assert numbers(march(house)) == (1, 0, 1, 0, 1)

    def test_people_who_were_called_and_called_off_were_called_for_nothing(self, house: House) -> None:
        asked(house, then=11 * MINUTE)
        house.command(Action.CLOSE, incident=house.incident.number, outcome=Outcome.CANCELLED)

        assert numbers(march(house)) == (1, 0, 1, 1, 0)

    def test_what_it_had_been_may_be_said_afterwards(self, house: House) -> None:
        asked(house, then=11 * MINUTE)
        for words in ("1", "3", "9", "fausse alerte"):
            house.text(PAUL, words)

        assert march(house).false_alarms == 1

    def test_one_that_is_not_over_has_no_outcome(self, house: House) -> None:
        asked(house)

        assert numbers(march(house)) == (1, 0, 1, 0, 0)
        assert march(house).silences[0].outcome is None

    def test_why_the_learned_silence_asked_is_kept_with_it(self) -> None:
        facts: list[Fact] = [
            IncidentOpened(START, 7, Kind.INACTIVITY, "learned", "", HOME.plan(), None),
            SilenceJudged(START, 7, "cuisine", HOUR, 3 * HOUR, 3 * HOUR),
        ]

        (silence,) = month_of(facts, MARCH, PARIS).silences

        assert (silence.usual, silence.allowed, silence.lasted) == (HOUR, 3 * HOUR, None)

    def test_a_call_for_help_is_no_silence(self, house: House) -> None:
        house.press()
        house.pass_time(minutes=1)

        assert not march(house).silences


class TestAMonth:
    def test_how_long_a_silence_lasted_before_the_question_is_told_by_its_median_and_its_worst(self) -> None:
        found = Month(MARCH, PARIS, tuple(Evidence(n, START, "r", n * HOUR if n else None) for n in (0, 3, 1, 9)))

        assert (found.noticed, found.noticed_at_worst) == (3 * HOUR, 9 * HOUR)
        assert Month(MARCH, PARIS, ()).noticed is None
        assert Month(MARCH, PARIS, ()).noticed_at_worst is None

    @pytest.mark.parametrize(
        ("local", "quiet"), [("06:59", True), ("07:00", False), ("21:59", False), ("22:00", True), ("03:00", True)]
    )
    def test_quiet_hours_are_those_of_the_home(self, local: str, quiet: bool) -> None:
        at = datetime.fromisoformat(f"2026-03-05T{local}").replace(tzinfo=PARIS).astimezone(UTC)

        assert Month(MARCH, PARIS, (Evidence(1, at, "r"),)).quiet == quiet

    def test_it_begins_and_ends_at_the_homes_midnight(self) -> None:
        opened = [
            IncidentOpened(at, n, Kind.INACTIVITY, "r", "", HOME.plan(), None)
            for n, at in enumerate(
                datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)
                for text in ("2026-02-28T23:59", "2026-03-01T00:00", "2026-03-31T23:59", "2026-04-01T00:00")
            )
        ]

        assert [each.incident for each in month_of(opened, MARCH, PARIS).silences] == [1, 2]

    def test_an_end_in_the_next_month_counts_for_the_month_of_the_question(self) -> None:
        house = House(WATCHED, at=datetime(2026, 3, 31, 20, tzinfo=UTC))
        asked(house)
        house.pass_time(days=1)
        house.command(Action.CLOSE, incident=house.incident.number, outcome=Outcome.FALSE_ALARM)

        april = month_of(house.facts, date(2026, 4, 1), PARIS)
        assert april.false_alarms == 1
        assert not march(house).silences

    def test_the_core_remembers_a_bounded_number(self) -> None:
        known: tuple[Evidence, ...] = ()
        for number in range(REMEMBERED + 5):
            fact = IncidentOpened(START, number, Kind.INACTIVITY, "r", "", HOME.plan(), None)
            known = evidence.follow(known, fact)

        assert [known[0].incident, len(known)] == [5, REMEMBERED]

    @pytest.mark.parametrize(
        ("day", "before", "after"),
        [
            (date(2026, 1, 1), date(2025, 12, 1), date(2026, 2, 1)),
            (date(2026, 3, 31), date(2026, 2, 1), date(2026, 4, 1)),
            (date(2026, 12, 7), date(2026, 11, 1), date(2027, 1, 1)),
        ],
    )
    def test_months_follow_each_other(self, day: date, before: date, after: date) -> None:
        assert (month_before(day), month_after(day.replace(day=1))) == (before, after)
