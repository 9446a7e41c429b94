"""What an SMS says: its header, its alphabet and its units, cut into parts and joined again.

Knows the user data of 3GPP TS 23.040, section 9.2.3.24, and the coding schemes of TS 23.038,
section 4. Units are septets (one to a byte) or octets: text is made of them last, for a sender
may have cut a character in two.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hub.drivers.modem.gsm7 import NO_SHIFTS, Shifts, pack, septets_of, text_of, unpack
from hub.drivers.modem.gsm7_tables import ESCAPE
from hub.drivers.modem.pdu_fields import Octets
from hub.errors import PduError

# The user data field, header and all (9.2.3.24).
OCTETS_LIMIT = 140
SEPTETS_LIMIT = 160

# The total of parts is one octet, in both forms of the concatenation element.
PARTS_LIMIT = 255

# Header elements (9.2.3.24.1 and following).
_CONCATENATED, _PORTS_SHORT, _PORTS, _CONCATENATED_WIDE = 0x00, 0x04, 0x05, 0x08
_SINGLE_SHIFT, _LOCKING_SHIFT = 0x24, 0x25

# Stands for parts of a text that never came.
HOLE = "[…]"


class Encoding(StrEnum):
    """How the units of a body stand for text."""

    GSM7 = "gsm7"
    OCTETS = "8bit"  # data of an application, or of no known alphabet
    UCS2 = "ucs2"


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a long text a message is: ``number`` from 1 to ``total``.

    ``wide``: the reference has 16 bits; 5 of 8 bits and 5 of 16 bits are two different texts.
    """

    reference: int
    total: int
    number: int
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Ports:
    """The applications that a message is from and for; a text to a person has none."""

    destination: int
    source: int


@dataclass(frozen=True, slots=True)
class Header:
    """What the user data header tells: part, ports, national tables. Other elements are passed over."""

    part: Part | None = None
    ports: Ports | None = None
    shifts: Shifts = NO_SHIFTS

    def octets(self) -> bytes:
        """Return the header as it stands before the text, length first; nothing if it has nothing to say."""
        elements = b"".join((*_part_element(self.part), *_ports_element(self.ports), *_shift_elements(self.shifts)))
        return bytes([len(elements)]) + elements if elements else b""


@dataclass(frozen=True, slots=True)
class Body:
    """The units of one message without their header: septets one to a byte (GSM-7), else octets."""

    encoding: Encoding
    units: bytes
    header: Header = Header()

    @property
    def text(self) -> str:
        """The text of this message alone. A long text is `join`ed first."""
        return _text(self.encoding, self.units, self.header.shifts)


# Reading


def encoding_of(coding: int) -> Encoding:
    """Return what a data coding scheme says of the alphabet; what is reserved is GSM-7 (TS 23.038, 4)."""
    group = coding >> 4
    if group < 0b1000:
        return Encoding.OCTETS if coding & 0x20 else _alphabet(coding >> 2 & 0b11)
    if group == 0b1110:  # a message waits; this group says so in UCS-2
        return Encoding.UCS2
    if group == 0b1111:
        return _alphabet(coding >> 2 & 0b01)
    return Encoding.GSM7


def read_body(octets: Octets, coding: int, *, has_header: bool) -> Body:
    """Read the user data, its length first."""
    length = octets.octet()
    encoding = encoding_of(coding)
    if encoding is Encoding.GSM7:
        return _read_septets(octets, length, has_header=has_header)
    data = Octets(octets.take(_announced(length, OCTETS_LIMIT, len(octets.left))))
    header, _ = _read_header(data) if has_header else (Header(), 0)
    return Body(encoding, data.left, header)


