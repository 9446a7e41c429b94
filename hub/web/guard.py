"""Who may: looked at before each request and after it, for every page there is and every one that will be.

A page that does not say who may see it is seen by nobody. The order: is this our own name (DNS rebinding), who asks
(a session), did it come from our own page (Origin, CSRF), may this person. What changes something is POST only.
"""

import functools
import hashlib
import hmac
import ipaddress
import re
import secrets
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hub.domain.incident import RESIDENT
from hub.web.accounts import SETUP, Accounts, Token
from hub.web.house import House
from hub.web.language import chosen

V = TypeVar("V", bound=Callable[..., Any])

SESSION_COOKIE = "hub_session"
# Before there is a session: what ties a form to the browser that asked for it.
VISIT_COOKIE = "hub_visit"
LANGUAGE_COOKIE = "hub_language"
COOKIE_LASTS_S = 180 * 24 * 3600
VISIT_BYTES = 32
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
# Nothing from elsewhere, nothing written into the page itself; data: is Pico's own arrows and ticks.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": browsers then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]{1,253})(?::\d{1,5})?")


class Standing(StrEnum):
    """What somebody is in this house: the roles of the household, and the one at home."""

    RESIDENT = "resident"
    ADMIN = "admin"
    NEIGHBOUR = "neighbour"
    VIEWER = "viewer"
    NEWCOMER = "newcomer"  # came with the code of a blank hub, and may do nothing but set it up


EVERYBODY = (Standing.RESIDENT, Standing.ADMIN, Standing.NEIGHBOUR, Standing.VIEWER)
THE_HOUSE = (Standing.RESIDENT, Standing.ADMIN, Standing.VIEWER)
FAMILY = (Standing.ADMIN,)


@dataclass(frozen=True, slots=True)
class Who:
    """Whoever asks. ``id``: of the household, or "resident". ``session``: the hash that names theirs."""

    id: str
    name: str
    standing: Standing
    session: str = ""

    @property
    def is_family(self) -> bool:
        """Whether this is an admin."""
        return self.standing is Standing.ADMIN

    @property
    def is_resident(self) -> bool:
        """Whether this is the one at home."""
        return self.standing is Standing.RESIDENT


def allow(*standings: Standing) -> Callable[[V], V]:
    """Say who may see a page."""

    def mark(view: V) -> V:
        view.allowed = frozenset(standings)  # type: ignore[attr-defined]
        return view

    return mark


def without_login(view: V) -> V:
    """Let everybody see it: the way in, its style, and whether the hub lives."""
    view.is_open = True  # type: ignore[attr-defined]
    return view


def with_token(scope: str) -> Callable[[V], V]:
    """For programs: a token with this scope instead of a login."""

    def mark(view: V) -> V:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.token = _token_for(scope)
            return view(*args, **kwargs)

        guarded.is_open = True  # type: ignore[attr-defined]
        guarded.scope = scope  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return mark


