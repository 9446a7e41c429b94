"""The set-up: from a blank hub to "Ready"; nobody gets in without the code, and nothing is ready by a tick."""

import re
from dataclasses import replace
from datetime import time, timedelta

import pytest

from hub.domain.inputs import ButtonPressed, SensorChanged
from hub.domain.policy import Window
from hub.domain.records import Phase
from hub.web.accounts import CODE_LASTS, SETUP
from hub.web.guard import SESSION_COOKIE
from tests.web.home import CODE, PASSWORD, Home, alarm, blank, is_in, text

MARIE, LEO = "+33633333333", "+33688888888"
ADMIN = {"name": "Marie", "phone": "06 33 33 33 33", "password": PASSWORD, "again": PASSWORD}
RESIDENT = {"name": "Mme Martin", "phone": "", "language": "fr", "address": "12 rue des Lilas", "consent": "resident"}
SECRETS = re.compile("Martin|Paul|Marie|Lilas")


@pytest.fixture
def new(folder):
    """A hub that nobody has set up yet."""
    with Home(folder, days=0, edit=blank) as home:
        yield home


def come_in(home):
    """Somebody who typed the code."""
    visitor = home.visitor()
    code = home.accounts.invite(SETUP, CODE_LASTS)
    assert visitor.post("/setup", {"code": f"{code[:4]}-{code[4:8]}-{code[8:]}"}, page="/setup").status_code == 303
    return visitor


def begun(home):
    """The first of the family, logged in."""
    browser = come_in(home)
    answer = browser.post("/setup/admin", ADMIN, page="/setup/admin")
    assert answer.headers["Location"].endswith("/setup/resident"), answer.text
    home.wait(lambda: bool(home.bench.loop.policy.people))
    return browser


def revised(browser, path, form):
    revision = re.search(r'name="revision" value="(\w+)"', browser.get(path).text)[1]
    return browser.post(path, {"revision": revision, **form}, page=path)


def take_back(browser):
    """Say that the call on the page was the test."""
    incident = re.search(r'name="incident" value="(\d+)"', browser.get("/setup/button").text)
    form = {"incident": incident[1]} if incident else {}
    return browser.post("/setup/button", form, page="/setup/button")


# --- a blank hub ------------------------------------------------------------------------------------------


def test_every_way_leads_to_the_code_and_nowhere_else(new):
    for path in ("/", "/people", "/settings", "/setup/admin", "/setup/ready", "/incidents"):
        answer = new.visitor().get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/setup"), path
    assert "telecare-hub pages setup" in new.visitor().get("/setup").text


def test_a_call_on_a_blank_hub_is_no_bug_and_is_never_shown_green(new):
    new.tell(ButtonPressed(new.now, "salon"))
    new.later(seconds=60)
    new.wait(lambda: is_in(new, Phase.ALERTING))
    assert "nobody lives here yet" in "".join(new.settings.mistakes)


def test_the_first_visitor_wins_nothing(new):
    for code in ("", "0" * 12, "guess"):
        assert new.visitor().post("/setup", {"code": code}, page="/setup").status_code == 403
    assert new.visitor().post("/setup", {"code": "guess"}, page="/setup").status_code == 429


def test_the_code_works_once_and_for_an_hour(new):
    code = new.accounts.invite(SETUP, CODE_LASTS)
    first = new.visitor()
    assert first.post("/setup", {"code": code}, page="/setup").status_code == 303
    assert new.visitor().post("/setup", {"code": code}, page="/setup").status_code == 403

    second = new.accounts.invite(SETUP, CODE_LASTS)
    new.clock.seconds += 3601
    assert new.visitor().post("/setup", {"code": second}, page="/setup").status_code == 403
    # And what the first one opened has closed.
    assert first.get("/setup/admin").status_code == 303


def test_the_code_of_the_set_up_opens_no_account_of_its_own(new):
    code = new.accounts.invite(SETUP, CODE_LASTS)
    form = {"code": code, "password": PASSWORD, "again": PASSWORD}
    assert new.visitor().post("/welcome", form, page="/welcome").status_code == 403
    assert new.accounts.account(SETUP) is None


