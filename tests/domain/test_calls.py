"""Calls: who is rung and when, what a key does, what a machine that picks up does not do (BEHAVIOUR 2, GSM "Voice")."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house import ANNE, CIRCLE, HOME, MARIE, PAUL, PHONES, RESIDENT, STRANGER, House

from hub.domain.calls import ENDINGS, TALKS_AT_MOST, phrases_of
from hub.domain.facts import (
    CallEnded,
    CallLeft,
    CallTaken,
    KeyPressed,
    Outcome,
    PersonUnreached,
    Purpose,
    Spoken,
    Words,
)
from hub.domain.inputs import CUT_SHORT, Action, CallCame, CallOver, KeyHeard, SendReported, SendState
from hub.domain.policy import Delays, Person, Policy, Role, Wave
from hub.domain.records import Message, Phase

RINGS = replace(
    HOME,
    delays=Delays(panic_warning=timedelta(0)),
    waves=(Wave((PAUL, ANNE), timedelta(minutes=3), ring=True), Wave(("all",), timedelta(minutes=5), ring=True)),
)


def texts_only(message: Message) -> SendState | None:
    """A network that takes texts at once; a call goes on until somebody says what became of it."""
    return None if message.is_spoken else SendState.ACCEPTED


def at_home(policy: Policy = RINGS) -> House:
    house = House(policy, network=texts_only)
    house.link("call", up=True)
    return house


def pressed(policy: Policy = RINGS) -> House:
    house = at_home(policy)
    house.press()
    return house


def calls(house: House) -> list[tuple[str, int]]:
    """Who was called, and for the how many-th time by the same message."""
    return [(sent.message.person, sent.message.attempts) for sent in house.sent if sent.message.is_spoken]


def under_way(house: House) -> Message:
    (call,) = (m for m in house.state.outbox.values() if m.is_spoken and m.status == "sending")
    return call


def key(house: House, what: str, call: int | None = None) -> None:
    number = under_way(house).number if call is None else call
    house.tell(KeyHeard(house.now, number, what))


def with_channels(**channels: tuple[str, ...]) -> Policy:
    people = tuple(replace(p, channels=channels.get(p.id, p.channels)) for p in CIRCLE)
    return replace(RINGS, people=people)


class TestTurns:
    def test_everybody_has_a_text_before_anybody_is_called(self) -> None:
        house = pressed()

        assert [(sent.message.person, sent.message.road) for sent in house.sent] == [
            (PAUL, "sms"),
            (ANNE, "sms"),
            (PAUL, "call"),
        ]

    def test_engaged_or_not_answered_the_next_one_is_called(self) -> None:
        house = pressed()

        house.report(under_way(house).number, SendState.FAILED, permanent=True)

        assert calls(house) == [(PAUL, 1), (ANNE, 1)]
        assert not house.of(PersonUnreached), "the text reached them"

    def test_a_machine_that_picks_up_is_no_answer(self) -> None:
        house = pressed()

        house.report(under_way(house).number, SendState.ACCEPTED)

        assert house.phase is Phase.ALERTING
        assert calls(house) == [(PAUL, 1), (ANNE, 1)]

    def test_the_next_wave_does_not_wait_for_the_calls_of_this_one_and_calls_nobody_twice_at_once(self) -> None:
        house = pressed()
        house.pass_time(minutes=2)
        house.report(under_way(house).number, SendState.FAILED, permanent=True)

        house.pass_time(minutes=1)

        assert house.incident.wave == 2
        assert under_way(house).person == ANNE
        waiting = [m.person for m in house.state.outbox.values() if m.is_spoken and m.status == "pending"]
        assert waiting == [PAUL, MARIE], "Anne is being called"

    def test_a_wave_that_does_not_ring_calls_nobody(self) -> None:
        house = pressed(replace(RINGS, waves=(Wave((PAUL,)), *RINGS.waves[1:])))
        house.pass_time(minutes=2)

        assert calls(house) == []

    def test_without_a_way_to_call_nobody_is_called_and_the_texts_go_as_ever(self) -> None:
        house = House(RINGS, network=texts_only)
        house.press()

        assert {m.road for m in house.state.outbox.values()} <= {"sms"}
        assert house.alerts_to(PAUL) == house.alerts_to(ANNE) == 1

    def test_whoever_is_called_first_anyway_is_called_once(self) -> None:
        house = pressed(with_channels(paul=("call",)))

        assert calls(house) == [(PAUL, 1)]
        house.report(under_way(house).number, SendState.FAILED, permanent=True)
        assert calls(house) == [(PAUL, 1), (ANNE, 1)]
        assert [fact.person for fact in house.of(PersonUnreached)] == [PAUL]

    def test_whoever_no_text_reaches_is_called_where_they_said_so(self) -> None:
        def no_text_to_paul(message: Message) -> SendState | None:
            return SendState.FAILED if message.road == "sms" and message.person == PAUL else texts_only(message)

        house = House(replace(with_channels(paul=("sms", "call")), waves=(Wave((PAUL,)),)), network=no_text_to_paul)
        house.link("call", up=True)
        house.press()

        assert under_way(house).words.key == "say.call.panic"

    def test_whoever_no_call_reaches_is_written_to_where_they_said_so(self) -> None:
        house = pressed(with_channels(paul=("call", "sms")))

        house.report(under_way(house).number, SendState.FAILED, permanent=True)

        assert house.last_to(PAUL).key == "alert.panic"
        assert house.last_to(PAUL).message.road == "sms"

    def test_nobody_without_a_number_is_called(self) -> None:
        people = (replace(CIRCLE[0], phone="", channels=("mail:p@example.org",)), *CIRCLE[1:])
        house = pressed(replace(RINGS, people=people))

        assert calls(house) == [(ANNE, 1)]


class TestKeys:
    def test_one_is_an_answer(self) -> None:
        house = pressed()

        key(house, "1")

        assert house.phase is Phase.ANSWERED
        assert house.incident.answered_by == PAUL
        assert house.of(KeyPressed)[0].key == "1"
        assert house.of(CallEnded)[0].words == Words("say.call.thanks")
        assert [s.key for s in house.sent_to(PAUL, Purpose.DUTY)] == ["ack.you", "access"]
        assert house.last_to(ANNE).key == "ack.others"
        assert calls(house) == [(PAUL, 1)], "nobody is called after an answer"

    def test_two_is_a_no_and_the_next_one_is_called(self) -> None:
        house = pressed()

        key(house, "2")

        assert house.incident.declined == {PAUL}
        assert house.of(CallEnded)[0].words == Words("say.call.noted")
        assert calls(house) == [(PAUL, 1), (ANNE, 1)]

    def test_nine_is_for_the_family(self) -> None:
        house = pressed(replace(RINGS, waves=(Wave((MARIE,), ring=True),)))

        key(house, "9")

        assert house.phase is Phase.CLOSED
        assert house.incident.outcome is Outcome.HELPED
        assert house.of(CallEnded)[0].words == Words("say.call.closed")

    @pytest.mark.parametrize("what", ["9", "5", "#", "A"])
    def test_a_key_that_means_nothing_to_a_neighbour_changes_nothing(self, what: str) -> None:
        house = pressed()

        key(house, what)

        assert house.phase is Phase.ALERTING
        assert under_way(house).person == PAUL
        assert [fact.key for fact in house.of(KeyPressed)] == [what]

    def test_whoever_pressed_a_key_was_told_although_no_text_reached_them(self) -> None:
        house = pressed(replace(with_channels(paul=("call",)), waves=(Wave((PAUL,)), Wave(("all",)))))

        key(house, "2")

        assert PAUL in house.incident.told
        assert house.incident.wave == 2, "there is nobody else to wait for"

    def test_a_key_of_a_call_that_nobody_made_is_nothing(self) -> None:
        house = pressed()
        before = len(house.facts)

        key(house, "1", call=999)

        assert len(house.facts) == before
        assert house.phase is Phase.ALERTING

    def test_a_key_about_a_text_is_nothing(self) -> None:
        house = House(RINGS, network=lambda _message: None)
        house.press()

        key(house, "1", call=house.sent[0].message.number)

        assert house.phase is Phase.ALERTING

    def test_a_key_that_crosses_the_hanging_up_counts(self) -> None:
        house = pressed()
        call = under_way(house).number
        house.text(ANNE, "1")
        assert house.of(CallEnded)[0].words == Words("say.call.taken")

        key(house, "1", call)

        assert house.incident.helpers == (PAUL,)
        assert len(house.of(CallEnded)) == 1

    def test_a_key_after_the_end_is_on_record_and_no_more(self) -> None:
        house = pressed()
        call = under_way(house).number
        house.cancel()
        assert house.of(CallEnded)[0].words == Words("say.call.over")

        key(house, "1", call)

        assert house.phase is Phase.CLOSED
        assert house.of(KeyPressed)[0].message == call

    def test_whoever_goes_second_hears_that_somebody_goes(self) -> None:
        house = pressed()
        call = under_way(house).number
        house.command(Action.ATTEND, by=ANNE)

        key(house, "1", call)

        assert house.incident.helpers == (PAUL,)

    def test_the_answer_is_lost_and_they_are_called_again(self) -> None:
        house = pressed()
        key(house, "1")

        house.text(PAUL, "2")

        assert house.phase is Phase.ALERTING
        assert under_way(house).person == ANNE


class TestOneLine:
    def test_an_alert_does_not_wait_for_a_call(self) -> None:
        house = pressed()
        call = under_way(house)

        house.sense("fumee")

        assert house.last_to(ANNE).key == "alert.hazard.smoke"
        house.tell(SendReported(house.now, call.number, SendState.FAILED, reason=CUT_SHORT))
        assert calls(house) == [(PAUL, 1), (ANNE, 1)]
        house.pass_time(seconds=5)
        while (PAUL, 2) not in calls(house):  # the call is made again: nobody was tried in vain
            house.report(under_way(house).number, SendState.FAILED, permanent=True)
        assert not house.of(PersonUnreached)

    def test_a_call_that_cannot_be_made_now_tries_the_next_channel_at_once(self) -> None:
        house = pressed(replace(with_channels(paul=("call", "sms")), waves=(Wave((PAUL,)), Wave(("all",)))))

        house.tell(SendReported(house.now, under_way(house).number, SendState.FAILED, reason="not registered"))

        assert house.last_to(PAUL).key == "alert.panic"

    def test_and_whoever_has_no_other_is_not_waited_for(self) -> None:
        house = pressed(replace(with_channels(paul=("call",)), waves=(Wave((PAUL,)), Wave(("all",)))))

        house.tell(SendReported(house.now, under_way(house).number, SendState.FAILED, reason="not registered"))

        assert [fact.person for fact in house.of(PersonUnreached)] == [PAUL]
        assert house.incident.wave == 2

    def test_an_alert_that_keeps_failing_waits_for_the_end_of_a_call_and_goes_before_the_next(self) -> None:
        def no_text_to_anne(message: Message) -> SendState | None:
            return SendState.FAILED if message.road == "sms" and message.person == ANNE else texts_only(message)

        house = House(RINGS, network=no_text_to_anne)
        house.link("call", up=True)
        house.press()
        call = under_way(house)

        house.pass_time(seconds=30)

        assert [sent.message.attempts for sent in house.sent_to(ANNE)] == [1]
        house.report(call.number, SendState.FAILED, permanent=True)
        assert [(sent.message.person, sent.message.road) for sent in house.sent[-2:]] == [(ANNE, "sms"), (ANNE, "call")]

    def test_any_other_text_waits_for_the_end_of_the_call(self) -> None:
        house = pressed()
        call = under_way(house)

        house.text(ANNE, "ok")

        assert house.last_to(ANNE).key == "alert.panic"
        house.report(call.number, SendState.FAILED, permanent=True)
        assert house.sent[-2].key == "hint", "and goes before the next call"
        assert house.sent[-1].message.is_spoken

    def test_a_text_that_its_limit_holds_back_holds_back_no_call(self) -> None:
        house = at_home()
        for _ in range(8):
            house.text(MARIE, "ETAT")
        house.press()

        assert calls(house) == [(PAUL, 1)]

    def test_nor_does_one_of_which_nobody_knows_whether_it_went(self) -> None:
        house = at_home()
        house.network = lambda _message: SendState.UNCERTAIN
        house.text(MARIE, "AIDE")
        house.network = texts_only
        house.press()

        assert calls(house) == [(PAUL, 1)]

    def test_no_call_begins_while_a_text_is_under_way(self) -> None:
        house = House(RINGS, network=lambda _message: None)
        house.link("call", up=True)
        house.press()

        assert [sent.message.road for sent in house.sent] == ["sms"]

    def test_news_of_the_circle_holds_back_no_call(self) -> None:
        house = at_home()
        house.text(PAUL, "TOUS la boulangerie est fermée")
        house.press()
        house.pass_time(minutes=2)

        assert calls(house)[0] == (PAUL, 1)

    def test_a_modem_that_says_nothing_of_a_call_is_not_waited_for_for_ever(self) -> None:
        house = pressed()
        house.pass_time(minutes=10)

        assert (PAUL, 2) in calls(house), "better twice than never"

    def test_after_a_power_cut_the_call_is_made_again(self) -> None:
        house = pressed()

        house.cut_power()
        house.link("sms", up=True)
        house.link("call", up=True)

        assert calls(house)[-1][0] in (PAUL, ANNE)
        assert house.phase is Phase.ALERTING

    def test_whoever_texted_stop_is_called_no_more(self) -> None:
        house = pressed()

        house.text(PAUL, "STOP")

        assert house.of(CallEnded)
        assert calls(house) == [(PAUL, 1), (ANNE, 1)]


class TestPhrases:
    def in_words(self, words: Words, language: str) -> str:
        well = dict(words.values).get("well")
        return f"{language} {words.key}\n{language} keys{well or ''}"

    def phrases(self, policy: Policy, language: str = "") -> tuple[tuple[str, str], ...]:
        return phrases_of(policy, lambda person: language or person.language, self.in_words)

    def test_all_that_may_be_said_is_prepared_once_in_each_language(self) -> None:
        phrases = self.phrases(RINGS)

        assert len(set(phrases)) == len(phrases)
        for language in ("fr", "en"):
            for key in ("say.call.panic", "say.call.fall", "say.call.hazard", "say.call.inactivity", *ENDINGS):
                assert (language, f"{language} {key}") in phrases
        assert ("fr", "fr keys9") in phrases, "for the family"
        assert ("en", "en keys9") not in phrases

    def test_it_is_what_calls_say(self) -> None:
        said = set()
        for happens in (House.press, lambda h: h.sense("fumee"), lambda h: h.sense("chute")):
            house = at_home()
            happens(house)
            house.report(under_way(house).number, SendState.FAILED, permanent=True)
            said |= {
                (sent.message.language, line)
                for sent in house.sent
                if sent.message.is_spoken
                for line in self.in_words(sent.message.words, sent.message.language).splitlines()
            }

        assert said
        assert said <= set(self.phrases(RINGS))

    def test_in_the_language_that_somebody_chose(self) -> None:
        assert {language for language, _ in self.phrases(RINGS, "en")} == {"en"}

    def test_where_nobody_is_called_there_is_nothing_to_prepare(self) -> None:
        assert self.phrases(HOME) == ()

    def test_nor_for_whoever_has_no_telephone(self) -> None:
        people = tuple(replace(p, phone="", channels=("https://push.example.org/x",)) for p in CIRCLE)
        assert self.phrases(replace(RINGS, people=people)) == ()

    def test_but_for_whoever_is_called_by_choice(self) -> None:
        alone = replace(HOME, people=(replace(CIRCLE[0], channels=("call",)), *CIRCLE[1:]))
        assert {language for language, _ in self.phrases(alone)} == {"fr"}


TALK = replace(RINGS, hands_free=True, waves=(Wave((PAUL, ANNE)), Wave(("all",))))


def rung(house: House, number: str) -> None:
    house.tell(CallCame(house.now, number))


class TestHandsFree:
    def test_whoever_of_the_circle_rings_during_an_alert_is_put_through_and_it_is_said_before(self) -> None:
        house = pressed(TALK)
        before = len(house.facts)

        rung(house, PHONES[MARIE])

        said, taken = house.facts[before:][:2]
        assert isinstance(said, Spoken)
        assert said.words == Words("say.hands_free", (("person", "Marie"),))
        assert isinstance(taken, CallTaken)
        assert (taken.person, taken.incident) == (MARIE, house.incident.number)
        house.tell(CallOver(house.now))
        assert house.of(CallLeft) == [CallLeft(house.now, MARIE)]

    @pytest.mark.parametrize("number", ["", STRANGER, PHONES[RESIDENT]])
    def test_nobody_else_is(self, number: str) -> None:
        house = pressed(TALK)

        rung(house, number)

        assert not house.of(CallTaken)

    def test_nor_anybody_unless_the_household_allows_it(self) -> None:
        house = pressed(replace(TALK, hands_free=False))

        rung(house, PHONES[MARIE])

        assert not house.of(CallTaken)

    def test_nor_when_nobody_needs_help(self) -> None:
        house = at_home(TALK)
        rung(house, PHONES[MARIE])
        house.press()
        house.cancel()
        rung(house, PHONES[MARIE])

        assert not house.of(CallTaken)

    def test_nor_while_it_can_still_be_taken_back(self) -> None:
        house = at_home(replace(TALK, delays=Delays()))
        house.press()

        rung(house, PHONES[MARIE])

        assert not house.of(CallTaken)

    def test_nor_whoever_said_stop_or_is_a_mere_viewer(self) -> None:
        people = (*CIRCLE, Person("tom", "Tom", STRANGER, Role.VIEWER, consent=True))
        house = pressed(replace(TALK, people=people))
        house.text(MARIE, "STOP")

        rung(house, PHONES[MARIE])
        rung(house, STRANGER)

        assert not house.of(CallTaken)

    @pytest.mark.parametrize("number", ["0600000003", "33600000003", "0033600000003", "+33600000003"])
    def test_by_whatever_form_of_the_number_the_network_tells(self, number: str) -> None:
        house = pressed(TALK)

        rung(house, number)

        assert [fact.person for fact in house.of(CallTaken)] == [MARIE]

    @pytest.mark.parametrize("number", ["0000003", "000000003", "+600000003", "00000000003"])
    def test_and_nobody_by_a_part_of_one(self, number: str) -> None:
        house = pressed(TALK)

        rung(house, number)

        assert not house.of(CallTaken)

    def test_nobody_while_an_alert_is_under_way(self) -> None:
        house = House(TALK, network=lambda _message: None)
        house.press()
        house.report(house.sent[0].message.number, SendState.ACCEPTED)

        rung(house, PHONES[MARIE])

        assert not house.of(CallTaken), "Anne's text is under way"

    def test_one_at_a_time(self) -> None:
        house = pressed(TALK)
        rung(house, PHONES[MARIE])

        rung(house, PHONES[PAUL])

        assert [fact.person for fact in house.of(CallTaken)] == [MARIE]

    def test_meanwhile_texts_wait_but_alerts_do_not(self) -> None:
        house = pressed(TALK)
        rung(house, PHONES[MARIE])
        house.text(ANNE, "ok")
        assert house.last_to(ANNE).key == "alert.panic"

        house.sense("fumee")
        assert house.last_to(ANNE).key == "alert.hazard.smoke"

        house.tell(CallOver(house.now))
        assert house.last_to(ANNE).key == "hint"

    def test_whoever_goes_need_not_wait_for_its_end_to_know_where_and_how_to_get_in(self) -> None:
        house = pressed(TALK)
        rung(house, PHONES[MARIE])

        house.text(PAUL, "1")

        assert [sent.key for sent in house.sent_to(PAUL, Purpose.DUTY)] == ["ack.you", "access"]

    def test_nobody_is_called_meanwhile(self) -> None:
        house = at_home(replace(TALK, waves=RINGS.waves))
        house.press()
        house.report(under_way(house).number, SendState.FAILED, permanent=True)
        house.report(under_way(house).number, SendState.FAILED, permanent=True)
        rung(house, PHONES[MARIE])

        house.pass_time(minutes=3)

        assert len(calls(house)) == 2
        house.tell(CallOver(house.now))
        assert len(calls(house)) == 3

    def test_a_talk_of_whose_end_nobody_told_is_over_all_the_same(self) -> None:
        house = pressed(TALK)
        rung(house, PHONES[MARIE])

        house.pass_time(minutes=11)

        assert house.state.talk is None
        assert timedelta(minutes=10) < TALKS_AT_MOST
        house.tell(CallOver(house.now))
        assert len(house.of(CallLeft)) == 1

    def test_after_a_restart_there_is_none(self) -> None:
        house = pressed(TALK)
        rung(house, PHONES[MARIE])

        house.cut_power()

        assert house.state.talk is None
