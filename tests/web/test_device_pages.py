"""The devices: what each tells of itself, how long it may be silent, what the box knows; and one detector tried."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from hub import __version__
from hub.domain.inputs import (
    CreditTold,
    DeviceHeard,
    Observed,
    PolicyReplaced,
    SensorChanged,
    TemperatureMeasured,
)
from hub.domain.policy import Button, Sensor, SensorKind
from hub.web.devices import _how_to_try
from tests.web.home import Browser, Home, alarm, text

DAY = timedelta(hours=25)
WIRELESS = (
    Sensor("cuisine", SensorKind.MOTION, "cuisine", "mqtt", DAY),
    Sensor("entree", SensorKind.DOOR, "entrée", "gpio"),
    Sensor("cave", SensorKind.TEMPERATURE, "cave", "mqtt", timedelta(days=3)),
    Sensor("fumee", SensorKind.SMOKE, "couloir", "mqtt", timedelta(minutes=90)),
)


@pytest.fixture
def wireless(home: Home) -> Home:
    """The same home with wireless devices."""
    buttons = (Button("salon", "salon", link="gpio"), Button("pendant", "", link="mqtt", silent_after=DAY))
    home.tell(PolicyReplaced(home.now, replace(home.bench.loop.policy, buttons=buttons, sensors=WIRELESS)))
    return home


def row(page: str, name: str) -> str:
    """What the page says of one device, without marks."""
    found = next(part for part in page.split("<li") if f"<strong>{name}</strong>" in part)
    return " ".join(re.sub(r"<[^>]*>", " ", found).split()).replace("\xa0", " ")


def facts_of(page: str) -> dict[str, str]:
    """What the page says of the box."""
    return dict(re.findall(r"<dt[^>]*>(.*?)</dt><dd>(.*?)</dd>", page))


# --- each device ------------------------------------------------------------------------------------------


def test_battery_and_link_are_shown_as_they_were_told_last_and_when(wireless):
    marie = wireless.browser("marie")
    assert "Battery: – · Link: –" in row(marie.get("/devices").text, "Cuisine")

    wireless.tell(DeviceHeard(wireless.now, "cuisine", battery=87, link_quality=134))
    wireless.later(minutes=10)
    wireless.tell(DeviceHeard(wireless.now, "cuisine", link_quality=0))
    page = marie.get("/devices").text

    assert "Battery: 87 % (14:20) · Link: 0 of 255 (14:30)" in row(page, "Cuisine")
    assert "Battery: – · Link: –" in row(page, "Pendant")
    with_french = wireless.browser("marie", "fr").get("/devices").text
    assert "Pile : 87 % (14 h 20) · Liaison : 0 sur 255 (14 h 30)" in row(with_french, "Cuisine")


def test_an_empty_battery_is_one(wireless):
    wireless.tell(DeviceHeard(wireless.now, "cuisine", battery=0))

    assert "Battery: 0 % (14:20)" in row(wireless.browser("anne").get("/devices").text, "Cuisine")


@pytest.mark.parametrize(
    ("name", "english", "french"),
    [
        ("Cuisine", "reports at least every 25 h", "se signale au moins une fois en 25 h"),
        ("Pendant", "reports at least every 25 h", "se signale au moins une fois en 25 h"),
        ("Cave", "reports at least every 3 days", "se signale au moins une fois en 3 jours"),
        ("Couloir", "reports at least every 1 h 30", "se signale au moins une fois en 1 h 30"),
        ("Entrée", "by wire: need not report", "par fil : n&#39;a pas à se signaler"),
    ],
)
def test_how_long_each_may_be_silent_is_told_in_words(wireless, name, english, french):
    for language, words in (("en", english), ("fr", french)):
        assert re.search(f"{words} Tr?(y|ester) ", row(wireless.browser("marie", language).get("/devices").text, name))


def test_who_looks_sees_the_same_but_cannot_try_and_a_neighbour_sees_nothing(wireless):
    wireless.tell(DeviceHeard(wireless.now, "cuisine", battery=87, link_quality=134))
    for person in ("anne", "resident"):
        page = wireless.browser(person).get("/devices").text
        assert "Battery: 87 %" in row(page, "Cuisine")
        assert "Try this" not in page
        assert wireless.browser(person).get("/devices/cuisine/try").status_code == 403
    assert wireless.browser("paul").get("/devices").status_code == 403
    assert wireless.browser("paul").get("/devices/cuisine/try/live").status_code == 403


# --- one detector, tried ----------------------------------------------------------------------------------


def tried(home: Home, device: str) -> tuple[Browser, str]:
    """Press the button of the page; return the browser, and the address it comes to."""
    marie = home.browser("marie")
    page = marie.get("/devices").text
    assert f'href="/devices/{device}/try"' in page
    answer = marie.get(f"/devices/{device}/try")
    assert answer.status_code == 303
    return marie, answer.headers["Location"]


def test_a_detector_that_is_heard_is_seen_at_once_even_where_it_was_proven_a_moment_ago(wireless):
    wireless.tell(DeviceHeard(wireless.now, "cuisine"))
    wireless.later(minutes=5)
    marie, where = tried(wireless, "cuisine")
    page = marie.get(where).text
    assert "Not heard yet since 14:25" in page
    assert "Last heard: 14:20" in page
    assert "walk past it" in page
    assert '<meta http-equiv="refresh" content="5">' in page

    wireless.later(seconds=20)
    wireless.tell(DeviceHeard(wireless.now, "cuisine"))
    page = marie.get(where).text
    assert "Heard at 14:25" in page
    assert "This detector works: cuisine" in page
    assert "Not heard yet" not in page
    assert "Last proven: 14:25" in row(marie.get("/devices").text, "Cuisine")


def test_another_detector_that_is_heard_says_nothing_of_this_one(wireless):
    marie, where = tried(wireless, "cuisine")
    wireless.later(seconds=20)
    wireless.tell(SensorChanged(wireless.now, "fumee", True))
    page = marie.get(where).text

    assert "Not heard yet since 14:20" in page
    assert "See the alert" in page


def test_the_part_that_keeps_itself_up_to_date_is_sent_when_it_changed(wireless):
    marie, where = tried(wireless, "cave")
    part = re.search(r'hx-get="([^"]+)"', marie.get(where).text)
    assert part is not None
    address = part[1].replace("&amp;", "&")
    assert marie.get(address).status_code == 204

    wireless.later(seconds=20)
    wireless.tell(TemperatureMeasured(wireless.now, "cave", 31.0))
    assert "Heard at 14:20" in marie.get(address).text


def test_one_that_is_active_says_why_it_tells_no_more(wireless):
    wireless.tell(SensorChanged(wireless.now, "cuisine", True))
    wireless.later(minutes=1)
    marie, where = tried(wireless, "cuisine")
    assert "It has told of something since 14:20" in marie.get(where).text

    wireless.tell(SensorChanged(wireless.now, "cuisine", False))
    assert "It has told of something" not in marie.get(where).text


@pytest.mark.parametrize("since", ["", "x", "-1", "1e9", "9999999999", "9" * 40, "١", "%00"])
def test_a_try_begins_now_where_its_address_says_no_time(wireless, since):
    wireless.tell(DeviceHeard(wireless.now, "cuisine"))
    wireless.later(minutes=1)
    marie = wireless.browser("marie")
    answer = marie.get(f"/devices/cuisine/try?since={since}")

    assert answer.headers["Location"] == f"/devices/cuisine/try?since={int(wireless.now.timestamp())}"
    assert "Not heard yet since 14:21" in marie.get(f"/devices/cuisine/try/live?since={since}").text


@pytest.mark.parametrize("device", ["nobodys", "salon", "..", "Cuisine", "<script>"])
def test_what_is_no_detector_cannot_be_tried(wireless, device):
    assert wireless.browser("marie").get(f"/devices/{device}/try").status_code == 404


def test_a_button_is_tried_where_the_call_can_be_taken_back(wireless):
    marie = wireless.browser("marie")
    button = next(part for part in marie.get("/devices").text.split("<li") if "<strong>Pendant</strong>" in part)

    assert 'href="/setup/button"' in button
    assert "Try this button" in button
    assert "Try this detector" not in button


@pytest.mark.parametrize("kind", SensorKind)
def test_each_kind_of_detector_is_told_how_to_be_tried(still, kind):
    with still.app.test_request_context("/"):
        from flask import g

        g.language = "en"
        how = _how_to_try(kind)
    assert ("real alarm" in how) is (kind in {"smoke", "co", "gas", "flood", "fall"})


def test_the_walk_past_the_detectors_of_the_set_up_sees_each_walk_too(wireless):
    marie = wireless.browser("marie")
    wireless.tell(DeviceHeard(wireless.now, "cuisine"))
    wireless.later(minutes=7)
    wireless.tell(DeviceHeard(wireless.now, "cuisine"))

    assert "heard at 14:27" in marie.get("/setup/sensors").text


# --- the box ----------------------------------------------------------------------------------------------


def test_the_family_sees_when_a_text_last_left_and_came_and_no_invented_credit(home):
    marie = home.browser("marie")
    before = facts_of(marie.get("/devices").text)
    assert (before["Last text sent"], before["Last text received"]) == ("never", "never")
    assert before["Credit of the SIM card"].startswith("not known")

    text(home, "+33699999999", "win a car")
    home.later(minutes=5)
    alarm(home)
    after = facts_of(marie.get("/devices").text)
    assert (after["Last text received"], after["Last text sent"]) == ("14:20", "14:25")


@pytest.mark.parametrize(
    ("said", "english", "french"),
    [
        ("Votre credit est de 12,50 EUR, valable jusqu'au 31/12/2026.", "12.50 EUR, until 31/12/2026 (14:20)", "12,50"),
        ("Credit: 3 EUR", "3.00 EUR (14:20)", "3,00 EUR (14\xa0h\xa020)"),
        ("Votre offre est valable jusqu'au 31/12/2026.", "until 31/12/2026 (14:20)", "jusqu&#39;au 31/12/2026"),
        ("Service indisponible", "not known", "inconnu"),
    ],
)
def test_the_credit_is_what_the_operator_said_and_when(home, said, english, french):
    home.tell(CreditTold(home.now, said))

    assert facts_of(home.browser("marie").get("/devices").text)["Credit of the SIM card"].startswith(english)
    in_french = facts_of(home.browser("marie", "fr").get("/devices").text)["Crédit de la carte SIM"]
    assert in_french.startswith(french)
    assert "Credit" not in home.browser("anne").get("/devices").text


def test_who_texts_when_is_the_familys_alone(home):
    text(home, "+33699999999", "win a car")
    for person in ("anne", "resident"):
        page = home.browser(person).get("/devices").text
        assert "Last text" not in page
        assert "Credit" not in page
        assert facts_of(page)["Version"] == __version__


def test_the_card_the_version_and_the_clock(home):
    marie = home.browser("marie")
    before = facts_of(marie.get("/devices").text)
    assert before["Free on the card (GB)"] == "not known"
    assert before["Version"] == __version__
    assert before["Time of day"] == "14:20"

    home.tell(Observed(home.now, "disk_free_gb", 12.3))
    home.clock.is_vouched_for = False
    home.later(seconds=1)
    home.wait(lambda: not home.bench.state.clock_trusted)
    after = facts_of(marie.get("/devices").text)
    assert after["Free on the card (GB)"] == "12.3"
    assert after["Time of day"] == "14:20, and nobody vouches for it"
    assert facts_of(home.browser("marie", "fr").get("/devices").text)["Place libre sur la carte (Go)"] == "12,3"


def test_modem_mains_and_clock_say_when_they_were_last_proven(home):
    marie = home.browser("marie")
    alarm(home)
    page = marie.get("/devices").text

    for name in ("Mobile network", "Mains", "Clock"):
        assert "Last proven: 14:20" in row(page, name)
        assert "Battery:" not in row(page, name)
        assert "Try this" not in row(page, name)


def test_a_movement_that_a_detector_saw_is_a_proof_of_it_and_a_wired_one_has_no_battery(home):
    row = re.search(r"<strong>Cuisine</strong>.*?</li>", home.browser("marie").get("/devices").text, re.DOTALL)[0]
    assert "Last proven: 14:19" in row
    assert "last movement" not in row  # that is the same moment
    assert "by wire: need not report" in row
    assert "Battery" not in row
