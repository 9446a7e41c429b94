"""Rules ready made: each is added with one press where the home has what it needs, is told in words, and goes away."""

import html
from dataclasses import replace
from datetime import time, timedelta

import pytest

from hub.domain.inputs import TemperatureMeasured
from hub.domain.policy import (
    EVERY_DAY,
    BackInBed,
    Climate,
    Extreme,
    HomeBy,
    LeftOpen,
    Sensor,
    SensorKind,
    Silence,
    Window,
)
from hub.web import ready_made
from hub.web.edits import RefusedError
from tests.web.home import Home
from tests.web.test_edits import household, save

HOUR = timedelta(hours=1)
BARE = "[[door]]", "[[bed]]", "[[home_by]]"


def without_rules(world) -> None:
    """The example household before the family has added anything, and with a thermometer."""
    file = world.folder / "household.toml"
    blocks = file.read_text().split("\n\n")
    file.write_text("\n\n".join(block for block in blocks if not block.startswith(BARE)))


@pytest.fixture
def bare(folder):
    with Home(folder, edit=without_rules) as home:
        yield home


RULES = {
    "morning": ("windows", Window("Up in the morning", EVERY_DAY, time(7), time(10))),
    "by_day": ("silences", Silence("Up and about by day", 4 * HOUR, (time(8), time(22)))),
    "bed": ("beds", BackInBed("Not back in bed", "lit", HOUR)),
    "door": ("doors", LeftOpen("Front door left open", "entree", timedelta(minutes=20), (time(22), time(7)))),
    "home": ("home_by", HomeBy("Home by evening", time(21))),
}


def test_each_is_added_with_one_press_and_holds_at_once(bare):
    before = household(bare) or bare.settings.household
    assert (before.doors, before.beds, before.home_by) == ((), (), ())
    for key in ("bed", "door", "home"):
        part, rule = RULES[key]
        assert save(bare, "/times/ready", {"which": key}).status_code == 303
        assert getattr(household(bare), part) == (rule,)
        bare.wait(lambda part=part, rule=rule: rule in getattr(bare.bench.loop.policy, part))

    page = bare.browser("marie").get("/times").text
    assert "entree: open for 20\N{NO-BREAK SPACE}min at most, between 22:00 and 07:00" in page
    assert "Home by 21:00, every day" in page
    assert page.count("It is set.") >= 3


def test_each_is_tried_on_the_past_before_it_is_added(bare):
    told = save(bare, "/times/ready", {"which": "door", "try": "1"}).text
    assert "What it would have done" in told
    assert 'Door "Front door left open" open for 20 min at most between 22:00 and 07:00: would have' in html.unescape(
        told
    )
    assert "open since" in told
    # Of the bed nothing is on record.
    told = html.unescape(save(bare, "/times/ready", {"which": "bed", "try": "1"}).text)
    assert (
        'Back in bed "Not back in bed" within 1 h between 22:00 and 06:00: how it stood is not on record yet.' in told
    )
    assert "Home by 21:00" not in told
    assert 'Home "Home by evening" by 21:00' in html.unescape(
        save(bare, "/times/ready", {"which": "home", "try": "1"}).text
    )
    for key in ("frost", "panic"):
        assert save(bare, "/times/ready", {"which": key, "try": "1"}).status_code == 422
    assert (household(bare) or bare.settings.household).doors == ()


def test_one_that_holds_is_tried_too(home):
    before = household(home) or home.settings.household
    door = before.doors[0]

    told = save(home, "/times/other", {"part": "doors", "key": door.name, "try": "1"}).text

    assert "What it would have done" in told
    assert (household(home) or home.settings.household).doors == (door,)
    for part, key in (("climate", "cold"), ("doors", "none"), ("people", "paul")):
        assert save(home, "/times/other", {"part": part, "key": key, "try": "1"}).status_code == 422


def with_a_thermometer(world) -> None:
    """One that says how warm it is, and a family that wants to know of frost."""
    thermometer = '[[sensor]]\nid = "salon_temp"\nkind = "temperature"\nsource = "mqtt:zigbee2mqtt/salon"\n'
    broker = '[mqtt]\nurl = "{}"'.format
    world.edit(broker(""), f"{thermometer}\n{broker('mqtt://127.0.0.1:1883')}")
    family = world.folder / "household.toml"
    family.write_text(family.read_text() + "\n[frost]\nbelow = 8\n")


