"""What browsers and programs send to the pages: addresses, forms, bodies, by visitors and by people of the house."""

import atexit
import tempfile
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

from werkzeug.test import TestResponse

from hub.web.guard import POLICY, csrf_of
from tests.fuzz.target import CUT, TAKEN, Target, pieces
from tests.web.home import CODE, Home

VISITOR, PROGRAM = "", "program"
PEOPLE = (VISITOR, "marie", "paul", "resident", "anne", PROGRAM)
# Who may read the key code: whoever goes, and the family where they edit it.
KEEPS_THE_KEY = frozenset({"incidents.show", "incidents.live", "incidents.export", "people.show", "people.save_person"})
# What a visitor is shown.
OPEN = frozenset(
    {"login.ask", "login.enter", "login.ask_code", "login.use_code", "machines.healthz", "setup.begin", "setup.enter"}
    | {"forgotten.ask", "forgotten.send", "forgotten.choose"}
)
PAGE_AT_MOST = 500_000
# Names of the forms' fields; one that no form has is among them.
FIELDS = (
    "revision", "name", "from", "to", "sign", "days", "day", "remove", "key", "password", "old", "again", "answer",
    "number", "who", "person", "next", "move", "language", "until", "wait", "token", "scope", "sure", "session", "role",
    "phone", "outcome", "hours", "consent", "code", "of no form",
)  # fmt: skip
TOKENS = (
    b"1", b"0", b"-1", b"10", b"999999999999", b"on", b"any", b"button", b"07:00", b"10:30", b"24:00", b"25:99", b"mon",
    b"daily", b"matin", b"marie", b"paul", b"resident", b"nobody", b"+33612345678", b"admin", b"neighbour", b"fr",
    b"en", b"read", b"act", b"2026-03-05T18:00", b"9999-12-31T23:59", b"going", b"arrived", b"false_alarm", b"up",
    b"helped",
    b"<script>", b"'\"", b"\0", "é".encode(), "👍".encode() * 200, b"//evil.example", b"/times", b"A" * 5000, b"%00",
    b'{"person": "paul", "outcome": "helped"}', b'{"person": 7}', b"[]", b"{",
)  # fmt: skip
# How a form comes: as a browser sends it, or as any bytes of some kind.
FORM = 0
KINDS = ("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x", "text/plain")
# One in so many comes from another site.
FOREIGN = 16
PIECES_AT_MOST = 12
# A home that was edited so often is given up for a new one.
HOLDS = 400
REFUSED = frozenset(f"{code}" for code in (400, 401, 403, 404, 405, 409, 413, 415, 421, 422, 429))


class House:
    """A home with pages, and a browser for each kind of person; made anew now and then."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._held = HOLDS
        atexit.register(self._stack.close)

    def enter(self) -> None:
        """One more input is about to come."""
        self._held += 1
        if self._held > HOLDS:
            self._stack.close()
            self._begin()

    def _begin(self) -> None:
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="telecare-fuzz-pages-"))
        self.home = self._stack.enter_context(Home(Path(folder), days=1))
        rules = sorted(self.home.app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ())))
        self.rules = [rule for rule in rules if rule.endpoint != "static"]
        people = {person: self.home.browser(person) for person in PEOPLE if person not in {VISITOR, PROGRAM}}
        self.browsers = {VISITOR: self.home.visitor(), PROGRAM: self.home.visitor(), **people}
        secret = self.home.accounts.issue("marie", "fuzz", frozenset({"read", "act"}))
        self.browsers[PROGRAM].client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        self._held = 0

    def csrf(self, person: str) -> str:
        """What this person's forms carry."""
        cookie = self.browsers[person].client.get_cookie("hub_session")
        return csrf_of(cookie.value) if cookie else ""

    def look(self) -> None:
        """Whoever can come in no more came in at the beginning: then this home is used up."""
        if any(self.browsers[who].get("/language").status_code == 303 for who in PEOPLE if self.csrf(who)):
            self._held = HOLDS


