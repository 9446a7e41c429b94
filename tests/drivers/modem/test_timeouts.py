"""How long the hub waits for a modem that leaves a command unanswered (tests/fixtures/gsm/timeouts.json).

Measured at the wire: from the command's bytes to whatever the hub says next. Where the hub waits for another
time than the table, or does not say the command at all, the reason stands here.
"""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from modem_bench import ANNA, Bench

from hub.domain.inputs import SmsReceived
from hub.drivers.modem.at import ESCAPE
from hub.sim.dialects import DIALECTS
from hub.sim.modem import SimulatedModem
from hub.sim.modem_faults import DeafTo, SilenceAfterCtrlZ

FIXTURE = Path(__file__).parents[2] / "fixtures" / "gsm" / "timeouts.json"
TIMEOUTS = {entry["command"]: entry["timeout_s"] for entry in json.loads(FIXTURE.read_text())}

MANUAL = "9 s: the A76XX's manual allows that, and nobody waits longer for a modem that answers"
OTHER_TIMES = {
    "ATE0/ATV1/+CMEE/+CMGF/+CNMI/+CSCS": (9.0, MANUAL),
    "AT+CPIN?": (9.0, MANUAL),
    "AT+CREG?/+CGREG?/+CEREG?/+CSQ/+CBC": (9.0, MANUAL),
}
NOT_SAID = {
    "AT+COPS=? (never at run time)": "never, as it says: it blocks the port for minutes",
    "AT+CUSD": "the hub does not ask for its credit yet",
    "ATD...;": "the hub does not call yet",
    "AT+CHUP": "the hub does not call yet",
    "ATA": "the hub answers no calls",
    "AT+CLCC": "the hub does not call yet; AT+CLCC=1 is a setting like the others",
    "AT+CTTS": "the hub does not speak into calls yet",
    "PWRKEY pulse": "no pin is wired to it yet",
    "Quectel POWERED DOWN after AT+QPOWD": "the hub switches no modem off",
}
BOOTS = "AT+CFUN=1,1 / AT+CRESET until USB is back"


def patience(bench: Bench, command: bytes) -> float:
    """Return the seconds between ``command`` and what is said after it."""
    bench.wait(400, until=lambda: command in bench.said)
    asked_at, mark = bench.now, len(bench.said)
    bench.wait(400, until=lambda: len(bench.said) > mark)
    assert len(bench.said) > mark
    return round(bench.now - asked_at, 3)


def starting(modem: SimulatedModem | None = None, **settings: str) -> Bench:
    bench = Bench(modem or SimulatedModem(), **settings)  # type: ignore[arg-type]
    bench.machine.port_opened(bench.now)
    return bench


def deaf_at_start(command: str) -> Bench:
    modem = SimulatedModem()
    modem.suffer(DeafTo(command=command))
    return starting(modem)


def deaf_when_ready(command: str) -> Bench:
    modem = SimulatedModem()
    bench = starting(modem).wait(30)
    modem.suffer(DeafTo(command=command))
    bench.said.clear()
    return bench


def hung() -> Bench:
    modem = SimulatedModem()
    modem.hang()
    return starting(modem)


def locked() -> Bench:
    modem = SimulatedModem(pin="1234")
    modem.suffer(DeafTo(command="+CPIN="))
    return starting(modem, sim_pin="1234")


def switched_off() -> Bench:
    modem = SimulatedModem()
    modem.set_functionality(4)
    modem.suffer(DeafTo(command="+CFUN="))
    return starting(modem)


def told_of_a_text() -> Bench:
    bench = deaf_when_ready("+CMGR")
    bench.far.network.deliver(ANNA, "1")  # type: ignore[union-attr]
    return bench


def deleting() -> Bench:
    bench = deaf_when_ready("+CMGD")
    bench.far.network.deliver(ANNA, "1")  # type: ignore[union-attr]
    bench.wait(5)
    (text,) = bench.of(SmsReceived)
    bench.machine.forget(text.key, bench.now)
    return bench


def given_no_prompt() -> Bench:
    return deaf_when_ready("+CMGS").send(1)


def given_no_answer() -> Bench:
    modem = SimulatedModem()
    bench = starting(modem).wait(30)
    modem.suffer(SilenceAfterCtrlZ())
    bench.said.clear()
    return bench.send(1, urgent=False)


ASKED: dict[str, tuple[Callable[[], Bench], bytes]] = {
    "AT": (hung, b"AT\r"),
    "ATE0/ATV1/+CMEE/+CMGF/+CNMI/+CSCS": (lambda: deaf_at_start("+CMEE"), b"AT+CMEE=1\r"),
    "AT+CPIN?": (lambda: deaf_at_start("+CPIN?"), b"AT+CPIN?\r"),
    "AT+CPIN=": (locked, b"AT+CPIN="),
    "AT+CFUN=": (switched_off, b"AT+CFUN=1\r"),
    "AT+CREG?/+CGREG?/+CEREG?/+CSQ/+CBC": (lambda: deaf_when_ready("+CSQ"), b"AT+CSQ\r"),
    "AT+COPS?": (lambda: deaf_at_start("+COPS?"), b"AT+COPS?\r"),
    "AT+CSCA?/=": (lambda: deaf_at_start("+CSCA?"), b"AT+CSCA?\r"),
    "AT+CPMS=": (lambda: deaf_at_start("+CPMS="), b"AT+CPMS="),
    "AT+CMGR": (told_of_a_text, b"AT+CMGR="),
    "AT+CMGL=4": (lambda: deaf_at_start("+CMGL"), b"AT+CMGL=4\r"),
    "AT+CMGD": (deleting, b"AT+CMGD="),
    'AT+CMGS prompt ">"': (given_no_prompt, b"AT+CMGS="),
    "AT+CMGS result": (given_no_answer, b"\x1a"),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_command_is_given_up_after_its_time_and_not_before(name: str) -> None:
    situation, command = ASKED[name]

    expected, _ = OTHER_TIMES.get(name, (TIMEOUTS[name], ""))
    # Some commands are asked again after a second's rest.
    assert expected <= patience(situation(), command) <= expected + 1.0


def test_each_of_the_table_is_measured_or_named_with_the_reason_why_not() -> None:
    assert len(TIMEOUTS) == 24
    assert ASKED.keys() | NOT_SAID.keys() | {BOOTS} == TIMEOUTS.keys()
    assert not ASKED.keys() & NOT_SAID.keys()


def test_a_modem_that_needs_nearly_a_minute_to_boot_is_not_reset_again() -> None:
    slow = dataclasses.replace(DIALECTS["sim7600"], silent_boot_s=TIMEOUTS[BOOTS] - 2.0)
    modem = SimulatedModem(slow)
    modem.suffer(DeafTo(command="+CMGL", times=1))
    bench = starting(modem).wait(400)

    assert bench.said.count(b"AT+CRESET\r") == 1
    assert bench.link() is True


def test_nothing_that_blocks_the_port_is_ever_said_whatever_the_network_does() -> None:
    modem = SimulatedModem()
    bench = starting(modem).wait(30)
    modem.set_coverage(2)
    bench.wait(7200)

    assert b"+COPS=?" not in bench.said
    assert not any(word in bench.said for word in (b"+CUSD", b"ATD", b"ATA", b"+CHUP", b"+CTTS", b"+QPOWD"))
    assert ESCAPE in bench.said
