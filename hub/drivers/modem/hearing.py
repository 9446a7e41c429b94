"""What the modem says by itself, and who is told of it.

A table from the values of `responses` and `calls` to those whom they concern, and the signs of a
modem that restarted: a boot line, an echo that was switched off, a SIM that is gone. Sends
nothing, decides nothing but that.
"""

from collections.abc import Callable
from typing import Any

from hub.drivers.modem import calls
from hub.drivers.modem.at import Booted, Echoed, Event, Unsolicited, prefix_of
from hub.drivers.modem.credit import CreditCheck
from hub.drivers.modem.health import Health
from hub.drivers.modem.line import Line
from hub.drivers.modem.receiving import Receiving
from hub.drivers.modem.responses import (
    Network,
    NetworkTime,
    PowerTrouble,
    Sent,
    Signal,
    SimState,
    StorageFull,
    TextArrived,
    UssdAnswer,
)
from hub.drivers.modem.sending import Sending
from hub.drivers.modem.situation import Situation

# Lines such as "SMS Ready" so soon after we began belong to the boot that we know of.
BOOT_LASTS_S = 60.0


class Hearing:
    """Sorts what nobody asked for.

    ``restarted``: is told the evidence that the modem started anew. ``came``: that something may be there
    now which the start waits for.
    """

    def __init__(
        self,
        situation: Situation,
        sending: Sending,
        receiving: Receiving,
        health: Health,
        credit: CreditCheck,
        line: Line,
        *,
        restarted: Callable[[str], None],
        came: Callable[[], None],
    ) -> None:
        self._situation = situation
        self._receiving = receiving
        self._restarted = restarted
        self._came = came
        self._told: dict[type, Callable[[Any], None]] = {
            TextArrived: receiving.announced,
            Network: health.note_network,
            Signal: health.note_signal,
            NetworkTime: health.note_clock,
            PowerTrouble: health.note_power,
            SimState: self._sim,
            UssdAnswer: credit.heard,
            Sent: sending.heard_late,
            calls.Call: line.heard_call,
            calls.CallProgress: line.heard_progress,
            calls.KeyPressed: line.heard_key,
            calls.SpeechEnded: line.heard_silence,
            calls.Ringing: line.heard_ring,
            StorageFull: lambda full: receiving.tell_full(f"the modem says {full.memory or 'its memory'} is full"),
        }

    def take(self, event: Event) -> bool:
        """Take ``event`` if nobody asked for it; False if it belongs to what was asked."""
        if isinstance(event, Booted):
            self._boot(event)
        elif isinstance(event, Echoed):
            self._echo(event)
        elif isinstance(event, Unsolicited):
            self._line(event)
        else:
            return False
        return True

    def _boot(self, event: Booted) -> None:
        if event.restarted:
            self._restarted(event.line)
            return
        situation = self._situation
        situation.has_sms_service = True
        self._came()
        if situation.is_ready and situation.now - situation.startup_began > BOOT_LASTS_S:
            self._restarted(event.line)

    def _echo(self, event: Echoed) -> None:
        if not self._situation.is_echo_off:
            return
        if self._situation.is_ready:
            self._restarted(f"it repeats {event.line} though it was told not to")
        else:
            # Told a moment ago: this one repeats whatever it is told.
            self._situation.is_echo_off = False

    def _line(self, event: Unsolicited) -> None:
        if prefix_of(event.line) in {"+CMT", "+CDS"}:
            self._receiving.came_directly(event.line, event.payload)
            return
        value = calls.decode(event.line)
        told = self._told.get(type(value))
        if told is not None:
            told(value)

    def _sim(self, sim: SimState) -> None:
        self._situation.sim = sim.state
        if sim.state == "READY":
            self._came()
        elif self._situation.is_ready:
            self._restarted(f"the SIM is gone ({sim.state})")
