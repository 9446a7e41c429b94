"""Accounts: the family invites and takes away; everybody chooses a language of their own."""

import re

import pytest

from hub.domain.inputs import FaultSeen, LinkChanged
from hub.web.accounts import MOST_CODES, MOST_SESSIONS
from tests.web.home import PASSWORD


def test_an_invitation_is_shown_once_and_opens_the_account_of_its_person(home):
    marie = home.browser("marie")
    page = marie.post("/settings/invite", {"person": "paul"}).text
    code = re.search(r"<code>(\w{4}-\w{4}-\w{4})</code>", page)[1]
    assert code.replace("-", "") not in marie.get("/settings").text
    paul = home.visitor()
    form = {"code": code, "password": PASSWORD, "again": PASSWORD}
    assert paul.post("/welcome", form, page="/welcome").status_code == 303

    assert "All is well" in paul.get("/", headers={"Accept-Language": "en"}).text
    assert home.accounts.account("paul") is not None


def test_nobody_who_is_not_of_the_household_is_invited(home):
    assert home.browser("marie").post("/settings/invite", {"person": "mallory"}).status_code == 422


def test_an_account_that_is_taken_away_is_out_at_once(home):
    paul, marie = home.browser("paul"), home.browser("marie")
    assert marie.post("/settings/remove", {"person": "paul"}).status_code == 303

    assert paul.get("/").status_code == 303
    assert marie.post("/settings/remove", {"person": "marie"}).status_code == 422
    assert marie.get("/").status_code == 200


def test_an_old_password_that_is_wrong_or_a_new_one_that_is_weak_changes_nothing(home):
    marie = home.browser("marie")
    wrong = {"old": "not this one", "password": "trois autres mots", "again": "trois autres mots"}
    assert marie.post("/settings/password", wrong).status_code == 403
    weak = {"old": PASSWORD, "password": "short", "again": "short"}
    assert marie.post("/settings/password", weak).status_code == 422
    assert marie.get("/").status_code == 200


def test_each_reads_the_own_language_whatever_the_browser_asks_for(home):
    marie = home.browser("marie", "en")
    marie.post("/language", {"language": "fr", "next": "/settings"})
    assert "Tout va bien" in marie.get("/", headers={"Accept-Language": "en"}).text
    marie.post("/language", {"language": "xx"})
    assert "Tout va bien" in marie.get("/").text
    visitor = home.visitor()
    assert "Log in" in visitor.get("/login", headers={"Accept-Language": "en-GB,fr;q=0.5"}).text
    # The hub's own language where the browser asks for one that there is not.
    assert "Se connecter" in visitor.get("/login", headers={"Accept-Language": "de"}).text


def test_sessions_and_codes_are_bounded(home):
    for _ in range(MOST_SESSIONS + 5):
        home.accounts.begin("marie", "x" * 5000)
    assert len(home.accounts.sessions("marie")) == MOST_SESSIONS
    # The one that goes is never the one that has just begun.
    assert home.accounts.session(home.accounts.begin("marie", "new")) is not None
    assert all(len(session.agent) <= 200 for session in home.accounts.sessions("marie"))
    codes = [home.accounts.invite(f"somebody{number}") for number in range(MOST_CODES + 3)]
    assert sum(home.accounts.invited(code) is not None for code in codes) == MOST_CODES


def test_what_is_out_of_order_is_told_on_the_first_page_in_words(home):
    home.tell(LinkChanged(home.now, "mqtt", up=False))
    home.tell(FaultSeen(home.now, "disk.filling", "91 %"))
    page = home.browser("marie").get("/").text

    assert "Something to see to" in page
    assert "The receiver of wireless devices is not there" in page
    assert "memory card" in page


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox, Android"),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1 Safari/604.1", "Safari, iPhone"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        ("<script>curl/8.0", "&lt;script&gt;curl/8.0"),
        ("", "unknown"),
    ],
)
def test_where_one_is_logged_in_is_told_by_browser_and_device(home, agent, words):
    browser = home.browser("marie")
    home.accounts.begin("marie", agent)
    assert f"<span>{words}<br>" in browser.get("/settings").text
