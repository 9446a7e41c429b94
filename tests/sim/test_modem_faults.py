import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modem_desk import Desk

from hub.drivers.modem.pdu import encode_submit
from hub.sim.cable_faults import Chopped, CutAt, Harm, Noise, slow_line
from hub.sim.modem import SimulatedModem
from hub.sim.modem_faults import (
    CmsErrors,
    DeafTo,
    HangsOn,
    LatePrompt,
    LateReference,
    LostOk,
    LostPrompt,
    LostReference,
    NoPrompt,
    Refuses,
    RestartMidSend,
    SilenceAfterCtrlZ,
    echo_again,
    fill_store,
    forget_settings,
    hang,
    insert_sim,
    later,
    remove_sim,
    restart,
    set_coverage,
    set_signal,
    storm,
)

ANNE = "+33612345678"
PDU = encode_submit(ANNE, "hi", want_report=False)[0]
ACCEPTED = b"\r\n+CMGS: 1\r\n\r\nOK\r\n"


@pytest.fixture
def desk():
    desk = Desk(SimulatedModem())
    desk.set_up()
    return desk


def send(desk) -> bytes:
    return desk.send(PDU.hex, PDU.length)


def texts(desk) -> list[str]:
    return [sent.text for sent in desk.modem.network.sent]


# Sending


def test_no_prompt_comes_and_the_modem_obeys_other_commands(desk):
    desk.modem.suffer(NoPrompt(times=1))

    assert desk.ask("AT+CMGS=15") + desk.wait(60) == b""
    assert desk.ask("AT") == b"\r\nOK\r\n"
    assert send(desk) == ACCEPTED


def test_a_lost_prompt_leaves_the_modem_waiting_until_escape(desk):
    desk.modem.suffer(LostPrompt(times=1))
    desk.ask("AT+CMGS=15")

    assert desk.ask("AT") + desk.wait(60) == b""
    assert desk.type(b"\x1b\r") == b"\r\nOK\r\n"
    assert send(desk) == ACCEPTED


def test_a_late_prompt_takes_nothing_before_it_is_there(desk):
    desk.modem.suffer(LatePrompt(8.0, times=1))

    assert desk.ask(f"AT+CMGS={PDU.length}") == b""
    assert desk.type(PDU.hex.encode() + b"\x1a") + desk.wait(7) == b""
    assert desk.wait(1) == b"\r\n> "
    assert desk.type(PDU.hex.encode() + b"\x1a") + desk.wait(1) == ACCEPTED


def test_a_prompt_can_come_after_the_host_gave_up(desk):
    desk.modem.suffer(LatePrompt(12.0, times=1))
    desk.ask("AT+CMGS=15")
    desk.wait(10)

    assert desk.type(b"\x1b") == b"\r\nOK\r\n"
    assert desk.ask("AT") == b"\r\nOK\r\n"
    assert desk.wait(3) == b"\r\n> "
    assert desk.ask("AT") == b"\r\nOK\r\n"


@pytest.mark.parametrize("was_sent", [True, False])
def test_silence_after_ctrl_z_tells_nothing_of_what_became_of_the_text(desk, was_sent):
    desk.modem.suffer(SilenceAfterCtrlZ(times=1, was_sent=was_sent))

    assert send(desk) + desk.wait(600) == b""
    assert desk.ask("AT") == b"\r\nOK\r\n"
    assert texts(desk) == (["hi"] if was_sent else [])
    assert b"+CMGS" in send(desk)


def test_the_modem_may_be_deaf_meanwhile(desk):
    desk.modem.suffer(SilenceAfterCtrlZ(times=1, deaf_s=40))
    send(desk)

    assert desk.ask("AT") == b""
    desk.wait(40)
    assert desk.ask("AT") == b"\r\nOK\r\n"


def test_a_reference_comes_late_while_other_commands_are_answered(desk):
    desk.modem.suffer(LateReference(65.0, times=1))

    assert send(desk) == b""
    assert desk.ask("AT") == b"\r\nOK\r\n"
    assert desk.wait(70) == ACCEPTED


def test_ok_comes_without_a_reference(desk):
    desk.modem.suffer(LostReference(times=1))

    assert send(desk) == b"\r\nOK\r\n"
    assert texts(desk) == ["hi"]


