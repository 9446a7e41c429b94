"""The outbox: the order, the limits, "is it still true?", and what reports mean (BEHAVIOUR 3)."""

from dataclasses import replace
from datetime import timedelta

from house import ANNE, CIRCLE, HOME, MARIE, PAUL, PHONES, RESIDENT, START, House, accepting, mute, refusing

from hub.domain.facts import (
    MessageAccepted,
    MessageDelivered,
    MessageDropped,
    MessageFailed,
    MessageRequested,
    MessageUncertain,
    MessageUndelivered,
    Purpose,
    RoadChanged,
    Words,
)
from hub.domain.inputs import Action, DeliveryReported, DeliveryState, LinkChanged, SendState, Tick
from hub.domain.outbox import RETRIES, TRIES_OF_NO_ALERT, WAITING_AT_MOST
from hub.domain.outbox_state import next_send, ready_since
from hub.domain.policy import Delays, Silence, Wave
from hub.domain.records import MessageStatus
from hub.domain.state import evolve

AT_ONCE = replace(HOME, delays=Delays(panic_warning=timedelta(0)))
EVERYBODY = replace(AT_ONCE, waves=(Wave(("all",)),))


def request(house: House, purpose: Purpose, person: str = PAUL, *, key: str = "", incident: int | None = None) -> int:
    """Put a message into the outbox as a decision would, and return its number."""
    number = house.state.next_message
    words = Words(key or f"word {number}")
    fact = MessageRequested(house.now, number, incident, person, "sms", PHONES[person], "fr", purpose, words)
    house.facts.append(fact)
    house.state = evolve(house.state, fact)
    return number


def look(house: House) -> None:
    house.tell(Tick(house.now))


def numbers_sent(house: House) -> list[int]:
    return [sent.message.number for sent in house.sent]


def tries(house: House, number: int) -> list[float]:
    """When this message was handed over, in seconds since the start."""
    return [(s.at - START).total_seconds() for s in house.sent if s.message.number == number]


class TestOrder:
    def test_a_channel_has_one_message_at_a_time(self) -> None:
        house = House(EVERYBODY, network=mute)

        house.press()

        assert [s.message.person for s in house.sent] == [PAUL]

    def test_a_report_frees_the_road_for_the_next_at_once(self) -> None:
        house = House(EVERYBODY, network=mute)
        house.press()

        house.report(1, SendState.ACCEPTED)

        assert numbers_sent(house) == [1, 2]

    def test_alerts_go_before_anything_else_and_technical_noise_after_everything(self) -> None:
        house = House()
        order = [Purpose.TECHNICAL, Purpose.REPLY, Purpose.STATUS, Purpose.QUESTION, Purpose.DUTY, Purpose.ALERT]
        for purpose in order:
            request(house, purpose)

        look(house)

        assert [sent.message.purpose for sent in house.sent] == order[::-1]

    def test_an_alert_overtakes_an_ordinary_text_that_the_modem_is_busy_with(self) -> None:
        house = House(network=mute)
        request(house, Purpose.STATUS)
        look(house)

        alert = request(house, Purpose.ALERT)
        look(house)

        assert numbers_sent(house)[-1] == alert

    def test_but_no_alert_overtakes_another(self) -> None:
        house = House(network=mute)
        first = request(house, Purpose.ALERT)
        look(house)

        request(house, Purpose.ALERT, ANNE)
        look(house)

        assert numbers_sent(house) == [first]

    def test_a_number_that_keeps_refusing_holds_up_nobodys_first_alert(self) -> None:
        house = House(EVERYBODY, network=mute)
        house.press()

        house.report(1, SendState.UNCERTAIN)

        assert [s.message.person for s in house.sent] == [PAUL, ANNE]

    def test_roads_do_not_wait_for_each_other(self) -> None:
        people = (CIRCLE[0], replace(CIRCLE[1], channels=("push",)), CIRCLE[2])
        house = House(replace(EVERYBODY, people=people), network=mute)

        house.press()

        assert {s.message.person for s in house.sent} == {PAUL, ANNE}


