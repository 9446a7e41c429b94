import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from modem_desk import Desk

from hub.drivers.modem.pdu import StatusReport, decode_incoming, encode_submit, join
from hub.errors import PduError
from hub.sim.dialects import DIALECTS
from hub.sim.mobile_network import PARTS_LIMIT, REPORT_FAILED, MobileNetwork, Reach
from hub.sim.modem import SimulatedModem
from hub.sim.modem_faults import fill_store
from hub.sim.modem_memory import StoredText

ANNE, BEN = "+33612345678", "+33687654321"
LONG = "Madame Martin a appuyé sur son bouton, allez voir chez elle. " * 6


@pytest.fixture
def desk():
    desk = Desk(SimulatedModem())
    desk.set_up()
    return desk


@pytest.fixture
def network(desk) -> MobileNetwork:
    return desk.modem.network


def send(desk, number, text, **how):
    return [desk.send(pdu.hex, pdu.length) for pdu in encode_submit(number, text, want_report=False, **how)]


def pdus_in(said: bytes) -> list[str]:
    return [line for line in said.decode().split("\r\n") if len(line) > 30 and not line.startswith("+")]


# From the hub


def test_a_text_is_taken_after_the_prompt_and_gets_a_reference(desk, network):
    assert desk.ask("AT+CMGS=18") == b"\r\n> "
    pdu = encode_submit(ANNE, "hi", want_report=False)[0]
    desk.type(b"\x1b")

    assert desk.send(pdu.hex, pdu.length) == b"\r\n+CMGS: 1\r\n\r\nOK\r\n"
    (sent,) = network.sent
    assert (sent.number, sent.text, sent.reference, sent.pdu) == (ANNE, "hi", 1, pdu.hex)


def test_escape_leaves_the_prompt_and_sends_nothing(desk, network):
    desk.ask("AT+CMGS=18")

    assert desk.type(b"0011\x1b") == b"\r\nOK\r\n"
    assert desk.ask("AT") == b"\r\nOK\r\n"
    assert network.sent == []


def test_a_long_text_is_one_text_with_a_reference_for_each_part(desk, network):
    send(desk, ANNE, LONG, concat_reference=7)

    (sent,) = network.sent
    assert sent.text == LONG
    assert sent.references == (1, 2, 3)
    assert len(sent.pdus) == 3


def test_parts_of_several_long_texts_may_mix(desk, network):
    anne, ben = (encode_submit(number, LONG, concat_reference=7) for number in (ANNE, BEN))
    for part in [part for pair in zip(anne, reversed(ben), strict=True) for part in pair]:
        desk.send(part.hex, part.length)

    assert [(sent.number, sent.text) for sent in network.sent] == [(ANNE, LONG), (BEN, LONG)]


@settings(deadline=None, max_examples=40)
@given(st.text(min_size=1, max_size=400).filter(lambda text: text.isprintable()))
def test_any_text_arrives_as_it_was_sent(text):
    desk = Desk(SimulatedModem())
    desk.set_up()

    send(desk, ANNE, text, concat_reference=1)

    assert [sent.text for sent in desk.modem.network.sent] == [text]


@pytest.mark.parametrize("body", ["0011", "zz", "", "0021000B913316325476F80000FF02E834", "00" * 500])
def test_what_is_no_sms_or_has_another_length_is_refused_with_304(desk, network, body):
    assert desk.send(body, 18) == b"\r\n+CMS ERROR: 304\r\n"
    assert network.sent == []


def test_a_length_no_sms_has_gets_no_prompt(desk):
    assert desk.ask("AT+CMGS=999") == b"\r\n+CMS ERROR: 304\r\n"
    assert b"ERROR" in desk.ask('AT+CMGS="hello"')


def test_without_a_network_a_text_is_refused_with_331(desk):
    desk.modem.set_coverage(2)

    assert send(desk, ANNE, "hi") == [b"\r\n+CMS ERROR: 331\r\n"]


