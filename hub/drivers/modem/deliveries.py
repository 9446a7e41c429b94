"""Delivery reports: which text does the network mean?

It names a text by the reference it gave (one octet, used again after 256 texts) and the number.
A report may come before the modem has told us the reference, so reports of no known text are kept
for a while. A long text is delivered when all its parts are. Knows nothing of modems.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from hub.domain.inputs import DeliveryState
from hub.drivers.modem.pdu import StatusReport
from hub.drivers.modem.situation import Reports

# A report has been seen to overtake the answer to AT+CMGS by seconds; ten minutes lose none.
EARLY_KEPT_S = 600.0
EARLY_LIMIT = 64
# References are one octet: of more texts than that some would be confused.
EXPECTED_LIMIT = 256
# Numbers come back with other prefixes (00, +, a network's own); their last digits stay.
DIGITS_COMPARED = 8


@dataclass(slots=True)
class _Text:
    """One message and what is known of its parts."""

    message: int
    parts: int
    delivered: set[int] = field(default_factory=set)
    told: DeliveryState | None = None


class Deliveries:
    """Matches reports with the texts that were sent."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        self._expected: OrderedDict[tuple[int, str], _Text] = OrderedDict()
        self._early: list[tuple[float, StatusReport]] = []

    def expect(self, message: int, recipient: str, references: list[int], parts: int, now: float) -> None:
        """Await reports for ``message``, which the network took under ``references``."""
        text = _Text(message, parts)
        for reference in references:
            self._expected.pop(key := (reference, _digits(recipient)), None)
            self._expected[key] = text
        while len(self._expected) > EXPECTED_LIMIT:
            self._expected.popitem(last=False)
        early, self._early = self._early, []
        for at, report in early:
            if now - at < EARLY_KEPT_S and not self._match(report):
                self._early.append((at, report))

    def take(self, report: StatusReport, now: float) -> None:
        """Tell what ``report`` says, now or when its text is known."""
        if not self._match(report):
            self._early = [*self._early[1 - EARLY_LIMIT :], (now, report)]

    def _match(self, report: StatusReport) -> bool:
        text = self._expected.get((report.reference, _digits(report.recipient)))
        if text is None:
            return False
        state = report.state
        if state is DeliveryState.DELIVERED:
            text.delivered.add(report.reference)
            if len(text.delivered) < text.parts:
                return True
        # Once delivered or failed, a network that "still tries" only repeats itself.
        if text.told not in {state, DeliveryState.DELIVERED, DeliveryState.FAILED}:
            text.told = state
            self._reports.delivered(text.message, state, f"status report {report.status:#04x}")
        return True


def _digits(number: str) -> str:
    return "".join(filter(str.isdigit, number))[-DIGITS_COMPARED:]
