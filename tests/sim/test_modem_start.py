import pytest
from modem_desk import Desk

from hub.sim.dialects import DIALECTS
from hub.sim.modem import SimulatedModem
from hub.sim.modem_memory import SimState


@pytest.fixture
def desk():
    return Desk(SimulatedModem())


@pytest.fixture(params=sorted(DIALECTS))
def any_desk(request):
    return Desk(SimulatedModem(request.param))


# The PIN


@pytest.fixture
def locked():
    desk = Desk(SimulatedModem(pin="1234"))
    desk.ask("ATE0+CMEE=1")
    return desk


def test_a_locked_card_asks_for_its_pin_and_lets_nothing_through(locked):
    assert locked.ask("AT+CPIN?") == b"\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n"
    assert locked.ask("AT+CIMI") == b"\r\n+CME ERROR: 11\r\n"
    assert locked.ask("AT+CPMS?") == b"\r\n+CMS ERROR: 311\r\n"
    assert locked.ask("AT+CREG?") == b"\r\n+CREG: 0,0\r\n\r\nOK\r\n"


def test_the_right_pin_makes_it_ready_and_then_registered(locked):
    assert locked.ask('AT+CPIN="1234"') == b"\r\nOK\r\n"
    assert b"SMS DONE" in locked.wait(5)

    assert b"+CREG: 0,1" in locked.ask("AT+CREG?")


def test_three_wrong_pins_lock_the_card_and_the_puk_opens_it(locked):
    errors = [locked.ask('AT+CPIN="0000"') for _ in range(3)]

    assert errors == [b"\r\n+CME ERROR: 16\r\n"] * 2 + [b"\r\n+CME ERROR: 12\r\n"]
    assert locked.ask("AT+CPIN?") == b"\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n"
    assert locked.ask('AT+CPIN="1234"') == b"\r\n+CME ERROR: 12\r\n"
    assert locked.ask('AT+CPIN="12345678","4321"') == b"\r\nOK\r\n"
    assert locked.modem.card.state is SimState.READY


def test_ten_wrong_puks_end_the_card(locked):
    for _ in range(3):
        locked.ask('AT+CPIN="0000"')
    for _ in range(10):
        locked.ask('AT+CPIN="11111111","4321"')

    assert locked.ask("AT+CPIN?") == b"\r\n+CME ERROR: 13\r\n"


def test_a_pin_nobody_asked_for_is_refused_and_costs_no_try(desk):
    desk.ask("ATE0+CMEE=1")

    assert desk.ask('AT+CPIN="0000"') == b"\r\n+CME ERROR: 3\r\n"
    assert desk.modem.card.pin_tries == 3


def test_a_host_may_ask_how_many_tries_are_left(any_desk):
    command = next(iter(any_desk.modem.dialect.tries_answers))

    assert b"3" in any_desk.ask(f"AT{command}?")


# Starting


def test_a_restart_forgets_everything_and_says_its_boot_lines(any_desk):
    any_desk.set_up()
    any_desk.modem.restart()

    assert any_desk.ask("AT") == b""
    said = any_desk.wait(30).decode()

    wanted = [line for _, line in (*any_desk.modem.dialect.boot, *any_desk.modem.dialect.ready)]
    assert [line for line in said.split("\r\n") if line in wanted] == wanted
    assert any_desk.ask("AT").startswith(b"AT\r")
    assert b"+CREG: 0,1" in any_desk.ask("AT+CREG?")


def test_before_sms_ready_a_sim800_refuses_even_pdu_mode():
    desk = Desk(SimulatedModem("sim800"))
    desk.modem.restart()
    desk.wait(4)
    desk.ask("ATE0")

    assert desk.ask("AT+CMGF=0") == b"\r\nERROR\r\n"
    assert b"SMS Ready" in desk.wait(10)
    assert desk.ask("AT+CMGF=0") == b"\r\nOK\r\n"


def test_cfun_restarts_and_switches_the_radio(desk):
    desk.ask("ATE0+CREG=1")

    assert desk.ask("AT+CFUN=4") == b"\r\n+CREG: 0\r\n\r\nOK\r\n"
    assert desk.ask("AT+CSQ") == b"\r\n+CSQ: 99,99\r\n\r\nOK\r\n"
    assert desk.ask("AT+CFUN=1") == b"\r\nOK\r\n"
    assert desk.wait(5) == b"\r\n+CREG: 1\r\n"
    assert desk.ask("AT+CFUN=1,1") == b"\r\nOK\r\n"
    assert b"RDY" in desk.wait(20)


def test_the_radio_off_for_good_wakes_the_card_anew(desk):
    desk.ask("ATE0+CFUN=0")
    assert desk.ask("AT+CREG?").startswith(b"\r\n+CREG: 0,0")
    desk.ask("AT+CFUN=1")

    assert b"+CPIN: READY" in desk.wait(5)
    assert desk.ask("AT+CREG?").startswith(b"\r\n+CREG: 0,1")


def test_the_makers_reset_restarts(desk):
    desk.ask("ATE0")

    assert desk.ask("AT+CRESET") == b"\r\nOK\r\n"
    assert b"RDY" in desk.wait(20)
