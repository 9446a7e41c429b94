"""Times and people, changed on the page: checked, stored, in force at once, and kept as typed when refused."""

import html
import re
from dataclasses import replace
from datetime import time, timedelta

import pytest

from hub.domain.inputs import LinkChanged
from hub.domain.policy import Delays, Hours, Person, Role, Silence, Wave, Window
from hub.household_store import HouseholdStore
from hub.web.people import new_id, rota
from tests.web.home import CODE, Home

WINDOW = {"name": "soir", "day": ["0", "1", "2", "3", "4"], "from": "18:00", "to": "20:30", "sign": ["any"]}
ANNA = {"name": "Anna Ünal", "phone": "06 12 34 56 78", "role": "neighbour", "language": "en", "consent": "1"}


def save(home, path, form, person="marie", page=None):
    browser = home.browser(person)
    where = page or ("/times" if path.startswith("/times") else "/people")
    shown = browser.get(where).text
    revision = shown.partition('name="revision" value="')[2].partition('"')[0]
    return browser.post(path, {"revision": revision, **form}, page=where)


def household(home):
    return HouseholdStore(home.settings.config.hub.households).newest()


# --- times ------------------------------------------------------------------------------------------------


def test_a_window_is_added_changed_and_taken_away(home):
    assert save(home, "/times/window", {"key": "", **WINDOW}).status_code == 303
    assert household(home).windows[-1] == Window("soir", frozenset(range(5)), time(18), time(20, 30))
    home.wait(lambda: len(home.bench.loop.policy.windows) == 2)
    page = home.browser("marie").get("/times").text
    assert "Monday to Friday, between 18:00 and 20:30: a movement or a press" in page

    save(home, "/times/window", {"key": "soir", **WINDOW, "to": "21:00", "sign": ["button", "cuisine"]})
    assert household(home).windows[-1].closes == time(21)
    assert household(home).windows[-1].sign == ("button", "cuisine")
    save(home, "/times/window", {"key": "soir", "remove": "1"})
    assert [window.name for window in household(home).windows] == ["matin"]
    revisions = HouseholdStore(home.settings.config.hub.households).revisions()
    assert [revision.by for revision in revisions[:3]] == ["marie"] * 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"day": []}, "Tick one day"),
        ({"to": "17:00"}, "The end must be after the beginning"),
        ({"from": "99:00"}, "Write both times"),
        ({"from": ""}, "Write both times"),
        ({"name": " "}, "Give it a name"),
        ({"name": "x" * 61}, "Give it a name"),
        ({"name": "matin"}, "another one of this name"),
    ],
)
def test_a_window_with_a_mistake_is_refused_in_words_and_what_was_typed_stays(home, change, words):
    answer = save(home, "/times/window", {"key": "", **WINDOW, **change})

    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="20:30"' in answer.text or 'value="17:00"' in answer.text
    assert len(household(home).windows) == 1


def test_a_window_is_tried_on_the_past_before_it_is_saved(home):
    answer = save(
        home, "/times/window", {"key": "", **WINDOW, "day": list("0123456"), "from": "03:00", "to": "05:00", "try": "1"}
    )

    assert answer.status_code == 200
    assert "What it would have done" in answer.text
    assert "are on record: look again in some weeks" in answer.text
    # Nobody is up between three and five: it would have asked every night.
    assert "from 03:00 to 05:00: would have worried people 8 times in 8 days" in html.unescape(answer.text)
    assert 'value="05:00"' in answer.text
    assert len(household(home).windows) == 1


def test_a_silence_is_tried_too_and_a_mistake_in_it_is_told(home):
    typed = {"key": "", "name": "jour", "hours": "2", "from": "08:00", "to": "20:00", "try": "1"}
    assert "What it would have done" in save(home, "/times/silence", typed).text
    assert save(home, "/times/silence", {**typed, "hours": "x"}).status_code == 422
    home.bench.path.rename(home.bench.path.with_name("gone"))
    answer = save(home, "/times/silence", typed)
    home.bench.path.with_name("gone").rename(home.bench.path)
    assert "journal cannot be read" in answer.text
    assert len(household(home).silences) == 2


def test_a_longest_silence_at_some_hours_and_at_any(home):
    save(home, "/times/silence", {"key": "", "name": "nuit", "hours": "9,5", "from": "", "to": ""})
    assert household(home).silences[-1] == Silence("nuit", timedelta(hours=9.5))
    save(home, "/times/silence", {"key": "nuit", "name": "jour 2", "hours": "3", "from": "08:00", "to": "20:00"})
    assert household(home).silences[-1] == Silence("jour 2", timedelta(hours=3), (time(8), time(20)))
    for change in ({"hours": "12"}, {"hours": "0"}, {"hours": "x"}, {"hours": "nan"}, {"hours": "1e999"}):
        typed = {"key": "", "name": "z", "hours": "3", "from": "08:00", "to": "20:00", **change}
        assert save(home, "/times/silence", typed).status_code == 422, change


