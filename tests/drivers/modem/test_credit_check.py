"""The SIM's credit: asked for once a day by USSD, passed on as the operator said it, and in nobody's way."""

from datetime import UTC, datetime

import pytest
from modem_bench import Bench

from hub.domain.inputs import CreditTold, SendState
from hub.drivers.modem.at import Info
from hub.drivers.modem.credit import EVERY_S, FIRST_AFTER_S, LONGEST, OK_WITHIN_S, CreditCheck, readable
from hub.drivers.modem.ladder import Ladder
from hub.drivers.modem.profiles import GENERIC, load
from hub.drivers.modem.script import Answer, Ask
from hub.drivers.modem.situation import Reports, Situation
from hub.sim.modem import SimulatedModem
from hub.sim.modem_faults import Refuses, restart

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CODE, SAID = "#123#", "Votre credit est de 12,50 EUR, valable jusqu'au 31/12/2026."


def bench(said: str | None = SAID, code: str = CODE) -> Bench:
    modem = SimulatedModem()
    if said is not None:
        modem.network.ussd = {CODE: said}
    return Bench(modem, credit_code=code).start()


def asked(found: Bench) -> Bench:
    """Wait until the code is dialled, and no longer: the operator has not answered yet."""
    return found.wait(FIRST_AFTER_S, until=lambda: b"AT+CUSD=1" in found.said)


def told(found: Bench) -> list[str]:
    return [seen.text for seen in found.of(CreditTold)]


def test_it_is_asked_for_two_minutes_after_the_start_and_once_a_day():
    found = bench()
    assert b"+CUSD" not in found.said
    found.wait(FIRST_AFTER_S)
    assert told(found) == [SAID]

    found.wait(EVERY_S - 60)
    assert told(found) == [SAID]
    found.wait(60)
    assert told(found) == [SAID, SAID]


def test_a_modem_that_restarts_all_day_is_asked_no_more_often():
    found = bench().wait(FIRST_AFTER_S + 10)
    for _ in range(5):
        restart(found.far)
        found.wait(600)

    assert found.said.count(b"AT+CUSD=1") == 1


def test_without_a_code_nobody_asks():
    found = bench(code="").wait(2 * EVERY_S)

    assert b"+CUSD" not in found.said


def test_an_operator_that_says_nothing_is_no_fault():
    found = bench(said=None).wait(FIRST_AFTER_S + 90)

    assert told(found) == []
    assert found.faults() == set()
    assert found.send(1).wait(10).states(1)[-1] is SendState.ACCEPTED


def test_a_modem_that_knows_no_ussd_is_no_fault():
    found = bench()
    found.far.faults.append(Refuses("+CUSD"))
    found.wait(FIRST_AFTER_S + 90)

    assert told(found) == []
    assert found.faults() == set()


def test_a_text_does_not_wait_for_the_operators_answer():
    found = asked(bench())

    found.send(1).wait(1)

    assert found.states(1)[-1] is SendState.ACCEPTED
    assert told(found) == []
    assert told(found.wait(5)) == [SAID]


def test_a_menu_is_left_again():
    found = asked(bench(said=None))
    found.machine.receive(b'\r\n+CUSD: 1,"Solde: 4,20 EUR\r\n1 Recharger\r\n2 Options",15\r\n', found.now)
    found.wait(5)

    assert told(found) == ["Solde: 4,20 EUR 1 Recharger 2 Options"]
    assert b"AT+CUSD=2" in found.said


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Solde 5 EUR", "Solde 5 EUR"),
        ("00430072006500640069007400200035", "Credit 5"),
        ("0043", "0043"),
        ("D83D", "D83D"),
        ("D83DD83D", "\ufffd\ufffd"),
        ("a\n\n b", "a b"),
        ("x" * 500, "x" * LONGEST),
    ],
)
def test_what_was_said_is_one_line_whatever_it_was(line, text):
    assert readable(line) == text


def test_an_answer_that_comes_before_the_ok_is_one_too():
    situation = Situation(load(GENERIC), now=100.0, is_open=True, is_ready=True)
    reports = Reports(lambda: NOON)
    script = CreditCheck(situation, reports, Ladder(situation), CODE).ask()
    assert next(script) == Ask(f'AT+CUSD=1,"{CODE}",15', OK_WITHIN_S)

    with pytest.raises(StopIteration):
        script.send(Answer("OK", (Info('+CUSD: 0,"Solde 5 EUR",15'),)))

    assert reports.take() == [CreditTold(NOON, "Solde 5 EUR")]


def test_a_reply_that_comes_meanwhile_is_read_at_once():
    found = asked(bench(said=None))
    found.far.network.deliver("+33622222222", "1")
    found.wait(2)

    assert found.texts() == [("+33622222222", "1")]


def test_what_the_network_says_unasked_is_no_credit():
    found = bench().wait(FIRST_AFTER_S + 10)
    found.machine.receive(b'\r\n+CUSD: 0,"Cout du dernier SMS: 0,10 EUR",15\r\n', found.now)
    found.wait(200)
    found.machine.receive(b'\r\n+CUSD: 1,"Bonus ? 1 oui 2 non",15\r\n', found.now)
    found.wait(5)

    assert told(found) == [SAID]
    assert b"AT+CUSD=2" in found.said


def test_the_euro_of_gsm_is_read():
    found = asked(bench(said=None))
    found.machine.receive(b'\r\n+CUSD: 0,"Votre cr\x05dit: 2,50\x1be",15\r\n', found.now)
    found.wait(5)

    assert told(found) == ["Votre cr\u00e9dit: 2,50e"]


def test_a_menu_that_answers_its_own_leaving_is_left_alone():
    found = asked(bench(said=None))
    for _ in range(20):
        found.machine.receive(b'\r\n+CUSD: 1,"1 oui 2 non",15\r\n', found.now)
        found.wait(2)

    assert found.said.count(b"AT+CUSD=2") == 3
    found.wait(EVERY_S)
    found.machine.receive(b'\r\n+CUSD: 1,"1 oui 2 non",15\r\n', found.now)
    assert found.wait(2).said.count(b"AT+CUSD=2") == 4
