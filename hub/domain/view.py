"""One glance at the state: is she all right, and when would somebody be told?

What the light, the status line, MQTT and the pages show, worked out in one place so that they cannot disagree.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hub.domain import gentle
from hub.domain.facts import Kind, Whereabouts
from hub.domain.incident import answer_expires
from hub.domain.policy import Policy
from hub.domain.records import Incident, Phase, State
from hub.domain.trouble import NO_NEWS, is_critical


class Condition(StrEnum):
    """The one word for how things stand, gravest first (INTEGRATIONS: `state`)."""

    ALERTING = "alerting"
    WARNING = "warning"
    ANSWERED = "answered"
    ATTENDED = "attended"
    UNKNOWN = "unknown"
    FAULT = "fault"
    AWAY = "away"
    PAUSED = "paused"
    OK = "ok"


_OF_PHASE = {
    Phase.ALERTING: Condition.ALERTING,
    Phase.WARNING: Condition.WARNING,
    Phase.ANSWERED: Condition.ANSWERED,
    Phase.ATTENDED: Condition.ATTENDED,
}
_ORDER = tuple(Condition)


@dataclass(frozen=True, slots=True)
class View:
    """How things stand at one moment. ``next_alert_at``: when neighbours would be told if nothing happens.

    ``is_gentle``: the resident is asked, and softly.
    """

    condition: Condition
    since: datetime | None
    incident: Incident | None
    last_activity: datetime | None
    next_alert_at: datetime | None
    has_way_out: bool
    is_gentle: bool = False


def view(state: State, policy: Policy) -> View:
    """Return the one glance at ``state``."""
    gravest = gravest_incident(state)
    has_way_out = _has_way_out(state, policy)
    condition, since = _condition(state, gravest, has_way_out=has_way_out)
    return View(
        condition=condition,
        since=since,
        incident=gravest,
        last_activity=state.watch.last_life,
        next_alert_at=_next_alert(state, policy, gravest),
        has_way_out=has_way_out,
        is_gentle=_is_gentle(state, policy, gravest),
    )


def _is_gentle(state: State, policy: Policy, incident: Incident | None) -> bool:
    if incident is None or state.at is None or not state.clock_trusted:
        return False
    return gentle.is_gentle(incident, state.at, policy.zone)


def gravest_incident(state: State) -> Incident | None:
    """The open incident that matters most, faults and drills left out; among equals the newest."""
    people_matter = [i for i in state.open_incidents() if i.is_call]
    return min(people_matter, key=lambda i: (_ORDER.index(_OF_PHASE[i.phase]), -i.number), default=None)


def _has_way_out(state: State, policy: Policy) -> bool:
    """Whether a call for help would reach anybody: never show green when it would not (BEHAVIOUR 8)."""
    is_in_order = not any(map(is_critical, state.faults))
    return is_in_order and bool(policy.plan(state.stopped).people)


def _condition(state: State, incident: Incident | None, *, has_way_out: bool) -> tuple[Condition, datetime | None]:
    if incident is not None:
        return _OF_PHASE[incident.phase], incident.phase_since
    if not state.clock_trusted:
        # Times of day mean nothing yet: windows do not watch.
        return Condition.UNKNOWN, state.started_at
    if state.watch.blinded:
        return Condition.UNKNOWN, min(state.watch.blinded.values())
    if state.faults:
        return Condition.FAULT, min(fault.raised_at for fault in state.faults.values())
    if not has_way_out:
        return Condition.FAULT, state.started_at
    if state.presence.whereabouts is Whereabouts.AWAY:
        return Condition.AWAY, state.presence.since
    if state.presence.whereabouts in (Whereabouts.PAUSED, Whereabouts.OFF):
        return Condition.PAUSED, state.presence.since
    return Condition.OK, _well_since(state)


def _well_since(state: State) -> datetime | None:
    """Since when all is well: the start, a return, or the end of the last call for help, whatever came last."""
    ends = [i.closed_at for i in state.incidents.values() if i.kind is not Kind.TECHNICAL]
    return max((at for at in (state.started_at, state.presence.since, *ends) if at is not None), default=None)


def _next_alert(state: State, policy: Policy, incident: Incident | None) -> datetime | None:
    if incident is not None and incident.phase in (Phase.WARNING, Phase.ALERTING):
        return incident.due
    if incident is not None and incident.phase is Phase.ANSWERED:
        return answer_expires(incident)
    if state.watch.check_due is None or state.watch.check_rule == NO_NEWS:
        return None
    return state.watch.check_due + policy.delays.inactivity_warning
