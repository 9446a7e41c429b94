"""Messages there and back: parts, joins, alphabets, reports, headers."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.drivers.modem import pdu
from hub.drivers.modem.gsm7_tables import LOCKING, SINGLE
from hub.drivers.modem.pdu_body import join_bodies, read_body, user_data
from hub.drivers.modem.pdu_fields import (
    Octets,
)
from hub.errors import PduError

ANNE = "+33612345678"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=timezone(timedelta(hours=1)))

quickly = settings(deadline=None, max_examples=150)

GSM7_TEXT = st.text(st.sampled_from("".join([*LOCKING[0].values(), *SINGLE[0].values()])), max_size=500)
TEXT = st.one_of(GSM7_TEXT, st.text(max_size=300), st.text(st.sampled_from("aé😀€ő"), max_size=300))


def submitted(text: str, concat_reference: int = 0) -> list[pdu.Submit]:
    made = pdu.encode_submit(ANNE, text, concat_reference=concat_reference)
    return [pdu.decode_submit(one.hex) for one in made]


def delivered(text: str, shifts: pdu.Shifts | None = None) -> list[pdu.Deliver]:
    made = pdu.encode_deliver(ANNE, text, NOON, shifts=shifts or pdu.Shifts(), concat_reference=9)
    parts = [pdu.decode_incoming(one.hex) for one in made]
    assert all(isinstance(part, pdu.Deliver) for part in parts)
    return [part for part in parts if isinstance(part, pdu.Deliver)]


def arriving(coding: int = 0, user_data: str = "00", *, has_header: bool = False) -> pdu.Deliver:
    first = "44" if has_header else "04"
    said = pdu.decode_incoming(f"00 {first} 03917300 00 {coding:02X} 62111021436500 {user_data}".replace(" ", ""))
    assert isinstance(said, pdu.Deliver)
    return said


# Parts


@quickly
@given(TEXT, st.sampled_from([0, 7, 255, 256, 65535]))
def test_a_text_of_any_length_and_script_arrives_as_it_was_sent(text, reference):
    parts = submitted(text, reference)

    assert pdu.join(parts) == text
    assert all(len(one.hex) // 2 - 1 == one.length <= 164 for one in pdu.encode_submit(ANNE, text))


@quickly
@given(TEXT)
def test_no_part_ends_in_the_middle_of_a_character(text):
    assert "".join(part.text for part in submitted(text)) == text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("é" * 160, 1),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("ê" * 134, 2),
        ("ê" * 135, 3),
        ("", 1),
    ],
)
def test_a_message_holds_160_or_70_characters_and_a_part_153_or_67(text, parts):
    assert len(pdu.encode_submit(ANNE, text)) == parts


def test_parts_are_numbered_and_share_a_reference_of_8_or_of_16_bits():
    narrow, wide = submitted("a" * 200, 0xFF), submitted("a" * 200, 0x1234)

    assert [part.part for part in narrow] == [pdu.Part(0xFF, 2, 1), pdu.Part(0xFF, 2, 2)]
    assert [part.part for part in wide] == [pdu.Part(0x1234, 2, number, wide=True) for number in (1, 2)]


def test_each_part_has_the_next_message_reference():
    assert [pdu.decode_submit(one.hex).reference for one in pdu.encode_submit(ANNE, "a" * 400, reference=254)] == [
        254,
        255,
        0,
    ]


def test_a_text_of_more_than_255_parts_is_refused():
    assert len(pdu.encode_submit(ANNE, "a" * 153 * 255)) == 255
    with pytest.raises(PduError, match="too long"):
        pdu.encode_submit(ANNE, "a" * (153 * 255 + 1))


def test_parts_are_joined_in_any_order_and_repeats_count_once():
    first, second, third = delivered("".join(f"{number:03}" for number in range(150)))

    assert pdu.join([third, first, second, first]) == pdu.join([first, second, third])


@pytest.mark.parametrize(
    ("came", "text"),
    [
        ("abcd", "abcd"),
        ("bcd", "[…]bcd"),
        ("abc", "abc[…]"),
        ("ad", "a[…]d"),
        ("bd", "[…]b[…]d"),
        ("c", "[…]c[…]"),
        ("", ""),
    ],
)
def test_a_hole_shows_where_parts_are_missing(came, text):
    parts = dict(zip("abcd", delivered("".join(letter * 153 for letter in "abcd")), strict=True))

    joined = pdu.join([parts[letter] for letter in came])

    assert joined == "".join(letter * 153 if letter in "abcd" else letter for letter in text)


def test_parts_in_different_alphabets_are_each_read_in_their_own():
    first = pdu.Body(pdu.Encoding.GSM7, b"ab\x1b\x65", pdu.Header(pdu.Part(8, 2, 1)))
    second = pdu.Body(pdu.Encoding.UCS2, "cő".encode("utf-16-be"), pdu.Header(pdu.Part(8, 2, 2)))

    assert join_bodies([first, second]) == "ab€cő"


@pytest.mark.parametrize(("total", "number"), [(0, 0), (0, 1), (2, 0), (2, 3)])
def test_a_part_whose_number_is_impossible_is_a_text_of_its_own(total, number):
    said = arriving(user_data=f"0A 050003 09{total:02X}{number:02X} 9ECB25", has_header=True)

    assert (said.part, said.text) == (None, "OKK")


# Alphabets


@quickly
@given(st.sampled_from(sorted(LOCKING)), st.sampled_from(sorted(SINGLE)), st.data())
def test_a_text_in_a_national_alphabet_arrives_as_it_was_sent(locking, single, data):
    letters = "".join([*LOCKING[locking].values(), *SINGLE[single].values()])
    text = data.draw(st.text(st.sampled_from(letters), max_size=200))

    parts = delivered(text, shifts=pdu.Shifts(locking, single))

    assert pdu.join(parts) == text
    assert {part.encoding for part in parts} == {pdu.Encoding.GSM7}


def test_a_national_table_nobody_knows_is_read_as_the_default_one():
    (part,) = delivered("Merci, j'arrive", shifts=pdu.Shifts(locking=99, single=99))

    assert part.text == "Merci, j'arrive"


@pytest.mark.parametrize(
    ("coding", "encoding"),
    [
        *[(coding, "gsm7") for coding in (0x00, 0x10, 0x0C, 0x40, 0x80, 0xB9, 0xC0, 0xC8, 0xD0, 0xDF, 0xF0, 0xFB)],
        *[(coding, "8bit") for coding in (0x04, 0x15, 0x20, 0x28, 0x44, 0x60, 0xF4, 0xF7)],
        *[(coding, "ucs2") for coding in (0x08, 0x19, 0x48, 0xE0, 0xE8)],
    ],
)
def test_the_coding_scheme_decides_the_alphabet(coding, encoding):
    said = arriving(coding)

    assert (said.encoding, said.coding, said.text) == (encoding, coding, "")


@pytest.mark.parametrize(("octets", "text"), [("4F4B20E0", "OK à"), ("4F4B00A1", "")])
def test_8_bit_data_is_a_text_only_if_it_can_be_read(octets, text):
    said = arriving(0x04, f"04 {octets}")

    assert (said.body.units.hex().upper(), said.text) == (octets, text)


def test_half_a_surrogate_pair_neither_stops_an_alert_nor_a_reply():
    assert [part.text for part in submitted("aide \ud83d ő")] == ["aide ? ő"]
    assert arriving(0x08, "04 D83D 0061").text == "\ufffda"


@pytest.mark.parametrize(
    ("text", "septets"), [("", 0), ("ok", 2), ("10 €", 5), ("é è à ù ô", None), ("é è à ù", 7), ("😀", None)]
)
def test_a_text_is_measured_in_septets_or_needs_ucs2(text, septets):
    assert pdu.gsm7_septets(text) == septets


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Chute à l'étage, où êtes-vous ?", "Chute à l'étage, où etes-vous ?"),
        ("l’œuvre “sûre” – «ça va»…", 'l\'oeuvre "sure" - "ca va"...'),
        ("Ça, É, Ü et ñ restent", "Ça, É, Ü et ñ restent"),
        ("ÀÈÊËÎÔÛ", "AEEEIOU"),
        ("e\u0301 en deux caractères", "é en deux caractères"),
        ("12\u202f€ n°\u00a05 ½ m²", "12 € no 5 1/2 m2"),
        ("OK 👍🏽 1️⃣", "OK  1"),
        ("Łódź, Straße, ısı", "Lòdz, Straße, isi"),
        ("да", "??"),
        ("a\u2028b\tc", "a\nb c"),
    ],
)
def test_a_text_is_rewritten_so_that_it_fits_the_alphabet(text, plain):
    assert pdu.to_gsm7_text(text) == plain.replace("Lò", "Lo")


@quickly
@given(TEXT)
def test_a_rewritten_text_always_fits_and_is_rewritten_once(text):
    plain = pdu.to_gsm7_text(text)

    assert pdu.gsm7_septets(plain) is not None
    assert pdu.to_gsm7_text(plain) == plain


@quickly
@given(GSM7_TEXT)
def test_a_text_that_fits_is_left_as_it_is(text):
    assert pdu.to_gsm7_text(text) == text


# Reports


@pytest.mark.parametrize("want", [True, False])
def test_a_report_is_asked_for_or_not(want):
    (made,) = pdu.encode_submit(ANNE, "ok", want_report=want)

    assert pdu.decode_submit(made.hex).wants_report is want


@quickly
@given(st.integers(0, 255), st.integers(0, 255))
def test_a_report_arrives_as_it_was_made(reference, status):
    made = pdu.encode_status_report(reference, ANNE, NOON, NOON + timedelta(minutes=3), status, smsc="+33609001390")

    said = pdu.decode_incoming(made.hex)

    assert said == pdu.StatusReport(reference, ANNE, NOON, NOON + timedelta(minutes=3), status, "+33609001390")


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ([0x00, 0x01, 0x02, 0x10, 0x1F], "delivered"),
        ([0x20, 0x25, 0x30, 0x3F], "pending"),
        ([0x40, 0x49, 0x4F, 0x50, 0x60, 0x65, 0x70, 0x80, 0xFF], "failed"),
        ([0x03, 0x0F, 0x26, 0x2F], "failed"),  # reserved: to be read as "service rejected"
    ],
)
def test_a_status_is_delivered_pending_or_failed(statuses, state):
    assert {pdu.StatusReport(1, ANNE, NOON, NOON, status).state for status in statuses} == {state}


# Headers


def test_a_message_for_an_application_names_its_ports():
    ports = pdu.Header(part=pdu.Part(0x1234, 2, 1, wide=True), ports=pdu.Ports(2948, 9200))
    body = pdu.Body(pdu.Encoding.OCTETS, b"\x00\x01", ports)

    assert read_body(Octets(user_data(body)), 0x04, has_header=True) == body
    assert read_body(Octets(bytes.fromhex("07 06 04020102 7F09")), 0x04, has_header=True).header == pdu.Header(
        ports=pdu.Ports(1, 2)
    )


def test_a_header_element_that_is_longer_than_the_header_is_passed_over_and_the_text_read():
    said = arriving(user_data="09 05 0009000000 9E4B", has_header=True)

    assert (said.part, said.text) == (None, "OK")


def test_a_header_longer_than_the_text_field_is_refused():
    with pytest.raises(PduError, match="longer than its text field"):
        arriving(user_data="06 05000300020000", has_header=True)


def test_a_text_to_send_says_how_it_is_coded():
    assert [part.encoding for text in ("ok", "ő") for part in submitted(text)] == ["gsm7", "ucs2"]
