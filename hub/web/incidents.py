"""The alerts: which there were, and of one what happened, who goes, what comes next, and answering it."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.commands import WHY_NOT_NOTED
from hub.domain.conversation import may_close
from hub.domain.facts import Kind, Outcome, Words
from hub.domain.incident import answer_expires
from hub.domain.inputs import Action, Commanded
from hub.domain.notes import IN_ALL, LONGEST, LONGEST_REASON, WITHIN, NotNoted, is_fresh
from hub.domain.records import Incident, Phase
from hub.web.glance import cause
from hub.web.guard import EVERYBODY, FAMILY, Standing, allow, house, who
from hub.web.incident_story import Story, story
from hub.web.language import gettext as _
from hub.web.language import moment, span, timer
from hub.web.live import answer_live, live_part
from hub.web.today import after, done

pages = Blueprint("incidents", __name__)

NOTHING: Mapping[str, str] = MappingProxyType({})
# How whoever ends it may say that it was.
OUTCOMES = (Outcome.HELPED, Outcome.FALSE_ALARM, Outcome.EMERGENCY)
ANSWERS = {"going": Action.ANSWER, "cannot": Action.DECLINE, "there": Action.ATTEND}
# Without scripts the page of an alert that is open loads itself anew this often.
REFRESH_S = 15
GO = (Standing.ADMIN, Standing.NEIGHBOUR)
WRITERS = (*GO, Standing.RESIDENT)


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
        return incident.is_call and who().id in incident.concerned
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
    """One alert; with ``?still=1`` a browser without scripts does not load it anew meanwhile."""
    return _page(_found(number))


def _page(told: Story, wrong: str = "", typed: Mapping[str, str] = NOTHING) -> str:
    """The page; ``wrong``: why what was ``typed`` (of forms, by their fields) was not taken."""
    incident = told.incident
    return render_template(
        "incident.html",
        incident=incident,
        cause=cause(incident),
        part=_part(told, typed),
        # Without scripts the page loads itself anew: what somebody types would be gone.
        is_still="still" in request.args or bool(wrong),
        refresh_s=REFRESH_S,
        may_note=who().standing in WRITERS and is_fresh(incident, house().now()),
        longest=LONGEST,
        wrong=wrong,
        typed=typed,
    )


@pages.get("/incident/<int(max=999999999):number>/live")
@allow(*EVERYBODY)
def live(number: int) -> Response:
    """What changes of it."""
    return answer_live(_part(_found(number)))


def _part(told: Story, typed: Mapping[str, str] = NOTHING) -> Markup:
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
        "left": _seconds_left(incident),
        "lasting": _lasting(incident),
        "lines": told.lines,
        "people": told.people,
        "answer_words": words,
        "road_words": _road_words(),
        "may_answer": incident.is_open and incident.is_call and who().standing in GO,
        "may_end": incident.is_open and incident.is_call and _may_end(incident),
        "outcomes": [(each, outcome_words(each)) for each in OUTCOMES],
        "longest_reason": LONGEST_REASON,
        "typed": typed,
        "access": incident.plan.resident if may_see_access(incident, who().id) else None,
    }
    return live_part("incident_live.html", "incidents.live", {"number": incident.number}, **values)


def _road_words() -> dict[str, str]:
    """By which road somebody was asked, or answered, as people call it."""
    return {
        "sms": _("text"),
        "call": _("call"),
        "mail": _("e-mail"),
        "push": _("web address"),
        "mqtt": "MQTT",
        "web": _("on the page"),
        "cli": _("at the box"),
    }


def _lasting(incident: Incident) -> str:
    """How long it goes on, or went on."""
    if not incident.is_call:
        return ""
    if incident.closed_at is not None:
        return _("It lasted %s.") % span(incident.closed_at - incident.opened_at)
    return _("Going on for %s.") % timer(house().now() - incident.opened_at)


def _next_at(incident: Incident) -> datetime | None:
    """When the next step comes, if nothing happens."""
    return answer_expires(incident) if incident.phase is Phase.ANSWERED else incident.due


def _seconds_left(incident: Incident) -> int | None:
    due = _next_at(incident)
    return None if due is None else max(int((due - house().now()).total_seconds()), 0)


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

    def at(due: datetime | None) -> str:
        return moment(due, home.policy().zone, home.now()) if due else "?"

    if not incident.is_open:
        return _("Ended at %(time)s, said by %(name)s.") % {
            "time": at(incident.closed_at),
            "name": incident.closed_by_name or _("the box itself"),
        }
    if incident.kind in (Kind.DRILL, Kind.TECHNICAL):
        return _("Nobody has to go.")
    words = {
        Phase.WARNING: _("With no answer, neighbours are told at %s."),
        Phase.ALERTING: _("With no answer, the next people are told at %s."),
        Phase.ANSWERED: _("If nobody arrives, the others are asked again at %s."),
        Phase.ATTENDED: _("At %s whoever is there is asked whether all is well."),
    }
    return words[incident.phase] % at(_next_at(incident))


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
def close(number: int) -> AnyResponse | tuple[str, int]:
    """All is well; how it was is said with it, and in a few words what it was."""
    written = request.form.get("outcome", "")
    if written not in OUTCOMES:
        abort(422)
    said = request.form.get("why", "")
    command = Commanded(house().now(), Action.CLOSE, "web", who().id, number, Outcome(written), text=said)
    return _in_words(command, number, {"why": said, "outcome": written})


@pages.post("/incident/<int(max=999999999):number>/note")
@allow(*WRITERS)
def note(number: int) -> AnyResponse | tuple[str, int]:
    """Write something down beside it."""
    text = request.form.get("note", "")
    command = Commanded(house().now(), Action.NOTE, "web", who().id, number, text=text)
    return _in_words(command, number, {"note": text})


def _in_words(command: Commanded, number: int, typed: Mapping[str, str]) -> AnyResponse | tuple[str, int]:
    """Give the hub what somebody wrote; what it does not take stays on the page as it was typed."""
    answer = house().desk.command(command)
    why = next((why for why, english in WHY_NOT_NOTED.items() if english == answer["text"]), None)
    if why is None:
        return after(command, answer, url_for("incidents.show", number=number))
    current_app.logger.info("web: %s refused: %s", command.action, answer["text"])
    return _page(_found(number), _refusal(why), typed), 422


def _refusal(why: NotNoted) -> str:
    words = {
        NotNoted.WHO: _("Only the family, the one at home and whoever was asked or goes may write here."),
        NotNoted.OVER: _("That was more than %d days ago: nothing is added any more.") % WITHIN.days,
        NotNoted.EMPTY: _("There is nothing to write down."),
        NotNoted.LONG: _("That is too long: %(note)d characters at most, and %(end)d with the end.")
        % {"note": LONGEST, "end": LONGEST_REASON},
        NotNoted.OFTEN: _("%d notes beside one alert are enough.") % IN_ALL,
        NotNoted.SECRET: _("The key and the way in are written nowhere. The box tells them to whoever answers."),
    }
    return words[why]


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
