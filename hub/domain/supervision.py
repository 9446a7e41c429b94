"""Faults: what is out of order at the hub, told to the family and to nobody else.

A fault is one message when it has stood for a while, a reminder now and then, and one message when it is over.
Faults have a queue of their own, behind every alarm: no technical noise may ever hold back a call for help.
"""

from datetime import datetime, timedelta

from hub.domain.draft import Draft
from hub.domain.facts import (
    FaultEnded,
    FaultPostponed,
    FaultRaised,
    IncidentClosed,
    IncidentOpened,
    Kind,
    Outcome,
    Purpose,
    Value,
    WaveStarted,
    Words,
)
from hub.domain.inputs import FaultCleared, FaultSeen, Observed
from hub.domain.policy import Plan
from hub.domain.records import Fault, Incident
from hub.domain.trouble import CLOCK, MAINS_LOST, OWN, about, care_of, code_of, is_critical, named

# What ends by itself within this is nobody's business (a modem that restarts, a broker's upgrade).
GRACE = timedelta(minutes=5)
# Where by day none of the family has their hours, the next try; and when their hours no longer count.
LATER_BY_DAY = timedelta(hours=1)
HOURS_COUNT_FOR = timedelta(days=1)
# A fault that stands is brought up again after these, then always after the last of them.
REMINDERS = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
# As much of the evidence as is worth keeping.
DETAIL_KEPT = 200
# Faults that others tell of at the same time; a storm of made-up codes must not fill the memory.
FAULTS_AT_MOST = 64


def on_fault(draft: Draft, seen: FaultSeen) -> None:
    """Something is out of order; seen again while it stands, it changes nothing."""
    raise_fault(draft, seen.fault, seen.detail[:DETAIL_KEPT], tell_at=draft.at + GRACE)


def on_cleared(draft: Draft, seen: FaultCleared) -> None:
    """It works again."""
    end_fault(draft, seen.fault)


def raise_fault(draft: Draft, code: str, detail: str, tell_at: datetime, what: str = "") -> None:
    """Note that something is out of order, to be told at ``tell_at``; nothing where it was known.

    ``what``: the id of the device or the person it is about.
    """
    fault = named(code, what)
    foreign = sum(code_of(known) not in OWN for known in draft.state.faults)
    if fault in draft.state.faults or (foreign >= FAULTS_AT_MOST and code not in OWN):
        return
    is_known = any(i.kind is Kind.TECHNICAL and i.source == fault for i in draft.state.open_incidents())
    draft.note(FaultRaised(draft.at, fault, detail, None if is_known else tell_at))


def end_fault(draft: Draft, code: str, what: str = "") -> None:
    """Note that it is in order again; whoever was told of the fault is told of this."""
    ended = named(code, what)
    fault = draft.state.faults.get(ended)
    if fault is None:
        return
    draft.note(FaultEnded(draft.at, ended))
    incident = draft.state.incidents.get(fault.incident or 0)
    if incident is not None and incident.is_open:
        _tell_of_the_end(draft, incident)


def watch_the_mains(draft: Draft, seen: Observed) -> None:
    """A reading says whether there is mains: without it all goes on for as long as a battery lasts."""
    if seen.what == "mains" and seen.value is False:
        raise_fault(draft, MAINS_LOST, "", tell_at=draft.at + GRACE)
    elif seen.what == "mains" and seen.value is True:
        end_fault(draft, MAINS_LOST)


def watch_the_clock(draft: Draft) -> None:
    """While nobody knows the time of day the windows are not watched: a fault like any other."""
    if draft.state.clock_trusted:
        end_fault(draft, CLOCK)
    else:
        raise_fault(draft, CLOCK, "", tell_at=draft.at + GRACE)


def run_due(draft: Draft) -> None:
    """Tell the family of each fault whose time has come: small ones by day, critical ones at any hour."""
    for code, fault in tuple(draft.state.faults.items()):
        if fault.tell_at is not None and fault.tell_at <= draft.at:
            _tell_or_postpone(draft, code)
    for incident in draft.state.open_incidents():
        is_due = incident.due is not None and incident.due <= draft.at
        if incident.kind is Kind.TECHNICAL and is_due:
            _remind(draft, incident)


