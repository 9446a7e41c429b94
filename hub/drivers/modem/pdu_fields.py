"""The fields that every kind of SMS is made of: addresses, time stamps, validity periods.

Knows their octets (3GPP TS 23.040, sections 9.1.2 and 9.2.3); nothing of the messages they stand in,
which are `pdu`'s, nor of what a text says, which is `pdu_body`'s.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

from hub.drivers.modem.gsm7 import pack, septets_of, text_of, unpack
from hub.drivers.modem.gsm7_plain import to_gsm7_text
from hub.errors import PduError

# Type of address: the top bit is always set; bits 6 to 4 say what kind of number, 3 to 0 its plan (E.164).
_UNKNOWN_NUMBER = 0x81
_INTERNATIONAL_NUMBER = 0x91
_ALPHANUMERIC_NAME = 0xD0
_INTERNATIONAL, _ALPHANUMERIC = 1, 5

# Semi-octets 0 to 14; 15 fills up an odd number of them.
_DIGITS = "0123456789*#abc"
_FILL = 0xF

# An address has at most 10 octets of value (9.1.2.5): 20 digits, or 11 characters of a name.
_NAME_LIMIT = 11
_NUMBER = re.compile(r"\+?[0-9*#abc]{1,20}", re.ASCII)
_SEPARATORS = str.maketrans("", "", " \u00a0\u202f.-/()")

# Local time is ahead of UTC by 14 hours at most, and behind by 12: a greater offset is a broken stamp.
_MOST_AHEAD = timedelta(hours=14)
_MOST_BEHIND = timedelta(hours=-12)
_QUARTER = timedelta(minutes=15)

_STAMP_OCTETS = 7


@dataclass(slots=True)
class Octets:
    """The octets of a message, read once from the front; the end never comes as a surprise."""

    left: bytes

    def take(self, count: int) -> bytes:
        """Return the next ``count`` octets, or say that the message is cut short."""
        if count > len(self.left):
            raise PduError(f"The SMS is cut short: {len(self.left)} octets left, where {count} are needed.")
        taken, self.left = self.left[:count], self.left[count:]
        return taken

    def octet(self) -> int:
        """Return the next octet."""
        return self.take(1)[0]


# Addresses


def read_address(octets: Octets) -> str:
    """Return a number ("+" only if it is international), or the name a company sends under."""
    digits = octets.octet()
    kind = octets.octet()
    value = octets.take((digits + 1) // 2)
    if _kind_of_number(kind) == _ALPHANUMERIC:
        return _name(value, digits)
    return _number(value, digits, kind)


def read_service_centre(octets: Octets) -> str | None:
    """Return the service centre before a message; None if it is left out. It counts octets, not digits."""
    length = octets.octet()
    if length == 0:
        return None
    kind, *value = octets.take(length)
    return _number(bytes(value), 2 * len(value), kind) or None


def write_number(number: str) -> bytes:
    """Return the address field of a number to send to, which may be written with separators."""
    digits = _dialled(number)
    value = digits.removeprefix("+")
    return bytes([len(value), _kind_octet(digits)]) + _semi_octets(value)


def write_sender(sender: str) -> bytes:
    """Return the address field of a sender: a number, or a name of at most 11 characters."""
    if _NUMBER.fullmatch(sender):
        return write_number(sender)
    # Cut after the translation, which may lengthen it ("œ" is "oe"). Half of an escaped pair says nothing.
    septets = (septets_of(to_gsm7_text(sender)) or b"")[:_NAME_LIMIT]
    return bytes([(len(septets) * 7 + 3) // 4, _ALPHANUMERIC_NAME]) + pack(septets)


def write_service_centre(number: str | None) -> bytes:
    """Return the octets before a message: 00 lets the modem use the service centre it knows."""
    if number is None:
        return b"\x00"
    digits = _dialled(number)
    value = _semi_octets(digits.removeprefix("+"))
    return bytes([1 + len(value), _kind_octet(digits)]) + value


def _kind_of_number(kind: int) -> int:
    return kind >> 4 & 0b111


def _kind_octet(number: str) -> int:
    return _INTERNATIONAL_NUMBER if number.startswith("+") else _UNKNOWN_NUMBER


def _number(value: bytes, digits: int, kind: int) -> str:
    nibbles = [nibble for octet in value for nibble in (octet & 0xF, octet >> 4)][:digits]
    number = "".join(_DIGITS[nibble] for nibble in nibbles if nibble != _FILL)
    return f"+{number}" if number and _kind_of_number(kind) == _INTERNATIONAL else number


def _name(value: bytes, semi_octets: int) -> str:
    count = semi_octets * 4 // 7
    septets = unpack(value, count)
    # Some networks round 7 characters up to 7 octets, which hold 8: the padding would read as "@".
    if count * 7 == semi_octets * 4 and septets.endswith(b"\x00"):
        septets = septets[:-1]
    return text_of(septets)


def _dialled(number: str) -> str:
    dialled = number.translate(_SEPARATORS)
    if not _NUMBER.fullmatch(dialled):
        raise PduError(f"{number!r} is no telephone number: write it as +<country><number>.")
    return dialled


def _semi_octets(digits: str) -> bytes:
    nibbles = [_DIGITS.index(digit) for digit in digits]
    if len(nibbles) % 2:
        nibbles.append(_FILL)
    return bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))


# Time stamps


def read_time(octets: Octets) -> datetime | None:
    """Return a time stamp with the zone it was written in; None if it is no time, as unset clocks write.

    Seven octets of two swapped decimal digits: year (of this century), month, day, hour, minute,
    second, and the zone in quarters of an hour, whose sign is bit 3 of the octet's low half (9.2.3.11).
    """
    *local, zone = octets.take(_STAMP_OCTETS)
    year, month, day, hour, minute, second = map(_swapped_decimal, local)
    quarters = _swapped_decimal(zone & ~0x08)
    offset = (-quarters if zone & 0x08 else quarters) * _QUARTER
    if not _MOST_BEHIND <= offset <= _MOST_AHEAD:
        return None
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=timezone(offset))
    except ValueError:
        return None


def write_time(at: datetime) -> bytes:
    """Return the time stamp of ``at`` (aware, of this century), its zone rounded to a quarter hour."""
    offset = at.utcoffset()
    if offset is None or not 2000 <= at.year <= 2099:
        raise PduError(f"{at} cannot stand in an SMS: it needs a zone and a year from 2000 to 2099.")
    quarters = round(offset / _QUARTER)
    local = at.astimezone(timezone(quarters * _QUARTER))
    sign = 0x08 if quarters < 0 else 0
    numbers = (local.year % 100, local.month, local.day, local.hour, local.minute, local.second)
    return bytes([*map(_decimal_swapped, numbers), _decimal_swapped(abs(quarters)) | sign])


def _swapped_decimal(octet: int) -> int:
    """Return the number of two swapped digits, or one that no field of a time allows."""
    tens, units = octet & 0xF, octet >> 4
    return tens * 10 + units if tens <= 9 and units <= 9 else _NO_NUMBER


_NO_NUMBER: Final = 1000


def _decimal_swapped(number: int) -> int:
    return number // 10 | number % 10 << 4


# Validity periods


def relative_validity(octet: int) -> timedelta:
    """Return how long the network shall try, from the one octet of a relative period (9.2.3.12.1)."""
    if octet <= 143:
        return (octet + 1) * timedelta(minutes=5)
    if octet <= 167:
        return timedelta(hours=12) + (octet - 143) * timedelta(minutes=30)
    if octet <= 196:
        return (octet - 166) * timedelta(days=1)
    return (octet - 192) * timedelta(weeks=1)


def validity_octet(period: timedelta) -> int:
    """Return the octet of the shortest period that is not shorter than ``period``; 63 weeks at most."""
    return next((octet for octet in range(255) if relative_validity(octet) >= period), 255)
