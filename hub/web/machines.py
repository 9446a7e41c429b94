"""For programs: whether the hub lives, its figures for Prometheus, and an API of a few calls with tokens.

Only /healthz needs no token, and says yes or no and nothing else. A token does what the person of the family may do
who made it, within its scopes: "read", "act", "metrics".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, request

from hub import __version__
from hub.domain.facts import Outcome
from hub.domain.inputs import Action, Commanded
from hub.domain.view import Condition
from hub.status import report
from hub.web.guard import house, with_token, without_login
from hub.web.incident_story import story
from hub.web.openapi import description

pages = Blueprint("machines", __name__)

ACTIONS = {"answer": Action.ANSWER, "decline": Action.DECLINE, "attend": Action.ATTEND}
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@pages.get("/healthz")
@without_login
def healthz() -> Response:
    """200 while the hub may be trusted, as its own watchdog has it; 503 otherwise."""
    good = not house().audit(house().state)
    answer = jsonify({"status": "ok" if good else "failing"})
    answer.status_code = 200 if good else 503
    return answer


# --- figures ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the Prometheus text format. ``of``: its labels and values."""

    name: str
    help: str
    of: tuple[tuple[str, float], ...]

    def lines(self) -> Iterator[str]:
        """Yield it as lines."""
        yield f"# HELP telecare_{self.name} {self.help}"
        yield f"# TYPE telecare_{self.name} gauge"
        for labels, value in self.of:
            yield f"telecare_{self.name}{labels} {value:g}"


@pages.get("/metrics")
@with_token("metrics")
def metrics() -> Response:
    """The figures of this moment."""
    return Response("\n".join(line for each in figures() for line in each.lines()) + "\n", content_type=PROMETHEUS)


def figures() -> list[Figure]:
    """What can be watched from outside; of the home itself only what an alarm would tell."""
    home = house()
    state, now = home.state, home.now()
    found = _report()
    life = state.watch.last_life
    opened = [incident for incident in state.open_incidents() if incident.is_call]
    return [
        Figure("info", "The release.", ((f'{{version="{__version__}"}}', 1),)),
        Figure("healthy", "1 while the hub's own audit passes.", (("", float(not home.audit(state))),)),
        Figure(
            "state",
            "1 for how things stand.",
            tuple((f'{{state="{each}"}}', float(each == found["state"])) for each in Condition),
        ),
        Figure("incidents_open", "Alerts that somebody has still to do something about.", (("", len(opened)),)),
        Figure("incidents_unanswered", "Of these, without anybody going.", (("", _unanswered(opened)),)),
        Figure("faults", "Things out of order.", (("", len(state.faults)),)),
        Figure("messages_waiting", "Texts that have not left.", (("", len(state.outbox)),)),
        Figure("clock_trusted", "1 while the time of day is known.", (("", float(state.clock_trusted)),)),
        Figure(
            "road_up",
            "1 while this way out is open.",
            tuple((f'{{road="{r}"}}', float(up)) for r, up in state.roads.items()),
        ),
        Figure(
            "last_activity_age_seconds",
            "Since the last sign of life.",
            (("", (now - life).total_seconds()),) if life else (),
        ),
    ]


def _unanswered(opened: list[Any]) -> int:
    return sum(not incident.going for incident in opened)


# --- the API ----------------------------------------------------------------------------------------------


@pages.get("/api/v1/openapi.json")
@with_token("read")
def openapi() -> Response:
    """What this API can do, as OpenAPI 3.1."""
    return jsonify(description())


@pages.get("/api/v1/status")
@with_token("read")
def status() -> Response:
    """How things stand: what `telecare-hub status --json` prints."""
    return jsonify(_report())


def _report() -> dict[str, Any]:
    home = house()
    return report(home.state, home.policy(), home.settings().config.hub.id, running=True)


@pages.get("/api/v1/incidents/<int(max=999999999):number>")
@with_token("read")
def incident(number: int) -> Response:
    """One alert, with its sentences; never the way in."""
    told = story(house(), number, house().settings().config.hub.language, is_family=True)
    if told is None:
        abort(404)
    found = told.incident
    return jsonify(
        {
            "id": found.number,
            "kind": str(found.kind),
            "state": str(found.phase),
            "opened_at": found.opened_at.isoformat(),
            "told": list(found.told),
            "going": list(found.going),
            "outcome": None if found.outcome is None else str(found.outcome),
            "timeline": [{"at": line.at.isoformat(), "text": line.words} for line in reversed(told.lines)],
        }
    )


@pages.post("/api/v1/incidents/<int(max=999999999):number>/<any(answer,decline,attend):action>")
@with_token("act")
def act(number: int, action: str) -> Response:
    """Whoever made the token goes, cannot go, or is there."""
    return _decided(Commanded(house().now(), ACTIONS[action], "web", g.token.person, number))


@pages.post("/api/v1/incidents/<int(max=999999999):number>/close")
@with_token("act")
def close(number: int) -> Response:
    """End it; `{"outcome": "helped" | "false_alarm" | "emergency"}`."""
    body = request.get_json(silent=True)
    written = body.get("outcome") if isinstance(body, dict) else None
    if written not in (Outcome.HELPED, Outcome.FALSE_ALARM, Outcome.EMERGENCY):
        abort(422)
    return _decided(Commanded(house().now(), Action.CLOSE, "web", g.token.person, number, Outcome(written)))


def _decided(command: Commanded) -> Response:
    answer = house().desk.command(command)
    found = jsonify(answer)
    found.status_code = 200 if answer["ok"] else 409
    return found
