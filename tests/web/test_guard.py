"""The pages' security, point by point: nothing is seen, and nothing done, by whom it is not meant for."""

import re
import stat
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.inputs import ButtonPressed
from hub.web.accounts import CODE_LASTS
from hub.web.guard import SESSION_COOKIE, VISIT_COOKIE, Standing, csrf_of, safe_path
from hub.web.patience import Patience
from tests.domain.house import START
from tests.web.home import CSRF, PASSWORD, Home, alarm, text

# Besides static files: the way in, and whether the hub lives.
OPEN = {"login.ask", "login.enter", "login.ask_code", "login.use_code", "machines.healthz"}
OPEN |= {"setup.begin", "setup.enter", "forgotten.ask", "forgotten.send", "forgotten.choose"}
OWN = {"Origin": "http://localhost"}


def pages(home: Home) -> list[tuple[str, str, str]]:
    """Every page there is, as (endpoint, method, path)."""
    found = []
    for rule in home.app.url_map.iter_rules():
        rule_ = re.sub(r"<any\(.*?\):\w+>", "answer", rule.rule)
        path = re.sub(r"<int[^:]*:\w+>", "10", re.sub(r"<(?:path:|string:)?\w+>", "paul", rule_))
        found += [(rule.endpoint, method, path) for method in sorted(rule.methods - {"HEAD"})]
    return [each for each in found if each[0] != "static"]


def login(visitor, name="marie", password=PASSWORD, **more):
    return visitor.post("/login", {"name": name, "password": password}, page="/login", **more)


# --- default deny -----------------------------------------------------------------------------------------


def test_without_a_login_nothing_is_shown_but_the_way_in(still):
    for endpoint, method, path in pages(still):
        answer = still.visitor().client.open(path, method=method, headers=OWN)
        if endpoint in OPEN:
            continue
        if still.app.view_functions[endpoint].__dict__.get("scope"):
            assert answer.status_code == 401, path
        else:
            assert answer.status_code in (303, 403), (path, answer.status_code)
            assert "Martin" not in answer.text


def test_every_page_says_who_may_see_it(still):
    for endpoint, view in still.app.view_functions.items():
        said = getattr(view, "allowed", None) or getattr(view, "is_open", False)
        assert said or endpoint == "static", endpoint


@pytest.mark.parametrize("person", ["paul", "anne", "resident"])
def test_a_page_that_is_not_for_somebody_is_refused_whatever_the_method(still, person):
    browser = still.browser(person)
    standing = {"paul": Standing.NEIGHBOUR, "anne": Standing.VIEWER, "resident": Standing.RESIDENT}[person]
    token = CSRF.search(browser.get("/settings").text)[1]
    refused = 0
    for endpoint, method, path in pages(still):
        view = still.app.view_functions[endpoint]
        if getattr(view, "is_open", False) or standing in view.allowed:
            continue
        answer = browser.client.open(
            path, method=method, data={"csrf": token} if method == "POST" else None, headers=OWN
        )
        assert answer.status_code == 403, (path, answer.status_code)
        refused += 1
    assert refused >= 5


def test_the_way_in_names_nobody(still):
    for path in ("/login", "/welcome", "/no/such/page"):
        text = still.visitor().get(path).text
        assert not re.search("Martin|Paul|Marie|Anne", text), path


def test_what_somebody_was_ends_with_the_household(home):
    browser = home.browser("jean")
    assert browser.get("/").status_code == 200
    household = home.settings.household
    others = tuple(person for person in household.people if person.id != "jean")
    home.desk.take_up(replace(household, people=others), "marie")
    home.wait(lambda: all(person.id != "jean" for person in home.bench.loop.policy.people))

    assert browser.get("/").status_code == 303


# --- names and forms --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "localhost.evil.example", "", "a b", "[::1", "127.0.0.1.evil"]
)
def test_under_a_strange_name_nothing_is_shown(still, host):
    answer = still.visitor().get("/login", headers={"Host": host})

    assert answer.status_code == 421
    assert "csrf" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080", "192.168.1.20", "[fe80::1]:8080", "LOCALHOST"])
def test_under_an_address_or_its_own_name_it_is(still, host):
    assert still.visitor().get("/login", headers={"Host": host}).status_code == 200


def test_a_form_without_its_token_does_nothing(home):
    browser = home.browser("marie")
    home.tell(ButtonPressed(home.now, "salon"))
    for form in ({}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": csrf_of("other")}):
        assert browser.client.post("/pause", data=form, headers=OWN).status_code == 403
    assert home.bench.state.presence.since is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[localhost"},
        {"Referer": "http://evil.example/localhost"},
    ],
)
def test_a_form_from_elsewhere_does_nothing_even_with_the_token(still, headers):
    browser = still.browser("marie")
    token = CSRF.search(browser.get("/settings").text)[1]

    assert browser.client.post("/pause", data={"csrf": token}, headers=headers).status_code == 403
    assert still.bench.state.presence.since is None


