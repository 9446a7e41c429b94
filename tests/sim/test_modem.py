from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modem_desk import Desk

from hub.drivers.modem.pdu import encode_submit
from hub.sim.dialects import DIALECTS
from hub.sim.mobile_network import MobileNetwork
from hub.sim.modem import SimulatedModem

ANNE = "+33612345678"


@pytest.fixture
def desk():
    return Desk(SimulatedModem())


@pytest.fixture(params=sorted(DIALECTS))
def any_desk(request):
    return Desk(SimulatedModem(request.param))


# The line


def test_what_is_typed_is_echoed_and_answered(desk):
    assert desk.ask("AT") == b"AT\r\r\nOK\r\n"


def test_without_echo_only_the_answer_comes(desk):
    desk.ask("ATE0")

    assert desk.ask("AT+CSQ") == b"\r\n+CSQ: 17,99\r\n\r\nOK\r\n"


def test_commands_on_one_line_are_obeyed_in_order(desk):
    assert desk.ask("ATE0V1Q0;+CMEE=1;+CMEE?;+CSQ") == (
        b"ATE0V1Q0;+CMEE=1;+CMEE?;+CSQ\r\r\n+CMEE: 1\r\n+CSQ: 17,99\r\n\r\nOK\r\n"
    )


def test_a_semicolon_in_quotes_parts_no_commands(desk):
    desk.ask("ATE0")

    assert desk.ask('AT+CSCA="12;3";+CSCA?') == b'\r\n+CSCA: "12;3",145\r\n\r\nOK\r\n'


def test_after_an_error_the_rest_of_the_line_is_not_obeyed(desk):
    desk.ask("ATE0+CMEE=1")

    assert desk.ask('AT+CMEE?;+CPMS="XX";+CSQ') == b"\r\n+CMEE: 1\r\n\r\n+CMS ERROR: 302\r\n"


@pytest.mark.parametrize(
    ("style", "answer"),
    [(0, b"\r\nERROR\r\n"), (1, b"\r\n+CME ERROR: 10\r\n"), (2, b"\r\n+CME ERROR: SIM not inserted\r\n")],
)
def test_errors_are_put_as_the_host_wants_them(desk, style, answer):
    desk.ask(f"ATE0+CMEE={style}")
    desk.modem.remove_sim()
    desk.read()

    assert desk.ask("AT+CPIN?") == answer


def test_results_as_digits_or_not_at_all(desk):
    assert desk.ask("ATE0V0") == b"ATE0V0\r0\r"
    assert desk.ask("AT+NONE") == b"4\r"
    assert desk.ask("ATQ1") == b""


def test_an_unknown_command_is_an_error_in_the_makers_words(any_desk):
    any_desk.ask("ATE0")

    assert any_desk.ask("AT+NONESUCH") == f"\r\n{any_desk.modem.dialect.unknown_command}\r\n".encode()


def test_the_last_line_is_repeated(desk):
    desk.ask("ATE0")
    desk.ask("AT+CSQ")

    assert b"+CSQ: 17" in desk.ask("A/")


def test_a_correction_with_backspace_is_heeded(desk):
    desk.ask("ATE0")

    assert b"+CSQ" in desk.type(b"AT+CSX\bQ\r")


def test_noise_before_at_does_no_harm_and_noise_alone_is_not_answered(desk):
    desk.ask("ATE0")

    assert desk.type(b"\x00\xff\x7fAT\r") == b"\r\nOK\r\n"
    assert desk.type(b"\x00\xffhello\r") == b""


def test_a_line_without_end_is_bounded_and_an_error(desk):
    desk.ask("ATE0")

    assert desk.type(b"AT" + b"1" * 100_000 + b"\r") == b"\r\nERROR\r\n"
    assert desk.ask("AT") == b"\r\nOK\r\n"