def test_a_reference_comes_without_ok(desk):
    desk.modem.suffer(LostOk("+CMGS", times=1))

    assert send(desk) == b"\r\n+CMGS: 1\r\n"
    assert desk.ask("AT") == b"\r\nOK\r\n"


def test_any_ok_can_get_lost(desk):
    desk.modem.suffer(LostOk(times=1))

    assert desk.ask("AT+CSQ") == b"\r\n+CSQ: 17,99\r\n"


def test_so_many_texts_are_refused_with_that_code(desk):
    desk.modem.suffer(CmsErrors(38, times=2))

    assert [send(desk) for _ in range(3)] == [b"\r\n+CMS ERROR: 38\r\n"] * 2 + [ACCEPTED]
    assert texts(desk) == ["hi"]


@pytest.mark.parametrize("was_sent", [True, False])
def test_a_restart_in_mid_send_is_silence_and_then_boot_lines(desk, was_sent):
    desk.modem.suffer(RestartMidSend(5.0, times=1, was_sent=was_sent))

    assert send(desk) == b""
    assert desk.wait(3) == b""
    assert desk.wait(2).startswith(b"\r\nRDY\r\n")
    assert texts(desk) == (["hi"] if was_sent else [])
    assert desk.wait(120) == b""
    assert desk.ask("AT") == b"AT\r\r\nOK\r\n"


# Other commands


def test_a_command_can_be_refused_for_a_while(desk):
    desk.modem.suffer(Refuses("+CPMS", "+CME ERROR: 515", times=1))

    assert desk.ask('AT+CPMS="SM"') == b"\r\n+CME ERROR: 515\r\n"
    assert desk.ask('AT+CPMS="SM"').endswith(b"OK\r\n")


def test_one_command_may_never_be_answered_while_at_is(desk):
    desk.modem.suffer(DeafTo("+CMGL"))

    assert desk.ask("AT+CMGL=4") + desk.wait(60) == b""
    assert desk.ask("AT") == b"\r\nOK\r\n"


def test_a_command_may_hang_everything_until_a_restart(desk):
    desk.modem.suffer(HangsOn("+CMGL", times=1))
    desk.ask("AT+CMGL=4")
    assert desk.ask("AT") + desk.wait(3600) == b""

    restart(desk.modem, 2.0)

    assert b"RDY" in desk.wait(3)
    assert b"OK" in desk.ask("AT")


# What happens


def test_a_hang_ends_by_itself_and_what_came_meanwhile_is_announced_then(desk):
    hang(desk.modem, 30)
    desk.read()
    desk.modem.network.deliver(ANNE, "oui")
    assert desk.ask("AT") + desk.wait(29) == b""

    assert desk.wait(2) == b'\r\n+CMTI: "ME",0\r\n'


def test_a_silent_restart_is_seen_by_echo_and_text_mode(desk):
    forget_settings(desk.modem)

    assert desk.read() == b""
    assert desk.ask("AT+CMGF?") == b"AT+CMGF?\r\r\n+CMGF: 1\r\n\r\nOK\r\n"


def test_echo_can_come_back_by_itself(desk):
    echo_again(desk.modem)
    desk.read()

    assert desk.ask("AT") == b"AT\r\r\nOK\r\n"


@pytest.mark.parametrize(
    ("name", "gone", "back"), [("sim7600", b"NOT READY", b"READY"), ("huawei", b"255", b"^SIMST:1")]
)
def test_the_sim_is_pulled_and_put_back(name, gone, back):
    desk = Desk(SimulatedModem(name))
    desk.set_up()
    remove_sim(desk.modem)
    assert gone in desk.read()
    assert desk.ask("AT+CPIN?") == b"\r\n+CME ERROR: 10\r\n"

    insert_sim(desk.modem)

    assert back in desk.wait(10)
    assert desk.ask("AT+CREG?").startswith(b"\r\n+CREG: 0,1")


def test_the_network_goes_and_the_signal_sinks(desk):
    set_coverage(desk.modem, 2)
    set_signal(desk.modem, 99)
    desk.read()

    assert desk.ask("AT+CEREG?;+CSQ;+COPS?") == (b"\r\n+CEREG: 0,2\r\n+CSQ: 99,99\r\n+COPS: 0\r\n\r\nOK\r\n")


