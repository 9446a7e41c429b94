"""The way in: a password, or a one-time code with which somebody chooses one. No page before it names anybody."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hub.domain.incident import RESIDENT
from hub.domain.policy import Policy
from hub.web import passwords
from hub.web.accounts import SETUP
from hub.web.guard import (
    COOKIE_LASTS_S,
    EVERYBODY,
    SESSION_COOKIE,
    accounts,
    allow,
    house,
    person_of,
    safe_path,
    set_cookie,
    who,
    without_login,
)
from hub.web.house import House
from hub.web.language import LANGUAGES, span
from hub.web.language import gettext as _
from hub.web.patience import Patience

pages = Blueprint("login", __name__)

LONGEST_NAME = 60
Refusal = tuple[str, int]


def make_patience(home: House) -> Patience:
    """Count wrong tries by the hub's clock, which nobody steps back."""
    return Patience(home.now)


def patience() -> Patience:
    """Who counts the wrong tries."""
    found: Patience = current_app.extensions["patience"]
    return found


@pages.get("/login")
@without_login
def ask() -> str | Response:
    """Ask for name and password."""
    if g.who is not None:
        return redirect(url_for("today.show"), 303)
    return render_template("login.html", next=safe_path(request.args.get("next", "/")), name="")


@pages.post("/login")
@without_login
def enter() -> str | Response | Refusal:
    """Let somebody in, or say no without saying what was wrong."""
    name, password = request.form.get("name", "")[:LONGEST_NAME], request.form.get("password", "")
    person = named(house().policy(), name)
    keys = (f"account {person or 'unknown'}", f"address {request.remote_addr}")
    wait = patience().admit(keys)
    if wait:
        return _refused("login.html", too_often(wait), 429, name=name)
    account = accounts().account(person) if person else None
    if not passwords.matches(password, account.password if account else passwords.NOBODYS) or account is None:
        return _refused("login.html", _("Name or password is not right."), 403, name=name)
    patience().succeeded(*keys)
    return logged_in(account.person, safe_path(request.form.get("next", "/")))


@pages.get("/welcome")
@without_login
def ask_code() -> str:
    """Ask for the one-time code, and for a password of one's own."""
    return render_template(
        "welcome.html", code=request.args.get("code", "")[:LONGEST_NAME], shortest=passwords.SHORTEST
    )


@pages.post("/welcome")
@without_login
def use_code() -> str | Response | Refusal:
    """Give whoever has a good code the account it is for."""
    code, password = request.form.get("code", "")[:LONGEST_NAME], request.form.get("password", "")
    wait, succeeded = admitted("code")
    if wait:
        return _refused("welcome.html", too_often(wait), 429, code=code)
    person = accounts().invited(code)
    if person in (None, SETUP) or person_of(house(), person) is None:
        return _refused(
            "welcome.html", _("This code is not right, was used, or is too old. Ask for another."), 403, code=code
        )
    wrong = wrong_with(password, request.form.get("again", ""))
    if wrong:
        return _refused("welcome.html", wrong, 422, code=code)
    succeeded()
    try:
        accounts().set_password(person, passwords.kept(password))
    except sqlite3.OperationalError:
        return _refused("welcome.html", _("The box's card takes nothing now. Tell whoever set it up."), 503, code=code)
    return logged_in(person, "/")


@pages.post("/logout")
@allow(*EVERYBODY)
def leave() -> Response:
    """Log this browser out."""
    accounts().end(who().id, who().session)
    answer = redirect(url_for("login.ask"), 303)
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


@pages.post("/language")
@allow(*EVERYBODY)
def choose_language() -> Response:
    """Remember which language this person reads."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        accounts().set_language(who().id, wanted)
    return redirect(safe_path(request.form.get("next", "/")), 303)


def named(policy: Policy, written: str) -> str | None:
    """Return the id of whom people call so: by id, name or phone; None where that is nobody, or several."""
    wanted = plain(written)
    everybody = [(RESIDENT, policy.resident.name, policy.resident.phone)]
    everybody += [(person.id, person.name, person.phone) for person in policy.people]
    found = {each[0] for each in everybody if wanted and wanted in map(plain, each)}
    exact = [each[0] for each in everybody if each[0] == written.strip()]
    return exact[0] if exact else (found.pop() if len(found) == 1 else None)


def plain(written: str) -> str:
    """Leave out what people write differently; +33 6 and 06 are the same phone in France and no name anywhere."""
    return "".join(written.casefold().split())


def wrong_with(password: str, again: str) -> str:
    """Say what is wrong with a new password; nothing where it will do."""
    if len(password) < passwords.SHORTEST:
        return _("The password is too short: %d characters at least. Three words are a good one.") % passwords.SHORTEST
    if len(password) > passwords.LONGEST:
        return _("The password is too long: %d characters at most.") % passwords.LONGEST
    if len(set(password)) < 5:  # "aaaaaaaaaa", "1212121212"
        return _("That password is too easy to guess.")
    return "" if password == again else _("The two passwords are not the same.")


def logged_in(person: str, where: str) -> Response:
    """Begin a session with a secret of its own: one that somebody else put into the browser is worth nothing."""
    secret = accounts().begin(person, request.headers.get("User-Agent", ""))
    answer = redirect(where, 303)
    set_cookie(answer, SESSION_COOKIE, secret, COOKIE_LASTS_S)
    return answer


def _refused(template: str, why: str, status: int, **typed: str) -> Refusal:
    where = safe_path(request.form.get("next", "/"))
    return render_template(template, wrong=why, next=where, shortest=passwords.SHORTEST, **typed), status


def admitted(what: str) -> tuple[timedelta, Callable[[], None]]:
    """Count a try at ``what``, from this address too; return how long to wait, and what to call where it was right."""
    keys = (what, f"address {request.remote_addr}")
    return patience().admit(keys), lambda: patience().succeeded(*keys)


def too_often(wait: timedelta) -> str:
    """Say how long to wait."""
    return _("Too many wrong tries. Wait %s, then try again.") % span(max(wait, timedelta(minutes=1)))
