"""The SIM's credit: a code is dialled once a day (USSD), and what the operator answers is passed on as it was said.

The answer may come before the OK or up to a minute after it, with newlines in it, and in UCS-2 digits. A menu that asks
for more is left again. No answer is no fault: the credit stays as it was known.
"""

import re

from hub.drivers.modem.ladder import Ladder
from hub.drivers.modem.responses import UssdAnswer
from hub.drivers.modem.script import Pause, Script
from hub.drivers.modem.situation import Reports

# Once a modem is ready it has other things to do first.
FIRST_AFTER_S = 120.0
EVERY_S = 24 * 3600.0
# OK within 9 s (A76XX); the answer up to 60 s after it.
OK_WITHIN_S, ANSWER_WITHIN_S = 15.0, 60.0
# A USSD answer has 182 characters.
LONGEST = 200
# `+CUSD: 1`: the network waits for a choice from a menu.
WAITS_FOR_MORE = 1
_UCS2 = re.compile(r"(?:[0-9A-Fa-f]{4}){2,}")


class CreditCheck:
    """Asks for it by ``code`` ("*123#"); "" never asks."""

    def __init__(self, reports: Reports, ladder: Ladder, code: str) -> None:
        self._reports, self._ladder, self.code = reports, ladder, code
        self._answer: UssdAnswer | None = None

    def ask(self) -> Script[None]:
        """Dial the code, and wait for what is said."""
        self._answer = None
        answer = yield from self._ladder.ask(f'AT+CUSD=1,"{self.code}",15', OK_WITHIN_S)
        if (told := answer.value(UssdAnswer)) is not None:
            self.heard(told)
        if answer.ok:
            yield Pause(ANSWER_WITHIN_S, lambda: self._answer is not None)
        yield from self._tell(self._answer)

    def _tell(self, found: UssdAnswer | None) -> Script[None]:
        if found is None:
            return
        if found.status == WAITS_FOR_MORE:
            yield from self._ladder.ask("AT+CUSD=2")
        if text := readable(found.text):
            self._reports.credit(text)

    def heard(self, told: UssdAnswer) -> None:
        """The network said something of this kind."""
        self._answer = told


def readable(text: str) -> str:
    """Return ``text`` in one line, read from UCS-2 digits where it is some."""
    if _UCS2.fullmatch(text):
        text = bytes.fromhex(text).decode("utf-16-be", "replace")
    return " ".join(text.split())[:LONGEST]
