"""Drills: every phone tried from end to end, and never mixed up with an alarm (BEHAVIOUR 7)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from house import ANNE, CIRCLE, HOME, MARIE, PAUL, House, refusing

from hub.domain.drills import ANSWERED_WITHIN
from hub.domain.facts import IncidentClosed, Kind, Outcome, Purpose, WaveStarted
from hub.domain.inputs import Action
from hub.domain.policy import EVERY_DAY, Delays, Hours, Role
from hub.domain.records import Phase
from hub.domain.replacing import replace as replace_state
from hub.domain.rounds import EVERY
from hub.domain.trouble import UNANSWERED, named
from hub.domain.view import Condition, view

MONTHLY = replace(HOME, drill_every=timedelta(days=28))
EVENINGS = (Hours(EVERY_DAY, time(18), time(21)),)


def drilling(house: House | None = None) -> House:
    house = house or House()
    assert house.command(Action.TEST).ok
    return house


def drilled(house: House, who: str) -> list[str]:
    return [sent.key for sent in house.sent_to(who, Purpose.DRILL)]


def outcome(house: House) -> Outcome | None:
    return house.incident.outcome


class TestADrill:
    def test_everybody_who_gets_texts_is_asked_for_one_small_answer(self) -> None:
        house = drilling()

        assert [drilled(house, who) for who in (PAUL, ANNE, MARIE)] == [["test"]] * 3
        assert house.incident.kind is Kind.DRILL

    def test_the_log_says_one_wave_of_one_round_with_a_day_to_answer(self) -> None:
        house = drilling()

        (wave,) = house.of(WaveStarted)
        assert (wave.wave, wave.round) == (1, 1)
        assert wave.people == (PAUL, ANNE, MARIE)
        assert house.incident.due == house.now + timedelta(hours=24)

    def test_nobody_is_left_to_be_asked_so_nobody_is_asked_again(self) -> None:
        house = drilling()

        house.pass_time(ANSWERED_WITHIN - EVERY)

        assert len(house.of(WaveStarted)) == 1

    @pytest.mark.parametrize("words", ["1", "ok merci", "2", "9", "comment ?"])
    def test_whatever_comes_back_the_phone_works_and_is_thanked_for(self, words: str) -> None:
        house = drilling()

        house.text(PAUL, words)

        assert house.incident.confirmed == {PAUL}
        assert house.last_to(PAUL).key == "test.ack"

    def test_the_last_answer_ends_it(self) -> None:
        house = drilling()
        for who in (PAUL, ANNE, MARIE):
            assert house.incident.is_open
            house.text(who, "1")

        assert outcome(house) is Outcome.DRILL_PASSED

    def test_a_second_answer_and_a_late_one_are_answered_politely(self) -> None:
        house = drilling()
        number = house.incident.number
        house.text(PAUL, "1")
        house.text(PAUL, "1")
        assert house.incident.confirmed == {PAUL}
        house.pass_time(ANSWERED_WITHIN)

        house.text(ANNE, "1")

        assert house.last_to(ANNE).key == "test.ack"
        assert house.state.incidents[number].confirmed == {PAUL}

    def test_a_machines_answer_proves_nothing(self) -> None:
        house = drilling()

        house.text(PAUL, "Réponse automatique : absent")

        assert not house.incident.confirmed

    def test_whoever_has_not_answered_within_the_day_is_a_kind_question_to_the_family(self) -> None:
        house = drilling()
        house.text(PAUL, "1")
        house.text(MARIE, "1")

        house.pass_time(ANSWERED_WITHIN)

        assert outcome(house) is None  # the newest is the question
        assert house.of(IncidentClosed)[-1].outcome is Outcome.DRILL_FAILED
        sent = house.last_to(MARIE)
        assert (sent.key, sent.values["device"]) == (f"tech.raised.{UNANSWERED}", "Anne")

        house.pass_time(hours=1)
        house.text(ANNE, "1")
        assert house.last_to(MARIE).key == f"tech.restored.{UNANSWERED}"

    def test_whose_text_never_left_is_not_to_blame(self) -> None:
        house = drilling(House(network=refusing))

        house.pass_time(ANSWERED_WITHIN)

        assert house.of(IncidentClosed)[-1].outcome is Outcome.DRILL_FAILED
        assert named(UNANSWERED, PAUL) not in house.state.faults

    def test_whoever_texts_stop_is_left_in_peace(self) -> None:
        house = drilling()
        house.text(ANNE, "STOP")
        house.text(PAUL, "1")

        house.text(MARIE, "1")

        assert outcome(house) is Outcome.DRILL_PASSED

    def test_each_is_asked_in_their_hours(self) -> None:
        people = (*CIRCLE[:1], replace(CIRCLE[1], hours=EVENINGS), *CIRCLE[2:])
        house = drilling(House(replace(HOME, people=people)))
        house.text(PAUL, "1")
        house.text(MARIE, "1")
        house.pass_time(hours=6)
        assert not drilled(house, ANNE)
        assert house.incident.is_open

        house.pass_time(hours=2)
        assert drilled(house, ANNE) == ["test"]
        house.text(ANNE, "1")

        assert outcome(house) is Outcome.DRILL_PASSED

    def test_only_those_who_get_texts_are_tried(self) -> None:
        people = (
            replace(CIRCLE[0], channels=("https://push.example.org",)),
            replace(CIRCLE[1], role=Role.VIEWER),
            CIRCLE[2],
        )
        house = drilling(House(replace(HOME, people=people)))

        house.text(MARIE, "1")

        assert outcome(house) is Outcome.DRILL_PASSED

    def test_the_home_is_as_it_is(self) -> None:
        house = drilling()

        assert view(house.state, house.policy).condition is Condition.OK


class TestAndAnAlarm:
    def test_a_real_call_goes_first_and_ends_the_drill(self) -> None:
        house = House(replace(HOME, delays=Delays(panic_warning=timedelta(0))))
        house.network = refusing
        drilling(house)
        number = house.incident.number
        house.forget_texts()

        house.press()
        house.network = lambda _message: None
        house.pass_time(minutes=10)

        assert house.state.incidents[number].outcome is Outcome.CANCELLED
        assert house.sent[0].message.purpose is Purpose.ALERT
        assert not any(sent.message.purpose is Purpose.DRILL for sent in house.sent)

    def test_an_answer_is_then_one_to_the_call(self) -> None:
        house = drilling()
        house.press()
        house.pass_time(seconds=10)

        house.text(PAUL, "1")

        assert house.phase is Phase.ANSWERED

    def test_no_drill_begins_while_somebody_may_need_help(self) -> None:
        house = House()
        house.press()

        assert "may need help" in house.command(Action.TEST).text

    def test_a_drill_is_neither_answered_nor_closed_by_a_command(self) -> None:
        house = drilling()
        number = house.incident.number

        for action in (Action.ANSWER, Action.CLOSE):
            settled = house.command(action, by=PAUL, incident=number)
            assert "is a drill" in settled.text
        assert house.command(Action.ANSWER, by=PAUL).text.startswith("0 incidents")


class TestWhen:
    def test_it_comes_once_a_month_at_a_decent_hour(self) -> None:
        house = House(MONTHLY)
        house.pass_time(days=27, hours=23)
        assert not house.of_kind(Kind.DRILL)

        house.pass_time(days=29)

        opened = house.of_kind(Kind.DRILL)
        assert [(fact.at - opened[0].at).days for fact in opened] == [0, 28]
        assert all(10 <= fact.at.astimezone(HOME.zone).hour < 18 for fact in opened)

    def test_it_waits_for_the_day(self) -> None:
        house = House(MONTHLY, at=datetime(2026, 3, 2, 22, 0, tzinfo=UTC))

        house.pass_time(days=28, hours=9)
        assert not house.of_kind(Kind.DRILL)
        house.pass_time(hours=2)
        assert house.of_kind(Kind.DRILL)

    def test_none_comes_while_nobody_knows_the_time(self) -> None:
        house = House(MONTHLY, trusted=False)

        house.pass_time(days=40)

        assert not house.of_kind(Kind.DRILL)

    def test_one_that_is_asked_for_is_asked_without_a_clock_too(self) -> None:
        people = (replace(CIRCLE[0], hours=EVENINGS), *CIRCLE[1:])
        house = drilling(House(replace(HOME, people=people), trusted=False))

        assert drilled(house, PAUL) == ["test"]

    def test_nobody_wants_two_at_once_nor_one_an_hour(self) -> None:
        house = drilling()
        assert "already" in house.command(Action.TEST).text
        for who in (PAUL, ANNE, MARIE):
            house.text(who, "1")
        assert "less than an hour ago" in house.command(Action.TEST).text

        house.pass_time(hours=1)
        assert house.command(Action.TEST).ok

    def test_without_anybody_to_text_there_is_none(self) -> None:
        house = House(replace(HOME, people=()))

        assert "nobody" in house.command(Action.TEST).text

    def test_one_that_was_missed_comes_at_the_next_round(self) -> None:
        house = House(MONTHLY)
        house.pass_time(days=20)
        house.cut_power(timedelta(days=20))

        house.pass_time(EVERY)

        assert len(house.of_kind(Kind.DRILL)) == 1


class TestTheReport:
    def test_the_family_hears_who_answered_and_how_fast(self) -> None:
        house = drilling()
        house.pass_time(minutes=2)
        house.text(ANNE, "1")
        house.pass_time(minutes=3)
        house.text(PAUL, "1")
        house.pass_time(hours=3)
        house.text(MARIE, "1")
        house.pass_time(hours=1)

        report = house.last_to(MARIE)
        assert report.key == "drill.report"
        assert report.values["times"] == "Anne 2 min, Paul 5 min, Marie 3 h"
        assert (report.values["answered"], report.values["people"], report.values["others"]) == (3, 3, None)
        assert "drill.report" not in house.texts_to(PAUL)

    def test_and_who_has_not_yet_once_and_by_day(self) -> None:
        house = drilling(House(at=datetime(2026, 3, 2, 21, 30, tzinfo=UTC)))
        house.text(PAUL, "1")
        house.pass_time(hours=25)  # ended in the evening
        assert "drill.report" not in house.texts_to(MARIE)
        house.pass_time(hours=12)

        (report,) = [sent for sent in house.sent_to(MARIE) if sent.key == "drill.report"]
        assert (report.values["answered"], report.values["others"]) == (1, "Anne, Marie")
        house.pass_time(days=1)
        assert house.texts_to(MARIE).count("drill.report") == 1

    def test_nobody_at_all(self) -> None:
        house = drilling()
        house.pass_time(hours=25)

        (report,) = [sent for sent in house.sent_to(MARIE) if sent.key == "drill.report"]
        assert (report.values["answered"], report.values["times"]) == (0, None)

    def test_one_that_made_way_has_none(self) -> None:
        house = drilling()
        house.press()
        house.pass_time(hours=2)

        assert "drill.report" not in house.texts_to(MARIE)

    def test_whose_answer_nobody_timed_answered_within_the_day(self) -> None:
        house = drilling()
        for who in (PAUL, ANNE, MARIE):
            house.text(who, "1")
        house.state = replace_state(house.state, reach={})
        house.pass_time(hours=1)

        assert house.last_to(MARIE).values["times"] == "Paul 24 h, Anne 24 h, Marie 24 h"

    def test_a_hub_that_slept_over_it_tells_no_old_news(self) -> None:
        house = drilling()
        for who in (PAUL, ANNE, MARIE):
            house.text(who, "1")
        house.cut_power(timedelta(days=3))
        house.pass_time(hours=1)

        assert "drill.report" not in house.texts_to(MARIE)
