"""The resident's own page: one big state, who is coming, "I am well", help, and a pause. Few words, large."""

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from hub.domain.facts import Whereabouts
from hub.domain.inputs import Action, Commanded
from hub.domain.records import Phase
from hub.web.glance import Tone, glance
from hub.web.guard import Standing, allow, house
from hub.web.language import gettext as _
from hub.web.live import answer_live, live_part
from hub.web.today import done

pages = Blueprint("resident", __name__, url_prefix="/me")

HERS = (Standing.RESIDENT,)


@pages.get("")
@allow(*HERS)
def show() -> str:
    """The page."""
    is_home = house().state.presence.is_watched
    is_off = house().state.presence.whereabouts is Whereabouts.OFF
    return render_template("resident.html", part=_part(), is_home=is_home, is_off=is_off)


@pages.get("/live")
@allow(*HERS)
def live() -> Response:
    """What changes of it."""
    return answer_live(_part())


def _part() -> Markup:
    home = house()
    tone, title, line = _said()
    is_home = home.state.presence.is_watched
    return live_part("resident_live.html", "resident.live", {}, tone=tone, title=title, line=line, is_home=is_home)


def _said() -> tuple[Tone, str, str]:
    """The state as the one at home needs it: what happens now, and what she can do."""
    home = house()
    now = glance(home.state, home.policy(), home.now())
    incident = now.incident
    if incident is None:
        reassuring = _("The box listens. If you need help, press the button.")
        return (Tone.OK, _("All is well"), reassuring) if now.tone is Tone.OK else (now.tone, now.title, reassuring)
    going = ", ".join(incident.name_of(each) for each in incident.going)
    if incident.phase is Phase.WARNING:
        return Tone.WATCH, _("Is everything all right?"), _("If so, press “I am well”. If not, help is called.")
    if incident.phase is Phase.ANSWERED:
        return Tone.AWAY, _("%s is coming") % going, _("Stay calm, and stay where you are.")
    if incident.phase is Phase.ATTENDED:
        return Tone.OK, _("%s is there") % going, ""
    return Tone.ALERT, _("Help is being called"), _("Stay calm. Here you will see who comes.")


@pages.post("/well")
@allow(*HERS)
def well() -> Response:
    """All is well: what was asked, or called, is taken back."""
    return done(Commanded(house().now(), Action.WELL, "web", "resident"), url_for("resident.show"))


@pages.post("/off")
@allow(*HERS)
def off() -> Response | str:
    """Judge no movements until she says so; asked once more."""
    if request.form.get("sure") != "yes":
        return render_template("resident_off.html")
    return done(Commanded(house().now(), Action.OFF, "web", "resident"), url_for("resident.show"))


@pages.post("/help")
@allow(*HERS)
def call() -> Response | str:
    """Call for help; asked once more, for a finger slips."""
    if request.form.get("sure") != "yes":
        return render_template("resident_sure.html")
    return done(Commanded(house().now(), Action.TRIGGER, "web", "resident"), url_for("resident.show"))
