"""`TEST` and `TEST TOUS` by text: one phone tried by whoever has it, all by the family, and no alarm disturbed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house import ANNE, CIRCLE, HOME, MARIE, PAUL, House

from hub.domain.answering import REPLIES_AT_MOST
from hub.domain.conversation import TEST_AGAIN
from hub.domain.drills import ONE_BY_TEXT
from hub.domain.facts import Kind, MessageRequested, Outcome, Purpose, SmsKept
from hub.domain.inputs import Action, FaultSeen
from hub.domain.policy import Role

STRANGER = "+33799999999"


def with_paul(**changes: object) -> House:
    return House(replace(HOME, people=(replace(CIRCLE[0], **changes), *CIRCLE[1:])))  # type: ignore[arg-type]


def tried(house: House) -> set[str]:
    return {sent.message.person for sent in house.sent if sent.message.purpose is Purpose.DRILL}


class TestOneTriesTheirPhone:
    @pytest.mark.parametrize("words", ["TEST", "test", "Test svp", "test ?", "Essai"])
    def test_whoever_texts_test_is_told_that_it_came_and_when(self, words: str) -> None:
        house = House()
        house.text(PAUL, words)

        assert house.texts_to(PAUL) == ["test.works"]
        assert house.last_to(PAUL).values["time"] == house.now
        assert not house.has_incident

    def test_the_family_hears_how_many_faults_stand_and_a_neighbour_does_not(self) -> None:
        house = House()
        house.tell(FaultSeen(house.now, "gsm.weak", "-109 dBm"))
        house.text(MARIE, "TEST")
        house.text(PAUL, "TEST")

        assert house.last_to(MARIE).values["faults"] == 1
        assert house.last_to(PAUL).values["faults"] is None

    @pytest.mark.parametrize(
        "changes", [{"role": Role.VIEWER}, {"consent": False}, {"channels": ("https://push.example.org",)}]
    )
    def test_nobody_may_believe_that_they_will_be_called_who_will_not_be(self, changes: dict[str, object]) -> None:
        house = with_paul(**changes)
        house.text(PAUL, "TEST")
        house.text(PAUL, "TEST")

        assert house.texts_to(PAUL) == ["test.no_alerts"]

    def test_nor_who_texted_stop(self) -> None:
        house = House()
        house.text(PAUL, "STOP")
        house.text(PAUL, "TEST")

        assert house.texts_to(PAUL) == ["stop.you", "test.stopped"]

    def test_a_stranger_gets_no_answer_ever(self) -> None:
        house = House()
        for words in ("TEST", "TEST TOUS"):
            house.text(STRANGER, words)

        assert house.sent == []
        assert len(house.of(SmsKept)) == 2

    def test_a_machine_that_texts_test_all_day_hears_from_us_a_few_times_only(self) -> None:
        house = House()
        for _ in range(20):
            house.text(PAUL, "TEST")
            house.pass_time(minutes=20)

        assert house.texts_to(PAUL) == ["test.works"] * REPLIES_AT_MOST

    def test_but_whoever_tries_it_once_a_month_is_always_answered(self) -> None:
        house = House()
        for _ in range(REPLIES_AT_MOST + 3):
            house.text(PAUL, "TEST")
            house.pass_time(TEST_AGAIN)

        assert len(house.texts_to(PAUL)) == REPLIES_AT_MOST + 3

    def test_it_proves_the_phone(self) -> None:
        house = House()
        house.text(PAUL, "TEST")

        assert house.state.links[f"person/{PAUL}"].proven_at == house.now


class TestDuringAnAlarm:
    @pytest.mark.parametrize("words", ["TEST", "TEST TOUS"])
    def test_no_test_begins_and_whoever_was_alerted_is_asked_for_an_answer_to_that(self, words: str) -> None:
        house = House()
        house.press()
        house.pass_time(seconds=10)
        house.text(MARIE, words)
        house.text(MARIE, words)

        assert house.texts_to(MARIE) == ["test.alert"]
        assert house.last_to(MARIE).values["number"] == house.incident.number
        assert house.of_kind(Kind.DRILL) == []

    def test_of_several_the_one_that_this_person_was_alerted_of_is_meant(self) -> None:
        house = House()
        house.press()
        house.pass_time(seconds=10)
        alerted = house.incident.number
        house.sense("chute")  # and nobody is told of it yet
        assert house.incident.number != alerted
        house.text(PAUL, "TEST")

        assert house.last_to(PAUL).values["number"] == alerted


class TestTheFamilyTriesAll:
    @pytest.mark.parametrize("words", ["TEST TOUS", "test all", "Test tout le monde"])
    def test_everybody_who_gets_texts_is_asked_and_the_family_told_how_many(self, words: str) -> None:
        house = House()
        house.text(MARIE, words)

        assert tried(house) == {PAUL, ANNE, MARIE}
        (began,) = (sent for sent in house.sent_to(MARIE, Purpose.REPLY))
        assert (began.key, began.values["people"]) == ("drill.began", 3)

    def test_it_is_a_drill_like_any_other(self) -> None:
        house = House()
        house.text(MARIE, "TEST TOUS")
        for who in (PAUL, ANNE, MARIE):
            house.text(who, "1")

        assert house.incident.outcome is Outcome.DRILL_PASSED

    def test_a_test_while_it_runs_answers_it(self) -> None:
        house = House()
        house.text(MARIE, "TEST TOUS")
        house.text(PAUL, "TEST")

        assert house.incident.confirmed == {PAUL}
        assert house.last_to(PAUL).key == "test.ack"

    @pytest.mark.parametrize("role", [Role.NEIGHBOUR, Role.VIEWER])
    def test_others_may_not_and_are_told_who_may(self, role: Role) -> None:
        house = with_paul(role=role)
        house.text(PAUL, "TEST TOUS")

        assert house.texts_to(PAUL) == ["refuse"]
        assert house.last_to(PAUL).values["names"] == "Marie"
        assert not house.has_incident

    def test_one_that_runs_is_not_begun_again(self) -> None:
        house = House()
        house.text(MARIE, "TEST TOUS")
        house.forget_texts()
        house.text(MARIE, "TEST TOUS")

        assert house.texts_to(MARIE) == ["drill.running"]
        assert len(house.of_kind(Kind.DRILL)) == 1

    def test_one_a_day_is_enough_by_text_for_senders_can_be_forged(self) -> None:
        house = House()
        house.text(MARIE, "TEST TOUS")
        began = house.now
        for who in (PAUL, ANNE, MARIE):
            house.text(who, "1")
        house.pass_time(ONE_BY_TEXT - timedelta(minutes=1))
        house.forget_texts()
        house.text(MARIE, "TEST TOUS")
        assert house.texts_to(MARIE) == ["drill.recent"]
        assert house.last_to(MARIE).values["since"] == began

        house.pass_time(minutes=1)
        house.text(MARIE, "TEST TOUS")
        assert len(house.of_kind(Kind.DRILL)) == 2

    def test_at_the_hub_itself_it_may_be_begun_every_hour(self) -> None:
        house = House()
        house.text(MARIE, "TEST TOUS")
        for who in (PAUL, ANNE, MARIE):
            house.text(who, "1")
        house.pass_time(hours=1)

        assert house.command(Action.TEST).ok

    def test_in_a_home_where_nobody_gets_texts_there_is_none(self) -> None:
        people = tuple(replace(person, consent=False) for person in CIRCLE)
        house = House(replace(HOME, people=people))
        house.text(MARIE, "TEST TOUS")

        assert house.texts_to(MARIE) == ["drill.nobody"]


def test_what_is_asked_by_text_is_answered_by_text() -> None:
    house = House()
    house.text(PAUL, "TEST")

    assert {fact.channel for fact in house.of(MessageRequested)} == {"sms"}
