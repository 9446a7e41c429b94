"""A message that did not arrive is sent once more when the family wants it: what may be, who may, and when not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.again import why_not
from hub.domain.commands import WHY_NOT_AGAIN
from hub.domain.draft import Draft
from hub.domain.facts import (
    MessageDropped,
    MessageFailed,
    MessageRepeated,
    MessageRequested,
    MessageUndelivered,
    Purpose,
    RecordsForgotten,
    Words,
)
from hub.domain.forgetting import is_old
from hub.domain.inputs import Action, DeliveryState, SendState
from hub.domain.policy import Delays, Person, Role
from hub.domain.records import Phase, State
from hub.domain.state import evolve
from hub.domain.unsent_state import KEPT_AT_MOST, KEPT_FOR
from tests.domain.house import (
    ANNE,
    CIRCLE,
    HOME,
    MARIE,
    PAUL,
    PHONES,
    RESIDENT,
    START,
    House,
    accepting,
    folded,
    refusing,
)


def again(house: House, number: int, by: str = MARIE, via: str = "web") -> str:
    """What became of asking for it: "" where it was done. The family's page says the same before."""
    why = why_not(Draft(house.state, house.policy, house.now), number)
    settled = house.command(Action.SEND_AGAIN, via, by=by, text=str(number))
    if "only somebody" not in settled.text:
        assert settled.text == ("done" if why is None else WHY_NOT_AGAIN[why])
    return "" if settled.ok else settled.text


def refused_for_good(house: House) -> int:
    """Paul's phone takes nothing: the answer to his text, and nothing else, is lost for good. Return its number."""
    house.network = lambda _message: None
    house.text(PAUL, "QUI")
    number = house.last_to(PAUL).message.number
    house.report(number, SendState.FAILED, permanent=True)
    house.network = accepting
    house.forget_texts()
    return number


def lost_news(house: House) -> int:
    """Paul wrote to all; the network gave up on Anne's."""
    assert house.command(Action.NEWS, "web", by=PAUL, text="Galette dimanche").ok
    lost = house.last_to(ANNE)
    house.delivered(lost, DeliveryState.FAILED)
    house.forget_texts()
    return lost.message.number


