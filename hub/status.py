"""The state as a report: for `telecare-hub status`, and for scripts with `--json`."""

from datetime import datetime, tzinfo
from typing import Any

from hub import __version__
from hub.domain.facts import Kind
from hub.domain.policy import Policy
from hub.domain.records import Incident, State
from hub.domain.view import view
from hub.fact_json import instant_text


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
        "incidents": [_incident(i) for i in state.open_incidents() if i.kind is not Kind.TECHNICAL],
        "messages_waiting": len(state.outbox),
        "faults": [
            {"fault": code, "since": _text(fault.raised_at), "detail": fault.detail}
            for code, fault in state.faults.items()
        ],
        "roads": dict(state.roads),
        "readings": dict(state.readings),
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
    lines += [f"fault           {f['fault']} since {local(f['since'])}: {f['detail']}" for f in found["faults"]]
    lines += [f"{road:<15} {'up' if up else 'DOWN'}" for road, up in found["roads"].items()]
    lines += [f"{what:<15} {value}" for what, value in found["readings"].items()]
    return lines
