"""Handing a text to the network: prompt, body, and an honest word on what became of it.

Accepted only after "+CMGS: reference". Refused: why, and whether trying again can help. Silence,
a restart in mid-send, or OK without a reference: uncertain, it may have gone out. Each text is
reported once; only a "+CMGS" that comes after all turns an uncertain text into an accepted one.
"""

from collections import deque
from dataclasses import dataclass, field

from hub.domain.inputs import SendState
from hub.drivers.modem import causes, pdu
from hub.drivers.modem.at import ESCAPE
from hub.drivers.modem.causes import Cause, Remedy
from hub.drivers.modem.deliveries import Deliveries
from hub.drivers.modem.ladder import Ladder
from hub.drivers.modem.responses import Sent
from hub.drivers.modem.script import Answer, Ask, Body, Pause, Script, Write
from hub.drivers.modem.situation import Reports, Situation
from hub.errors import DriverError, PduError
from hub.ports import Outgoing

# The prompt comes at once or, on some SIM7000, after 2 s; three daemons in the field wait 5 to 10 s.
PROMPT_S = 10.0
# SIM800 allows 60 s, A76XX 40 s, EC25 120 s for the network's answer. Less makes duplicates.
ACCEPTANCE_S = 125.0
# But an alarm does not wait so long behind a silent modem: whoever is next must hear of it.
ALARM_ACCEPTANCE_S = 30.0
# A modem that has just lost its network often finds it again; then an alarm is tried anyway.
REGISTRATION_S = 15.0
# An answer to a text that was given up still counts, as long as nobody has forgotten the text.
LATE_S = 600.0
# A prompt that comes after the error is left before anything else is said.
LATE_PROMPT_S = 0.3
# One answer may be spoilt as well.
MODE_ASKED_AT_MOST = 3
# The SIM or the store is busy (302, 314): it has been seen to take seconds.
BUSY_S = 2.0
# The core hands over one text at a time; more than this is a mistake, and is said to be.
QUEUE_LIMIT = 32
# Twice refused without a reason: another radio access may help (500).
UNKNOWN_BEFORE_RADIO = 2

_NO_PROMPT = Cause(None, "the modem gave no prompt", Remedy.PASSING)
_NO_ANSWER = Cause(None, "no answer after the text was handed over", Remedy.UNCERTAIN)
_NO_REFERENCE = Cause(None, "OK without a reference", Remedy.UNCERTAIN)