def test_whoever_has_the_code_sees_two_pages_and_no_more(new):
    browser = come_in(new)
    for path in ("/", "/settings", "/people", "/home", "/setup/resident", "/setup/ready", "/messages", "/times"):
        assert browser.get(path).status_code == 403, path
    assert browser.get("/setup").headers["Location"] == "/setup/language"
    assert browser.get("/setup/language").status_code == 200


def test_the_language_is_kept_before_there_is_an_account_and_goes_into_the_household(new):
    browser = come_in(new)
    browser.post("/setup/language", {"language": "en"}, page="/setup/language")
    assert "The same once more" in browser.get("/setup/admin", headers={"Accept-Language": "fr"}).text
    browser.post("/setup/admin", ADMIN, page="/setup/admin")
    assert new.settings.household.people[0].language == "en"
    assert new.settings.household.resident.language == "en"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "short", "again": "short"}, "too short"),
        ({"again": "something else"}, "not the same"),
        ({"phone": "12"}, "with its country"),
        ({"name": " "}, "1 to 60"),
        ({"name": "x" * 61}, "1 to 60"),
    ],
)
def test_what_is_refused_is_kept_and_makes_no_household(new, changes, words):
    browser = come_in(new)
    browser.post("/setup/language", {"language": "en"}, page="/setup/language")
    answer = browser.post("/setup/admin", {**ADMIN, **changes}, page="/setup/admin")

    assert answer.status_code == 422
    assert words in answer.text
    assert PASSWORD not in answer.text
    assert not new.settings.household.people


def test_the_first_of_the_family_has_a_session_of_her_own_and_is_told_of_alerts(new):
    browser = come_in(new)
    before = browser.client.get_cookie(SESSION_COOKIE).value
    browser.post("/setup/admin", ADMIN, page="/setup/admin")
    new.wait(lambda: bool(new.bench.loop.policy.people))

    assert browser.client.get_cookie(SESSION_COOKIE).value != before
    assert new.accounts.session(before) is None
    (marie,) = new.settings.household.people
    assert (marie.id, marie.phone, marie.role, marie.consent) == ("marie", MARIE, "admin", True)
    assert new.settings.mistakes == ()
    alarm(new)
    assert any("ALERT" in words for words in new.bench.road.texts_to(MARIE))


def test_a_household_that_the_hub_cannot_take_is_told_as_what_it_is(new):
    browser = come_in(new)
    browser.post("/setup/language", {"language": "en"}, page="/setup/language")
    waits = Window("morning", frozenset(range(7)), time(7), time(10), ("cellar",))
    new.settings = replace(new.settings, household=replace(new.settings.household, windows=(waits,)))
    answer = browser.post("/setup/admin", ADMIN, page="/setup/admin")
    assert answer.status_code == 422
    assert "The box cannot take this" in answer.text
    assert "cellar" in answer.text
    assert "card takes nothing" not in answer.text
    assert new.accounts.account("marie") is None


def test_a_card_that_takes_nothing_is_told_at_the_first_account(new):
    browser = come_in(new)
    browser.post("/setup/language", {"language": "en"}, page="/setup/language")
    store = new.settings.config.hub.households
    store.unlink(missing_ok=True)
    store.mkdir()
    answer = browser.post("/setup/admin", ADMIN, page="/setup/admin")
    assert answer.status_code == 422
    assert "card takes nothing now" in answer.text


def test_two_who_came_with_codes_make_one_household(new):
    first, second = come_in(new), come_in(new)
    first.post("/setup/admin", ADMIN, page="/setup/admin")
    answer = second.client.post("/setup/admin", data=ADMIN)
    assert answer.status_code in (303, 403)
    assert [person.name for person in new.settings.household.people] == ["Marie"]


