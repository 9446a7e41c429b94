"""The alert's page in a real browser: its clocks, and notes that are typed while it changes."""

import pytest

from hub.domain.facts import Outcome
from tests.browser.driver import PHONE, Phone, chromium, is_there, served
from tests.web.home import CODE, alarm, text

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not is_there(), reason="no chromium and chromedriver here; install.sh --test brings them"),
]
CAT = "Le chat était sur la table"
# The page asks again every five seconds, and a loaded machine takes its time: so far from what is due it may show.
NEAR_S = 15


def left(phone):
    """How many seconds the page says are left. A part that was just put in counts from its next second on."""
    shown = "return document.querySelector('.countdown')?.textContent"
    found = phone.waits(lambda: phone.driver.execute_script(shown), "nothing is counted down")
    minutes, _, seconds = found.partition(":")
    return int(minutes) * 60 + int(seconds)


def move_the_pages_clock(phone, seconds):
    """Let so much time pass for the page's own countdown."""
    ahead = f"performance.now() + {1000 * seconds}"
    phone.driver.execute_script(f"const at = {ahead}; performance.now = () => at;")


def test_the_next_step_is_counted_down_to_and_not_beyond(browser, home):
    number = alarm(home)
    with served(home) as port:
        phone = Phone(browser, home, port)
        phone.log_in("marie")
        phone.open(f"/incident/{number}")
        incident = home.bench.state.incidents[number]
        due = (incident.due - home.now).total_seconds()
        assert due > 120
        assert 0 <= due - left(phone) < NEAR_S
        # Time passes at the hub: the page hears of it by itself.
        home.later(seconds=60)
        phone.waits(lambda: 60 <= due - left(phone) < 60 + NEAR_S, "the page did not hear of the time that passed")
        phone.sees("Going on for 1 min")
    # Without the hub, the page counts on by its own clock, which is moved ahead instead of waiting for it.
    before = left(phone)
    move_the_pages_clock(phone, 40)
    phone.waits(lambda: 40 <= before - left(phone) < 40 + NEAR_S, "it does not count down")
    move_the_pages_clock(phone, 3600)
    phone.waits(lambda: left(phone) == 0, "it does not end at nought")


def test_what_is_typed_stays_while_the_page_changes_and_becomes_a_note(phone, home):
    number = alarm(home)
    phone.log_in("marie")
    phone.open(f"/incident/{number}")
    phone.press("Write a note")
    phone.write("note", CAT)
    assert phone.too_small() == []
    assert phone.complaints() == []
    text(home, "+33622222222", "1")
    phone.sees("Paul is going")
    assert phone.finds("[name=note]").get_attribute("value") == CAT

    phone.press("Keep the note")

    phone.sees(f"Marie notes: {CAT}")
    phone.press("Write a note")
    phone.write("note", f"Code {CODE}")
    phone.press("Keep the note")
    phone.sees("written nowhere")
    assert phone.finds("[name=note]").get_attribute("value") == f"Code {CODE}"
    assert phone.complaints() == []
    assert not phone.is_too_wide()
    assert [each for each in phone.console() if "422" not in each] == []


@pytest.mark.parametrize(("scheme", "language"), [("dark", "fr"), ("light", "en")])
def test_the_forms_of_an_alert_are_easy_when_they_are_open(phone, home, scheme, language):
    number = alarm(home)
    phone.size(PHONE, scheme=scheme)
    phone.log_in("marie", language)
    phone.open(f"/incident/{number}")
    phone.press_on("#actions summary")
    phone.press_on("article > details > summary")
    phone.press_on("[name=why]")

    assert phone.too_small() == []
    assert phone.complaints() == []
    assert not phone.is_too_wide()


def test_without_scripts_nothing_is_loaded_away_while_one_writes(home):
    number = alarm(home)
    with served(home) as port, chromium(scripts=False) as driver:
        phone = Phone(driver, home, port)
        phone.log_in("marie")
        phone.open(f"/incident/{number}")
        phone.sees("loads itself anew every 15 seconds")
        phone.sees("Going on for")
        assert driver.find_elements("css selector", "meta[http-equiv=refresh]")
        phone.press("Stop that to write")
        phone.sees("Load the page anew")
        assert not driver.find_elements("css selector", "meta[http-equiv=refresh]")
        phone.press("Write a note")
        phone.write("note", CAT)
        phone.press("Keep the note")
        phone.sees(f"Marie notes: {CAT}")
        phone.press("Stop that to write")
        phone.press("All is well: end it")
        phone.press_on("input[value=false_alarm]")
        phone.write("why", "Le chat")
        phone.press("End the alert")
        phone.sees("says why it was a false alarm: Le chat")
    assert home.bench.state.incidents[number].outcome is Outcome.FALSE_ALARM