class TestWhatMayGo:
    def test_what_failed_for_good_goes_once_more_to_the_same_words(self) -> None:
        house = House()
        number = refused_for_good(house)
        lost = house.state.unsent[number]

        assert again(house, number) == ""

        (sent,) = house.sent_to(PAUL)
        assert (sent.message.words, sent.message.purpose) == (lost.words, lost.purpose)
        assert sent.message.number != number
        (repeated,) = house.of(MessageRepeated)
        assert (repeated.message, repeated.again, repeated.by, repeated.name) == (
            number,
            sent.message.number,
            MARIE,
            "Marie",
        )

    def test_what_the_network_gave_up_on_goes_once_more(self) -> None:
        house = House()
        number = lost_news(house)

        assert again(house, number) == ""
        assert house.texts_to(ANNE) == ["news"]

    def test_what_waited_too_long_for_the_network_goes_once_more(self) -> None:
        patient = Delays(answer_expires=timedelta(hours=4), arrival_expected=timedelta(hours=4))
        house = House(replace(HOME, delays=patient))
        house.press()
        house.pass_time(minutes=4)
        house.link("sms", up=False)
        house.network = refusing
        house.text(PAUL, "1")
        house.pass_time(hours=2)
        number = next(m.number for m in house.state.unsent.values() if m.person == ANNE)
        house.network = accepting
        house.link("sms", up=True)
        house.forget_texts()

        assert again(house, number) == ""
        assert house.texts_to(ANNE) == ["ack.others"]

    def test_once_until_it_has_ended_again(self) -> None:
        house = House()
        number = refused_for_good(house)
        house.network = lambda _message: None
        assert again(house, number) == ""
        second = house.last_to(PAUL).message.number

        assert "only what failed" in again(house, number)
        assert "still waits" in again(house, second)
        assert len(house.sent_to(PAUL)) == 1

        house.report(second, SendState.FAILED, permanent=True)
        assert again(house, second) == ""

    def test_to_the_number_that_they_have_now(self) -> None:
        house = House()
        number = refused_for_good(house)
        house.replace_policy(people=(replace(CIRCLE[0], phone="+33611111111"), *CIRCLE[1:]))

        assert again(house, number) == ""
        assert house.last_to(PAUL).message.address == "+33611111111"

    @pytest.mark.parametrize(
        ("channels", "taken"),
        [(("sms", "mail:m@x.org"), "mail:m@x.org"), (("call", "push:p"), "push:p"), (("call",), "sms")],
    )
    def test_by_the_channel_that_they_have_now(self, channels: tuple[str, ...], taken: str) -> None:
        by_mail = replace(CIRCLE[2], channels=("mail:m@x.org",))
        house = House(replace(HOME, people=(*CIRCLE[:2], by_mail)))
        number = lost(house, Words("reboot", (("time", START), ("since", START))), Purpose.TECHNICAL)
        house.replace_policy(people=(*CIRCLE[:2], replace(by_mail, channels=channels)))

        assert again(house, number) == ""
        assert house.last_to(MARIE).message.channel == taken

    def test_what_was_a_text_stays_one(self) -> None:
        house = House()
        number = refused_for_good(house)
        house.replace_policy(people=(replace(CIRCLE[0], channels=("mail:p@x.org",)), *CIRCLE[1:]))

        assert again(house, number) == ""
        assert house.last_to(PAUL).message.channel == "sms"

    def test_the_one_at_home_too(self) -> None:
        house = House()
        house.network = lambda _message: None
        house.text(RESIDENT, "QUI")
        number = house.last_to(RESIDENT).message.number
        house.report(number, SendState.FAILED, permanent=True)

        assert again(house, number) == ""

    def test_a_power_cut_in_between_loses_neither_the_wish_nor_the_text(self) -> None:
        house = House()
        number = refused_for_good(house)
        # The hub dies before the first power came back to the modem: nothing was handed over yet.
        house.link("sms", up=False)
        house.network = refusing
        assert again(house, number) == ""
        house.cut_power(timedelta(minutes=5))
        house.forget_texts()
        house.network = accepting
        house.link("sms", up=True)
        house.pass_time(minutes=1)

        assert house.texts_to(PAUL) == ["who"]
        assert "only what failed" in again(house, number)


class TestWhoMay:
    @pytest.mark.parametrize(("by", "via"), [(PAUL, "web"), (RESIDENT, "web"), (MARIE, "mqtt"), ("nobody", "cli")])
    def test_nobody_but_the_family_with_a_login(self, by: str, via: str) -> None:
        house = House()
        number = refused_for_good(house)

        assert "only somebody of the family" in again(house, number, by, via)
        assert house.sent == []