def test_without_a_card_there_is_no_prompt(desk):
    desk.modem.remove_sim()
    desk.read()

    assert desk.ask("AT+CMGS=18") == b"\r\n+CMS ERROR: 310\r\n"


def test_a_number_can_be_refused_for_a_while_and_slow(desk, network):
    network.reach[ANNE] = Reach(refused_with=38, refusals=2)
    network.reach[BEN] = Reach(accepted_after_s=30)

    assert [send(desk, ANNE, "hi") for _ in range(3)] == [
        [b"\r\n+CMS ERROR: 38\r\n"],
        [b"\r\n+CMS ERROR: 38\r\n"],
        [b"\r\n+CMGS: 1\r\n\r\nOK\r\n"],
    ]
    assert send(desk, BEN, "hi") == [b""]
    assert desk.wait(30) == b"\r\n+CMGS: 2\r\n\r\nOK\r\n"


def test_who_listens_to_the_network_is_told_of_each_text_at_once(desk, network):
    told = []
    network.on_sent.append(told.append)

    send(desk, ANNE, "hi")

    assert [(sent.number, sent.text) for sent in told] == [(ANNE, "hi")]


def test_text_mode_sends_too(desk, network):
    desk.ask("AT+CMGF=1")

    assert desk.ask(f'AT+CMGS="{ANNE}"') == b"\r\n> "
    assert desk.type(b"hello\r\x1a") + desk.wait(1) == b"\r\n+CMGS: 1\r\n\r\nOK\r\n"
    desk.ask('AT+CSCS="UCS2"')
    desk.ask('AT+CMGS="{}"'.format(ANNE.encode("utf-16-be").hex()))
    desk.type("çà".encode("utf-16-be").hex().encode() + b"\x1a")
    assert [(sent.number, sent.text, sent.pdu) for sent in network.sent] == [(ANNE, "hello", ""), (ANNE, "çà", "")]


# What became of it


def test_a_report_comes_a_while_after_if_it_was_asked_for(desk):
    pdu = encode_submit(ANNE, "hi", want_report=True)[0]
    desk.send(pdu.hex, pdu.length)

    said = desk.wait(5)

    assert said.startswith(b"\r\n+CDS: ")
    report = decode_incoming(pdus_in(said)[0])
    assert isinstance(report, StatusReport)
    assert (report.reference, report.recipient, report.status) == (1, ANNE, 0)


def test_a_report_can_say_that_it_failed_or_never_come(desk, network):
    network.reach[ANNE] = Reach(report=REPORT_FAILED)
    network.reach[BEN] = Reach(report=None)
    for number in (ANNE, BEN):
        pdu = encode_submit(number, "hi", want_report=True)[0]
        desk.send(pdu.hex, pdu.length)

    (digits,) = pdus_in(desk.wait(60))

    assert decode_incoming(digits).status == REPORT_FAILED


def test_a_report_can_be_stored_and_announced_instead(desk):
    desk.ask("AT+CNMI=2,1,0,2,0")
    pdu = encode_submit(ANNE, "hi", want_report=True)[0]
    desk.send(pdu.hex, pdu.length)

    assert desk.wait(5) == b'\r\n+CDSI: "SR",0\r\n'
    desk.ask('AT+CPMS="SR"')
    (digits,) = pdus_in(desk.ask("AT+CMGR=0"))
    assert isinstance(decode_incoming(digits), StatusReport)


# To the hub


def test_a_text_is_stored_and_announced_and_can_be_read_and_deleted(desk, network):
    network.deliver(ANNE, "j'arrive")

    assert desk.read() == b'\r\n+CMTI: "ME",0\r\n'
    said = desk.ask("AT+CMGR=0")
    assert said.startswith(b"\r\n+CMGR: 0,,")
    message = decode_incoming(pdus_in(said)[0])
    assert (message.sender, message.text) == (ANNE, "j'arrive")
    assert message.sent_at == desk.modem.wall()
    assert desk.ask("AT+CMGR=0").startswith(b"\r\n+CMGR: 1,,")
    assert desk.ask("AT+CMGD=0") == b"\r\nOK\r\n"
    assert desk.ask("AT+CMGR=0") == b"\r\nOK\r\n"


