"""The phrases of calls: put into the modem in quiet moments, once, and said only if they are there."""

import pytest
from modem_bench import ANNA, outgoing
from test_calling import PHRASES, CallBench, alert

from hub.domain.inputs import SendState
from hub.drivers.modem.at import Info
from hub.drivers.modem.phrases import FIRST_AFTER_S, KEPT_LIMIT, QUIET_S
from hub.drivers.modem.rendering import is_ours, name_of
from hub.drivers.modem.speaking import MANNERS
from hub.sim.modem import SimulatedModem
from hub.sim.modem_faults import DeafTo, HangsOn, LostPrompt, Refuses, restart
from hub.sim.modem_files import words_of

UPLOADS = {"sim7600": b"AT+CFTRANRX=", "ec25": b"AT+QFUPL="}


@pytest.fixture(params=sorted(UPLOADS))
def modem(request: pytest.FixtureRequest) -> SimulatedModem:
    return SimulatedModem(request.param)


def started(modem: SimulatedModem, phrases: tuple[tuple[str, str], ...] = PHRASES) -> CallBench:
    bench = CallBench(modem)
    bench.machine.keep(phrases, bench.now)
    bench.start(FIRST_AFTER_S + 30)
    return bench


def uploads(bench: CallBench) -> int:
    return bench.said.count(UPLOADS[bench.far.dialect.name])


def test_every_phrase_is_put_into_the_modem_byte_by_byte(modem: SimulatedModem) -> None:
    started(modem)

    assert {name: words_of(name, wav) for name, wav in modem.files.items()} == {
        name_of(*phrase): phrase[1] for phrase in PHRASES
    }


def test_nothing_is_put_there_twice_in_the_life_of_a_modem(modem: SimulatedModem) -> None:
    assert uploads(started(modem)) == 3
    modem.restart(1.0)

    assert uploads(started(modem)) == 0


def test_what_is_not_wanted_any_more_is_deleted_and_other_files_are_left(modem: SimulatedModem) -> None:
    modem.files["holiday.wav"] = b"x"
    started(modem)
    modem.files["tc0123456789ab.wav"] = b"an older voice"
    bench = started(modem, PHRASES[:1])
    bench.wait(30)

    assert modem.files.keys() == {"holiday.wav", name_of(*PHRASES[0])}


def test_where_nobody_is_called_any_more_no_name_stays_in_the_modem(modem: SimulatedModem) -> None:
    bench = started(modem)
    assert modem.files

    bench.machine.keep((), bench.now)
    bench.wait(60)

    assert modem.files == {}


def test_over_a_slow_line_no_alert_waits_minutes_for_a_file(modem: SimulatedModem) -> None:
    bench = CallBench(modem)
    bench.machine.keep(PHRASES, bench.now)
    bench.start(5)
    bench.machine.situation.speed = 9600
    bench.wait(FIRST_AFTER_S + 30)

    assert modem.files == {}


def test_phrases_that_change_are_put_there_too(modem: SimulatedModem) -> None:
    bench = started(modem, PHRASES[:1])
    bench.machine.keep(PHRASES, bench.now)
    bench.wait(30)

    assert len(modem.files) == 3


def test_after_a_text_a_minute_passes_first(modem: SimulatedModem) -> None:
    bench = started(modem, PHRASES[:1])
    bench.send(1)
    bench.machine.keep(PHRASES, bench.now)
    bench.wait(QUIET_S - 1)
    assert len(modem.files) == 1
    bench.wait(5)
    assert len(modem.files) == 3


def test_an_alert_goes_between_two_files(modem: SimulatedModem) -> None:
    bench = CallBench(modem)
    bench.machine.keep(PHRASES, bench.now)
    bench.start(5)
    bench.wait(30, until=lambda: uploads(bench) == 1)
    began = bench.now
    bench.machine.send(alert(9), bench.now)
    bench.wait(20, until=lambda: bool(bench.reports(9)))

    assert bench.states(9) == [SendState.ACCEPTED]
    assert bench.now - began < 2
    assert uploads(bench) == 1


def test_a_modem_that_refuses_files_is_left_alone_and_texts(modem: SimulatedModem) -> None:
    command = UPLOADS[modem.dialect.name].decode().removeprefix("AT").rstrip("=")
    modem.suffer(Refuses(command=command, final="ERROR"))
    bench = started(modem, tuple(("fr", f"Phrase {number}.") for number in range(10)))
    bench.wait(60)

    assert uploads(bench) == 3
    assert bench.send(1).wait(5).states(1) == [SendState.ACCEPTED]


