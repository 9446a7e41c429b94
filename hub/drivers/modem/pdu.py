"""SMS as a modem gives and takes them in PDU mode: hexadecimal digits to messages, messages to digits. Pure.

Knows the three messages of 3GPP TS 23.040, section 9.2.2, that matter here: a text that arrives
(SMS-DELIVER), a text that goes (SMS-SUBMIT), and what became of it (SMS-STATUS-REPORT); each both
ways, so that `hub.sim` plays the network with the same codec. Knows nothing of AT commands, of
waiting for parts, or of who may text. Whatever the digits, the only error is `PduError`.
"""

from binascii import unhexlify
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.inputs import DeliveryState
from hub.drivers.modem.gsm7 import NO_SHIFTS, Shifts, gsm7_septets
from hub.drivers.modem.gsm7_plain import to_gsm7_text
from hub.drivers.modem.pdu_body import (
    Body,
    Encoding,
    Header,
    Part,
    Ports,
    bodies_of,
    join_bodies,
    read_body,
    user_data,
)
from hub.drivers.modem.pdu_fields import (
    Octets,
    read_address,
    read_service_centre,
    read_time,
    relative_validity,
    validity_octet,
    write_number,
    write_sender,
    write_service_centre,
    write_time,
)
from hub.errors import PduError

__all__ = [
    "Body",
    "Deliver",
    "Encoding",
    "Header",
    "Part",
    "Pdu",
    "Ports",
    "Shifts",
    "StatusReport",
    "Submit",
    "decode_incoming",
    "decode_submit",
    "encode_deliver",
    "encode_status_report",
    "encode_submit",
    "gsm7_septets",
    "join",
    "to_gsm7_text",
]

# A message has at most 176 octets (a record of the SIM, service centre and all); some modems pad it with F.
OCTETS_LIMIT = 256

# Message type, the two low bits of the first octet (9.2.3.1); what they mean depends on the direction.
_TYPE_MASK = 0b11
_DELIVER, _SUBMIT, _STATUS_REPORT = 0, 1, 2

# Other bits of the first octet. No more messages are waiting in the service centre: set, as networks do.
_NO_MORE_MESSAGES = 0x04
_VALIDITY_MASK, _VALIDITY_RELATIVE, _VALIDITY_ABSOLUTE = 0x18, 0x10, 0x18
_REPORT_WANTED = 0x20
_HAS_HEADER = 0x40

# Data coding schemes (TS 23.038, section 4); class 0 is shown at once and kept nowhere.
_CODING = {Encoding.GSM7: 0x00, Encoding.OCTETS: 0x04, Encoding.UCS2: 0x08}
_CLASS_0 = 0x10

# An absolute or enhanced validity period.
_LONG_VALIDITY_OCTETS = 7


@dataclass(frozen=True, slots=True)
class Pdu:
    """Digits for the modem, service centre first; ``length`` is what AT+CMGS asks: octets without it."""

    hex: str
    length: int


@dataclass(frozen=True, slots=True)
class Deliver:
    """A text that arrived, or one part of it.

    ``sender``: with "+" if the network gave an international number; a name if it gave a name.
    ``sent_at``: the service centre's time stamp (aware); None if it is none.
    ``protocol``, ``coding``: the octets TP-PID and TP-DCS, for what is not a plain text.
    """

    sender: str
    text: str  # of this part alone; `join` the parts of a long text
    sent_at: datetime | None
    part: Part | None
    body: Body
    smsc: str | None = None
    protocol: int = 0
    coding: int = 0

    @property
    def encoding(self) -> Encoding:
        """How the text was coded."""
        return self.body.encoding


