import json
from pathlib import Path

import pytest
from modem_desk import Desk

from hub.drivers.modem.pdu import encode_submit
from hub.sim.modem import SimulatedModem
from hub.sim.transcripts import Step, TranscriptModem, same_command, steps_of

FIXTURE = Path(__file__).parents[1] / "fixtures" / "gsm" / "transcripts.json"
SEQUENCES = {sequence["name"]: sequence for sequence in json.loads(FIXTURE.read_text())["sequences"]}
PDU = encode_submit("+33612345678", "hi")[0]


@pytest.mark.parametrize("name", SEQUENCES)
def test_every_transcript_is_played_byte_for_byte(name):
    steps = steps_of(SEQUENCES[name])
    player = TranscriptModem(steps)
    desk = Desk(player)
    said = desk.read()
    for step in steps:
        if step.step is Step.HOST:
            said += desk.type(step.data)
        elif step.step is Step.WAIT:
            said += desk.wait(step.seconds)

    assert said == b"".join(step.data for step in steps if step.step is Step.MODEM)
    assert player.is_over
    assert player.heard == [step.data for step in steps if step.step is Step.HOST]


def test_time_passes_as_it_did_or_faster():
    steps = steps_of(SEQUENCES["cmgs_late_answer_after_timeout"])
    desk = Desk(TranscriptModem(steps, speed=10.0))
    desk.ask("AT+CMGS=24")
    desk.type(b"00\x1a")

    assert desk.wait(6.4) == b""
    assert desk.wait(0.2) == b"\r\n+CMGS: 77\r\n\r\nOK\r\n"


def test_a_host_may_say_more_than_the_record_and_another_text():
    desk = Desk(TranscriptModem(steps_of(SEQUENCES["cmgs_ok"]), SimulatedModem()))
    desk.set_up()

    assert desk.ask(f"AT+CMGS={PDU.length}") == b"\r\n> "
    assert desk.type(PDU.hex.encode() + b"\x1a") == b""
    assert desk.ask("AT") == b"\r\nOK\r\n"
    assert desk.wait(3) == b"\r\n+CMGS: 198\r\n\r\nOK\r\n"
    assert desk.send(PDU.hex, PDU.length).startswith(b"\r\n+CMGS: 1\r\n")


def test_an_echo_in_the_record_is_of_what_the_host_really_said():
    desk = Desk(TranscriptModem(steps_of(SEQUENCES["cmgs_silence_after_ctrl_z"])))

    assert desk.ask("AT+CMGS=17") == b"AT+CMGS=17\r\r\n> "


def test_the_record_can_wait_until_the_host_has_initialised():
    player = TranscriptModem(steps_of(SEQUENCES["sim800_boot"]), SimulatedModem("sim800"), wait_for_play=True)
    desk = Desk(player)
    desk.set_up()
    assert desk.wait(60) == b""

    player.play()

    assert desk.wait(8).startswith(b"\r\nRDY\r\n")


def test_the_same_command_with_other_arguments_can_do_too():
    steps = steps_of(SEQUENCES["gammu_cme_515_please_wait"])
    desk = Desk(TranscriptModem(steps, SimulatedModem(), same=same_command))

    assert desk.ask('AT+CPMS="ME","ME","ME"') == b"\r\n+CME ERROR: 515\r\n"


def test_what_happened_to_the_machine_is_told():
    told = []
    desk = Desk(TranscriptModem(steps_of(SEQUENCES["huawei_cmgl_hang_20min"]), on_event=told.append))
    desk.ask("AT+CMGL=4")
    desk.wait(30)
    desk.ask("AT+CFUN=1,1")

    assert told == ["usb_disconnect"]


def test_bytes_of_a_line_may_come_one_by_one():
    desk = Desk(TranscriptModem(steps_of(SEQUENCES["cmgs_ok"])))

    assert b"".join(desk.type(bytes([byte])) for byte in b"AT+CMGS=23\r") == b"\r\n> "
