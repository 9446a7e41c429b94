"""Today and the alerts: what each person sees of an alarm, and how it is answered on the page."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import g

from hub.domain.facts import Kind, Outcome, Whereabouts
from hub.domain.inputs import FaultSeen, LinkChanged, PolicyReplaced, SensorChanged, TemperatureMeasured
from hub.domain.policy import LeftOpen, Sensor, SensorKind
from hub.domain.records import Incident, Phase
from hub.web.glance import cause
from hub.web.language import degrees
from tests.web.home import CODE, alarm, is_in, text

LEFT_OPEN = LeftOpen("porte", "entree", timedelta(minutes=1))

# --- today ------------------------------------------------------------------------------------------------


def test_the_first_line_says_that_all_is_well_and_when_somebody_would_be_told(still):
    page = still.browser("marie").get("/").text

    assert "All is well" in page
    assert "If nothing moves, an alert goes out at 18:30." in page
    assert "1\N{NO-BREAK SPACE}min ago" in page
    assert "Paul" in page


def test_it_is_never_green_when_nobody_could_be_told(home):
    home.tell(FaultSeen(home.now, "modem.absent", "unplugged"))
    page = home.browser("marie").get("/").text

    assert "Nobody can be told" in page
    assert 'class="state alert"' in page
    assert "All is well" not in page


def test_a_clock_that_nobody_vouches_for_is_no_all_is_well(home):
    home.clock.is_vouched_for = False
    home.later(seconds=1)
    home.wait(lambda: not home.bench.state.clock_trusted)

    assert "We do not know" in home.browser("marie").get("/").text


def test_a_neighbour_sees_how_things_stand_and_not_how_she_spends_her_days(still):
    page = still.browser("paul").get("/").text

    assert "All is well" in page
    assert "<svg" not in page
    assert "Cuisine" not in page


def test_what_is_unchanged_is_not_sent_again(still):
    browser = still.browser("marie")
    address = re.search(r'hx-get="([^"]+)"', browser.get("/").text)[1].replace("&amp;", "&")

    assert browser.get(address).status_code == 204
    assert "All is well" in browser.get("/today/live?seen=other").text


def test_a_browser_that_is_not_logged_in_any_more_is_sent_to_the_login(still):
    answer = still.visitor().get("/today/live", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login")


@pytest.mark.parametrize("person", ["marie", "resident"])
def test_family_and_resident_pause_go_away_and_come_back(home, person):
    browser = home.browser(person)
    browser.post("/pause")
    assert home.bench.state.presence.whereabouts is Whereabouts.PAUSED
    assert "Pause" in browser.get("/?all=").text
    browser.post("/away", {"until": "2026-03-05T18:00"})
    assert home.bench.state.presence.whereabouts is Whereabouts.AWAY
    assert "Until Thu 05/03 18:00" in browser.get("/?all=").text
    browser.post("/back")
    assert home.bench.state.presence.whereabouts is Whereabouts.HOME


@pytest.mark.parametrize("until", ["", "tomorrow", "2026-03-01T10:00", "2027-03-01T10:00", "9999-99-99T99:99"])
def test_an_absence_without_a_good_end_is_refused(home, until):
    assert home.browser("marie").post("/away", {"until": until}).status_code == 422
    assert home.bench.state.presence.since is None


def test_a_drill_and_a_second_one_that_comes_too_soon(home):
    browser = home.browser("marie")

    assert browser.post("/drill").status_code == 303
    assert home.bench.state.open_of(Kind.DRILL) is not None
    answer = browser.post("/drill")
    assert answer.status_code == 409
    assert "No drill now" in answer.text


# --- an alarm ---------------------------------------------------------------------------------------------


def test_an_alarm_is_the_first_thing_on_the_first_page(home):
    number = alarm(home)
    page = home.browser("marie").get("/").text

    assert "ALERT" in page
    assert f"/incident/{number}" in page
    assert "Nobody has answered yet. Told so far: Paul, Marie" in page
    assert "the next people are told at" in page


def test_answering_on_the_page_is_an_answer_and_only_then_the_key_is_shown(home):
    number = alarm(home)
    paul, marie = home.browser("paul"), home.browser("marie")
    assert CODE not in paul.get(f"/incident/{number}").text
    assert paul.post(f"/incident/{number}/answer", {"answer": "going"}).status_code == 303

    assert home.bench.state.incidents[number].answered_by == "paul"
    page = paul.get(f"/incident/{number}").text
    assert CODE in page
    assert "12 rue des Lilas" in page
    seen_by_marie = marie.get(f"/incident/{number}").text
    assert "Paul is going" in seen_by_marie
    for path in (f"/incident/{number}", f"/incident/{number}/export", "/messages", "/"):
        assert CODE not in marie.get(path).text, path
    paul.post(f"/incident/{number}/answer", {"answer": "there"})
    paul.post(f"/incident/{number}/close", {"outcome": "helped"})
    assert home.bench.state.incidents[number].outcome is Outcome.HELPED
    ended = paul.get(f"/incident/{number}").text
    assert CODE not in ended
    assert "Ended at" in ended


def test_who_cannot_go_says_so_and_the_next_are_asked(home):
    number = alarm(home)
    for person in ("paul", "marie"):
        home.browser(person).post(f"/incident/{number}/answer", {"answer": "cannot"})

    assert home.bench.state.incidents[number].wave == 2
    assert "cannot go" in home.browser("marie").get(f"/incident/{number}").text


def test_a_neighbour_ends_only_what_they_went_for(home):
    number = alarm(home)
    paul = home.browser("paul")
    assert "End the alert" not in paul.get(f"/incident/{number}").text
    answer = paul.post(f"/incident/{number}/close", {"outcome": "helped"}, page=f"/incident/{number}")
    assert answer.status_code == 409
    assert "First say that you are going" in answer.text
    assert is_in(home, Phase.ALERTING)


def test_an_answer_by_text_appears_on_the_page_with_its_time(home):
    number = alarm(home)
    marie = home.browser("marie")
    text(home, "+33622222222", "1, 10 min")
    home.wait(lambda: is_in(home, Phase.ANSWERED))
    page = marie.get(f"/incident/{number}/live").text

    assert "Paul is going" in page
    # What is counted down to is the time that the line before it names.
    left = int(re.search(r'data-left="(\d+)"', page)[1])
    named = re.search(r"asked again at (\d+):(\d+)", page)
    local = home.now.astimezone(home.bench.loop.policy.zone)
    assert 0 <= int(named[1]) * 60 + int(named[2]) - local.hour * 60 - local.minute - left // 60 <= 1
    assert re.search(r"Paul.*<strong>is going</strong>", page, re.DOTALL)
    assert "1, 10 min" in page
    assert "1, 10 min" not in home.browser("paul").get(f"/incident/{number}").text


def test_what_came_too_late_is_told_in_words(home):
    number = alarm(home)
    marie = home.browser("marie")
    marie.post(f"/incident/{number}/close", {"outcome": "false_alarm"}, page=f"/incident/{number}")
    answer = home.browser("paul").post(f"/incident/{number}/answer", {"answer": "going"})

    assert answer.status_code == 409
    assert "has ended meanwhile" in answer.text


@pytest.mark.parametrize("form", [{}, {"answer": "dance"}, {"answer": "close"}])
def test_an_answer_that_is_none_changes_nothing(home, form):
    number = alarm(home)

    assert home.browser("paul").post(f"/incident/{number}/answer", form).status_code == 422
    assert is_in(home, Phase.ALERTING)


def test_a_neighbour_who_was_not_asked_sees_no_alert(home):
    number = alarm(home)
    jean = home.browser("jean")

    assert jean.get(f"/incident/{number}").status_code == 404
    assert "Call for help" not in jean.get("/incidents").text
    assert home.browser("anne").get(f"/incident/{number}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/incident/999", "/incident/0", "/incident/-1", "/incident/x", "/incident/99999999999999999999"]
)
def test_an_alert_that_never_was_is_told_so(still, path):
    assert still.browser("marie").get(path).status_code == 404


def test_one_that_the_hub_forgot_is_told_from_the_journal(home):
    number = alarm(home)
    home.browser("marie").post(f"/incident/{number}/close", {"outcome": "helped"}, page=f"/incident/{number}")
    seq, state = home.bench.loop.remembered
    home.bench.loop.remembered = (seq, replace(state, incidents={}))
    page = home.browser("marie").get(f"/incident/{number}").text

    assert "Call for help" in page
    assert "Ended at" in page


def test_the_timeline_can_be_taken_home_as_text(home):
    number = alarm(home)
    answer = home.browser("marie").get(f"/incident/{number}/export")

    assert answer.mimetype == "text/plain"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Mme Martin" in answer.text


def test_what_people_write_stays_text(home):
    alarm(home)
    text(home, "+33622222222", "<script>alert(1)</script> 1")
    text(home, "+33699999999", '"><img src=x onerror=alert(2)>')
    page = home.browser("marie").get("/messages").text

    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert "Unknown senders" in page


def test_messages_by_person_and_what_became_of_them(home):
    alarm(home)
    text(home, "+33699999999", "win a car")
    marie = home.browser("marie")
    everything = marie.get("/messages").text
    assert "sent" in everything
    assert "win a car" in everything
    assert "win a car" not in marie.get("/messages?with=paul").text
    assert "win a car" in marie.get("/messages?with=strangers").text


def test_messages_of_one_alert(home):
    text(home, "+33622222222", "bonjour à tous")
    number = alarm(home)
    text(home, "+33622222222", "1, 10 min")
    home.wait(lambda: is_in(home, Phase.ANSWERED))
    marie = home.browser("marie")
    assert f"/messages?no={number}" in marie.get(f"/incident/{number}").text
    page = marie.get(f"/messages?no={number}").text

    assert "1, 10 min" in page
    assert "ALERT" in page
    assert "bonjour" not in page
    assert CODE not in page
    assert "bonjour" in marie.get("/messages").text
    assert "ALERT" in marie.get(f"/messages?with=marie&no={number}").text
    assert "1, 10 min" not in marie.get(f"/messages?with=marie&no={number}").text
    assert "Nothing was written yet" in marie.get("/messages?no=99").text
    for odd in ("x", "-1", "9" * 40, "%00", "١"):
        assert marie.get(f"/messages?no={odd}").status_code == 200


def test_a_journal_that_cannot_be_read_is_told_and_the_pages_go_on(home):
    number = alarm(home)
    home.bench.path.rename(home.bench.path.with_name("gone"))
    marie = home.browser("marie")

    assert "journal cannot be read" in marie.get("/messages").text
    assert marie.get("/").status_code == 200
    assert "Nobody has answered yet" in marie.get(f"/incident/{number}").text
    home.bench.path.with_name("gone").rename(home.bench.path)


def test_devices_say_when_they_were_last_proven_and_what_is_wrong(home):
    page = home.browser("anne").get("/devices").text
    assert "Nothing is out of order" in page
    assert "Not proven yet" in page
    home.tell(FaultSeen(home.now, "gpio.absent", "no chip"))
    home.tell(LinkChanged(home.now, "mqtt", up=True))
    page = home.browser("anne").get("/devices").text

    assert "Out of order" in page
    assert "whoever set it up" in page
    assert "Wireless receiver" in page


def test_a_thermometer_says_how_warm_it_is_and_when_it_said_so(home):
    policy = home.bench.loop.policy
    cellar = Sensor("cave_temp", SensorKind.TEMPERATURE, "cave")
    home.tell(PolicyReplaced(home.now, replace(policy, sensors=(*policy.sensors, cellar))))
    anne = home.browser("anne")
    assert "Cave" in anne.get("/devices").text
    assert "°C" not in anne.get("/devices").text

    for celsius, said in ((-0.04, "0.0"), (19.46, "19.5")):
        home.tell(TemperatureMeasured(home.now, "cave_temp", celsius))
        assert f">{said} °C, 14:20" in anne.get("/devices").text.replace("· ", ">").replace("\xa0", " ")

    with home.app.test_request_context("/"):
        g.language = "fr"
        assert degrees(19.46) == "19,5\xa0°C"


# --- its own cause ------------------------------------------------------------------------------------------


def test_an_alert_says_what_it_is_about_wherever_it_stands(home):
    entrance = [replace(s, entrance=s.id == "entree") for s in home.bench.loop.policy.sensors]
    home.tell(PolicyReplaced(home.now, replace(home.bench.loop.policy, sensors=tuple(entrance), doors=(LEFT_OPEN,))))
    for is_open in (False, True):
        home.tell(SensorChanged(home.now, "entree", is_open))
    assert "If the door stays open, an alert goes out at" in home.browser("marie").get("/").text

    home.later(minutes=2)
    home.wait(lambda: is_in(home, Phase.WARNING))
    number = home.bench.state.open_of(Kind.INACTIVITY).number

    marie = home.browser("marie")
    assert "A door left open since" in marie.get("/").text
    for path in ("/incidents", f"/incident/{number}", f"/incident/{number}/export"):
        page = marie.get(path).text
        assert "A door left open" in page, path
        assert "No sign of life" not in page, path
    assert "A door has been open for too long" in marie.get(f"/incident/{number}").text
    assert "Une porte restée ouverte" in home.browser("marie", "fr").get(f"/incident/{number}").text


@pytest.mark.parametrize(
    ("kind", "about", "said"),
    [
        (Kind.INACTIVITY, "", "No sign of life"),
        (Kind.INACTIVITY, "bed", "Not back in bed"),
        (Kind.INACTIVITY, "late", "Still in bed"),
        (Kind.INACTIVITY, "out", "Not home yet"),
        (Kind.HAZARD, "smoke", "Smoke"),
        (Kind.HAZARD, "cold", "Too cold at home"),
        (Kind.HAZARD, "", "Danger at home"),
        (Kind.HAZARD, "something new", "Danger at home"),
        (Kind.PANIC, "", "Call for help"),
    ],
)
def test_each_cause_has_words(still, kind, about, said):
    plan = still.bench.loop.policy.plan()
    incident = Incident(10, kind, "x", "", plan, still.now, about=about)

    with still.app.test_request_context("/"):
        g.language = "en"
        assert cause(incident) == said


def test_visitors_are_noted_all_goes_on_and_they_leave(home):
    marie = home.browser("marie")
    until = (home.now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")

    assert marie.post("/visitor", {"until": until}).status_code == 303
    page = marie.get("/").text

    assert home.bench.state.presence.whereabouts is Whereabouts.VISITOR
    assert "All is well" in page
    assert "all is watched, and nothing is learned" in page
    assert "If nothing moves, an alert goes out at" in page
    assert "Movements are not judged" not in home.browser("resident").get("/me").text
    assert marie.post("/visitor", {"until": "yesterday"}).status_code == 422
    assert home.browser("paul").post("/visitor", {"until": until}).status_code == 403
    marie.post("/back")
    assert home.bench.state.presence.whereabouts is Whereabouts.HOME