def _token_for(scope: str) -> Token:
    """Return the token that asks; 401 without one of the family, 403 where it may not."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = accounts().token(secret.strip()) if kind.lower() == "bearer" and secret else None
    person = None if token is None else person_of(house(), token.person)
    if token is None or person is None or not person.is_family:
        abort(401)
    if scope not in token.scopes:
        abort(403)
    return token


def house() -> House:
    """The home that this page is about."""
    found: House = current_app.extensions["house"]
    return found


def accounts() -> Accounts:
    """Who may log in."""
    found: Accounts = current_app.extensions["accounts"]
    return found


def who() -> Who:
    """Whoever asks; only where somebody must have logged in."""
    found: Who = g.who
    return found


def person_of(home: House, person: str) -> Who | None:
    """Return what this person is in the household now; None for one who left it."""
    if is_blank(home):
        return Who(SETUP, "", Standing.NEWCOMER) if person == SETUP else None
    # Of the settings, which are in force at once: the core takes its policy up a moment later.
    policy = home.settings().policy
    if person == RESIDENT:
        return Who(RESIDENT, policy.resident.name, Standing.RESIDENT)
    found = next((each for each in policy.people if each.id == person), None)
    return None if found is None else Who(found.id, found.name, Standing(found.role))


def is_blank(home: House) -> bool:
    """Whether nobody has set this hub up yet."""
    return not home.settings().household.people


def install(app: Flask, names: Iterable[str]) -> None:
    """Put the guard before every page of ``app``; ``names`` are those that the hub answers to besides its addresses."""
    own = own_names(names)

    @app.before_request
    def guard() -> AnyResponse | None:
        refuse_other_hosts(own)
        _find_out_who()
        view = app.view_functions.get(request.endpoint or "")
        if view is None and request.path.startswith("/api/"):
            return None  # no such call: a program wants 404 or 405, not the login
        if g.who is not None and g.who.standing in getattr(view, "allowed", ()):
            # Before the form is read. Whoever may not send it is held to what any form may have.
            request.max_content_length = getattr(view, "body_at_most", app.config["MAX_CONTENT_LENGTH"])
        if request.method == "POST" and getattr(view, "scope", None) is None:
            refuse_foreign_forms()
        return _admit(view)

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.endpoint != "static":
            # What it says is nobody else's business, and an old "all is well" is a lie.
            response.headers["Cache-Control"] = "no-store"
        return response


def own_names(more: Iterable[str]) -> frozenset[str]:
    """The names by which people of the house call this machine."""
    host = socket.gethostname().lower().partition(".")[0]
    return frozenset({"localhost", host, f"{host}.local", *(name.lower() for name in more)})


def refuse_other_hosts(own: frozenset[str]) -> None:
    """A site whose name was made to point here asks under that name; an address cannot be made so."""
    written = request.headers.get("Host", "")
    found = _HOST.fullmatch(written)
    if found is None:
        abort(421)
    name = found[1].strip("[]").lower().rstrip(".")
    if name not in own and not _is_address(name):
        abort(421)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _find_out_who() -> None:
    home = house()
    secret = request.cookies.get(SESSION_COOKIE, "")
    session = accounts().session(secret) if secret and request.endpoint != "static" else None
    person = person_of(home, session.person) if session else None
    g.who = person and Who(person.id, person.name, person.standing, session.hash if session else "")
    g.csrf_secret = secret if g.who else request.cookies.get(VISIT_COOKIE, "")
    account = accounts().account(g.who.id) if g.who else None
    # A browser that chose one before there was an account keeps it in a cookie.
    before = request.cookies.get(LANGUAGE_COOKIE, "")
    wanted = [each for each in (account.language if account else "", before) if each]
    g.language = chosen((*wanted, *request.accept_languages.values()), home.settings().config.hub.language)


def _host_of(address: str) -> str:
    """The host and port of an address that a browser sent, as it wrote them; "" where it is none."""
    try:
        return urlsplit(address).netloc
    except ValueError:  # a bracket that is not closed
        return ""


def refuse_foreign_forms() -> None:
    """A form of another site may be sent here with our cookie, but not from our own page, nor with our own secret."""
    came_from = request.headers.get("Origin") or request.headers.get("Referer") or ""
    if _host_of(came_from) != request.host:
        abort(403, "csrf")
    given = request.form.get(CSRF_FIELD) or request.headers.get(CSRF_HEADER, "")
    if not g.csrf_secret or not hmac.compare_digest(given.encode(), csrf_of(g.csrf_secret).encode()):
        abort(403, "csrf")


def _admit(view: Callable[..., Any] | None) -> AnyResponse | None:
    """Let through, send to the login, or refuse."""
    if getattr(view, "is_open", False) or request.endpoint == "static":
        return None
    if g.who is None:
        return _to_login()
    if view is not None and g.who.standing not in getattr(view, "allowed", frozenset()):
        abort(403)
    return None


def _to_login() -> AnyResponse:
    if is_blank(house()):
        return redirect(url_for("setup.begin"), 303)
    login = url_for("login.ask")
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": login})
    is_page = request.method == "GET"
    return redirect(url_for("login.ask", next=request.full_path.rstrip("?")) if is_page else login, 303)


@functools.lru_cache(maxsize=16)  # a page has a dozen forms
def csrf_of(secret: str) -> str:
    """What a form of whoever holds ``secret`` carries; the secret itself is in no page."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def csrf_token() -> str:
    """The token for a form of this page; a first visit gets its secret with the answer."""
    if not g.csrf_secret:
        g.csrf_secret = g.new_visit = secrets.token_urlsafe(VISIT_BYTES)
    return csrf_of(g.csrf_secret)


def keep_visit(response: Response) -> Response:
    """Give a first visitor the secret that `csrf_token` made."""
    if "new_visit" in g:
        set_cookie(response, VISIT_COOKIE, g.new_visit, 3600)
    return response


def set_cookie(response: AnyResponse, name: str, value: str, lasts_s: int) -> None:
    """Set a cookie that no script reads and no other site sends along."""
    response.set_cookie(name, value, max_age=lasts_s, httponly=True, samesite="Lax", secure=request.is_secure, path="/")


def safe_path(written: str) -> str:
    """Return where to go after the login: a page of ours, and never another site."""
    is_ours = written.startswith("/") and not written.startswith("//") and "\\" not in written
    return written if is_ours and written.isprintable() else "/"
