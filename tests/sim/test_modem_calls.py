import pytest
from modem_desk import Desk

from hub.sim.dialects import DIALECTS
from hub.sim.mobile_network import Reach
from hub.sim.modem import SimulatedModem
from hub.sim.modem_calls import press_key, ring

ANNE = "+33612345678"


@pytest.fixture(params=sorted(DIALECTS))
def desk(request):
    desk = Desk(SimulatedModem(request.param))
    desk.set_up()
    return desk


def state(desk) -> str:
    said = desk.ask("AT+CLCC").decode()
    return said.split(",")[2] if "+CLCC" in said else "none"


def test_a_call_is_dialled_rings_is_answered_and_hung_up(desk):
    assert desk.ask(f"ATD{ANNE};").endswith(b"\r\nOK\r\n")

    assert state(desk) == "2"
    desk.wait(2)
    assert state(desk) == "3"
    desk.wait(5)
    assert state(desk) == "0"
    said = desk.ask("AT+CHUP").decode()
    assert said == f"\r\n{desk.modem.dialect.call_ended}\r\n\r\nOK\r\n"
    assert state(desk) == "none"


def test_a_busy_phone_ends_the_call_at_once(desk):
    desk.modem.network.reach[ANNE] = Reach(is_busy=True)
    desk.ask(f"ATD{ANNE};")

    assert desk.wait(2).endswith(b"\r\nBUSY\r\n")
    assert state(desk) == "none"


def test_a_call_nobody_answers_ends_by_itself(desk):
    desk.modem.network.reach[ANNE] = Reach(answers_after_s=None)
    desk.ask(f"ATD{ANNE};")

    assert b"NO ANSWER" in desk.wait(61)


def test_a_key_of_the_far_side_is_told_in_the_makers_way_and_only_during_a_call(desk):
    press_key(desk.modem, "1")
    assert desk.read() == b""
    desk.ask(f"ATD{ANNE};")
    desk.wait(10)

    press_key(desk.modem, "1")

    key = "49" if desk.modem.dialect.name == "ec25" else "1"
    assert desk.read() == f"\r\n{desk.modem.dialect.key_pressed.format(key)}\r\n".encode()


def test_a_second_call_is_refused_and_so_is_one_without_a_network(desk):
    desk.ask(f"ATD{ANNE};")
    assert desk.ask(f"ATD{ANNE};") == b"\r\n+CME ERROR: 3\r\n"
    desk.ask("AT+CHUP")
    desk.modem.set_coverage(2)
    assert desk.ask(f"ATD{ANNE};") == b"\r\n+CME ERROR: 30\r\n"


def test_a_caller_rings_with_a_number_until_answered(desk):
    desk.ask("AT+CLIP=1")
    ring(desk.modem, ANNE)

    said = desk.wait(11)
    assert said.count(b"RING") == 3
    assert said.count(f'+CLIP: "{ANNE}"'.encode()) == 3
    assert desk.ask("ATA").endswith(b"\r\nOK\r\n")
    assert state(desk) == "0"
    assert b"RING" not in desk.wait(30)


def test_a_caller_gives_up_after_a_minute(desk):
    ring(desk.modem, ANNE)

    assert desk.wait(61).endswith(b"\r\nNO CARRIER\r\n")
    assert desk.ask("ATA").endswith(b"ERROR\r\n")


def test_ath_hangs_up_except_on_a_sim7600(desk):
    desk.ask(f"ATD{ANNE};")
    desk.ask("ATH")

    assert (state(desk) == "none") is (desk.modem.dialect.name != "sim7600")