class TestWhatMayNot:
    @pytest.mark.parametrize("text", ["", "x", "-1", "0", "999", "9" * 40, "١"])
    def test_what_never_was(self, text: str) -> None:
        house = House()
        refused_for_good(house)

        assert "only what failed" in house.command(Action.SEND_AGAIN, "web", by=MARIE, text=text).text
        assert house.sent == []

    def test_an_alert_which_the_hub_repeats_itself(self) -> None:
        house = House(network=lambda _message: None)
        house.press()
        house.pass_time(seconds=11)
        (alert,) = house.sent_to(PAUL, Purpose.ALERT)
        house.report(alert.message.number, SendState.FAILED, permanent=True)

        assert "neither alerts" in again(house, alert.message.number)

    def test_an_alert_that_was_lost_on_the_way(self) -> None:
        house = House()
        house.press()
        house.pass_time(seconds=11)
        (alert,) = house.sent_to(PAUL, Purpose.ALERT)
        house.delivered(alert, DeliveryState.FAILED)

        assert "neither alerts" in again(house, alert.message.number)

    @pytest.mark.parametrize("words", ["ABSENT 3j", "GARDE Paul 2j"])
    def test_a_code(self, words: str) -> None:
        house = House(network=lambda _message: None)
        house.text(MARIE, words)
        number = house.last_to(MARIE).message.number
        house.report(number, SendState.FAILED, permanent=True)

        assert "nor codes" in again(house, number)
        assert dict(house.state.unsent) == {}

    def test_an_invitation_which_has_its_own_limits(self) -> None:
        house = House(replace(HOME, people=(*CIRCLE, Person("leo", "Leo", "+33688888888"))))
        house.network = lambda _message: None
        assert house.command(Action.INVITE, "web", by=MARIE, person="leo").ok
        number = house.last_to("leo").message.number
        house.report(number, SendState.FAILED, permanent=True)

        assert dict(house.state.unsent) == {}

    def test_to_whoever_texted_stop(self) -> None:
        house = House()
        number = lost_news(house)
        house.text(ANNE, "STOP")

        assert "nobody is there" in again(house, number)

    @pytest.mark.parametrize(
        "paul",
        [
            None,
            replace(CIRCLE[0], consent=False),
            replace(CIRCLE[0], role=Role.VIEWER),
            replace(CIRCLE[0], phone=""),
        ],
    )
    def test_to_whoever_left_or_agrees_no_more_or_has_no_number(self, paul: Person | None) -> None:
        house = House()
        number = refused_for_good(house)
        house.replace_policy(people=(*([paul] if paul else []), *CIRCLE[1:]))

        assert "nobody is there" in again(house, number)
        assert house.sent == []

    def test_news_to_whoever_wants_none_any_more(self) -> None:
        house = House()
        number = lost_news(house)
        house.replace_policy(people=(CIRCLE[0], replace(CIRCLE[1], news=False), CIRCLE[2]))

        assert "nobody is there" in again(house, number)

    def test_news_that_was_taken_back(self) -> None:
        house = House()
        number = lost_news(house)
        assert house.command(Action.TAKE_BACK, "web", by=PAUL, text="1").ok

        assert "not true" in again(house, number)

    def test_a_fault_to_whoever_is_of_the_family_no_more(self) -> None:
        house = House()
        number = lost_fault(house)
        house.replace_policy(people=(*CIRCLE[:2], replace(CIRCLE[2], role=Role.NEIGHBOUR)))

        assert "only somebody" in again(house, number)
        house.replace_policy(people=(*house.policy.people, replace(CIRCLE[2], id="luc")))
        assert "nobody is there" in again(house, number, by="luc")

    def test_a_fault_that_is_over(self) -> None:
        house = House()
        number = lost_fault(house)
        assert house.state.unsent[number].purpose is Purpose.TECHNICAL
        house.repair("gpio.absent")

        assert "not true" in again(house, number)

    def test_who_goes_once_they_are_there(self) -> None:
        house = House()
        number = lost_word_of_who_goes(house)
        house.text(PAUL, "3")
        assert house.phase is Phase.ATTENDED

        assert again(house, number) != ""

    def test_who_goes_once_they_cannot_after_all(self) -> None:
        house = House()
        number = lost_word_of_who_goes(house)
        house.pass_time(minutes=1)
        house.network = lambda _message: None
        house.text(PAUL, "2")
        assert house.phase is Phase.ALERTING
        # Anne cannot be asked for help by what says nothing of it.
        assert number in house.state.unsent

        assert "not true" in again(house, number)

    def test_who_goes_while_they_do(self) -> None:
        house = House()
        number = lost_word_of_who_goes(house)

        assert again(house, number) == ""
        assert house.texts_to(ANNE) == ["ack.others"]

    def test_an_answer_of_more_than_an_hour_ago(self) -> None:
        house = House()
        number = refused_for_good(house)
        house.pass_time(minutes=61)

        assert "not true" in again(house, number)

    def test_what_is_a_day_old(self) -> None:
        house = House()
        number = lost_news(house)
        house.pass_time(KEPT_FOR + timedelta(minutes=1))

        assert "not true" in again(house, number)

    def test_more_to_one_number_than_the_limits_allow(self) -> None:
        house = House()
        number = refused_for_good(house)
        house.state = replace(house.state, sent={PHONES[PAUL]: (house.now,) * 5})
        assert "enough texts" in again(house, number)
        assert house.sent == []

        house.replace_policy(people=(replace(CIRCLE[0], phone="+33611111111"), *CIRCLE[1:]))
        assert again(house, number) == ""

    def test_when_the_limits_allow_it_again(self) -> None:
        house = House()
        number = refused_for_good(house)
        house.state = replace(house.state, sent={PHONES[PAUL]: (house.now,) * 5})
        house.pass_time(minutes=15)

        assert again(house, number) == ""