def test_a_hub_that_is_set_up_shows_the_code_page_to_nobody(still):
    assert still.visitor().get("/setup").headers["Location"] == "/login"
    assert not SECRETS.search(still.visitor().get("/setup").text)
    still.accounts.invite(SETUP, CODE_LASTS)
    assert still.browser("marie").get("/setup").headers["Location"] == "/setup/ready"
    assert still.browser("paul").get("/setup/ready").status_code == 403


def test_a_code_of_the_set_up_opens_nothing_once_there_is_a_household(home):
    code = home.accounts.invite(SETUP, CODE_LASTS)
    assert home.visitor().post("/setup", {"code": code}, page="/login").status_code == 403


# --- the steps --------------------------------------------------------------------------------------------


def test_nobody_is_watched_over_without_a_yes(new):
    browser = begun(new)
    form = {**RESIDENT, "consent": ""}
    answer = revised(browser, "/setup/resident", form)
    assert answer.status_code == 422
    assert "12 rue des Lilas" in answer.text

    assert revised(browser, "/setup/resident", RESIDENT).headers["Location"] == "/setup/people"
    assert new.bench.state.consent.name == "Marie"
    assert new.settings.household.resident.name == "Mme Martin"
    # Saved again it stays as it was noted, and so does the key.
    assert revised(browser, "/setup/resident", {**form, "key_code": CODE}).status_code == 303
    assert new.settings.household.resident.key_code == CODE
    assert CODE not in browser.get("/setup/resident").text


def test_who_is_invited_gets_the_question_and_no_alert_before_the_yes(new):
    browser = begun(new)
    revised(browser, "/setup/resident", RESIDENT)
    form = {"name": "Léo <b>", "phone": LEO, "role": "neighbour", "language": "fr", "consent": "1"}
    assert revised(browser, "/setup/people", form).status_code == 303
    new.wait(lambda: bool(new.bench.road.texts_to(LEO)))
    assert "OUI ou NON" in new.bench.road.texts_to(LEO)[0]
    assert not new.settings.household.people[-1].consent
    page = browser.get("/setup/people")
    assert "Léo &lt;b&gt;" in page.text
    assert "<b>" not in page.text

    text(new, LEO, "oui")
    new.wait(lambda: new.settings.household.people[-1].consent)
    assert "a donné son accord" in browser.get("/setup/people/live", headers={"Accept-Language": "fr"}).text


def test_nobody_is_asked_twice_a_day_and_one_refused_form_keeps_what_was_typed(new):
    browser = begun(new)
    form = {"name": "Leo", "phone": LEO, "role": "neighbour", "language": "fr"}
    revised(browser, "/setup/people", form)
    assert browser.post("/setup/invite", {"person": "leo"}, page="/setup/people").status_code == 409
    answer = revised(browser, "/setup/people", {**form, "name": "Zoe"})
    assert answer.status_code == 422
    assert "Zoe" in answer.text
    assert browser.post("/setup/invite", {"person": "mallory"}, page="/setup/people").status_code == 409


def test_from_the_page_of_people_one_is_asked_too(home):
    browser = home.browser("marie")
    assert browser.post("/setup/invite", {"person": "anne", "from": "people"}, page="/people").status_code == 409


@pytest.mark.parametrize(
    ("answer", "words"), [("non", "has said no"), ("oui", "has agreed"), ("STOP", "STOP"), (None, "has not answered")]
)
def test_what_somebody_said_is_shown(new, answer, words):
    browser = begun(new)
    revised(browser, "/setup/people", {"name": "Leo", "phone": LEO, "role": "neighbour", "language": "fr"})
    if answer:
        text(new, LEO, answer)
        new.wait(lambda: not new.bench.state.outbox)
    else:
        new.later(days=15)
    new.accounts.set_language("marie", "en")
    new.wait(lambda: words in browser.get("/setup/people").text)