def test_a_list_of_networks_holds_the_port(desk):
    desk.ask("ATE0")

    assert desk.ask("AT+COPS=?") == b""
    assert desk.ask("AT") == b""
    assert desk.wait(200).endswith(b"\r\nOK\r\n\r\nOK\r\n")


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 120), max_size=8))
def test_where_the_hosts_bytes_are_cut_makes_no_difference(cuts):
    pdu = encode_submit(ANNE, "hello")[0]
    talk = f"ATE0\rAT+CMGF=0\rAT+CMGS={pdu.length}\r{pdu.hex}\x1aAT+CSQ\r".encode()
    whole, cut = Desk(SimulatedModem()), Desk(SimulatedModem())
    edges = [0, *sorted(min(place, len(talk)) for place in cuts), len(talk)]

    said = b"".join(cut.type(talk[start:end]) for start, end in pairwise(edges))

    assert said + cut.wait(1) == whole.type(talk) + whole.wait(1)
    assert [sent.text for sent in cut.modem.network.sent] == ["hello"]


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from(
                [b"AT", b"\r", b"+CMGS=9", b"\x1a", b"\x1b", b"=", b'"', b",", b"+CPIN", b"+CMGR", b"?", b"99999999999"]
            ),
        ),
        max_size=12,
    )
)
def test_no_bytes_whatsoever_break_it(pieces):
    desk = Desk(SimulatedModem())

    desk.type(b"".join(pieces))
    desk.wait(1)

    desk.type(b"\r\x1b\r")  # ends a half line, or the prompt that it opened
    assert b"OK" in desk.ask("ATE1V1Q0") + desk.wait(100)


# Who it is


def test_each_kind_says_who_it_is(any_desk):
    dialect = any_desk.modem.dialect
    any_desk.ask("ATE0")

    for command, answer in (
        ("AT+CGMI", dialect.manufacturer),
        ("AT+CGMM", dialect.model),
        ("AT+CGMR", dialect.revision),
        ("AT+CGSN", dialect.imei),
        ("AT+CIMI", any_desk.modem.card.imsi),
        ("ATI", "\r\n".join(dialect.identity)),
    ):
        assert any_desk.ask(command) == f"\r\n{answer}\r\n\r\nOK\r\n".encode()


def test_the_card_gives_its_number_by_the_makers_command(any_desk):
    command = next(iter(any_desk.modem.dialect.iccid_answers))

    assert any_desk.modem.card.iccid.encode() in any_desk.ask(f"AT{command}")


# What it tells


def test_registration_is_told_when_it_changes_with_the_place_if_asked(desk):
    desk.ask("ATE0+CREG=2;+CEREG=1")
    desk.modem.set_coverage(2)
    assert desk.read() == b"\r\n+CREG: 2\r\n\r\n+CEREG: 2\r\n"
    desk.modem.set_coverage(5)

    assert desk.read() == b'\r\n+CREG: 5,"17E0","00359D48",7\r\n\r\n+CEREG: 5\r\n'
    assert desk.ask("AT+CREG?") == b'\r\n+CREG: 2,5,"17E0","00359D48",7\r\n\r\nOK\r\n'


def test_the_clock_is_the_networks_or_an_unset_one(desk):
    desk.wait(3600)
    assert b'+CCLK: "26/01/01,01:00:00+00"' in desk.ask("AT+CCLK?")
    desk.modem.clock_is_set = False
    assert b'+CCLK: "80/01/06' in desk.ask("AT+CCLK?")


def test_the_credit_is_told_a_while_after_ok(desk):
    desk.modem.network.ussd = {"*123#": "Crédit: 9.50 EUR"}
    desk.ask("ATE0")

    assert desk.ask('AT+CUSD=1,"*123#",15') == b"\r\nOK\r\n"
    assert desk.wait(3) == '\r\n+CUSD: 0,"Crédit: 9.50 EUR",15\r\n'.encode("latin-1")
    desk.ask('AT+CSCS="UCS2"')
    desk.ask('AT+CUSD=1,"002A0031003200330023",15')
    assert b'+CUSD: 0,"00430072' in desk.wait(3)
    desk.ask('AT+CUSD=1,"002A0031"')
    assert desk.wait(3) == b"\r\n+CUSD: 4\r\n"


