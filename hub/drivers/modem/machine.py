"""The conversation with one modem, sans IO: bytes and time in, bytes and inputs out.

Knows what to do next, and nothing of how it is said: that stands in the scripts of `startup`,
`sending`, `calling`, `receiving`, `health` and `ladder`. The order is: get the modem ready; see to a sick one;
go on with a call; send; call; take up what was put aside; then `routine`. A modem that restarts,
or a port that goes away, ends whatever was being said, and it is got ready again at once. What is
not done by bytes, a press of PWRKEY, a cut of the supply, a phrase to be spoken, is asked of the
owner: `take_remedy`, `take_wish`.

`now` is in seconds of a clock that never steps (`time.monotonic` in the driver). `stamp` only
dates what is posted.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from hub.domain.inputs import Input
from hub.drivers.modem.credit import CreditCheck
from hub.drivers.modem.deliveries import Deliveries
from hub.drivers.modem.health import Health
from hub.drivers.modem.hearing import Hearing
from hub.drivers.modem.ladder import Ladder, SickError
from hub.drivers.modem.line import Line
from hub.drivers.modem.phrases import Phrases
from hub.drivers.modem.profiles import GENERIC, load
from hub.drivers.modem.receiving import Receiving
from hub.drivers.modem.remedies import Remedies, Remedy
from hub.drivers.modem.routine import Pace, Routine
from hub.drivers.modem.script import Runner, Script
from hub.drivers.modem.sending import ALARM_ACCEPTANCE_S, Sending
from hub.drivers.modem.simcard import NotReadyError, PinFile, PinMemory, SimCard
from hub.drivers.modem.situation import Reports, Situation
from hub.drivers.modem.startup import SPEEDS, Startup
from hub.errors import DriverError
from hub.ports import Outgoing

log = logging.getLogger(__name__)

# No network for so long: the next step of the ladder.
RADIO_STEP_EVERY_S = 600.0
# A modem that was switched off is asked again when it has gone off; while it is still going, it would answer.
SWITCHED_S = 10.0
_TOLD = {
    None: "its port is opened again",
    Remedy.RESTART: "it is restarted",
    Remedy.PWRKEY: "its PWRKEY is pressed",
    Remedy.SUPPLY: "its supply is switched off and on",
}


class Machine:
    """Owner of the scripts: hears the modem, keeps the times, chooses what comes next."""

    def __init__(
        self,
        stamp: Callable[[], datetime],
        *,
        profile: str = "auto",
        sim_pin: str = "",
        pin_memory: PinMemory | None = None,
        speeds: Sequence[int] = SPEEDS,
        pace: Pace | None = None,
        wired: Sequence[Remedy] = (),
        credit_code: str = "",
    ) -> None:
        self._pace = pace or Pace()
        fixed = None if profile == "auto" else load(profile)
        self._situation = situation = Situation(fixed or load(GENERIC), speed=speeds[0])
        self._reports = reports = Reports(stamp)
        self._ladder = ladder = Ladder(situation)
        self._remedies = remedies = Remedies(wired, silent_s=self._pace.silent_s, settles_s=self._pace.settles_s)
        deliveries = Deliveries(reports)
        sim = SimCard(situation, reports, ladder, pin_memory or PinFile(None), sim_pin)
        self._startup = Startup(
            situation, reports, ladder, sim, answered=remedies.answered, speeds=speeds, fixed_profile=fixed
        )
        self._sending = Sending(situation, reports, ladder, deliveries)
        self._receiving = Receiving(situation, reports, ladder, deliveries)
        self._health = Health(situation, reports, ladder, self._startup)
        credit = CreditCheck(situation, reports, ladder, credit_code)
        self._phrases = Phrases(situation, ladder, self._pace.phrases_after_s)
        self._line = Line(situation, reports, ladder, self._phrases)
        self._routine = Routine(
            situation, self._startup, self._receiving, self._health, credit, self._line, self._phrases, self._pace
        )
        self._runner = Runner(self._must_yield, self._failed)
        self._start_at: float | None = None  # when it is got ready, or tried again
        self._wants_reset = False
        self._wanted: Remedy | None = None
        self._radio_steps = 0
        self.wants_reopen = False
        self._hearing = Hearing(
            situation,
            self._sending,
            self._receiving,
            self._health,
            credit,
            self._line,
            restarted=self._restarted,
            came=self._hurry_start,
        )

    # What the driver tells

    def port_opened(self, now: float) -> None:
        """The port is open: get the modem ready."""
        self._tick(now)
        self._situation.is_open = True
        self.wants_reopen = False
        self._ladder.start_afresh()
        self._begin_again("the modem is starting")
        self._remedies.silent(now)
        self._work()

    def port_closed(self, now: float, reason: str = "the modem's port is gone") -> None:
        """The port is gone: whatever was being said is over."""
        self._tick(now)
        self._situation.is_open = False
        self._runner.disconnect(reason)
        self._begin_again(reason)
        self._remedies.silent(now)
        self._receiving.forget_connection()

    def receive(self, data: bytes, now: float) -> None:
        """Hear bytes, as many or as few as came."""
        self._tick(now)
        self._situation.bytes_heard += len(data)
        self._runner.grammar.feed(data)
        while (event := self._runner.grammar.next_event()) is not None:
            if not self._hearing.take(event):
                self._runner.hear(event, now)
            self._runner.look(now)
            self._work()

    def handle_timer(self, now: float) -> None:
        """Do what is due."""
        self._tick(now)
        self._receiving.tell_expired(now)
        self._health.judge()
        self._runner.handle_timer(now)
        if (remedy := self._remedies.for_silent(now)) is not None:
            self._switch(remedy, "the modem says nothing")
        self._work()

    def send(self, outgoing: Outgoing, now: float) -> None:
        """Take a text; exactly one `SendReported` follows (and one more if it was accepted after all)."""
        self._tick(now)
        self._phrases.wait_for_quiet()
        self._sending.add(outgoing)
        if outgoing.is_alert and self._line.is_on:
            self._line.cut()
            self._runner.cut(now)
        if self._sending.has_alarm_waiting:
            self._runner.hurry(ALARM_ACCEPTANCE_S)
        self._runner.look(now)
        self._work()

    def call(self, outgoing: Outgoing, now: float) -> None:
        """Call somebody; exactly one `SendReported` follows, when the call is over."""
        self._do(now, lambda: self._line.add(outgoing))

    def end_call(self, message: int, text: str, now: float) -> None:
        """Say the lines of ``text`` in the call ``message``, and hang up."""
        self._do(now, lambda: self._line.end(message, text))

    def take(self, now: float) -> None:
        """Put whoever rings now through to the room; `CallOver` follows."""
        if self._sending.has_alarm_waiting:
            self._reports.call_over()  # an alert that came in between goes first
            return
        self._do(now, self._line.take)

    def keep(self, phrases: Iterable[tuple[str, str]], now: float) -> None:
        """Have these phrases ready for calls, (language, phrase) each."""
        self._do(now, lambda: self._phrases.keep(phrases))

    def rendered(self, language: str, phrase: str, wav: bytes, now: float) -> None:
        """A phrase of `take_wish` was spoken; without bytes it cannot be."""
        self._do(now, lambda: self._phrases.rendered(language, phrase, wav))

    def forget(self, key: str, now: float) -> None:
        """Empty the slots of the text ``key``: its fact is on disk."""
        self._do(now, lambda: self._receiving.forget(key))

    def _do(self, now: float, action: Callable[[], None]) -> None:
        self._tick(now)
        action()
        self._runner.look(now)
        self._work()

    # What the driver asks

    def next_timer(self) -> float | None:
        """Return when `handle_timer` has something to do."""
        times = [
            self._runner.deadline,
            self._receiving.parts.next_expiry(),
            self._health.power_settles_at,
            self._remedies.next_time(),
        ]
        if self._situation.is_open:
            times += [self._health.next_judgement(), *self._jobs_due()]
        return min((time for time in times if time is not None), default=None)

    def take_bytes(self) -> bytes:
        """Return what is to be written to the port."""
        out = bytes(self._runner.out)
        self._runner.out.clear()
        return out

    def take_inputs(self) -> list[Input]:
        """Return what is to be posted."""
        return self._reports.take()

    def take_remedy(self) -> Remedy | None:
        """Return what is to be done to the modem's power, once: one of ``wired``."""
        remedy, self._wanted = self._wanted, None
        return remedy

    def take_wish(self) -> tuple[str, str] | None:
        """Return a phrase that is to be spoken into a WAV, once, as (language, phrase); see `rendered`."""
        return self._phrases.take_wish()

    @property
    def speed(self) -> int:
        """The speed at which the port should run now; it changes only while nothing is to be written."""
        return self._situation.speed

    @property
    def is_ready(self) -> bool:
        """Whether texts can be handed over."""
        return self._situation.is_ready

    @property
    def situation(self) -> Situation:
        """What is known of the modem (for the doctor and for tests)."""
        return self._situation

    @property
    def reports(self) -> Reports:
        """What the hub is told; the driver adds what it sees of the port."""
        return self._reports

    # Starting anew

    def _hurry_start(self) -> None:
        """What was missing may have come: see at once."""
        if self._start_at is not None:
            self._start_at = self._situation.now

    def _restarted(self, evidence: str) -> None:
        if self._situation.is_ready:
            log.warning("modem: it starts anew: %s", evidence)
        self._runner.interrupt(f"the modem restarted ({evidence})")
        self._begin_again("the modem is starting")
        self._remedies.silent(self._situation.now)

    def _begin_again(self, why_not: str) -> None:
        self._situation.forget_connection(why_not)
        self._sending.refuse_all(why_not)
        self._sending.forget_late()
        self._line.refuse_all(why_not)
        self._routine.end()
        self._start_at = self._situation.now
        self._health.judge()

    # Choosing

    def _tick(self, now: float) -> None:
        self._situation.now = now

    def _work(self) -> None:
        while self._runner.is_idle and self._situation.is_open and not self.wants_reopen:
            if not self._start_next():
                return

    def _start_next(self) -> bool:
        now = self._situation.now
        if not self._situation.is_ready:
            return self._start_unready(now)
        if (script := self._next_urgent()) is not None:
            self._runner.start(script, now)
        elif self._runner.has_aside:
            self._runner.resume(now)
        elif (script := self._next_patient()) is not None:
            self._runner.start(script, now, patient=True)
        elif self._line.is_on:
            return False
        elif (script := self._routine.next_upload()) is not None:
            self._runner.start(script, now)
        else:
            return self._start_radio_step(now)
        return True

    def _next_urgent(self) -> Script[None] | None:
        """Commands of calls and of texts that go out never meet: each call comes to its end first."""
        if self._sending.has_work and not self._line.is_on:
            return self._sending.send_next()
        return self._line.next_script()

    def _next_patient(self) -> Script[None] | None:
        return self._routine.next_reading() if self._line.is_on else self._routine.next_script()

    def _start_unready(self, now: float) -> bool:
        if self._wants_reset:
            self._wants_reset = False
            self._start_at = now
            self._runner.start(self._ladder.reset(), now)
            return True
        if self._start_at is None or now < self._start_at:
            return False
        self._start_at = None
        # It may have fallen silent since it last answered: without a SIM nobody asks it anything until now.
        self._remedies.silent(now)
        self._runner.start(self._get_ready(), now)
        return True

    def _get_ready(self) -> Script[None]:
        yield from self._startup.run()
        self._situation.is_ready = True
        self._routine.begin()
        self._radio_steps = 0
        self._health.judge()

    def _jobs_due(self) -> list[float]:
        # While a script is played its own deadline comes first; the jobs wait for its end.
        if not self._runner.is_idle or self.wants_reopen:
            return []
        if not self._situation.is_ready:
            return [] if self._start_at is None else [self._start_at]
        if (due := self._line.next_time()) is not None:
            return [due]
        return [*self._routine.times(), *self._radio_step_due()]

    def _radio_step_due(self) -> list[float]:
        since = self._health.without_network_since
        return [] if since is None else [since + RADIO_STEP_EVERY_S * (self._radio_steps + 1)]

    def _start_radio_step(self, now: float) -> bool:
        """Take the next step with a modem that finds no network, or is refused without a reason."""
        if self._sending.wants_other_radio:
            self._sending.wants_other_radio = False
            self._runner.start(self._ladder.change_radio_access(), now)
            return True
        if not any(now >= due for due in self._radio_step_due()):
            return False
        self._radio_steps += 1
        if self._radio_steps % 2:
            self._tell_step("no network for 10 minutes: the radio is switched off and on")
            self._runner.start(self._ladder.cycle_radio(), now)
        else:
            self._failed(SickError("no network although the radio was switched off and on", reset=True))
        return True

    def _must_yield(self) -> bool:
        return self._line.is_due or (self._sending.has_work and not self._line.is_on)

    # When a script fails

    def _failed(self, error: DriverError) -> None:
        if isinstance(error, NotReadyError):
            self._not_ready(error)
        elif isinstance(error, SickError):
            self._sick(error)
        else:  # it is not as we left it
            self._restarted(str(error))

    def _not_ready(self, error: NotReadyError) -> None:
        log.warning("modem: not ready: %s", error)
        self._begin_again(str(error))
        self._reports.fault(error.fault, str(error))
        self._start_at = self._situation.now + error.again_s

    def _sick(self, error: SickError) -> None:
        self._runner.interrupt(str(error))
        self._begin_again(str(error))
        now = self._situation.now
        remedy = self._remedies.for_sick(now) if error.reset else None
        self._remedies.silent(now)
        self._wants_reset = remedy is Remedy.RESTART
        self.wants_reopen = remedy is None
        if remedy is None or remedy is Remedy.RESTART:
            self._tell_step(f"{error}: {_TOLD[remedy]}")
        else:
            self._start_at = now + SWITCHED_S
            self._switch(remedy, str(error))

    def _switch(self, remedy: Remedy, why: str) -> None:
        self._wanted = remedy
        self._tell_step(f"{why}: {_TOLD[remedy]}")

    def _tell_step(self, step: str) -> None:
        log.warning("modem: %s", step)
        self._reports.fault("modem.sick", step)
