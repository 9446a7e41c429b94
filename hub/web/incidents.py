"""The alerts: which there were, and of one what happened, who goes, what comes next, and answering it."""

from typing import Any

from flask import Blueprint, Response, abort, g, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.conversation import may_close
from hub.domain.facts import Kind, Outcome, Words
from hub.domain.incident import answer_expires
from hub.domain.inputs import Action, Commanded
from hub.domain.records import Incident, Phase
from hub.web.glance import cause
from hub.web.guard import EVERYBODY, FAMILY, Standing, allow, house, who
from hub.web.incident_story import Story, story
from hub.web.language import gettext as _
from hub.web.language import moment
from hub.web.live import answer_live, live_part
from hub.web.today import done

pages = Blueprint("incidents", __name__)

# How whoever ends it may say that it was.
OUTCOMES = (Outcome.HELPED, Outcome.FALSE_ALARM, Outcome.EMERGENCY)
ANSWERS = {"going": Action.ANSWER, "cannot": Action.DECLINE, "there": Action.ATTEND}
GO = (Standing.ADMIN, Standing.NEIGHBOUR)


@pages.get("/incidents")
@allow(*EVERYBODY)
def show_all() -> str:
    """Every alert that is remembered, the newest first."""
    listed = sorted(house().state.incidents.values(), key=lambda each: -each.number)
    mine = [each for each in listed if _may_see(each)]
    return render_template(
        "incidents.html",
        calls=[(each, cause(each), standing_words(each)) for each in mine if each.kind is not Kind.TECHNICAL],
    )


def _may_see(incident: Incident) -> bool:
    """A neighbour sees what they were asked for; the others see all."""
    if who().standing is Standing.NEIGHBOUR:
        return incident.is_call and (who().id in (*incident.told, *incident.asked, *incident.going))
    return True


def standing_words(incident: Incident) -> str:
    """Where it stands, in words."""
    going = ", ".join(incident.name_of(each) for each in incident.going)
    words = {
        Phase.WARNING: _("The resident is asked first"),
        Phase.ALERTING: _("Nobody has answered yet"),
        Phase.ANSWERED: _("%s is going") % going,
        Phase.ATTENDED: _("%s is there") % going,
    }
    if incident.phase is not Phase.CLOSED:
        return words[incident.phase]
    return _("Ended: %s") % outcome_words(incident.outcome)


def outcome_words(outcome: Outcome | None) -> str:
    """How it ended, as the log says it."""
    if outcome is None:
        return "?"
    policy = house().policy()
    return house().words.render(Words(f"word.outcome.{outcome}"), g.language, zone=policy.zone)


def _found(number: int) -> Story:
    told = story(house(), number, g.language, is_family=who().is_family)
    if told is None or not _may_see(told.incident):
        abort(404)
    return told


@pages.get("/incident/<int(max=999999999):number>")
@allow(*EVERYBODY)
def show(number: int) -> str:
    """One alert."""
    told = _found(number)
    return render_template(
        "incident.html",
        incident=told.incident,
        cause=cause(told.incident),
        part=_part(told),
    )


@pages.get("/incident/<int(max=999999999):number>/live")
@allow(*EVERYBODY)
def live(number: int) -> Response:
    """What changes of it."""
    return answer_live(_part(_found(number)))


def _part(told: Story) -> Markup:
    incident = told.incident
    words = {
        "going": _("is going"),
        "too": _("is going too"),
        "cannot": _("cannot go"),
        "there": _("is there"),
        "drill": _("answered the test"),
    }
    values: dict[str, Any] = {
        "incident": incident,
        "standing": standing_words(incident),
        "tone": _tone(incident),
        "next_line": _next_line(incident),
        "left": None if incident.due is None else max(int((incident.due - house().now()).total_seconds()), 0),
        "lines": told.lines,
        "people": told.people,
        "answer_words": words,
        "may_answer": incident.is_open and incident.is_call and who().standing in GO,
        "may_end": incident.is_open and incident.is_call and _may_end(incident),
        "outcomes": [(each, outcome_words(each)) for each in OUTCOMES],
        "access": incident.plan.resident if may_see_access(incident, who().id) else None,
    }
    return live_part("incident_live.html", "incidents.live", {"number": incident.number}, **values)


def may_see_access(incident: Incident, person: str) -> bool:
    """Whether this person learned address and key code by text: who answered, or is there, while it is open."""
    return incident.is_open and incident.is_call and person in (incident.answered_by, *incident.on_site)


def _may_end(incident: Incident) -> bool:
    person = next((each for each in house().policy().people if each.id == who().id), None)
    return person is not None and may_close(incident, person)


def _tone(incident: Incident) -> str:
    tones = {Phase.WARNING: "watch", Phase.ATTENDED: "watch", Phase.CLOSED: "ok"}
    return "unknown" if incident.kind is Kind.DRILL else tones.get(incident.phase, "alert")


def _next_line(incident: Incident) -> str:
    """What comes next if nothing happens."""
    home = house()

    def at(due: Any) -> str:
        return moment(due, home.policy().zone, home.now()) if due else "?"

    if not incident.is_open:
        return _("Ended at %(time)s, said by %(name)s.") % {
            "time": at(incident.closed_at),
            "name": incident.closed_by_name or _("the box itself"),
        }
    if incident.kind in (Kind.DRILL, Kind.TECHNICAL):
        return _("Nobody has to go.")
    words = {
        Phase.WARNING: _("With no answer, neighbours are told at %s.") % at(incident.due),
        Phase.ALERTING: _("With no answer, the next people are told at %s.") % at(incident.due),
        Phase.ANSWERED: _("If nobody arrives, the others are asked again at %s.") % at(answer_expires(incident)),
        Phase.ATTENDED: _("At %s whoever is there is asked whether all is well.") % at(incident.due),
    }
    return words[incident.phase]


# --- answering --------------------------------------------------------------------------------------------


@pages.post("/incident/<int(max=999999999):number>/answer")
@allow(*GO)
def answer(number: int) -> AnyResponse:
    """I'm going, I can't, I'm there."""
    action = ANSWERS.get(request.form.get("answer", ""))
    if action is None:
        abort(422)
    return done(Commanded(house().now(), action, "web", who().id, number), url_for("incidents.show", number=number))


@pages.post("/incident/<int(max=999999999):number>/close")
@allow(*GO)
def close(number: int) -> AnyResponse:
    """All is well; how it was is said with it."""
    written = request.form.get("outcome", "")
    if written not in OUTCOMES:
        abort(422)
    command = Commanded(house().now(), Action.CLOSE, "web", who().id, number, Outcome(written))
    return done(command, url_for("incidents.show", number=number))


@pages.get("/incident/<int(max=999999999):number>/export")
@allow(*FAMILY)
def export(number: int) -> Response:
    """All of it as plain text, for a doctor or for the drawer."""
    told, zone = _found(number), house().policy().zone
    title = _("Alert No %d") % number
    lines = (f"{line.at.astimezone(zone):%Y-%m-%d %H:%M:%S}  {line.words}" for line in reversed(told.lines))
    text = "\n".join((f"{title}: {cause(told.incident)}", _next_line(told.incident), "", *lines, ""))
    disposition = f'attachment; filename="alert-{number}.txt"'
    return Response(text, mimetype="text/plain", headers={"Content-Disposition": disposition})
