"""Faults: told to the family and to nobody else, small ones by day (BEHAVIOUR 1)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from house import ANNE, CIRCLE, HOME, MARIE, PAUL, RESIDENT, STRANGER, House

from hub.domain.facts import FaultPostponed, FaultRaised, IncidentClosed, IncidentOpened, Kind, Outcome, Purpose
from hub.domain.inputs import Action
from hub.domain.policy import EVERY_DAY, Hours
from hub.domain.supervision import DETAIL_KEPT, FAULTS_AT_MOST
from hub.domain.trouble import CLOCK, CRITICAL

SMALL, GRAVE = "mqtt.absent", "modem.absent"
# Four in the morning in Paris.
NIGHT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
EIGHT = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
AFTERNOONS = (Hours(EVERY_DAY, time(14), time(18)),)


def told(house: House, who: str = MARIE) -> list[str]:
    return [key.removeprefix("tech.") for key in house.texts_to(who)]


def until(house: House, moment: datetime) -> None:
    house.pass_time(moment - house.now)


class TestTelling:
    def test_a_fault_is_told_to_the_family_after_five_minutes(self) -> None:
        house = House()
        house.fail(SMALL, "no route to 10.0.0.2")

        house.pass_time(minutes=4, seconds=59)
        assert not house.sent
        house.pass_time(seconds=1)

        sent = house.last_to(MARIE)
        assert sent.key == f"tech.raised.{SMALL}"
        assert sent.message.purpose is Purpose.TECHNICAL
        assert sent.values["since"] == house.of(FaultRaised)[0].at
        assert sent.values["detail"] == "no route to 10.0.0.2"

    def test_neighbours_and_the_resident_never_get_technical_noise(self) -> None:
        house = House()
        house.fail(GRAVE)

        house.pass_time(days=30)
        house.repair(GRAVE)

        assert not house.sent_to(PAUL) + house.sent_to(ANNE) + house.sent_to(RESIDENT)

    def test_what_ends_by_itself_in_time_is_nobodys_business(self) -> None:
        house = House()
        house.fail(SMALL)
        house.pass_time(minutes=4)

        house.repair(SMALL)
        house.pass_time(days=1)

        assert not house.sent
        assert not house.has_incident

    def test_a_fault_seen_again_while_it_stands_changes_nothing(self) -> None:
        house = House()
        for _ in range(20):
            house.fail(SMALL)
            house.pass_time(minutes=1)

        assert told(house) == [f"raised.{SMALL}"]
        assert len(house.of(FaultRaised)) == 1

    def test_the_end_is_told_to_whoever_heard_of_the_fault(self) -> None:
        house = House()
        house.fail(SMALL)
        house.pass_time(hours=2)

        house.repair(SMALL)

        assert told(house) == [f"raised.{SMALL}", f"restored.{SMALL}"]
        assert house.of(IncidentClosed)[0].outcome is Outcome.RESTORED

    def test_the_end_of_what_was_no_fault_is_nothing(self) -> None:
        house = House()

        house.repair(SMALL)

        assert not house.sent

    def test_a_fault_that_stands_is_brought_up_again_after_1_3_and_then_every_7_days(self) -> None:
        house = House()
        house.fail(SMALL)

        house.pass_time(days=20)

        first = house.sent[0].at
        assert [(sent.at - first).days for sent in house.sent] == [0, 1, 4, 11, 18]

    def test_whoever_texted_stop_hears_nothing(self) -> None:
        house = House()
        house.fail(SMALL)
        house.pass_time(hours=1)
        house.text(MARIE, "STOP")
        house.forget_texts()

        house.pass_time(days=2)
        house.repair(SMALL)

        assert not house.sent

    def test_as_much_of_the_evidence_is_kept_as_is_worth_it(self) -> None:
        house = House()

        house.fail(SMALL, "x" * 10_000)

        assert len(house.state.faults[SMALL].detail) == DETAIL_KEPT

    def test_a_storm_of_codes_does_not_fill_the_memory(self) -> None:
        house = House()

        for number in range(1000):
            house.fail(f"made.up.{number}")

        assert len(house.state.faults) == FAULTS_AT_MOST

    def test_no_fault_holds_up_a_call_for_help(self) -> None:
        house = House()
        for number in range(20):
            house.fail(f"made.up.{number}")
        house.press()
        house.pass_time(minutes=4, seconds=59)
        house.forget_texts()

        house.press()
        house.pass_time(seconds=1)

        assert [sent.message.purpose for sent in house.sent][:2] == [Purpose.ALERT, Purpose.ALERT]


class TestDayAndNight:
    def test_a_small_fault_at_night_waits_for_the_morning(self) -> None:
        house = House(at=NIGHT)
        house.fail(SMALL)

        until(house, EIGHT - timedelta(seconds=1))
        assert not house.sent
        until(house, EIGHT)

        assert told(house) == [f"raised.{SMALL}"]

    def test_late_in_the_evening_it_waits_for_the_next(self) -> None:
        house = House(at=EIGHT + timedelta(hours=12))
        house.fail(SMALL)

        until(house, EIGHT + timedelta(hours=23))
        assert not house.sent
        until(house, EIGHT + timedelta(days=1))

        assert told(house) == [f"raised.{SMALL}"]

    @pytest.mark.parametrize("fault", sorted(CRITICAL))
    def test_a_critical_one_is_told_at_any_hour(self, fault: str) -> None:
        house = House(at=NIGHT)
        house.fail(fault)

        house.pass_time(minutes=5)
        house.repair(fault)

        assert told(house) == [f"raised.{fault}", f"restored.{fault}"]

    def test_the_end_of_a_small_fault_waits_for_the_morning_too(self) -> None:
        house = House(at=NIGHT - timedelta(hours=12))
        house.fail(SMALL)
        until(house, NIGHT)

        house.repair(SMALL)
        assert told(house) == [f"raised.{SMALL}"]
        until(house, EIGHT)

        assert told(house) == [f"raised.{SMALL}", f"restored.{SMALL}"]

    def test_a_fault_that_comes_and_goes_all_night_is_no_storm(self) -> None:
        house = House(at=NIGHT - timedelta(hours=12))
        house.fail(SMALL)
        until(house, NIGHT)

        for _ in range(10):
            house.repair(SMALL)
            house.pass_time(minutes=6)
            house.fail(SMALL)
            house.pass_time(minutes=6)
        assert told(house) == [f"raised.{SMALL}"]
        until(house, EIGHT)

        assert told(house) == [f"raised.{SMALL}"] * 2
        assert len(house.of(IncidentOpened)) == 1

    def test_a_reminder_that_falls_into_the_night_waits_for_the_morning(self) -> None:
        house = House(at=NIGHT)
        house.fail(SMALL)
        until(house, EIGHT)
        house.step_clock(timedelta(hours=14))

        house.pass_time(days=1)
        assert len(house.sent) == 1
        until(house, EIGHT + timedelta(days=2))

        assert told(house) == [f"raised.{SMALL}"] * 2

    def test_while_nobody_knows_the_time_any_hour_will_do(self) -> None:
        house = House(at=NIGHT, trusted=False)
        house.fail(SMALL)

        house.pass_time(minutes=5)

        assert f"raised.{SMALL}" in told(house)

    def test_by_day_peoples_own_hours_count(self) -> None:
        people = (*CIRCLE[:2], replace(CIRCLE[2], hours=AFTERNOONS))
        house = House(replace(HOME, people=people), at=EIGHT)
        house.fail(SMALL)

        until(house, EIGHT + timedelta(hours=5, minutes=59))
        assert not house.sent
        until(house, EIGHT + timedelta(hours=7))

        assert told(house) == [f"raised.{SMALL}"]

    def test_but_after_a_day_no_longer(self) -> None:
        never_by_day = (Hours(EVERY_DAY, time(22), time(23)),)
        house = House(replace(HOME, people=(*CIRCLE[:2], replace(CIRCLE[2], hours=never_by_day))))
        house.fail(SMALL)

        house.pass_time(hours=23)
        assert not house.sent
        house.pass_time(hours=4)

        assert told(house) == [f"raised.{SMALL}"]

    def test_of_two_in_the_family_the_one_who_is_available_hears_first(self) -> None:
        people = (replace(CIRCLE[0], role=CIRCLE[2].role, hours=AFTERNOONS), *CIRCLE[1:])
        house = House(replace(HOME, people=people), at=EIGHT)
        house.fail(SMALL)

        house.pass_time(minutes=5)
        assert (told(house, MARIE), told(house, PAUL)) == ([f"raised.{SMALL}"], [])
        house.pass_time(days=1, hours=7)

        assert told(house, PAUL) == [f"raised.{SMALL}"]

    def test_the_morning_after_the_clocks_changed_is_at_eight_all_the_same(self) -> None:
        house = House(at=datetime(2026, 3, 28, 22, 0, tzinfo=UTC))
        house.fail(SMALL)

        until(house, datetime(2026, 3, 29, 5, 59, tzinfo=UTC))
        assert not house.sent
        until(house, datetime(2026, 3, 29, 6, 0, tzinfo=UTC))

        assert told(house) == [f"raised.{SMALL}"]


class TestNobodyToTell:
    def test_without_a_family_a_fault_waits_until_there_is_one(self) -> None:
        house = House(replace(HOME, people=CIRCLE[:2]))
        house.fail(SMALL)
        house.pass_time(minutes=5)
        assert not house.sent
        assert house.of(FaultPostponed)[-1].tell_at == EIGHT + timedelta(days=1)

        house.replace_policy(people=CIRCLE)
        house.pass_time(days=1)

        assert told(house) == [f"raised.{SMALL}"]


class TestClock:
    def test_a_clock_that_nobody_set_is_a_fault(self) -> None:
        house = House(trusted=False)

        house.pass_time(minutes=5)

        assert told(house) == [f"raised.{CLOCK}"]

    def test_until_somebody_does(self) -> None:
        house = House(trusted=False)
        house.pass_time(minutes=1)

        house.step_clock(timedelta(days=3))
        house.pass_time(days=1)

        assert not house.sent
        assert CLOCK not in house.state.faults

    def test_a_clock_in_doubt_later_is_one_too(self) -> None:
        house = House()

        house.step_clock(timedelta(0), trusted=False)

        assert CLOCK in house.state.faults


def test_a_fault_ends_when_it_is_repaired_and_not_because_somebody_says_so() -> None:
    house = House()
    house.fail(SMALL)
    house.pass_time(minutes=5)
    number = house.incident.number

    for action in (Action.CLOSE, Action.ANSWER):
        settled = house.command(action, by=MARIE, incident=number)
        assert not settled.ok
        assert "repaired" in settled.text

    assert house.state.open_of(Kind.TECHNICAL) is not None


class TestTheLastTexts:
    def test_when_one_last_left_and_last_came_in(self) -> None:
        house = House()
        assert (house.state.text_out_at, house.state.text_in_at) == (None, None)
        house.text(STRANGER, "win a car")
        came = house.now
        assert (house.state.text_out_at, house.state.text_in_at) == (None, came)
        house.pass_time(minutes=3)
        house.press()
        house.pass_time(minutes=1)

        assert house.state.text_out_at == house.sent_to(PAUL)[-1].at > came
        assert house.state.text_in_at == came

    def test_a_mail_is_no_text(self) -> None:
        house = House(replace(HOME, people=(replace(CIRCLE[0], channels=("mail:p@x.org",)), *CIRCLE[1:])))
        house.press()
        house.pass_time(minutes=1)

        assert house.texts_to(PAUL)
        assert house.state.text_out_at is None