def test_every_command_says_what_it_could_be_set_to(desk):
    desk.ask("ATE0")

    for command in ("+CMEE", "+CFUN", "+CREG", "+CSQ", "+CSCS", "+CUSD", "+CVHU"):
        assert desk.ask(f"AT{command}=?").startswith(f"\r\n{command}: ".encode())
    for command in ("+CGSN", "+CIMI", "+CPIN", "+CICCID", "+CCLK"):
        assert desk.ask(f"AT{command}=?") == b"\r\nOK\r\n"


def test_values_no_modem_takes_are_refused(desk):
    desk.ask("ATE0+CMEE=1")

    for line in ("AT+CMEE=7", "AT+CFUN=9", 'AT+CSCS="KLINGON"', "AT+CREG=x", "AT+CREG=9"):
        assert desk.ask(line) == b"\r\n+CME ERROR: 50\r\n"


def test_defaults_come_back_when_asked(desk):
    desk.ask("ATE0+CMEE=1")

    assert desk.ask("AT&F") == b"\r\nOK\r\n"
    assert desk.ask("AT+CMEE?").startswith(b"AT+CMEE?\r\r\n+CMEE: 0\r\n")


def test_a_sim800_knows_no_lte(desk):
    assert b"ERROR" in Desk(SimulatedModem("sim800")).ask("AT+CEREG?")
    assert b"ERROR" not in desk.ask("AT+CEREG?")


def test_the_operator_is_told_by_name_or_number(desk):
    assert b'+COPS: 0,0,"Telecare Mobile",7' in desk.ask("AT+COPS?")
    desk.ask("AT+COPS=3,2")
    assert b'+COPS: 0,2,"20801",7' in desk.ask("AT+COPS?")


def test_whether_the_card_asks_for_a_pin_can_be_asked(desk):
    assert b"+CLCK: 0" in desk.ask('AT+CLCK="SC",2')


def test_a_setting_that_changes_nothing_is_kept_and_told(desk):
    desk.ask("ATE0")
    desk.ask("AT+CVHU=1;S0=0")

    assert desk.ask("AT+CVHU?") == b"\r\n+CVHU: 1\r\n\r\nOK\r\n"


def test_all_dialects_are_complete_enough_for_a_driver(any_desk):
    any_desk.ask("ATE0")
    store = next(iter(any_desk.modem.dialect.memories))
    for line in (
        "ATE0V1Q0",
        "AT+CMEE=1",
        "ATS0=0",
        "AT+CFUN?",
        "AT+CPIN?",
        "AT+CMGF=0",
        'AT+CSCS="GSM"',
        "AT+CSMS=0",
        f'AT+CPMS="{store}","{store}","{store}"',
        "AT+CNMI=2,1,0,1,0",
        "AT+CNMI?",
        "AT+CSCA?",
        "AT+CREG=2",
        "AT+CLIP=1",
        "AT+CTZU=1",
        "AT+CMMS=2",
        "AT+CMGL=4",
        "AT+COPS=3,0",
        "AT+COPS?",
        "AT+CNUM",
        "AT+GCAP",
    ):
        assert any_desk.ask(line).endswith(b"\r\nOK\r\n"), line


def test_only_a_modem_with_a_store_for_reports_takes_the_mode_that_uses_it():
    for name, taken in (("sim7600", True), ("sim800", False)):
        desk = Desk(SimulatedModem(name))
        assert (b"OK" in desk.ask("AT+CNMI=2,1,0,2,0")) is taken


def test_two_modems_do_not_share_a_network_unless_told():
    network = MobileNetwork()

    assert SimulatedModem(network=network).network is network
    assert SimulatedModem().network is not SimulatedModem().network


def test_time_starts_where_it_is_told_and_what_was_planned_moves_along(desk):
    desk.modem.restart(10)
    desk.modem.begin(1000.0, desk.modem.wall())
    desk.now = 1000.0

    assert desk.wait(9) == b""
    assert b"RDY" in desk.wait(2)
