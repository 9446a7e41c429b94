"""The pages as people have them: in a real browser, on phone and desk, by day and night, with and without scripts."""

import html
import re
import tempfile
from pathlib import Path

import pytest
from selenium.webdriver.support.ui import Select

from hub.domain.facts import Outcome
from hub.domain.inputs import Action, Commanded, DeliveryReported, DeliveryState, DeviceHeard
from hub.domain.records import Phase
from hub.web.guard import Standing, person_of
from tests.browser.driver import DESK, PHONE, Phone, chromium, is_there, served
from tests.browser.screenshots import DOCS, FOR_DOCS
from tests.browser.walk import MARIE, from_a_blank_hub_to_ready
from tests.web.home import CODE, PASSWORD, Home, alarm, blank, is_in, text

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not is_there(), reason="no chromium and chromedriver here; install.sh --test brings them"),
]
PAGES = {
    "marie": (
        "/",
        "/incidents",
        "/people",
        "/times",
        "/devices",
        "/devices/cuisine/try",
        "/messages",
        "/settings",
        "/home",
        "/print/fridge",
        "/print/cards",
    ),
    "paul": ("/",),
    "resident": ("/me",),
}


# By themselves: each takes a second or two, for each size, scheme and language.
OF_THE_FAMILY = (
    "/setup/resident",
    "/setup/people",
    "/setup/button",
    "/setup/sensors",
    "/setup/test",
    "/setup/ready",
    "/data",
    "/data/ledger",
    "/data/work",
)
OF_THE_CIRCLE = {
    "marie": ("/board", "/rota", "/month"),
    "paul": ("/board", "/rota"),
    "anne": ("/board", "/rota"),
    "resident": ("/board", "/rota"),
}
TOUR = DOCS.parents[1] / "pages.md"
WAITS_FOR_A_SCRIPT = (
    "main form:not([action]), main form:not([method=post]), main form:not(:has([name=csrf])),"
    "main form:has(input:not([type=hidden]), select, textarea):not(:has(button:not([type=button])))"
)
LOOKS = [(PHONE, "light", "fr"), (PHONE, "dark", "en"), (DESK, "light", "en"), (DESK, "dark", "fr")]


@pytest.mark.parametrize(("size", "scheme", "language"), LOOKS)
def test_neither_set_up_nor_data_is_too_wide_or_hard_to_use(phone, home, size, scheme, language):
    phone.size(size, scheme=scheme)
    for path in ("/login", "/forgot"):
        phone.open(path)
        assert phone.complaints() == [], path
    phone.log_in("marie", language)
    for path in OF_THE_FAMILY:
        phone.open(path)
        assert not phone.is_too_wide(), path
        assert phone.too_small() == [], path
        assert phone.complaints() == [], path
    assert phone.console() == []


@pytest.mark.parametrize(("size", "scheme", "language"), LOOKS)
def test_neither_the_circles_pages_nor_the_questions_are_too_wide_or_hard_to_use(phone, home, size, scheme, language):
    def is_easy(name: str) -> None:
        assert not phone.is_too_wide(), name
        assert phone.too_small() == [], name
        assert phone.complaints() == [], name

    phone.size(size, scheme=scheme)
    lend_to_the_circle(home)
    for person, paths in OF_THE_CIRCLE.items():
        phone.log_in(person, language)
        for path in paths:
            phone.open(path)
            is_easy(f"{person} {path}")
    # What is asked once more: a day on call, the switch of the watch.
    phone.log_in("jean", language)
    phone.open("/rota")
    phone.press_on("article form button")
    phone.sees({"fr": "De minuit à minuit", "en": "From midnight to midnight"}[language])
    is_easy("a day taken over")
    phone.log_in("resident", language)
    phone.open("/me")
    phone.press_on("form[action='/me/off'] button")
    phone.sees({"fr": "La famille est prévenue", "en": "The family is told"}[language])
    is_easy("the switch")
    # What is refused stays as it was typed.
    phone.log_in("marie", language)
    phone.open("/board")
    phone.driver.execute_script("document.querySelector('textarea').removeAttribute('maxlength')")
    phone.write("text", "x" * 200)
    phone.press({"fr": "Envoyer à tous", "en": "Send to all"}[language])
    phone.sees({"fr": "trop long", "en": "too long"}[language])
    is_easy("the board, refusing")
    # A forgotten password, from the name to the code.
    phone.driver.delete_all_cookies()
    phone.open("/forgot")
    phone.write("name", "Marie")
    phone.press_on("main form button")
    phone.finds("[name=code]")
    is_easy("the code")
    # Of the form that was refused the browser tells, as it should.
    assert [each for each in phone.console() if "422" not in each] == []


def lend_to_the_circle(home: Home) -> None:
    """News on the board, one that waits, somebody on call."""
    text(home, "+33622222222", "TOUS Galette dimanche à 15h chez Mme Martin, amenez vos enfants")
    text(home, MARIE, "TOUS Merci à Paul pour hier !")
    for day, who in (("2026-03-03", "paul"), ("2026-03-05", "jean"), ("2026-03-07", "marie")):
        home.tell(Commanded(home.now, Action.SHIFT, "web", "marie", person=who, text=day))


