"""People's phones: whom texts do not reach, who has proven nothing for long, and how people answer (BEHAVIOUR 2, 7)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house import ANNE, CIRCLE, HOME, MARIE, PAUL, House, accepting, mute

from hub.domain.facts import MessageAccepted, Purpose
from hub.domain.inputs import Action, DeliveryState, SendState
from hub.domain.people import measured
from hub.domain.policy import Delays
from hub.domain.proof import PROOF_LASTS, is_down, proven
from hub.domain.records import Message, State
from hub.domain.supervision_state import ASKS_REMEMBERED, AWAITED_AT_MOST
from hub.domain.trouble import UNPROVEN_PERSON, UNPROVEN_SIM, UNREACHABLE, named

AT_ONCE = replace(HOME, delays=Delays(panic_warning=timedelta(0)))


def refusing_paul(message: Message) -> SendState | None:
    return None if message.person == PAUL else SendState.ACCEPTED


def alarm(house: House) -> None:
    """A call for help that is over again."""
    house.press()
    for sent in house.sent_to(PAUL, Purpose.ALERT)[-1:]:
        if sent.message.number in house.state.outbox:
            house.report(sent.message.number, SendState.FAILED, permanent=True)
    house.command(Action.CLOSE)
    house.pass_time(hours=1)


def unreachable(house: House, who: str = PAUL) -> bool:
    return named(UNREACHABLE, who) in house.state.faults


class TestUnreachable:
    def test_a_number_that_is_refused_twice_is_told_to_the_family(self) -> None:
        house = House(AT_ONCE, network=refusing_paul)
        alarm(house)
        assert not unreachable(house)

        alarm(house)

        assert unreachable(house)
        told = next(sent for sent in house.sent_to(MARIE) if sent.key == f"tech.raised.{UNREACHABLE}")
        assert (told.values["device"], told.values["detail"]) == ("Paul", "number refused")

    def test_a_text_that_the_network_takes_is_enough_for_a_number_to_be_one(self) -> None:
        house = House(AT_ONCE, network=refusing_paul)
        alarm(house)
        alarm(house)
        house.network = accepting

        alarm(house)

        assert not unreachable(house)

    def test_two_texts_that_never_arrived_are_told_and_a_text_from_the_person_ends_it(self) -> None:
        house = House(AT_ONCE)
        for _ in range(2):
            alarm(house)
            house.delivered(house.sent_to(PAUL, Purpose.ALERT)[-1], DeliveryState.FAILED)
        assert unreachable(house)

        house.text(PAUL, "coucou")

        assert not unreachable(house)

    def test_a_text_that_arrives_ends_it_too(self) -> None:
        house = House(AT_ONCE)
        for _ in range(2):
            alarm(house)
            house.delivered(house.sent_to(PAUL, Purpose.ALERT)[-1], DeliveryState.FAILED)
        alarm(house)

        house.delivered(house.sent_to(PAUL)[-1])

        assert not unreachable(house)

    def test_a_phone_that_stopped_reporting_is_told(self) -> None:
        house = House(AT_ONCE)
        alarm(house)
        for sent in house.sent_to(PAUL):
            house.delivered(sent)
        alarm(house)
        alarm(house)
        house.pass_time(hours=20)
        assert not unreachable(house)

        house.pass_time(hours=5)

        assert unreachable(house)

    def test_where_the_network_never_reports_nothing_follows_from_it(self) -> None:
        house = House(AT_ONCE)
        for _ in range(5):
            alarm(house)

        house.pass_time(days=3)

        assert not unreachable(house)

    def test_a_report_for_what_nobody_waits_for_changes_nothing(self) -> None:
        house = House(AT_ONCE)
        alarm(house)
        sent = house.sent_to(PAUL)[0]
        house.delivered(sent)
        house.delivered(sent)
        house.delivered(sent, DeliveryState.FAILED)

        assert house.state.reach[PAUL].undelivered == 0

    def test_whoever_leaves_the_circle_is_forgotten(self) -> None:
        house = House(AT_ONCE, network=refusing_paul)
        alarm(house)
        alarm(house)

        house.replace_policy(people=CIRCLE[1:])

        assert not unreachable(house)
        assert PAUL not in house.state.reach


class TestUnproven:
    def test_whoever_has_proven_nothing_for_thirty_days_is_told(self) -> None:
        house = House()
        house.pass_time(PROOF_LASTS - timedelta(days=1))
        house.text(ANNE, "bonjour")

        house.pass_time(days=2)

        assert named(UNPROVEN_PERSON, PAUL) in house.state.faults
        assert named(UNPROVEN_PERSON, ANNE) not in house.state.faults
        assert is_down(house.state, "person/paul")
        assert not is_down(house.state, "person/anne")

        house.text(PAUL, "bonjour")
        assert named(UNPROVEN_PERSON, PAUL) not in house.state.faults
        assert not is_down(house.state, "person/paul")

    def test_somebody_new_has_thirty_days(self) -> None:
        house = House(replace(HOME, people=CIRCLE[1:]))
        house.pass_time(days=25)
        house.replace_policy(people=CIRCLE)

        house.pass_time(days=10)

        assert named(UNPROVEN_PERSON, PAUL) not in house.state.faults

    def test_whoever_gets_no_texts_is_not_expected_to(self) -> None:
        house = House(replace(HOME, people=(replace(CIRCLE[0], channels=("call",)), *CIRCLE[1:])))

        assert "person/paul" not in house.state.links

    def test_a_sim_that_neither_sent_nor_got_anything_is_told(self) -> None:
        house = House(network=mute)
        house.pass_time(days=31)
        assert UNPROVEN_SIM in house.state.faults

        house.text("+33699999999", "Bienvenue")

        assert UNPROVEN_SIM not in house.state.faults


class TestProof:
    def test_every_link_has_an_age(self) -> None:
        house = House()
        assert set(house.state.links) >= {"device/salon", "device/cuisine", "person/paul", "sim", "broker", "mains"}

    def test_what_never_worked_has_none(self) -> None:
        assert set(proven(House().state)) == {"clock"}

    def test_a_clock_that_nobody_set_proves_nothing(self) -> None:
        assert "clock" not in proven(House(trusted=False).state)

    def test_a_text_proves_the_sim_and_the_phone_it_comes_from(self) -> None:
        house = House()
        house.text(PAUL, "bonjour")

        assert proven(house.state)["person/paul"] == proven(house.state)["sim"] == house.now

    def test_the_broker_is_proven_while_it_is_there(self) -> None:
        house = House()
        house.link("mqtt", up=True)
        began = house.now
        house.pass_time(hours=2)
        assert proven(house.state)["broker"] == house.state.at > began

        house.link("mqtt", up=False)
        house.pass_time(hours=2)
        assert proven(house.state)["broker"] == began + timedelta(hours=2)

    @pytest.mark.parametrize(
        ("what", "value", "link"),
        [("mains", True, "mains"), ("battery_percent", 80, "battery"), ("mains", False, None), ("other", 1, None)],
    )
    def test_mains_and_battery_are_proven_by_their_readings(self, what: str, value: float, link: str | None) -> None:
        house = House()
        house.observe(what, value)

        assert set(proven(house.state)) == {"clock", link} - {None}

    def test_a_hub_that_never_ran_has_proven_nothing(self) -> None:
        assert proven(State()) == {}

    def test_what_is_not_supervised_is_not_down(self) -> None:
        assert not is_down(House().state, "toaster")


class TestMeasured:
    def test_how_fast_and_how_often_people_answer_is_known(self) -> None:
        house = House(AT_ONCE)
        for minutes in (1, 5, 2):
            house.press()
            sent = house.sent_to(PAUL, Purpose.ALERT)[-1]
            house.pass_time(seconds=10)
            house.delivered(sent)
            house.pass_time(minutes=minutes)
            house.text(PAUL, "1")
            house.text(PAUL, "9")
            house.pass_time(hours=1)
        house.press()

        paul = measured(house.state)[PAUL]
        assert (paul.asked, paul.answered) == (4, 3)
        assert paul.to_answer == timedelta(minutes=2, seconds=10)
        assert paul.to_deliver == timedelta(seconds=10)

    def test_an_answer_to_a_drill_counts(self) -> None:
        house = House()
        house.command(Action.TEST)
        house.pass_time(minutes=3)
        house.text(PAUL, "1")

        assert measured(house.state)[PAUL].to_answer == timedelta(minutes=3)

    def test_whoever_was_never_asked_has_no_measure(self) -> None:
        assert measured(House().state)[PAUL].to_answer is None

    def test_only_the_newest_times_count(self) -> None:
        house = House(AT_ONCE)
        for _ in range(ASKS_REMEMBERED + 3):
            alarm(house)

        assert len(house.state.reach[PAUL].asks) == ASKS_REMEMBERED
        assert len(house.of(MessageAccepted)) > AWAITED_AT_MOST / 2
        assert len(house.state.awaiting) <= AWAITED_AT_MOST
