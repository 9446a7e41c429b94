"""The life of an incident: warning, alerting, answered, attended, closed (BEHAVIOUR 1)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house import ANNE, HOME, MARIE, MARTIN, PAUL, RESIDENT, WAVES, House, mute

from hub.domain.facts import (
    AnswerDoubted,
    EndAsked,
    IncidentAnswered,
    IncidentClosed,
    IncidentJoined,
    IncidentOpened,
    IncidentReopened,
    Kind,
    Outcome,
    ResidentAsked,
    RoundMade,
)
from hub.domain.inputs import Action, Booted
from hub.domain.policy import Delays, Policy, Silence
from hub.domain.records import Phase

SILENT_AFTER_4_H = (Silence("silence", timedelta(hours=4)),)


def alerting(policy: Policy = HOME) -> House:
    """A home in which the first wave has just been asked."""
    house = House(replace(policy, delays=replace(policy.delays, panic_warning=timedelta(0))))
    house.press()
    return house


def answered() -> House:
    house = alerting()
    house.text(PAUL, "1")
    return house


def attended() -> House:
    house = answered()
    house.text(PAUL, "3")
    return house


def silent(policy: Policy = HOME) -> House:
    """A home in which the resident is being asked about a silence."""
    house = House(replace(policy, silences=SILENT_AFTER_4_H))
    house.pass_time(hours=4)
    return house


class TestWarning:
    def test_a_press_opens_a_warning_of_ten_seconds(self) -> None:
        house = House()

        house.press()

        assert house.phase is Phase.WARNING
        assert house.incident.due == house.now + timedelta(seconds=10)
        assert house.said == ["say.heard"]
        assert not house.sent

    def test_a_warning_that_nobody_cancels_becomes_an_alert(self) -> None:
        house = House()
        house.press()

        house.pass_time(seconds=10)

        assert house.phase is Phase.ALERTING
        assert house.texts_to(PAUL) == ["alert.panic"]
        assert house.said[-1] == "say.calling"

    def test_another_press_during_the_warning_ends_it_and_alerts_at_once(self) -> None:
        house = House()
        house.press()
        house.pass_time(seconds=2)

        house.press()

        assert house.phase is Phase.ALERTING
        assert house.texts_to(PAUL) == ["alert.panic"]
        assert len(house.of(IncidentOpened)) == 1

    def test_without_a_warning_a_press_alerts_at_once(self) -> None:
        house = alerting()

        assert house.phase is Phase.ALERTING
        assert house.texts_to(PAUL) == ["alert.panic"]

    def test_a_cancel_during_the_warning_ends_it_and_nobody_is_told(self) -> None:
        house = House()
        house.press()

        house.cancel()

        assert house.of(IncidentClosed)[0].outcome is Outcome.CANCELLED
        assert house.incident.closed_by == RESIDENT
        assert not house.sent
        assert house.said[-1] == "say.cancelled"

    def test_a_timer_of_a_warning_that_was_cancelled_does_nothing(self) -> None:
        house = House()
        house.press()
        house.cancel()

        house.pass_time(hours=1)

        assert not house.sent

    def test_the_alert_says_who_where_when_and_its_number(self) -> None:
        house = alerting()

        values = house.last_to(PAUL).values

        assert values["resident"] == "Mme Martin"
        assert values["room"] == "salon"
        assert values["time"] == house.now
        assert values["number"] == house.incident.number

    def test_a_call_by_command_has_no_warning_for_nobody_says_that_by_accident(self) -> None:
        house = House()

        house.command(Action.TRIGGER, "mqtt")

        assert house.phase is Phase.ALERTING

    def test_a_call_by_command_during_a_warning_alerts_at_once(self) -> None:
        house = House()
        house.press()

        house.command(Action.TRIGGER)

        assert house.phase is Phase.ALERTING
        assert len(house.of(IncidentOpened)) == 1

    def test_with_nobody_to_alert_the_resident_is_told_so(self) -> None:
        house = House(replace(HOME, people=(), delays=Delays(panic_warning=timedelta(0))))

        house.press()

        assert house.said == ["say.no_way_out"]
        assert house.phase is Phase.ALERTING


class TestCancelling:
    def test_a_cancel_during_alerting_is_told_to_everyone_already_alerted(self) -> None:
        house = alerting()
        house.pass_time(minutes=3)

        house.cancel()

        assert house.texts_to(PAUL)[-1] == "cancel"
        assert house.texts_to(ANNE)[-1] == "cancel"
        assert not house.texts_to(MARIE)
        assert house.phase is Phase.CLOSED

    def test_a_cancel_also_ends_an_incident_that_somebody_answered(self) -> None:
        house = answered()

        house.cancel()

        assert house.texts_to(PAUL)[-1] == "cancel"
        assert house.phase is Phase.CLOSED

    def test_a_cancel_leaves_a_hazard_alone(self) -> None:
        house = House()
        house.sense("fumee")

        house.cancel()

        assert house.phase is Phase.ALERTING

    def test_a_motion_never_cancels_a_panic(self) -> None:
        house = House()
        house.press()
        house.move()
        assert house.phase is Phase.WARNING

        house.pass_time(seconds=10)
        house.move()

        assert house.phase is Phase.ALERTING


class TestSilence:
    def test_a_silence_asks_the_resident_first_aloud_and_by_text(self) -> None:
        house = silent()

        assert house.phase is Phase.WARNING
        assert house.incident.kind is Kind.INACTIVITY
        assert house.incident.due == house.now + timedelta(minutes=10)
        assert house.said == ["say.asked"]
        asked = house.last_to(RESIDENT)
        assert (asked.key, asked.values["person"]) == ("prealert.senior", "Paul")
        assert asked.values["until"] == house.incident.due

    def test_the_question_is_repeated_every_30_seconds(self) -> None:
        house = silent()

        house.pass_time(minutes=2)

        assert house.said == ["say.asked"] * 5
        assert [fact.at for fact in house.of(ResidentAsked)] == [
            house.incident.opened_at + timedelta(seconds=30 * n) for n in range(1, 5)
        ]

    def test_after_ten_minutes_the_circle_is_alerted_and_the_question_stops(self) -> None:
        house = silent()

        house.pass_time(minutes=10)
        asked = len(house.of(ResidentAsked))
        house.pass_time(minutes=2)

        assert house.texts_to(PAUL) == ["alert.inactivity"]
        assert len(house.of(ResidentAsked)) == asked

    def test_a_resident_without_a_phone_is_asked_aloud_only(self) -> None:
        house = silent(replace(HOME, resident=replace(MARTIN, phone="")))

        assert house.said == ["say.asked"]
        assert not house.sent

    def test_a_motion_cancels_the_warning_for_the_newer_sign_wins(self) -> None:
        house = silent()

        house.move()

        assert house.incident.outcome is Outcome.CANCELLED
        house.pass_time(minutes=30)
        assert not house.alerts_to(PAUL)

    def test_a_motion_does_not_end_an_alert_that_went_out(self) -> None:
        house = silent()
        house.pass_time(minutes=10)

        house.move()

        assert house.phase is Phase.ALERTING

    def test_a_cancel_at_the_button_ends_the_warning_too(self) -> None:
        house = silent()

        house.cancel()

        assert house.phase is Phase.CLOSED

    def test_a_cancel_at_the_button_does_not_end_a_silence_that_neighbours_look_into(self) -> None:
        house = silent()
        house.pass_time(minutes=10)
        house.text(PAUL, "1")

        house.cancel()

        assert house.phase is Phase.ANSWERED

    def test_a_press_during_the_warning_is_a_call_for_help_of_its_own(self) -> None:
        house = silent()

        house.press()

        first, second = house.state.incidents.values()
        assert (first.kind, first.phase) == (Kind.INACTIVITY, Phase.CLOSED)
        assert (second.kind, second.phase) == (Kind.PANIC, Phase.WARNING)

    def test_a_second_silence_while_one_is_open_joins_it_once(self) -> None:
        house = silent()
        house.pass_time(minutes=10)
        house.text(PAUL, "3")
        house.move()

        house.pass_time(hours=5)

        assert len(house.of(IncidentOpened)) == 1
        assert len(house.of(IncidentJoined)) == 1


class TestHazards:
    def test_a_hazard_alerts_without_a_warning(self) -> None:
        house = House()

        house.sense("fumee")

        assert house.phase is Phase.ALERTING
        assert house.texts_to(PAUL) == ["alert.hazard.smoke"]
        assert house.said == ["say.hazard.smoke", "say.calling"]

    def test_a_second_detector_joins_the_open_hazard(self) -> None:
        house = House()
        house.sense("fumee")

        house.sense("co")

        assert len(house.of(IncidentOpened)) == 1
        assert house.of(IncidentJoined)[0].source == "co"
        assert house.alerts_to(PAUL) == 1

    def test_a_detector_that_left_the_settings_meanwhile_still_tells_what_it_found(self) -> None:
        house = House()
        house.sense("co")

        house.replace_policy(sensors=())
        house.pass_time(minutes=3)

        assert house.last_to(ANNE).key == "alert.hazard.co"

    def test_a_hazard_and_a_panic_do_not_block_each_other(self) -> None:
        house = House()
        house.sense("fumee")
        house.press()
        house.pass_time(seconds=10)

        house.text(PAUL, f"1 {house.incident.number}")

        hazard, panic = house.state.incidents.values()
        assert hazard.phase is Phase.ALERTING
        assert panic.phase is Phase.ANSWERED


class TestFalls:
    def test_a_fall_can_be_taken_back_like_a_press(self) -> None:
        house = House()

        house.sense("chute")
        assert (house.incident.kind, house.phase) == (Kind.FALL, Phase.WARNING)
        house.cancel()

        assert house.phase is Phase.CLOSED

    def test_a_fall_that_nobody_takes_back_is_an_alert(self) -> None:
        house = House()
        house.sense("chute")

        house.pass_time(seconds=10)

        assert house.texts_to(PAUL) == ["alert.fall"]

    def test_a_second_fall_joins_the_first(self) -> None:
        house = House()
        house.sense("chute")
        house.sense("chute", active=False)

        house.sense("chute")

        assert len(house.of(IncidentJoined)) == 1
        assert house.phase is Phase.WARNING


class TestPressingAgain:
    def test_a_second_press_while_nobody_answered_starts_the_next_wave_at_once(self) -> None:
        house = alerting()
        house.pass_time(seconds=5)

        house.press()

        assert house.incident.wave == 2
        assert house.alerts_to(ANNE) == 1
        assert house.said[-1] == "say.nobody"

    def test_but_at_most_once_a_minute(self) -> None:
        house = alerting()
        house.press()
        house.pass_time(seconds=59)

        house.press()
        assert house.incident.wave == 2
        house.pass_time(seconds=1)
        house.press()

        assert house.incident.wave == 3
        assert [fact.hurried for fact in house.of(IncidentJoined)] == [True, False, True]

    def test_a_press_after_the_answer_alerts_nobody_and_says_who_comes(self) -> None:
        house = answered()

        house.press()

        assert house.alerts_to(ANNE) == 0
        assert house.said[-1] == "say.coming"
        assert house.of(IncidentJoined)[-1].hurried is False

    def test_a_press_after_the_end_opens_another_incident(self) -> None:
        house = attended()
        house.text(PAUL, "9")

        house.press()

        assert len(house.of(IncidentOpened)) == 2
        assert house.phase is Phase.ALERTING


class TestAnswered:
    def test_one_named_person_goes_and_the_others_are_told(self) -> None:
        house = alerting()
        house.pass_time(minutes=3)

        house.text(ANNE, "j'y vais, 10 min")

        answer = house.of(IncidentAnswered)[0]
        assert (answer.name, answer.minutes) == ("Anne", 10)
        assert house.texts_to(ANNE)[-2:] == ["ack.you", "access"]
        others = house.last_to(PAUL)
        assert (others.key, others.values["person"], others.values["minutes"]) == ("ack.others", "Anne", 10)
        assert house.said[-1] == "say.coming"

    def test_nobody_is_alerted_after_an_answer(self) -> None:
        house = answered()

        house.pass_time(minutes=19)

        assert house.alerts_to(PAUL) == 1
        assert not house.alerts_to(ANNE)

    def test_address_key_and_notes_go_only_to_the_person_who_answered(self) -> None:
        house = alerting()
        house.pass_time(minutes=6)

        house.text(PAUL, "1")

        access = house.last_to(PAUL)
        assert access.values["address"] == "12 rue des Lilas"
        assert access.values["key_code"] == "4821"
        assert access.values["notes"] == "Ne pas relever"
        for sent in house.sent:
            if sent.message.person != PAUL:
                assert "4821" not in repr(sent.message.words)

    def test_who_answers_after_somebody_else_is_noted_and_told_since_when(self) -> None:
        house = alerting()
        house.pass_time(minutes=3)
        house.text(PAUL, "1")
        house.pass_time(minutes=1)

        house.text(ANNE, "1")

        late = house.last_to(ANNE)
        assert (late.key, late.values["other"]) == ("late", "Paul")
        assert late.values["since"] == house.incident.answered_at
        assert house.incident.answered_by == PAUL
        assert house.incident.helpers == (ANNE,)
        assert "access" not in house.texts_to(ANNE)

    def test_after_20_minutes_whoever_goes_is_asked_again(self) -> None:
        house = answered()

        house.pass_time(minutes=20)

        assert house.texts_to(PAUL)[-1] == "question.there"
        assert house.phase is Phase.ANSWERED

    def test_30_minutes_without_arrival_reopen_the_alert_from_the_running_wave(self) -> None:
        house = alerting()
        house.pass_time(minutes=3)
        house.text(PAUL, "1")

        house.pass_time(minutes=30)

        assert house.phase is Phase.ALERTING
        assert house.incident.wave == 2
        assert house.of(IncidentReopened)[0].at == house.of(IncidentAnswered)[0].at + timedelta(minutes=30)
        assert "answer.lost.you" in house.texts_to(PAUL)
        lost = house.last_to(ANNE)
        assert (lost.key, lost.values["person"]) == ("answer.lost.others", "Paul")
        assert house.said[-1] == "say.reopened"

    def test_whoever_did_not_arrive_is_asked_like_everybody_else(self) -> None:
        house = answered()

        house.pass_time(minutes=30)

        assert house.texts_to(PAUL)[-2:] == ["alert.panic", "answer.lost.you"]

    def test_in_the_last_wave_too_nobody_tells_them_that_nobody_answered(self) -> None:
        house = alerting()
        house.pass_time(minutes=9)
        assert house.incident.is_last_wave
        house.text(PAUL, "1")

        house.pass_time(minutes=30)

        assert house.texts_to(PAUL)[-2:] == ["alert.panic", "answer.lost.you"]

    def test_after_the_alert_was_reopened_the_waves_go_on(self) -> None:
        house = answered()
        house.pass_time(minutes=30)

        house.pass_time(minutes=6)

        assert house.incident.wave == 3
        assert house.alerts_to(MARIE) == 1

    def test_saying_again_that_one_goes_renews_an_answer_that_was_doubted(self) -> None:
        house = answered()
        house.pass_time(minutes=20)

        house.text(PAUL, "1")
        house.pass_time(minutes=19)

        assert house.phase is Phase.ANSWERED
        house.pass_time(minutes=1)
        assert len(house.of(AnswerDoubted)) == 2

    def test_a_family_that_set_the_second_delay_below_the_first_still_asks_for_a_minute(self) -> None:
        delays = Delays(timedelta(0), answer_expires=timedelta(minutes=20), arrival_expected=timedelta(minutes=5))
        house = House(replace(HOME, delays=delays))
        house.press()
        house.text(PAUL, "1")

        house.pass_time(minutes=20)
        assert house.phase is Phase.ANSWERED
        house.pass_time(minutes=1)

        assert house.phase is Phase.ALERTING

    def test_a_newer_estimate_is_shown_to_all(self) -> None:
        house = alerting()
        house.pass_time(minutes=3)
        house.text(PAUL, "1")

        house.text(PAUL, "j'y vais 15 min")

        assert house.incident.minutes == 15
        assert house.last_to(ANNE).values["minutes"] == 15
        assert house.texts_to(PAUL).count("access") == 1

    def test_whoever_goes_and_then_cannot_brings_the_alert_back_at_once(self) -> None:
        house = alerting()
        house.pass_time(minutes=3)
        house.text(PAUL, "1")

        house.text(PAUL, "2")

        assert house.phase is Phase.ALERTING
        assert house.incident.wave == 2
        assert house.texts_to(ANNE)[-1] == "answer.lost.others"
        assert house.texts_to(PAUL)[-1] == "decline.you"

    def test_when_nobody_else_was_asked_the_next_wave_begins(self) -> None:
        house = answered()

        house.text(PAUL, "2")

        assert house.incident.wave == 2
        assert house.alerts_to(ANNE) == 1
        assert house.alerts_to(PAUL) == 1

    def test_a_person_from_outside_the_plan_is_named_by_their_id_and_still_told(self) -> None:
        house = alerting()
        newcomer = replace(HOME.people[0], id="zoe", name="Zoe", phone="+33600000011")
        house.replace_policy(people=(*HOME.people, newcomer))

        house.command(Action.ANSWER, by="zoe")

        assert [sent.key for sent in house.sent_to("zoe")] == ["ack.you", "access"]

    def test_somebody_who_left_the_household_on_the_way_is_not_asked_and_the_alert_goes_on_in_time(self) -> None:
        house = alerting()
        newcomer = replace(HOME.people[0], id="zoe", name="Zoe", phone="+33600000011")
        house.replace_policy(people=(*HOME.people, newcomer))
        house.command(Action.ANSWER, by="zoe")
        house.replace_policy(people=HOME.people)
        house.forget_texts()

        house.pass_time(minutes=29)
        assert not house.sent
        house.pass_time(minutes=1)

        assert house.phase is Phase.ALERTING
        assert house.last_to(PAUL).key == "answer.lost.others"


class TestAttended:
    def test_somebody_on_site_is_told_to_the_others_and_aloud(self) -> None:
        house = alerting()
        house.pass_time(minutes=3)
        house.text(PAUL, "1")

        house.text(PAUL, "3")

        assert house.phase is Phase.ATTENDED
        assert house.texts_to(PAUL)[-1] == "attend.you"
        assert house.texts_to(ANNE)[-1] == "attend.others"
        assert house.said[-1] == "say.there"

    def test_who_attends_without_having_answered_gets_the_way_in(self) -> None:
        house = alerting()

        house.text(PAUL, "3")

        assert house.phase is Phase.ATTENDED
        assert house.texts_to(PAUL)[-2:] == ["attend.you", "access"]

    def test_two_people_on_site_may_both_end_it(self) -> None:
        house = alerting()
        house.pass_time(minutes=3)
        house.text(PAUL, "3")
        house.text(ANNE, "3")
        assert house.incident.on_site == (PAUL, ANNE)

        house.text(PAUL, "9")

        assert house.phase is Phase.CLOSED

    def test_an_answer_of_somebody_else_does_not_undo_that_somebody_is_there(self) -> None:
        house = alerting()
        house.pass_time(minutes=3)
        house.text(PAUL, "1")
        house.text(ANNE, "3")

        house.text(PAUL, "1")
        house.command(Action.ANSWER, by=MARIE)
        house.command(Action.ANSWER, by=ANNE)

        assert house.phase is Phase.ATTENDED
        assert house.texts_to(PAUL)[-1] == "ack.you"
        late = house.last_to(MARIE)
        assert (late.key, late.values["other"]) == ("late", "Anne")

    def test_being_there_is_noted_once(self) -> None:
        house = attended()
        before = len(house.facts)

        house.command(Action.ATTEND, by=PAUL)

        assert len(house.facts) == before + 1

    def test_whoever_is_there_is_asked_whether_all_is_well_and_later_the_family_too(self) -> None:
        house = attended()

        house.pass_time(hours=1)
        assert house.texts_to(PAUL)[-1] == "question.end"
        assert "question.end" not in house.texts_to(MARIE)
        house.pass_time(hours=2)
        assert house.texts_to(MARIE)[-1] == "question.end"
        house.pass_time(hours=8)

        hours = [(fact.at - house.incident.phase_since).total_seconds() / 3600 for fact in house.of(EndAsked)]
        assert hours == [1, 3, 7, 11]

    def test_while_somebody_is_there_nobody_is_alerted(self) -> None:
        house = attended()

        house.pass_time(days=2)

        assert not house.alerts_to(ANNE)
        assert house.phase is Phase.ATTENDED


class TestClosed:
    def test_the_end_is_told_to_everybody_who_was_alerted(self) -> None:
        house = alerting()
        house.pass_time(minutes=3)
        house.text(PAUL, "1")
        house.text(PAUL, "3")

        house.text(PAUL, "9")

        assert house.phase is Phase.CLOSED
        assert house.incident.outcome is Outcome.HELPED
        assert house.texts_to(ANNE)[-1] == "closed"
        assert "closed" not in house.texts_to(MARIE)
        assert house.said[-1] == "say.closed"

    @pytest.mark.parametrize(
        ("outcome", "key"),
        [
            (Outcome.HELPED, "closed"),
            (Outcome.FALSE_ALARM, "closed.false_alarm"),
            (Outcome.EMERGENCY, "closed.emergency"),
            (Outcome.CANCELLED, "closed"),
        ],
    )
    def test_the_words_of_the_end_are_those_of_its_outcome(self, outcome: Outcome, key: str) -> None:
        house = alerting()

        house.command(Action.CLOSE, by=MARIE, outcome=outcome)

        assert house.texts_to(PAUL)[-1] == key

    def test_access_ends_when_the_incident_closes(self) -> None:
        house = alerting()
        house.network = mute
        house.text(PAUL, "1")
        assert house.texts_to(PAUL)[-1] == "ack.you"

        house.command(Action.CLOSE)
        house.pass_time(hours=1)

        assert "access" not in house.texts_to(PAUL)

    def test_a_closed_incident_never_wakes_the_hub(self) -> None:
        house = answered()
        house.command(Action.CLOSE)
        facts = len(house.facts)

        house.pass_time(hours=12)

        assert {type(fact) for fact in house.facts[facts:]} == {RoundMade}


class TestAfterARestart:
    def test_a_panic_overdue_runs_at_once(self) -> None:
        house = House()
        house.press()

        house.cut_power(timedelta(minutes=2))

        assert house.phase is Phase.ALERTING
        assert house.alerts_to(PAUL) == 1

    def test_a_wave_overdue_is_followed_by_the_next_at_once(self) -> None:
        house = alerting()

        house.cut_power(timedelta(minutes=5))

        assert house.incident.wave == 2

    def test_a_call_for_help_is_taken_to_be_overdue_when_nobody_knows_how_long_the_power_was_off(self) -> None:
        house = House()
        house.press()

        house.cut_power(timedelta(0), trusted=False)

        assert house.phase is Phase.ALERTING

    def test_but_not_one_that_somebody_answered(self) -> None:
        house = answered()

        house.cut_power(timedelta(0), trusted=False)

        assert house.phase is Phase.ANSWERED

    def test_an_inactivity_overdue_asks_the_resident_afresh(self) -> None:
        house = silent()
        house.pass_time(minutes=10)
        assert house.phase is Phase.ALERTING

        house.cut_power(timedelta(hours=1))

        assert house.phase is Phase.WARNING
        assert house.incident.due == house.now + timedelta(minutes=10)
        assert house.said[-1] == "say.asked"
        house.move()
        assert house.phase is Phase.CLOSED

    def test_an_inactivity_that_is_not_overdue_goes_on_as_it_was(self) -> None:
        house = silent()
        due = house.incident.due

        house.cut_power(timedelta(minutes=1))

        assert house.incident.due == due

    def test_an_inactivity_that_somebody_answered_is_left_to_them(self) -> None:
        house = silent()
        house.pass_time(minutes=10)
        house.text(PAUL, "1")

        house.cut_power(timedelta(minutes=25))

        assert house.phase is Phase.ANSWERED

    def test_an_incident_of_which_only_the_opening_is_on_record_goes_on(self) -> None:
        house = alerting()
        opened = house.of(IncidentOpened)
        house.facts = [*house.facts[:1], *opened]

        house.cut_power(timedelta(seconds=1))

        assert house.phase is Phase.ALERTING

    def test_a_first_boot_has_nothing_to_take_up(self) -> None:
        house = House()

        house.tell(Booted(house.now, rebooted=False, clock_trusted=True))

        assert not house.has_incident


def test_an_open_incident_keeps_the_plan_it_started_with() -> None:
    house = alerting()

    house.replace_policy(people=HOME.people[2:], waves=WAVES[2:])
    house.pass_time(minutes=3)

    assert house.alerts_to(ANNE) == 1
    assert house.incident.wave == 2


def test_somebody_outside_of_the_plan_is_called_by_their_id_and_nobody_by_nothing() -> None:
    house = House()
    house.press()

    assert house.incident.name_of(PAUL) == house.incident.plan.person(PAUL).name
    assert house.incident.name_of("somebody") == "somebody"
    assert house.incident.name_of(None) == ""