@pytest.mark.parametrize(("size", "scheme", "language"), LOOKS)
def test_no_page_is_too_wide_or_hard_to_use(phone, home, size, scheme, language):
    phone.size(size, scheme=scheme)
    phone.open("/login")
    assert phone.complaints() == []
    alarm(home)
    for person, paths in PAGES.items():
        phone.log_in(person, language)
        for path in (*paths, "/incident/10"):
            phone.open(path)
            assert not phone.is_too_wide(), path
            assert phone.too_small() == [], path
            assert phone.complaints() == [], path
    assert phone.console() == []


def test_from_a_code_to_the_first_look(phone, home):
    code = home.accounts.invite("marie")
    phone.driver.delete_all_cookies()
    phone.open("/")
    phone.press("I have a code")
    phone.write("code", code.upper())
    phone.write("password", PASSWORD)
    phone.write("again", PASSWORD)
    phone.press("Begin")
    phone.sees("All is well")
    phone.press("Menu")
    phone.press("Settings")
    phone.press("Log out")
    phone.sees("Log in")
    phone.write("name", "Marie")
    phone.write("password", PASSWORD)
    phone.press("Log in")
    phone.sees("If nothing moves, an alert goes out at")


def test_from_a_blank_hub_to_ready(browser):
    def look() -> None:
        assert phone.complaints() == []

    with tempfile.TemporaryDirectory() as folder, Home(Path(folder), days=0, edit=blank) as home, served(home) as port:
        phone = Phone(browser, home, port)
        from_a_blank_hub_to_ready(phone, home, look=look)


def test_from_a_blank_hub_to_ready_without_scripts(tmp_path):
    def look() -> None:
        assert phone.driver.find_elements("css selector", WAITS_FOR_A_SCRIPT) == []

    with Home(tmp_path, days=0, edit=blank) as home, served(home) as port, chromium(scripts=False) as driver:
        phone = Phone(driver, home, port)
        from_a_blank_hub_to_ready(phone, home, look=look, again=driver.refresh)


def test_an_alarm_appears_by_itself_and_is_answered_on_the_page(phone, home):
    phone.log_in("marie")
    phone.open("/")
    number = alarm(home)
    phone.sees("ALERT")
    phone.press("See the alert, answer")
    phone.sees("Nobody has answered yet")
    text(home, "+33622222222", "1")
    phone.sees("Paul is going")
    assert CODE not in phone.text
    phone.press("I am there")
    phone.sees(CODE)
    phone.press("All is well: end it")
    phone.press_on("input[value=false_alarm]")
    phone.press("End the alert")
    phone.sees("Ended at")
    assert CODE not in phone.text
    assert home.bench.state.incidents[number].outcome is Outcome.FALSE_ALARM


def test_a_window_is_tried_on_the_past_and_set_in_a_minute(phone, home):
    phone.log_in("marie")
    phone.open("/times")
    phone.press("Add a time in which a sign is expected")
    phone.write("name", "soir")
    for field, value in (("from", "0600PM"), ("to", "0900PM")):
        phone.finds(f"details[open] [name={field}]").send_keys(value)
    phone.press("Try it on the past")
    phone.sees("What it would have done")
    phone.sees("from 18:00 to 21:00: would have worried nobody")
    assert len(home.settings.household.windows) == 1
    phone.press("Add", whole=True)
    phone.sees("Every day, between 18:00 and 21:00")
    assert home.settings.household.windows[-1].name == "soir"


def test_a_hub_that_is_gone_makes_an_old_page_say_so(browser, home):
    with served(home) as port:
        phone = Phone(browser, home, port)
        phone.log_in("marie")
        phone.open("/")
        phone.sees("All is well")
        # Twenty seconds without an answer; the page's own clock is moved ahead instead of waiting for it.
        phone.driver.execute_script("const now = Date.now; Date.now = () => now() + 25000;")
    phone.sees("No connection to the box")
    assert "old" in phone.finds("body").get_attribute("class")


def pages_of(home: Home, person: str) -> list[str]:
    """Each page that this person may open, by enumeration; what is downloaded, and parts of pages, are none."""
    found = person_of(home.house, person)
    assert found is not None
    return pages_for(home, found.standing)


def pages_for(home: Home, standing: Standing) -> list[str]:
    views = home.app.view_functions
    mine = [
        rule.rule.replace("<int(max=999999999):number>", "10").replace("<device>", "cuisine")
        for rule in home.app.url_map.iter_rules()
        if "GET" in rule.methods and standing in getattr(views[rule.endpoint], "allowed", ())
    ]
    return [path for path in mine if not path.endswith(("/live", "/export", "/file"))]


def test_each_page_there_is_was_looked_at_by_axe(home):
    looked_at = {*PAGES["marie"], *OF_THE_FAMILY, *OF_THE_CIRCLE["marie"], "/incident/10"}
    assert set(pages_of(home, "marie")) == looked_at
    assert set(pages_of(home, "resident")) - looked_at == {"/me"}


