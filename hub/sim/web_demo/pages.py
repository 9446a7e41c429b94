"""The demo's own page: one Flask application for whatever house is on the stage.

Each deed is a form, so that everything works without JavaScript; with it, htmx posts the same forms, and asks once a
second for those parts of the page that have changed. The guard is that of `hub.web`: our own name, forms of our own
page with their token, nothing from elsewhere, nothing written into the page.
"""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.incident import RESIDENT
from hub.domain.policy import Role
from hub.sim import demo_words
from hub.sim.demo_house import DemoHouse
from hub.sim.demo_telling import phones
from hub.sim.web_demo import tales
from hub.sim.web_demo.family import Family, beside
from hub.sim.web_demo.look import Look
from hub.sim.web_demo.stage import DEEDS, PACES, Stage
from hub.sim.web_demo.words import LANGUAGES
from hub.web import application as hub_pages
from hub.web.guard import (
    COOKIE_LASTS_S,
    HEADERS,
    SESSION_COOKIE,
    VISIT_COOKIE,
    csrf_token,
    own_names,
    refuse_foreign_forms,
    refuse_other_hosts,
    set_cookie,
)

pages = Blueprint("demo", __name__)

# What the page is made of, in its order: templates that can be asked for anew, each for itself. What changes with every
# second has no buttons in it: one that is replaced between a finger's down and up is not pressed.
PARTS = ("notice", "flat", "time", "clock", "stand", "heard", "phones", "box", "tale", "log")
TAG_DIGITS = 8
# What somebody does with a telephone that rings.
TELEPHONE: dict[str, Callable[[DemoHouse, str], None]] = {
    "pick_up": DemoHouse.pick_up,
    "put_down": DemoHouse.put_down,
    **{key: partial(DemoHouse.press_key, key=key) for key in "129"},
}
FORM_AT_MOST = 16 * 1024
# A text of four parts; a real phone lets nobody write more.
TEXT_AT_MOST = 600
# Without JavaScript the page loads itself anew this often while time passes.
REFRESH_S = 10


def make_demo_app(stage: Stage, family: Family, family_port: int) -> Flask:
    """Return the application."""
    app = Flask(__name__, static_folder=str(Path(__file__).parent / "static"))
    app.config.update(MAX_CONTENT_LENGTH=FORM_AT_MOST, PROVIDE_AUTOMATIC_OPTIONS=False, TEMPLATES_AUTO_RELOAD=False)
    app.extensions.update(stage=stage, family=family, family_port=family_port)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.register_blueprint(Blueprint("hub", hub_pages.__name__, static_folder="static", static_url_path="/hub"))
    app.register_blueprint(pages)
    _guard(app)
    _tell_errors(app)
    return app


def _guard(app: Flask) -> None:
    own = own_names(())

    @app.before_request
    def guard() -> None:
        refuse_other_hosts(own)
        g.csrf_secret = request.cookies.get(VISIT_COOKIE, "")
        if request.method == "POST":
            refuse_foreign_forms()

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        # The one form that leads elsewhere: to the family's pages, on the port beside.
        policy = HEADERS["Content-Security-Policy"]
        response.headers["Content-Security-Policy"] = policy.replace(
            "form-action 'self'", f"form-action 'self' {_family_address()}"
        )
        response.headers["Cache-Control"] = "no-store"
        if "new_visit" in g:
            # Longer than a form of a hub's login lives: this page is one form, open for as long as somebody plays.
            set_cookie(response, VISIT_COOKIE, g.new_visit, COOKIE_LASTS_S)
        return response


def _tell_errors(app: Flask) -> None:
    @app.errorhandler(400)
    @app.errorhandler(403)
    @app.errorhandler(404)
    @app.errorhandler(405)
    @app.errorhandler(413)
    @app.errorhandler(421)
    def refused(error: Any) -> tuple[str, int]:
        language = _stage().language
        page, words = LANGUAGES[language], demo_words.LANGUAGES[language]
        return render_template("refused.html", page=page, words=words, error=error), error.code


def _stage() -> Stage:
    found: Stage = current_app.extensions["stage"]
    return found


def _family_address() -> str:
    """The family's pages, under the same name as this page: "http://127.0.0.1:40123/"."""
    return beside(current_app.extensions["family_port"])


# --- the page -----------------------------------------------------------------------------------------------


@pages.get("/")
def show() -> str:
    """The whole page."""
    with _stage().held() as demo:
        values = _values(demo, request.args.get("phone", ""))
        made = {name: _made(name, values) for name in PARTS}
        return render_template("demo.html", parts=made, seen=_seen(made), **values)


@pages.get("/live")
def live() -> str:
    """Those parts that are not as they were ``seen``; htmx puts them in their places."""
    return _changed(request.args.get("phone", ""), request.args.get("seen", "").split("."))