class TestStillTrue:
    def test_an_alert_that_waits_is_dropped_when_somebody_answers(self) -> None:
        house = House(EVERYBODY, network=mute)
        house.press()

        house.text(PAUL, "1")

        assert {m.person for m in house.state.outbox.values() if m.purpose is Purpose.ALERT} == {PAUL}
        house.pass_time(minutes=15)
        assert house.alerts_to(ANNE) == 0

    def test_an_alert_is_not_tried_again_after_an_answer(self) -> None:
        house = House(AT_ONCE, network=refusing)
        house.press()
        house.text(PAUL, "1")
        house.forget_texts()

        house.pass_time(minutes=15)

        assert not house.alerts_to(PAUL)

    def test_the_question_to_the_resident_is_dropped_when_they_move(self) -> None:
        house = House(replace(HOME, silences=(Silence("s", timedelta(hours=4)),)), network=refusing)
        house.pass_time(hours=4)
        asked = len(house.sent_to(RESIDENT))

        house.move()
        house.pass_time(minutes=5)

        assert len(house.sent_to(RESIDENT)) == asked == 1

    def test_the_question_whether_one_is_there_is_dropped_once_all_is_over(self) -> None:
        house = House(AT_ONCE)
        house.press()
        house.text(PAUL, "1")
        house.network = refusing
        house.pass_time(minutes=20)

        house.cancel()

        assert "question.there" not in [m.words.key for m in house.state.outbox.values()]

    def test_a_fault_that_is_over_is_not_told_any_more(self) -> None:
        house = House(network=refusing)
        house.fail("mqtt.absent")
        house.pass_time(minutes=5)

        house.repair("mqtt.absent")

        assert [m.words.key for m in house.state.outbox.values()] == ["tech.restored.mqtt.absent"]

    def test_a_newer_status_about_an_incident_replaces_an_older_one(self) -> None:
        house = House(AT_ONCE)
        house.press()
        house.pass_time(minutes=3)
        house.network = mute
        house.text(PAUL, "1")
        house.text(PAUL, "3")

        statuses = [m.words.key for m in house.state.outbox.values() if m.person == ANNE]

        assert statuses == ["attend.others"]

    def test_news_of_two_different_people_do_not_replace_each_other(self) -> None:
        house = House(network=mute)

        house.text(PAUL, "STOP")
        house.text(ANNE, "STOP")

        told = [m for m in house.state.outbox.values() if m.person == MARIE]
        assert [dict(m.words.values)["person"] for m in told] == ["Paul", "Anne"]

    def test_the_same_words_about_the_same_thing_wait_once(self) -> None:
        house = House(network=mute)
        request(house, Purpose.STATUS, ANNE)
        look(house)

        first = request(house, Purpose.REPLY, key="hint", incident=10)
        house.state = replace(house.state, incidents={})
        second = request(house, Purpose.REPLY, key="hint", incident=None)
        third = request(house, Purpose.REPLY, key="hint", incident=None)
        look(house)

        assert first not in house.state.outbox
        assert second not in house.state.outbox
        assert third in house.state.outbox

    def test_alerts_are_never_superseded(self) -> None:
        house = House(network=mute)
        house.press()
        house.pass_time(seconds=10)
        number = house.incident.number

        request(house, Purpose.ALERT, key="alert.panic", incident=number)
        request(house, Purpose.ALERT, key="alert.panic", incident=number)
        look(house)

        assert len(house.state.outbox) == 3

    def test_news_older_than_an_hour_is_none(self) -> None:
        house = House(network=refusing)
        house.text(PAUL, "AIDE")
        house.oversleep(hours=1)
        look(house)
        assert not house.of(MessageDropped)

        house.oversleep(seconds=1)
        look(house)

        assert house.of(MessageDropped)[-1].reason == "too old to be news"

    def test_an_alert_is_news_as_long_as_nobody_answered(self) -> None:
        house = House(AT_ONCE, network=refusing)
        house.press()

        house.pass_time(hours=3)

        assert (PAUL, MessageStatus.WAITING) in [(m.person, m.status) for m in house.state.outbox.values()]

    def test_a_message_of_an_incident_long_forgotten_is_dropped(self) -> None:
        house = House()
        request(house, Purpose.ALERT, incident=99)

        look(house)

        assert house.of(MessageDropped)[-1].reason == "the incident is long over"
        assert not house.sent

    def test_stop_ends_alerts_and_news_that_still_wait(self) -> None:
        house = House(AT_ONCE, network=refusing)
        house.press()
        house.pass_time(minutes=4)
        house.forget_texts()

        house.text(PAUL, "STOP")
        house.pass_time(minutes=10)

        assert set(house.texts_to(PAUL)) == {"stop.you"}

    def test_whoever_texted_stop_and_goes_all_the_same_is_told_what_they_need(self) -> None:
        house = House(AT_ONCE)
        house.press()
        house.text(PAUL, "STOP")

        house.text(PAUL, "1")

        assert house.texts_to(PAUL)[-2:] == ["ack.you", "access"]

    def test_the_queue_stays_short_and_what_matters_least_goes_first(self) -> None:
        house = House(network=mute)
        request(house, Purpose.DUTY)
        look(house)
        for _ in range(WAITING_AT_MOST - 1):
            request(house, Purpose.REPLY)
        oldest = min(n for n, m in house.state.outbox.items() if m.purpose is Purpose.REPLY)

        fault = request(house, Purpose.TECHNICAL)
        question = request(house, Purpose.QUESTION)
        look(house)

        assert len(house.state.outbox) == WAITING_AT_MOST
        assert fault not in house.state.outbox
        assert oldest not in house.state.outbox
        assert question in house.state.outbox


