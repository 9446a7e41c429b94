"""The steps of the set-up after the first account: who lives here, who is told, and trying everything once.

Each is a plain form, changes the same things as the pages of the family, and can be done again at any time.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.consent import HOWS
from hub.domain.facts import Kind, Outcome
from hub.domain.inputs import Action, Commanded
from hub.domain.policy import Person, Sensor
from hub.domain.proof import proven
from hub.domain.supervision_state import PERSON, SIM
from hub.household import LONGEST_ADDRESS, LONGEST_KEY_CODE, LONGEST_NOTES, Household
from hub.web.devices import kind_words, last_seen
from hub.web.edits import RefusedError, edit, household, revision
from hub.web.guard import FAMILY, allow, house, who
from hub.web.home import resident_of
from hub.web.language import gettext as _
from hub.web.live import answer_live, live_part
from hub.web.people import standing_of, with_person
from hub.web.setup import pages, step_page
from hub.web.today import done

Refusal = tuple[str, int]


# --- who lives here ---------------------------------------------------------------------------------------


@pages.get("/resident")
@allow(*FAMILY)
def resident() -> str:
    """Who lives here, how one gets in, and whether the one at home agrees."""
    return _resident()


def _resident(wrong: str = "", typed: dict[str, str] | None = None) -> str:
    found = household().resident
    values = {name: str(getattr(found, name)) for name in ("name", "phone", "language", "address", "notes")}
    return step_page(
        "setup_resident.html",
        v=values | (typed or {}),
        has_key=bool(found.key_code),
        consent=house().state.consent,
        wrong=wrong,
        longest={"address": LONGEST_ADDRESS, "key_code": LONGEST_KEY_CODE, "notes": LONGEST_NOTES},
        revision=revision(),
    )


@pages.post("/resident")
@allow(*FAMILY)
def save_resident() -> str | AnyResponse | Refusal:
    """Take it up, and note who agreed."""
    how, form = request.form.get("consent", ""), request.form
    try:
        _refuse_without_consent(how)
        edit(lambda found: replace(found, resident=resident_of(found, form)))
    except RefusedError as why:
        typed = {name: value for name, value in form.to_dict().items() if name not in ("key_code", "csrf")}
        return _resident(str(why), typed), 422
    if how in HOWS:
        return done(_command(Action.CONSENT, text=how), url_for("setup.people"))
    return redirect(url_for("setup.people"), 303)


def _refuse_without_consent(how: str) -> None:
    if how not in HOWS and house().state.consent is None:
        raise RefusedError(_("Say who agreed. Without it nobody may be watched over."))


def _command(action: Action, **more: Any) -> Commanded:
    return Commanded(house().now(), action, "web", who().id, **more)


# --- who is told ------------------------------------------------------------------------------------------


@pages.get("/people")
@allow(*FAMILY)
def people() -> str:
    """Who is asked whether they want to be told, and what they said."""
    return _people()


def _people(wrong: str = "", typed: dict[str, str] | None = None) -> str:
    return step_page("setup_people.html", part=_answers(), v=typed or {}, wrong=wrong, revision=revision())


def _answers() -> Markup:
    asked = house().state.invitations
    rows = [(person, standing_of(person), person.id in asked) for person in household().people]
    return live_part("setup_answers.html", "setup.people_live", {}, rows=rows)


@pages.get("/people/live")
@allow(*FAMILY)
def people_live() -> Response:
    """What changes of it: an answer arrives."""
    return answer_live(_answers())


@pages.post("/people")
@allow(*FAMILY)
def add_person() -> str | AnyResponse | Refusal:
    """Add somebody, who is asked by text; nothing else goes there before a "yes"."""
    before = {person.id for person in household().people}
    try:
        edit(lambda found: replace(found, people=_with_newcomer(found)))
    except RefusedError as why:
        return _people(str(why), request.form.to_dict()), 422
    added = next((person.id for person in household().people if person.id not in before), None)
    return invited(added, url_for("setup.people"))


def _with_newcomer(found: Household) -> tuple[Person, ...]:
    *others, person = with_person(found, "", request.form)
    return (*others, replace(person, consent=False))


@pages.post("/invite")
@allow(*FAMILY)
def invite() -> AnyResponse:
    """Ask somebody by text, perhaps once more."""
    where = "people.show" if request.form.get("from") == "people" else "setup.people"
    return invited(request.form.get("person", ""), url_for(where))


def invited(person: str | None, where: str) -> AnyResponse:
    """Have this person asked by text; go to ``where``, or say why not."""
    answer = house().desk.command(_command(Action.INVITE, person=person))
    if answer["ok"]:
        return redirect(where, 303)
    current_app.logger.info("web: an invitation was refused: %s", answer["text"])
    return Response(render_template("error.html", code=409, text=_why_not_invited(str(answer["text"]))), 409)


def _why_not_invited(text: str) -> str:
    words = {
        "agreed already": _("This person has agreed already."),
        "gets no texts": _("No text goes to this person: give them a number, and a role that is told of alerts."),
        "STOP": _("This person has texted STOP. Only they can come back, with START."),
        "answered already": _("This person has answered already."),
        "speak with them": _("This person was asked three times and did not answer: speak with them."),
        "asked today": _("This person was asked today: wait for their answer."),
        "too many": _("Too many people were invited today: go on tomorrow."),
    }
    return next((said for known, said in words.items() if known in text), _("That did not work."))


# --- press, walk, test ------------------------------------------------------------------------------------


def _tried(endpoint: str, is_shown: Callable[[Any], bool]) -> Markup:
    """Devices that are to be tried, each with when it was last heard; and a call that a press has begun."""
    state, policy = house().state, house().policy()
    rows = [
        (
            device.room or device.id,
            kind_words(device.kind) if isinstance(device, Sensor) else _("Call button"),
            last_seen(state, device.id),
        )
        for device in policy.devices
        if is_shown(device)
    ]
    call = state.open_of(Kind.PANIC)
    return live_part("setup_tried.html", endpoint, {}, rows=rows, call=call)


def _buttons() -> Markup:
    return _tried("setup.button_live", lambda device: not isinstance(device, Sensor))


def _sensors() -> Markup:
    return _tried("setup.sensors_live", lambda device: isinstance(device, Sensor))


@pages.get("/button")
@allow(*FAMILY)
def button() -> str:
    """Press each button once."""
    return step_page("setup_button.html", part=_buttons(), warning=house().policy().delays.panic_warning)


@pages.get("/button/live")
@allow(*FAMILY)
def button_live() -> Response:
    """What changes of it."""
    return answer_live(_buttons())


@pages.post("/button")
@allow(*FAMILY)
def take_back() -> AnyResponse:
    """It was the test: the call that it began ends, and no other."""
    call = house().state.open_of(Kind.PANIC)
    # A page that has stood open since an earlier test must not end a call that somebody made after it.
    if call is None or request.form.get("incident") != str(call.number):
        return redirect(url_for("setup.button"), 303)
    command = _command(Action.CLOSE, incident=call.number, outcome=Outcome.FALSE_ALARM)
    return done(command, url_for("setup.button"))


@pages.get("/sensors")
@allow(*FAMILY)
def sensors() -> str:
    """Walk past each detector once."""
    return step_page("setup_sensors.html", part=_sensors())


@pages.get("/sensors/live")
@allow(*FAMILY)
def sensors_live() -> Response:
    """What changes of it."""
    return answer_live(_sensors())


def _phones() -> Markup:
    state, policy = house().state, house().policy()
    seen = proven(state)
    rows = [(person.name, seen.get(PERSON + person.id)) for person in policy.people if person.can_be_alerted]
    drill = state.open_of(Kind.DRILL)
    return live_part(
        "setup_phones.html",
        "setup.test_live",
        {},
        rows=rows,
        drill=drill,
        sim=seen.get(SIM),
        has_network=bool(state.roads.get("sms")),
    )


@pages.get("/test")
@allow(*FAMILY)
def test() -> str:
    """A real text to everybody who agreed, and their answers as they come."""
    return step_page("setup_test.html", part=_phones())


@pages.get("/test/live")
@allow(*FAMILY)
def test_live() -> Response:
    """What changes of it."""
    return answer_live(_phones())


@pages.post("/test")
@allow(*FAMILY)
def send_test() -> AnyResponse:
    """Send it."""
    return done(_command(Action.TEST), url_for("setup.test"))
