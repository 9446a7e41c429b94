"""The one thread that decides: input -> decide -> journal -> evolve -> dispatch.

Everything the hub does begins here with an input and ends with facts that the world is asked to follow.
No other thread touches the state.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from hub.clock import HubClock
from hub.dispatch import Outlets, ignore
from hub.domain.decide import decide
from hub.domain.facts import Fact, HubWatched, MessageRequested
from hub.domain.inputs import ClockStepped, Input, PolicyReplaced, SmsReceived, Tick, TimeTold
from hub.domain.policy import Policy
from hub.domain.records import State
from hub.domain.state import evolve, next_wake
from hub.inbox import Inbox
from hub.journal import BATCH_EVERY
from hub.last_resort import LastResort
from hub.messages import Catalogue

log = logging.getLogger(__name__)

# The longest the loop sleeps: the wall clock is compared, and the watchdog fed, at least this often.
TURN_AT_LEAST_EVERY_S = 5.0
# After a bug: what is due stays due, and deciding about it again at once would fail as fast as the processor can.
AFTER_A_BUG_S = 1.0
# What a failing card did not take is offered to it again.
TRY_AGAIN_EVERY = timedelta(seconds=10)
# In a quiet house nothing waits to be written; that the hub watched is noted this often all the same.
PULSE_EVERY = timedelta(minutes=30)


Rules = Callable[[State, Input, Policy], tuple[Fact, ...]]


class Ledger(Protocol):
    """What the loop needs of the journal. ``last_seq``: the number of the last fact that was kept."""

    last_seq: int

    @property
    def has_batch(self) -> bool:
        """Whether facts wait for the next batch."""
        ...

    @property
    def is_up_to_date(self) -> bool:
        """Whether every fact that must be synced is on disk."""
        ...

    def keep(self, facts: Iterable[Fact]) -> bool:
        """Keep facts; True when those that must be are on disk."""
        ...

    def flush(self) -> bool:
        """Write the batch; True when everything is on disk."""
        ...


class Loop:
    """The deciding thread's work. ``each_turn`` is called on every turn, with the state (the watchdog's food).

    ``remembered``: the state, and the number of the last fact in it, as one pair for other threads.
    ``has_stumbled``: the last decision failed, and the next waits a moment. ``rules`` decide: others than ours are for
    the simulation, which has bugs in them.
    """

    def __init__(
        self,
        *,
        clock: HubClock,
        inbox: Inbox,
        ledger: Ledger,
        outlets: Outlets,
        policy: Policy,
        state: State,
        words: Catalogue,
        last_resort: LastResort,
        each_turn: Callable[[State], None] = ignore,
        rules: Rules = decide,
    ) -> None:
        self.state = state
        self.remembered = (ledger.last_seq, state)
        self.policy = policy
        self._clock, self._inbox, self._ledger = clock, inbox, ledger
        self._outlets, self._words, self._last_resort = outlets, words, last_resort
        self._each_turn = each_turn
        self._rules = rules
        self._stopping = threading.Event()
        self._flushed_at: datetime | None = None
        self._pulsed_at: datetime | None = None
        self._unforgotten: dict[str, None] = {}  # texts whose facts a slow card has not taken yet; in their order
        self.has_stumbled = False
        self.turned_at = time.monotonic()

    def run(self) -> None:
        """Decide until `stop`."""
        while not self._stopping.is_set():
            self.turn(self._patience_s())
        self._pulse(self._clock.now())

    def stop(self) -> None:
        """End after the input in hand. Any thread may call it."""
        self._stopping.set()
        self._inbox.wake()

    def turn(self, timeout_s: float) -> None:
        """Take one input, or none within ``timeout_s``; do it, and whatever has come due."""
        seen = self._inbox.take(timeout_s)
        if seen is not None:
            self.handle(seen)
        now = self._clock.now()
        if seen is None and (due := next_wake(self.state)) is not None and due <= now:
            self.handle(Tick(now))
        self._follow_the_wall_clock()
        # Asked anew: the clock may have been set back just now, and a time of before would be one of the future.
        self._write_batch(self._clock.now())
        if self._unforgotten and self._ledger.is_up_to_date:
            self._forget_texts()
        self.turned_at = time.monotonic()
        self._each_turn(self.state)

    def handle(self, seen: Input) -> None:
        """Decide what follows from ``seen``, keep it, and act on it."""
        if isinstance(seen, TimeTold):
            self._clock.hear(seen.at, seen.time)
        # What was seen before the clock was set back carries a time that has not come yet; deciding at that time would
        # let the hub's own time stand still until then, and with it every deadline.
        now = self._clock.now()
        seen = replace(seen, at=now) if seen.at > now else seen
        if isinstance(seen, PolicyReplaced):
            self.policy = seen.policy
            self._outlets.policy = seen.policy
        try:
            facts = self._put_into_words(self._rules(self.state, seen, self.policy))
            state = self.state
            for fact in facts:
                state = evolve(state, fact)
        except Exception:
            # A bug here must not eat a press: whoever can be reached is told in plain words, then we start afresh.
            log.exception("deciding about %s failed", type(seen).__name__)
            self.has_stumbled = True
            self._last_resort.take_over(seen, self.state, self.policy)
            return
        self.has_stumbled = False
        # Journal first, act second: a power cut must not lose a promise. But a full or dying card must not
        # silence an alarm either: what could not be written in time is remembered, and we act.
        is_kept = self._ledger.keep(facts)
        before, self.state = self.state, state
        self.remembered = (self._ledger.last_seq, state)
        self._outlets.dispatch(facts, self._ledger.last_seq, before, state)
        if isinstance(seen, SmsReceived):
            self._unforgotten[seen.key] = None
        if is_kept:
            self._forget_texts()

    def _forget_texts(self) -> None:
        """Let texts go from the modem's memory whose facts are on disk."""
        for key in self._unforgotten:
            self._outlets.forget(key)
        self._unforgotten.clear()

    def _put_into_words(self, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        """Fill in the texts: a fact carries the words as the person read them, whatever templates say later."""
        return tuple(
            replace(fact, text=self._text(fact)) if isinstance(fact, MessageRequested) else fact for fact in facts
        )

    def _text(self, message: MessageRequested) -> str:
        return self._words.render(
            message.words,
            message.language,
            zone=self.policy.zone,
            now=message.at,
            country=self.policy.country,
        )

    def _patience_s(self) -> float:
        if self.has_stumbled:
            return AFTER_A_BUG_S
        due = next_wake(self.state)
        if due is None:
            return TURN_AT_LEAST_EVERY_S
        return min(max((due - self._clock.now()).total_seconds(), 0.0), TURN_AT_LEAST_EVERY_S)

    def _follow_the_wall_clock(self) -> None:
        by, trusted = self._clock.check_step(), self._clock.is_trusted()
        if by or trusted is not self.state.clock_trusted:
            self.handle(ClockStepped(self._clock.now(), by, trusted))
            if not self.has_stumbled:
                # A step that no fact tells of would be taken for time that passed; it is found again on the next turn.
                self._clock.step(by)

    def _write_batch(self, now: datetime) -> None:
        """Every few minutes write what may wait; and now and then that nothing happened."""
        self._flushed_at = self._flushed_at or now
        self._pulsed_at = self._pulsed_at or now
        waited = abs(now - self._flushed_at)
        is_time = waited >= BATCH_EVERY and self._ledger.has_batch
        if waited >= TRY_AGAIN_EVERY and not self._ledger.is_up_to_date:
            # A card that failed gets what it owes as soon as it takes it, not only with the next fact.
            self._flushed_at = now
            self._ledger.flush()
        elif is_time or abs(now - self._pulsed_at) >= PULSE_EVERY:
            self._pulse(now)

    def _pulse(self, now: datetime) -> None:
        self._flushed_at = self._pulsed_at = now
        self._ledger.keep((HubWatched(now),))
        self._ledger.flush()
