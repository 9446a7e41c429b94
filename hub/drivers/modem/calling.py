"""Telephone calls, one after the other: dialled, followed, spoken into, hung up, and each reported once.

Between two of its short scripts the modem is free to read texts that arrive; texts that go out wait until the call is
over, but for an alert, which cuts it: +CHUP, then the text. How far a call is, is asked by +CLCC each second; the
makers' lines (VOICE CALL, ^CONN, BUSY ...) only make that sooner. A call that is active may be a voice mail: only a
key, or a text, is an answer, and what it means is not known here.
"""

import logging
import re
from collections import deque
from dataclasses import dataclass, field

from hub.domain.inputs import CUT_SHORT as CUT
from hub.domain.inputs import SendState
from hub.drivers.modem import calls
from hub.drivers.modem.calls import Call, CallProgress, CallState, KeyPressed, SpeechEnded
from hub.drivers.modem.ladder import Ladder
from hub.drivers.modem.phrases import Phrases
from hub.drivers.modem.script import Answer, Ask, Pause, Script
from hub.drivers.modem.situation import Reports, Situation
from hub.drivers.modem.speaking import TONE
from hub.ports import Outgoing

log = logging.getLogger(__name__)

# Long enough to find the telephone in a coat; a voice mail comes in after 20 to 30 s.
RING_S = 45.0
# From the pick-up, or from the last key.
TALK_S = 60.0
# Whoever presses one key after the other is not listened to for ever: the report is due after three minutes.
LONGEST_S = 150.0
CLOSING_S = 8.0
LOOK_EVERY_S = 1.0
# From the pick-up to the first word: the hand goes to the ear.
FIRST_WORD_S = 1.0
BETWEEN_PHRASES_S = 0.3
SHORTEST_PHRASE_S = 0.5
# From the last phrase to the first again; after a key that nobody made use of.
AGAIN_AFTER_S = 3.0
# ATD is answered at once; a look too early could break off the dialling where it is not.
DIAL_S = 10.0
COMMAND_S = 5.0
# A modem lists its own call at once, or it does not list calls.
LISTED_WITHIN_S = 5.0
# An alert waits for the answer to a command of a call no longer than this, for a call's end no longer than that.
CUT_S = 0.3
CUT_HANG_UP_S = 2.0
# What was not answered in time may be answered a moment later; that is not to be taken for the next answer.
DRAIN_S = 0.2
# When the modem does not tell the end of a phrase: espeak-ng says 15 characters a second at its slowest.
CHARACTERS_A_SECOND = 12
QUEUE_LIMIT = 16
_NUMBER = re.compile(r"\+?\d{2,20}")
# What ATD says when the far side, or its network, does not want the call.
_FINAL = {"BUSY": "engaged", "NO ANSWER": "not answered", "NO CARRIER": "the network ended the call"}
_REASONS = {"BUSY": "engaged", "NO ANSWER": "not answered"}
NOT_WANTED = "it was not wanted any more"


@dataclass(slots=True)
class Talk:
    """The call that is made now. Times are seconds. ``hang_up``: why it is to end at once, "" while it is not."""

    outgoing: Outgoing
    lines: tuple[str, ...]
    began: float
    ends_at: float
    look_at: float
    is_picked_up: bool = False
    was_listed: bool = False
    is_closing: bool = False
    word: str = ""  # the modem's word for its end
    hang_up: str = ""
    owes_answer: bool = False  # a command was given up for an alert
    keys: set[str] = field(default_factory=set)
    line: int = 0
    is_speaking: bool = False
    is_interrupted: bool = False  # what is said is to be stopped, for something else
    spoke_at: float = 0.0
    speak_at: float | None = None  # what comes next, or the latest end of what is said


