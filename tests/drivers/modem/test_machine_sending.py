"""What becomes of a text: accepted, failed or uncertain, said once, and never waited for longer than it says."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from modem_bench import ANNA, Bench, outgoing

from hub.domain.inputs import SendReported, SendState
from hub.drivers.modem.causes import Remedy, cause_of
from hub.sim.mobile_network import Reach
from hub.sim.modem import SimulatedModem
from hub.sim.modem_device import Fault
from hub.sim.modem_faults import (
    CmsErrors,
    HangsOn,
    LatePrompt,
    LateReference,
    LostPrompt,
    LostReference,
    NoPrompt,
    Refuses,
    RestartMidSend,
    SilenceAfterCtrlZ,
    forget_settings,
    later,
    restart,
    set_coverage,
)

ACCEPTED, FAILED, UNCERTAIN = SendState.ACCEPTED, SendState.FAILED, SendState.UNCERTAIN
FIXTURE = Path(__file__).parents[2] / "fixtures" / "gsm" / "cms_errors.json"
CODES: dict[str, dict[str, Any]] = json.loads(FIXTURE.read_text())["codes"]
EVERY_MODEM = pytest.mark.parametrize("dialect", ["sim7600", "sim800", "ec25", "huawei"])


def ready(dialect: str = "sim7600") -> Bench:
    bench = Bench(SimulatedModem(dialect)).start()
    assert bench.link() is True
    return bench


def modem_of(bench: Bench) -> SimulatedModem:
    assert isinstance(bench.far, SimulatedModem)
    return bench.far


def sent(bench: Bench) -> list[str]:
    return [text.text for text in modem_of(bench).network.sent]


# Accepted


@EVERY_MODEM
def test_a_text_is_accepted_with_its_reference_and_then_delivered(dialect: str) -> None:
    bench = ready(dialect).send(7).wait(10)

    (report,) = bench.reports(7)
    assert (report.state, report.reference) == (ACCEPTED, 1)
    assert bench.deliveries(7) == ["delivered"]
    assert sent(bench) == ["ALERTE"]


def test_an_idle_modem_is_asked_to_send_at_once() -> None:
    bench = ready()
    mark = len(bench.said)

    bench.machine.send(outgoing(1), bench.now)

    assert bench.machine.take_bytes().startswith(b"AT+CMGS=")
    assert len(bench.said) == mark


def test_a_long_text_goes_in_parts_and_is_delivered_when_all_of_them_are() -> None:
    words = "Ceci est un texte assez long pour ne pas tenir en un seul SMS. " * 5
    bench = ready().send(3, words).wait(0.5)

    assert bench.states(3) == []
    bench.wait(30)
    assert bench.states(3) == [ACCEPTED]
    assert bench.deliveries(3) == ["delivered"]
    assert sent(bench) == [words]


def test_alarms_go_before_everything_else() -> None:
    bench = ready()
    for number, urgent in ((1, False), (2, False), (3, True)):
        bench.machine.send(outgoing(number, f"text {number}", urgent=urgent), bench.now)
    bench.wait(10)

    assert sent(bench) == ["text 1", "text 3", "text 2"]


def test_a_text_does_not_wait_for_the_reading_of_many_others() -> None:
    bench = ready("huawei")
    for number in range(15):
        modem_of(bench).network.deliver(ANNA, f"text {number}")
    later(modem_of(bench), 1.0, restart)
    bench.wait(30, until=lambda: len(bench.texts()) == 3).send(1)
    bench.wait(0.5, until=lambda: bool(bench.states(1)))

    assert bench.states(1) == [ACCEPTED]
    assert len(bench.wait(30).texts()) == 15


def test_the_validity_of_a_text_is_told_to_the_network() -> None:
    bench = ready()
    bench.send(1).wait(5)

    assert timedelta(hours=1) == outgoing(1).validity
    assert "00000B" in modem_of(bench).network.sent[0].pdu  # coding 0, validity 0x0B: one hour


# Refused


def settled_state(remedy: str) -> tuple[SendState, bool]:
    return {
        "permanent_for_number": (FAILED, True),
        "sim_or_network_config": (FAILED, True),
        "uncertain": (UNCERTAIN, False),
        "treat_as_sent": (ACCEPTED, False),
    }.get(remedy, (FAILED, False))


@pytest.mark.parametrize("code", [int(code) for code in CODES])
def test_each_cms_error_is_permanent_passing_or_uncertain_as_the_table_says(code: int) -> None:
    bench = ready()
    modem_of(bench).suffer(CmsErrors(code))
    bench.send(1).wait(60)

    (report,) = bench.reports(1)
    assert (report.state, report.permanent) == settled_state(CODES[str(code)]["cls"])
    assert cause_of(f"+CMS ERROR: {code}").remedy == CODES[str(code)]["cls"]
    if report.state is not ACCEPTED:
        assert str(code) in report.reason


@pytest.mark.parametrize(("code", "times"), [(304, 1), (330, 1), (314, 1)])
def test_what_can_be_put_right_is_put_right_once(code: int, times: int) -> None:
    bench = ready()
    modem_of(bench).suffer(CmsErrors(code, times=times))
    bench.send(1).wait(20)

    assert bench.states(1) == [ACCEPTED]


def test_the_service_centre_is_written_back_before_the_text_is_sent_again() -> None:
    bench = ready()
    modem_of(bench).suffer(CmsErrors(330, times=1))
    mark = len(bench.said)
    bench.send(1).wait(20)

    assert f'AT+CSCA="{modem_of(bench).network.smsc}",145\r' in bench.said_since(mark)


def test_an_error_in_words_is_understood_too() -> None:
    assert cause_of("+CMS ERROR: SIM not inserted").code == 310
    assert cause_of("+CMS ERROR: invalid input value").remedy is Remedy.UNKNOWN
    assert cause_of("+CMS ERROR: 99999999999").remedy is Remedy.UNKNOWN


def test_a_tariff_without_texts_is_a_fault_until_a_text_goes_out() -> None:
    bench = ready()
    modem_of(bench).network.reach[ANNA] = Reach(refused_with=69, refusals=1)
    bench.send(1).wait(5)
    assert "sim.tariff" in bench.faults()

    bench.send(2).wait(5)
    assert bench.states(2) == [ACCEPTED]
    assert "sim.tariff" not in bench.faults()


def test_two_refusals_without_a_reason_change_the_radio_access() -> None:
    bench = ready()
    modem_of(bench).suffer(CmsErrors(500, times=2))
    bench.send(1).wait(5).send(2).wait(30)

    assert b"AT+CNMP=38\r" in bench.said
    bench.send(3).wait(30)
    assert bench.states(3) == [ACCEPTED]


def test_a_number_that_is_none_fails_for_ever_and_holds_nobody_up() -> None:
    bench = ready().send(1, to="bogus").send(2).wait(5)

    (report,) = bench.reports(1)
    assert (report.state, report.permanent) == (FAILED, True)
    assert bench.states(2) == [ACCEPTED]


def test_one_bad_number_holds_up_nobody() -> None:
    bench = ready()
    modem_of(bench).network.reach["+33699999999"] = Reach(refused_with=1)
    bench.send(1, to="+33699999999").send(2).wait(10)

    assert bench.reports(1)[0].permanent
    assert bench.states(2) == [ACCEPTED]


# The prompt


def test_a_late_prompt_is_waited_for() -> None:
    bench = ready()
    modem_of(bench).suffer(LatePrompt(delay_s=8.0, times=1))
    bench.send(1).wait(15)

    assert bench.states(1) == [ACCEPTED]


def test_a_prompt_that_comes_too_late_is_left_by_escape_and_the_next_text_goes_out_whole() -> None:
    bench = ready()
    modem_of(bench).suffer(LatePrompt(delay_s=12.0, times=1))
    bench.send(1).wait(15)
    assert bench.states(1) == [FAILED]

    bench.send(2).wait(15)
    assert bench.states(2) == [ACCEPTED]
    assert sent(bench) == ["ALERTE"]


@pytest.mark.parametrize("fault", [NoPrompt(times=1), LostPrompt(times=1)])
def test_without_a_prompt_the_text_certainly_did_not_go_out(fault: NoPrompt | LostPrompt) -> None:
    bench = ready()
    modem_of(bench).suffer(fault)
    bench.send(1).wait(15)

    assert bench.states(1) == [FAILED]
    assert not bench.reports(1)[0].permanent
    assert sent(bench) == []
    assert bench.send(2).wait(15).states(2) == [ACCEPTED]


def test_an_error_in_place_of_the_prompt_is_a_refusal() -> None:
    bench = ready()
    modem_of(bench).suffer(Refuses(command="+CMGS", final="+CMS ERROR: 38", times=1))
    bench.send(1).wait(5)

    assert bench.states(1) == [FAILED]
    assert "38" in bench.reports(1)[0].reason


# Uncertain


@pytest.mark.parametrize(("urgent", "patience_s"), [(True, 30.0), (False, 125.0)])
def test_silence_after_the_text_is_uncertain_after_its_time(urgent: bool, patience_s: float) -> None:
    bench = ready()
    modem_of(bench).suffer(SilenceAfterCtrlZ(times=1))
    bench.send(1, urgent=urgent).wait(patience_s - 1)
    assert bench.states(1) == []

    bench.wait(2)
    assert bench.states(1) == [UNCERTAIN]


def test_an_alarm_behind_a_silent_text_waits_30_seconds_and_not_two_minutes() -> None:
    bench = ready()
    modem_of(bench).suffer(SilenceAfterCtrlZ(times=1))
    bench.send(1, urgent=False).wait(5).send(2, urgent=True).wait(27)

    assert bench.states(1) == [UNCERTAIN]
    assert bench.states(2) == [ACCEPTED]


def test_a_late_reference_still_counts() -> None:
    bench = ready()
    modem_of(bench).suffer(LateReference(delay_s=65.0, times=1))
    bench.send(1).wait(100)

    assert bench.states(1) == [UNCERTAIN, ACCEPTED]
    assert bench.reports(1)[1].reference == 1
    assert bench.deliveries(1) == ["delivered"]


def test_a_late_reference_in_the_midst_of_another_command_harms_neither() -> None:
    bench = ready()
    modem_of(bench).suffer(LateReference(delay_s=50.0, times=1))
    bench.send(1).wait(35)
    modem_of(bench).suffer(HangsOn(command="+CSQ", seconds=2.0, times=1))
    bench.wait(60).send(2).wait(10)

    assert bench.states(1) == [UNCERTAIN, ACCEPTED]
    assert bench.states(2) == [ACCEPTED]


def test_the_late_refusal_of_a_text_that_was_given_up_does_not_fail_the_next() -> None:
    bench = ready()
    modem_of(bench).network.reach[ANNA] = Reach(refused_with=38, refusals=1)
    modem_of(bench).suffer(LateReference(delay_s=35.0, times=2))
    bench.send(1).wait(31).send(2, "second").wait(60)

    assert sent(bench) == ["second"]
    assert bench.states(1) == [UNCERTAIN]
    assert bench.states(2) == [UNCERTAIN, ACCEPTED]
    assert "the text before" in bench.reports(2)[0].reason


def test_only_the_first_refusal_after_a_silence_is_in_doubt() -> None:
    bench = ready()
    modem_of(bench).suffer(SilenceAfterCtrlZ(times=1))
    bench.send(1).wait(35)
    modem_of(bench).suffer(CmsErrors(38, times=3))
    bench.send(2).wait(20).send(3).wait(20)

    assert bench.states(2) == [UNCERTAIN]
    assert bench.states(3) == [FAILED]


def test_ok_without_a_reference_is_uncertain() -> None:
    bench = ready()
    modem_of(bench).suffer(LostReference(times=1))
    bench.send(1).wait(5)

    assert bench.states(1) == [UNCERTAIN]


@pytest.mark.parametrize("dialect", ["sim7600", "sim800", "ec25"])
def test_a_restart_in_mid_send_is_uncertain_and_an_alert_is_on_its_way_ten_seconds_after_the_return(
    dialect: str,
) -> None:
    bench = ready(dialect)
    modem_of(bench).suffer(RestartMidSend(silent_s=3.0, times=1))
    bench.send(1).wait(30, until=lambda: bench.states(1) == [UNCERTAIN])
    returned = bench.now
    assert returned < 20 + 3.5

    bench.wait(30, until=lambda: bench.link() is True and bench.machine.is_ready)
    assert bench.send(2).wait(5).states(2) == [ACCEPTED]
    # What the modem itself needs (SMS Ready on a SIM800: 7 s; then the network: 1.5 s) is not ours to shorten.
    assert bench.reports(2)[0].at.timestamp() - bench.reports(1)[0].at.timestamp() < 15


def test_a_restart_before_the_text_was_handed_over_is_a_failure_that_passes() -> None:
    bench = ready()
    modem_of(bench).suffer(LatePrompt(delay_s=8.0, times=1))
    bench.send(1)
    restart(modem_of(bench), 1.0)
    bench.wait(5)

    assert bench.states(1) == [FAILED]


def test_a_port_that_goes_away_in_mid_send_is_uncertain() -> None:
    bench = ready()
    modem_of(bench).suffer(SilenceAfterCtrlZ(times=1))
    bench.send(1).wait(3)
    bench.machine.port_closed(bench.now)
    bench.inputs += bench.machine.take_inputs()

    assert bench.states(1) == [UNCERTAIN]
    assert bench.link() is False


# No road


def test_a_text_for_a_modem_that_is_not_there_fails_at_once_with_the_reason() -> None:
    bench = Bench(SimulatedModem()).send(1)

    (report,) = bench.reports(1)
    assert (report.state, report.permanent) == (FAILED, False)
    assert "port" in report.reason


def test_an_alarm_waits_for_the_network_and_is_then_tried_anyway() -> None:
    bench = ready()
    modem_of(bench).faults.clear()
    set_coverage(modem_of(bench), 2)
    bench.wait(1).send(1).wait(10)
    assert bench.states(1) == []

    set_coverage(modem_of(bench), 1)
    bench.wait(2)
    assert bench.states(1) == [ACCEPTED]

    set_coverage(modem_of(bench), 2)
    bench.wait(1)
    mark = len(bench.said)
    bench.send(2).wait(16)
    assert "AT+CMGS=" in bench.said_since(mark)


def test_what_is_no_alarm_does_not_wait_for_the_network() -> None:
    bench = ready()
    set_coverage(modem_of(bench), 2)
    bench.wait(1).send(1, urgent=False).wait(1)

    assert bench.states(1) == [FAILED]


def test_each_text_is_reported_exactly_once_however_many_wait() -> None:
    bench = ready()
    for number in range(50):
        bench.machine.send(outgoing(number), bench.now)
    bench.wait(5)
    bench.machine.port_closed(bench.now)
    bench.inputs += bench.machine.take_inputs()

    assert sorted(report.message for report in bench.of(SendReported)) == list(range(50))


def test_reports_that_come_before_the_reference_are_kept_for_it() -> None:
    bench = ready()
    modem_of(bench).suffer(LateReference(delay_s=20.0, times=1))
    bench.send(1).wait(25)

    assert bench.states(1) == [ACCEPTED]
    assert bench.deliveries(1) == ["delivered"]


@pytest.mark.parametrize(
    ("statuses", "told"),
    [([0x30, 0x00], ["pending", "delivered"]), ([0x41], ["failed"]), ([0x00, 0x30], ["delivered"])],
)
def test_the_network_s_verdict_is_told_once(statuses: list[int], told: list[str]) -> None:
    from hub.drivers.modem.pdu import encode_status_report

    bench = ready()
    modem_of(bench).network.reach[ANNA] = Reach(report=None)
    bench.send(1).wait(5)
    at = bench.machine._reports._stamp()
    for status in statuses:
        report = encode_status_report(1, "0612345678", at, at, status)
        bench.machine.receive(f"\r\n+CDS: {report.length}\r\n{report.hex}\r\n".encode(), bench.now)
    bench.wait(1)

    assert bench.deliveries(1) == told


# Text mode


class SpoiltEcho(Fault):
    """Noise in what the modem says before its prompt, be it an echo or nothing at all."""

    def carry(self, data: bytes) -> list[tuple[float, bytes]]:
        if b"> " in data and b"AT+CMGS" not in data:
            data = data.replace(b"> ", b"\x7fC~S\r\n> ")
        return [(0.0, data.replace(b"AT+CMGS", b"AT+C~GS"))]


def test_a_modem_that_forgot_its_settings_unheard_texts_nobody_else() -> None:
    bench = ready()
    modem = modem_of(bench)
    forget_settings(modem)
    bench.wait(0.1)
    modem.suffer(SpoiltEcho())

    bench.send(1).wait(10)
    assert (bench.states(1), sent(bench)) == ([FAILED], [])
    bench.wait(60).send(2).wait(10)

    assert bench.states(2) == [ACCEPTED]
    assert [text.number for text in modem.network.sent] == [ANNA]


def test_noise_before_the_prompt_of_a_modem_that_knows_its_settings_costs_a_moment() -> None:
    bench = ready()
    modem_of(bench).suffer(SpoiltEcho())

    assert bench.send(1).wait(2).states(1) == [ACCEPTED]
    assert bench.said.count(b"AT+CMGF?") >= 1


def test_an_alarm_does_not_wait_for_a_mode_that_noise_hides_as_well() -> None:
    class SpoiltMode(SpoiltEcho):
        def carry(self, data: bytes) -> list[tuple[float, bytes]]:
            return [(after, part.replace(b"+CMGF: 0", b"+CMGF: ~")) for after, part in super().carry(data)]

    bench = ready()
    modem_of(bench).suffer(SpoiltMode())
    mark = len(bench.said)

    assert bench.send(1).wait(2).states(1) == [ACCEPTED]
    assert bench.said_since(mark).count("AT+CMGF?") == 3