def test_days_without_any_news(home):
    assert save(home, "/times/news", {"days": "7"}).status_code == 303
    assert household(home).no_news == timedelta(days=7)
    assert save(home, "/times/news", {"days": "9999999"}).status_code == 422
    assert save(home, "/times/news", {"days": ""}).status_code == 303
    assert household(home).no_news is None


def test_a_form_for_a_household_that_changed_meanwhile_is_refused(home):
    answer = home.browser("marie").post("/times/window", {"key": "", **WINDOW, "revision": "old"}, page="/times")

    assert answer.status_code == 422
    assert "Somebody changed the settings meanwhile" in answer.text
    assert 'value="20:30"' in answer.text


def test_two_who_edit_at_once_do_not_undo_each_other(home):
    first = home.browser("marie")
    filled_in_for = re.search(r'name="revision" value="([^"]+)"', first.get("/times").text)[1]
    assert save(home, "/times/news", {"days": "7"}).status_code == 303
    answer = first.post("/times/window", {"key": "", **WINDOW, "revision": filled_in_for}, page="/times")

    assert answer.status_code == 422
    assert "Somebody changed the settings meanwhile" in answer.text
    assert household(home).no_news == timedelta(days=7)
    assert filled_in_for not in first.get("/times").text


def test_a_card_that_takes_nothing_is_told_and_the_old_times_hold(home):
    for file in home.settings.config.hub.households.parent.glob("household.sqlite3*"):
        file.unlink()
    home.settings.config.hub.households.mkdir()
    answer = save(home, "/times/window", {"key": "", **WINDOW})

    assert "card takes nothing" in answer.text
    assert len(home.bench.loop.policy.windows) == 1


# --- the home ---------------------------------------------------------------------------------------------

HOME = {
    "name": "Mme  Martin-Durand",
    "phone": "06 11 11 11 11",
    "language": "en",
    "address": "3 rue Neuve",
    "notes": "Le chien est gentil",
    "panic_warning": "20",
    "inactivity_warning": "15",
    "answer_expires": "25",
    "arrival_expected": "40",
    "drill": "14d",
    "digest": "19:00",
}


def test_the_home_is_changed_and_its_key_is_written_but_never_read(home):
    assert CODE not in home.browser("marie").get("/home").text
    assert save(home, "/home", {**HOME, "key_code": "9876"}, page="/home").status_code == 303

    found = household(home)
    assert (found.resident.name, found.resident.phone, found.resident.key_code) == (
        "Mme Martin-Durand",
        "+33611111111",
        "9876",
    )
    assert found.delays == Delays(
        timedelta(seconds=20), timedelta(minutes=15), timedelta(minutes=25), timedelta(minutes=40)
    )
    assert (found.drill_every, found.digest_at) == (timedelta(days=14), time(19))
    assert "9876" not in home.browser("marie").get("/home").text
    save(home, "/home", {**HOME, "key_code": ""}, page="/home")
    assert household(home).resident.key_code == "9876"
    save(home, "/home", {**HOME, "forget_key": "1", "phone": "", "digest": "", "drill": "off"}, page="/home")
    found = household(home)
    assert (found.resident.key_code, found.resident.phone, found.digest_at, found.drill_every) == ("", "", None, None)


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"address": "x" * 121},
        {"notes": "x" * 161},
        {"key_code": "x" * 33},
        {"panic_warning": "61"},
        {"answer_expires": "x"},
        {"drill": "2s"},
        {"drill": "x"},
        {"digest": "25:00"},
        {"phone": "+33622222222"},
    ],
)
def test_a_mistake_about_the_home_is_refused_and_the_rest_stays_typed(home, change):
    answer = save(home, "/home", {**HOME, "key_code": "9876", **change}, page="/home")

    assert answer.status_code == 422
    assert 'value="40"' in answer.text
    assert "9876" not in answer.text
    assert household(home).resident.name == "Mme Martin"


# --- people -----------------------------------------------------------------------------------------------


def test_somebody_is_added_and_is_in_the_circle_at_once(home):
    assert save(home, "/people/person", {"key": "", **ANNA}).status_code == 303

    anna = household(home).people[-1]
    assert anna == Person("anna-unal", "Anna Ünal", "+33612345678", language="en", consent=True)
    home.wait(lambda: home.bench.loop.policy.people[-1].id == "anna-unal")