class TestLimits:
    def test_five_texts_in_a_quarter_of_an_hour_to_one_number(self) -> None:
        house = House()
        for _ in range(7):
            request(house, Purpose.REPLY)

        look(house)
        assert len(house.sent_to(PAUL)) == 5
        house.pass_time(minutes=15)

        assert len(house.sent_to(PAUL)) == 7

    def test_eleven_texts_in_an_hour_to_one_number(self) -> None:
        house = House()
        for _ in range(3):
            for _ in range(5):
                request(house, Purpose.REPLY)
            look(house)
            house.pass_time(minutes=15)

        assert len(house.sent_to(PAUL)) == 11

    def test_three_status_messages_in_20_minutes(self) -> None:
        house = House()
        for _ in range(4):
            request(house, Purpose.STATUS)
        look(house)

        assert len(house.sent_to(PAUL)) == 3
        house.pass_time(minutes=20)
        assert len(house.sent_to(PAUL)) == 4

    def test_numbers_are_counted_one_by_one(self) -> None:
        house = House()
        for person in (PAUL, ANNE):
            for _ in range(5):
                request(house, Purpose.REPLY, person)

        look(house)

        assert len(house.sent) == 10

    def test_alerts_and_what_the_one_who_goes_needs_are_never_throttled(self) -> None:
        house = House()
        for _ in range(5):
            request(house, Purpose.REPLY)
        look(house)
        house.forget_texts()

        for purpose in (Purpose.ALERT, Purpose.DUTY, Purpose.ASK_RESIDENT):
            request(house, purpose)
        look(house)

        assert len(house.sent) == 3

    def test_numbers_that_were_quiet_for_an_hour_are_forgotten(self) -> None:
        house = House()
        request(house, Purpose.REPLY)
        look(house)
        house.pass_time(hours=2)

        request(house, Purpose.REPLY, ANNE)
        look(house)

        assert set(house.state.sent) == {PHONES[ANNE]}


