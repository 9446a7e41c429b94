"""The grammar: lines, echoes, prompts and payloads, wherever the bytes are cut, whatever the noise."""

import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.drivers.modem.at import (
    LINE_LIMIT,
    Booted,
    Echoed,
    Event,
    Final,
    Grammar,
    Info,
    Prompt,
    Unsolicited,
)

PDU = "07911326040000F0040B911346610089F60000208062917314480CC8F71D14969741F977FD07"


def events(grammar: Grammar, *pieces: bytes) -> list[Event]:
    found: list[Event] = []
    for piece in pieces:
        grammar.feed(piece)
        found += list(iter(grammar.next_event, None))
    return found


def asked(command: str, *pieces: bytes) -> list[Event]:
    grammar = Grammar()
    assert grammar.begin(command) == command.encode() + b"\r"
    return events(grammar, *pieces)


def test_an_answer_is_its_lines_and_its_end() -> None:
    assert asked("AT+CSQ", b"\r\n+CSQ: 17,99\r\n\r\nOK\r\n") == [Info("+CSQ: 17,99"), Final("OK")]


@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\n", b"\r\r\n", b"\r\n\r\n\r\n"])
def test_any_line_end_will_do(end: bytes) -> None:
    assert asked("AT+CSQ", end.join([b"", b"+CSQ: 17,99", b"OK", b""])) == [Info("+CSQ: 17,99"), Final("OK")]


def test_nuls_and_blank_lines_are_nothing() -> None:
    assert asked("AT", b"\0\0\r\n \r\n\0O\0K\r\n") == [Final("OK")]


@pytest.mark.parametrize("pieces", [[b"AT+CSQ\r\r\nOK\r\n"], [b"AT+", b"CSQ", b"\r", b"\r\nOK\r\n"]])
def test_an_echo_is_told_apart_whole_or_split(pieces: list[bytes]) -> None:
    assert asked("AT+CSQ", *pieces) == [Echoed("AT+CSQ"), Final("OK")]


def test_noise_before_an_echo_does_not_hide_it() -> None:
    assert asked("AT+CMGS=137", b"~{\xffAT+CMGS=137\r\r\n\r\nOK\r\n") == [Echoed("AT+CMGS=137"), Final("OK")]


def test_an_echo_may_come_late() -> None:
    grammar = Grammar()
    grammar.begin("AT+CSQ")
    grammar.abandon()
    grammar.begin("AT+CREG?")

    assert events(grammar, b"AT+CSQ\r\r\n+CREG: 0,1\r\n\r\nOK\r\n") == [
        Echoed("AT+CSQ"),
        Info("+CREG: 0,1"),
        Final("OK"),
    ]


def test_a_line_nobody_asked_for_in_the_midst_of_an_answer_is_told_apart() -> None:
    said = b'\r\n+CMTI: "SM",4\r\n\r\n+CSQ: 17,99\r\n\r\n^RSSI:13\r\n\r\nRING\r\n\r\nOK\r\n'

    assert asked("AT+CSQ", said) == [
        Unsolicited('+CMTI: "SM",4'),
        Info("+CSQ: 17,99"),
        Unsolicited("^RSSI:13"),
        Unsolicited("RING"),
        Final("OK"),
    ]


def test_the_prefix_just_asked_for_is_the_answer() -> None:
    assert asked("AT+CREG?", b"\r\n+CREG: 0,1\r\n\r\nOK\r\n")[0] == Info("+CREG: 0,1")
    assert asked("AT+CSQ", b"\r\n+CREG: 1\r\n")[0] == Unsolicited("+CREG: 1")


def test_words_without_a_prefix_are_the_answer_while_one_is_awaited() -> None:
    assert asked("AT+CGMI", b"\r\nSIMCOM INCORPORATED\r\n\r\nOK\r\n")[0] == Info("SIMCOM INCORPORATED")
    assert events(Grammar(), b"\r\nSIMCOM\r\n") == [Unsolicited("SIMCOM")]


def test_what_ends_an_answer_is_nothing_when_none_is_awaited() -> None:
    assert events(Grammar(), b"\r\nOK\r\n\r\n+CME ERROR: 258\r\n") == [
        Unsolicited("OK"),
        Unsolicited("+CME ERROR: 258"),
    ]


def test_a_call_that_ends_does_not_end_a_text() -> None:
    assert asked("AT+CMGS=20", b"\r\nNO CARRIER\r\n") == [Unsolicited("NO CARRIER")]
    assert asked("ATD+33612345678;", b"\r\nNO CARRIER\r\n") == [Final("NO CARRIER")]


# Prompts


@pytest.mark.parametrize("prompt", [b">", b"> ", b"\r\n> ", b"\r\n>", b"\n>  "])
def test_a_prompt_comes_with_or_without_blanks_and_line_ends(prompt: bytes) -> None:
    grammar = Grammar()
    grammar.begin("AT+CMGS=20")
    assert events(grammar, prompt) == [Prompt()]
    assert grammar.body(PDU) == PDU.encode() + b"\x1a"
    assert events(grammar, PDU.encode() + b"\x1a\r\n\r\n+CMGS: 34\r\n\r\nOK\r\n") == [Info("+CMGS: 34"), Final("OK")]


def test_one_line_has_one_prompt() -> None:
    assert events(Grammar(), b"\r\n> > > \r\n> ") == [Prompt(), Unsolicited("> > "), Prompt()]
    assert sum(isinstance(event, Prompt) for event in events(Grammar(), b">" * 1000)) == 1


# Payloads


