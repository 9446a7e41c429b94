"""The one telephone line of a modem: whom the hub calls, and who is put through to the room. One of them at a time.

Knows neither how a call is made nor how one is taken: `calling` and `taking` do.
"""

from hub.drivers.modem.calling import Calling
from hub.drivers.modem.calls import Call, CallProgress, KeyPressed, Ringing, SpeechEnded
from hub.drivers.modem.ladder import Ladder
from hub.drivers.modem.phrases import Phrases
from hub.drivers.modem.script import Script
from hub.drivers.modem.situation import Reports, Situation
from hub.drivers.modem.taking import Taking
from hub.ports import Outgoing


class Line:
    """``is_on``: somebody is being called or talked to, and the commands of that come before everything else."""

    def __init__(self, situation: Situation, reports: Reports, ladder: Ladder, phrases: Phrases) -> None:
        self._situation = situation
        self._out = Calling(situation, reports, ladder, phrases)
        self._in = Taking(situation, reports, ladder, lambda: self._out.is_on)

    # What the machine tells

    def add(self, outgoing: Outgoing) -> None:
        """Call somebody, when nobody is talked to."""
        self._out.add(outgoing)

    def end(self, message: int, text: str) -> None:
        """Say the lines of ``text`` in the call ``message``, and hang up."""
        self._out.end(message, text)

    def take(self) -> None:
        """Put whoever rings now through."""
        self._in.take()

    def cut(self) -> None:
        """An alert wants to go: hang up at once."""
        self._out.cut()
        self._in.cut()

    def refuse_all(self, reason: str) -> None:
        """The modem is lost."""
        self._out.refuse_all(reason)
        self._in.lost()

    # What the modem says by itself

    def heard_call(self, call: Call) -> None:
        """A line of +CLCC that nobody asked for."""
        self._out.heard_call(call)

    def heard_progress(self, progress: CallProgress) -> None:
        """A maker's line on a call, which may be either."""
        self._out.heard_progress(progress)
        self._in.heard_progress(progress)

    def heard_key(self, pressed: KeyPressed) -> None:
        """A key of the far telephone."""
        self._out.heard_key(pressed)

    def heard_silence(self, ended: SpeechEnded) -> None:
        """What was said is at its end."""
        self._out.heard_silence(ended)

    def heard_ring(self, ringing: Ringing) -> None:
        """Somebody rings."""
        self._in.heard_ring(ringing)

    # What the machine asks

    @property
    def is_on(self) -> bool:
        """Whether the line is taken."""
        return self._out.is_on or self._in.is_on

    @property
    def is_due(self) -> bool:
        """Whether something is to be said to the modem now."""
        due = self.next_time()
        return due is not None and due <= self._situation.now

    def next_time(self) -> float | None:
        """Return when `next_script` has something to do."""
        return self._in.next_time() if self._in.is_on else self._out.next_time()

    def next_script(self) -> Script[None] | None:
        """Return what is to be done now, if anything."""
        return self._in.next_script() if self._in.is_on else self._out.next_script()

    def make_sure(self) -> Script[None] | None:
        """Return a look after a call that may be left over from before, once."""
        return self._out.make_sure()
