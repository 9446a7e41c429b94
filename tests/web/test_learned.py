"""The learned silence on the page of times: said in words how far it is, tried on the past, wanted or not."""

import html
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import g

from hub.domain.facts import Kind, LinesDrawn, SilenceEnded
from hub.domain.policy import Learned, Sensor, SensorKind, Silence
from hub.domain.state import evolve
from hub.journal import Journal, Numbered
from hub.web import learned
from hub.web.incident_story import story
from tests.domain.house import HOME, START, House
from tests.web.test_edits import household, save

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LINES = (("", (220,) * 24),)


@pytest.fixture
def told(still):
    """What the page says of a state, in English."""

    def say(house: House, policy=HOME) -> str:
        with still.app.test_request_context("/"):
            g.language = "en"
            return " ".join(learned.in_words(house.state, policy, house.now))

    return say


def learning_home() -> tuple[House, object]:
    policy = replace(HOME, learned=Learned())
    return House(policy), policy


def test_a_family_that_wants_none_is_told_so(told):
    assert told(House()) == "The box learns nothing: only the times above hold."


def test_until_enough_was_seen_the_familys_own_rules_hold_and_the_page_says_so(told):
    house, policy = learning_home()
    house.pass_time(days=2, hours=1)

    words = told(house, replace(policy, silences=(Silence("jour", 4 * HOUR),)))
    assert words.startswith("The box is still learning: 1 of 6 days have been watched.")
    assert words.endswith("Until then the longest silences above hold.")
    assert "no silence is asked about" in told(house, replace(policy, silences=()))


def test_what_is_usual_at_this_hour_and_how_long_it_lasts_now(told):
    house, policy = learning_home()
    began = START.astimezone(HOME.zone).time().replace(tzinfo=None)
    for _ in range(12):
        house.state = evolve(house.state, SilenceEnded(house.now, "cuisine", began, 2 * HOUR, ("cuisine",)))
    house.state = evolve(house.state, LinesDrawn(house.now, 9 * DAY, LINES))
    house.sense("cuisine")
    house.pass_time(minutes=50)

    words = told(house, policy)
    assert words.startswith(
        "Learned from 9 days. After a sign here (cuisine) at this hour a movement usually comes within"
    )
    assert "; 50\N{NO-BREAK SPACE}min now. The question comes after 3\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}40." in words


def test_whoever_has_perhaps_gone_out_and_an_hour_that_is_not_known(told):
    house, _policy = learning_home()
    sensors = (*(s for s in HOME.sensors if s.id != "entree"), Sensor("entree", SensorKind.DOOR, "", entrance=True))
    house.replace_policy(sensors=sensors)
    house.state = evolve(house.state, LinesDrawn(house.now, 9 * DAY, LINES))
    assert "the longest silences above hold" in told(house, house.policy)

    house.sense("entree", active=False)
    house.sense("entree")

    assert "perhaps nobody is in, and no question comes for 24 hours" in told(house, house.policy)


def test_it_is_wanted_changed_and_taken_away_on_the_page(home):
    assert save(home, "/times/learned", {"accepted": "2"}).status_code == 303
    assert household(home).learned == Learned(2)
    home.wait(lambda: home.bench.loop.policy.learned == Learned(2))
    page = home.browser("marie").get("/times").text
    assert 'name="accepted" min="1" max="12" value="2"' in page
    assert "The box is still learning" in page

    save(home, "/times/learned", {"accepted": ""})
    assert household(home).learned is None


@pytest.mark.parametrize("typed", ["0", "13", "-1", "two", "1e3", "9" * 5000])
def test_no_other_number_is_taken(home, typed):
    answer = save(home, "/times/learned", {"accepted": typed})

    assert answer.status_code == 422
    assert "Write a number from 1 to 12" in answer.text
    assert (household(home) or home.settings.household).learned == home.settings.household.learned


def test_it_is_tried_on_the_past_before_it_is_wanted(home):
    before = (household(home) or home.settings.household).learned

    told = html.unescape(save(home, "/times/learned", {"accepted": "3", "try": "1"}).text)

    assert "Learned silence (false alarms accepted: 3 a month)" in told
    assert 'value="3"' in told
    assert (household(home) or home.settings.household).learned == before


def test_a_neighbour_changes_nothing(still):
    assert still.browser("paul").post("/times/learned", {"accepted": "2"}).status_code == 403


def test_an_alert_of_it_says_why_on_its_page(still, tmp_path):
    house, _policy = learning_home()
    house.state = evolve(house.state, LinesDrawn(house.now, 9 * DAY, LINES))
    house.move()
    house.pass_time(hours=4)
    (opened,) = house.of_kind(Kind.INACTIVITY)
    journal = Journal(tmp_path / "journal.sqlite3")
    journal.append(Numbered(seq, fact) for seq, fact in enumerate(house.on_record(), 1))
    journal.close()
    hub = replace(still.settings.config.hub, data_dir=tmp_path)
    there = replace(still.settings, config=replace(still.settings.config, hub=hub))
    home = replace(still.house, remembered=lambda: (0, house.state), settings=lambda: there)

    found = story(home, opened.incident, "en", is_family=False)

    assert found is not None
    assert [line.words for line in found.lines if "Usually" in line.words] == [
        "Usually moves within 10 min at this hour (cuisine); 3 h 40 min now, the limit is 3 h 40 min."
    ]
