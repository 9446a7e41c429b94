"""One day that is different, and the resident's own switch: what the page may put off, and who may."""

import pytest

from hub.domain.facts import Whereabouts

# Now is a Monday, 14:20 in Paris.


def save(browser, **form):
    return browser.post("/times/tomorrow", form, page="/settings")


def test_tomorrow_by_noon_is_noted_shown_and_taken_back(home):
    marie = home.browser("marie")
    assert save(marie, day="tomorrow", time="12:00").status_code == 303
    home.wait(lambda: home.bench.state.watch.one_off is not None)
    page = marie.get("/times").text
    assert "between Tue 03/03 07:00 and 12:00" in page
    # The morning is put off, and the next check says so.
    assert "Next check: Tue 03/03 12:00" in page or "Next check: 18:" in page

    assert save(marie, drop="1").status_code == 303
    assert home.bench.state.watch.one_off is None


@pytest.mark.parametrize(
    "form", [{}, {"day": "tomorrow", "time": "25:99"}, {"day": "today", "time": "09:00"}, {"time": "03:00"}]
)
def test_an_hour_that_is_none_or_over_is_refused_in_words(home, form):
    answer = save(home.browser("marie"), **form)
    assert answer.status_code == 409
    assert "still to come" in answer.text
    assert home.bench.state.watch.one_off is None


def test_the_resident_may_and_a_viewer_may_not(home):
    assert save(home.browser("anne"), day="tomorrow", time="12:00").status_code == 403
    assert save(home.browser("resident"), day="tomorrow", time="12:00").status_code == 303


def test_the_resident_switches_the_watch_off_and_on_and_nobody_else_does(home):
    her, marie = home.browser("resident"), home.browser("marie")
    assert "family is told" in her.post("/me/off", page="/settings").text
    assert home.bench.state.presence.whereabouts is Whereabouts.HOME
    assert her.post("/me/off", {"sure": "yes"}).status_code == 303
    assert home.bench.state.presence.whereabouts is Whereabouts.OFF
    assert "Not watched" in marie.get("/").text
    assert "Switch the watch of movements on" in her.get("/me").text

    answer = marie.post("/back")
    assert answer.status_code == 409
    assert "who alone can switch it on" in answer.text
    assert marie.post("/me/off", {"sure": "yes"}).status_code == 403
    assert marie.post("/pause").status_code == 409
    assert her.post("/back").status_code == 303
    assert home.bench.state.presence.whereabouts is Whereabouts.HOME
