"""How things stand, as one text: `ETAT`, `QUI`, `JOURNAL` (BEHAVIOUR 6). Never greener than `hub.domain.view`."""

from hub.domain import on_call
from hub.domain.answering import say
from hub.domain.availability import may_be_asked
from hub.domain.consent import is_off
from hub.domain.draft import Draft
from hub.domain.facts import Value
from hub.domain.policy import Person
from hub.domain.records import Incident
from hub.domain.view import Condition, gravest_incident, view

# Who has no alert, and what to say then.
_AT_REST = {
    Condition.OK: "status.ok",
    Condition.AWAY: "status.away",
    Condition.PAUSED: "status.paused",
    Condition.UNKNOWN: "status.unknown",
    Condition.FAULT: "status.fault",
}


def tell_status(draft: Draft, person: Person) -> None:
    """Is she all right, and when would somebody be told?"""
    seen = view(draft.state, draft.policy)
    if seen.incident is not None:
        _say_alert(draft, person, "status.alert", seen.incident)
        return
    say(
        draft,
        person,
        "status.off" if is_off(draft) and seen.condition is Condition.PAUSED else _AT_REST[seen.condition],
        None,
        since=seen.since if seen.condition is Condition.UNKNOWN else seen.last_activity,
        room=_last_room(draft),
        due=seen.next_alert_at,
        until=draft.state.presence.until,
        on_call=_first(draft),
        faults=len(draft.state.faults) or None,
    )


def tell_who(draft: Draft, person: Person) -> None:
    """Who goes, or who would be asked first."""
    incident = gravest_incident(draft.state)
    if incident is not None:
        _say_alert(draft, person, "who.going" if incident.taken_at else "who.nobody_yet", incident)
        return
    names = [p.name for p in _available(draft)]
    everybody = draft.policy.plan(draft.state.stopped).people
    key = "who" if names else "who.nobody"
    first = on_call.who(draft.state, draft.at, draft.policy.zone)
    is_asked = any(p.id == first for p in everybody)
    until = on_call.until(draft.state, draft.at, draft.policy.zone) if is_asked else None
    say(draft, person, key, None, names=", ".join(names[:2]), people=len(everybody), until=until)


def tell_log(draft: Draft, person: Person) -> None:
    """The last things that happened."""
    calls = [i for i in draft.state.incidents.values() if i.is_call]
    last = calls[-1] if calls else None
    say(
        draft,
        person,
        "journal",
        None,
        since=draft.state.watch.last_life,
        room=_last_room(draft),
        called=last.number if last else None,
        time=last.opened_at if last else None,
        drilled=draft.state.drilled_at,
        faults=len(draft.state.faults) or None,
    )


def _say_alert(draft: Draft, person: Person, key: str, incident: Incident) -> None:
    goes = incident.name_of(incident.attended_by or incident.answered_by) or None
    values: dict[str, Value] = {
        "since": incident.opened_at,
        "goes": goes,
        "time": incident.taken_at,
        "people": len(incident.told),
    }
    say(draft, person, key, incident, **values)


def _available(draft: Draft) -> list[Person]:
    """Who is asked first now, wave by wave, each once."""
    plan = on_call.plan_now(draft.state, draft.policy, draft.at, draft.state.stopped)
    ids = dict.fromkeys(who for wave in plan.waves for who in wave.people)
    people = (plan.person(who) for who in ids)
    return [p for p in people if p is not None and may_be_asked(draft.state, p, draft.at, draft.local())]


def _first(draft: Draft) -> str | None:
    return next((p.name for p in _available(draft)), None)


def _last_room(draft: Draft) -> str | None:
    last = draft.state.watch.last
    device = draft.policy.device(last[0]) if last else None
    return device.room if device else None