def _tell_or_postpone(draft: Draft, code: str) -> None:
    plan = draft.policy.family_plan(draft.state.stopped)
    if not plan.people:
        draft.note(FaultPostponed(draft.at, code, draft.next_morning()))
    elif not _audience(draft, plan, code):
        draft.note(FaultPostponed(draft.at, code, _next_chance(draft)))
    else:
        number = draft.state.next_incident
        draft.note(IncidentOpened(draft.at, number, Kind.TECHNICAL, code, "", plan))
        _tell(draft, draft.incident(number))


def _tell_of_the_end(draft: Draft, incident: Incident) -> None:
    """Whoever heard of the fault hears that it is over: at once, or in the morning where it woke nobody either."""
    if is_critical(incident.source) or draft.is_day():
        draft.note(IncidentClosed(draft.at, incident.number, Outcome.RESTORED, "hub", ""))
        _write_to(draft, incident, incident.asked, "tech.restored", Purpose.STATUS)
    else:
        draft.note(_wave(draft, incident, incident.round, incident.asked, draft.next_morning()))


def _remind(draft: Draft, incident: Incident) -> None:
    if incident.source not in draft.state.faults:
        _tell_of_the_end(draft, incident)
    elif _audience(draft, incident.plan, incident.source):
        _tell(draft, incident)
    else:
        draft.note(_wave(draft, incident, incident.round, incident.asked, _next_chance(draft)))


def _audience(draft: Draft, plan: Plan, code: str) -> tuple[str, ...]:
    """Who may be told of this fault just now: critical ones at any hour, the rest by day and in people's hours."""
    everybody = tuple(person.id for person in plan.people)
    if is_critical(code) or not draft.state.clock_trusted:
        return everybody
    if not draft.is_day():
        return ()
    fault = draft.state.faults.get(code)
    if fault is not None and draft.at - fault.raised_at >= HOURS_COUNT_FOR:
        return everybody
    return tuple(person.id for person in plan.people if person.is_available(draft.local()))


def _next_chance(draft: Draft) -> datetime:
    return draft.at + LATER_BY_DAY if draft.is_day() else draft.next_morning()


def _tell(draft: Draft, incident: Incident) -> None:
    people = _audience(draft, incident.plan, incident.source)
    wait = REMINDERS[min(incident.round, len(REMINDERS) - 1)]
    told = tuple(dict.fromkeys((*incident.asked, *people)))
    draft.note(_wave(draft, incident, incident.round + 1, told, draft.at + wait))
    _write_to(draft, incident, people, "tech.raised", Purpose.TECHNICAL)


def _wave(draft: Draft, incident: Incident, times: int, told: tuple[str, ...], until: datetime) -> WaveStarted:
    return WaveStarted(draft.at, incident.number, 1, times, told, until)


def _write_to(draft: Draft, incident: Incident, people: tuple[str, ...], key: str, purpose: Purpose) -> None:
    fault = draft.state.faults.get(incident.source)
    words = Words(f"{key}.{code_of(incident.source)}", _values(draft, incident, fault))
    for person in incident.plan.people:
        if person.id in people and person.id not in draft.state.stopped:
            draft.write(person, purpose, words, incident.number)


def _values(draft: Draft, incident: Incident, fault: Fault | None) -> tuple[tuple[str, Value], ...]:
    since = fault.raised_at if fault else incident.opened_at
    return (
        ("resident", incident.plan.resident.name),
        ("time", draft.at),
        ("since", since),
        ("due", since + care_of(incident.source).within),
        ("detail", fault.detail if fault else ""),
        ("device", _name_of(draft, about(incident.source)) or incident.source),
        ("number", incident.number),
    )


def _name_of(draft: Draft, what: str) -> str:
    """How people call a device or a person: a device by its room, where it is the only one there."""
    person = next((person.name for person in draft.policy.people if person.id == what), None)
    if person is not None:
        return person
    device = draft.policy.device(what)
    rooms = [other.room for other in draft.policy.devices]
    return device.room if device is not None and device.room and rooms.count(device.room) == 1 else what