def test_a_prompt_that_is_lost_leaves_no_modem_that_swallows_texts() -> None:
    modem = SimulatedModem("sim7600")
    modem.suffer(LostPrompt(times=1))
    bench = started(modem, PHRASES[:1])

    assert modem.files == {}
    assert bench.send(1).wait(5).states(1) == [SendState.ACCEPTED]
    assert bench.reopened == 0


def test_a_modem_that_hangs_on_files_gets_no_third_one(modem: SimulatedModem) -> None:
    command = UPLOADS[modem.dialect.name].decode().removeprefix("AT").rstrip("=")
    modem.suffer(HangsOn(command=command, seconds=90.0))
    bench = started(modem)
    bench.wait(1500)

    assert uploads(bench) == 2
    assert bench.send(1).wait(10).states(1) == [SendState.ACCEPTED]


def test_a_modem_that_ignores_files_gets_no_third_one(modem: SimulatedModem) -> None:
    command = UPLOADS[modem.dialect.name].decode().removeprefix("AT").rstrip("=")
    modem.suffer(DeafTo(command=command))
    bench = started(modem)
    bench.wait(600)

    assert uploads(bench) == 2
    assert bench.send(1).wait(10).states(1) == [SendState.ACCEPTED]


def test_a_restart_in_the_middle_of_a_file_is_got_over(modem: SimulatedModem) -> None:
    bench = CallBench(modem)
    bench.machine.keep(PHRASES, bench.now)
    bench.start(5)
    bench.wait(30, until=lambda: modem.intake is not None)
    restart(modem)
    bench.wait(120)

    assert len(modem.files) == 3
    assert bench.send(1).wait(5).states(1) == [SendState.ACCEPTED]


def test_a_phrase_that_cannot_be_spoken_is_wished_for_once(modem: SimulatedModem) -> None:
    bench = started(modem, ())
    bench.machine.keep(PHRASES[:1], bench.now)
    bench.wait(30)
    bench.machine.keep([("fr", "Rien.")], bench.now)
    assert bench.machine.take_wish() == ("fr", "Rien.")
    assert bench.machine.take_wish() is None
    bench.machine.rendered("fr", "Rien.", b"", bench.now)
    bench.wait(60)

    assert bench.machine.take_wish() is None
    assert uploads(bench) == 1


def test_a_call_says_only_what_is_in_the_modem_and_never_waits_for_the_rest() -> None:
    modem = SimulatedModem("sim7600")
    bench = started(modem, PHRASES[1:2])
    bench.call(answers_after_s=2)
    bench.wait(20)

    assert set(bench.phone_heard()) == {PHRASES[1][1]}
    assert uploads(bench) == 1


def test_more_phrases_than_a_modem_holds_are_cut(modem: SimulatedModem) -> None:
    bench = CallBench(modem)
    bench.machine.keep([("fr", str(number)) for number in range(KEPT_LIMIT + 5)], bench.now)
    bench.start(600)

    assert len(modem.files) == KEPT_LIMIT


def test_a_modem_without_files_is_asked_for_none() -> None:
    bench = started(SimulatedModem("sim800"))
    bench.machine.call(outgoing(1, to=ANNA), bench.now)
    bench.wait(10)

    assert b"FTRAN" not in bench.said
    assert b"FSLS" not in bench.said


def test_another_voice_or_phrase_is_another_file() -> None:
    names = {name_of("fr", "Bonjour."), name_of("en", "Bonjour."), name_of("fr", "Bonsoir.")}

    assert len(names) == 3
    assert all(is_ours(name) for name in names)
    assert not is_ours("holiday.wav")


@pytest.mark.parametrize(
    ("manner", "line", "name"),
    [
        ("simcom", "+FSLS: FILES:", ""),
        ("simcom", "tc0123456789ab.wav", "tc0123456789ab.wav"),
        ("simcom", "+FSLS: FILES: tc0123456789ab.wav", "tc0123456789ab.wav"),
        ("quectel", '+QFLST: "UFS:tc0123456789ab.wav",1904', "tc0123456789ab.wav"),
        ("quectel", '+QFLST: "tc0123456789ab.wav",1904', "tc0123456789ab.wav"),
        ("quectel", "+QFLST: garbage", ""),
        ("tones", "tc0123456789ab.wav", ""),
    ],
)
def test_files_are_found_in_each_makers_listing(manner: str, line: str, name: str) -> None:
    assert MANNERS[manner].names_in(Info(line).line) == name