HOUSE = House()


def feed(data: bytes) -> str:
    """Feed one request: a byte each for who, page and how; then pieces: the address, and fields (number, value)."""
    who, page, how = (*data[:3], 0, 0, 0)[:3]
    HOUSE.enter()
    person, rule = PEOPLE[who % len(PEOPLE)], HOUSE.rules[page % len(HOUSE.rules)]
    place, *fields = pieces(data[3:], PIECES_AT_MOST)
    address = _address(rule.rule, place.decode("utf-8", "replace"))
    is_form = "POST" in (rule.methods or ())
    sent = (
        _form(person, how, fields) if is_form else {"method": "GET", "query_string": place.decode("utf-8", "replace")}
    )
    answer = HOUSE.browsers[person].client.open(address, **sent)
    _check(person, rule.endpoint, answer)
    if is_form and rule.endpoint.startswith(("login.", "people.", "settings.")):
        HOUSE.look()
    return TAKEN if answer.status_code < 400 else str(answer.status_code)


def _address(rule: str, place: str) -> str:
    """Return the path of a rule, with what the input has in the place of a number."""
    parts = (place if "number" in part else "answer" if "<" in part else part for part in rule.split("/"))
    return quote("/".join(parts))


def _form(person: str, how: int, fields: list[bytes]) -> dict[str, Any]:
    origin = "http://evil.example" if how // len(KINDS) % FOREIGN == 1 else "http://localhost"
    sent: dict[str, Any] = {"method": "POST", "headers": {"Origin": origin}}
    if how % len(KINDS) == FORM:
        form = {"csrf": [HOUSE.csrf(person)]}
        for field in fields:
            name = FIELDS[(field[0] if field else 0) % len(FIELDS)]
            form.setdefault(name, []).append(field[1:].decode("utf-8", "replace"))
        return sent | {"data": form}
    sent["headers"]["X-CSRF-Token"] = HOUSE.csrf(person)
    return sent | {"data": CUT.join(fields), "content_type": KINDS[how % len(KINDS)]}


def _check(person: str, endpoint: str, answer: TestResponse) -> None:
    assert answer.status_code < 500, f"{endpoint} stumbled"
    assert answer.headers["Content-Security-Policy"] == POLICY
    if endpoint not in KEEPS_THE_KEY:
        assert CODE not in answer.text, f"{endpoint} tells {person or 'a visitor'} the code of the key box"
    if person == VISITOR and answer.status_code == 200:
        assert endpoint in OPEN, f"{endpoint} is shown to a visitor"
    bench = HOUSE.home.bench
    assert not bench.loop.has_stumbled, f"{endpoint} made a decision fail"
    assert len(answer.data) < PAGE_AT_MOST


def _seeds() -> tuple[bytes, ...]:
    """Each page as each person asks for it, and each form with some fields."""
    HOUSE.enter()
    asked = [bytes([who, page, 0]) + b"10" for who in range(len(PEOPLE)) for page in range(len(HOUSE.rules))]
    draw = Random(7)
    return tuple(one + b"".join(_field(draw) for _ in range(3)) for one in asked)


def _field(draw: Random) -> bytes:
    return CUT + bytes([draw.randrange(len(FIELDS))]) + draw.choice(TOKENS)[:200]


def _drawn(draw: Random) -> bytes:
    how = 0 if draw.random() < 0.7 else draw.randrange(256)
    head = bytes([draw.randrange(len(PEOPLE)), draw.randrange(256), how]) + draw.choice((b"10", b"11", b"", b"7"))
    return head + b"".join(_field(draw) for _ in range(draw.randint(0, 8)))


PAGES = Target(
    "pages",
    "addresses, forms and bodies that browsers and programs send",
    feed,
    _seeds(),
    TOKENS,
    longest=6000,
    refusals=REFUSED,
    drawn=_drawn,
)
