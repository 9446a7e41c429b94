"""The resident's own page, and what is printed for the kitchen's wall and for the neighbours."""

import re
from dataclasses import replace

from hub.domain.facts import Outcome
from hub.domain.inputs import ButtonPressed, PolicyReplaced
from hub.domain.policy import Wave
from hub.domain.records import Phase
from tests.web.home import CODE, alarm, is_in, text


def test_the_one_at_home_begins_on_her_own_page(still):
    resident = still.browser("resident")

    assert resident.get("/").headers["Location"] == "/me"
    assert resident.get("/?all=").status_code == 200
    page = resident.get("/me").text
    assert "The box listens" in page
    assert "I am well" in page


def test_she_takes_a_call_back_by_saying_that_she_is_well(home):
    home.tell(ButtonPressed(home.now, "salon"))
    resident = home.browser("resident")
    assert "Help is being called" in resident.get("/me/live").text
    resident.post("/me/well", page="/me")

    assert next(iter(home.bench.state.incidents.values())).outcome is Outcome.CANCELLED
    assert "All is well" in resident.get("/me").text


def test_she_calls_for_help_and_is_asked_once_more(home):
    resident = home.browser("resident")
    assert "Call for help now?" in resident.post("/me/help", page="/me").text
    assert home.bench.state.open_incidents() == ()
    resident.post("/me/help", {"sure": "yes"}, page="/me")

    assert is_in(home, Phase.ALERTING)
    assert "Help is being called" in resident.get("/me").text


def test_she_sees_who_is_coming(home):
    alarm(home)
    text(home, "+33622222222", "1")
    home.wait(lambda: is_in(home, Phase.ANSWERED))

    assert "Paul is coming" in home.browser("resident").get("/me").text
    text(home, "+33622222222", "3")
    home.wait(lambda: is_in(home, Phase.ATTENDED))
    assert "Paul is there" in home.browser("resident").get("/me").text


def test_the_sheet_for_the_fridge_has_no_number_and_no_key(still):
    page = still.browser("anne").get("/print/fridge").text

    assert "Paul" in page
    assert "two flashes, a pause" in page
    assert CODE not in page
    assert "+336" not in page
    assert 'class="qr"' in page


def test_each_neighbour_gets_a_card_in_the_own_language(home):
    page = home.browser("marie", "en").get("/print/cards").text
    cards = re.findall(r'<article class="sheet" lang="(\w+)">\s*<h2>(\w+)', page)

    assert cards == [("fr", "Paul"), ("fr", "Marie"), ("fr", "Jean")]
    assert CODE not in page
    assert "votre téléphone sonne aussi" not in page


def test_a_card_says_what_a_call_means_to_whom_one_may_come(home):
    policy = home.bench.loop.policy
    home.tell(PolicyReplaced(home.now, replace(policy, waves=(Wave(("paul",), ring=True), *policy.waves))))

    page = home.browser("marie", "en").get("/print/cards").text

    (paul,) = re.findall(r"<h2>Paul.*?</article>", page, re.DOTALL)
    assert "votre téléphone sonne aussi" in paul
    assert page.count("votre téléphone sonne aussi") == 1
