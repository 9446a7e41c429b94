"""Notes beside an alert: who may write, when, how much, and that nobody is told of them by text."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house import ANNE, HOME, MARIE, MARTIN, PAUL, QUIET, RESIDENT, House

from hub.domain import evidence
from hub.domain.commands import WHY_NOT_NOTED
from hub.domain.evidence import month_of
from hub.domain.facts import IncidentClosed, Kind, NoteWritten, Outcome
from hub.domain.inputs import Action, FaultSeen, PolicyReplaced
from hub.domain.notes import IN_ALL, LONGEST, LONGEST_REASON, WITHIN, NotNoted
from hub.domain.policy import Person, Role

CAT = "c'est le chat sur la table, la porte est fermée"


def called(house: House | None = None) -> House:
    """She calls for help, and Paul is asked."""
    house = house or House()
    house.press()
    house.pass_time(minutes=1)
    return house


def note(house: House, who: str | None, text: str, via: str = "web", number: int | None = None) -> str:
    incident = max(house.state.incidents) if number is None else number
    return house.command(Action.NOTE, via, by=who, incident=incident, text=text).text


def refused(why: NotNoted) -> str:
    return WHY_NOT_NOTED[why]


def written(house: House) -> list[tuple[str, str]]:
    return [(fact.name, fact.text) for fact in house.of(NoteWritten)]


class TestWho:
    @pytest.mark.parametrize(("who", "name"), [(PAUL, "Paul"), (MARIE, "Marie"), (RESIDENT, "Mme Martin")])
    def test_family_whoever_was_asked_and_the_one_at_home(self, who: str, name: str) -> None:
        house = called()
        house.forget_texts()

        assert note(house, who, CAT) == "done"

        assert written(house) == [(name, CAT)]
        assert not house.sent, "nobody is told by text"

    def test_whoever_was_not_asked_may_not_until_they_are_or_go(self) -> None:
        house = called()
        assert note(house, ANNE, CAT) == refused(NotNoted.WHO)

        house.text(ANNE, "1")

        assert note(house, ANNE, CAT) == "done"

    def test_whoever_left_the_circle_is_nobody_here(self) -> None:
        house = called()
        house.text(PAUL, "STOP")

        assert note(house, PAUL, CAT) == refused(NotNoted.WHO)

    def test_looking_on_is_no_writing(self) -> None:
        eva = Person("eva", "Eva", "+33600000077", Role.VIEWER, consent=True)
        house = called(House(replace(HOME, people=(*HOME.people, eva))))

        assert note(house, "eva", CAT) == refused(NotNoted.WHO)

    @pytest.mark.parametrize(("who", "via"), [(PAUL, "mqtt"), (RESIDENT, "mqtt"), ("nobody", "web"), (None, "web")])
    def test_whoever_is_not_known_for_certain_may_not(self, who: str | None, via: str) -> None:
        house = called()

        assert note(house, who, CAT, via) == refused(NotNoted.WHO)
        assert not written(house)


class TestWhen:
    def test_for_a_week_after_the_end_and_no_longer(self) -> None:
        house = called()
        house.command(Action.CLOSE, by=MARIE)
        house.pass_time(WITHIN)
        assert note(house, PAUL, CAT) == "done"

        house.pass_time(seconds=1)

        assert note(house, PAUL, CAT) == refused(NotNoted.OVER)

    def test_what_is_open_may_be_old(self) -> None:
        house = called()
        house.text(PAUL, "3")
        house.pass_time(WITHIN + timedelta(days=1))

        assert note(house, PAUL, CAT) == "done"

    @pytest.mark.parametrize("number", [0, 999])
    def test_an_alert_that_never_was_has_none(self, number: int) -> None:
        assert note(called(), MARIE, CAT, number=number) == refused(NotNoted.OVER)

    def test_nor_has_a_command_that_names_none(self) -> None:
        house = called()

        assert house.command(Action.NOTE, "web", by=MARIE, text=CAT).text == refused(NotNoted.OVER)

    def test_a_fault_is_no_alert(self) -> None:
        house = House()
        house.tell(FaultSeen(house.now, "modem.absent"))
        house.pass_time(minutes=6)
        assert house.state.open_of(Kind.TECHNICAL)

        assert note(house, MARIE, CAT) == refused(NotNoted.OVER)


class TestWhat:
    @pytest.mark.parametrize("text", ["", " \n ", "\x00\x1b\u202e"])
    def test_nothing_is_no_note(self, text: str) -> None:
        assert note(called(), MARIE, text) == refused(NotNoted.EMPTY)

    def test_it_is_short_and_on_one_line(self) -> None:
        house = called()

        assert note(house, MARIE, "é" * (LONGEST + 1)) == refused(NotNoted.LONG)
        assert note(house, MARIE, "é" * LONGEST) == "done"
        assert note(house, MARIE, " deux\r\nlignes\u202e ") == "done"

        assert written(house)[1][1] == "deux lignes"

    def test_one_alert_has_so_many_of_all_together(self) -> None:
        house = called()
        for number in range(IN_ALL):
            assert note(house, (PAUL, MARIE)[number % 2], f"note {number}") == "done"

        assert note(house, RESIDENT, CAT) == refused(NotNoted.OFTEN)
        assert len(written(house)) == IN_ALL

    @pytest.mark.parametrize(
        "text", ["le code est 4821", "48 21", "4-8-2-1", "NE PAS RELEVER !", "Elle dit: ne pas relever, svp"]
    )
    def test_the_key_and_the_access_notes_are_refused(self, text: str) -> None:
        house = called()

        assert note(house, PAUL, text) == refused(NotNoted.SECRET)
        assert not written(house)

    def test_so_is_the_key_of_when_the_alert_began_and_the_one_of_now(self) -> None:
        house = called()
        resident = replace(MARTIN, key_code="7788", notes="")
        house.tell(PolicyReplaced(house.now, replace(house.policy, resident=resident)))

        assert note(house, PAUL, "7788") == refused(NotNoted.SECRET)
        assert note(house, PAUL, "4821") == refused(NotNoted.SECRET)

    def test_each_wrong_guess_of_the_key_counts(self) -> None:
        house = called()
        for number in range(IN_ALL):
            note(house, PAUL, f"{1000 + number}")

        assert note(house, PAUL, "4821") == refused(NotNoted.OFTEN)

    def test_without_a_key_all_may_be_written(self) -> None:
        house = called(House(replace(HOME, resident=replace(MARTIN, key_code="", notes=""))))

        assert note(house, PAUL, "4821 ne pas relever") == "done"


class TestWithTheEnd:
    def test_why_it_was_false_is_kept_with_the_end(self) -> None:
        house = called()

        house.command(Action.CLOSE, "web", by=MARIE, outcome=Outcome.FALSE_ALARM, text=" le chat \n")

        assert house.of(IncidentClosed)[0].outcome is Outcome.FALSE_ALARM
        (fact,) = house.of(NoteWritten)
        assert (fact.by, fact.text, fact.explains) == (MARIE, "le chat", True)

    def test_of_another_end_it_is_a_note_like_any(self) -> None:
        house = called()

        house.command(Action.CLOSE, "web", by=MARIE, outcome=Outcome.HELPED, text="elle est relevée")

        assert not house.of(NoteWritten)[0].explains

    def test_nothing_said_is_nothing_kept(self) -> None:
        house = called()

        house.command(Action.CLOSE, "web", by=MARIE, outcome=Outcome.FALSE_ALARM, text=" \n")

        assert house.of(IncidentClosed)
        assert not house.of(NoteWritten)

    @pytest.mark.parametrize(
        ("text", "why"), [("x" * (LONGEST_REASON + 1), NotNoted.LONG), ("code 4821", NotNoted.SECRET)]
    )
    def test_what_may_not_be_kept_ends_nothing(self, text: str, why: NotNoted) -> None:
        house = called()

        answer = house.command(Action.CLOSE, "web", by=MARIE, outcome=Outcome.FALSE_ALARM, text=text)

        assert answer.text == refused(why)
        assert not house.of(IncidentClosed)
        assert not house.of(NoteWritten)

    def test_a_road_that_does_not_know_who_it_is_says_no_word(self) -> None:
        house = called()
        house.text(PAUL, "1")

        answer = house.command(Action.CLOSE, "mqtt", by=PAUL, text="le chat")

        assert answer.text == refused(NotNoted.WHO)

    def test_many_notes_before_it_keep_nobody_from_ending_it(self) -> None:
        house = called()
        for number in range(IN_ALL):
            note(house, PAUL, f"note {number}")

        house.command(Action.CLOSE, "web", by=MARIE, outcome=Outcome.FALSE_ALARM, text="le chat")

        assert house.of(NoteWritten)[-1].text == "le chat"

    def test_the_month_tells_it_and_the_state_keeps_no_word_of_it(self) -> None:
        house = House(replace(HOME, silences=(QUIET,)))
        house.move()
        house.pass_time(hours=4, minutes=11)
        number = house.incident.number
        note(house, MARIE, "personne ne répond", number=number)
        house.command(Action.CLOSE, "web", by=MARIE, incident=number, outcome=Outcome.FALSE_ALARM, text="le chat")

        march = house.now.astimezone(HOME.zone).date().replace(day=1)
        (silence,) = month_of(house.facts, march, HOME.zone).silences
        (remembered,) = evidence.month(house.state.evidence, march, HOME.zone).silences

        assert (silence.why, remembered.why) == ("le chat", "")
