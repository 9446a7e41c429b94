"""The mobile network as one SIM sees it: phones that text the hub, and what the hub texted to them.

It keeps what it cannot deliver, as a message centre does: texts wait while the modem is off, not
registered or full. Behaviour is set by number (`reach`): refused, slow, reported as failed, never answered.
Knows PDUs by `hub.drivers.modem.pdu`; knows no AT.

Time is a float of seconds, whatever the zero; only a text's time stamp needs the wall clock, which the
modem's side passes in. `deliver` may be called from any thread, everything else from the modem's.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from hub.drivers.modem import pdu
from hub.errors import PduError
from hub.sim.modem_memory import StoredText

# A message centre keeps far more; this only bounds a demo that runs for months.
WAITING_LIMIT = 1000
SENT_LIMIT = 10_000
PARTS_LIMIT = 64

# 3GPP TS 23.040 9.2.3.15: the first status of each kind.
REPORT_DELIVERED = 0x00
REPORT_STILL_TRYING = 0x30
REPORT_FAILED = 0x41

_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)  # to see whether a text can be written at all


@dataclass(frozen=True, slots=True)
class SentText:
    """A text that left the hub, its parts joined. ``at``: seconds, when the last part was handed over."""

    number: str
    text: str
    at: float
    references: tuple[int, ...]  # one a part, as the modem told the hub by "+CMGS: n"
    pdus: tuple[str, ...]  # empty for a text given in text mode

    @property
    def reference(self) -> int:
        """The reference of the last part."""
        return self.references[-1]

    @property
    def pdu(self) -> str:
        """The PDU of the last part; empty in text mode."""
        return self.pdus[-1] if self.pdus else ""


@dataclass(frozen=True, slots=True)
class Reach:
    """How the network treats one number, and how its phone answers.

    ``refused_with``: the +CMS ERROR that a text gets, ``refusals`` times (None: for ever).
    ``accepted_after_s``: how long the network takes, None for its usual time. ``report``: the status in
    the report that the hub asked for, None for no report ever. ``answers_after_s``: when a call to it is
    answered, by a person or a voice mail, None for never; ``is_busy`` ends it at once. ``presses``: keys, once a call,
    when words with ``having_heard`` in them were heard to their end, or ``after_seconds`` from the pick-up.
    """

    refused_with: int | None = None
    refusals: int | None = None
    accepted_after_s: float | None = None
    report: int | None = REPORT_DELIVERED
    report_after_s: float = 3.0
    answers_after_s: float | None = 5.0
    is_busy: bool = False
    presses: str = ""
    having_heard: str = ""
    after_seconds: float | None = None
    hangs_up_after_s: float | None = None  # from the pick-up


@dataclass(slots=True)
class Ring:
    """One call to ``number``, dialled at ``at`` (seconds): what was heard, and which keys were pressed."""

    number: str
    at: float
    heard: list[str] = field(default_factory=list)
    pressed: str = ""
    ended: str = ""  # how: "engaged", "not answered", "hung up", "ended" (by the hub)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the network says to a text, after so many seconds: a reference, or a +CMS ERROR."""

    after_s: float
    reference: int | None = None
    cms_error: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """One PDU on its way to the modem: a text's part, or a status report."""

    text: StoredText
    is_report: bool = False


class Terminal(Protocol):
    """The modem, as the network sees it."""

    def soon(self, action: Callable[[], None]) -> None:
        """Do ``action`` at the modem's next turn. Safe from any thread."""
        ...

    def after(self, delay_s: float, action: Callable[[], None], *, lasting: bool = False) -> None:
        """Do ``action`` later; ``lasting``: even if the modem restarts in between."""
        ...

    def collect(self) -> None:
        """Fetch what waits, as far as the modem can."""
        ...

    def wall(self) -> datetime:
        """The present, aware."""
        ...


