"""Mailboxes, and the hub's road to them: a `hub.ports.Channel` whose server takes a mail at once, or refuses it.

The twin of `hub.drivers.mail`: what the core may rely on is the same (tests/contract/test_mail_contract.py). It knows
no SMTP. The boxes stand in the world, and outlive the hub's process.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from hub.domain.inputs import SendReported, SendState
from hub.place_forms import is_mail_address
from hub.ports import Clock, Outgoing, Post


@dataclass(slots=True)
class Mailboxes:
    """Every mail that was taken, as (address, text). ``refused``: addresses that nobody has; ``is_up``: the server."""

    got: list[tuple[str, str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    is_up: bool = True
    on_mail: list[Callable[[str, str], None]] = field(default_factory=list)

    def take(self, address: str, text: str) -> None:
        """Put a mail into a box."""
        self.got.append((address, text))
        for told in self.on_mail:
            told(address, text)


class SimulatedMail:
    """The road, with start and stop like a `Source`. What is sent before the start is sent then."""

    def __init__(self, boxes: Mailboxes, post: Post, clock: Clock) -> None:
        self._boxes, self._post, self._clock = boxes, post, clock
        self._waiting: list[Outgoing] = []
        self._runs = False

    def start(self) -> None:
        """Begin."""
        self._runs = True
        for outgoing in self._waiting:
            self._deliver(outgoing)
        self._waiting.clear()

    def stop(self) -> None:
        """End: nothing is posted any more."""
        self._runs = False

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._runs

    def send(self, outgoing: Outgoing) -> None:
        """Take a mail; exactly one report follows."""
        if self._runs:
            self._deliver(outgoing)
        else:
            self._waiting.append(outgoing)

    def _deliver(self, outgoing: Outgoing) -> None:
        why, permanent = self._why_not(outgoing.address)
        state = SendState.FAILED if why else SendState.ACCEPTED
        if not why:
            self._boxes.take(outgoing.address, outgoing.text)
        self._post(SendReported(self._clock.now(), outgoing.message, state, None, why, permanent=permanent))

    def _why_not(self, address: str) -> tuple[str, bool]:
        """Why it is not taken ("": it is), and whether another try is in vain."""
        if not is_mail_address(address):
            return "this is no address of a mail", True
        if not self._boxes.is_up:
            return "the server does not answer", False
        return ("the recipient was refused (550 nobody here)", True) if address in self._boxes.refused else ("", False)
