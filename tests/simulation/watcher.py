"""What must hold, whatever happens: watched at every decision, at every restart and at the end of a life.

1. Every call for help is told to somebody within its deadline of service; without a way out it goes on trying.
2. Nobody is alerted, nor rung, after somebody answered, but for what was on the wire.
3. Every open incident has a next step.
4. No answer is lost: each text is kept once, and whoever answered is told what it did.
5. A text is repeated at most once for each crash, and once for each time nobody could know whether it went out.
6. No silence alarm while the resident is well.
7. The state that a restart finds in the journal is the state before it.
8. Queues stay bounded.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from hub.domain import facts as f
from hub.domain.outbox import WAITING_AT_MOST
from hub.domain.records import Message, MessageStatus, Phase, State, Watch
from hub.domain.view import View
from hub.inbox import URGENT_AT_MOST
from hub.last_resort import PLAIN_TEXT
from hub.sim.house import Happening, House

# Seconds of service (power, process, modem, SIM and network there and left alone) within which a call is told: the
# warning, a registration that is waited for, a modem that is given up and found again, a refusal that is tried again.
DEADLINE_OF_SERVICE_S = 240.0
# How late a next step may be: one step of the simulation.
LATE = timedelta(seconds=5)
ALERTS_WAITING_AT_MOST = 64
EMPTY: Any = MappingProxyType({})


@dataclass(slots=True)
class Call:
    """One incident that neighbours must hear of."""

    number: int
    kind: f.Kind
    opened_at: float
    told_at: float | None = None
    is_over: bool = False
    was_never_written: bool = False
    service_s: float = 0.0

    @property
    def is_waiting(self) -> bool:
        """Whether somebody should still be told of it."""
        return self.told_at is None and not self.is_over and not self.was_never_written


@dataclass(slots=True)
class Watcher:
    """Watches one house. ``complaints`` is empty for a hub without mistakes."""

    house: House
    complaints: list[str] = field(default_factory=list)
    calls: dict[int, Call] = field(default_factory=dict)
    delays_s: list[float] = field(default_factory=list)  # from the call to the first phone that has it
    worst_service_s: float = 0.0
    presses: int = 0
    unheard: int = 0
    heard: int = 0
    repeats: int = 0
    crashes: int = 0
    rings: int = 0
    is_journal_damaged: Callable[[], bool] = field(default=lambda: False)
    _requested: Counter[tuple[str, str]] = field(default_factory=Counter)
    _sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    _uncertain: Counter[tuple[str, str]] = field(default_factory=Counter)
    _messages: dict[int, tuple[str, str]] = field(default_factory=dict)
    _answered: dict[int, datetime] = field(default_factory=dict)
    _before: State | None = None
    _card_owed: bool = False
    _is_in_memory: bool = False

    @property
    def _plain_text(self) -> str:
        return PLAIN_TEXT.format(name=self.house.household.resident.name[:18])

    def complain(self, words: str) -> None:
        """Something that must hold did not."""
        self.complaints.append(f"{self.house.now():%Y-%m-%d %H:%M:%S}: {words}")

    # At every decision

    def hear(self, facts: Iterable[f.Fact], state: State, _view: View) -> None:
        """Look at a decision, and at the state it led to."""
        for fact in facts:
            self._look(fact, state)
        for incident in state.open_incidents():
            if incident.due is None:
                self.complain(f"incident {incident.number} has no next step")
        waiting = Counter(message.purpose is f.Purpose.ALERT for message in state.outbox.values())
        if waiting[False] > WAITING_AT_MOST or waiting[True] > ALERTS_WAITING_AT_MOST:
            self.complain(f"the outbox holds {len(state.outbox)} messages")

    def _look(self, fact: f.Fact, state: State) -> None:
        self.heard += isinstance(fact, f.IncidentOpened | f.IncidentJoined | f.ContactMoved | f.LifeSeen)
        if isinstance(fact, f.IncidentOpened):
            self._opened(fact)
        elif isinstance(fact, f.IncidentClosed) and fact.incident in self.calls:
            self.calls[fact.incident].is_over = True
        elif isinstance(fact, f.MessageRequested):
            self._messages[fact.message] = (fact.address, fact.text)
            self._requested[fact.address, fact.text] += 1
        elif isinstance(fact, f.MessageUncertain) and fact.message in self._messages:
            self._uncertain[self._messages[fact.message]] += 1
        elif isinstance(fact, f.MessageSending):
            self._sending(state.outbox.get(fact.message), state)

    def _opened(self, fact: f.IncidentOpened) -> None:
        if fact.kind is f.Kind.TECHNICAL:
            return
        self.calls[fact.incident] = Call(fact.incident, fact.kind, self.house.world.seconds)

    def _sending(self, message: Message | None, state: State) -> None:
        incident = state.incidents.get(message.incident or 0) if message else None
        if message is None or incident is None or message.purpose is not f.Purpose.ALERT:
            return
        if incident.kind is not f.Kind.TECHNICAL and incident.phase is not Phase.ALERTING:
            self.complain(f"an alert of {incident.number} is sent although it is {incident.phase}")

    # At every text

    def read(self, happening: Happening, number: str) -> None:
        """A phone got a text."""
        if happening.text == self._plain_text:
            return  # the last resort, which stands outside of the journal and of all counting
        key = (number, happening.text)
        self._sent[key] += 1
        more = self._sent[key] - self._requested[key]
        if more > 0:
            self.repeats += 1
        if more > self.crashes + self._uncertain[key]:
            self.complain(f"{happening.who} got the same text {self._sent[key]} times: {happening.text[:60]}")
        for call in self.calls.values():
            if call.told_at is None and f"No {call.number}" in happening.text:
                call.told_at = self.house.world.seconds
                self.delays_s.append(call.told_at - call.opened_at)
                self.worst_service_s = max(self.worst_service_s, call.service_s)

    # At every call

    def ring(self, happening: Happening) -> None:
        """A telephone begins to ring, or a call goes on."""
        hub = self.house.hub
        if happening.text != "rings" or hub is None:
            return
        self.rings += 1
        # What was dialled a moment before somebody answered may ring once.
        since = hub.clock.now() - LATE
        calls = [i for i in hub.loop.state.incidents.values() if i.is_call]
        if not any(i.phase is Phase.ALERTING or (i.phase_since or since) >= since for i in calls):
            self.complain(f"{happening.who} is rung although nobody is asked for help")

    # At every restart

    def before_the_end(self) -> None:
        """The process is about to die: remember what it knows. Or it is dead, and the power goes as well."""
        hub = self.house.hub
        if hub is None:
            if self._is_in_memory and not self.house.has_power:
                self._before, self._card_owed = None, True
            return
        self.crashes += 1
        is_killed = self.house.has_power
        self._before = hub.loop.state if hub.has_finished and (is_killed or hub.is_on_disk) else None
        # What a card has not taken lies in memory, which a power cut takes and a kill does not.
        self._is_in_memory = is_killed and not hub.is_on_disk
        self._card_owed = not is_killed and not hub.is_on_disk

    def after_the_start(self, found: State) -> None:
        """A new process has folded the journal: what a decision put there before it was cut short counts too."""
        for incident in found.incidents.values():
            if incident.kind is not f.Kind.TECHNICAL:
                call = self.calls.setdefault(
                    incident.number, Call(incident.number, incident.kind, self.house.world.seconds)
                )
                call.is_over = call.is_over or not incident.is_open
        for message in found.outbox.values():
            if message.number not in self._messages:
                self._messages[message.number] = (message.address, message.text)
                self._requested[message.address, message.text] += 1
        for call in self.calls.values():
            if call.number not in found.incidents and not call.is_over:
                # The card took nothing and the power went, or it gave back rubbish: what it should have kept is gone.
                call.was_never_written = self._card_owed or self.is_journal_damaged()
        before, self._before = self._before, None
        if before is not None and not self.is_journal_damaged() and lasting(before) != lasting(found):
            self.complain(f"the journal tells another state: {_difference(lasting(before), lasting(found))}")

    # As time goes by

    def pass_time(self, span_s: float, *, is_in_service: bool) -> None:
        """So much time has passed."""
        if is_in_service:
            for call in self.calls.values():
                if call.is_waiting:
                    call.service_s += span_s
        hub = self.house.hub
        if hub is None:
            return
        if len(hub.inbox) > URGENT_AT_MOST:
            self.complain(f"{len(hub.inbox)} inputs wait")
        now = hub.clock.now()
        for incident in hub.loop.state.open_incidents():
            if incident.due is not None and incident.due < now - LATE:
                self.complain(f"incident {incident.number} is overdue since {incident.due}")

    def is_anybody_waiting(self) -> bool:
        """Whether a call was not yet told to anybody."""
        return any(call.is_waiting for call in self.calls.values())

    # At the end

    def look_back(
        self, *, resident_is_well: bool, letters: Iterable[tuple[str, str]], kept: Counter[tuple[str, str]]
    ) -> None:
        """The life is over, all is mended, and the hub had its time."""
        for call in self.calls.values():
            if call.is_waiting:
                self.complain(f"LOST: call {call.number} ({call.kind}) was told to nobody")
            if call.service_s > DEADLINE_OF_SERVICE_S:
                self.complain(f"call {call.number} was told after {call.service_s:.0f} s of service only")
            if call.kind is f.Kind.INACTIVITY and resident_is_well:
                self.complain(f"a silence alarm ({call.number}) while the resident was well")
        wanted = Counter(letters)
        for letter, times in wanted.items():
            if kept[letter] != times and not self.is_journal_damaged():
                self.complain(f"of {times} texts {letter} the journal has {kept[letter]}")

    @property
    def gone_with_the_card(self) -> int:
        """Calls that no disk took before the power went: nobody can keep those."""
        return sum(call.was_never_written and call.told_at is None for call in self.calls.values())

    @property
    def lost(self) -> int:
        """Calls that nobody was told of."""
        return sum("LOST" in complaint for complaint in self.complaints)


def lasting(state: State) -> State:
    """What of a state must survive a crash: all but what is passing, or may wait some minutes for its batch."""
    return replace(
        state,
        at=None,
        contacts=EMPTY,
        roads=EMPTY,
        readings=EMPTY,
        movements=EMPTY,
        heard=EMPTY,
        links=EMPTY,
        round_due=None,
        watch=Watch(blind=state.watch.blind, began=state.watch.began),
        # That its road has just opened is passing: a message that waits for it, and one that need not, are the same.
        outbox={number: _queued(message) for number, message in state.outbox.items()},
    )


def _queued(message: Message) -> Message:
    if message.status is not MessageStatus.WAITING:
        return message
    return replace(message, status=MessageStatus.PENDING, due=None)


def _difference(before: Any, found: Any, where: str = "state") -> str:
    """Name the first places in which two values differ."""
    if is_dataclass(before) and type(before) is type(found):
        names = [x.name for x in fields(before) if getattr(before, x.name) != getattr(found, x.name)]
        return "; ".join(_difference(getattr(before, n), getattr(found, n), f"{where}.{n}") for n in names)
    if isinstance(before, Mapping) and isinstance(found, Mapping):
        keys = [key for key in {**before, **found} if before.get(key) != found.get(key)]
        return "; ".join(_difference(before.get(key), found.get(key), f"{where}[{key}]") for key in keys)
    return f"{where}: {before!r:.200} became {found!r:.200}"
