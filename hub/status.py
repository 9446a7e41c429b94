"""The state as a report: for `telecare-hub status`, and for scripts with `--json`."""

from datetime import datetime, timedelta, tzinfo
from typing import Any

from hub import __version__
from hub.domain.draft import Draft
from hub.domain.habits import ENOUGH_DAYS
from hub.domain.learning import outlook
from hub.domain.people import Measured, measured
from hub.domain.policy import Policy
from hub.domain.proof import is_down, proven
from hub.domain.records import Incident, State
from hub.domain.trouble import care_of
from hub.domain.view import view
from hub.fact_json import instant_text
from hub.messages.previews import in_words


def report(state: State, policy: Policy, hub_id: str, *, running: bool) -> dict[str, Any]:
    """Return the report as JSON values; times are ISO 8601 in UTC with Z."""
    now = view(state, policy)
    return {
        "hub": hub_id,
        "version": __version__,
        "running": running,
        "state": str(now.condition) if running else "unknown",
        "since": _text(now.since),
        "last_activity": _text(now.last_activity),
        "next_alert_at": _text(now.next_alert_at) if running else None,
        "clock_trusted": state.clock_trusted,
        "presence": str(state.presence.whereabouts),
        "incidents": [_incident(i) for i in state.open_incidents() if i.is_call],
        "messages_waiting": len(state.outbox),
        "faults": [
            {
                "fault": fault,
                "since": _text(standing.raised_at),
                "detail": standing.detail,
                "owner": str(care_of(fault).owner),
                "due": _text(standing.raised_at + care_of(fault).within),
            }
            for fault, standing in state.faults.items()
        ],
        "roads": dict(state.roads),
        "proven": {link: _text(proven(state).get(link)) for link in state.links},
        "down": [link for link in state.links if is_down(state, link)],
        "people": {who: _measures(found) for who, found in measured(state).items()},
        "readings": dict(state.readings),
        "learned": _learned(state, policy),
    }


def _learned(state: State, policy: Policy) -> dict[str, Any] | None:
    """How far the learned silence is; None where the family has none."""
    if policy.learned is None:
        return None
    known = state.habits
    now = outlook(Draft(state, policy, state.at)) if state.at is not None else None
    return {
        "days": round(known.seen_days, 1),
        "of": ENOUGH_DAYS,
        "holds": bool(known.lines),
        "last": None if now is None else now.source,
        "last_at": None if now is None else _text(now.since),
        "usual_s": None if now is None else now.usual.total_seconds(),
        "allowed_s": None if now is None else now.allowed.total_seconds(),
    }


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.number,
        "kind": str(incident.kind),
        "state": str(incident.phase),
        "opened_at": _text(incident.opened_at),
        "wave": incident.wave,
        "told": list(incident.told),
        "answered_by": incident.answered_by,
        "attended_by": incident.attended_by,
        "next_step_at": _text(incident.due),
    }


def _measures(found: Measured) -> dict[str, Any]:
    """How a person answers: the usual (median) times in seconds."""
    return {
        "asked": found.asked,
        "answered": found.answered,
        "answer_s": None if found.to_answer is None else found.to_answer.total_seconds(),
        "delivery_s": None if found.to_deliver is None else found.to_deliver.total_seconds(),
    }


def _text(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def as_lines(found: dict[str, Any], zone: tzinfo) -> list[str]:
    """Return the report as lines for a terminal, in the home's time."""

    def local(stamp: str | None) -> str:
        return datetime.fromisoformat(stamp).astimezone(zone).strftime("%d/%m %H:%M:%S") if stamp else "never"

    running = "runs" if found["running"] else "DOES NOT RUN: start it with `telecare-hub run`"
    lines = [f"hub {found['hub']} {found['version']} {running}"]
    lines.append(f"state           {found['state']} since {local(found['since'])}")
    lines.append(f"last movement   {local(found['last_activity'])}")
    if found["next_alert_at"]:
        lines.append(f"next alert      {local(found['next_alert_at'])}, if nothing happens before")
    for incident in found["incidents"]:
        who = incident["attended_by"] or incident["answered_by"] or "nobody yet"
        lines.append(
            f"incident {incident['id']}      {incident['kind']}, {incident['state']},"
            f" wave {incident['wave']}, told: {', '.join(incident['told']) or 'nobody'}, going: {who};"
            f" next step {local(incident['next_step_at'])}"
        )
    lines += [
        f"fault           {f['fault']} since {local(f['since'])}: {f['detail']} ({f['owner']}, by {local(f['due'])})"
        for f in found["faults"]
    ]
    lines += [f"{road:<15} {'up' if up else 'DOWN'}" for road, up in found["roads"].items()]
    lines += [f"not proven      {link}, last {local(found['proven'][link])}" for link in found["down"]]
    if found["learned"]:
        lines.append(f"learned         {_how_far(found['learned'])}")
        if found["learned"]["last_at"]:
            usual, allowed = (in_words(timedelta(seconds=found["learned"][key])) for key in ("usual_s", "allowed_s"))
            since = f"{local(found['learned']['last_at'])} ({found['learned']['last']})"
            lines.append(f"usually moves   within {usual} at this hour; silent since {since}, asked after {allowed}")
    lines += [f"{what:<15} {value}" for what, value in found["readings"].items()]
    return lines


def _how_far(learned: dict[str, Any]) -> str:
    if learned["holds"]:
        return f"from {learned['days']} days of watching"
    return f"{learned['days']} of {learned['of']:g} days watched; until then the family's own silences hold"
