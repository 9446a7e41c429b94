"""Whoever rings the hub: told once, put through when the hub wants it, and hung up on when it has to be.

The sound is the modem's own: a loudspeaker and a microphone that are wired to it. Nobody here knows who may be put
through, or why. An alert ends the talk at once, as it cuts short a call that the hub makes.
"""

from collections.abc import Callable

from hub.drivers.modem import calls
from hub.drivers.modem.calling import COMMAND_S, CUT_HANG_UP_S, CUT_S, DRAIN_S, LOOK_EVERY_S
from hub.drivers.modem.calls import Call, CallProgress, Ringing
from hub.drivers.modem.ladder import Ladder
from hub.drivers.modem.script import Answer, Ask, Pause, Script
from hub.drivers.modem.situation import Reports, Situation
from hub.ports import TALKS_FOR

# RING comes every 5 s; a caller of whom nothing was heard for longer has given up.
RING_LASTS_S = 8.0
# The network connects within a second or two; SIM800's manual allows 20.
PICK_UP_S = 20.0


class Taking:
    """``is_on``: somebody is put through. ``is_engaged``: whether the hub itself is calling somebody."""

    def __init__(self, situation: Situation, reports: Reports, ladder: Ladder, is_engaged: Callable[[], bool]) -> None:
        self._situation, self._reports, self._ladder, self._is_engaged = situation, reports, ladder, is_engaged
        self._rang_at: float | None = None
        self._rings = 0
        self._was_told = False
        self.is_on = False
        self._is_picked_up = False
        self._is_cut = False
        self._was_ended = False  # the modem says so
        self._owes_answer = False
        self._ends_at = self._look_at = 0.0

    @property
    def _rings_now(self) -> bool:
        return self._rang_at is not None and self._situation.now < self._rang_at + RING_LASTS_S

    # What the modem says by itself

    def heard_ring(self, ringing: Ringing) -> None:
        """A RING, or who it is; a caller who is never told is told of at the second RING."""
        if self.is_on or ringing.is_over:
            return
        if not self._rings_now:
            self._rings, self._was_told = 0, False
        self._rang_at = self._situation.now
        self._rings += not ringing.number
        if self._was_told or self._is_engaged() or not (ringing.number or self._rings > 1):
            return
        self._was_told = True
        self._reports.call_came(ringing.number)

    def heard_progress(self, progress: CallProgress) -> None:
        """Something happens on the line: see what."""
        if progress.ended:
            self._rang_at, self._was_ended = None, True
        self._look_at = min(self._look_at, self._situation.now)

    # What the machine tells

    def take(self) -> None:
        """Put whoever rings now through."""
        if self.is_on:
            return
        if not self._rings_now or self._is_engaged() or not self._situation.is_ready:
            self._reports.call_over()
            return
        now = self._situation.now
        self.is_on, self._is_picked_up, self._is_cut = True, False, False
        self._owes_answer = self._was_ended = False
        self._ends_at = now + TALKS_FOR.total_seconds()

    def cut(self) -> None:
        """An alert wants to go."""
        self._is_cut = self.is_on

    def lost(self) -> None:
        """The modem is gone, and the call with it."""
        self._rang_at = None
        self._over()

    # What the machine asks

    def next_time(self) -> float | None:
        """Return when `next_script` has something to do."""
        if not self.is_on:
            return None
        if self._is_cut or not self._is_picked_up:
            return self._situation.now
        return min(self._ends_at, self._look_at)

    def next_script(self) -> Script[None] | None:
        """Return what is to be done now, if anything."""
        due = self.next_time()
        if due is None or due > self._situation.now:
            return None
        if self._is_cut or self._situation.now >= self._ends_at:
            return self._hang_up()
        return self._look() if self._is_picked_up else self._pick_up()

    # The scripts

    def _pick_up(self) -> Script[None]:
        self._is_picked_up = True
        answer = yield Ask("ATA", PICK_UP_S, gives_way_s=CUT_S)
        self._owes_answer = answer.silent
        self._rang_at, self._look_at = None, self._situation.now + LOOK_EVERY_S
        if not (answer.ok or answer.silent):
            self._over()

    def _look(self) -> Script[None]:
        self._look_at = self._situation.now + LOOK_EVERY_S
        answer = yield Ask("AT+CLCC", COMMAND_S, gives_way_s=CUT_S)
        self._owes_answer = answer.silent
        listed = [value for info in answer.lines if isinstance(value := calls.decode(info.line), Call)]
        if self._is_gone(answer, listed):
            self._over()
        if answer.silent and not self._is_cut:
            yield from self._ladder.recover("AT+CLCC")

    def _is_gone(self, answer: Answer, listed: list[Call]) -> bool:
        if not answer.ok:  # perhaps it lists no calls at all
            return self._was_ended and not answer.silent
        # Of the lines that noise has spoilt one may have been this call's.
        return len(listed) == len(answer.lines) and not any(call.incoming for call in listed)

    def _hang_up(self) -> Script[None]:
        answer = yield Ask("AT+CHUP", CUT_HANG_UP_S if self._is_cut else COMMAND_S, gives_way_s=CUT_HANG_UP_S)
        is_unsure, is_cut = answer.silent or self._owes_answer, self._is_cut
        self._over()
        if is_cut and is_unsure:
            yield Pause(DRAIN_S)
        elif answer.silent:
            yield from self._ladder.recover("AT+CHUP")

    def _over(self) -> None:
        if self.is_on:
            self.is_on = False
            self._reports.call_over()