@pytest.mark.parametrize("token", ["", "é", "\x00", "0" * 64])
def test_a_form_with_another_token_does_nothing(still, token):
    client = still.browser("marie").client

    assert client.post("/pause", data={"csrf": token}, headers=OWN).status_code == 403
    assert client.post("/pause", headers={**OWN, "X-CSRF-Token": token.strip("\x00")}).status_code == 403
    assert still.bench.state.presence.since is None


def test_following_a_link_changes_nothing(home):
    home.tell(ButtonPressed(home.now, "salon"))
    browser, before = home.browser("marie"), home.bench.state.incidents
    for _endpoint, method, path in pages(home):
        if method == "GET":
            browser.get(path)

    assert home.bench.state.incidents == before
    assert home.bench.state.presence.since is None


@pytest.mark.parametrize(
    "where",
    [
        *("//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "", "/\n/evil", "a"),
        *("//evil[.example", "http://[", "/\\[", "/a\\b"),
    ],
)
def test_after_the_login_nobody_is_sent_to_another_site(where):
    assert safe_path(where) == "/"
    assert safe_path("/incident/12?x=1") == "/incident/12?x=1"


SCRIPT = "<script>alert(1)</script>"


def test_a_script_in_a_name_is_a_name_on_every_page(home):
    household = home.settings.household
    people = tuple(replace(person, name=f"{SCRIPT}{person.id}") for person in household.people)
    home.desk.take_up(replace(household, people=people, resident=replace(household.resident, name=SCRIPT)), "marie")
    home.wait(lambda: home.bench.loop.policy.resident.name == SCRIPT)
    alarm(home)
    text(home, "+33622222222", f"{SCRIPT} 1")
    browser, shown = home.browser("marie"), 0
    for _endpoint, method, path in pages(home):
        if method == "GET" and "/api/" not in path:
            answer = browser.get(path)
            if answer.mimetype == "text/html":
                assert "<script>alert" not in answer.text, path
                shown += "&lt;script&gt;alert" in answer.text
    assert shown > 15


# --- login, sessions --------------------------------------------------------------------------------------


def test_name_or_phone_and_password_let_in_and_the_cookie_is_locked_away(home):
    home.browser("marie")
    for name in ("marie", "Marie", "+33633333333", " MARIE "):
        visitor = home.visitor()
        answer = login(visitor, name)
        assert answer.status_code == 303, name
        cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(SESSION_COOKIE))
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert visitor.get("/").status_code == 200


def test_a_wrong_password_and_an_unknown_name_are_told_in_the_same_words(home):
    home.browser("marie")
    wrong, unknown = login(home.visitor(), password="wrong words here"), login(home.visitor(), "nobody")

    assert wrong.status_code == unknown.status_code == 403
    assert [CSRF.sub("", wrong.text).replace("marie", "NAME"), True] == [
        CSRF.sub("", unknown.text).replace("nobody", "NAME"),
        True,
    ]


def test_a_session_that_was_planted_is_worth_nothing_after_the_login(home):
    home.browser("marie")
    visitor = home.visitor()
    visitor.client.set_cookie(SESSION_COOKIE, "planted")
    visitor.client.set_cookie(VISIT_COOKIE, "planted too")
    login(visitor)
    cookie = visitor.client.get_cookie(SESSION_COOKIE)

    assert cookie is not None
    assert cookie.value != "planted"
    assert home.accounts.session("planted") is None


def test_a_session_ends_by_logout_by_disuse_and_by_another_password(home):
    first, second = home.browser("marie"), home.browser("marie")
    first.post("/logout")
    assert first.get("/").status_code == 303
    form = {"old": PASSWORD, "password": "trois autres mots", "again": "trois autres mots"}
    third = home.browser("marie")
    assert third.post("/settings/password", form).status_code == 303
    assert third.get("/").status_code == 200
    assert second.get("/").status_code == 303
    home.clock.seconds += 31 * 24 * 3600
    assert third.get("/").status_code == 303


def test_where_one_is_logged_in_is_listed_and_can_be_ended(home):
    here, there = home.browser("marie"), home.browser("marie")
    names = re.findall(r'name="session" value="([0-9a-f]{64})"', here.get("/settings").text)
    assert len(names) == 2
    for name in names:
        home.browser("paul").post("/settings/sessions/end", {"session": name})
    assert there.get("/").status_code == 200
    mine = next(each for each in names if f'value="{each}"' in here.get("/settings").text.split("Log this one out")[0])
    other = next(name for name in names if name != mine)
    here.post("/settings/sessions/end", {"session": other})

    assert {here.get("/").status_code, there.get("/").status_code} == {200, 303}


def test_secrets_are_stored_as_hashes_in_a_file_that_only_the_hub_reads(home):
    browser = home.browser("marie")
    secret = browser.client.get_cookie(SESSION_COOKIE).value
    code = home.accounts.invite("paul")
    token = home.accounts.issue("marie", "a program", frozenset({"read"}))
    content = home.house.accounts.read_bytes()

    assert stat.S_IMODE(home.house.accounts.stat().st_mode) == 0o600
    for each in (secret, code, str(token), PASSWORD):
        assert each.encode() not in content