def test_frost_and_heat_are_tried_on_how_warm_it_was(folder):
    with Home(folder, edit=with_a_thermometer) as home:
        for celsius in (33.0, 33.0, 20.0, 20.0):
            home.tell(TemperatureMeasured(home.now, "salon_temp", celsius))
            home.later(hours=12 if celsius == 20.0 else 2)

        frost = save(home, "/times/other", {"part": "climate", "key": "cold", "try": "1"}).text
        heat = save(home, "/times/ready", {"which": "heat", "try": "1"}).text

    assert "Below 8 °C for 1 h: would have worried nobody in 1 days." in html.unescape(frost)
    assert "Above 32 °C for 1 h: would have worried people once in 1 days." in html.unescape(heat)
    assert "so since" in heat


def test_what_is_set_already_under_whatever_name_is_not_set_twice(bare):
    answer = save(bare, "/times/ready", {"which": "morning"})

    assert answer.status_code == 422
    assert "This rule is there already" in answer.text
    assert len((household(bare) or bare.settings.household).windows) == 1


def test_one_that_needs_a_detector_which_is_not_there_says_so(bare):
    assert "It needs a thermometer." in bare.browser("marie").get("/times").text

    answer = save(bare, "/times/ready", {"which": "frost"})

    assert answer.status_code == 422
    assert "It needs a thermometer." in answer.text


def test_rules_without_a_form_are_told_in_words_and_taken_away(home):
    page = home.browser("marie").get("/times").text
    assert "Chambre: back within 1\N{NO-BREAK SPACE}h, between 22:00 and 06:00</h3>" in page
    # Nobody has given these a name: what they say stands in its place.
    assert all(f"<h3>{name}" not in page for name in ("lit 1h", "4h 08:00-22:00", "21:00 daily"))
    assert "<h3>Between 08:00 and 22:00: no silence longer than 4 h</h3>" in page
    assert "Next check: 18:20 (Between 08:00 and 22:00: no silence longer than 4 h)" in page

    save(home, "/times/other", {"part": "beds", "key": "lit 1h"})

    assert household(home).beds == ()
    assert len(household(home).doors) == 1
    assert "back within" not in home.browser("marie").get("/times").text


@pytest.mark.parametrize("form", [{"part": "people", "key": "paul"}, {"part": "beds", "key": "x"}, {}])
def test_nothing_else_is_taken_away(home, form):
    before = home.settings.household

    save(home, "/times/other", form)

    assert household(home) in (None, before)


@pytest.mark.parametrize("which", ["", "people", "panic"])
def test_a_rule_that_nobody_offers_is_none(still, which):
    assert save(still, "/times/ready", {"which": which}).status_code == 422


@pytest.mark.parametrize("path", ["/times/ready", "/times/other"])
def test_a_neighbour_changes_nothing(still, path):
    paul = still.browser("paul")

    assert paul.post(path, {"which": "bed"}).status_code == 403
    assert "Ready-made rules" not in paul.get("/times").text


def test_a_home_with_every_detector_is_offered_every_rule_and_told_each_in_words(still):
    thermometer = Sensor("cave", SensorKind.TEMPERATURE, "cave")
    bed, door = Sensor("lit", SensorKind.BED, "chambre"), Sensor("entree", SensorKind.DOOR, "", entrance=True)
    policy = replace(still.bench.loop.policy, sensors=(thermometer, bed, door))
    found = replace(still.settings.household, windows=(), silences=(), doors=(), beds=(), home_by=(), climate=())
    with still.app.test_request_context("/"):
        from flask import g

        g.language = "en"
        for offer in ready_made.offers(found, policy):
            assert (offer.lacks, offer.is_set) == ("", False), offer.key
            found = ready_made.added(offer, found)
        assert all(offer.is_set for offer in ready_made.offers(found, policy))
        assert found.climate == (Climate(Extreme.COLD, 8.0, HOUR), Climate(Extreme.HEAT, 32.0, HOUR))
        told = {other.title: other.words for other in ready_made.others(found, policy)}
        assert told["Frost"] == "Below 8 °C for 1\N{NO-BREAK SPACE}h"
        assert set(told) == {"Frost", "Heat", "Not back in bed", "Front door left open", "Home by evening"}
        with pytest.raises(RefusedError):
            ready_made.added(ready_made.offers(found, policy)[0], found)
        assert ready_made.without(found, "climate", "cold").climate == found.climate[1:]
