"""The SIM's credit: a code is dialled once a day (USSD), and what the operator answers is passed on as it was said.

The answer may come before the OK or up to a minute after it, with newlines in it, in GSM's own characters or in UCS-2
digits. Nothing waits for it: it is taken when it comes. A menu that asks for more is left again. No answer is no fault:
the credit stays as it was known.
"""

import re

from hub.drivers.modem.gsm7 import text_of
from hub.drivers.modem.ladder import Ladder
from hub.drivers.modem.responses import UssdAnswer
from hub.drivers.modem.script import Script
from hub.drivers.modem.situation import Reports, Situation

# Once a modem is ready it has other things to do first.
FIRST_AFTER_S = 120.0
EVERY_S = 24 * 3600.0
# OK within 9 s (A76XX); the answer up to 60 s after it.
OK_WITHIN_S, ANSWER_WITHIN_S = 10.0, 75.0
# A USSD answer has 182 characters.
LONGEST = 200
# `+CUSD: 1`: the network waits for a choice from a menu.
WAITS_FOR_MORE = 1
# A menu that answers its own leaving is left alone until the next day.
LEFT_AT_MOST = 3
_UCS2 = re.compile(r"(?:[0-9A-Fa-f]{4}){2,}")
_OF_GSM = re.compile(r"[\x01-\x09\x0b\x0c\x0e-\x1f]")


class CreditCheck:
    """Asks for it by ``code`` ("*123#"); "" never asks. ``is_in_menu``: the network waits, and is to be left."""

    def __init__(self, situation: Situation, reports: Reports, ladder: Ladder, code: str) -> None:
        self._situation, self._reports, self._ladder, self.code = situation, reports, ladder, code
        self._asked_until = 0.0
        self.is_in_menu = False
        self._left = 0

    def ask(self) -> Script[None]:
        """Dial the code. What is said is told by `heard`, now or later."""
        self._asked_until, self._left = self._situation.now + ANSWER_WITHIN_S, 0
        answer = yield from self._ladder.ask(f'AT+CUSD=1,"{self.code}",15', OK_WITHIN_S)
        if (told := answer.value(UssdAnswer)) is not None:
            self.heard(told)

    def leave(self) -> Script[None]:
        """Leave the operator's menu."""
        self.is_in_menu = False
        self._left += 1
        yield from self._ladder.ask("AT+CUSD=2")

    def heard(self, told: UssdAnswer) -> None:
        """The network said something of this kind; what nobody asked for tells nothing of the credit."""
        self.is_in_menu = told.status == WAITS_FOR_MORE and self._left < LEFT_AT_MOST
        if self._situation.now > self._asked_until:
            return
        if text := readable(told.text):
            self._asked_until = 0.0
            self._reports.credit(text)


def readable(text: str) -> str:
    """Return ``text`` in one line, read from UCS-2 digits or GSM's characters where it is some."""
    if _UCS2.fullmatch(text):
        text = bytes.fromhex(text).decode("utf-16-be", "replace")
    elif text.isascii() and _OF_GSM.search(text):
        text = text_of(text.encode("ascii"))
    return " ".join(text.split())[:LONGEST]