@dataclass(slots=True)
class MobileNetwork:
    """A network with one hub on it. ``sent`` is what left the hub; ``on_sent`` is told at once."""

    accept_after_s: float = 0.2
    name: str = "Telecare Mobile"
    code: str = "20801"
    smsc: str = "+33600000001"
    tells_time: bool = True  # NITZ: not every network does
    reach: dict[str, Reach] = field(default_factory=dict)
    usual: Reach = field(default_factory=Reach)  # of every number that ``reach`` does not name
    ussd: Mapping[str, str] = field(default_factory=dict)  # code dialled -> what the operator answers
    sent: list[SentText] = field(default_factory=list)
    on_sent: list[Callable[[SentText], None]] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    # Told of each call: what ("rings", "picked up", "hears", "presses", or how it ended), and the words or the key.
    on_call: list[Callable[[Ring, str, str], None]] = field(default_factory=list)
    waiting: deque[Arrival] = field(default_factory=lambda: deque(maxlen=WAITING_LIMIT))
    _letters: deque[tuple[str, str]] = field(default_factory=lambda: deque(maxlen=WAITING_LIMIT))
    _terminal: Terminal | None = None
    _reference: int = 0
    _concat_reference: int = 0
    _refused: dict[str, int] = field(default_factory=dict)
    _parts: dict[tuple[str, int, int], dict[int, tuple[pdu.Submit, int, str]]] = field(default_factory=dict)

    def attach(self, terminal: Terminal) -> None:
        """This modem holds the SIM that texts are for."""
        self._terminal = terminal

    def reach_of(self, number: str) -> Reach:
        """Return how ``number`` is reached."""
        return self.reach.get(number, self.usual)

    # Towards the hub

    def deliver(self, number: str, text: str) -> None:
        """``number`` texts the hub. A long text arrives in parts. Safe from any thread.

        Raises `PduError` for a number or a text that no SMS can carry.
        """
        pdu.encode_deliver(number, text, _ANY_TIME)
        self._letters.append((number, text))
        if self._terminal is not None:
            self._terminal.soon(self._post_letters)

    def _post_letters(self) -> None:
        """The message centre stamps what it was given, whether the modem can fetch it now or not."""
        if self._terminal is not None:
            self.arrivals(self._terminal.wall())
            self._terminal.collect()

    def arrivals(self, wall: datetime) -> tuple[Arrival, ...]:
        """Return what waits for the modem, oldest first; see `arrived`. ``wall`` stamps the new ones."""
        while self._letters:
            self._stamp(*self._letters.popleft(), wall)
        return tuple(self.waiting)

    def arrived(self, arrival: Arrival) -> None:
        """The modem has taken ``arrival``."""
        self.waiting.remove(arrival)

    def _stamp(self, number: str, text: str, wall: datetime) -> None:
        self._concat_reference = self._concat_reference % 255 + 1
        parts = pdu.encode_deliver(number, text, wall, concat_reference=self._concat_reference, smsc=self.smsc)
        self.waiting.extend(Arrival(StoredText(part.hex, part.length)) for part in parts)

    # From the hub

    def submit_pdu(self, hexadecimal: str, at: float) -> Outcome:
        """The hub hands over a PDU. What is no SMS gets the +CMS ERROR of an invalid PDU, 304."""
        try:
            submit = pdu.decode_submit(hexadecimal)
        except PduError:
            return Outcome(0.0, cms_error=304)
        outcome = self._judge(submit.recipient)
        if outcome.reference is not None:
            self._keep(submit, outcome.reference, hexadecimal, at)
            if submit.wants_report:
                self._promise_report(submit.recipient, outcome.reference)
        return outcome

    def submit_text(self, number: str, text: str, at: float) -> Outcome:
        """The hub hands over a text in text mode, which is one part and asks no report."""
        outcome = self._judge(number)
        if outcome.reference is not None:
            self._tell(SentText(number, text, at, (outcome.reference,), ()))
        return outcome

    def _judge(self, number: str) -> Outcome:
        reach = self.reach_of(number)
        after_s = self.accept_after_s if reach.accepted_after_s is None else reach.accepted_after_s
        if reach.refused_with is not None and self._refuses_once_more(number, reach):
            return Outcome(after_s, cms_error=reach.refused_with)
        self._reference = (self._reference + 1) % 256
        return Outcome(after_s, reference=self._reference)

    def _refuses_once_more(self, number: str, reach: Reach) -> bool:
        self._refused[number] = self._refused.get(number, 0) + 1
        return reach.refusals is None or self._refused[number] <= reach.refusals

    def _keep(self, submit: pdu.Submit, reference: int, hexadecimal: str, at: float) -> None:
        if submit.part is None:
            self._tell(SentText(submit.recipient, pdu.join([submit]), at, (reference,), (hexadecimal,)))
            return
        key = (submit.recipient, submit.part.reference, submit.part.total)
        parts = self._parts.setdefault(key, {})
        parts[submit.part.number] = (submit, reference, hexadecimal)
        if len(parts) == submit.part.total:
            del self._parts[key]
            self._tell(_joined([parts[number] for number in sorted(parts)], at))
        elif len(self._parts) > PARTS_LIMIT:
            del self._parts[next(iter(self._parts))]

    def _tell(self, sent: SentText) -> None:
        self.sent.append(sent)
        del self.sent[:-SENT_LIMIT]
        for tell in tuple(self.on_sent):
            tell(sent)

    def tell_of_call(self, ring: Ring, what: str, words: str = "") -> None:
        """Something happens in a call from the hub."""
        if what == "rings":
            self.rings.append(ring)
            del self.rings[:-SENT_LIMIT]
        for tell in tuple(self.on_call):
            tell(ring, what, words)

    def _promise_report(self, number: str, reference: int) -> None:
        reach = self.reach_of(number)
        if reach.report is None or self._terminal is None:
            return
        terminal, status, handed_over = self._terminal, reach.report, self._terminal.wall()

        def report() -> None:
            now = terminal.wall()
            try:
                one = pdu.encode_status_report(reference, number, handed_over, now, status, smsc=self.smsc)
            except PduError:
                return  # sent to a name: no network reports on that
            self.waiting.append(Arrival(StoredText(one.hex, one.length), is_report=True))
            terminal.collect()

        terminal.after(reach.report_after_s, report, lasting=True)


def _joined(parts: list[tuple[pdu.Submit, int, str]], at: float) -> SentText:
    submits = [submit for submit, _, _ in parts]
    references = tuple(reference for _, reference, _ in parts)
    return SentText(submits[0].recipient, pdu.join(submits), at, references, tuple(digits for _, _, digits in parts))
