"""GSM-7: text to septets and back, septets to octets and back (3GPP TS 23.038).

Knows the escape, the national language tables and the packing of 7 bits into 8; nothing of
headers, parts or lengths, which are `pdu_body`'s. Septets travel here one to a byte, so that the
parts of a long text can be joined and cut before anything is decoded.
"""

from dataclasses import dataclass
from functools import cache

from hub.drivers.modem.gsm7_tables import DEFAULT, ESCAPE, LOCKING, SINGLE, Alphabet

SEPTET_BITS = 7


@dataclass(frozen=True, slots=True)
class Shifts:
    """The national tables a text is written with, by the language's number; 0 is the default alphabet."""

    locking: int = DEFAULT
    single: int = DEFAULT


NO_SHIFTS = Shifts()


def septets_of(text: str, shifts: Shifts = NO_SHIFTS) -> bytes | None:
    """Return the septets of ``text``, one to a byte; None if a character is in neither table."""
    codes = _codes(shifts)
    try:
        return b"".join(map(codes.__getitem__, text))
    except KeyError:
        return None


def text_of(septets: bytes, shifts: Shifts = NO_SHIFTS) -> str:
    """Return the text of septets that are one to a byte; every septet means something.

    An unknown extension is read from the locking table, two escapes are a space, and a lone escape
    at the end, whose character never came, is nothing (6.2.1.1). An empty place is a space.
    """
    locking, single = _alphabets(shifts)
    text: list[str] = []
    escaped = False
    for septet in septets:
        if escaped:
            text.append(single.get(septet, locking.get(septet, " ")))
        elif septet != ESCAPE:
            text.append(locking.get(septet, " "))
        escaped = septet == ESCAPE and not escaped
    return "".join(text)


def gsm7_septets(text: str) -> int | None:
    """How many septets ``text`` takes in the default alphabet; None if it needs UCS-2."""
    septets = septets_of(text)
    return None if septets is None else len(septets)


def pack(septets: bytes, fill_bits: int = 0) -> bytes:
    """Pack septets into octets, lowest bits first, after ``fill_bits`` of 0 that follow a header."""
    bits = 0
    for septet in reversed(septets):
        bits = bits << SEPTET_BITS | septet
    length = (fill_bits + len(septets) * SEPTET_BITS + 7) // 8
    return (bits << fill_bits).to_bytes(length, "little")


def unpack(octets: bytes, count: int, fill_bits: int = 0) -> bytes:
    """Return ``count`` septets, one to a byte, that start after ``fill_bits``.

    The count decides and not the octets: 7 octets hold 8 septets, of which the last may be padding
    that would read as "@".
    """
    bits = int.from_bytes(octets, "little") >> fill_bits
    return bytes(bits >> SEPTET_BITS * at & 0x7F for at in range(count))


def _alphabets(shifts: Shifts) -> tuple[Alphabet, Alphabet]:
    return LOCKING.get(shifts.locking, LOCKING[DEFAULT]), SINGLE.get(shifts.single, SINGLE[DEFAULT])


@cache  # bounded by the standard's tables: 256 numbers in each of two header elements
def _codes(shifts: Shifts) -> dict[str, bytes]:
    locking, single = _alphabets(shifts)
    codes: dict[str, bytes] = {}
    for septet, character in locking.items():
        codes.setdefault(character, bytes([septet]))
    for septet, character in single.items():
        codes.setdefault(character, bytes([ESCAPE, septet]))
    return codes
