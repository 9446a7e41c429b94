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
    WaveStarted,
    Words,
)
from hub.domain.inputs import FaultCleared, FaultSeen
from hub.domain.records import Incident, Phase

# What ends by itself within this is nobody's business (a modem that restarts, a broker's upgrade).
GRACE = timedelta(minutes=5)
# These mean that a call for help may reach nobody: told at any hour (BEHAVIOUR 1).
CRITICAL = frozenset(
    {
        "modem.absent",
        "modem.crashed",
        "modem.mute",
        "modem.no_sms",
        "sim.absent",
        "sim.pin_missing",
        "sim.pin_wrong",
        "sim.puk",
        "sim.tariff",
        "gsm.no_network",
        "gpio.absent",
        "power.mains_lost",
        "hub.bug",
    }
)
# A fault that stands is brought up again after these, then always after the last of them.
REMINDERS = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
# Faults at the same time; a storm of made-up codes must not fill the memory.
FAULTS_AT_MOST = 64


def on_fault(draft: Draft, seen: FaultSeen) -> None:
    """Something is out of order; seen again while it stands, it changes nothing."""
    if seen.fault in draft.state.faults or len(draft.state.faults) >= FAULTS_AT_MOST:
        return
    draft.note(FaultRaised(draft.at, seen.fault, seen.detail[:200], draft.at + GRACE))


def on_cleared(draft: Draft, seen: FaultCleared) -> None:
    """It works again; whoever was told of the fault is told of this."""
    fault = draft.state.faults.get(seen.fault)
    if fault is None:
        return
    draft.note(FaultEnded(draft.at, seen.fault))
    incident = draft.state.incidents.get(fault.incident or 0)
    if incident is not None and incident.is_open:
        draft.note(IncidentClosed(draft.at, incident.number, Outcome.RESTORED, "hub", ""))
        _write_to_family(draft, incident, "tech.restored", Purpose.STATUS)


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
        draft.note(FaultPostponed(draft.at, code, None))
    elif code not in CRITICAL and not draft.is_day():
        draft.note(FaultPostponed(draft.at, code, draft.next_morning()))
    else:
        number = draft.state.next_incident
        draft.note(IncidentOpened(draft.at, number, Kind.TECHNICAL, code, "", plan))
        _tell(draft, draft.incident(number))


def _remind(draft: Draft, incident: Incident) -> None:
    if draft.is_day() or incident.source in CRITICAL:
        _tell(draft, incident)
    else:
        draft.note(_wave(draft, incident, incident.round, draft.next_morning()))


def _tell(draft: Draft, incident: Incident) -> None:
    wait = REMINDERS[min(incident.round, len(REMINDERS) - 1)]
    draft.note(_wave(draft, incident, incident.round + 1, draft.at + wait))
    _write_to_family(draft, draft.incident(incident.number), "tech.raised", Purpose.TECHNICAL)


def _wave(draft: Draft, incident: Incident, times: int, until: datetime) -> WaveStarted:
    return WaveStarted(draft.at, incident.number, 1, times, incident.plan.waves[0].people, until)


def _write_to_family(draft: Draft, incident: Incident, key: str, purpose: Purpose) -> None:
    if incident.phase is Phase.WARNING:
        return
    fault = draft.state.faults.get(incident.source)
    words = Words(
        f"{key}.{incident.source}",
        (
            ("resident", incident.plan.resident.name),
            ("time", draft.at),
            ("since", fault.raised_at if fault else incident.opened_at),
            ("detail", fault.detail if fault else ""),
            ("device", incident.source),
            ("number", incident.number),
        ),
    )
    for person in incident.plan.people:
        if person.id not in draft.state.stopped:
            draft.write(person, purpose, words, incident.number)
