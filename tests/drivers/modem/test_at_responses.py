"""Every real line of the field's collection (tests/fixtures/gsm/response_vectors.json) is understood."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.drivers.modem import calls, responses
from hub.drivers.modem.at import Event, Final, Grammar, Info, Unsolicited, is_error, is_final, prefix_of
from hub.drivers.modem.responses import Network, NetworkTime, Signal, StoredText

FIXTURE = Path(__file__).parents[2] / "fixtures" / "gsm" / "response_vectors.json"
VECTORS: list[dict[str, Any]] = json.loads(FIXTURE.read_text())["vectors"]


def of_kind(kind: str) -> list[Any]:
    found = [vector for vector in VECTORS if vector["kind"] == kind]
    return [pytest.param(v, id=v.get("id") or (v.get("line") or v["raw"]).strip() or "blank") for v in found]


def events(grammar: Grammar, raw: str) -> list[Event]:
    grammar.feed(raw.encode("latin-1"))
    return list(iter(grammar.next_event, None))


def lines(raw: str) -> list[str]:
    return [e.line for e in events(Grammar(), raw.strip("\r\n") + "\r\n") if isinstance(e, Unsolicited)]


def test_every_kind_of_vector_is_tested_here() -> None:
    kinds = {"creg", "cclk", "clcc", "cmgl", "final", "echo", "urc_huawei", "urc_simtech"}
    assert {vector["kind"] for vector in VECTORS} == kinds
    assert len(VECTORS) == 107


@pytest.mark.parametrize("vector", of_kind("creg"))
def test_a_registration_line_is_read_asked_for_or_not(vector: dict[str, Any]) -> None:
    network = responses.decode(lines(vector["line"])[0])

    expected = vector["expect"]
    assert isinstance(network, Network)
    assert network.state == expected["state"]
    assert (network.area, network.cell) == (int(expected["lac"], 16), int(expected["cell"], 16))
    assert network.access == expected["act"]


@pytest.mark.parametrize("vector", of_kind("cclk"))
def test_a_clock_is_read_with_its_quarter_hours(vector: dict[str, Any]) -> None:
    clock = responses.decode(lines(vector["line"])[0])

    if not vector["expect"]["ok"]:
        assert clock is None
        return
    assert isinstance(clock, NetworkTime)
    assert clock.at.isoformat() == datetime.fromisoformat(vector["expect"]["time"]).isoformat()


@pytest.mark.parametrize("vector", of_kind("clcc"))
def test_a_call_is_read(vector: dict[str, Any]) -> None:
    found = [calls.decode(line) for line in lines(vector["line"])]

    expected = [(c["idx"], c["dir"] == "incoming", c["state"], c["number"]) for c in vector["expect"]]
    assert [(c.index, c.incoming, c.state, c.number) for c in found if isinstance(c, calls.Call)] == expected


@pytest.mark.parametrize("vector", of_kind("cmgl"))
def test_a_listed_text_has_its_slot_its_status_and_its_pdu(vector: dict[str, Any]) -> None:
    grammar = Grammar()
    grammar.begin("AT+CMGL=4")
    listed = [e for e in events(grammar, vector["line"] + "\r\n\r\nOK\r\n") if isinstance(e, Info)]

    headers = [responses.decode(e.line) for e in listed]
    assert [(str(h.index), h.status) for h in headers if isinstance(h, StoredText)] == [
        (e["index"], e["status"]) for e in vector["expect"]
    ]
    assert all(e.payload and e.payload.startswith("079") for e in listed)


@pytest.mark.parametrize("vector", of_kind("final"))
def test_a_final_result_is_a_whole_line(vector: dict[str, Any]) -> None:
    first = vector["raw"].lstrip("\r\n").partition("\r\n")[0]

    assert is_final(first) is vector["expect"]["final"]
    assert is_error(first) is vector["expect"]["error"]

    grammar = Grammar()
    grammar.begin("ATD1;")
    found = [e for e in events(grammar, vector["raw"]) if isinstance(e, Final)]
    assert [e.line for e in found] == ([first] if vector["expect"]["final"] else [])


@pytest.mark.parametrize("vector", of_kind("echo"))
def test_an_echo_is_taken_off_and_nothing_else(vector: dict[str, Any]) -> None:
    raw, expected = vector["raw"], vector["expect"]
    grammar = Grammar()
    grammar.begin(raw[: len(raw) - len(expected)] or "AT")
    found = [e.line for e in events(grammar, raw + "\r\n") if isinstance(e, Info | Unsolicited | Final)]

    assert found == [line for line in expected.replace("\r", "\n").split("\n") if line]


HUAWEI = {
    "^SYSINFO": responses.ServiceState,
    "^SYSINFOEX": responses.ServiceState,
    "^NWTIME": responses.NetworkTime,
    "^HCSQ": responses.Signal,
}


@pytest.mark.parametrize("vector", of_kind("urc_huawei"))
def test_huawei_tells_service_time_and_signal(vector: dict[str, Any]) -> None:
    (line,) = lines(vector["raw"])

    assert isinstance(responses.decode(line), HUAWEI[prefix_of(line)])


def test_huawei_values_are_what_they_say() -> None:
    assert responses.decode('^HCSQ:"LTE",30,19,66,0') == Signal(-91)
    assert responses.decode("^HCSQ: NOSERVICE") == Signal(None)
    assert responses.decode("^SYSINFO:2,4,5,3,1,,") == responses.ServiceState(True, False, True)
    assert responses.decode("^NWTIME: 14/08/05,04:00:21+40,00") == NetworkTime(
        datetime(2014, 8, 4, 18, 0, 21, tzinfo=UTC)
    )


SIMCOM = {
    "+CLCC": calls.Call,
    "VOICE CALL": calls.CallProgress,
    "MISSED_CALL": calls.Ringing,
    "+CRING": calls.Ringing,
    "+RXDTMF": calls.KeyPressed,
}


@pytest.mark.parametrize("vector", of_kind("urc_simtech"))
def test_simcom_tells_calls_and_keys(vector: dict[str, Any]) -> None:
    (line,) = lines(vector["raw"])

    assert isinstance(calls.decode(line), SIMCOM[line.partition(":")[0]])


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("+CSQ: 99,99", Signal(None)),
        ("+CSQ: 17,99", Signal(-79)),
        ("+CSQ: 0,0", Signal(-113)),
        ("+CSQ: 140,99", Signal(-76)),
        ("+CSQ: 199,99", Signal(None)),
        ('+CMTI: "ME",12', responses.TextArrived("ME", 12)),
        ('+CDSI: "SR",3', responses.TextArrived("SR", 3, report=True)),
        (
            '+CPMS: "ME",0,23,"ME",0,23,"SM",10,10',
            responses.Storage((("ME", 0, 23), ("ME", 0, 23), ("SM", 10, 10))),
        ),
        ("+CPMS: 14,50,14,50", responses.Storage((("", 14, 50), ("", 14, 50)))),
        ('^SMMEMFULL:"SM"', responses.StorageFull("SM")),
        ('+CIEV: "SMSFULL",1', responses.StorageFull("")),
        ('+CIEV: 10,"22201","I TIM","I TIM", 0, 0', None),
        ("+CPIN: SIM PIN", responses.SimState("SIM PIN")),
        ('+COPS: 0,0,"Orange F",7', responses.Operator("Orange F")),
        ("+COPS: 0", responses.Operator(None)),
        ("+CMGS: 198", responses.Sent(198)),
        ("+CUSD: 4", responses.UssdAnswer(4)),
        ('+CUSD: 0,"Credit\n5,20",15', responses.UssdAnswer(0, "Credit\n5,20", 15)),
        ("+CMGR: 0,,30", StoredText(None, 0, 30)),
        ('+CMGR: "REC UNREAD","+8615",,"13/12/13,15:06:37+32"', None),
        ("+CREG: 1,0,1", Network("+CREG", responses.Registration.HOME, 0, 1)),
        ("+CREG: 77", None),
        ("+CREG:", None),
        ("UNDER-VOLTAGE WARNNING", responses.PowerTrouble("UNDER-VOLTAGE WARNNING")),
        ('*PSUTTZ: 2026,11,23,1,50,0,"+4",0', NetworkTime(datetime(2026, 11, 23, 1, 50, tzinfo=UTC))),
        ('+CTZE: "+04",0,"2026/11/23,02:50:00"', NetworkTime(datetime(2026, 11, 23, 1, 50, tzinfo=UTC))),
        ('+CTZE: "-14",1,"2026/11/22,22:20:00"', NetworkTime(datetime(2026, 11, 23, 1, 50, tzinfo=UTC))),
        ('+CTZEU: "+04",0,"2026/11/23,01:50:00"', NetworkTime(datetime(2026, 11, 23, 1, 50, tzinfo=UTC))),
        ('+CTZE: "+04",0', None),
        ('+CTZE: "+04",0,"2026/13/23,02:50:00"', None),
        ('+CTZE: "+99",0,"2026/11/23,02:50:00"', None),
        ("+QTONEDET: 56", calls.KeyPressed("8")),
        ("+DTMF:1", calls.KeyPressed("1")),
        ("+DTMF: x", None),
        ('+CLIP: "+39333000000",145,"",0,"",0', calls.Ringing("+39333000000")),
        ("RING", calls.Ringing()),
        ("VOICE CALL: END: 000000", calls.CallProgress("VOICE CALL: END", ended=True)),
        ("HANGUP: 1", calls.CallProgress("HANGUP", ended=True)),
        ("^CONN:1,0", calls.CallProgress("^CONN", ended=False, picked_up=True)),
        ("+ZEND", None),
    ],
)
def test_a_line_has_one_meaning(line: str, value: object) -> None:
    assert calls.decode(line) == value


@pytest.mark.parametrize("date", ["04/01/01", "70/01/01", "80/01/06"])
def test_a_clock_that_was_never_set_is_not_believed(date: str) -> None:
    clock = responses.decode(f'+CCLK: "{date},00:41:10+00"')
    assert isinstance(clock, NetworkTime)
    assert not clock.is_plausible