def lost_fault(house: House) -> int:
    """Marie is told of a fault, and her phone does not take it."""
    house.network = lambda _message: None
    house.fail("gpio.absent")
    house.pass_time(hours=1)
    number = house.last_to(MARIE).message.number
    house.report(number, SendState.FAILED, permanent=True)
    house.network = accepting
    house.forget_texts()
    return number


def lost_word_of_who_goes(house: House) -> int:
    """Paul and Anne were asked, Paul goes, and Anne's phone does not take that."""
    house.press()
    house.pass_time(minutes=4)
    house.network = lambda message: None if message.words.key == "ack.others" else SendState.ACCEPTED
    house.text(PAUL, "1")
    number = house.last_to(ANNE).message.number
    house.report(number, SendState.FAILED, permanent=True)
    house.network = accepting
    house.forget_texts()
    return number


class TestWhatIsRemembered:
    def test_no_more_than_a_family_reads_and_the_newest(self) -> None:
        house = House()
        numbers = range(1, KEPT_AT_MOST + 4)
        for number in numbers:
            words = Words("status.ok", (("number", number),))
            news = replace(a_request(house, number, words), purpose=Purpose.NEWS)
            house.state = evolve(evolve(house.state, news), MessageFailed(house.now, number, "no", None))

        assert list(house.state.unsent) == list(numbers)[-KEPT_AT_MOST:]

    def test_nothing_older_than_a_day_once_something_new_is_lost(self) -> None:
        house = House()
        number = lost_news(house)
        house.pass_time(KEPT_FOR + timedelta(minutes=1))
        newer = refused_for_good(house)

        assert set(house.state.unsent) == {newer}
        assert number < newer

    @pytest.mark.parametrize(
        ("reason", "is_kept"),
        [
            ("too old to be news", True),
            ("too many messages wait", True),
            ("nobody knows whether it went out", True),
            ("a newer message says more", False),
            ("the fault is over", False),
        ],
    )
    def test_what_the_hub_gave_up_on_though_it_was_true(self, reason: str, is_kept: bool) -> None:
        house = House()
        state = evolve(house.state, a_request(house, 7, Words("status.ok")))

        assert (7 in evolve(state, MessageDropped(house.now, 7, reason)).unsent) is is_kept

    def test_what_the_records_forget(self) -> None:
        house = House()
        number = lost_news(house)
        before, after = (RecordsForgotten(house.now, house.now + timedelta(minutes=by)) for by in (-1, 1))

        assert number in evolve(house.state, before).unsent
        assert number not in evolve(house.state, after).unsent

    def test_what_the_hub_dropped_since_it_is_not_true_is_not_kept(self) -> None:
        house = House()
        house.link("sms", up=False)
        house.network = refusing
        assert house.command(Action.NEWS, "web", by=PAUL, text="Galette dimanche").ok
        house.text(ANNE, "STOP")
        house.pass_time(minutes=1)

        dropped = [fact.message for fact in house.of(MessageDropped) if fact.reason == "this person texted STOP"]
        assert dropped
        assert not set(dropped) & set(house.state.unsent)

    def test_the_journal_tells_the_same(self) -> None:
        house = House()
        lost_news(house)
        refused_for_good(house)
        kept = folded(house.on_record())

        assert dict(kept.unsent) == dict(house.state.unsent)
        assert len(kept.unsent) == 2

    def test_what_was_lost_and_never_known_leaves_nothing(self) -> None:
        state = evolve(State(), MessageUndelivered(START, 7, "gone"))

        assert dict(evolve(state, MessageFailed(START, 8, "no", None)).unsent) == {}