class TestReports:
    def test_a_failed_alert_is_tried_again_after_5_15_30_and_then_every_60_seconds(self) -> None:
        house = House(AT_ONCE, network=refusing)
        house.press()

        house.pass_time(minutes=4)

        gaps = [b - a for a, b in zip(tries(house, 1), tries(house, 1)[1:], strict=False)]
        assert gaps == [5, 15, 30, 60, 60, 60]
        assert gaps[:4] == [wait.total_seconds() for wait in RETRIES]

    def test_what_is_no_alert_is_given_up_after_ten_tries(self) -> None:
        house = House(network=refusing)
        request(house, Purpose.DUTY)
        look(house)

        house.pass_time(minutes=59)

        assert len(tries(house, 1)) == TRIES_OF_NO_ALERT
        assert house.of(MessageFailed)[-1].retry_at is None

    def test_an_uncertain_alert_is_sent_again_at_once_for_better_twice_than_never(self) -> None:
        house = House(AT_ONCE, network=mute)
        house.press()

        house.report(1, SendState.UNCERTAIN)

        assert tries(house, 1) == [0, 0]

    def test_but_not_every_second(self) -> None:
        house = House(AT_ONCE, network=lambda _message: SendState.UNCERTAIN)
        house.press()

        house.pass_time(minutes=2)

        assert tries(house, 1) == [0, 0, 15, 45, 105]

    def test_an_uncertain_reply_is_not_repeated_and_a_late_yes_still_counts(self) -> None:
        house = House(network=lambda _message: SendState.UNCERTAIN)
        house.text(PAUL, "AIDE")
        assert house.state.outbox[1].status is MessageStatus.UNCERTAIN

        house.report(1, SendState.UNCERTAIN)
        house.report(1, SendState.ACCEPTED)

        assert not house.state.outbox
        assert len(house.of(MessageUncertain)) == 1

    def test_after_ten_minutes_nobody_hopes_for_a_late_report(self) -> None:
        house = House(network=lambda _message: SendState.UNCERTAIN)
        house.text(PAUL, "AIDE")

        house.pass_time(minutes=10)

        assert not house.state.outbox

    def test_a_channel_that_never_reports_is_presumed_hung_after_three_minutes(self) -> None:
        house = House(replace(AT_ONCE, waves=(Wave((PAUL,), timedelta(minutes=5)),)), network=mute)
        house.press()

        house.pass_time(minutes=3)

        assert house.of(MessageUncertain)[0].reason == "the channel did not report"
        assert len(tries(house, 1)) == 2

    def test_a_report_for_a_settled_message_changes_nothing(self) -> None:
        house = House(AT_ONCE)
        house.press()

        assert not house.report(1, SendState.FAILED)
        assert not house.report(999, SendState.ACCEPTED)

    def test_a_failure_that_comes_while_the_message_waits_changes_nothing(self) -> None:
        house = House(AT_ONCE, network=refusing)
        house.press()

        assert not house.report(1, SendState.FAILED)

    def test_a_late_yes_saves_the_repeat(self) -> None:
        house = House(AT_ONCE, network=lambda _message: SendState.UNCERTAIN)
        house.press()
        assert house.state.outbox[1].status is MessageStatus.WAITING

        house.report(1, SendState.ACCEPTED)
        house.pass_time(minutes=2)

        assert len(tries(house, 1)) == 2

    def test_a_delivery_report_about_no_message_of_ours_is_none(self) -> None:
        house = House(AT_ONCE)
        house.press()

        for number in (-1, 0, house.state.next_message):
            assert not house.tell(DeliveryReported(house.now, number, DeliveryState.DELIVERED))

    def test_delivery_reports_are_kept_for_the_family_to_see(self) -> None:
        house = House(AT_ONCE)
        house.press()

        house.tell(DeliveryReported(house.now, 1, DeliveryState.DELIVERED))
        house.tell(DeliveryReported(house.now, 1, DeliveryState.PENDING))
        house.tell(DeliveryReported(house.now, 1, DeliveryState.FAILED, "expired"))

        assert len(house.of(MessageDelivered)) == 1
        assert house.of(MessageUndelivered)[0].reason == "expired"

    def test_a_delivery_report_about_a_message_that_never_was_is_left_alone(self) -> None:
        house = House()

        house.tell(DeliveryReported(house.now, 77, DeliveryState.DELIVERED))
        house.tell(DeliveryReported(house.now, 0, DeliveryState.DELIVERED))
        house.tell(DeliveryReported(house.now, house.state.next_message, DeliveryState.DELIVERED))

        assert not house.of(MessageDelivered)


class TestRoads:
    def test_when_a_road_opens_what_waited_for_it_goes_at_once(self) -> None:
        house = House(AT_ONCE, network=refusing)
        house.tell(LinkChanged(house.now, "sms", up=False))
        house.press()
        house.pass_time(seconds=30)
        house.network = accepting

        house.tell(LinkChanged(house.now, "sms", up=True))

        assert house.of(MessageAccepted)[0].at == house.now
        assert not house.state.outbox

    def test_a_closed_road_is_tried_four_times_soon_and_then_every_ten_minutes(self) -> None:
        house = House(AT_ONCE, network=refusing)
        house.link("sms", up=False)
        house.press()
        house.pass_time(minutes=25)

        tried = [sent.at - house.sent[0].at for sent in house.sent if sent.message.number == 1]
        assert [span.total_seconds() for span in tried] == [0, 5, 20, 50, 650, 1250]

    def test_behind_a_closed_road_nothing_is_given_up(self) -> None:
        house = House(network=refusing)
        house.tell(LinkChanged(house.now, "sms", up=False))
        house.text(PAUL, "AIDE")

        house.pass_time(minutes=50)
        house.network = accepting
        house.tell(LinkChanged(house.now, "sms", up=True))

        assert len(house.of(MessageAccepted)) == 1

    def test_whoever_goes_gets_the_way_in_however_long_the_road_was_closed(self) -> None:
        house = House(AT_ONCE)
        house.press()
        house.network = refusing
        house.tell(LinkChanged(house.now, "sms", up=False))
        house.command(Action.ATTEND, by=PAUL)
        house.pass_time(hours=5)
        house.network = accepting
        house.forget_texts()

        house.tell(LinkChanged(house.now, "sms", up=True))

        assert "access" in house.texts_to(PAUL)

    def test_another_road_changes_nothing_for_it(self) -> None:
        house = House(AT_ONCE, network=refusing)
        house.press()

        house.tell(LinkChanged(house.now, "mqtt", up=True))
        house.tell(LinkChanged(house.now, "sms", up=False))

        assert {m.status for m in house.state.outbox.values()} == {MessageStatus.WAITING}

    def test_a_road_that_is_told_twice_is_noted_once(self) -> None:
        house = House()

        house.tell(LinkChanged(house.now, "sms", up=True))
        house.tell(LinkChanged(house.now, "sms", up=True))

        assert len(house.of(RoadChanged)) == 1

    def test_the_hub_does_not_wake_for_what_waits_behind_a_road_in_use(self) -> None:
        house = House(EVERYBODY, network=refusing)
        house.press()
        house.network = mute
        house.pass_time(seconds=6)
        assert [m.status for m in house.state.outbox.values()].count(MessageStatus.SENDING) == 1

        due = next_send(house.state)

        assert due is not None
        assert due > house.now + timedelta(minutes=2)


