"""What is said to a modem that falls silent, finds no network or is to be restarted: step by step, with its times."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from hub.drivers.modem.ladder import Ladder, SickError
from hub.drivers.modem.profiles import GENERIC, load
from hub.drivers.modem.responses import Network, Registration
from hub.drivers.modem.script import Answer, Ask, Pause, Script, Step, Write
from hub.drivers.modem.situation import Situation

OK, SILENCE = Answer("OK"), Answer()
HUSH = [Write(b"\x1b\r"), Pause(0.2)]


@pytest.fixture
def situation() -> Situation:
    return Situation(load(GENERIC))


@pytest.fixture
def ladder(situation: Situation) -> Ladder:
    return Ladder(situation)


def play(script: Script[object], answer: Callable[[str], Answer] = lambda _: OK) -> list[Step]:
    """Play ``script`` with a modem that gives ``answer``; return its steps, also of one that fails."""
    steps: list[Step] = []
    came: Answer | None = None
    try:
        while True:
            steps.append(script.send(came))  # type: ignore[arg-type]  # None starts a generator
            came = answer(steps[-1].command) if isinstance(steps[-1], Ask) else Answer()
    except StopIteration:
        return steps


def listens(command: str) -> Answer:
    return OK if command == "AT" else SILENCE


def test_an_answer_is_waited_for_nine_seconds_or_as_long_as_is_said(ladder: Ladder) -> None:
    assert play(ladder.ask("AT+CSQ")) == [Ask("AT+CSQ", 9.0)]
    assert play(ladder.ask("AT+CPMS?", 10.0)) == [Ask("AT+CPMS?", 10.0)]


def test_after_a_silence_the_modem_is_asked_whether_it_listens(ladder: Ladder) -> None:
    assert play(ladder.ask("AT+CSQ"), listens) == [Ask("AT+CSQ", 9.0), *HUSH, Ask("AT", 1.0), Pause(0.2)]


def test_an_error_is_an_answer_too(ladder: Ladder) -> None:
    assert play(ladder.ask("AT+CSQ"), lambda _: Answer("ERROR")) == [Ask("AT+CSQ", 9.0)]


def test_it_is_asked_three_times_and_then_its_port_is_to_be_opened_again(ladder: Ladder) -> None:
    asked: list[str] = []

    def deaf(command: str) -> Answer:
        asked.append(command)
        return SILENCE

    with pytest.raises(SickError, match=r"no answer to AT\+CSQ, nor to AT") as sick:
        play(ladder.ask("AT+CSQ"), deaf)

    assert asked == ["AT+CSQ", "AT", "AT", "AT"]
    assert not sick.value.reset


def test_the_third_time_may_be_the_one_that_is_heard(ladder: Ladder) -> None:
    asked: list[str] = []

    def hard_of_hearing(command: str) -> Answer:
        asked.append(command)
        return OK if asked.count("AT") == 3 else SILENCE

    assert play(ladder.ask("AT+CSQ"), hard_of_hearing)[-1] == Pause(0.2)


def test_two_silences_in_a_row_are_no_accident(ladder: Ladder) -> None:
    play(ladder.ask("AT+CSQ"), listens)
    with pytest.raises(SickError, match=r"no answer to AT\+CREG\?, the 2nd in a row, though AT works") as sick:
        play(ladder.ask("AT+CREG?"), listens)

    assert sick.value.reset


@pytest.mark.parametrize("between", ["an answer", "a new connection", "a restart"])
def test_what_came_between_makes_them_two_accidents(ladder: Ladder, between: str) -> None:
    play(ladder.ask("AT+CSQ"), listens)
    if between == "an answer":
        play(ladder.ask("AT+CSQ"))
    elif between == "a new connection":
        ladder.start_afresh()
    else:
        play(ladder.reset())

    play(ladder.ask("AT+CSQ"), listens)
    with pytest.raises(SickError):
        play(ladder.ask("AT+CSQ"), listens)


def test_a_restart_is_the_profile_s_command_and_thirty_seconds(ladder: Ladder, situation: Situation) -> None:
    situation.profile = load("sim7600")

    assert play(ladder.reset()) == [Ask("AT+CRESET", 15.0), Pause(30.0)]


@pytest.mark.parametrize("off", [None, 0])
def test_the_radio_is_switched_off_and_on_with_a_rest_after_each(ladder: Ladder, off: int | None) -> None:
    script = ladder.cycle_radio() if off is None else ladder.cycle_radio(off)

    assert play(script) == [
        Ask(f"AT+CFUN={4 if off is None else off}", 15.0),
        Pause(3.0),
        Ask("AT+CFUN=1", 15.0),
        Pause(3.0),
    ]


def test_what_was_known_of_the_networks_is_over_when_the_radio_was_off(ladder: Ladder, situation: Situation) -> None:
    situation.note(Network("+CREG", Registration.HOME))
    play(ladder.cycle_radio())

    assert not situation.is_registered


def test_another_radio_access_is_what_the_profile_says(ladder: Ladder, situation: Situation) -> None:
    situation.profile = replace(load(GENERIC), radio=("AT+CNMP=38", "AT+CNMP=2"))

    assert play(ladder.change_radio_access()) == [
        Ask("AT+CNMP=38", 15.0),
        Pause(3.0),
        Ask("AT+CNMP=2", 15.0),
        Pause(3.0),
    ]


def test_where_the_profile_knows_none_the_radio_is_switched_off_and_on(ladder: Ladder, situation: Situation) -> None:
    situation.profile = replace(load(GENERIC), radio=())

    assert play(ladder.change_radio_access())[0] == Ask("AT+CFUN=4", 15.0)
