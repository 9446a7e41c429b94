"""The family's pages of the demo's house: the product's own, under a bar that says DEMO, and no door into it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from web_theatre import FAMILY_PORT, OWN_PORT, Theatre, theatre
from werkzeug.test import Client

from hub import backup, erasing
from hub.domain.facts import Whereabouts
from hub.household_store import HouseholdStore
from hub.sim import web_demo
from hub.web import application

FAMILY = f"http://localhost:{FAMILY_PORT}/"
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@pytest.fixture
def there() -> Iterator[Theatre]:
    with theatre() as found:
        yield found


def come_in(there: Theatre, person: str) -> Client:
    """Go from the demo's page to the family's pages; return the browser that did."""
    answer = there.post("/family", person=person)
    assert (answer.status_code, answer.headers["Location"]) == (303, FAMILY)
    cookie = there.client.get_cookie("hub_session")
    assert cookie is not None
    assert cookie.http_only
    browser = Client(there.family)
    browser.set_cookie("hub_session", cookie.value)
    return browser


def look(browser: Client, path: str = "/") -> Any:
    return browser.get(path, base_url=FAMILY, follow_redirects=True)


def test_the_family_sees_the_real_first_page_of_this_house(there):
    marie = come_in(there, "marie")
    assert "All is well" in look(marie).text
    there.post("/do/press")
    there.wait(12)

    assert "ALERT" in look(marie).text
    assert "help button" not in look(marie).text
    assert "Paul" in look(marie, "/incident/10").text


@pytest.mark.parametrize(("person", "sees"), [("resident", "I need help"), ("paul", "All is well")])
def test_each_comes_in_as_themselves(there, person, sees):
    assert sees in look(come_in(there, person)).text


def test_every_page_of_it_says_demo_and_leads_back(there):
    marie = come_in(there, "marie")
    for path in ("/", "/people", "/times", "/devices", "/messages", "/settings", "/home", "/print/fridge", "/nowhere"):
        page = look(marie, path).text
        assert '<div class="demo-bar"' in page, path
        assert f'<a href="http://localhost:{OWN_PORT}/">Back to the demo</a>' in page
    assert '<div class="demo-bar"' in look(Client(there.family), "/login").text
    with look(marie, "/demo/bar.css") as style:
        assert style.status_code == 200


def test_what_the_family_does_there_the_house_does(there):
    marie = come_in(there, "marie")
    token = TOKEN.search(look(marie).text)[1]
    there.stage.start()  # whoever waits for a decision needs a clock that runs
    answer = marie.post(
        "/pause", base_url=FAMILY, data={"csrf": token}, headers={"Origin": f"http://localhost:{FAMILY_PORT}"}
    )

    assert answer.status_code == 303
    assert there.demo.house.state.presence.whereabouts is Whereabouts.PAUSED


def test_where_a_password_is_asked_for_the_bar_names_it(there):
    marie = come_in(there, "marie")
    page = look(marie, "/data").text
    form = {"csrf": TOKEN.search(page)[1]}
    named = re.search(r"The password here, where one is asked for: (\S+)</span>", page)[1]
    there.stage.start()

    for password, status in (("x" * 12, 422), (named, 303)):
        answer = marie.post(
            "/data/export",
            base_url=FAMILY,
            data={**form, "password": password},
            headers={"Origin": f"http://localhost:{FAMILY_PORT}"},
        )
        assert answer.status_code == status


def test_while_the_hub_is_off_nobody_serves_them_and_that_is_said(there):
    marie = come_in(there, "marie")
    there.post("/do/power")
    answer = look(marie)
    assert answer.status_code == 503
    assert "The box is off" in answer.text
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert marie.get("/", base_url="http://evil.example/").status_code == 421
    assert there.post("/family", person="marie").headers["Location"] == FAMILY
    there.post("/do/power")
    there.wait(90)

    assert "All is well" in look(marie).text


def test_whoever_was_in_stays_in_when_they_come_again_while_the_hub_is_off(there):
    come_in(there, "marie")
    there.post("/do/power")
    there.post("/family", person="marie")
    there.post("/do/power")
    there.wait(90)

    browser = Client(there.family)
    browser.set_cookie("hub_session", there.client.get_cookie("hub_session").value)
    assert "All is well" in look(browser).text


def test_another_house_knows_nobody_of_the_one_before(there):
    marie = come_in(there, "marie")
    there.post("/begin", story="fall")

    assert "Log in" in look(marie).text
    assert "All is well" in look(come_in(there, "marie")).text


def test_without_the_demos_sign_in_nobody_comes_in(there):
    stranger = Client(there.family)
    there.post("/family", person="marie")

    answer = stranger.get("/", base_url=FAMILY)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login")


def test_the_product_has_no_line_of_the_demo_but_an_empty_block():
    folder = Path(application.__file__).parent
    sources = [*folder.rglob("*.py"), *folder.rglob("*.html")]
    naming = [path.name for path in sources if re.search("web_demo|demo", path.read_text("utf-8"), re.IGNORECASE)]

    assert naming == []
    assert "{% block bar %}{% endblock %}" in (folder / "templates" / "base.html").read_text("utf-8")
    assert web_demo.__doc__ is not None


def test_what_was_agreed_to_is_put_into_place_when_the_hub_of_the_house_starts_again(there):
    marie = come_in(there, "marie")
    house, kept = there.demo.house, there.demo.house.config.hub.data_dir / "kept.zip"
    backup.write(house.config, kept, house.now())
    there.post("/text", phone="Paul", words="STOP")
    there.wait(5)
    assert house.state.stopped
    with kept.open("rb") as file:
        backup.stage(house.config, file, house.now())
    backup.agree(house.config)
    there.post("/pace", pace="0")

    there.stage.restart(there.demo)
    there.wait(2)
    assert "It starts again by itself" in look(marie).text
    there.wait(3)

    assert "All is well" in look(marie).text
    assert not house.state.stopped
    assert not there.stage.is_paused


def test_a_house_whose_hub_knows_nobody_any_more_still_has_its_phones(there):
    house = there.demo.house
    # What is deleted lies in the demo's own folder, the family's file as well.
    assert house.config.hub.household.parent == house.config.hub.data_dir.parent
    erasing.ask(house.config.hub.data_dir)
    there.stage.restart(there.demo)
    there.wait(5)

    assert not house.household.people
    page = there.page()
    assert "Set the box up" in page
    assert "Mrs Martin" in page
    assert "Write as Paul" in there.page("/?phone=Paul")
    there.post("/text", phone="Paul", words="1")
    there.post("/do/press")
    there.wait(30)
    assert house.texts_to("Paul") == []


def test_who_has_agreed_by_text_has_so_in_the_backup_too(there):
    marie = come_in(there, "marie")
    token = TOKEN.search(look(marie, "/setup/people").text)[1]
    there.stage.start()
    marie.post(
        "/setup/people",
        base_url=FAMILY,
        data={
            "csrf": token,
            "revision": re.search(r'name="revision" value="([^"]*)"', look(marie, "/setup/people").text)[1],
            "name": "Leo",
            "phone": "+33688888888",
            "role": "neighbour",
            "language": "fr",
        },
        headers={"Origin": f"http://localhost:{FAMILY_PORT}"},
    )
    there.wait(20)
    there.demo.house.texts("Leo", "OUI")
    there.wait(5)

    newest = HouseholdStore(there.demo.house.config.hub.households).newest()
    assert any(person.name == "Leo" and person.consent for person in newest.people)