def test_a_long_text_comes_in_parts(desk, network):
    network.deliver(ANNE, LONG)

    assert desk.read().count(b"+CMTI") == 3
    parts = [decode_incoming(digits) for digits in pdus_in(desk.ask("AT+CMGL=4"))]
    assert join(parts) == LONG


def test_a_list_shows_what_was_asked_for(desk, network):
    for text in ("one", "two"):
        network.deliver(ANNE, text)
    desk.read()
    desk.ask("AT+CMGR=0")

    assert desk.ask("AT+CMGL=1").count(b"+CMGL: 0,1,,") == 1
    assert desk.ask("AT+CMGL").count(b"+CMGL: 1,0,,") == 1
    assert desk.ask("AT+CMGL=4").count(b"+CMGL") == 2
    assert desk.ask("AT+CMGL=2") == b"\r\nOK\r\n"
    assert desk.ask("AT+CMGL=7") == b"\r\n+CMS ERROR: 302\r\n"


def test_all_that_was_read_can_be_deleted_at_once(desk, network):
    for text in ("one", "two"):
        network.deliver(ANNE, text)
    desk.read()
    desk.ask("AT+CMGR=0")

    desk.ask("AT+CMGD=1,1")

    assert desk.ask("AT+CMGL=4").count(b"+CMGL") == 1
    desk.ask("AT+CMGD=1,4")
    assert desk.ask("AT+CMGL=4") == b"\r\nOK\r\n"


def test_a_text_goes_straight_to_the_host_if_it_wants_that(desk, network):
    desk.ask("AT+CNMI=2,2,0,1,0")
    network.deliver(ANNE, "oui")

    said = desk.read()

    assert said.startswith(b"\r\n+CMT: ,")
    assert decode_incoming(pdus_in(said)[0]).text == "oui"
    assert desk.ask("AT+CMGL=4") == b"\r\nOK\r\n"


def test_texts_not_announced_are_stored_all_the_same(desk, network):
    desk.ask("AT+CNMI=2,0,0,0,0")
    network.deliver(ANNE, "oui")

    assert desk.read() == b""
    assert desk.ask("AT+CPMS?").startswith(b'\r\n+CPMS: "ME",1,23,')


def test_a_full_store_takes_nothing_and_says_nothing_until_there_is_room(desk, network):
    fill_store(desk.modem)
    network.deliver(ANNE, "oui")
    assert desk.wait(600) == b""
    assert b'"ME",23,23' in desk.ask("AT+CPMS?")

    desk.ask("AT+CMGD=5")

    assert desk.wait(2) == b'\r\n+CMTI: "ME",5\r\n'


def test_texts_wait_in_the_network_while_the_modem_is_away(desk, network):
    desk.modem.set_coverage(2)
    network.deliver(ANNE, "oui")
    assert desk.wait(60) == b""

    desk.modem.set_coverage(1)

    assert b"+CMTI" in desk.read()


def test_a_text_that_no_sms_can_carry_is_refused_where_it_was_written(network):
    with pytest.raises(PduError):
        network.deliver(ANNE, "x" * 100_000)


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_an_empty_slot_is_an_ok_or_an_error_by_kind(name):
    desk = Desk(SimulatedModem(name))
    desk.set_up()
    missing = desk.modem.dialect.empty_slot_cms

    assert desk.ask("AT+CMGR=3") == (f"\r\n+CMS ERROR: {missing}\r\n".encode() if missing else b"\r\nOK\r\n")
    assert desk.ask("AT+CMGR=4000") == b"\r\n+CMS ERROR: 321\r\n"


def test_the_three_stores_are_chosen_apart(desk, network):
    assert desk.ask('AT+CPMS="ME","ME","SM"') == b"\r\n+CPMS: 0,23,0,23,0,20\r\n\r\nOK\r\n"
    network.deliver(ANNE, "oui")

    assert desk.read() == b'\r\n+CMTI: "SM",0\r\n'
    assert desk.ask("AT+CMGL=4") == b"\r\nOK\r\n"
    assert desk.ask('AT+CPMS="XX"') == b"\r\n+CMS ERROR: 302\r\n"
    assert desk.ask("AT+CPMS=?") == b'\r\n+CPMS: ("ME","SM","SR"),("ME","SM"),("ME","SM")\r\n\r\nOK\r\n'