def test_the_pdu_belongs_to_the_line_before_it() -> None:
    assert asked("AT+CMGL=4", f"\r\n+CMGL: 1,1,,30\r\n{PDU}\r\n+CMGL: 2,1,,30\r\n{PDU}\r\n\r\nOK\r\n".encode()) == [
        Info("+CMGL: 1,1,,30", PDU),
        Info("+CMGL: 2,1,,30", PDU),
        Final("OK"),
    ]
    assert events(Grammar(), f"\r\n+CMT: ,30\r\n{PDU}\r\n".encode()) == [Unsolicited("+CMT: ,30", PDU)]


@pytest.mark.parametrize(
    ("said", "then"),
    [(b"\r\nOK\r\n", Final("OK")), (b"RING\r\n", Unsolicited("RING")), (b"RDY\r\n", Booted("RDY", restarted=True))],
)
def test_a_payload_that_does_not_come_is_none_and_eats_nothing(said: bytes, then: Event) -> None:
    assert asked("AT+CMGR=6", b"\r\n+CMGR: 0,,0\r\n" + said) == [Info("+CMGR: 0,,0"), then]


def test_a_menu_may_have_lines() -> None:
    assert events(Grammar(), b'\r\n+CUSD: 1,"Menu\r\n1 Credit\r\n2 OK",15\r\n') == [
        Unsolicited('+CUSD: 1,"Menu\n1 Credit\n2 OK",15')
    ]
    assert asked("AT+CUSD=1", b'\r\n+CUSD: 1,"Menu\r\nOK\r\n') == [Info('+CUSD: 1,"Menu'), Final("OK")]


def test_a_menu_without_an_end_ends() -> None:
    lines = b"line\r\n" * 100
    found = events(Grammar(), b'\r\n+CUSD: 1,"Menu\r\n' + lines)

    assert len(found) > 50


# Starts


@pytest.mark.parametrize(
    "line",
    ["RDY", "START", "^SYSSTART", "*ATREADY: 1", "NORMAL POWER DOWN", "UNDER-VOLTAGE POWER DOWN", "POWERED DOWN"],
)
def test_a_restart_is_told_even_in_the_midst_of_a_text(line: str) -> None:
    assert asked("AT+CMGS=20", f"\r\n{line}\r\n".encode()) == [Booted(line, restarted=True)]


@pytest.mark.parametrize("line", ["Call Ready", "SMS Ready", "SMS DONE", "PB DONE", "+QIND: SMS DONE", "APP RDY"])
def test_readiness_alone_is_no_proof_of_a_restart(line: str) -> None:
    assert events(Grammar(), f"\r\n{line}\r\n".encode()) == [Booted(line, restarted=False)]


# Late answers


def test_the_ok_behind_a_late_reference_does_not_answer_the_command_in_flight() -> None:
    said = b"\r\n+CMGS: 77\r\n\r\nOK\r\n\r\n+CSQ: 17,99\r\n\r\nOK\r\n"

    assert asked("AT+CSQ", said) == [Unsolicited("+CMGS: 77"), Info("+CSQ: 17,99"), Final("OK")]


# Cuts and noise

TALK = (
    b"AT+CMGS=20\r\r\n> "
    + PDU.encode()
    + b'\x1a\r\n\0\r\n+CMTI: "SM",4\r\n\r\n+CMT: ,30\r\n'
    + PDU.encode()
    + b'\r\n\r\n+CUSD: 0,"a\r\nb",15\r\n\r\n+CMGS: 41\r\n\r\nOK\r\n\r\nRDY\r\n> '
    + b"x" * (LINE_LIMIT + 10)
    + b"\r\n+CREG: 1\r\n+CME ERROR: \r\n"
)


def heard(pieces: list[bytes]) -> list[Event]:
    grammar = Grammar()
    grammar.begin("AT+CMGS=20")
    grammar.body(PDU)
    return events(grammar, *pieces)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


def test_every_byte_may_come_alone() -> None:
    assert heard([bytes([byte]) for byte in TALK]) == heard([TALK])
    assert len(heard([TALK])) == 11


@given(st.lists(st.integers(0, len(TALK)), max_size=8))
@settings(deadline=None)
def test_where_the_bytes_are_cut_makes_no_difference(places: list[int]) -> None:
    assert heard(cut(TALK, places)) == heard([TALK])


ALPHABET = st.sampled_from(
    [b"\r\n", b"\r", b"> ", b">", b"OK", b"+CMT: ,1", b'"', b"+CUSD: 1,", b" ", b"\0", b"AT", b"RDY"]
)


@given(st.lists(st.one_of(st.binary(max_size=30), ALPHABET), max_size=40), st.lists(st.integers(0, 2000), max_size=6))
@settings(deadline=None)
def test_noise_is_read_the_same_however_it_is_cut_and_never_raises(pieces: list[bytes], places: list[int]) -> None:
    noise = b"".join(pieces)

    assert heard(cut(noise, places)) == heard([noise])


@pytest.mark.parametrize(
    "pattern", [b"\xff", b"A\r", b">", b"> \r\n", b'+CUSD: 1,"\r\n', b"+CMT: ,1\r\n", b"\r\n", bytes(range(256))]
)
def test_ten_megabytes_of_noise_take_no_memory(pattern: bytes) -> None:
    grammar = Grammar()
    grammar.begin("AT")
    chunk = pattern * (4096 // len(pattern))
    tracemalloc.start()
    for _ in range(10_000_000 // len(chunk) if len(pattern) == 1 else 300_000 // len(chunk)):
        grammar.feed(chunk)
        while grammar.next_event() is not None:
            pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 200_000
    grammar.begin("AT")
    assert Final("OK") in events(grammar, b'\r\n"\r\nOK\r\n')