def a_request(house: House, number: int, words: Words) -> MessageRequested:
    return MessageRequested(house.now, number, None, PAUL, "sms", PHONES[PAUL], "fr", Purpose.REPLY, words)


class TestWhatIsNotTrueAnyMore:
    def test_all_is_well_while_somebody_calls_again(self) -> None:
        house = House()
        number = lost_all_clear(house)
        assert why_not(Draft(house.state, house.policy, house.now), number) is None
        house.press()
        assert "not true" in again(house, number)

        house.command(Action.CLOSE, by=MARIE)
        assert "not true" in again(house, number)

    def test_that_the_watch_is_on_or_who_is_on_call(self) -> None:
        """Of no incident, and nobody can tell from the words whether it is so still."""
        house = House()
        for key in ("watch.on", "on_call.you", "absent.family", "window.family", "credit.low"):
            purpose = Purpose.TECHNICAL if key == "credit.low" else Purpose.STATUS
            number = lost(house, Words(key, ()), purpose)
            assert "not true" in again(house, number), key

    def test_but_what_says_of_when_it_is(self) -> None:
        house = House()
        number = lost(house, Words("reboot", (("time", house.now), ("since", START))), Purpose.TECHNICAL)

        assert again(house, number) == ""

    def test_that_a_fault_is_over_once_it_stands_again(self) -> None:
        house = House()
        house.fail("modem.sick")
        house.pass_time(minutes=10)
        house.repair("modem.sick")
        told = [sent for sent in house.sent_to(MARIE) if sent.key.startswith("tech.restored")][-1]
        house.delivered(told, DeliveryState.FAILED)
        number = told.message.number
        assert why_not(Draft(house.state, house.policy, house.now), number) is None

        house.fail("modem.sick")
        assert "not true" in again(house, number)

    def test_an_answer_after_which_another_one_came(self) -> None:
        house = House()
        number = refused_for_good(house)
        house.text(PAUL, "ETAT")

        assert "only what failed" in again(house, number)


def lost(house: House, words: Words, purpose: Purpose) -> int:
    """A message of no incident to Marie, that the network gave up on."""
    number = house.state.next_message
    draft = Draft(house.state, house.policy, house.now)
    draft.write(next(p for p in house.policy.people if p.id == MARIE), purpose, words)
    for fact in draft.facts:
        house.state = evolve(house.state, fact)
    house.state = evolve(house.state, MessageFailed(house.now, number, "30 s", None))
    return number


def lost_all_clear(house: House) -> int:
    """Paul went, and all is well; Anne's phone did not get it."""
    house.press()
    house.pass_time(minutes=4)
    house.text(PAUL, "1")
    house.text(PAUL, "3")
    house.text(PAUL, "9")
    told = [sent for sent in house.sent_to(ANNE) if sent.key == "closed"][-1]
    house.delivered(told, DeliveryState.FAILED)
    house.forget_texts()
    house.pass_time(minutes=61)
    return told.message.number


class TestWhatIsKept:
    def test_the_words_of_what_is_on_its_way_go_with_the_records_and_after_a_day(self) -> None:
        house = House()
        house.command(Action.NEWS, "web", by=PAUL, text="Galette dimanche")
        assert any(a.message for a in house.state.awaiting.values())

        forgotten = evolve(house.state, RecordsForgotten(house.now, house.now + timedelta(seconds=1)))
        assert not any(a.message for a in forgotten.awaiting.values())
        assert is_old(house.state, house.now + timedelta(seconds=1))
        assert not is_old(forgotten, house.now + timedelta(seconds=1))
        house.pass_time(days=2)
        house.text(PAUL, "QUI")
        assert [a.message is None for a in house.state.awaiting.values()][:1] == [True]
        assert all(a.message is None or house.now - a.at <= KEPT_FOR for a in house.state.awaiting.values())

    def test_the_way_in_is_never_among_them(self) -> None:
        house = House()
        house.press()
        house.pass_time(minutes=1)
        house.text(PAUL, "1")

        access = [sent.message.number for sent in house.sent_to(PAUL) if sent.key == "access"]
        assert access
        assert all(house.state.awaiting[number].message is None for number in access)
