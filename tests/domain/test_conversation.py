"""What people text back, and what that does (BEHAVIOUR 4)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house import ANNE, CIRCLE, HOME, MARIE, MARTIN, PAUL, PHONES, QUIET, RESIDENT, STRANGER, WAVES, House, mute

from hub.domain.answering import REPLIES_AT_MOST
from hub.domain.conversation import TEXT_KEPT
from hub.domain.facts import (
    IncidentDeclined,
    IncidentOpened,
    Kind,
    LifeSeen,
    Outcome,
    OutcomeTold,
    PersonReturned,
    PersonStopped,
    Purpose,
    SmsKept,
)
from hub.domain.inputs import Action, SmsReceived
from hub.domain.policy import Delays, Person, Role, Wave
from hub.domain.records import Phase

AT_ONCE = replace(HOME, delays=Delays(panic_warning=timedelta(0)))
EVERYBODY = replace(AT_ONCE, waves=(Wave(("all",)),))


def alerting() -> House:
    """Everybody was alerted, and nobody has answered."""
    house = House(EVERYBODY)
    house.press()
    house.forget_texts()
    return house


def going() -> House:
    """Paul goes, and everybody knows."""
    house = alerting()
    house.text(PAUL, "1")
    house.forget_texts()
    return house


class TestAnswers:
    @pytest.mark.parametrize("words", ["1", "J'arrive !", "j y vais", "I'm going", "On my way, 10 min"])
    def test_i_am_going_is_an_answer(self, words: str) -> None:
        house = alerting()

        house.text(ANNE, words)

        assert house.incident.answered_by == ANNE

    @pytest.mark.parametrize("words", ["ok", "Merci", "vu", "👍", "Liked “ALERTE Mme Martin”"])
    def test_politeness_is_none_and_gets_the_hint_while_the_waves_go_on(self, words: str) -> None:
        house = House(AT_ONCE)
        house.press()

        house.text(PAUL, words)

        assert house.texts_to(PAUL)[-1] == "hint"
        house.pass_time(minutes=3)
        assert house.incident.wave == 2

    @pytest.mark.parametrize("words", ["ok?? no", "1 ou 2 ?", "Not ok", "oui", "qui est mme martin", "fausse alerte"])
    def test_what_is_unclear_is_never_guessed_and_the_choices_are_sent_once(self, words: str) -> None:
        house = alerting()

        house.text(PAUL, words)
        house.text(PAUL, words)

        assert house.texts_to(PAUL) == ["choices"]
        assert house.phase is Phase.ALERTING

    def test_politeness_to_somebody_who_goes_needs_no_answer(self) -> None:
        house = going()

        house.text(ANNE, "merci")

        assert not house.texts_to(ANNE)

    def test_saying_again_that_one_goes_is_confirmed(self) -> None:
        house = going()

        house.text(PAUL, "1")

        assert house.texts_to(PAUL) == ["ack.you"]
        assert house.sent[0].message.purpose is Purpose.REPLY

    def test_who_cannot_after_somebody_else_went_hears_who_goes(self) -> None:
        house = going()

        house.text(ANNE, "2")

        assert (house.last_to(ANNE).key, house.last_to(ANNE).values["person"]) == ("ack.others", "Paul")

    def test_and_after_somebody_arrived_who_is_there(self) -> None:
        house = going()
        house.text(PAUL, "3")

        house.text(ANNE, "2")

        assert (house.last_to(ANNE).key, house.last_to(ANNE).values["person"]) == ("attend.others", "Paul")

    def test_who_is_there_cannot_decline(self) -> None:
        house = going()
        house.text(PAUL, "3")

        house.text(PAUL, "2")

        assert house.texts_to(PAUL)[-1] == "choices"
        assert house.phase is Phase.ATTENDED

    def test_saying_again_that_one_is_there_is_confirmed(self) -> None:
        house = going()
        house.text(PAUL, "3")
        house.forget_texts()

        house.text(PAUL, "3")

        assert house.texts_to(PAUL) == ["attend.you"]

    def test_saying_then_that_one_goes_makes_nobody_a_second_helper(self) -> None:
        house = going()
        house.text(PAUL, "3")
        house.forget_texts()

        house.text(PAUL, "1")

        assert house.texts_to(PAUL) == ["attend.you"]
        assert house.incident.helpers == ()

    def test_a_helper_who_cannot_after_all_may_change_their_mind_again(self) -> None:
        house = going()
        house.text(ANNE, "1")
        house.text(ANNE, "2")
        assert house.incident.helpers == ()

        house.text(ANNE, "1")

        assert house.incident.helpers == (ANNE,)

    def test_a_helper_who_says_so_again_is_thanked_again(self) -> None:
        house = going()
        house.text(ANNE, "1")

        house.text(ANNE, "1")

        assert house.texts_to(ANNE) == ["late", "late"]
        assert house.incident.helpers == (ANNE,)

    def test_who_goes_without_having_been_alerted_hears_of_the_end(self) -> None:
        house = House(AT_ONCE)
        house.press()
        house.text(ANNE, "1")

        house.cancel()

        assert house.texts_to(ANNE)[-1] == "cancel"

    def test_even_somebody_who_joined_the_household_after_it_began(self) -> None:
        house = House(AT_ONCE)
        house.press()
        house.replace_policy(people=(*CIRCLE, Person("zoe", "Zoe", "+33600000011", consent=True)))
        house.command(Action.ANSWER, by="zoe")

        house.text("+33600000011", "9")

        assert house.phase is Phase.CLOSED
        house.text("+33600000011", "fausse alerte")
        assert house.incident.outcome is Outcome.FALSE_ALARM

    def test_an_answer_of_the_hubs_names_whoever_goes_then_whoever_is_there_then_whoever_ended_it(self) -> None:
        house, named = going(), []
        for who, words in ((ANNE, "2"), (MARIE, "3"), (ANNE, "2"), (PAUL, "9"), (ANNE, "1")):
            house.text(who, words)
            named += [house.last_to(ANNE).values["other"]] if who == ANNE else []

        assert named == ["Paul", "Marie", "Paul"]


class TestEnd:
    def test_nine_from_whoever_goes_closes_and_asks_what_it_was_once(self) -> None:
        house = going()

        house.text(PAUL, "9")

        assert house.phase is Phase.CLOSED
        assert house.texts_to(PAUL) == ["closed.outcome"]

    def test_what_it_was_may_come_afterwards(self) -> None:
        house = going()
        house.text(PAUL, "9")

        house.text(PAUL, "Fausse alerte")

        assert house.of(OutcomeTold)[0].outcome is Outcome.FALSE_ALARM
        assert house.incident.outcome is Outcome.FALSE_ALARM
        assert house.texts_to(PAUL)[-1] == "outcome.thanks"

    def test_or_with_the_end_and_then_nobody_asks(self) -> None:
        house = going()

        house.text(PAUL, "9 fausse alerte")

        assert house.incident.outcome is Outcome.FALSE_ALARM
        assert not house.texts_to(PAUL)

    def test_from_the_family_it_closes_at_any_time(self) -> None:
        house = alerting()

        house.text(MARIE, "tout va bien")

        assert house.incident.closed_by == MARIE

    def test_from_another_alerted_person_it_asks_for_three_first(self) -> None:
        house = alerting()

        house.text(ANNE, "9")
        assert house.texts_to(ANNE) == ["three.first"]
        assert house.phase is Phase.ALERTING
        house.text(ANNE, "3")
        house.text(ANNE, "9")

        assert house.phase is Phase.CLOSED

    @pytest.mark.parametrize("words", ["1", "2", "3", "9", "comment ?"])
    def test_a_late_reply_is_answered_politely(self, words: str) -> None:
        house = going()
        house.text(PAUL, "9")
        house.forget_texts()

        house.text(ANNE, words)

        assert house.texts_to(ANNE) == ["closed.late"]
        assert house.phase is Phase.CLOSED

    def test_late_thanks_need_no_answer(self) -> None:
        house = going()
        house.text(PAUL, "9")
        house.forget_texts()

        house.text(ANNE, "merci")

        assert not house.sent

    def test_what_it_was_is_not_for_others_to_say(self) -> None:
        house = going()
        house.text(PAUL, "9")

        house.text(ANNE, "fausse alerte")

        assert house.incident.outcome is Outcome.HELPED


class TestWhichIncident:
    def two(self) -> House:
        house = alerting()
        house.sense("fumee")
        house.forget_texts()
        return house

    def test_with_several_open_a_bare_reply_is_asked_which(self) -> None:
        house = self.two()

        house.text(PAUL, "1")

        assert (house.last_to(PAUL).key, house.last_to(PAUL).values["numbers"]) == ("which", "1 10, 1 11")
        assert [i.answered_by for i in house.state.incidents.values()] == [None, None]

    def test_the_question_repeats_the_choice_that_was_made(self) -> None:
        house = self.two()

        house.text(PAUL, "2")

        assert house.last_to(PAUL).values["numbers"] == "2 10, 2 11"

    def test_the_number_names_one(self) -> None:
        house = self.two()

        house.text(PAUL, "1 10")

        assert [i.answered_by for i in house.state.incidents.values()] == [PAUL, None]

    def test_a_number_that_names_none_gets_the_choices(self) -> None:
        house = alerting()

        house.text(PAUL, "1 77")

        assert house.texts_to(PAUL) == ["choices"]

    def test_the_number_of_one_that_is_over_says_so(self) -> None:
        house = self.two()
        house.command(Action.CLOSE, incident=10)
        house.forget_texts()

        house.text(PAUL, "1 10")

        assert (house.last_to(PAUL).key, house.last_to(PAUL).values["number"]) == ("closed.late", 10)

    def test_a_bare_reply_goes_to_the_one_this_person_was_alerted_of(self) -> None:
        house = House(AT_ONCE)
        house.press()
        house.replace_policy(waves=(Wave((ANNE,)),))
        house.sense("fumee")

        house.text(ANNE, "1")

        assert [i.answered_by for i in house.state.incidents.values()] == [None, ANNE]

    def test_a_late_reply_is_not_taken_for_an_answer_to_another_alarm(self) -> None:
        house = House(AT_ONCE)
        house.press()
        house.command(Action.CLOSE)
        house.replace_policy(waves=(Wave((ANNE,)), *WAVES[1:]))
        house.sense("fumee")
        house.forget_texts()

        house.text(PAUL, "1")
        assert (house.last_to(PAUL).key, house.last_to(PAUL).values["numbers"]) == ("which", "1 10, 1 11")
        assert house.incident.answered_by is None
        house.text(PAUL, "1 11")

        assert house.incident.answered_by == PAUL

    def test_an_alert_that_the_network_has_not_vouched_for_yet_may_be_answered(self) -> None:
        """Its "sent" is late, or was lost: the text is on the phone all the same, and is answered from there."""
        house = alerting()
        house.command(Action.CLOSE)
        house.network = mute
        house.press()
        house.forget_texts()

        house.text(PAUL, "1")

        assert house.incident.answered_by == PAUL

    def test_of_many_that_are_over_the_newest_two_are_named(self) -> None:
        house = alerting()
        for _ in range(3):
            house.command(Action.CLOSE)
            house.press()
        house.command(Action.CLOSE)
        house.replace_policy(waves=(Wave((ANNE,)), *WAVES[1:]))
        house.sense("fumee")
        house.forget_texts()

        house.text(PAUL, "1")

        assert house.last_to(PAUL).values["numbers"] == "1 12, 1 13, 1 14"

    def test_nor_are_late_thanks(self) -> None:
        house = House(AT_ONCE)
        house.press()
        house.command(Action.CLOSE)
        house.replace_policy(waves=(Wave((ANNE,)), *WAVES[1:]))
        house.sense("fumee")
        house.forget_texts()

        house.text(PAUL, "merci")

        assert not house.sent_to(PAUL)

    def test_an_hour_later_a_bare_reply_is_about_what_is_open(self) -> None:
        house = House(AT_ONCE)
        house.press()
        house.command(Action.CLOSE)
        house.pass_time(hours=2)
        house.replace_policy(waves=(Wave((ANNE,)), *WAVES[1:]))
        house.sense("fumee")

        house.text(PAUL, "1")

        assert house.incident.answered_by == PAUL

    def test_without_any_alarm_it_says_so(self) -> None:
        house = House()

        house.text(PAUL, "1")

        assert house.texts_to(PAUL) == ["nothing.open"]

    def test_somebody_who_is_not_in_the_plan_hears_that_others_are_asked(self) -> None:
        viewer = Person("lea", "Léa", "+33600000012", Role.VIEWER, consent=True)
        house = House(replace(AT_ONCE, people=(*CIRCLE, viewer)))
        house.press()

        house.text("+33600000012", "1")

        assert house.texts_to("lea") == ["not.alerted"]
        assert house.phase is Phase.ALERTING

    def test_the_family_may_go_before_it_was_asked(self) -> None:
        house = House(AT_ONCE)
        house.press()

        house.text(MARIE, "1")

        assert house.incident.answered_by == MARIE

    def test_somebody_removed_from_the_household_meanwhile_is_still_of_this_incident(self) -> None:
        house = alerting()
        house.replace_policy(people=CIRCLE[1:])

        house.text(PAUL, "1")

        assert house.incident.answered_by == PAUL

    def test_a_fault_is_nothing_that_one_answers(self) -> None:
        house = House()
        house.fail("mqtt.absent")
        house.pass_time(minutes=5)

        house.text(MARIE, "1")

        assert house.texts_to(MARIE)[-1] == "nothing.open"


class TestLoops:
    def test_a_machine_that_answers_our_answers_hears_five_and_no_more(self) -> None:
        house = alerting()

        for number in range(40):
            house.text(PAUL, "ok" if number % 2 else "comment ?")
            house.pass_time(minutes=4)

        replies = house.sent_to(PAUL, Purpose.REPLY)
        assert len(replies) == REPLIES_AT_MOST

    def test_until_something_real_happens(self) -> None:
        house = alerting()
        for _ in range(10):
            house.text(PAUL, "ok")
        house.command(Action.CLOSE)
        house.press()
        house.pass_time(minutes=16)
        house.forget_texts()

        house.text(PAUL, "ok")

        assert house.texts_to(PAUL) == ["hint"]

    def test_an_automatic_reply_means_nothing_and_gets_nothing(self) -> None:
        house = alerting()

        house.text(PAUL, "Réponse automatique : je suis en congé, je ne peux pas répondre.")

        assert not house.sent_to(PAUL)
        assert house.phase is Phase.ALERTING

    def test_a_text_is_handled_once_however_often_the_modem_shows_it(self) -> None:
        house = alerting()
        seen = SmsReceived(house.now, "slot 3", PHONES[PAUL], "2")
        house.tell(seen)

        house.tell(seen)

        assert len(house.of(IncidentDeclined)) == len(house.of(SmsKept)) == 1

    def test_even_after_a_restart(self) -> None:
        house = alerting()
        house.tell(SmsReceived(house.now, "slot 3", PHONES[PAUL], "2"))

        house.cut_power(timedelta(seconds=20))
        house.tell(SmsReceived(house.now, "slot 3", PHONES[PAUL], "2"))

        assert len(house.of(SmsKept)) == 1


class TestStrangers:
    @pytest.mark.parametrize("sender", [STRANGER, "INFO", ""])
    def test_an_unknown_number_gets_no_answer_and_its_text_is_kept(self, sender: str) -> None:
        house = alerting()

        house.text(sender, "1")

        assert not house.sent
        assert house.phase is Phase.ALERTING
        kept = house.of(SmsKept)[0]
        assert (kept.sender, kept.person, kept.text) == (sender, None, "1")

    def test_a_text_without_end_is_cut(self) -> None:
        house = House()

        house.text(STRANGER, "x" * 100_000)

        assert len(house.of(SmsKept)[0].text) == TEXT_KEPT

    def test_a_sender_without_a_number_is_not_the_resident_who_has_none(self) -> None:
        house = House(replace(AT_ONCE, resident=replace(MARTIN, phone="")))

        house.text("", "AIDE")

        assert not house.has_incident


class TestStopping:
    def test_stop_takes_the_person_out_at_once_and_tells_the_family_that_the_circle_has_shrunk(self) -> None:
        house = House()

        house.text(PAUL, "STOP")

        assert house.state.stopped == {PAUL}
        assert house.texts_to(PAUL) == ["stop.you"]
        assert (house.last_to(MARIE).key, house.last_to(MARIE).values["person"]) == ("stop.family", "Paul")
        assert not house.texts_to(ANNE)

    def test_stop_from_the_family_is_told_to_the_rest_of_it(self) -> None:
        people = (replace(CIRCLE[0], role=Role.ADMIN), *CIRCLE[1:])
        house = House(replace(HOME, people=people))

        house.text(MARIE, "STOP")

        assert house.texts_to(PAUL) == ["stop.family"]
        assert house.texts_to(MARIE) == ["stop.you"]

    def test_saying_it_twice_is_confirmed_and_told_once(self) -> None:
        house = House()

        house.text(PAUL, "STOP")
        house.text(PAUL, "STOP")

        assert house.texts_to(MARIE) == ["stop.family"]
        assert len(house.of(PersonStopped)) == 1

    def test_whoever_was_on_the_way_is_no_more_and_the_alert_goes_on(self) -> None:
        house = going()

        house.text(PAUL, "STOP")

        assert house.phase is Phase.ALERTING
        assert house.texts_to(ANNE) == ["answer.lost.others"]
        assert not house.alerts_to(PAUL)

    def test_whoever_was_only_asked_is_not_waited_for(self) -> None:
        house = House(AT_ONCE)
        house.press()

        house.text(PAUL, "STOP")

        assert house.incident.wave == 2

    def test_an_incident_that_did_not_concern_them_goes_on_as_it_was(self) -> None:
        house = House(AT_ONCE)
        house.press()

        house.text(ANNE, "STOP")

        assert house.incident.wave == 1
        assert not house.of(IncidentDeclined)

    @pytest.mark.parametrize("words", ["REPRISE", "START"])
    def test_they_may_come_back_and_the_family_hears_of_it(self, words: str) -> None:
        house = House()
        house.text(PAUL, "STOP")

        house.text(PAUL, words)

        assert house.state.stopped == frozenset()
        assert house.texts_to(PAUL)[-1] == "resume.you"
        assert house.texts_to(MARIE)[-1] == "resume.family"

    def test_whoever_never_left_is_told_that_they_are_in(self) -> None:
        house = House()

        house.text(PAUL, "START")
        house.text(PAUL, "START")

        assert house.texts_to(PAUL) == ["resume.you"]
        assert not house.of(PersonReturned)


class TestQuestions:
    def test_help_from_a_neighbour_is_a_question(self) -> None:
        house = House()

        house.text(PAUL, "AIDE")

        assert house.texts_to(PAUL) == ["help.contact"]
        assert not house.has_incident

    def test_each_in_their_own_language(self) -> None:
        house = alerting()

        house.text(ANNE, "ok")

        assert house.last_to(ANNE).message.language == "en"


class TestTheResident:
    @pytest.mark.parametrize("words", ["AIDE", "sos", "Help me", "au secours, je suis tombée"])
    def test_a_call_for_help_by_text_alerts_at_once(self, words: str) -> None:
        house = House()

        house.text(RESIDENT, words)

        assert (house.incident.kind, house.phase) == (Kind.PANIC, Phase.ALERTING)
        assert (house.last_to(RESIDENT).key, house.last_to(RESIDENT).values["person"]) == ("ack.sos", "Paul")

    def test_with_nobody_to_ask_it_promises_nothing(self) -> None:
        house = House(replace(HOME, people=()))

        house.text(RESIDENT, "AIDE")

        assert house.phase is Phase.ALERTING
        assert not house.texts_to(RESIDENT)

    @pytest.mark.parametrize("words", ["OK", "oui ok", "ça va"])
    def test_ok_cancels_a_warning(self, words: str) -> None:
        house = House(replace(HOME, silences=(QUIET,)))
        house.pass_time(hours=4)

        house.text(RESIDENT, words)

        assert house.incident.outcome is Outcome.CANCELLED
        assert house.texts_to(RESIDENT)[-1] == "resident.cancelled"

    def test_but_no_alert_for_it_may_be_about_anything(self) -> None:
        house = alerting()

        house.text(RESIDENT, "ok")

        assert house.phase is Phase.ALERTING
        assert house.of(LifeSeen)[-1].source == "phone"

    @pytest.mark.parametrize("words", ["tout va bien", "9", "fausse alerte"])
    def test_all_is_well_ends_an_alert_and_everybody_hears_of_it(self, words: str) -> None:
        house = alerting()

        house.text(RESIDENT, words)

        assert house.phase is Phase.CLOSED
        assert [house.texts_to(who)[-1] for who in (PAUL, ANNE, MARIE)] == ["cancel"] * 3

    def test_with_a_number_only_that_one(self) -> None:
        house = alerting()
        house.sense("fumee")

        house.text(RESIDENT, "9 10")

        first, second = house.state.incidents.values()
        assert (first.is_open, second.is_open) == (False, True)

    def test_ok_without_any_question_is_a_sign_of_life_and_needs_no_answer(self) -> None:
        house = House()

        house.text(RESIDENT, "OK")

        assert len(house.of(LifeSeen)) == 1
        assert not house.sent

    @pytest.mark.parametrize("words", ["1", "comment ?", "Je suis au marché"])
    def test_anything_else_is_kept_and_changes_nothing(self, words: str) -> None:
        house = alerting()

        house.text(RESIDENT, words)

        assert house.phase is Phase.ALERTING
        assert house.of(SmsKept)[-1].person == RESIDENT

    def test_a_call_for_help_during_the_question_about_a_silence_is_an_alarm_of_its_own(self) -> None:
        house = House(replace(HOME, silences=(QUIET,)))
        house.pass_time(hours=4)

        house.text(RESIDENT, "AIDE")

        assert [fact.kind for fact in house.of(IncidentOpened)] == [Kind.INACTIVITY, Kind.PANIC]
        assert house.alerts_to(PAUL) == 1


def test_the_end_is_told_to_somebody_whose_alert_is_just_going_out() -> None:
    house = House(AT_ONCE, network=mute)
    house.press()

    house.cancel()

    assert [m.words.key for m in house.state.outbox.values() if m.person == PAUL] == ["alert.panic", "cancel"]
