"""The pages put together: one Flask application for one home. Imported only after the hub is armed."""

import hashlib
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from hub import __version__
from hub.messages.tongue import ELSEWHERE, EMERGENCY
from hub.web import (
    board,
    data,
    devices,
    forgotten,
    home,
    incidents,
    language,
    login,
    machines,
    messages,
    month,
    packed,
    people,
    printing,
    resident,
    rota,
    settings,
    setup,
    setup_steps,
    today,
    tomorrow,
    windows,
)
from hub.web.accounts import Accounts
from hub.web.days import Days
from hub.web.guard import Standing, csrf_token, install, keep_visit
from hub.web.house import House
from hub.web.language import gettext as _
from hub.web.trying import Trials
from hub.web.work import Bench

log = logging.getLogger(__name__)

# In bytes and fields; waitress refuses larger ones before they are here.
FORM_AT_MOST = 64 * 1024
FIELDS_AT_MOST = 600
# Assets carry what they hold in their address, and need not be asked for again.
STATIC_LASTS = timedelta(days=365)
STATIC = Path(__file__).parent / "static"


def make_app(house: House) -> Flask:
    """Return the application. ``house`` is asked anew at each request.

    :raises sqlite3.Error, OSError: the accounts cannot be read or made.
    """
    app = Flask("hub.web", static_url_path=f"/static/{_tag_of_static()}")
    app.config.update(
        MAX_CONTENT_LENGTH=FORM_AT_MOST,
        MAX_FORM_MEMORY_SIZE=FORM_AT_MOST,
        MAX_FORM_PARTS=FIELDS_AT_MOST,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_LASTS,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        TEMPLATES_AUTO_RELOAD=False,
    )
    accounts = Accounts(house.accounts, house.now)
    accounts.prepare()
    app.extensions["pictures"] = {}
    app.extensions["days"] = Days(house.journal, house.policy().zone)
    app.extensions["house"], app.extensions["accounts"] = house, accounts
    install(app, house.settings().config.web_names)
    app.after_request(keep_visit)
    packed.install(app, STATIC)
    _register_pages(app, house)
    _speak(app, house)
    _tell_errors(app)
    return app


_PAGES = (
    board,
    data,
    devices,
    forgotten,
    home,
    incidents,
    login,
    machines,
    messages,
    month,
    people,
    printing,
    resident,
    rota,
    settings,
    setup,
    setup_steps,
    today,
    tomorrow,
    windows,
)


def _register_pages(app: Flask, house: House) -> None:
    app.extensions["bench"], app.extensions["trials"] = Bench(house.now), Trials(house.now)
    app.extensions["patience"] = login.make_patience(house)
    # What begins in one module and goes on in another is registered once.
    for page in dict.fromkeys(each.pages for each in _PAGES):
        app.register_blueprint(page)


def _speak(app: Flask, house: House) -> None:
    """Give the templates their words and their ways to write times."""
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(language.gettext, language.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals["_"] = language.in_template

    def local(write: Callable[..., str]) -> Callable[..., str]:
        def written(at: Any) -> str:
            return write(at, house.policy().zone) if at is not None else _("never")

        return written

    env.filters["clock"] = local(language.clock)
    env.filters["moment"] = local(lambda at, zone: language.moment(at, zone, house.now()))
    env.filters["span"] = language.span
    env.filters["unbroken"] = language.unbroken
    env.filters["ago"] = lambda at: _("%s ago") % language.span(house.now() - at) if at is not None else _("never")
    env.globals.update(
        csrf_field=_csrf_field,
        csrf_token=csrf_token,
        languages=language.LANGUAGES,
        version=__version__,
        short_day=language.day,
        short_name=language.day_name,
        days_in_words=language.days_in_words,
        role_words=_role_words,
    )

    @app.context_processor
    def common() -> dict[str, Any]:
        return {
            "who": g.get("who"),
            "language": g.get("language", "fr"),
            "home": house.policy().resident.name,
            "now": house.now(),
            "emergency": EMERGENCY.get(house.policy().country, ELSEWHERE)[0],
            "pages_there": app.view_functions,
        }


def _tag_of_static() -> str:
    """Name the assets by what is in them: another release, or a file that was mended, has another address."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.rglob("*.*")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


# Functions, for a page asks in its reader's language, and for one role at a time.
_ROLE_WORDS: dict[Standing, Callable[[], str]] = {
    Standing.RESIDENT: lambda: _("lives here"),
    Standing.ADMIN: lambda: _("family"),
    Standing.NEIGHBOUR: lambda: _("neighbour"),
    Standing.VIEWER: lambda: _("only looks"),
    Standing.NEWCOMER: lambda: _("sets the box up"),
}


def _role_words(role: str) -> str:
    """A role as people call it."""
    return _ROLE_WORDS[Standing(role)]()


def _csrf_field() -> Markup:
    return Markup('<input type="hidden" name="csrf" value="{}">').format(csrf_token())


def _tell_errors(app: Flask) -> None:
    """Whatever goes wrong is told in words, and in no detail that helps somebody break in."""

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, int] | Response:
        code = error.code or 500
        g.setdefault("language", "fr")
        if request.path.startswith("/api/") or request.endpoint == "machines.metrics":
            return _as_json(code, error)
        return _page_of(code, error.description or ""), code

    @app.errorhandler(Exception)
    def stumbled(error: Exception) -> tuple[str, int]:
        # The top of a request: whatever bug it is, the next page must be served.
        log.error("web: %s %s failed", request.method, request.endpoint, exc_info=error)
        g.setdefault("language", "fr")
        return _page_of(500, ""), 500


def _as_json(code: int, error: HTTPException) -> Response:
    answer = Response(f'{{"error": "{error.name}"}}\n', code, mimetype="application/json")
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    if code == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="telecare-hub"'
    return answer


def _page_of(code: int, detail: str) -> str:
    words = {
        403: _("You may not see this page, or do this."),
        404: _("There is no such page."),
        405: _("This page cannot be asked for in this way."),
        413: _("That is too much at once."),
        421: _("The box is not known by this name. Open it by its address, or by a name of [web] names in hub.toml."),
        429: _("Too many tries. Wait a moment, then try again."),
        500: _("This page has a fault. The alarm is not touched by it: calls for help are heard as ever."),
    }
    if detail == "csrf":
        return render_template(
            "error.html",
            code=code,
            text=_("This form is too old, or came from elsewhere. Go back, load the page again."),
        )
    return render_template("error.html", code=code, text=words.get(code, _("That did not work.")))