class Calling:
    """The calls that go out. ``is_on``: one is being made, and its commands come before everything else."""

    def __init__(self, situation: Situation, reports: Reports, ladder: Ladder, phrases: Phrases) -> None:
        self._situation, self._reports, self._ladder, self._phrases = situation, reports, ladder, phrases
        self._queue: deque[Outgoing] = deque()
        self._talk: Talk | None = None
        self._is_doubtful = True  # the modem may be in a call that nobody here knows of

    # What the machine tells

    def add(self, outgoing: Outgoing) -> None:
        """Take a call; exactly one report follows."""
        self._phrases.wait_for_quiet()
        if not self._situation.is_ready:
            self._report(outgoing, SendState.FAILED, self._situation.why_not)
        elif not self._situation.profile.voice:
            self._report(outgoing, SendState.FAILED, "this modem has no voice", permanent=True)
        elif not _NUMBER.fullmatch(outgoing.address):
            self._report(outgoing, SendState.FAILED, "this is no telephone number", permanent=True)
        elif len(self._queue) >= QUEUE_LIMIT:
            self._report(outgoing, SendState.FAILED, f"{QUEUE_LIMIT} calls wait for the modem already")
        else:
            self._queue.append(outgoing)

    def end(self, message: int, text: str) -> None:
        """Say the lines of ``text`` in the call ``message``, and hang up; before it is picked up, hang up at once."""
        for waiting in [outgoing for outgoing in self._queue if outgoing.message == message]:
            self._queue.remove(waiting)
            self._report(waiting, SendState.FAILED, NOT_WANTED, permanent=True)
        talk = self._talk
        if talk is None or talk.outgoing.message != message or talk.is_closing:
            return
        if not talk.is_picked_up:
            talk.hang_up = talk.hang_up or NOT_WANTED
            return
        talk.is_closing = True
        talk.lines, talk.line = _lines(text), 0
        talk.ends_at = min(talk.ends_at, self._situation.now + CLOSING_S)
        talk.is_interrupted, talk.speak_at = talk.is_speaking, self._situation.now

    def cut(self) -> None:
        """An alert wants to go: end the call at once."""
        if self._talk is not None:
            self._talk.hang_up = self._talk.hang_up or CUT

    def refuse_all(self, reason: str) -> None:
        """The modem is lost: what was picked up may have been heard, the rest certainly was not."""
        talk, self._talk = self._talk, None
        if talk is not None:
            self._is_doubtful = True
            self._report(talk.outgoing, SendState.UNCERTAIN if talk.is_picked_up else SendState.FAILED, reason)
        while self._queue:
            self._report(self._queue.popleft(), SendState.FAILED, reason)

    # What the modem says by itself

    def heard_call(self, call: Call) -> None:
        """A line of +CLCC, asked for or not."""
        talk = self._talk
        if talk is None or call.incoming:
            return
        if call.state is CallState.OVER:
            self._ends(call.state.value)
        else:
            talk.was_listed = True
            if call.state is CallState.ACTIVE:
                self._pick_up(talk)

    def heard_progress(self, progress: CallProgress) -> None:
        """A maker's line: true of our call, or of another one, which the next look tells."""
        if self._talk is None:
            return
        if progress.ended:
            self._ends(progress.word)
        elif progress.picked_up:
            self._pick_up(self._talk)
        else:
            self._talk.look_at = self._situation.now

    def heard_key(self, pressed: KeyPressed) -> None:
        """A key, told once each: a person hears, and a finger slips."""
        talk, now = self._talk, self._situation.now
        if talk is None or pressed.key in talk.keys:
            return
        self._pick_up(talk)
        talk.keys.add(pressed.key)
        self._reports.key(talk.outgoing.message, pressed.key)
        if talk.is_closing or talk.hang_up:
            return  # it counts, though the call is at its end
        # What is being said is not listened to any more; what this key begins comes next.
        talk.ends_at = min(now + TALK_S, talk.began + LONGEST_S)
        talk.line, talk.is_interrupted = 0, talk.is_speaking
        talk.speak_at = now if talk.is_speaking else now + AGAIN_AFTER_S

    def heard_silence(self, _ended: SpeechEnded) -> None:
        """What was said is at its end."""
        talk = self._talk
        # The end of what was interrupted may be told when the next phrase has begun.
        if talk is not None and talk.is_speaking and self._situation.now >= talk.spoke_at + SHORTEST_PHRASE_S:
            self._spoken(talk)

    def _ends(self, word: str) -> None:
        if self._talk is not None:
            self._talk.word = word
            self._talk.look_at = self._situation.now

    def _pick_up(self, talk: Talk) -> None:
        if not talk.is_picked_up:
            now = self._situation.now
            talk.is_picked_up = True
            talk.ends_at = now + TALK_S
            talk.speak_at = now + FIRST_WORD_S

    # What the machine asks

    @property
    def is_on(self) -> bool:
        """Whether a call is being made."""
        return self._talk is not None

    @property
    def is_due(self) -> bool:
        """Whether the call, or one that waits, wants to say something to the modem now."""
        due = self.next_time()
        return due is not None and due <= self._situation.now

    def next_time(self) -> float | None:
        """Return when `next_script` has something to do."""
        talk = self._talk
        if talk is None:
            return self._situation.now if self._queue else None
        if talk.hang_up:
            return self._situation.now
        return min(at for at in (talk.ends_at, talk.look_at, talk.speak_at) if at is not None)

    def next_script(self) -> Script[None] | None:
        """Return what is to be done now, if anything."""
        if not self.is_due:
            return None
        talk = self._talk
        if talk is None:
            return self._dial(self._queue.popleft())
        return self._go_on(talk)

    def make_sure(self) -> Script[None] | None:
        """Return a look after a call that may be left over from before, once; it would keep the line engaged."""
        if not self._is_doubtful or not self._situation.profile.voice:
            return None
        self._is_doubtful = False
        return self._end_stray()

    def _go_on(self, talk: Talk) -> Script[None] | None:
        now = self._situation.now
        if talk.hang_up or now >= talk.ends_at:
            return self._hang_up(talk)
        if talk.speak_at is not None and now >= talk.speak_at:
            return self._speak(talk)
        return self._look(talk)

    # The scripts

    def _dial(self, outgoing: Outgoing) -> Script[None]:
        now = self._situation.now
        talk = self._talk = Talk(outgoing, _lines(outgoing.text), now, now + RING_S, now + LOOK_EVERY_S)
        if not self._situation.carries_calls:
            self._over(SendState.FAILED, "not registered with a network that carries calls")
            return
        answer = yield self._ask(f"ATD{outgoing.address};", DIAL_S)
        talk.owes_answer = answer.silent
        final = answer.final.rstrip()
        if answer.silent or answer.ok or talk.hang_up:
            return
        self._over(SendState.FAILED, _FINAL.get(final, f"the modem does not dial: {final}"), permanent=final in _FINAL)

    def _look(self, talk: Talk) -> Script[None]:
        talk.look_at = self._situation.now + LOOK_EVERY_S
        answer = yield self._ask("AT+CLCC", COMMAND_S)
        talk.owes_answer = answer.silent
        listed = [value for info in answer.lines if isinstance(value := calls.decode(info.line), Call)]
        for call in listed:
            self.heard_call(call)
        if answer.silent and not talk.hang_up:
            yield from self._ladder.recover("AT+CLCC")
        elif self._is_gone(talk, answer, listed):
            yield from self._see_off(talk)

    def _is_gone(self, talk: Talk, answer: Answer, listed: list[Call]) -> bool:
        if talk.word == CallState.OVER.value or (talk.word and not answer.ok):
            return True
        # Of the lines that noise has spoilt one may have been our call's.
        is_unsure = not answer.ok or len(listed) < len(answer.lines)
        if is_unsure or any(not call.incoming for call in listed):
            return False
        return talk.was_listed or bool(talk.word) or self._situation.now >= talk.began + LISTED_WITHIN_S

    def _see_off(self, talk: Talk) -> Script[None]:
        """It is over at the far side, or never began."""
        if not talk.word:  # nobody said so: better twice than a line that stays engaged
            yield self._ask("AT+CHUP", COMMAND_S)
        if talk.is_picked_up:
            self._over(SendState.ACCEPTED)
        elif talk.hang_up == CUT:
            self._over(SendState.FAILED, CUT)
        else:
            self._over(SendState.FAILED, _REASONS.get(talk.word, "not answered"), permanent=True)

    def _hang_up(self, talk: Talk) -> Script[None]:
        why, is_cut = talk.hang_up, talk.hang_up == CUT
        answer = yield self._ask("AT+CHUP", CUT_HANG_UP_S if is_cut else COMMAND_S)
        self._is_doubtful = self._is_doubtful or answer.silent
        if is_cut and not (talk.is_picked_up and talk.keys):
            self._over(SendState.FAILED, CUT)
        elif talk.is_picked_up:
            self._over(SendState.ACCEPTED)
        else:
            self._over(SendState.FAILED, why or "not answered", permanent=True)
        if is_cut and (answer.silent or talk.owes_answer):
            yield Pause(DRAIN_S)
        elif answer.silent:
            yield from self._ladder.recover("AT+CHUP")

    def _speak(self, talk: Talk) -> Script[None]:
        """Stop what is said, if it is said for too long or to nobody; else say what comes next."""
        if talk.is_speaking:
            answer = yield self._ask(self._phrases.manner.stop, COMMAND_S)
            talk.owes_answer = answer.silent
            self._stopped(talk)
            return
        command, seconds = self._next_words(talk)
        if not command:
            talk.speak_at = None
            if talk.is_closing:
                talk.ends_at = self._situation.now
            return
        talk.is_speaking, talk.spoke_at = True, self._situation.now
        talk.speak_at = self._situation.now + seconds
        answer = yield self._ask(command, COMMAND_S)
        talk.owes_answer = answer.silent
        if not answer.ok or command == TONE:
            self._spoken(talk)

    def _next_words(self, talk: Talk) -> tuple[str, float]:
        """Return how the next phrase is said and how long that lasts at most; the tone where there are no phrases."""
        language = talk.outgoing.language
        for place in range(talk.line, len(talk.lines)):
            if path := self._phrases.path_of(language, talk.lines[place]):
                talk.line = place
                return self._phrases.manner.play.format(path=path), 2.0 + len(talk.lines[place]) / CHARACTERS_A_SECOND
        if talk.line == 0 and not talk.is_closing:
            talk.line = len(talk.lines)
            return TONE, COMMAND_S
        return "", 0.0

    def _stopped(self, talk: Talk) -> None:
        if not talk.is_interrupted:  # nobody told its end
            self._spoken(talk)
            return
        talk.is_speaking = talk.is_interrupted = False
        talk.speak_at = self._situation.now + (BETWEEN_PHRASES_S if talk.is_closing else AGAIN_AFTER_S)

    def _spoken(self, talk: Talk) -> None:
        talk.is_speaking = False
        talk.line += 1
        if any(self._phrases.path_of(talk.outgoing.language, line) for line in talk.lines[talk.line :]):
            talk.speak_at = self._situation.now + BETWEEN_PHRASES_S
        elif talk.is_closing:
            talk.ends_at = self._situation.now
        else:
            talk.line, talk.speak_at = 0, self._situation.now + AGAIN_AFTER_S

    def _end_stray(self) -> Script[None]:
        answer = yield from self._ladder.ask("AT+CLCC")
        found = [value for info in answer.lines if isinstance(value := calls.decode(info.line), Call)]
        # Who rings now is left alone; whoever is being talked to was taken by nobody that still lives.
        is_stray = any(not call.incoming or call.state is CallState.ACTIVE for call in found)
        if is_stray and self._talk is None:
            yield from self._ladder.ask("AT+CHUP")

    def _ask(self, command: str, timeout_s: float) -> Ask:
        """Ask something of the call, whose answer is waited for only shortly when an alert comes."""
        return Ask(command, timeout_s, gives_way_s=CUT_HANG_UP_S if command == "AT+CHUP" else CUT_S)

    # Reports

    def _over(self, state: SendState, reason: str = "", *, permanent: bool = False) -> None:
        talk, self._talk = self._talk, None
        self._phrases.wait_for_quiet()
        if talk is not None:
            self._report(talk.outgoing, state, reason, permanent=permanent)

    def _report(self, outgoing: Outgoing, state: SendState, reason: str = "", *, permanent: bool = False) -> None:
        self._reports.sent(outgoing.message, state, reason=reason, permanent=permanent)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