def test_hours_and_role_are_changed_and_what_the_form_does_not_show_stays(home):
    hours = {"days": ["sat,sun", "mon", ""], "from": ["10:00", "18:00", ""], "to": ["20:00", "00:00", ""]}
    save(home, "/people/person", {"key": "paul", **ANNA, "name": "Paul", "role": "admin", **hours})

    paul = household(home).people[0]
    assert (paul.role, paul.channels) == (Role.ADMIN, ("sms",))
    assert paul.hours == (Hours(frozenset({5, 6}), time(10), time(20)), Hours(frozenset({0}), time(18), time()))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Give a name"),
        ({"phone": "12"}, "with its country"),
        ({"phone": ""}, "Write a telephone number"),
        ({"phone": "+33622222222"}, "Somebody else has this number"),
        ({"days": ["mon"], "from": ["20:00"], "to": ["10:00"]}, "Hours must end after they begin"),
        ({"days": ["mon"], "from": [""], "to": ["10:00"]}, "Write days, beginning and end"),
        ({"days": ["x" * 99], "from": ["08:00"], "to": ["10:00"]}, "Write days, beginning and end"),
    ],
)
def test_a_person_with_a_mistake_is_refused_and_what_was_typed_stays(home, change, words):
    answer = save(home, "/people/person", {"key": "", **ANNA, **change})

    assert answer.status_code == 422
    assert words in answer.text
    assert "Anna" in answer.text or change.get("name") == ""
    assert len(household(home).people) == 4


def test_nobody_takes_their_own_right_or_themselves_away(home):
    form = {"key": "marie", **ANNA, "name": "Marie", "role": "viewer"}
    assert "You cannot take this right from yourself" in save(home, "/people/person", form).text
    assert "This is you" in save(home, "/people/person", {"key": "marie", "remove": "1"}).text


def test_a_household_that_could_end_in_silence_is_refused(home):
    silent = replace(
        household(home), people=tuple(replace(person, consent=False) for person in household(home).people[1:])
    )
    assert not any(person.can_be_alerted for person in silent.people)
    save(home, "/people/person", {"key": "jean", "remove": "1"})
    save(home, "/people/person", {"key": "paul", "remove": "1"})
    form = {"key": "marie", "name": "Marie", "phone": "+33633333333", "role": "admin"}
    answer = save(home, "/people/person", form)

    assert "nobody could be told" in answer.text
    assert household(home).people[0].consent


def test_calls_are_changed_moved_added_and_taken_away(home):
    save(home, "/people/call", {"number": "2", "who": ["jean", "nobody"], "wait": "7"})
    assert household(home).waves[-1] == Wave(("jean",), timedelta(minutes=7))
    save(home, "/people/call", {"number": "2", "who": ["jean"], "wait": "7", "ring": "1"})
    assert household(home).waves[-1] == Wave(("jean",), timedelta(minutes=7), ring=True)
    page = home.browser("marie").get("/people").text
    assert "Their telephones ring too." in page
    assert "this modem cannot telephone" in page, "nobody may believe that a telephone will ring"
    home.tell(LinkChanged(home.now, "call", up=True))
    assert "this modem cannot telephone" not in home.browser("marie").get("/people").text
    save(home, "/people/call", {"number": "2", "move": "up"})
    assert household(home).waves[1].people == ("jean",)
    save(home, "/people/call", {"number": "1", "move": "down"})
    save(home, "/people/call", {"number": "2", "move": "down"})
    assert household(home).waves[2].people == ("jean",)
    save(home, "/people/call", {"number": "2", "remove": "1"})
    assert len(household(home).waves) == 2
    for form in (
        {"number": "0", "who": [], "wait": "3"},
        {"number": "0", "who": ["paul"], "wait": "0"},
        {"number": "9"},
    ):
        assert save(home, "/people/call", form).status_code == 422
    assert "Then nobody of call 1" in save(home, "/people/call", {"number": "0", "who": ["anne"], "wait": "3"}).text


def test_whoever_only_looks_sees_no_numbers_and_changes_nothing(still):
    page = still.browser("anne").get("/people").text

    assert "+336" not in page
    assert "<form" not in page
    assert "Paul" in page


def test_the_rota_counts_the_fewest_in_each_band(home):
    hours = {"days": ["daily"], "from": ["08:00"], "to": ["20:00"]}
    save(home, "/people/person", {"key": "paul", **ANNA, "name": "Paul", "phone": "+33622222222", **hours})
    home.wait(lambda: home.bench.loop.policy.people[0].hours != ())
    policy = home.bench.loop.policy

    week = rota(policy, home.now, frozenset())
    assert [row[0] for row in week] == [2] * 7
    assert [row[3] for row in week] == [3] * 7
    # Eight o'clock lies in the band from six to nine, in which one hour is without Paul.
    assert week[0][2] == 2


def test_hours_with_too_few_people_are_told_at_the_top(folder):
    def lonely(world):
        text = (world.folder / "household.toml").read_text()
        text = text.replace('id = "jean"', 'id = "jean"\nhours = ["daily 08:00-20:00"]')
        text = text.replace('id = "paul"', 'id = "paul"\nhours = ["daily 08:00-20:00"]')
        (world.folder / "household.toml").write_text(text)

    with Home(folder, edit=lonely) as home:
        page = home.browser("marie").get("/people").text

    assert "Hours with too few people" in page
    assert "only one person" in page


def test_ids_are_made_of_names_and_are_nobody_elses(still):
    found = household(still)

    assert new_id("Jean-François O'Hara", found) == "jean-francois-o-hara"
    assert new_id("Paul", found) == "paul-2"
    assert new_id("李", found) == "person"
    assert new_id("All", found) == "all-2"
