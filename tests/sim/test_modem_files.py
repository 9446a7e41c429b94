"""A modem's own files: taken in byte by byte, listed, played to whoever was called, deleted, in each maker's way."""

import struct

import pytest
from modem_desk import Desk

from hub.sim.dialects import DIALECTS
from hub.sim.mobile_network import Reach
from hub.sim.modem import SimulatedModem
from hub.sim.modem_files import BYTES_A_SECOND, words_of
from hub.sim.phone_voice import say

ANNE = "+33612345678"
# Bytes that would mean something to a modem that reads lines.
NASTY = b"AT+CFUN=0\r\n\x1a\x1b>" + bytes(range(256))
PHRASE = say("fr", "Bonjour")


def desk_of(dialect: str) -> Desk:
    desk = Desk(SimulatedModem(dialect))
    desk.set_up()
    return desk


@pytest.fixture
def simcom() -> Desk:
    return desk_of("sim7600")


@pytest.fixture
def quectel() -> Desk:
    return desk_of("ec25")


def talking(desk: Desk) -> Desk:
    desk.modem.network.reach[ANNE] = Reach(answers_after_s=1.0)
    desk.ask(f"ATD{ANNE};")
    desk.wait(3)
    return desk


def heard(desk: Desk) -> list[str]:
    return desk.modem.network.rings[0].heard


def test_simcom_takes_so_many_bytes_after_its_prompt_whatever_they_are(simcom):
    assert simcom.ask(f'AT+CFTRANRX="E:/a.wav",{len(NASTY)}') == b"\r\n>"
    assert simcom.type(NASTY[:10]) == b""
    assert simcom.type(NASTY[10:] + b"AT\r") == b"\r\nOK\r\n\r\nOK\r\n"

    assert simcom.modem.files == {"a.wav": NASTY}
    assert simcom.ask("AT+FSLS=2") == b"\r\n+FSLS: FILES:\r\na.wav\r\n\r\nOK\r\n"


def test_quectel_takes_them_after_connect_and_says_how_many_and_their_sum(quectel):
    assert quectel.ask('AT+QFUPL="a.wav",4,5') == b"\r\nCONNECT\r\n"
    assert quectel.type(b"\x01\x02\x03\x04") == b"\r\n+QFUPL: 4,206\r\n\r\nOK\r\n"

    assert quectel.ask('AT+QFLST="*"') == b'\r\n+QFLST: "a.wav",4\r\n\r\nOK\r\n'
    assert b"407" in quectel.ask('AT+QFUPL="a.wav",4,5')


def test_quectel_gives_up_when_the_bytes_do_not_come(quectel):
    quectel.ask('AT+QFUPL="a.wav",4,5')
    quectel.type(b"\x01")

    assert b"+CME ERROR: 421" in quectel.wait(6)
    assert quectel.ask("AT") == b"\r\nOK\r\n"
    assert quectel.modem.files == {}


@pytest.mark.parametrize(
    ("dialect", "play", "end"),
    [
        ("sim7600", 'AT+CCMXPLAY="E:/a.wav",1,0', b"+AUDIOSTATE: audio play stop"),
        ("ec25", 'AT+QPSND=1,"a.wav",0', b"+QPSND: 0"),
    ],
)
def test_a_file_is_heard_at_its_end_and_only_in_a_call(dialect, play, end):
    desk = desk_of(dialect)
    desk.modem.files["a.wav"] = PHRASE
    assert b"ERROR" in desk.ask(play)
    talking(desk)
    assert desk.ask(play).endswith(b"OK\r\n")

    desk.wait(len(PHRASE) / BYTES_A_SECOND - 0.05)
    assert heard(desk) == []
    assert end in desk.wait(0.5)
    assert heard(desk) == ["Bonjour"]


@pytest.mark.parametrize(
    ("dialect", "play", "stop"),
    [
        ("sim7600", 'AT+CCMXPLAY="E:/a.wav",1,0', "AT+CCMXSTOP"),
        ("ec25", 'AT+QPSND=1,"a.wav",0', "AT+QPSND=0"),
    ],
)
def test_what_is_stopped_or_hung_up_on_is_not_heard(dialect, play, stop):
    desk = desk_of(dialect)
    desk.modem.files["a.wav"] = PHRASE
    for end in (stop, "AT+CHUP"):
        talking(desk)
        desk.ask(play)
        assert b"ERROR" in desk.ask(play)
        desk.ask(end)
        desk.ask("AT+CHUP")
        desk.wait(5)

    assert [ring.heard for ring in desk.modem.network.rings] == [[], []]


def test_files_outlive_a_restart_and_are_deleted_by_name(simcom):
    simcom.modem.files["a.wav"] = PHRASE
    simcom.modem.restart(1.0)
    simcom.wait(20)
    assert b"OK" in simcom.ask("AT+FSDEL=a.wav")

    assert simcom.modem.files == {}
    assert b"ERROR" in simcom.ask("AT+FSDEL=a.wav")
    assert simcom.ask("AT+FSLS=2").endswith(b"\r\nOK\r\n")


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_each_modem_knows_its_own_commands_only(dialect):
    desk = desk_of(dialect)
    known = {command for command in ("+FSLS", "+QFLST") if desk.ask(f"AT{command}=2").endswith(b"OK\r\n")}

    assert known == {"sim7600": {"+FSLS"}, "ec25": {"+QFLST"}}.get(dialect, set())


def test_a_tone_is_heard_in_every_modem_and_only_in_a_call():
    desk = desk_of("sim800")
    assert b"ERROR" in desk.ask('AT+VTS="A"')
    talking(desk)
    assert desk.ask('AT+VTS="A"') == b"\r\nOK\r\n"
    assert b"ERROR" in desk.ask('AT+VTS="x"')

    assert heard(desk) == ["tone A"]


def test_a_file_that_says_nothing_of_itself_is_heard_by_its_name():
    assert words_of("a.wav", b"RIFF") == "a.wav"
    assert words_of("a.wav", b"RIFF\0\0\0\0WAVELIST" + struct.pack("<I", 900) + b"INFOICMT") == "a.wav"
    assert words_of("a.wav", PHRASE) == "Bonjour"