def test_a_press_is_heard_and_taken_back_before_anybody_is_told(new):
    browser = begun(new)
    new.accounts.set_language("marie", "en")
    new.tell(ButtonPressed(new.now, "salon"))
    page = browser.get("/setup/button").text
    assert "Heard: a call for help (salon)" in page
    assert "heard at" in page
    assert take_back(browser).status_code == 303
    assert not new.bench.state.open_incidents()
    assert new.bench.road.texts_to(MARIE) == []
    # Nothing to take back: nothing happens.
    assert browser.post("/setup/button", page="/setup/test").status_code == 303


@pytest.mark.parametrize("incident", ["10", "", "x", None])
def test_a_form_of_an_earlier_test_does_not_take_back_a_later_call(new, incident):
    browser = begun(new)
    new.tell(ButtonPressed(new.now, "salon"))
    take_back(browser)
    new.tell(ButtonPressed(new.now, "salon"))
    (call,) = new.bench.state.open_incidents()
    assert call.number == 11
    form = {} if incident is None else {"incident": incident}
    answer = browser.post("/setup/button", form, page="/setup/button")
    assert answer.headers["Location"] == "/setup/button"
    assert new.bench.state.open_incidents() == (call,)


def test_a_walk_and_a_test_are_seen_as_they_come(new):
    browser = begun(new)
    new.accounts.set_language("marie", "en")
    assert browser.get("/setup/sensors/live").text.count("not heard yet") == len(new.bench.loop.policy.sensors)
    new.tell(SensorChanged(new.now, "cuisine", True))
    assert "heard at" in browser.get("/setup/sensors/live").text

    assert "has not answered yet" in browser.get("/setup/test").text
    assert browser.post("/setup/test", page="/setup/test").status_code == 303
    # And the network has said so: the next decision is the one about the answer.
    new.wait(lambda: bool(new.bench.road.texts_to(MARIE)) and not new.bench.state.outbox)
    text(new, MARIE, "1")
    assert "answered at" in browser.get("/setup/test/live").text
    tag = re.search(r"seen=(\w+)", browser.get("/setup/test/live").text)[1]
    assert browser.get(f"/setup/test/live?seen={tag}").status_code == 204
    assert browser.get("/setup/button/live").status_code == 200


def test_ready_is_what_the_hub_has_seen_itself(new):
    browser = begun(new)
    new.accounts.set_language("marie", "en")
    assert "Not ready yet" in browser.get("/setup/ready").text
    revised(browser, "/setup/resident", RESIDENT)
    revised(browser, "/setup/people", {"name": "Leo", "phone": LEO, "role": "neighbour", "language": "fr"})
    text(new, LEO, "oui")
    new.wait(lambda: any(person.id == "leo" and person.consent for person in new.bench.loop.policy.people))
    for button in new.bench.loop.policy.buttons:
        new.tell(ButtonPressed(new.now, button.id))
        new.wait(lambda: bool(new.bench.state.open_incidents()))
        take_back(browser)
    for sensor in new.bench.loop.policy.sensors:
        for active in (True, False):
            new.tell(SensorChanged(new.now, sensor.id, active))
    browser.post("/setup/test", page="/setup/test")
    new.wait(lambda: bool(new.bench.road.texts_to(LEO)[2:]))
    text(new, MARIE, "1")
    text(new, LEO, "1")
    # The hub hears their answers on a thread of its own.
    new.wait(lambda: "Not ready yet: 1 thing is missing" in browser.get("/setup/ready").text)
    assert "Set times" in browser.get("/setup/ready").text
    silence = {"key": "", "name": "jour", "hours": "4", "from": "08:00", "to": "22:00"}
    revision = re.search(r'name="revision" value="(\w+)"', browser.get("/times").text)[1]
    browser.post("/times/silence", {"revision": revision, **silence}, page="/times")
    new.wait(lambda: "✓</span> Ready" in browser.get("/setup/ready/live").text)

    # A month later nothing of it is taken for granted.
    new.later(days=31)
    new.wait(lambda: new.bench.state.at > new.now - timedelta(minutes=1))
    assert "Not ready yet" in new.browser("marie").get("/setup/ready").text
