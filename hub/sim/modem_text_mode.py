"""Stored texts as text mode shows them (`AT+CMGF=1`), for hosts older than ours.

Text mode cannot be read safely: a text with the line "OK" in it ends its own answer. That is how it is.
"""

from datetime import datetime
from typing import Final

from hub.drivers.modem.pdu import Deliver, Encoding, StatusReport, decode_incoming
from hub.errors import PduError
from hub.sim.modem_commands import to_ucs2
from hub.sim.modem_memory import StoredText

# `AT+CMGL=` in text mode; the place is the status that PDU mode counts with.
WORDS: Final = ("REC UNREAD", "REC READ", "STO UNSENT", "STO SENT", "ALL")


def readable(stored: StoredText, header: str, character_set: str) -> list[str]:
    """Return the lines of `+CMGR` or `+CMGL`; a text that is no SMS is an empty line."""
    status = f'{header}"{WORDS[stored.status]}"'
    try:
        message = decode_incoming(stored.pdu, tpdu_length=stored.length)
    except PduError:
        return [f'{status},"",,""', ""]
    if isinstance(message, StatusReport):
        return [_report(status, message)]
    number = to_ucs2(message.sender) if character_set == "UCS2" else message.sender
    return [f'{status},"{number}",,"{_time(message.sent_at)}"', _text(message, character_set)]


def _report(status: str, report: StatusReport) -> str:
    times = f'"{_time(report.sent_at)}","{_time(report.discharged_at)}"'
    return f'{status},6,{report.reference},"{report.recipient}",145,{times},{report.status}'


def _text(message: Deliver, character_set: str) -> str:
    as_digits = character_set == "UCS2" or message.encoding is Encoding.UCS2
    return to_ucs2(message.text) if as_digits else message.text


def _time(at: datetime | None) -> str:
    return at.strftime("%y/%m/%d,%H:%M:%S+00") if at else ""
