"""The recorded conversations with real modems (tests/fixtures/gsm/transcripts.json): what the driver concludes.

Each is replayed against the machine, or read line by line where the conversation is one that the
hub does not have (calls, USSD, other settings); `LINES_ONLY` says why.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from modem_bench import Bench

from hub.domain.inputs import FaultSeen, LinkChanged, SendState
from hub.drivers.modem import calls
from hub.drivers.modem.at import Grammar, Unsolicited
from hub.drivers.modem.pdu import StatusReport, decode_incoming
from hub.drivers.modem.responses import NetworkTime, Registration, UssdAnswer
from hub.sim.mobile_network import Reach
from hub.sim.modem import SimulatedModem
from hub.sim.modem_device import Fault
from hub.sim.modem_faults import Refuses
from hub.sim.transcripts import Step, TranscriptModem, same_but_text, same_command, steps_of

FIXTURE = Path(__file__).parents[2] / "fixtures" / "gsm" / "transcripts.json"
SEQUENCES: dict[str, Any] = {s["name"]: s for s in json.loads(FIXTURE.read_text())["sequences"]}
LUIGI = "+390123456789"

LINES_ONLY = {
    "huawei_command_not_support": "AT+WIND? is never asked; that the line ends an answer is a vector",
    "cmgr_text_mode_ambiguous_ok": "text mode is never used; AT+CMGF=1 found by the health check means a restart",
    "cmt_direct_needs_cnma": "AT+CSMS=1 is never set, so that nothing has to be acknowledged in time",
    "cds_broken_pdu_zte": "a line by itself",
    "creg_urc_vs_answer": "two lines by themselves",
    "call_busy": "the hub does not call yet",
    "call_sim7600_ath_ignored": "the hub does not call yet",
    "call_no_carrier_volte_missing": "the hub does not call yet",
    "call_answered_immediately_is_voicemail": "the hub does not call yet",
    "incoming_call_two_ports_and_clcc_race": "the hub answers no calls",
    "dtmf_sim800": "keys are read, the hub does not call yet",
    "dtmf_sim7600_double": "keys are read one by one; that two within 300 ms are one is for who calls",
    "dtmf_quectel_ascii_code": "keys are read, the hub does not call yet",
    "tts_play_remote": "the hub does not speak into calls yet",
    "ussd_refused_cme": "an answer that does not come, as in test_credit_check.py",
    "ussd_not_supported": "a line by itself",
    "clock_not_set": "a line by itself",
    "nitz_simcom": "a line by itself",
    "jamming_sim": "detection by the modem is not switched on: the format of its line is not known",
}


class AlwaysEchoes(Fault):
    """The recorded modem was not told to stop its echo, or did not care."""

    def hear(self, modem: SimulatedModem, data: bytes) -> bytes:  # type: ignore[override]
        modem.settings.echo = True
        return data


class Replay(Bench):
    """A bench whose modem follows a record, and answers by itself what the record does not know."""

    def __init__(
        self,
        name: str,
        dialect: str = "sim7600",
        *,
        after_start: bool = True,
        same: Callable[[bytes, bytes], bool] = same_but_text,
        pin: str = "",
        sim_pin: str = "",
    ) -> None:
        steps = steps_of(SEQUENCES[name])
        self.modem = SimulatedModem(dialect, pin=pin)
        if any(step.step is Step.MODEM and step.data.startswith(b"AT") for step in steps):
            self.modem.suffer(AlwaysEchoes())
        self.record = TranscriptModem(steps, self.modem, same=same, wait_for_play=after_start)
        super().__init__(self.record, sim_pin=sim_pin)
        if after_start:
            # The drain and the first look at health are over; the next is 45 s away.
            self.start()
            self.record.play()
        else:
            self.start(0.0)

    def reference(self, message: int) -> int | None:
        return self.reports(message)[-1].reference


def modem_lines(name: str) -> list[str]:
    """What the modem says in the record, as lines that nobody asked for."""
    grammar = Grammar()
    for step in steps_of(SEQUENCES[name]):
        if step.step is Step.MODEM:
            grammar.feed(step.data)
    return [event.line for event in iter(grammar.next_event, None) if isinstance(event, Unsolicited)]


def values(name: str) -> list[object]:
    return [value for line in modem_lines(name) if (value := calls.decode(line)) is not None]


def test_every_transcript_is_replayed_or_named_with_the_reason_why_not() -> None:
    source = Path(__file__).read_text()
    for name in SEQUENCES:
        assert source.count(f'"{name}"') >= (2 if name in LINES_ONLY and name not in WITHOUT_A_VALUE else 1), name


# Getting ready


@pytest.mark.parametrize(
    ("name", "dialect"),
    [
        ("sim800_boot", "sim800"),
        ("sim7600_boot", "sim7600"),
        ("a7670_sim_failure_then_ready", "sim7600"),
        ("quectel_boot", "ec25"),
        ("echo_on_double_cr", "sim800"),
        ("sim_pin_given_when_not_needed", "sim7600"),
    ],
)
def test_a_modem_that_starts_is_ready_in_the_end(name: str, dialect: str) -> None:
    bench = Replay(name, dialect, after_start=False, sim_pin="1234").wait(60)

    assert bench.record.is_over
    assert bench.link() is True
    assert bench.faults() == set()
    assert b"AT+CPIN=" not in bench.said


def test_a_refusal_before_sms_ready_is_no_lack_of_texts() -> None:
    bench = Replay("sim800_cmgf_before_sms_ready", "sim800", after_start=False)
    # Only the record knows when the modem is ready for texts.
    bench.modem.suffer(Refuses(command="+CMGF=0", final="ERROR"))
    bench.wait(30)

    assert bench.record.is_over
    assert bench.link() is True
    assert bench.faults() == set()


def test_sim_busy_in_words_is_waited_for() -> None:
    bench = Replay("sim800_sim_busy_then_ready", "sim800", after_start=False, same=same_command).wait(30)

    assert bench.record.is_over
    assert bench.link() is True
    assert bench.faults() == set()


def test_please_wait_is_waited_for_without_a_restart() -> None:
    bench = Replay("gammu_cme_515_please_wait", after_start=False, same=same_command).wait(30)

    assert bench.record.is_over
    assert bench.link() is True
    assert b"AT+CFUN=1,1" not in bench.said


def test_a_port_left_in_data_mode_is_brought_back() -> None:
    bench = Replay("ppp_left_over_in_data_mode", after_start=False)
    # The record answers one AT with rubbish; this modem would answer the next, and so must keep still.
    bench.modem.hang(4.0)
    bench.wait(30)

    assert b"+++" in bench.said
    assert bench.link() is True


def test_a_firmware_without_texts_is_told() -> None:
    bench = Replay("a7670_no_sms_firmware", after_start=False, same=same_command)
    bench.modem.dialect = SimulatedModem().dialect.__class__(
        "a7670", "SIMCOM INCORPORATED", "A7670E-LNXY-UBL", "A7670M4_B01V01_230724", ()
    )
    bench.wait(10)

    assert bench.faults() == {"modem.no_sms"}
    assert "change the module" in bench.of(FaultSeen)[0].detail
    assert bench.link() is False


def test_a_wrong_pin_is_never_sent_again() -> None:
    bench = Replay("sim_pin_wrong", after_start=False, pin="1234", sim_pin="9999").wait(600)

    assert bench.record.is_over
    assert bench.faults() == {"sim.pin_wrong"}
    assert bench.said.count(b"AT+CPIN=") == 1


def test_a_pin_that_was_accepted_is_entered_again_after_a_brownout() -> None:
    bench = Replay("sim_pin_then_brownout_reset", "sim800", after_start=False, pin="1111", sim_pin="1111").wait(400)

    assert bench.record.is_over
    assert bench.said.count(b'AT+CPIN="1111"') >= 2
    assert bench.faults() == set()
    assert bench.link() is True


def test_a_sim_taken_out_and_put_back() -> None:
    bench = Replay("sim_removed_at_run_time")
    bench.modem.faults.clear()
    bench.wait(100)

    assert bench.record.is_over
    assert bench.changes() == [False, True, False, True]
    assert bench.faults() == set()


# The network


def test_denied_here_and_roaming_there_is_not_enough_for_texts() -> None:
    bench = Replay("creg_roaming", "huawei").wait(50)

    networks = bench.machine.situation.networks
    assert networks["+CREG"].state is Registration.DENIED
    assert networks["+CGREG"].state is Registration.ROAMING
    assert not bench.machine.situation.is_registered


def test_registered_for_texts_only_is_good_enough() -> None:
    bench = Replay("creg_sms_only_6", "huawei").wait(50)

    assert bench.record.is_over
    assert bench.machine.situation.networks["+CREG"].state is Registration.HOME_SMS_ONLY
    assert bench.link() is True


def test_denied_is_not_a_matter_of_the_signal() -> None:
    bench = Replay("creg_denied_3", "huawei").wait(50)

    assert bench.record.is_over
    assert bench.observed("signal_dbm") is None
    assert bench.machine.situation.networks["+CGREG"].state is Registration.DENIED


def test_without_an_antenna_the_signal_is_unknown_and_with_one_all_is_well() -> None:
    bench = Replay("creg_searching_no_antenna", "huawei").wait(200)

    assert bench.record.is_over
    signals = [seen.value for seen in bench.inputs if getattr(seen, "what", "") == "signal_dbm"]
    assert None in signals
    assert bench.link() is True
    assert "gsm.weak" not in bench.faults()


# Sending


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("cmgs_ok", 198),
        ("cmgs_ok_extra_blank_lines", 34),
        ("cmgs_prompt_without_space_or_late", 7),
        ("cmgs_urc_between_prompt_and_result", 41),
        ("cmgs_ring_during_send", 42),
    ],
)
def test_a_text_is_accepted_under_the_reference_of_the_record(name: str, reference: int) -> None:
    bench = Replay(name).send(1, to=LUIGI).wait(10)

    assert bench.states(1) == [SendState.ACCEPTED]
    assert bench.reference(1) == reference
    assert bench.deliveries(1) == (["delivered"] if name == "cmgs_urc_between_prompt_and_result" else [])
    assert b"AT+CMGR=4\r" in bench.said or name != "cmgs_urc_between_prompt_and_result"


def test_an_unknown_service_centre_is_written_back() -> None:
    bench = Replay("cmgs_error_330_smsc").send(1, to=LUIGI).wait(10)

    assert bench.record.is_over
    assert bench.states(1) == [SendState.ACCEPTED]
    assert bench.reference(1) == 12


def test_a_data_only_sim_is_for_the_installer() -> None:
    bench = Replay("cmgs_error_69").send(1, to=LUIGI).wait(10)

    assert bench.states(1) == [SendState.FAILED]
    assert bench.reports(1)[0].permanent
    assert bench.faults() == {"sim.tariff"}


def test_a_damaged_pdu_is_sent_again_at_once() -> None:
    bench = Replay("cmgs_error_304_length").send(1, to=LUIGI).wait(10)

    assert bench.record.is_over
    assert bench.states(1) == [SendState.ACCEPTED]
    assert len(bench.modem.network.sent) == 1


def test_a_prompt_that_follows_an_error_is_left() -> None:
    bench = Replay("cmgs_error_at_prompt_then_prompt").send(1, to=LUIGI)
    mark = len(bench.said)
    bench.wait(1)
    assert bench.states(1) == [SendState.FAILED]
    assert "\x1b" in bench.said_since(mark)

    assert bench.send(2).wait(5).states(2) == [SendState.ACCEPTED]


def test_silence_is_uncertain() -> None:
    bench = Replay("cmgs_silence_after_ctrl_z").send(1, to=LUIGI).wait(40)

    assert bench.states(1) == [SendState.UNCERTAIN]
    assert bench.send(2).wait(5).states(2) == [SendState.ACCEPTED]


@pytest.mark.parametrize(("urgent", "states"), [(True, ["uncertain", "accepted"]), (False, ["accepted"])])
def test_a_late_answer_is_the_answer(urgent: bool, states: list[str]) -> None:
    bench = Replay("cmgs_late_answer_after_timeout").send(1, to=LUIGI, urgent=urgent).wait(70)

    assert bench.states(1) == states
    assert bench.reference(1) == 77


def test_a_restart_in_mid_send_is_uncertain_and_the_supply_is_to_blame() -> None:
    bench = Replay("modem_reboot_mid_send", "sim800").send(1, to=LUIGI).wait(10)

    assert bench.states(1) == [SendState.UNCERTAIN]
    assert bench.faults() == {"modem.power"}
    assert bench.send(2).wait(5).states(2) == [SendState.ACCEPTED]


# Sick modems


@pytest.mark.parametrize("name", ["port_read_errno11_then_dead", "huawei_cmgl_hang_20min"])
def test_a_list_that_never_comes_is_a_modem_that_hangs(name: str) -> None:
    bench = Replay(name, after_start=False).wait(60)

    assert b"AT+CRESET\r" in bench.said
    bench.wait(120)
    assert bench.link() is True
    assert bench.said.count(b"AT+CMGL") == 1


@pytest.mark.parametrize("name", ["boot_urc_storm", "zte_zend_storm"])
def test_a_storm_of_unknown_lines_is_nothing(name: str) -> None:
    bench = Replay(name)
    mark = len(bench.inputs)
    bench.send(1).wait(5)

    assert bench.states(1) == [SendState.ACCEPTED]
    assert bench.faults() == set()
    assert not [seen for seen in bench.inputs[mark:] if isinstance(seen, LinkChanged)]


# Receiving


def test_an_announced_text_is_read_told_and_deleted_when_it_is_on_disk() -> None:
    bench = Replay("cmti_cmgr_pdu").wait(5)
    assert bench.texts() == [("+31641600986", "How are you?")]
    assert not bench.record.is_over

    bench.machine.forget(bench.inputs[-1].key, bench.now)  # type: ignore[attr-defined]  # the text
    bench.wait(1)
    assert bench.record.is_over


def test_an_empty_slot_is_empty_however_it_is_said() -> None:
    bench = Replay("cmgr_empty_slot")
    for slot in SEQUENCES["cmgr_empty_slot"]["expect"]["empty"]:
        bench.machine.receive(f'\r\n+CMTI: "ME",{slot}\r\n'.encode(), bench.now)
    bench.wait(5)

    assert bench.record.is_over
    assert bench.texts() == []


def test_the_length_of_a_short_header_is_its_last_field() -> None:
    bench = Replay("cmgl_pantech_short_header", after_start=False).wait(5)

    assert bench.record.is_over
    assert bench.texts() == []  # status 3: a text of our own, stored
    assert bench.link() is True


def test_bytes_that_are_no_text_in_any_alphabet_crash_nothing() -> None:
    bench = Replay("python_utf8_crash")
    bench.modem.unsolicited('+CMTI: "ME",1')
    bench.wait(5)

    assert bench.record.is_over
    assert bench.texts() == []
    assert bench.link() is True


def test_a_store_that_is_full_unseen_is_seen() -> None:
    bench = Replay("storage_full_silent").wait(301)

    assert bench.record.is_over
    assert "modem.storage_full" in {seen.fault for seen in bench.of(FaultSeen)}
    assert bench.modem.settings.stores == ["ME", "ME", "ME"]


def test_a_stored_status_report_is_fetched_and_matched() -> None:
    bench = Replay("cdsi_status_report").wait(5)
    assert bench.record.is_over

    bench.modem.network.reach["+31628870634"] = Reach(report=None)
    bench.modem.network._reference = 213
    bench.send(1, to="+31628870634").wait(5)
    assert bench.reference(1) == 214
    assert bench.deliveries(1) == ["delivered"]


# Line by line

RINGS, ENDS = calls.Ringing, calls.CallProgress
READ_BY_LINE: dict[str, list[object]] = {
    "call_busy": [ENDS("BUSY", ended=True)],
    "call_sim7600_ath_ignored": [
        calls.Call(1, False, calls.CallState.ALERTING, "+390123456789"),
        ENDS("VOICE CALL: END", ended=True),
    ],
    "call_no_carrier_volte_missing": [ENDS("NO CARRIER", ended=True)],
    "call_answered_immediately_is_voicemail": [ENDS("HANGUP", ended=True)],
    "incoming_call_two_ports_and_clcc_race": [
        calls.Call(1, True, calls.CallState.RINGING_IN, "+390123456789"),
        *([RINGS(), RINGS("+390123456789")] * 2),
    ],
    "dtmf_sim800": [calls.KeyPressed(key) for key in "15"],
    "dtmf_sim7600_double": [calls.KeyPressed(key) for key in "225#"],
    "dtmf_quectel_ascii_code": [calls.KeyPressed("8")],
    "ussd_not_supported": [UssdAnswer(4)],
}
WITHOUT_A_VALUE = {"huawei_command_not_support", "jamming_sim"}


@pytest.mark.parametrize("name", READ_BY_LINE)
def test_the_lines_of_calls_and_ussd_are_understood(name: str) -> None:
    assert values(name) == READ_BY_LINE[name]


@pytest.mark.parametrize("name", ["ussd_refused_cme", "tts_play_remote", "cmgr_text_mode_ambiguous_ok"])
def test_answers_that_nobody_asked_for_harm_nothing(name: str) -> None:
    bench = Bench(SimulatedModem()).start()
    for line in modem_lines(name):
        bench.machine.receive(f"\r\n{line}\r\n".encode("latin-1"), bench.now)
    bench.send(1).wait(5)

    assert bench.states(1) == [SendState.ACCEPTED]


def test_registration_is_read_the_same_asked_for_or_not() -> None:
    assert [getattr(value, "state", None) for value in values("creg_urc_vs_answer")] == [Registration.ROAMING] * 2


def test_a_clock_that_was_never_set_is_none_and_simcom_s_is_utc() -> None:
    (unset,) = values("clock_not_set")
    (clock,) = values("nitz_simcom")

    assert isinstance(unset, NetworkTime)
    assert not unset.is_plausible
    assert isinstance(clock, NetworkTime)
    assert clock.at.isoformat() == "2026-11-23T01:50:00+00:00"


def test_a_broken_report_still_says_which_text_it_means() -> None:
    bench = Bench(SimulatedModem()).start()
    (step,) = steps_of(SEQUENCES["cds_broken_pdu_zte"])
    bench.machine.receive(step.data, bench.now)
    report = decode_incoming(step.data.split()[2].decode())

    assert isinstance(report, StatusReport)
    assert report.reference == 28


def test_a_text_handed_over_without_being_stored_is_told_and_not_acknowledged() -> None:
    bench = Bench(SimulatedModem()).start()
    for step in steps_of(SEQUENCES["cmt_direct_needs_cnma"]):
        if b"+CMT" in step.data:
            bench.machine.receive(step.data, bench.now)
    bench.wait(1)

    assert bench.texts() == [("+31641600986", "How are you?")]
    assert b"CNMA" not in bench.said
