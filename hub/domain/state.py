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
from hub.domain.incident_state import change_incident
from hub.domain.outbox_state import change_outbox, next_send
from hub.domain.records import (
    ORDERS_REMEMBERED,
    TEST_WORKS,
    Absence,
    Confirmation,
    Consent,
    Contact,
    Conversation,
    Fault,
    Invitation,
    Presence,
    Span,
    State,
    Watch,
)
from hub.domain.replacing import replace
from hub.domain.supervision_state import change_supervision

T = TypeVar("T")
Change = Callable[[State, Any], State]

# Texts we remember to have handled. A SIM holds 10 to 50, a modem up to 255: no text can come back from
# further away than this.
TEXTS_REMEMBERED = 512
# Spans without watch that still matter: no silence rule looks further back than a few days.
BLIND_SPANS_REMEMBERED = 64
# A step of the clock that makes it another time of day. Smaller ones are corrections, and may come every day.
ANOTHER_HOUR = timedelta(minutes=10)
# After so many wrong codes in a row, no code of that number is taken for so long (BEHAVIOUR 6).
WRONG_AT_MOST = 5
LOCKED_FOR = timedelta(hours=1)

_CHANGES: dict[type[f.Fact], Change] = {}


def evolve(state: State, fact: f.Fact) -> State:
    """Return the state in which ``fact`` holds; its time moves back only where the clock was set back."""
    if isinstance(fact, f.ClockCorrected):
        return _clock_corrected(state, fact)
    # First who still knows of a message that its fact settles.
    state = change_outbox(change_incident(change_supervision(state, fact), fact), fact)
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
        state.presence.planned.begins if state.presence.planned and state.clock_trusted else None,
        state.watch.check_due,
        state.round_due,
        next_send(state),
    ]
    return min((due for due in dues if due is not None), default=None)


def _on(kind: type[f.Fact]) -> Callable[[Change], Change]:
    """Register how a kind of fact changes the state."""

    def register(change: Change) -> Change:
        _CHANGES[kind] = change
        return change

    return register


def changed(mapping: Mapping[Any, T], key: Any, value: T) -> Mapping[Any, T]:
    """Return a read-only copy of ``mapping`` in which ``key`` has ``value``."""
    return MappingProxyType({**mapping, key: value})


def without(mapping: Mapping[Any, T], key: Any) -> Mapping[Any, T]:
    """Return a read-only copy of ``mapping`` that lacks ``key``."""
    return MappingProxyType({k: v for k, v in mapping.items() if k != key})


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
    if fact.kind is f.Kind.DRILL:
        return state
    # Somebody calls for help: that is something real, for everybody who will be asked.
    state = replace(state, conversations=MappingProxyType({}))
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


@_on(f.DoorLeftOpen)
@_on(f.NotBackInBed)
@_on(f.StillInBed)
@_on(f.NotHomeYet)
def _lasted_too_long(state: State, fact: f.DoorLeftOpen | f.NotBackInBed | f.StillInBed | f.NotHomeYet) -> State:
    return replace(state, watch=replace(state.watch, asked=changed(state.watch.asked, fact.rule, fact.at)))


@_on(f.WhereaboutsChanged)
def _whereabouts_changed(state: State, fact: f.WhereaboutsChanged) -> State:
    presence, watch = state.presence, state.watch
    if presence.whereabouts is not f.Whereabouts.HOME and presence.since is not None:
        watch = _add_blind(watch, presence.since, fact.at, away=True)
    was_away = presence.whereabouts is f.Whereabouts.AWAY and fact.whereabouts is f.Whereabouts.HOME
    ran_out = was_away and presence.until is not None and fact.at >= presence.until
    planned = presence.planned
    ahead = planned if planned is not None and planned.begins > fact.at else None
    now = Presence(fact.whereabouts, fact.at, fact.until, fact.by, ahead, ran_out)
    return replace(state, presence=now, watch=watch)


@_on(f.AbsencePlanned)
def _absence_planned(state: State, fact: f.AbsencePlanned) -> State:
    begins, until = fact.begins, fact.until
    planned = Absence(begins, until, fact.by) if begins is not None and until is not None else None
    return replace(state, presence=replace(state.presence, planned=planned))