def test_a_storm_of_lines_passes_and_leaves_the_modem_well(desk):
    storm(desk.modem, "+ZEND", 500)

    assert desk.read().count(b"+ZEND") == 500
    storm(desk.modem, "^BOOT:1", 10, every_s=1.0)
    assert desk.wait(4.5).count(b"^BOOT") == 5
    assert b"OK" in desk.ask("AT")


def test_a_store_of_choice_is_filled(desk):
    fill_store(desk.modem, "SM")
    desk.read()

    assert desk.ask('AT+CPMS="SM"').startswith(b"\r\n+CPMS: 20,20,")


def test_what_is_planned_happens_even_after_a_restart(desk):
    later(desk.modem, 60, remove_sim)
    desk.read()
    restart(desk.modem, 1.0)

    assert b"NOT READY" in desk.wait(61)


# Cables


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 9), st.floats(0, 0.1))
def test_chopped_bytes_all_arrive_in_order(size, gap_s):
    whole, chopped = Desk(SimulatedModem()), Desk(SimulatedModem())
    chopped.modem.suffer(Chopped(size, gap_s))
    talk = b"ATE0\rAT+CSQ\rATI\rAT+NONE\r"

    assert chopped.type(talk) + chopped.wait(60) == whole.type(talk)


def test_a_slow_line_is_slow(desk):
    desk.modem.suffer(slow_line(9600))
    assert desk.ask("AT+CSQ") == b""

    assert len(desk.wait(0.0105)) == 10


@given(st.lists(st.integers(0, 60), max_size=5))
def test_a_cable_can_be_cut_at_any_places(places):
    desk, whole = Desk(SimulatedModem()), Desk(SimulatedModem())
    desk.modem.suffer(CutAt(places))

    assert desk.ask("AT+CSQ;+CREG?") + desk.wait(1) == whole.ask("AT+CSQ;+CREG?")


@pytest.mark.parametrize("harm", list(Harm))
def test_noise_is_the_same_each_time_and_never_more_than_noise(harm):
    said = []
    for _ in range(2):
        desk = Desk(SimulatedModem())
        desk.modem.suffer(Noise(0.2, harm, seed=3, to_modem=True))
        said.append(b"".join(desk.ask("AT+CSQ") for _ in range(50)))

    assert said[0] == said[1]
    desk.modem.faults.clear()
    assert desk.ask("ATE0V1Q0").endswith(b"\r\nOK\r\n")


def test_faults_work_together_and_can_be_taken_away(desk):
    both = LatePrompt(3.0), Chopped(1, 0.01)
    with desk.modem.suffering(*both):
        assert desk.ask("AT+CMGS=15") + desk.wait(2.9) == b""
        assert desk.wait(1) == b"\r\n> "
        desk.type(b"\x1b")
        desk.wait(1)

    assert send(desk) == ACCEPTED


def test_a_refusal_and_a_silence_are_both_obeyed(desk):
    desk.modem.suffer(CmsErrors(42, times=1))
    desk.modem.suffer(SilenceAfterCtrlZ(times=1))

    assert send(desk) + desk.wait(60) == b""
    assert texts(desk) == []
    assert send(desk) == ACCEPTED


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            [
                lambda: NoPrompt(times=1),
                lambda: LostPrompt(times=1),
                lambda: LatePrompt(8.0, times=1),
                lambda: RestartMidSend(times=1),
                lambda: SilenceAfterCtrlZ(times=1),
                lambda: LateReference(times=1),
                lambda: LostReference(times=1),
                lambda: LostOk(times=3),
                lambda: CmsErrors(times=1),
                lambda: Chopped(3, 0.01),
                lambda: Noise(0.05),
                lambda: HangsOn("+CSQ", 20, times=1),
            ]
        ),
        max_size=5,
    )
)
def test_whatever_goes_wrong_together_the_modem_is_well_afterwards(faults):
    desk = Desk(SimulatedModem())
    desk.set_up()
    for fault in faults:
        desk.modem.suffer(fault())
    for _ in range(3):
        desk.ask(f"AT+CMGS={PDU.length}")
        desk.wait(12)
        desk.type(PDU.hex.encode() + b"\x1a")
        desk.ask("AT+CSQ")
        desk.wait(200)
        desk.type(b"\x1b\r")

    desk.modem.faults.clear()
    desk.wait(200)
    desk.set_up()
    assert b"+CMGS: " in send(desk)