def _read_septets(octets: Octets, length: int, *, has_header: bool) -> Body:
    count = _announced(length, SEPTETS_LIMIT, len(octets.left) * 8 // 7)
    data = Octets(octets.take((count * 7 + 7) // 8))
    header, header_octets = _read_header(data) if has_header else (Header(), 0)
    count -= _header_septets(header_octets)
    if count < 0:
        raise PduError("The SMS has a header that is longer than its text field.")
    return Body(Encoding.GSM7, unpack(data.left, count, _fill_bits(header_octets)), header)


def _announced(length: int, limit: int, there: int) -> int:
    """Return how many units to read.

    Fewer than announced are a cut message, and an error: half a text may say the opposite. But a
    length that no SMS can have is a wrong length (septets counted for UCS-2), and what is there counts.
    """
    return length if length <= limit else min(there, limit)


def _read_header(data: Octets) -> tuple[Header, int]:
    """Read the header and how many octets it took. Of an element given twice the later counts (9.2.3.24)."""
    length = data.octet()
    elements = dict(_elements(Octets(data.take(length))))
    header = Header(
        _part(elements.get(_CONCATENATED, b""), elements.get(_CONCATENATED_WIDE, b"")),
        _ports(elements.get(_PORTS, b""), elements.get(_PORTS_SHORT, b"")),
        Shifts(_language(elements.get(_LOCKING_SHIFT, b"")), _language(elements.get(_SINGLE_SHIFT, b""))),
    )
    return header, 1 + length


def _elements(data: Octets) -> Iterator[tuple[int, bytes]]:
    """Return the elements; the first that is longer than the header ends them, and the text still counts."""
    while len(data.left) >= 2 and data.left[1] <= len(data.left) - 2:
        element, length = data.take(2)
        yield element, data.take(length)


def _part(narrow: bytes, wide: bytes) -> Part | None:
    """Return the part that an element names; None if it names none, for such an element is to be ignored."""
    if len(wide) == 4:
        part = Part(int.from_bytes(wide[:2]), wide[2], wide[3], wide=True)
    elif len(narrow) == 3:
        part = Part(*narrow)
    else:
        return None
    return part if 1 <= part.number <= part.total else None


def _ports(ports: bytes, short: bytes) -> Ports | None:
    if len(ports) == 4:
        return Ports(int.from_bytes(ports[:2]), int.from_bytes(ports[2:]))
    return Ports(*short) if len(short) == 2 else None


def _language(element: bytes) -> int:
    return element[0] if len(element) == 1 else NO_SHIFTS.locking


def _alphabet(bits: int) -> Encoding:
    return (Encoding.GSM7, Encoding.OCTETS, Encoding.UCS2, Encoding.GSM7)[bits]


def _text(encoding: Encoding, units: bytes, shifts: Shifts) -> str:
    if encoding is Encoding.GSM7:
        return text_of(units, shifts)
    if encoding is Encoding.UCS2:
        return units[: len(units) // 2 * 2].decode("utf-16-be", errors="replace")
    return _readable(units)


def _readable(data: bytes) -> str:
    """Return 8-bit data as text where it is text: it names no alphabet, and most of it is for machines."""
    text = data.decode("latin-1")
    return text if all(character.isprintable() or character in "\r\n\t" for character in text) else ""


# Joining


def join_bodies(bodies: Sequence[Body]) -> str:
    """Return the text of the parts that came, in any order, repeats too; a `HOLE` for those that did not."""
    numbered: dict[int, Body] = {}
    for body in bodies:
        numbered.setdefault(body.header.part.number if body.header.part else 1, body)
    total = max((body.header.part.total for body in bodies if body.header.part), default=len(numbered))
    return HOLE.join(_pieces(numbered, total))


def _pieces(numbered: dict[int, Body], total: int) -> Iterator[str]:
    """Return the texts between the holes; the first or last is empty where a hole begins or ends the text."""
    piece: list[Body] = []
    for number in range(1, total + 1):
        if number in numbered:
            piece.append(numbered[number])
        elif number == 1 or number - 1 in numbered:
            yield _unbroken(piece)
            piece = []
    yield _unbroken(piece)


def _unbroken(bodies: list[Body]) -> str:
    """Return the text of neighbouring parts, joined before it is decoded wherever they are coded alike."""
    text: list[str] = []
    units = b""
    for at, body in enumerate(bodies):
        units += body.units
        following = bodies[at + 1] if at + 1 < len(bodies) else None
        if following is None or _coding(following) != _coding(body):
            text.append(_text(body.encoding, units, body.header.shifts))
            units = b""
    return "".join(text)


def _coding(body: Body) -> tuple[Encoding, Shifts]:
    return body.encoding, body.header.shifts


# Writing


def bodies_of(text: str, concat_reference: int = 0, shifts: Shifts = NO_SHIFTS) -> list[Body]:
    """Return ``text`` in as few parts as it takes: GSM-7 if it fits the alphabet, else UCS-2.

    A reference above 255 takes the 16-bit form, and one character of each part.
    """
    encoding, units, alone = _encoded(text, shifts)
    if len(units) <= room(encoding, alone):
        return [Body(encoding, units, alone)]
    reference = concat_reference & 0xFFFF
    wide = reference > 0xFF
    per_part = room(encoding, Header(Part(reference, 1, 1, wide=wide), shifts=alone.shifts))
    pieces = list(_cut(encoding, units, per_part))
    if len(pieces) > PARTS_LIMIT:
        raise PduError(f"A text of {len(text)} characters is too long for the {PARTS_LIMIT} parts an SMS may have.")
    return [
        Body(encoding, piece, Header(Part(reference, len(pieces), number, wide=wide), shifts=alone.shifts))
        for number, piece in enumerate(pieces, start=1)
    ]


def room(encoding: Encoding, header: Header) -> int:
    """How many units fit beside ``header``: septets, or octets (an even number for UCS-2)."""
    length = len(header.octets())
    if encoding is Encoding.GSM7:
        return SEPTETS_LIMIT - _header_septets(length)
    return (OCTETS_LIMIT - length) // 2 * 2


def user_data(body: Body) -> bytes:
    """Return the user data field of ``body``, its length first."""
    header = body.header.octets()
    if body.encoding is not Encoding.GSM7:
        return bytes([len(header) + len(body.units)]) + header + body.units
    count = _header_septets(len(header)) + len(body.units)
    return bytes([count]) + header + pack(body.units, _fill_bits(len(header)))


def _encoded(text: str, shifts: Shifts) -> tuple[Encoding, bytes, Header]:
    septets = septets_of(text, shifts)
    if septets is not None:
        return Encoding.GSM7, septets, Header(shifts=shifts)
    # Half a surrogate pair in the text itself becomes "?": an alert goes out whatever it contains.
    return Encoding.UCS2, text.encode("utf-16-be", errors="replace"), Header()


def _cut(encoding: Encoding, units: bytes, per_part: int) -> Iterator[bytes]:
    while units:
        end = per_part
        if end < len(units) and _is_torn(encoding, units, end):
            end -= 1 if encoding is Encoding.GSM7 else 2
        yield units[:end]
        units = units[end:]


def _is_torn(encoding: Encoding, units: bytes, at: int) -> bool:
    """Whether a cut at ``at`` parts an escape from its character, or the halves of a surrogate pair."""
    if encoding is Encoding.GSM7:
        return units[at - 1] == ESCAPE
    return 0xD8 <= units[at - 2] <= 0xDB


def _header_septets(octets: int) -> int:
    """How many septets a header of that many octets takes: the text begins at a septet's boundary."""
    return (octets * 8 + 6) // 7


def _fill_bits(header_octets: int) -> int:
    return -header_octets * 8 % 7


def _part_element(part: Part | None) -> Iterator[bytes]:
    if part is None:
        return
    if part.wide:
        yield bytes([_CONCATENATED_WIDE, 4]) + part.reference.to_bytes(2) + bytes([part.total, part.number])
    else:
        yield bytes([_CONCATENATED, 3, part.reference, part.total, part.number])


def _ports_element(ports: Ports | None) -> Iterator[bytes]:
    if ports is not None:
        yield bytes([_PORTS, 4]) + ports.destination.to_bytes(2) + ports.source.to_bytes(2)


def _shift_elements(shifts: Shifts) -> Iterator[bytes]:
    if shifts.locking != NO_SHIFTS.locking:
        yield bytes([_LOCKING_SHIFT, 1, shifts.locking])
    if shifts.single != NO_SHIFTS.single:
        yield bytes([_SINGLE_SHIFT, 1, shifts.single])