@_on(f.ConsentRecorded)
def _consent_recorded(state: State, fact: f.ConsentRecorded) -> State:
    return replace(state, consent=Consent(fact.at, fact.by, fact.name, fact.how))


@_on(f.SmsKept)
def _sms_kept(state: State, fact: f.SmsKept) -> State:
    return replace(state, seen_texts=(*state.seen_texts, fact.key)[-TEXTS_REMEMBERED:])


@_on(f.PersonStopped)
def _person_stopped(state: State, fact: f.PersonStopped) -> State:
    return _something_real(replace(state, stopped=state.stopped | {fact.person}), fact.person)


@_on(f.PersonReturned)
def _person_returned(state: State, fact: f.PersonReturned) -> State:
    return _something_real(replace(state, stopped=state.stopped - {fact.person}), fact.person)


@_on(f.OrderTexted)
def _order_texted(state: State, fact: f.OrderTexted) -> State:
    given = (*state.orders.get(fact.person, ()), fact.at)[-ORDERS_REMEMBERED:]
    return _something_real(replace(state, orders=changed(state.orders, fact.person, given)), fact.person)


@_on(f.ConfirmationAsked)
def _confirmation_asked(state: State, fact: f.ConfirmationAsked) -> State:
    wrong = _confirmation_of(state, fact).wrong
    waiting = Confirmation(fact.code, fact.at, fact.begins, fact.until, wrong)
    return replace(state, confirmations=changed(state.confirmations, fact.person, waiting))


@_on(f.ConfirmationGiven)
def _confirmation_given(state: State, fact: f.ConfirmationGiven) -> State:
    return replace(state, confirmations=without(state.confirmations, fact.person))


@_on(f.ConfirmationRefused)
def _confirmation_refused(state: State, fact: f.ConfirmationRefused) -> State:
    before = _confirmation_of(state, fact)
    after = replace(before, wrong=before.wrong + 1)
    if after.wrong >= WRONG_AT_MOST:
        after = Confirmation(locked_until=fact.at + LOCKED_FOR)
    return replace(state, confirmations=changed(state.confirmations, fact.person, after))


def _confirmation_of(state: State, fact: f.ConfirmationAsked | f.ConfirmationRefused) -> Confirmation:
    return state.confirmations.get(fact.person, Confirmation())


@_on(f.LanguageChosen)
def _language_chosen(state: State, fact: f.LanguageChosen) -> State:
    return replace(state, languages=changed(state.languages, fact.person, (fact.instead_of, fact.language)))


@_on(f.PersonInvited)
def _person_invited(state: State, fact: f.PersonInvited) -> State:
    invitation = Invitation(fact.address, fact.at, fact.until, fact.times)
    return replace(state, invitations=changed(state.invitations, fact.person, invitation))


@_on(f.InvitationAnswered)
def _invitation_answered(state: State, fact: f.InvitationAnswered) -> State:
    invitation = state.invitations.get(fact.person)
    if invitation is None:
        return state
    answered = replace(invitation, agreed=fact.agreed)
    return replace(state, invitations=changed(state.invitations, fact.person, answered))


@_on(f.InvitationSettled)
def _invitation_settled(state: State, fact: f.InvitationSettled) -> State:
    return replace(state, invitations=without(state.invitations, fact.person))


@_on(f.MessageRequested)
def _answered_automatically(state: State, fact: f.MessageRequested) -> State:
    if fact.purpose is not f.Purpose.REPLY:
        return state
    before = state.conversations.get(fact.person, Conversation())
    tested_at = fact.at if fact.words.key == TEST_WORKS else before.tested_at
    after = Conversation(before.automatic + 1, fact.words.key, fact.incident, tested_at)
    return replace(state, conversations=changed(state.conversations, fact.person, after))


def _something_real(state: State, person: str) -> State:
    return replace(state, conversations=without(state.conversations, person))


@_on(f.IncidentClosed)
def _incident_closed(state: State, fact: f.IncidentClosed) -> State:
    return _something_real(state, fact.by)


def _somebody_acted(state: State, fact: Any) -> State:
    return _something_real(state, fact.person)


for _kind in (f.IncidentAnswered, f.IncidentDeclined, f.IncidentAttended, f.HelperJoined):
    _CHANGES[_kind] = _somebody_acted
