"""Whatever a modem hands over, the codec reads it or raises `PduError`: nothing else, and nothing endless."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.drivers.modem import pdu
from hub.drivers.modem.pdu_body import Body
from hub.errors import PduError

FIXTURE = Path(__file__).parents[2] / "fixtures" / "gsm" / "pdu_vectors.json"
KNOWN = [
    bytes.fromhex(vector["pdu"])
    for vector in json.loads(FIXTURE.read_text(encoding="utf-8"))["vectors"]
    if len(vector.get("pdu", "")) > 8
]

quickly = settings(deadline=None, max_examples=400)


def check_body(body: Body, text: str) -> None:
    assert len(body.units) <= 160
    assert len(text) <= 160
    if body.header.part is not None:
        assert 1 <= body.header.part.number <= body.header.part.total <= 255


def check_all_ways(digits: str, tpdu_length: int | None = None) -> None:
    with suppress(PduError):
        said = pdu.decode_incoming(digits, tpdu_length=tpdu_length)
        if isinstance(said, pdu.Deliver):
            check_body(said.body, said.text)
            assert said.sent_at is None or said.sent_at.utcoffset() is not None
            assert said.text in pdu.join([said])
    with suppress(PduError):
        submit = pdu.decode_submit(digits)
        check_body(submit.body, submit.text)


@quickly
@given(st.text(max_size=100))
@example("é" * 20)
@example("0 0 0 4")
@example("٠٤" * 20)
@example("0" * 10_000)
def test_text_that_is_no_pdu(digits):
    check_all_ways(digits)


@quickly
@given(st.binary(max_size=200), st.one_of(st.none(), st.integers(-1, 200)))
def test_octets_that_mean_nothing(octets, tpdu_length):
    check_all_ways(octets.hex(), tpdu_length)


@quickly
@given(
    st.sampled_from(KNOWN),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 255)), max_size=4),
    st.data(),
)
def test_real_messages_that_a_bad_line_changed_or_cut(known, changes, data):
    octets = bytearray(known)
    for at, value in changes:
        octets[at % len(octets)] = value
    cut = data.draw(st.integers(0, len(octets)))

    check_all_ways(octets.hex())
    check_all_ways(octets[:cut].hex())


@quickly
@given(st.sampled_from([0x00, 0x04, 0x08]), st.integers(0, 255), st.binary(max_size=160))
def test_headers_that_lie_about_their_length(coding, length, data):
    check_all_ways(f"00440391730000{coding:02X}62111021436500{length:02X}{data.hex()}")


@pytest.mark.parametrize("known", KNOWN, ids=[known.hex()[:24] for known in KNOWN])
def test_no_cut_message_is_read_as_a_shorter_text(known):
    try:
        whole = pdu.decode_incoming(known.hex())
    except PduError:
        return
    if not isinstance(whole, pdu.Deliver):
        return
    for cut in range(len(known)):
        try:
            said = pdu.decode_incoming(known[:cut].hex())
        except PduError:
            continue
        assert isinstance(said, pdu.Deliver)
        assert said.text == whole.text  # only what follows the text may be lost


def test_blanks_around_the_digits_are_no_part_of_them():
    (made,) = pdu.encode_submit("+33612345678", "ok")

    assert pdu.decode_submit(f" {made.hex.lower()}\r\n") == pdu.decode_submit(made.hex)


def test_a_stored_text_of_our_own_is_told_apart_from_one_that_came():
    (made,) = pdu.encode_submit("+33612345678", "ok")

    with pytest.raises(PduError, match="a text of our own"):
        pdu.decode_incoming(made.hex)