# --- guessing ---------------------------------------------------------------------------------------------


def test_three_wrong_tries_a_minute_and_then_it_waits_whoever_asks(home):
    home.browser("marie")
    for _ in range(3):
        assert login(home.visitor(), password="wrong words here").status_code == 403
    assert login(home.visitor()).status_code == 429
    home.clock.seconds += 61
    assert login(home.visitor()).status_code == 303


def test_a_patient_guesser_has_ten_tries_an_hour():
    moment = [START]
    patience = Patience(lambda: moment[0])
    admitted = 0
    for _ in range(60 * 60):  # one try each second
        admitted += not patience.admit(["account marie"])
        if moment[0] - START == timedelta(minutes=1) - timedelta(seconds=1):
            assert admitted == 3
        if moment[0] - START == timedelta(minutes=10) - timedelta(seconds=1):
            assert admitted == 5
        moment[0] += timedelta(seconds=1)
    assert admitted == 10
    assert patience.admit(["account marie"]) == timedelta()


def test_a_guesser_is_stopped_whatever_names_it_tries(home):
    for number in range(3):
        assert login(home.visitor(), f"somebody{number}").status_code == 403
    assert login(home.visitor(), "somebody else").status_code == 429


def test_codes_cannot_be_guessed_either(home):
    home.accounts.invite("marie")
    for number in range(3):
        answer = home.visitor().post("/welcome", {"code": f"guess{number}", "password": "x"}, page="/welcome")
        assert answer.status_code == 403
    assert home.visitor().post("/welcome", {"code": "guess"}, page="/welcome").status_code == 429


# --- the first time ---------------------------------------------------------------------------------------


def welcome(home, code, password=PASSWORD, again=None):
    form = {"code": code, "password": password, "again": password if again is None else again}
    visitor = home.visitor()
    return visitor, visitor.post("/welcome", form, page="/welcome")


def test_there_is_no_password_to_begin_with_and_the_first_visitor_wins_nothing(home):
    for password in ("", "admin", "password"):
        assert login(home.visitor(), "marie", password).status_code in (403, 429)
    assert home.visitor().get("/").status_code == 303


def test_a_code_lets_its_person_choose_a_password_once(home):
    code = home.accounts.invite("marie")
    visitor, answer = welcome(home, f" {code[:4].upper()}-{code[4:8]}-{code[8:]} ")

    assert answer.status_code == 303
    assert "Martin" in visitor.get("/").text
    assert welcome(home, code)[1].status_code == 403


def test_a_code_ends_after_its_hour_and_with_the_next_one(home):
    first = home.accounts.invite("marie", CODE_LASTS)
    second = home.accounts.invite("marie", CODE_LASTS)
    assert home.accounts.invited(first) is None
    assert home.accounts.invited(second) == "marie"
    home.clock.seconds += 3601

    assert home.accounts.invited(second) is None


@pytest.mark.parametrize(
    ("password", "again"),
    [("short", None), ("x" * 129, None), ("aaaaaaaaaaaa", None), ("lilas garage", "lilas garages")],
)
def test_a_weak_or_misspelt_password_is_refused_and_the_code_stays_good(home, password, again):
    code = home.accounts.invite("marie")

    _, answer = welcome(home, code, password, again)
    assert answer.status_code == 422
    assert code in answer.text
    assert home.accounts.invited(code) == "marie"


# --- answers ----------------------------------------------------------------------------------------------


def test_every_answer_carries_the_headers_and_no_page_has_a_script_or_style_in_it(still):
    browser = still.browser("marie")
    for endpoint, method, path in pages(still):
        if method != "GET" or "/api/" in path:
            continue
        answer = browser.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store", endpoint
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:", answer.text), path


def test_too_much_at_once_is_refused(still):
    browser = still.browser("marie")
    token = CSRF.search(browser.get("/settings").text)[1]

    assert browser.client.post("/pause", data={"csrf": token, "x": "y" * 70_000}, headers=OWN).status_code == 413
    many = {f"field{number}": "x" for number in range(3000)}
    assert browser.client.post("/pause", data={"csrf": token, **many}, headers=OWN).status_code in (303, 413)


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/x/..%2f..%2fapp.py", "/../etc/passwd", "/static/%2e%2e/%2e%2e/config.py"]
)
def test_no_path_leads_out_of_the_static_files(still, path):
    answer = still.browser("marie").get(path)

    assert answer.status_code in (303, 404)
    assert "import" not in answer.text


def test_a_bug_in_a_page_is_told_in_words_without_its_details(folder, caplog):
    with Home(folder) as home:
        app = home.app
        broken = home.house.__class__(
            **{name: getattr(home.house, name) for name in home.house.__slots__} | {"remembered": lambda: 1 / 0}
        )
        browser = home.browser("marie")
        app.extensions["house"] = broken
        answer = browser.get("/")

    assert answer.status_code == 500
    assert "calls for help are heard as ever" in answer.text
    assert "ZeroDivision" not in answer.text
    assert home.bench.state.open_incidents() == ()