class TestChannels:
    def test_only_an_alert_is_worth_a_ring(self) -> None:
        people = (replace(CIRCLE[0], channels=("call", "sms")), *CIRCLE[1:])
        house = House(replace(AT_ONCE, people=people))
        house.press()

        house.command(Action.ANSWER, by=MARIE)

        assert [(s.key, s.message.channel) for s in house.sent_to(PAUL)] == [
            ("say.call.panic", "call"),
            ("ack.others", "sms"),
        ]

    def test_the_key_code_goes_to_the_number_of_whoever_answered_and_to_no_server(self) -> None:
        people = (replace(CIRCLE[0], channels=("https://push.example.org/paul", "sms")), *CIRCLE[1:])
        house = House(replace(AT_ONCE, people=people))
        house.press()

        house.command(Action.ANSWER, "web", by=PAUL)

        assert [(s.key, s.message.address) for s in house.sent_to(PAUL, Purpose.DUTY)] == [
            ("ack.you", PHONES[PAUL]),
            ("access", PHONES[PAUL]),
        ]

    def test_whoever_has_no_number_gets_it_by_the_channel_they_have(self) -> None:
        people = (replace(CIRCLE[0], phone="", channels=("mail:paul@example.org",)), *CIRCLE[1:])
        house = House(replace(AT_ONCE, people=people))
        house.press()

        house.command(Action.ANSWER, by=PAUL)

        assert {s.message.address for s in house.sent_to(PAUL)} == {"paul@example.org"}


class TestAfterARestart:
    def test_what_was_in_the_channels_hands_is_sent_once_more_if_it_is_an_alert(self) -> None:
        house = House(AT_ONCE, network=mute)
        house.press()

        house.cut_power(timedelta(seconds=20), rebooted=False)

        assert len(tries(house, 1)) == 2
        assert house.of(MessageUncertain)[0].reason == "the hub restarted"

    def test_and_not_if_it_is_an_ordinary_text(self) -> None:
        house = House(network=mute)
        house.text(PAUL, "AIDE")

        house.cut_power(timedelta(seconds=20))

        assert len(tries(house, 1)) == 1


class TestHeldBack:
    """What the audit asks: could a message go that does not?"""

    def test_a_message_that_could_go_waits_since_it_was_asked_for(self) -> None:
        house = House()
        assert ready_since(house.state, house.now) is None
        request(house, Purpose.REPLY)
        asked = house.now
        house.now += timedelta(minutes=1)

        assert ready_since(house.state, house.now) == asked

    def test_behind_a_closed_road_or_one_in_use_it_is_not_held_back(self) -> None:
        house = House(network=mute)
        request(house, Purpose.REPLY)
        look(house)
        request(house, Purpose.REPLY)
        assert ready_since(house.state, house.now) is None

        closed = House()
        closed.link("sms", up=False)
        request(closed, Purpose.REPLY)
        assert ready_since(closed.state, closed.now) is None

    def test_nor_is_one_that_failed_and_is_tried_again_later(self) -> None:
        house = House(network=refusing)
        request(house, Purpose.REPLY)
        look(house)

        assert [message.status for message in house.state.outbox.values()] == [MessageStatus.WAITING]
        assert ready_since(house.state, house.now) is None
