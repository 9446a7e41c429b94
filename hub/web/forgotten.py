"""The pages of a forgotten password: ask for a code by text, and choose another password with it."""

import logging
import sqlite3
import threading

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response

from hub.domain.inputs import Action, Commanded
from hub.domain.policy import Role
from hub.web import passwords
from hub.web.accounts import Accounts
from hub.web.guard import accounts, house, without_login
from hub.web.house import House
from hub.web.language import gettext as _
from hub.web.login import LONGEST_NAME, admitted, logged_in, named, patience, plain, too_often, wrong_with
from hub.web.resets import Tried

log = logging.getLogger(__name__)

pages = Blueprint("forgotten", __name__, url_prefix="/forgot")

Refusal = tuple[str, int]


@pages.get("")
@without_login
def ask() -> str:
    """Ask who forgot it."""
    return render_template("forgot.html", name="")


@pages.post("")
@without_login
def send() -> str | Refusal:
    """Send a code, or do nothing: whoever asks cannot tell which."""
    name = request.form.get("name", "")[:LONGEST_NAME]
    person = named(house().policy(), name)
    # By what was typed: a count of all unknown names, or one for all names of a person, would tell who is which.
    wait, _succeeded = admitted(f"reset {plain(name)}")
    if wait:
        return render_template("forgot.html", name=name, wrong=too_often(wait)), 429
    # Each text costs, so those to one person are counted too, without a word of it.
    if person is not None and _may_reset(house(), person) and not patience().admit((f"texts {person}",)):
        arguments = (house(), accounts(), person)
        thread = threading.Thread(target=_send, args=arguments, name="pages code", daemon=True)
        thread.start()
        current_app.extensions["last_code"] = thread
    return _page(name)


def _page(name: str, wrong: str = "") -> str:
    return render_template("forgot_code.html", name=name, wrong=wrong, shortest=passwords.SHORTEST)


def _card_takes_nothing(name: str) -> Refusal:
    return _page(name, _("The box's card takes nothing now. Tell whoever set it up.")), 503


def _may_reset(home: House, person: str) -> bool:
    """Only the family, and only somebody who has an account: others are given a code by the family."""
    found = next((each for each in home.policy().people if each.id == person), None)
    return found is not None and found.role is Role.ADMIN and bool(found.phone)


def _send(home: House, known: Accounts, person: str) -> None:
    try:
        code = known.resets.make(person) if known.account(person) is not None else None
    except sqlite3.Error as error:
        # Whoever asked cannot be told: the answer is the same for everybody, and has been given.
        log.error("web: no code for %s, the card takes nothing: %s", person, error)  # noqa: TRY400 -- the sentence says it all
        return
    if code is not None:
        home.desk.command(Commanded(home.now(), Action.CODE, "web", person=person, text=code))


@pages.post("/code")
@without_login
def choose() -> str | Response | Refusal:
    """Take another password from whoever has the code."""
    name, password = request.form.get("name", "")[:LONGEST_NAME], request.form.get("password", "")
    person = named(house().policy(), name)
    wait, succeeded = admitted(f"code {plain(name)}")
    if wait:
        return _page(name, too_often(wait)), 429
    wrong = wrong_with(password, request.form.get("again", ""))
    if wrong:
        return _page(name, wrong), 422
    code = "".join(request.form.get("code", "")[:LONGEST_NAME].split())
    try:
        tried = accounts().resets.use(person or "", code)
    except sqlite3.OperationalError:
        return _card_takes_nothing(name)
    if tried is Tried.LOCKED and person is not None:
        # On a thread of its own: whoever waited for it would know that there is such a person.
        command = Commanded(house().now(), Action.LOCKED, "web", person=person)
        threading.Thread(target=house().desk.command, args=(command,), name="pages lock", daemon=True).start()
    if tried is not Tried.RIGHT or person is None or not _may_reset(house(), person):
        return _page(name, _("This code is not right, was used, or is too old. Ask for another.")), 403
    succeeded()
    try:
        accounts().set_password(person, passwords.kept(password))
    except sqlite3.OperationalError:
        return _card_takes_nothing(name)
    return logged_in(person, "/")