def test_text_mode_reads_too_and_is_as_ambiguous_as_it_is(desk, network):
    desk.ask("AT+CMGF=1")
    network.deliver(ANNE, "fine\nOK\nthanks")
    network.deliver(BEN, "çà ☀")
    desk.read()

    first = desk.ask("AT+CMGR=0").decode()
    assert first == f'\r\n+CMGR: "REC UNREAD","{ANNE}",,"26/01/01,00:00:00+00"\r\nfine\nOK\nthanks\r\n\r\nOK\r\n'
    assert "00E700E000202600" in desk.ask('AT+CMGL="ALL"').decode()
    assert desk.ask('AT+CMGL="STO SENT"') == b"\r\nOK\r\n"


def test_text_mode_shows_a_report_in_one_line(desk):
    desk.ask("AT+CNMI=2,1,0,2,0")
    pdu = encode_submit(ANNE, "hi", want_report=True)[0]
    desk.send(pdu.hex, pdu.length)
    desk.wait(5)

    desk.ask('AT+CPMS="SR";+CMGF=1')

    assert f'+CMGR: "REC UNREAD",6,1,"{ANNE}",145,'.encode() in desk.ask("AT+CMGR=0")


def test_a_slot_that_holds_no_sms_is_an_empty_line_in_text_mode(desk):
    desk.modem.memories["ME"].put(StoredText("0000", 1))
    desk.ask("AT+CMGF=1")

    assert desk.ask("AT+CMGR=0") == b'\r\n+CMGR: "REC UNREAD","",,""\r\n\r\n\r\nOK\r\n'


def test_a_modem_that_is_still_starting_refuses_the_commands_for_texts(desk):
    desk.modem.sms_ready = False

    assert desk.ask("AT+CPMS?") == b"\r\n+CMS ERROR: 314\r\n"


def test_a_report_nobody_wants_announced_is_dropped(desk, network):
    desk.ask("AT+CNMI=2,1,0,0,0")
    pdu = encode_submit(ANNE, "hi", want_report=True)[0]
    desk.send(pdu.hex, pdu.length)

    assert desk.wait(60) == b""
    assert not network.waiting


def test_the_centres_number_can_be_written_back(desk):
    assert desk.ask('AT+CSCA="+33600000099",145') == b"\r\nOK\r\n"
    assert desk.ask("AT+CSCA?") == b'\r\n+CSCA: "+33600000099",145\r\n\r\nOK\r\n'


def test_parts_that_never_become_whole_are_bounded(desk, network):
    for number in range(PARTS_LIMIT + 5):
        part = encode_submit(ANNE, LONG, concat_reference=number)[0]
        desk.send(part.hex, part.length)

    assert network.sent == []
    assert len(network._parts) == PARTS_LIMIT


def test_settings_of_texts_are_told_when_asked(desk):
    assert desk.ask("AT+CMGF?") == b"\r\n+CMGF: 0\r\n\r\nOK\r\n"
    assert desk.ask("AT+CSMS?") == b"\r\n+CSMS: 0,1,1,1\r\n\r\nOK\r\n"
    assert desk.ask("AT+CNMI?") == b"\r\n+CNMI: 2,1,0,1,0\r\n\r\nOK\r\n"
    assert desk.ask("AT+CSCA?") == b'\r\n+CSCA: "+33600000001",145\r\n\r\nOK\r\n'
    assert desk.ask("AT+CNMA") == b"\r\n+CMS ERROR: 340\r\n"
    for command in ("CMGF", "CSMS", "CNMI", "CMGL", "CMGD", "CNMA"):
        assert desk.ask(f"AT+{command}=?").startswith(f"\r\n+{command}: (".encode())
