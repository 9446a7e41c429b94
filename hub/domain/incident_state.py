"""How facts change an incident: the table of its life, told as what each fact leaves behind."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from hub.domain import facts as f
from hub.domain.evidence import follow
from hub.domain.records import Incident, Phase, State
from hub.domain.replacing import replace
from hub.domain.supervision_state import ASKING

Change = Callable[[Incident, Any], Incident]

# Closed incidents that stay in memory, so that a late reply to one is answered politely.
CLOSED_REMEMBERED = 20
# While the resident is asked, the question is repeated this often (BEHAVIOUR 1).
ASKED_EVERY = timedelta(seconds=30)


def change_incident(state: State, fact: f.Fact) -> State:
    """Return ``state`` with the incident that ``fact`` is about changed, and what is told of it month by month."""
    evidence = follow(state.evidence, fact)
    return _change_incident(state if evidence is state.evidence else replace(state, evidence=evidence), fact)


def _change_incident(state: State, fact: f.Fact) -> State:
    if isinstance(fact, f.IncidentOpened):
        return _opened(state, fact)
    if isinstance(fact, f.MessageAccepted | f.MessageUncertain | f.KeyPressed):
        return _alert_went_out(state, fact)
    change = _CHANGES.get(type(fact))
    incident = state.incidents.get(getattr(fact, "incident", None) or 0)
    if change is None or incident is None:
        return state
    return _put(state, change(incident, fact))


def _put(state: State, incident: Incident) -> State:
    return replace(state, incidents=MappingProxyType({**state.incidents, incident.number: incident}))


def _opened(state: State, fact: f.IncidentOpened) -> State:
    closed = [number for number, incident in state.incidents.items() if not incident.is_open]
    forgotten = set(closed[:-CLOSED_REMEMBERED])
    kept = {number: incident for number, incident in state.incidents.items() if number not in forgotten}
    kept[fact.incident] = Incident(
        number=fact.incident,
        kind=fact.kind,
        source=fact.source,
        room=fact.room,
        plan=fact.plan,
        opened_at=fact.at,
        phase_since=fact.at,
        since=fact.since,
        about=fact.about,
        # Due at once: an incident of which nothing more is known (a crash just here) goes on at the next wake.
        due=fact.at,
    )
    return replace(state, incidents=MappingProxyType(kept), next_incident=max(state.next_incident, fact.incident + 1))


def _alert_went_out(state: State, fact: f.MessageAccepted | f.MessageUncertain | f.KeyPressed) -> State:
    message = state.outbox.get(fact.message)
    incident = state.incidents.get(message.incident or 0) if message is not None else None
    if message is None or incident is None or message.purpose not in ASKING:
        return state
    told = incident.told if message.person in incident.told else (*incident.told, message.person)
    return _put(state, replace(incident, told=told, unreached=incident.unreached - {message.person}))


def _enter(incident: Incident, phase: Phase, at: datetime, due: datetime | None) -> Incident:
    since = incident.phase_since if incident.phase is phase else at
    return replace(incident, phase=phase, phase_since=since, due=due, ask_due=None)


def _warning_started(incident: Incident, fact: f.WarningStarted) -> Incident:
    asked = fact.at + ASKED_EVERY if incident.kind is f.Kind.INACTIVITY else None
    return replace(_enter(incident, Phase.WARNING, fact.at, fact.until), ask_due=asked)


def _resident_asked(incident: Incident, fact: f.ResidentAsked) -> Incident:
    return replace(incident, ask_due=fact.at + ASKED_EVERY)


def _judged(incident: Incident, fact: f.SilenceJudged) -> Incident:
    return replace(incident, place=fact.source)


def _joined(incident: Incident, fact: f.IncidentJoined) -> Incident:
    return replace(incident, hurried_at=fact.at) if fact.hurried else incident


def _wave_started(incident: Incident, fact: f.WaveStarted) -> Incident:
    return replace(
        _enter(incident, Phase.ALERTING, fact.at, fact.until),
        wave=fact.wave,
        round=fact.round,
        asked=fact.people,
        lost=incident.lost if (fact.wave, fact.round) == (incident.wave, incident.round) else None,
        # Whoever is asked again may answer anew.
        declined=incident.declined - set(fact.people),
    )


def _requested(incident: Incident, fact: f.MessageRequested) -> Incident:
    if fact.purpose is not f.Purpose.ALERT:
        return incident
    return replace(incident, unreached=incident.unreached - {fact.person})


def _unreached(incident: Incident, fact: f.PersonUnreached) -> Incident:
    return replace(incident, unreached=incident.unreached | {fact.person})


def _declined(incident: Incident, fact: f.IncidentDeclined) -> Incident:
    helpers = tuple(who for who in incident.helpers if who != fact.person)
    return replace(incident, declined=incident.declined | {fact.person}, helpers=helpers)


def _answered(incident: Incident, fact: f.IncidentAnswered) -> Incident:
    return replace(
        _enter(incident, Phase.ANSWERED, fact.at, fact.asks_again_at),
        answered_by=fact.person,
        answered_at=fact.at,
        minutes=fact.minutes,
        doubted=False,
        declined=incident.declined - {fact.person},
    )


def _helper(incident: Incident, fact: f.HelperJoined) -> Incident:
    return replace(incident, helpers=(*incident.helpers, fact.person))


def _doubted(incident: Incident, fact: f.AnswerDoubted) -> Incident:
    return replace(incident, doubted=True, due=fact.until)


def _reopened(incident: Incident, fact: f.IncidentReopened) -> Incident:
    reopened = _enter(incident, Phase.ALERTING, fact.at, fact.at)
    lost = incident.answered_by
    gone = replace(reopened, answered_by=None, answered_at=None, minutes=None, doubted=False, helpers=())
    return replace(gone, lost=lost)


def _attended(incident: Incident, fact: f.IncidentAttended) -> Incident:
    attended = _enter(incident, Phase.ATTENDED, fact.at, fact.asks_again_at)
    first = incident.attended_by or fact.person
    return replace(attended, attended_by=first, on_site=(*incident.on_site, fact.person), times_end_asked=0)


def _end_asked(incident: Incident, fact: f.EndAsked) -> Incident:
    return replace(incident, due=fact.until, times_end_asked=incident.times_end_asked + 1)


def _closed(incident: Incident, fact: f.IncidentClosed) -> Incident:
    return replace(
        _enter(incident, Phase.CLOSED, fact.at, None),
        outcome=fact.outcome,
        closed_by=fact.by,
        closed_by_name=fact.name,
        closed_at=fact.at,
    )


def _drill_answered(incident: Incident, fact: f.DrillAnswered) -> Incident:
    return replace(incident, confirmed=incident.confirmed | {fact.person})


def _outcome_told(incident: Incident, fact: f.OutcomeTold) -> Incident:
    return replace(incident, outcome=fact.outcome)


def _noted(incident: Incident, _fact: f.NoteWritten) -> Incident:
    return replace(incident, notes=incident.notes + 1)


_CHANGES: dict[type[f.Fact], Change] = {
    f.WarningStarted: _warning_started,
    f.ResidentAsked: _resident_asked,
    f.SilenceJudged: _judged,
    f.IncidentJoined: _joined,
    f.WaveStarted: _wave_started,
    f.MessageRequested: _requested,
    f.PersonUnreached: _unreached,
    f.IncidentDeclined: _declined,
    f.IncidentAnswered: _answered,
    f.HelperJoined: _helper,
    f.AnswerDoubted: _doubted,
    f.IncidentReopened: _reopened,
    f.IncidentAttended: _attended,
    f.EndAsked: _end_asked,
    f.IncidentClosed: _closed,
    f.DrillAnswered: _drill_answered,
    f.OutcomeTold: _outcome_told,
    f.NoteWritten: _noted,
}
