"""What is done with a modem when nobody wants anything of it: read, look after it, fill it with phrases. Sans IO.

Knows what comes when, and in which order; how each is done stands in the scripts of `receiving`, `health`, `credit` and
`phrases`. `now` is in seconds, as in `machine`.
"""

from dataclasses import dataclass

from hub.drivers.modem.credit import EVERY_S as CREDIT_EVERY_S
from hub.drivers.modem.credit import FIRST_AFTER_S, CreditCheck
from hub.drivers.modem.health import HEALTH_EVERY_S, POLL_EVERY_S, SLOW_EVERY_S, Health
from hub.drivers.modem.line import Line
from hub.drivers.modem.phrases import FIRST_AFTER_S as PHRASES_AFTER_S
from hub.drivers.modem.phrases import Phrases
from hub.drivers.modem.receiving import Receiving
from hub.drivers.modem.remedies import SETTLES_S, SILENT_S
from hub.drivers.modem.script import Script
from hub.drivers.modem.situation import Situation
from hub.drivers.modem.startup import Startup


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a modem that is well is looked at: its network and settings; its SIM, operator, clock and storage.

    And how long one may be silent before its power is switched, and again after that; how long after its start it is
    given phrases.
    """

    health_every_s: float = HEALTH_EVERY_S
    slow_every_s: float = SLOW_EVERY_S
    silent_s: float = SILENT_S
    settles_s: float = SETTLES_S
    phrases_after_s: float = PHRASES_AFTER_S


_HEALTH, _SLOW, _POLL, _CREDIT = "health", "slow", "poll", "credit"


class Routine:
    """The jobs that wait for a quiet moment, and their times."""

    def __init__(
        self,
        situation: Situation,
        startup: Startup,
        receiving: Receiving,
        health: Health,
        credit: CreditCheck,
        line: Line,
        phrases: Phrases,
        pace: Pace,
    ) -> None:
        self._situation = situation
        self._startup = startup
        self._receiving = receiving
        self._health = health
        self._credit = credit
        self._line = line
        self._phrases = phrases
        self._pace = pace
        self._due: dict[str, float] = {}
        self._credit_due = 0.0
        self._wants_comforts = False

    def begin(self) -> None:
        """The modem has just become ready."""
        now = self._situation.now
        self._wants_comforts = self._receiving.wants_drain = True
        self._phrases.forget_connection()
        self._due = {_HEALTH: now, _SLOW: now + self._pace.slow_every_s}
        if self._credit.code:
            # Through a restart of the modem nobody asks more than once a day.
            self._due[_CREDIT] = max(self._credit_due, now + FIRST_AFTER_S)
        if not self._situation.announces:
            self._due[_POLL] = now + POLL_EVERY_S

    def end(self) -> None:
        """It is lost."""
        self._due.clear()

    def times(self) -> list[float]:
        """When something is due."""
        phrases = self._phrases.next_time()
        return [*self._due.values(), *([] if phrases is None else [phrases])]

    def next_reading(self) -> Script[None] | None:
        """Return what may be done even during a call: answers must not wait for its end."""
        return self._receiving.next_script() if self._receiving.has_work else None

    def next_script(self) -> Script[None] | None:
        """Return what is due, to be put aside when something urgent comes."""
        if (reading := self.next_reading()) is not None:
            return reading
        if self._wants_comforts:
            self._wants_comforts = False
            return self._startup.comforts()
        if (stray := self._line.make_sure()) is not None:
            return stray
        if self._takes_turn(_POLL, POLL_EVERY_S):
            return self._receiving.drain()
        if self._takes_turn(_HEALTH, self._pace.health_every_s):
            return self._health.look()
        if self._takes_turn(_SLOW, self._pace.slow_every_s):
            return self._look_around()
        return self._next_credit()

    def next_upload(self) -> Script[None] | None:
        """Return what cannot be put aside once it has begun, when nothing else is due."""
        return self._phrases.next_script()

    def _next_credit(self) -> Script[None] | None:
        if self._credit.is_in_menu:
            return self._credit.leave()
        if self._takes_turn(_CREDIT, CREDIT_EVERY_S):
            self._credit_due = self._due[_CREDIT]
            return self._credit.ask()
        return None

    def _look_around(self) -> Script[None]:
        yield from self._health.look_around()
        yield from self._receiving.check_storage()

    def _takes_turn(self, job: str, every_s: float) -> bool:
        if self._situation.now < self._due.get(job, self._situation.now + 1):
            return False
        self._due[job] = self._situation.now + every_s
        return True
