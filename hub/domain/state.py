"""How facts change the state, and when the hub must next wake up.

`evolve` is total: it takes any fact in any state, for a journal may hold facts of other releases and
begin anywhere. It decides nothing; what must follow from a state is `hub.domain.decide`'s.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeVar

from hub.domain import facts as f
from hub.domain import habits
from hub.domain.conversation_state import change_conversations, next_news
from hub.domain.incident_state import change_incident
from hub.domain.outbox_state import change_outbox, next_send
from hub.domain.records import (
    Absence,
    Consent,
    Contact,
    Fault,
    OneOff,
    Presence,
    Span,
    State,
    Watch,
)
from hub.domain.replacing import changed, replace, without
from hub.domain.supervision_state import change_supervision
from hub.domain.unsent_state import change_unsent

T = TypeVar("T")
Change = Callable[[State, Any], State]

# Spans without watch that still matter: no silence rule looks further back than a few days.
BLIND_SPANS_REMEMBERED = 64
# A step of the clock that makes it another time of day. Smaller ones are corrections, and may come every day.
ANOTHER_HOUR = timedelta(minutes=10)

_CHANGES: dict[type[f.Fact], Change] = {}


def evolve(state: State, fact: f.Fact) -> State:
    """Return the state in which ``fact`` holds; its time moves back only where the clock was set back."""
    if isinstance(fact, f.ClockCorrected):
        return _clock_corrected(state, fact)
    # First who still knows of a message that its fact settles.
    state = change_supervision(change_unsent(state, fact), fact)
    state = change_outbox(change_incident(state, fact), fact)
    state = change_conversations(state, fact)
    change = _CHANGES.get(type(fact))
    if change is not None:
        state = change(state, fact)
    return state if state.at is not None and fact.at <= state.at else replace(state, at=fact.at)


def next_wake(state: State) -> datetime | None:
    """Return the earliest instant at which something is due, or None when nothing waits."""
    dues = [
        *(incident.due for incident in state.open_incidents()),
        *(incident.ask_due for incident in state.open_incidents()),
        *(due for contact in state.contacts.values() for due in (contact.settle_at, contact.hold_at)),
        *(fault.tell_at for fault in state.faults.values()),
        state.presence.until,
        state.talk.until if state.talk else None,
        state.presence.planned.begins if state.presence.planned and state.clock_trusted else None,
        state.watch.check_due,
        state.round_due,
        next_news(state),
        next_send(state),
    ]
    return min((due for due in dues if due is not None), default=None)


def _on(kind: type[f.Fact]) -> Callable[[Change], Change]:
    """Register how a kind of fact changes the state."""

    def register(change: Change) -> Change:
        _CHANGES[kind] = change
        return change

    return register


@_on(f.HubStarted)
def _hub_started(state: State, fact: f.HubStarted) -> State:
    watch = state.watch
    if fact.blind_since is not None:
        watch = _add_blind(watch, fact.blind_since, fact.at)
    began = watch.began or fact.at
    doubtful = fact.rebooted and not fact.clock_trusted
    return replace(
        state,
        clock_trusted=fact.clock_trusted,
        boot=fact.boot,
        started_at=fact.at,
        timeline_from=fact.at if doubtful else state.timeline_from,
        contacts=MappingProxyType({}),
        watch=replace(watch, began=began, active=MappingProxyType({})),
        roads=MappingProxyType({}),
        readings=MappingProxyType({}),
        talk=None,
    )


def _add_blind(watch: Watch, start: datetime, end: datetime, *, away: bool = False) -> Watch:
    if end <= start:
        return watch
    return replace(watch, blind=(*watch.blind, Span(start, end, away))[-BLIND_SPANS_REMEMBERED:])


def _clock_corrected(state: State, fact: f.ClockCorrected) -> State:
    # The fact's own time is before the step; the state's must be after it, or time would go back.
    now = fact.at + fact.by
    moved: State = _Correction(fact.by, state.timeline_from, now).of(state)
    # A window that closes in the future was not looked at yet, whatever the clock once said.
    passed = {name: closed for name, closed in state.watch.passed.items() if closed <= now}
    watch = replace(moved.watch, skipped=_skipped(state.watch.skipped, fact), passed=MappingProxyType(passed))
    if abs(fact.by) >= ANOTHER_HOUR:
        watch = replace(watch, stepped_at=now)
        only_returns = any(span.end - span.start >= -fact.by for span in state.watch.skipped)
        if fact.by < timedelta(0) and not only_returns:
            watch = replace(watch, set_back_at=now)
    return replace(moved, at=now, clock_trusted=fact.trusted, watch=watch)


def _skipped(before: tuple[Span, ...], fact: f.ClockCorrected) -> tuple[Span, ...]:
    """A clock that jumps ahead skips a time that nobody lived; one that jumps back gives as much of it back."""
    if fact.by > timedelta(0):
        return (*before, Span(fact.at, fact.at + fact.by))[-BLIND_SPANS_REMEMBERED:]
    return tuple(replace(span, end=span.end + fact.by) for span in before if span.end + fact.by > span.start)


@dataclass(frozen=True, slots=True)
class _Correction:
    """Moves every instant ``by``, but for the times that people said (``WALL``).

    Instants before ``since`` were told by the clock of an earlier run, and by how much that one was wrong nobody
    knows: they stay, but are not left in the future, since ``now`` is after all of them.
    """

    by: timedelta
    since: datetime | None
    now: datetime

    def of(self, value: Any) -> Any:
        """Return ``value`` with every instant in it moved."""
        if isinstance(value, datetime):
            return value + self.by if self.since is None or value >= self.since else min(value, self.now)
        if is_dataclass(value):
            moving = [x.name for x in fields(value) if not x.metadata.get("wall")]
            return replace(value, **{name: self.of(getattr(value, name)) for name in moving})  # type: ignore[type-var]
        if isinstance(value, tuple):
            return tuple(self.of(item) for item in value)
        if isinstance(value, Mapping):
            return MappingProxyType({key: self.of(item) for key, item in value.items()})
        return value


@_on(f.FaultRaised)
def _fault_raised(state: State, fact: f.FaultRaised) -> State:
    # One that comes back before the family heard of its end is the one they know of.
    known = (i.number for i in state.open_incidents() if i.kind is f.Kind.TECHNICAL and i.source == fact.fault)
    fault = Fault(fact.at, fact.detail, fact.tell_at, incident=next(known, None))
    return replace(state, faults=changed(state.faults, fact.fault, fault))


@_on(f.FaultEnded)
def _fault_ended(state: State, fact: f.FaultEnded) -> State:
    return replace(state, faults=without(state.faults, fact.fault))


@_on(f.IncidentOpened)
def _incident_opened(state: State, fact: f.IncidentOpened) -> State:
    if fact.kind is f.Kind.TECHNICAL:
        return _fault_is_told(state, fact)
    return _silence_has_its_alarm(state) if fact.kind is f.Kind.INACTIVITY else state


def _fault_is_told(state: State, fact: f.IncidentOpened) -> State:
    fault = state.faults.get(fact.source)
    if fault is None:
        return state
    told = replace(fault, tell_at=None, incident=fact.incident)
    return replace(state, faults=changed(state.faults, fact.source, told))


@_on(f.IncidentJoined)
def _incident_joined(state: State, fact: f.IncidentJoined) -> State:
    incident = state.incidents.get(fact.incident)
    is_silence = incident is not None and incident.kind is f.Kind.INACTIVITY
    return _silence_has_its_alarm(state) if is_silence else state


def _silence_has_its_alarm(state: State) -> State:
    return replace(state, watch=replace(state.watch, alarmed=True))


@_on(f.FaultPostponed)
def _fault_postponed(state: State, fact: f.FaultPostponed) -> State:
    fault = state.faults.get(fact.fault)
    if fault is None:
        return state
    return replace(state, faults=changed(state.faults, fact.fault, replace(fault, tell_at=fact.tell_at)))


@_on(f.RoadChanged)
def _road_changed(state: State, fact: f.RoadChanged) -> State:
    return replace(state, roads=changed(state.roads, fact.road, fact.up))


@_on(f.ReadingTaken)
def _reading_taken(state: State, fact: f.ReadingTaken) -> State:
    return replace(state, readings=changed(state.readings, fact.what, fact.value))


@_on(f.ContactMoved)
def _contact_moved(state: State, fact: f.ContactMoved) -> State:
    before = state.contacts.get(fact.button)
    if fact.settle_at is None or before is None:
        contact = Contact(fact.down, fact.down, fact.at, hold_at=fact.hold_at, undecided=fact.undecided)
    else:
        contact = replace(before, raw=fact.down, settle_at=fact.settle_at)
    return replace(state, contacts=changed(state.contacts, fact.button, contact))


@_on(f.SensorMoved)
def _sensor_moved(state: State, fact: f.SensorMoved) -> State:
    active = changed(state.watch.active, fact.sensor, fact.active)
    return replace(state, watch=replace(state.watch, active=active))


@_on(f.LifeSeen)
def _life_seen(state: State, fact: f.LifeSeen) -> State:
    life = changed(state.watch.life, fact.source, fact.at)
    return replace(state, watch=replace(state.watch, life=life, alarmed=False))


@_on(f.SilenceEnded)
def _silence_ended(state: State, fact: f.SilenceEnded) -> State:
    still = habits.Still(
        fact.at, fact.source, fact.began, fact.lasted, fact.seen, fact.ignored, fact.crossed, fact.asked
    )
    return replace(state, habits=habits.learn(state.habits, still))


@_on(f.LinesDrawn)
def _lines_drawn(state: State, fact: f.LinesDrawn) -> State:
    older = habits.grow_older(state.habits, fact.watched, fact.a_month)
    lines, strict = habits.sound(fact.lines), habits.sound(fact.strict)
    return replace(state, habits=replace(older, lines=lines, strict=strict, reviewed_at=fact.at))


@_on(f.CheckPlanned)
def _check_planned(state: State, fact: f.CheckPlanned) -> State:
    return replace(state, watch=replace(state.watch, check_due=fact.due, check_rule=fact.rule))


@_on(f.WindowPassed)
def _window_passed(state: State, fact: f.WindowPassed) -> State:
    return replace(state, watch=replace(state.watch, passed=changed(state.watch.passed, fact.window, fact.closed)))


@_on(f.WindowNudged)
def _window_nudged(state: State, fact: f.WindowNudged) -> State:
    return replace(state, watch=replace(state.watch, nudged=changed(state.watch.nudged, fact.window, fact.closes)))


@_on(f.OneOffSet)
def _one_off_set(state: State, fact: f.OneOffSet) -> State:
    return replace(state, watch=replace(state.watch, one_off=OneOff(fact.opens, fact.closes, fact.by)))


@_on(f.OneOffEnded)
def _one_off_ended(state: State, _fact: f.OneOffEnded) -> State:
    return replace(state, watch=replace(state.watch, one_off=None))


@_on(f.DoorLeftOpen)
@_on(f.NotBackInBed)
@_on(f.StillInBed)
@_on(f.NotHomeYet)
def _lasted_too_long(state: State, fact: f.DoorLeftOpen | f.NotBackInBed | f.StillInBed | f.NotHomeYet) -> State:
    return replace(state, watch=replace(state.watch, asked=changed(state.watch.asked, fact.rule, fact.at)))


@_on(f.WhereaboutsChanged)
def _whereabouts_changed(state: State, fact: f.WhereaboutsChanged) -> State:
    presence, watch = state.presence, state.watch
    if presence.since is not None and presence.whereabouts is f.Whereabouts.VISITOR:
        watch = replace(watch, visits=(*watch.visits, Span(presence.since, fact.at))[-BLIND_SPANS_REMEMBERED:])
    elif presence.since is not None and presence.whereabouts is not f.Whereabouts.HOME:
        watch = _add_blind(watch, presence.since, fact.at, away=True)
    was_away = presence.whereabouts is f.Whereabouts.AWAY and fact.whereabouts is f.Whereabouts.HOME
    ran_out = was_away and presence.until is not None and fact.at >= presence.until
    if not presence.is_watched and fact.whereabouts in f.WATCHED:
        # A question that nobody was to answer any more was no alarm: what is still silent now is asked about.
        watch = replace(watch, alarmed=False)
    planned = presence.planned
    ahead = planned if planned is not None and planned.begins > fact.at else None
    now = Presence(fact.whereabouts, fact.at, fact.until, fact.by, ahead, ran_out)
    return replace(state, presence=now, watch=watch)


@_on(f.AbsencePlanned)
def _absence_planned(state: State, fact: f.AbsencePlanned) -> State:
    begins, until = fact.begins, fact.until
    planned = Absence(begins, until, fact.by) if begins is not None and until is not None else None
    return replace(state, presence=replace(state.presence, planned=planned))


@_on(f.RecordsForgotten)
def _records_forgotten(state: State, fact: f.RecordsForgotten) -> State:
    kept = {n: i for n, i in state.incidents.items() if i.closed_at is None or i.closed_at >= fact.before}
    news = tuple(each for each in state.news if each.at >= fact.before)
    return replace(state, incidents=MappingProxyType(kept), news=news)


@_on(f.ConsentRecorded)
def _consent_recorded(state: State, fact: f.ConsentRecorded) -> State:
    return replace(state, consent=Consent(fact.at, fact.by, fact.name, fact.how))
