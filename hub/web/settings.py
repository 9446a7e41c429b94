"""Settings: one's own account for everybody; for the family also who may see the pages, the tokens, the roads."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.domain.incident import RESIDENT
from hub.web import passwords
from hub.web.accounts import INVITATION_LASTS
from hub.web.guard import (
    COOKIE_LASTS_S,
    EVERYBODY,
    FAMILY,
    SESSION_COOKIE,
    accounts,
    allow,
    house,
    person_of,
    set_cookie,
    who,
)
from hub.web.language import gettext as _
from hub.web.login import wrong_with
from hub.web.roads import roads

pages = Blueprint("settings", __name__, url_prefix="/settings")

# What a program may be allowed: read how things stand, answer for whoever made the token, read the figures.
SCOPES = ("read", "act", "metrics")
LONGEST_TOKEN_NAME = 40
Refusal = tuple[str, int]
# How browsers and systems are told from what they call themselves; each claims to be those that come after it.
BROWSERS = {
    "SamsungBrowser": "Samsung Internet",
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}
LONGEST_AGENT = 60


@pages.get("")
@allow(*EVERYBODY)
def show() -> str:
    """The page."""
    return _page()


def _page(**more: object) -> str:
    home, me = house(), who()
    policy = home.policy()
    may_log_in = accounts().people()
    everybody = [(RESIDENT, policy.resident.name, RESIDENT)] + [(p.id, p.name, str(p.role)) for p in policy.people]
    family: dict[str, object] = {}
    if me.is_family:
        family = {
            "circle": [(each, name, role, each in may_log_in) for each, name, role in everybody],
            "tokens": accounts().tokens(),
            "scopes": SCOPES,
            "hub_id": home.settings().config.hub.id,
            "roads": roads(home.state, home.settings().config, home.watcher_heard_at()),
        }
    sessions = [(each, device_of(each.agent)) for each in accounts().sessions(me.id)]
    return render_template("settings.html", sessions=sessions, shortest=passwords.SHORTEST, **family, **more)


def device_of(agent: str) -> str:
    """Return "Firefox, Android" of what a browser calls itself; that as it is where neither is known."""
    found = [next((name for sign, name in known.items() if sign in agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found)) or agent[:LONGEST_AGENT]


@pages.post("/password")
@allow(*EVERYBODY)
def change_password() -> str | Response | Refusal:
    """Another password; every other browser of this person is logged out."""
    account = accounts().account(who().id)
    if account is None or not passwords.matches(request.form.get("old", ""), account.password):
        return _page(wrong=_("The old password is not right.")), 403
    wrong = wrong_with(request.form.get("password", ""), request.form.get("again", ""))
    if wrong:
        return _page(wrong=wrong), 422
    accounts().set_password(who().id, passwords.kept(request.form["password"]))
    answer = redirect(url_for("settings.show"), 303)
    set_cookie(
        answer, SESSION_COOKIE, accounts().begin(who().id, request.headers.get("User-Agent", "")), COOKIE_LASTS_S
    )
    return answer


@pages.post("/sessions/end")
@allow(*EVERYBODY)
def end_session() -> Response:
    """Log one of one's own browsers out."""
    accounts().end(who().id, request.form.get("session", ""))
    return redirect(url_for("settings.show"), 303)


@pages.post("/invite")
@allow(*FAMILY)
def invite() -> str | Refusal:
    """Make a code with which somebody of the household chooses a password; shown once."""
    person = person_of(house(), request.form.get("person", ""))
    if person is None:
        return _page(wrong=_("There is nobody of that name in the household.")), 422
    code = accounts().invite(person.id)
    hours = int(INVITATION_LASTS.total_seconds() // 3600)
    link = url_for("login.ask_code", code=code, _external=True)
    return _page(invited=person.name, code=f"{code[:4]}-{code[4:8]}-{code[8:]}", link=link, hours=hours)


@pages.post("/remove")
@allow(*FAMILY)
def remove() -> Response | Refusal:
    """Nobody logs in under this name any more until invited anew. Alerts to this person go on."""
    person = request.form.get("person", "")
    if person == who().id:
        return _page(wrong=_("This is your own account: log out instead.")), 422
    accounts().remove(person)
    return redirect(url_for("settings.show"), 303)


@pages.post("/tokens")
@allow(*FAMILY)
def issue() -> str | Refusal:
    """Make a token for a program; shown once."""
    name = " ".join(request.form.get("name", "").split())[:LONGEST_TOKEN_NAME]
    scopes = frozenset(request.form.getlist("scope")) & frozenset(SCOPES)
    if not name or not scopes:
        return _page(wrong=_("Give the token a name, and tick at least one thing it may do.")), 422
    secret = accounts().issue(who().id, name, scopes)
    if secret is None:
        return _page(wrong=_("There are too many tokens: take one away first.")), 422
    return _page(token=secret, token_name=name)


@pages.post("/tokens/revoke")
@allow(*FAMILY)
def revoke() -> Response:
    """A token opens nothing any more."""
    number = request.form.get("token", "")
    if number.isdecimal() and len(number) < 10:
        accounts().revoke(int(number))
    return redirect(url_for("settings.show"), 303)
