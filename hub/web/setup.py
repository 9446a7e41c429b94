"""The set-up: from a blank hub to "Ready", in plain steps that can be left and taken up again.

The one-time code of a blank hub opens two pages and no more, for an hour: the language, and the account of the first of
the family (`Standing.NEWCOMER`). Everything after that (`hub.web.setup_steps`) is done by whoever that is, logged in,
and can be done again at any time; at its end is the list of what is proven and what is missing.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from hub.domain.policy import Person, Resident, Role, Wave
from hub.errors import HubError
from hub.household import Household
from hub.web import passwords
from hub.web.accounts import SETUP
from hub.web.edits import RefusedError, household, why_not_taken
from hub.web.guard import (
    FAMILY,
    LANGUAGE_COOKIE,
    Standing,
    accounts,
    allow,
    house,
    is_blank,
    set_cookie,
    without_login,
)
from hub.web.language import LANGUAGES
from hub.web.language import gettext as _
from hub.web.live import answer_live, live_part
from hub.web.login import admitted, logged_in, too_often, wrong_with
from hub.web.people import with_person
from hub.web.readiness import checks

pages = Blueprint("setup", __name__, url_prefix="/setup")

LONGEST_CODE = 60
LANGUAGE_LASTS_S = 3600
# The only call of a new plan: whoever agreed, again and again.
# Its telephones ring too: a family that wants it quieter takes that away.
FIRST_CALL = Wave(("all",), timedelta(minutes=5), ring=True)
Refusal = tuple[str, int]
NEWCOMER = (Standing.NEWCOMER,)


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the set-up."""

    endpoint: str
    words: str


def steps() -> list[Step]:
    """The steps after the first account, in their order."""
    return [
        Step("setup.resident", _("Who lives here")),
        Step("setup.people", _("Who is told")),
        Step("setup.button", _("Press the button")),
        Step("setup.sensors", _("Walk past the detectors")),
        Step("setup.test", _("Test by text")),
        Step("setup.ready", _("Ready?")),
    ]


def step_page(template: str, **values: Any) -> str:
    """Render one step, with the way to the others."""
    return render_template(template, steps=steps(), here=request.endpoint, **values)


# --- a blank hub: the code, the language, the first account -----------------------------------------------


@pages.get("")
@without_login
def begin() -> str | Response:
    """Ask for the code of a blank hub; show whoever has come further where they are."""
    if not is_blank(house()):
        return redirect(url_for("setup.ready" if g.who is not None else "login.ask"), 303)
    if g.who is not None:
        return redirect(url_for("setup.language"), 303)
    return render_template("setup_code.html", code=request.args.get("code", "")[:LONGEST_CODE])


@pages.post("")
@without_login
def enter() -> str | Response | Refusal:
    """Let whoever has the code begin. It works once; what it opens closes an hour later."""
    code = request.form.get("code", "")[:LONGEST_CODE]
    wait, succeeded = admitted("code")
    if wait:
        return render_template("setup_code.html", wrong=too_often(wait), code=code), 429
    if not is_blank(house()) or accounts().invited(code) != SETUP:
        wrong = _("This code is not right, was used, or is too old. Ask for another.")
        return render_template("setup_code.html", wrong=wrong, code=code), 403
    succeeded()
    accounts().spend(SETUP)
    return logged_in(SETUP, url_for("setup.language"))


@pages.get("/language")
@allow(*NEWCOMER)
def language() -> str:
    """Which language the pages, and the first texts, are in."""
    return render_template("setup_language.html")


@pages.post("/language")
@allow(*NEWCOMER)
def choose_language() -> Response:
    """Remember it in this browser: there is no account yet."""
    answer = redirect(url_for("setup.admin"), 303)
    if request.form.get("language") in LANGUAGES:
        set_cookie(answer, LANGUAGE_COOKIE, request.form["language"], LANGUAGE_LASTS_S)
    return answer


@pages.get("/admin")
@allow(*NEWCOMER)
def admin() -> str:
    """Ask for the first of the family."""
    return render_template("setup_admin.html", v={}, shortest=passwords.SHORTEST)


@pages.post("/admin")
@allow(*NEWCOMER)
def make_admin() -> Response | Refusal:
    """Give the first of the family an account; from here on the hub has a household, and a call reaches somebody."""
    try:
        person = _first(request.form)
        house().desk.change(lambda found: _begun(found, person), person.id)
    except (RefusedError, HubError) as why:
        typed = {name: request.form.get(name, "") for name in ("name", "phone")}
        words = str(why) if isinstance(why, RefusedError) else why_not_taken(why)
        return render_template("setup_admin.html", v=typed, wrong=words, shortest=passwords.SHORTEST), 422
    accounts().remove(SETUP)
    accounts().set_password(person.id, passwords.kept(request.form["password"]))
    accounts().set_language(person.id, g.language)
    return logged_in(person.id, url_for("setup.resident"))


def _first(form: Any) -> Person:
    """The first of the family: told of alerts, or the hub could tell nobody."""
    weak = wrong_with(form.get("password", ""), form.get("again", ""))
    if weak:
        raise RefusedError(weak)
    (person,) = with_person(replace(household(), people=()), "", form)
    return replace(person, role=Role.ADMIN, language=g.language, consent=True)


def _begun(found: Household, person: Person) -> Household:
    if found.people:
        raise RefusedError(_("Somebody has set this box up meanwhile. Log in."))
    # A name is asked for on the next page; until then the texts say this.
    resident = Resident(_("the resident"), language=g.language)
    return replace(found, resident=resident, people=(person,), waves=(FIRST_CALL,), drill_every=timedelta(days=28))


# --- ready? -----------------------------------------------------------------------------------------------


def _checklist() -> Markup:
    home = house()
    found = checks(home.state, home.policy(), accounts().people())
    missing = sum(not each.is_ready for each in found)
    return live_part("setup_checks.html", "setup.ready_live", {}, checks=found, missing=missing)


@pages.get("/ready")
@allow(*FAMILY)
def ready() -> str:
    """What is proven, and what is missing."""
    return step_page("setup_ready.html", part=_checklist())


@pages.get("/ready/live")
@allow(*FAMILY)
def ready_live() -> Response:
    """What changes of it."""
    return answer_live(_checklist())