@dataclass(frozen=True, slots=True)
class Submit:
    """A text on its way to the network, or one part of it: what the simulated modem reads.

    ``validity``: how long the network shall try, or until when; None if the message leaves it open.
    """

    recipient: str
    text: str
    reference: int
    part: Part | None
    wants_report: bool
    body: Body
    validity: timedelta | datetime | None = None
    smsc: str | None = None
    coding: int = 0

    @property
    def encoding(self) -> Encoding:
        """How the text was coded."""
        return self.body.encoding


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What the network says became of the text it had given ``reference``; ``status`` is the octet TP-ST."""

    reference: int
    recipient: str
    sent_at: datetime | None
    discharged_at: datetime | None
    status: int
    smsc: str | None = None

    @property
    def state(self) -> DeliveryState:
        """The status in our words (9.2.3.15).

        What the standard reserves counts as refused, as it asks; what it leaves to each network
        (0x10, 0x30) counts as the rest of its group.
        """
        if self.status <= 0x02 or 0x10 <= self.status <= 0x1F:
            return DeliveryState.DELIVERED
        if 0x20 <= self.status <= 0x25 or 0x30 <= self.status <= 0x3F:
            return DeliveryState.PENDING
        return DeliveryState.FAILED


# Reading


def decode_incoming(hexadecimal: str, *, tpdu_length: int | None = None) -> Deliver | StatusReport:
    """Read a message that came from the network, as +CMGR, +CMGL, +CMT and +CDS show it.

    ``tpdu_length``: the length the modem gave with it. If that is all there is, the modem has left
    out the service centre. Any other disagreement is ignored: modems miscount.
    """
    octets = _octets(hexadecimal)
    smsc = None if tpdu_length == len(octets.left) else read_service_centre(octets)
    first = octets.octet()
    if first & _TYPE_MASK == _DELIVER:
        return _read_deliver(octets, smsc, has_header=bool(first & _HAS_HEADER))
    if first & _TYPE_MASK == _STATUS_REPORT:
        return _read_status_report(octets, smsc)
    raise PduError(f"No message from the network begins with {first:02X}; a text of our own, stored, would.")


def decode_submit(hexadecimal: str) -> Submit:
    """Read a message that goes to the network, as AT+CMGS takes it."""
    octets = _octets(hexadecimal)
    smsc = read_service_centre(octets)
    first = octets.octet()
    if first & _TYPE_MASK != _SUBMIT:
        raise PduError(f"No text to the network begins with {first:02X}.")
    reference = octets.octet()
    recipient = read_address(octets)
    _protocol, coding = octets.take(2)
    validity = _read_validity(octets, first & _VALIDITY_MASK)
    body = read_body(octets, coding, has_header=bool(first & _HAS_HEADER))
    return Submit(
        recipient=recipient,
        text=body.text,
        reference=reference,
        part=body.header.part,
        wants_report=bool(first & _REPORT_WANTED),
        body=body,
        validity=validity,
        smsc=smsc,
        coding=coding,
    )


def join(parts: Sequence[Deliver | Submit]) -> str:
    """Return the whole text of the parts of one message, in any order; "[…]" marks where some are missing."""
    return join_bodies([part.body for part in parts])


def _octets(hexadecimal: str) -> Octets:
    digits = hexadecimal.strip()
    if len(digits) > 2 * OCTETS_LIMIT:
        raise PduError(f"No SMS has {len(digits)} hexadecimal digits.")
    # Not bytes.fromhex: it passes over blanks, which in the middle are lost digits.
    try:
        return Octets(unhexlify(digits))
    except ValueError:
        raise PduError(f"{digits[:40]!r} is not pairs of hexadecimal digits.") from None


def _read_deliver(octets: Octets, smsc: str | None, *, has_header: bool) -> Deliver:
    sender = read_address(octets)
    protocol, coding = octets.take(2)
    sent_at = read_time(octets)
    body = read_body(octets, coding, has_header=has_header)
    return Deliver(sender, body.text, sent_at, body.header.part, body, smsc, protocol, coding)


def _read_status_report(octets: Octets, smsc: str | None) -> StatusReport:
    """Read a report up to its status; what follows is optional, or padding in the memory of some modems."""
    reference = octets.octet()
    recipient = read_address(octets)
    sent_at = read_time(octets)
    discharged_at = read_time(octets)
    return StatusReport(reference, recipient, sent_at, discharged_at, octets.octet(), smsc)


def _read_validity(octets: Octets, form: int) -> timedelta | datetime | None:
    if form == 0:
        return None
    if form == _VALIDITY_RELATIVE:
        return relative_validity(octets.octet())
    period = Octets(octets.take(_LONG_VALIDITY_OCTETS))
    return read_time(period) if form == _VALIDITY_ABSOLUTE else None


# Writing


def encode_submit(
    number: str,
    text: str,
    *,
    reference: int = 0,
    want_report: bool = True,
    validity: timedelta | None = None,
    concat_reference: int = 0,
    smsc: str | None = None,
    flash: bool = False,
) -> list[Pdu]:
    """Return the messages that carry ``text`` to ``number``, in the order to send them.

    ``reference``: of the first message, the next ones count on; most modems put their own in its place.
    ``validity``: how long the network shall try, rounded up to what can be said; None leaves that to it.
    ``concat_reference``: the same in all parts of a text, another for the next text to that person.
    ``flash``: shown at once on the phone's screen, and kept nowhere.
    """
    first = _SUBMIT | (_REPORT_WANTED if want_report else 0) | (0 if validity is None else _VALIDITY_RELATIVE)
    period = b"" if validity is None else bytes([validity_octet(validity)])
    recipient = write_number(number)
    messages = []
    for at, body in enumerate(bodies_of(text, concat_reference)):
        coding = _CODING[body.encoding] | (_CLASS_0 if flash else 0)
        head = bytes([first | _header_bit(body), (reference + at) & 0xFF])
        messages.append(_pdu(smsc, head + recipient + bytes([0, coding]) + period + user_data(body)))
    return messages


def encode_deliver(
    sender: str,
    text: str,
    sent_at: datetime,
    *,
    concat_reference: int = 0,
    smsc: str | None = None,
    shifts: Shifts = NO_SHIFTS,
) -> list[Pdu]:
    """Return ``text`` as the network brings it; ``shifts`` are the national tables of the sender's phone."""
    sender_field, stamp = write_sender(sender), write_time(sent_at)
    return [
        _pdu(
            smsc,
            bytes([_DELIVER | _NO_MORE_MESSAGES | _header_bit(body)])
            + sender_field
            + bytes([0, _CODING[body.encoding]])
            + stamp
            + user_data(body),
        )
        for body in bodies_of(text, concat_reference, shifts)
    ]


def encode_status_report(
    reference: int,
    recipient: str,
    sent_at: datetime,
    discharged_at: datetime,
    status: int,
    *,
    smsc: str | None = None,
) -> Pdu:
    """Return the network's report on the text it had given ``reference``."""
    head = bytes([_STATUS_REPORT | _NO_MORE_MESSAGES, reference & 0xFF])
    times = write_time(sent_at) + write_time(discharged_at)
    return _pdu(smsc, head + write_number(recipient) + times + bytes([status & 0xFF]))


def _header_bit(body: Body) -> int:
    return _HAS_HEADER if body.header != Header() else 0


def _pdu(smsc: str | None, message: bytes) -> Pdu:
    return Pdu((write_service_centre(smsc) + message).hex().upper(), len(message))
