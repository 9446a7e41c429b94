"""Numbers, names, times and validity periods, there and back."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.drivers.modem import pdu
from hub.drivers.modem.pdu_fields import (
    Octets,
    read_address,
    read_time,
    relative_validity,
    validity_octet,
    write_sender,
    write_time,
)
from hub.errors import PduError

ANNE = "+33612345678"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=timezone(timedelta(hours=1)))

quickly = settings(deadline=None, max_examples=150)


# Addresses


@quickly
@given(st.from_regex(r"\+?[0-9]{1,20}", fullmatch=True))
def test_a_number_arrives_as_it_was_dialled(number):
    assert read_address(Octets(write_sender(number))) == number

    (made,) = pdu.encode_submit(number, "ok", smsc=number)
    said = pdu.decode_submit(made.hex)
    assert (said.recipient, said.smsc) == (number, number)


@quickly
@given(st.text(st.sampled_from("ABCabc &éà"), min_size=1, max_size=11))
def test_a_name_of_up_to_11_characters_arrives_as_a_sender(name):
    assert read_address(Octets(write_sender(name))) == name


def test_a_name_of_7_characters_that_is_rounded_up_to_7_octets_has_no_at_sign():
    assert read_address(Octets(bytes.fromhex("0ED0") + write_sender("Infomsg")[2:])) == "Infomsg"


def test_a_longer_name_is_cut_and_a_foreign_one_rewritten():
    assert read_address(Octets(write_sender("Téléassistance"))) == "Téléassista"
    assert read_address(Octets(write_sender("Cœur"))) == "Coeur"


def test_a_number_may_be_written_with_separators():
    assert pdu.encode_submit("+33 6 12.34-56 (78)", "ok") == pdu.encode_submit(ANNE, "ok")


@pytest.mark.parametrize("number", ["", "+", "Anne", "+33x", "1" * 21, "٣٤٥", "++33", "12\n"])
def test_what_is_no_number_is_refused_and_the_message_says_what_to_write(number):
    with pytest.raises(PduError, match=r"write it as \+<country><number>") as refusal:
        pdu.encode_submit(number, "ok")
    assert refusal.value.permanent


# Times


@quickly
@given(
    st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)),  # noqa: DTZ001 - the zone is added below
    st.integers(-48, 56),
)
def test_a_time_arrives_to_the_second_with_its_zone(at, quarters):
    at = at.replace(microsecond=0, tzinfo=timezone(quarters * timedelta(minutes=15)))

    read = read_time(Octets(write_time(at)))

    assert read == at
    assert read.utcoffset() == at.utcoffset()


@pytest.mark.parametrize(
    "stamp",
    [
        "00000000000000",
        "FFFFFFFFFFFFFF",
        "62231021436500",
        "62112021436A00",
        "62119921436500",
        "621110214365F7",
        "62111021436597",
    ],
)
def test_a_time_stamp_that_is_no_time_leaves_the_text_without_one(stamp):
    said = pdu.decode_incoming(f"00040391730000 00 {stamp} 02CF25".replace(" ", ""))

    assert isinstance(said, pdu.Deliver)
    assert (said.sent_at, said.text) == (None, "OK")


@pytest.mark.parametrize("at", [NOON.replace(tzinfo=None), NOON.replace(year=1999), NOON.replace(year=2100)])
def test_a_time_without_zone_or_of_another_century_is_refused(at):
    with pytest.raises(PduError, match="needs a zone"):
        pdu.encode_deliver(ANNE, "ok", at)


@quickly
@given(st.timedeltas(timedelta(days=-1), timedelta(weeks=63)))
def test_the_network_tries_at_least_as_long_as_asked(period):
    octet = validity_octet(period)

    assert relative_validity(octet) >= period
    assert octet == 0 or relative_validity(octet - 1) < period


@pytest.mark.parametrize(
    ("octet", "period"),
    [
        (0, timedelta(minutes=5)),
        (11, timedelta(hours=1)),
        (143, timedelta(hours=12)),
        (144, timedelta(hours=12, minutes=30)),
        (167, timedelta(hours=24)),
        (168, timedelta(days=2)),
        (196, timedelta(days=30)),
        (197, timedelta(weeks=5)),
        (255, timedelta(weeks=63)),
    ],
)
def test_a_validity_period_is_one_octet(octet, period):
    assert relative_validity(octet) == period
    assert validity_octet(period) == octet
    (made,) = pdu.encode_submit(ANNE, "ok", validity=period)
    assert pdu.decode_submit(made.hex).validity == period


def test_a_period_longer_than_any_is_the_longest():
    assert validity_octet(timedelta(days=1000)) == 255