def test_each_page_there_is_has_its_pictures_in_the_docs_on_a_phone_and_on_a_desk(home):
    for size, on in ((PHONE, "phone"), (DESK, "desk")):
        taken = {each.path: each.name for each in FOR_DOCS if each.size == size and each.scheme == "light"}
        to_begin = {"/login", "/welcome", "/forgot", "/setup", *pages_for(home, Standing.NEWCOMER)}
        assert {*pages_of(home, "marie"), "/me"} | to_begin == set(taken)
        for name in taken.values():
            assert (DOCS / f"{name}.webp").is_file()
            assert f"images/pages/{name}.webp" in TOUR.read_text("utf-8"), on


def test_no_page_loads_itself_anew_over_what_somebody_types_in_it(home):
    loads, types = re.compile(r'http-equiv="refresh"'), re.compile(r"<(?:select|textarea|input (?!type=.hidden))")
    loading = set()
    for begin in (lambda: None, lambda: alarm(home)):
        begin()
        for person in ("marie", "paul", "resident"):
            browser = home.browser(person)
            for path in pages_of(home, person):
                head, _, main = browser.get(path).text.partition("<main")
                if loads.search(head) and types.search(main):
                    stop = re.search(r'href="([^"]*[?&;]still=1)"', main)
                    assert stop, f"{person} {path}"
                    assert not loads.search(browser.get(html.unescape(stop[1])).text), f"{person} {path}"
                if loads.search(head):
                    loading.add(path)
    assert {"/", "/incident/10", "/me"} < loading


def test_without_scripts_each_page_is_whole(home):
    alarm(home)
    with served(home) as port, chromium(scripts=False) as driver:
        phone = Phone(driver, home, port)
        for person in ("marie", "paul", "resident"):
            phone.log_in(person)
            for path in pages_of(home, person):
                phone.open(path)
                assert driver.find_element("tag name", "h1").text, path
                # Each form goes where a browser sends it, by a button of its own; none waits for a script.
                assert driver.find_elements("css selector", WAITS_FOR_A_SCRIPT) == [], path
                # A button that only a script can answer is not there.
                assert driver.find_elements("css selector", "[data-print]:not([hidden])") == [], path


def test_without_scripts_the_family_sets_a_time_writes_news_and_hands_a_day_on(home):
    with served(home) as port, chromium(scripts=False) as driver:
        phone = Phone(driver, home, port)
        phone.log_in("marie")
        phone.open("/times")
        phone.press("Add a longest silence")
        phone.write("name", "day")
        phone.press("Try it on the past")
        phone.sees("What it would have done")
        phone.press("Add", whole=True)
        phone.sees("no silence longer than 4 h")
        phone.press("Menu")
        phone.press("Board")
        phone.write("text", "Galette dimanche à 15h")
        phone.press("Send to all")
        phone.sees("Galette dimanche à 15h")
        phone.open("/rota")
        phone.press("Change")
        Select(phone.finds("[name=to]")).select_by_visible_text("Paul")
        phone.press("Go on")
        phone.sees("From midnight to midnight")
        phone.press_on("main form button")
        assert phone.finds("main article p strong").text == "Paul"
        phone.open("/data")
        phone.write("password", PASSWORD)
        phone.press("Make a backup")
        phone.sees("It is ready, for an hour.")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_detector_that_is_tried_is_seen_to_be_heard_within_seconds(home, scripts):
    with served(home) as port, chromium(scripts=scripts) as driver:
        phone = Phone(driver, home, port)
        phone.log_in("marie")
        phone.open("/devices")
        phone.press_on("a[href='/devices/cuisine/try']")
        phone.sees("Not heard yet since 14:20")
        home.later(seconds=2)
        home.tell(DeviceHeard(home.now, "cuisine"))
        phone.sees("This detector works: cuisine")
        home.later(seconds=2)
        phone.press("Try it once more")
        phone.sees("Not heard yet since 14:20")
        phone.press("All devices")
        phone.sees("Buttons and detectors")


def test_without_scripts_a_text_that_did_not_arrive_is_sent_again(home):
    text(home, "+33622222222", "QUI")
    home.wait(lambda: not home.bench.state.outbox)
    home.tell(DeliveryReported(home.now, home.bench.state.next_message - 1, DeliveryState.FAILED))
    with served(home) as port, chromium(scripts=False) as driver:
        phone = Phone(driver, home, port)
        phone.log_in("marie")
        phone.open("/messages")
        phone.press("Send again")
        phone.sees("not arrived, and sent again")
        assert phone.text.count("De garde pour") == 2
        assert "Send again" not in phone.text


def test_without_scripts_everything_works(home):
    with served(home) as port, chromium(scripts=False) as driver:
        phone = Phone(driver, home, port)
        phone.log_in("paul")
        number = alarm(home)
        phone.open("/")
        phone.press("See the alert, answer")
        phone.press("I am going")
        phone.sees(CODE)
        assert is_in(home, Phase.ANSWERED)
        phone.log_in("resident")
        phone.open("/me")
        phone.sees("Paul is coming")
        phone.press("I am well")
        phone.sees("All is well")
        assert home.bench.state.incidents[number].outcome is Outcome.CANCELLED
