"""The codes of a refusal: what each calls for, in numbers and in words, and which of them are about the SIM."""

import json
from pathlib import Path

import pytest
from modem_bench import Bench

from hub.domain.inputs import SendState
from hub.drivers.modem.causes import Cause, Remedy, cause_of, sim_code
from hub.sim.modem import SimulatedModem
from hub.sim.modem_faults import CmsErrors

FIXTURE = Path(__file__).parents[2] / "fixtures" / "gsm" / "cms_errors.json"
CMS = {int(code): told for code, told in json.loads(FIXTURE.read_text())["codes"].items()}
# 3GPP TS 27.007, 9.2; the last is Wavecom's.
CME = {
    3: ("Operation not allowed", "modem_state"),
    4: ("Operation not supported", "modem_state"),
    10: ("SIM not inserted", "modem_state"),
    11: ("SIM PIN required", "modem_state"),
    12: ("SIM PUK required", "modem_state"),
    13: ("SIM failure", "modem_state"),
    14: ("SIM busy", "modem_state"),
    15: ("SIM wrong", "modem_state"),
    16: ("Incorrect password", "modem_state"),
    20: ("Memory full", "modem_state"),
    30: ("No network service", "temporary"),
    31: ("Network timeout", "uncertain"),
    32: ("Network not allowed, emergency calls only", "temporary"),
    100: ("Unknown error", "unknown"),
    515: ("Please wait, init or command in progress", "modem_state"),
}


@pytest.mark.parametrize("code", CMS)
def test_each_cms_code_has_its_words_and_what_it_calls_for(code: int) -> None:
    cause = cause_of(f"+CMS ERROR: {code}")

    assert cause == Cause(code, f"+CMS ERROR: {CMS[code]['name']}", Remedy(CMS[code]["cls"]))
    assert str(cause) == f"+CMS ERROR: {CMS[code]['name']} ({code})"


@pytest.mark.parametrize("code", CME)
def test_each_cme_code_has_its_words_and_what_it_calls_for(code: int) -> None:
    words, remedy = CME[code]

    assert cause_of(f"+CME ERROR: {code}") == Cause(code, f"+CME ERROR: {words}", Remedy(remedy))


@pytest.mark.parametrize("code", CME)
def test_with_words_in_place_of_numbers_the_code_is_found_whatever_their_case(code: int) -> None:
    assert cause_of(f"+CME ERROR: {CME[code][0].upper()}").code == code


def test_a_code_that_no_table_has_is_unknown_and_keeps_its_number() -> None:
    assert cause_of("+CMS ERROR: 500000") == Cause(None, "500000", Remedy.UNKNOWN)
    assert cause_of("+CMS ERROR: 38888") == Cause(38888, "+CMS ERROR: unknown error", Remedy.UNKNOWN)
    assert cause_of("+CME ERROR: 38") == Cause(38, "+CME ERROR: unknown error", Remedy.UNKNOWN)


def test_words_of_its_own_a_bare_error_and_nothing_are_told_as_they_came() -> None:
    assert cause_of("+CMS ERROR: no idea") == Cause(None, "no idea", Remedy.UNKNOWN)
    assert cause_of("+CMS ERROR: ") == Cause(None, "+CMS ERROR:", Remedy.UNKNOWN)
    assert cause_of("ERROR\r") == Cause(None, "ERROR", Remedy.UNKNOWN)
    assert cause_of("") == Cause(None, "no answer", Remedy.UNKNOWN)
    assert str(cause_of("ERROR")) == "ERROR"


@pytest.mark.parametrize(("cms", "cme"), [(310, 10), (311, 11), (316, 12), (313, 13), (314, 14), (315, 15)])
def test_what_is_wrong_with_the_sim_is_the_same_in_both_tables(cms: int, cme: int) -> None:
    assert sim_code(f"+CMS ERROR: {cms}") == cme
    assert sim_code(f"+CME ERROR: {cme}") == cme


def test_what_is_not_about_the_sim_has_no_code_of_it() -> None:
    assert sim_code("+CMS ERROR: 38") is None
    assert sim_code("ERROR") is None
    assert sim_code("+CME ERROR: 100") == 100


@pytest.mark.parametrize("code", CMS)
def test_only_a_full_store_is_told_as_one(code: int) -> None:
    modem = SimulatedModem()
    bench = Bench(modem).start()
    modem.suffer(CmsErrors(code))
    bench.send(1).wait(10)

    assert ("modem.storage_full" in bench.faults()) is (code in {208, 209, 210, 211, 322})


@pytest.mark.parametrize("code", [302, 313, 314, 515])
def test_a_modem_that_is_busy_is_given_two_seconds_and_asked_again(code: int) -> None:
    modem = SimulatedModem()
    bench = Bench(modem).start()
    modem.suffer(CmsErrors(code, times=1))
    bench.send(1).wait(30, until=lambda: b"+CMS ERROR" in bench.heard)
    bench.wait(1.9)
    assert bench.said.count(b"AT+CMGS=") == 1

    bench.wait(0.2)
    assert bench.said.count(b"AT+CMGS=") == 2
    assert bench.wait(10).states(1) == [SendState.ACCEPTED]