@dataclass(slots=True)
class Errand:
    """One text on its way. ``at_stake``: its words are with the modem, whose verdict is out."""

    outgoing: Outgoing
    parts: int = 0
    references: list[int] = field(default_factory=list)
    at_stake: bool = False
    is_settled: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the network took every part."""
        return self.parts == len(self.references)


class Sending:
    """The texts that go out, one after the other."""

    def __init__(self, situation: Situation, reports: Reports, ladder: Ladder, deliveries: Deliveries) -> None:
        self._situation = situation
        self._reports = reports
        self._ladder = ladder
        self._deliveries = deliveries
        self._queue: deque[Outgoing] = deque()
        self._now_sending: Errand | None = None
        self._late: tuple[Errand, float] | None = None
        self._is_owed_a_verdict = False
        self._concat_reference = 0
        self._refused_without_reason = 0
        self.wants_other_radio = False

    @property
    def has_work(self) -> bool:
        """Whether a text waits."""
        return bool(self._queue)

    @property
    def has_alarm_waiting(self) -> bool:
        """Whether an urgent text waits behind the one that is being sent."""
        return any(outgoing.urgent for outgoing in self._queue)

    def add(self, outgoing: Outgoing) -> None:
        """Take a text; a modem that is not ready refuses it at once, so that the next road is tried."""
        if not self._situation.is_ready:
            self._fail(outgoing, self._situation.why_not)
        elif len(self._queue) >= QUEUE_LIMIT:
            self._fail(outgoing, f"{QUEUE_LIMIT} texts wait for the modem already")
        elif outgoing.urgent:
            # Behind the alarms that wait, before everything else.
            self._queue.insert(sum(waiting.urgent for waiting in self._queue), outgoing)
        else:
            self._queue.append(outgoing)

    def refuse_all(self, reason: str) -> None:
        """The road is closed: what waits certainly did not go out."""
        while self._queue:
            self._fail(self._queue.popleft(), reason)

    def heard_late(self, sent: Sent) -> None:
        """A "+CMGS" that answers nothing in flight: of the text that was given up last."""
        late, self._late = self._late, None
        self._is_owed_a_verdict = False
        if late is None or self._situation.now - late[1] > LATE_S:
            return
        errand = late[0]
        errand.references.append(sent.reference)
        if errand.is_whole:
            self._accepted(errand)

    def forget_late(self) -> None:
        """The modem restarted: it will not answer what it was asked before."""
        self._late = None
        self._is_owed_a_verdict = False

    def send_next(self) -> Script[None]:
        """Send the text that waits longest, the alarms first."""
        errand = Errand(self._queue.popleft())
        try:
            yield from self._send(errand)
        except DriverError as trouble:
            state = SendState.UNCERTAIN if errand.at_stake else SendState.FAILED
            self._settle(errand, state, str(trouble))
            raise

    def _send(self, errand: Errand) -> Script[None]:
        outgoing = errand.outgoing
        try:
            pdus = self._encode(outgoing)
        except PduError as error:
            self._settle(errand, SendState.FAILED, str(error), permanent=True)
            return
        errand.parts = len(pdus)
        yield from self._wait_for_network(errand)
        if errand.is_settled:
            return
        for part in pdus:
            cause = yield from self._submit(errand, part)
            if cause is not None:
                yield from self._refused(errand, cause)
                return
        self._accepted(errand)

    def _encode(self, outgoing: Outgoing) -> list[pdu.Pdu]:
        self._concat_reference = (self._concat_reference + 1) % 256
        return pdu.encode_submit(
            outgoing.address,
            outgoing.text,
            validity=outgoing.validity,
            concat_reference=self._concat_reference,
        )

    def _wait_for_network(self, errand: Errand) -> Script[None]:
        if not self._situation.is_registered and errand.outgoing.urgent:
            # Then it is tried anyway: a modem may be wrong about its network, an alarm may not wait for it.
            yield Pause(REGISTRATION_S, until=self._is_registered)
        elif not self._situation.is_registered:
            self._settle(errand, SendState.FAILED, "not registered with a network")

    def _is_registered(self) -> bool:
        return self._situation.is_registered

    def _submit(self, errand: Errand, part: pdu.Pdu) -> Script[Cause | None]:
        """Hand over one part, putting right once each thing that can be put right. None: accepted."""
        tried: set[Remedy] = set()
        while True:
            cause = yield from self._attempt(errand, part)
            if cause is None or cause.remedy in tried:
                return cause
            tried.add(cause.remedy)
            if not (yield from self._put_right(cause)):
                return cause

    def _attempt(self, errand: Errand, part: pdu.Pdu) -> Script[Cause | None]:
        answer = yield Ask(f"AT+CMGS={part.length}", PROMPT_S, prompts=True)
        if answer.prompted and answer.lines:
            yield from self._make_sure_of_mode()
            answer = yield Ask(f"AT+CMGS={part.length}", PROMPT_S, prompts=True)
        if not answer.prompted:
            return (yield from self._without_prompt(answer))
        errand.at_stake = True
        answer = yield Body(part.hex, self._patience(errand.outgoing))
        cause = self._verdict(errand, answer)
        if cause is not _NO_ANSWER:
            errand.at_stake = False
        return cause

    def _make_sure_of_mode(self) -> Script[None]:
        """Something stood before the prompt: an echo that noise has spoilt? Then the modem has forgotten its settings.

        In text mode it would take the length for a telephone number, send the PDU there, and say that all is well.
        Where noise hides the answer each time an alarm goes out all the same.

        :raises SettingsLostError: it reads text.
        """
        yield Write(ESCAPE)
        yield Pause(LATE_PROMPT_S)
        for _ in range(MODE_ASKED_AT_MOST):
            if (yield from self._ladder.ask_mode()) == "0":
                return

    def _without_prompt(self, answer: Answer) -> Script[Cause]:
        if answer.silent:
            yield from self._ladder.recover("AT+CMGS")
            return _NO_PROMPT
        yield Write(ESCAPE)
        yield Pause(LATE_PROMPT_S)
        # OK in place of a prompt is no refusal of the number; nothing was handed over.
        return _NO_PROMPT if answer.ok else causes.cause_of(answer.final)

    def _patience(self, outgoing: Outgoing) -> float:
        return ALARM_ACCEPTANCE_S if outgoing.urgent or self.has_alarm_waiting else ACCEPTANCE_S

    def _verdict(self, errand: Errand, answer: Answer) -> Cause | None:
        sent = answer.value(Sent)
        if sent is not None:
            errand.references.append(sent.reference)
            return None
        if answer.silent:
            return _NO_ANSWER
        return _NO_REFERENCE if answer.ok else self._refusal(answer)

    def _refusal(self, answer: Answer) -> Cause:
        """Why it was refused; if it was: the verdict on a text that was given up may have come in this one's place."""
        cause = causes.cause_of(answer.final)
        was_owed, self._is_owed_a_verdict = self._is_owed_a_verdict, False
        if not was_owed or self._late is None or self._situation.now - self._late[1] > LATE_S:
            return cause
        return Cause(cause.code, f"{cause.words}; or that was the answer to the text before", Remedy.UNCERTAIN)

    def _put_right(self, cause: Cause) -> Script[bool]:
        """Do what may make the next attempt succeed; False if only time or a person can."""
        if cause.remedy is Remedy.SMSC:
            return (yield from self._restore_smsc())
        if cause.remedy is Remedy.MODEM and cause.code in causes.CMS_WAITS:
            yield Pause(BUSY_S)
            return True
        return cause.remedy is Remedy.OUR_PDU

    def _restore_smsc(self) -> Script[bool]:
        """Write the service centre's number back, as the SIM has it now or had it at the start."""
        answer = yield from self._ladder.ask("AT+CSCA?")
        self._situation.note_smsc(answer.words() if answer.ok else "")
        if self._situation.smsc:
            yield from self._ladder.ask(f"AT+CSCA={self._situation.smsc}")
        return bool(self._situation.smsc)

    def _refused(self, errand: Errand, cause: Cause) -> Script[None]:
        if cause.remedy is Remedy.SENT:
            errand.parts = len(errand.references)
            self._accepted(errand)
        elif cause.remedy is Remedy.UNCERTAIN:
            yield from self._give_up(errand, cause)
        else:
            self._note(cause)
            permanent = cause.remedy in {Remedy.NUMBER, Remedy.TARIFF}
            self._settle(errand, SendState.FAILED, str(cause), permanent=permanent)

    def _give_up(self, errand: Errand, cause: Cause) -> Script[None]:
        self._settle(errand, SendState.UNCERTAIN, str(cause))
        self._late = (errand, self._situation.now)
        if cause is _NO_ANSWER:
            self._is_owed_a_verdict = True
            # The next text waits: does the modem still listen?
            yield from self._ladder.recover("AT+CMGS")

    def _note(self, cause: Cause) -> None:
        if cause.remedy is Remedy.TARIFF:
            self._reports.fault("sim.tariff", f"the network refuses texts from this SIM: {cause}; see its contract")
        if cause.code in causes.CMS_FULL:
            self._reports.fault("modem.storage_full", str(cause))
        self._refused_without_reason += cause.remedy is Remedy.UNKNOWN
        if self._refused_without_reason >= UNKNOWN_BEFORE_RADIO:
            self._refused_without_reason = 0
            self.wants_other_radio = True

    def _accepted(self, errand: Errand) -> None:
        outgoing = errand.outgoing
        self._refused_without_reason = 0
        self._reports.clear("sim.tariff")
        reference = errand.references[-1] if errand.references else None
        self._reports.sent(outgoing.message, SendState.ACCEPTED, reference=reference)
        self._deliveries.expect(
            outgoing.message, outgoing.address, errand.references, errand.parts, self._situation.now
        )

    def _settle(self, errand: Errand, state: SendState, reason: str, *, permanent: bool = False) -> None:
        if not errand.is_settled:
            errand.is_settled = True
            self._reports.sent(errand.outgoing.message, state, reason=reason, permanent=permanent)

    def _fail(self, outgoing: Outgoing, reason: str) -> None:
        self._reports.sent(outgoing.message, SendState.FAILED, reason=reason)