def _changed(phone: str, seen: list[str]) -> str:
    with _stage().held() as demo:
        values = _values(demo, phone)
        made = {name: _made(name, values) for name in PARTS}
        had = dict(zip(PARTS, seen, strict=False))
        changed = [(name, part) for name, part in made.items() if had.get(name) != _tag(part)]
        return render_template("live.html", changed=changed, seen=_seen(made), chosen=values["chosen"])


def _values(demo: DemoHouse, phone: str) -> dict[str, Any]:
    stage = _stage()
    there = phones(demo)
    look = Look.at(demo, stage.language)
    return {
        "stage": stage,
        "look": look,
        "words": look.words,
        "page": look.page,
        "chosen": phone if phone in there else there[0],
        "tales": tales.TALES,
        "paces": PACES,
        "refresh_s": REFRESH_S,
        "broker": stage.broker,
        "csrf": csrf_token(),
        "signs_in": _people(demo),
        "family_address": _family_address(),
    }


def _people(demo: DemoHouse) -> list[tuple[str, str, str]]:
    """Whose pages can be looked at: the id, the name, and what they are. Nobody's while nobody has set the hub up."""
    household = demo.house.household
    if not household.people:
        return []
    found = [(person.id, person.name, str(person.role)) for person in household.people]
    chosen = [next((each for each in found if each[2] == role), None) for role in (Role.ADMIN, Role.NEIGHBOUR)]
    return [*(each for each in chosen if each), (RESIDENT, household.resident.name, RESIDENT)]


def _made(name: str, values: dict[str, Any]) -> Markup:
    return Markup(render_template(f"{name}.html", **values))  # noqa: S704 -- a template of ours, escaped when rendered


def _seen(made: dict[str, Markup]) -> str:
    """The tags of all parts, as the page says them back."""
    return ".".join(map(_tag, made.values()))


def _tag(part: str) -> str:
    return hashlib.sha256(part.encode()).hexdigest()[:TAG_DIGITS]


# --- the deeds ----------------------------------------------------------------------------------------------


@pages.post("/do/<deed>")
def do(deed: str) -> AnyResponse | str:
    """Do something in the house."""
    if deed not in DEEDS:
        abort(404)
    _stage().do(DEEDS[deed])
    return _done()


@pages.post("/touch")
def touch() -> AnyResponse | str:
    """Set off a sensor."""
    _stage().do(partial(_touch, sensor=request.form.get("sensor", "")))
    return _done()


def _touch(demo: DemoHouse, sensor: str) -> None:
    demo.touch(sensor)


@pages.post("/text")
def text() -> AnyResponse | str:
    """Somebody texts the hub."""
    who, words = request.form.get("phone", ""), request.form.get("words", "").strip()[:TEXT_AT_MOST]
    if words:
        _stage().do(partial(_text, who=who, words=words))
    return _done()


def _text(demo: DemoHouse, who: str, words: str) -> None:
    if who in phones(demo):
        demo.house.texts(who, words)


@pages.post("/telephone")
def telephone() -> AnyResponse | str:
    """Somebody picks up, hangs up, or presses a key."""
    who, act = request.form.get("phone", ""), request.form.get("act", "")
    if act not in TELEPHONE:
        abort(400)
    _stage().do(partial(_telephone, who=who, act=act))
    return _done()


def _telephone(demo: DemoHouse, who: str, act: str) -> None:
    if who in phones(demo):
        TELEPHONE[act](demo, who)


@pages.post("/pace")
def pace() -> AnyResponse | str:
    """Let time pass faster, or stop."""
    wanted = {f"{each:g}": each for each in (0.0, *PACES)}.get(request.form.get("pace", ""))
    if wanted is None:
        abort(400)
    _stage().run_at(wanted)
    return _done()


@pages.post("/begin")
def begin() -> AnyResponse:
    """Open another house: that of a story, or the usual one; in this or the other language.

    A story is one of the eight, or the one that plays: that of the command line may be any file.
    """
    story, language = request.form.get("story", ""), request.form.get("language", _stage().language)
    if story not in ("", _stage().story, *tales.BY_NAME) or language not in LANGUAGES:
        abort(400)
    _stage().begin(story, language)
    return redirect(url_for("demo.show"), 303)


@pages.post("/family")
def enter() -> AnyResponse:
    """Go to the family's pages as somebody of this house who has logged in."""
    person = request.form.get("person", "")
    with _stage().held() as demo:
        if person not in {each[0] for each in _people(demo)}:
            abort(400)
    family: Family = current_app.extensions["family"]
    answer = redirect(_family_address(), 303)
    secret = family.let_in(person)
    if secret:
        # There is none while the box is off; whoever was in before is so again when it is back.
        set_cookie(answer, SESSION_COOKIE, secret, COOKIE_LASTS_S)
    return answer


def _done() -> AnyResponse | str:
    """What has changed, for htmx; else the page anew."""
    phone = request.form.get("phone", "")
    if request.headers.get("HX-Request"):
        return _changed(phone, request.form.get("seen", "").split("."))
    return redirect(url_for("demo.show", phone=phone or None), 303)
