"""The demo as somebody plays it: in a real browser, with and without scripts, by day and night, on phone and desk."""

import contextlib
import re
import shutil
from collections.abc import Iterator

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from hub.domain.facts import Outcome
from hub.sim.demo_house import DemoHouse
from hub.sim.web_demo import tales
from hub.sim.web_demo.family import PASSWORD
from hub.sim.web_demo.server import opened
from hub.sim.web_demo.stage import Stage
from hub.sim.web_demo.words import FR
from tests.browser.driver import DESK, PATIENCE_S, PHONE, Phone, chromium, is_there

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not is_there(), reason="no chromium and chromedriver here; install.sh --test brings them"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with chromium() as driver:
        yield driver


class Visitor(Phone):
    """A browser before the demo's page."""

    def __init__(self, driver, stage: Stage, address: str) -> None:
        self.stage = stage
        super().__init__(driver, None, int(address.rstrip("/").rpartition(":")[2]))
        self.open("/")

    def click(self, name: str) -> None:
        """Press a button by its id, as soon as it is there and stands still."""

        def clicked(driver) -> bool:
            each = driver.find_element(By.ID, name)
            driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", each)
            each.click()
            return True

        WebDriverWait(self.driver, PATIENCE_S, 0.1, [Exception]).until(clicked)

    def begin(self, story: str) -> None:
        self.press(FR.stories)
        self.click(f"tale-{story}")
        self.sees(FR.tales[story][1])


@pytest.fixture(scope="module")
def french() -> Iterator[tuple[Stage, str]]:
    with opened("fr", port=0, has_broker=False) as demo:
        yield demo


@pytest.fixture
def visitor(browser, french) -> Visitor:
    stage, address = french
    stage.begin("", "fr")
    browser.get_log("browser")
    visitor = Visitor(browser, stage, address)
    visitor.size(DESK)
    return visitor


def test_she_presses_and_paul_answers_and_it_ends(visitor):
    visitor.click("do-press")
    visitor.sees("! Appel entendu")
    visitor.sees("J'ai entendu votre appel")
    visitor.click("do-go_on")
    visitor.sees("ALERTE Mme Martin: bouton d'appel")
    visitor.click("quick-1")
    visitor.sees("→ Paul y va")
    visitor.sees("Clé: 4321")
    visitor.click("pace-60")
    visitor.write("words", "je suis sur place")
    visitor.driver.find_element(By.ID, "words").send_keys(Keys.ENTER)
    visitor.sees("→ Paul est sur place")
    visitor.write("words", "9 aidée")
    visitor.click("send")
    visitor.sees("✓ Tout va bien")

    assert visitor.stage.demo.house.state.incidents[10].outcome is Outcome.HELPED
    assert visitor.console() == []


def second(stage: Stage) -> float:
    """The house's second, once nobody lets its time pass any more."""
    with stage.held() as demo:
        return demo.house.world.seconds


@pytest.mark.parametrize("tale", tales.TALES, ids=lambda tale: tale.story)
def test_a_story_plays_to_its_end(visitor, tale):
    visitor.begin(tale.story)
    script = visitor.stage.demo.script
    # What is to be seen here is that each step comes by a click; between two clicks no time shall pass.
    visitor.click("pace-0")
    for _ in range(20):
        if script.is_over:
            break
        before = second(visitor.stage)
        visitor.click("do-go_on")
        WebDriverWait(visitor.driver, PATIENCE_S, 0.05).until(
            lambda _driver, before=before: second(visitor.stage) > before
        )
    visitor.sees("Fin de l'histoire")

    assert script.failed == []
    visitor.sees(FR.expected.format(script.held))


def a_story(stage: Stage, language: str) -> None:
    stage.begin("fall", language)
    stage.run_at(0)
    for _ in range(3):
        stage.do(DemoHouse.go_on)


# Quiet; an alert with a danger, and two words that cannot be had; nobody watching; in a story.
STATES = (
    lambda _stage, _language: None,
    lambda stage, _language: stage.do(
        lambda demo: (demo.smoke(), demo.press(), demo.move_network(), demo.pass_time(400), demo.move_door())
    ),
    lambda stage, _language: (stage.do(DemoHouse.move_power), stage.do(DemoHouse.kill_hub)),
    a_story,
)


@pytest.mark.parametrize(
    ("size", "scheme", "language"),
    [(PHONE, "light", "fr"), (PHONE, "dark", "en"), (DESK, "light", "en"), (DESK, "dark", "fr")],
)
def test_in_every_state_it_fits_and_is_easy_to_use(visitor, size, scheme, language):
    stage = visitor.stage
    stage.begin("", language)
    stage.run_at(0)
    visitor.size(size, scheme=scheme)
    for comes_about in STATES:
        comes_about(stage, language)
        visitor.open("/?phone=Marie")
        visitor.press_on("summary")
        assert not visitor.is_too_wide()
        assert visitor.complaints() == []
        small = visitor.driver.execute_script(
            "return [...document.querySelectorAll('a[href], button, summary, input:not([type=hidden])')]"
            ".map((each) => [each, each.getBoundingClientRect()])"
            ".filter(([each, box]) => box.width && !each.classList.contains('skip'))"
            ".filter(([each, box]) => box.height < 48 || box.width < 48)"
            ".map(([each, box]) => `${each.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)"
        )
        assert small == []
    assert visitor.console() == []


def test_with_the_keyboard_the_button_stays_under_the_finger(visitor):
    button = visitor.driver.find_element(By.ID, "do-network")
    button.send_keys(Keys.ENTER)
    visitor.sees("Réseau COUPÉ")
    visitor.driver.switch_to.active_element.send_keys(Keys.ENTER)
    visitor.sees("Réseau présent")

    assert visitor.driver.switch_to.active_element.get_attribute("id") == "do-network"


def test_what_somebody_writes_is_left_alone_while_the_page_follows(visitor):
    visitor.write("words", "j'arr")
    second = visitor.driver.find_element(By.CSS_SELECTOR, "#part-time .seconds").text
    WebDriverWait(visitor.driver, PATIENCE_S, 0.2, [Exception]).until(
        lambda driver: driver.find_element(By.CSS_SELECTOR, "#part-time .seconds").text != second
    )
    visitor.driver.switch_to.active_element.send_keys("ive")

    assert visitor.driver.find_element(By.ID, "words").get_attribute("value") == "j'arrive"


def test_the_voice_is_silent_until_somebody_wants_to_hear_it(visitor):
    visitor.driver.execute_script(
        "window.said = []; speechSynthesis.speak = (words) => said.push([words.text, words.lang]);"
    )
    visitor.click("do-press")
    visitor.sees("J'ai entendu votre appel")
    assert visitor.driver.execute_script("return said") == []
    visitor.click("speak")
    assert visitor.driver.find_element(By.ID, "speak").get_attribute("aria-pressed") == "true"
    visitor.click("do-go_on")
    visitor.sees("J'appelle Paul")

    said = WebDriverWait(visitor.driver, PATIENCE_S, 0.1).until(
        lambda driver: len(driver.execute_script("return said")) > 1 and driver.execute_script("return said")
    )
    assert [words.partition(".")[0] for words, _ in said] == ["J'ai entendu votre appel", "J'appelle Paul"]
    assert {language for _, language in said} == {"fr"}


def test_the_familys_pages_are_one_click_away(visitor):
    ours = visitor.driver.current_window_handle
    visitor.click("family-marie")
    WebDriverWait(visitor.driver, PATIENCE_S).until(lambda driver: len(driver.window_handles) == 2)
    theirs = next(handle for handle in visitor.driver.window_handles if handle != ours)
    visitor.driver.switch_to.window(theirs)
    try:
        visitor.sees("Tout va bien")
        visitor.sees("DÉMO")
        visitor.driver.switch_to.window(ours)
        visitor.click("do-press")
        visitor.click("do-go_on")
        visitor.driver.switch_to.window(theirs)
        visitor.sees("ALERTE")
        for size in (PHONE, DESK):
            visitor.size(size)
            assert not visitor.is_too_wide()
            assert visitor.complaints() == []
        visitor.press("répondre")
        visitor.press("y vais")
        visitor.sees("Marie y va")
        visitor.stage.do(lambda demo: demo.move_power())
        visitor.driver.refresh()
        visitor.sees("L'appareil est arrêté")
        assert visitor.complaints() == []
    finally:
        visitor.driver.close()
        visitor.driver.switch_to.window(ours)


@contextlib.contextmanager
def beside(visitor: Visitor, opens: str) -> Iterator[None]:
    """Be in the tab that this opens, and come back."""
    ours = visitor.driver.current_window_handle
    visitor.click(opens)
    WebDriverWait(visitor.driver, PATIENCE_S).until(lambda driver: len(driver.window_handles) == 2)
    theirs = next(handle for handle in visitor.driver.window_handles if handle != ours)
    visitor.driver.switch_to.window(theirs)
    try:
        yield
    finally:
        visitor.driver.close()
        visitor.driver.switch_to.window(ours)


def test_a_backup_is_brought_back_and_the_box_of_the_demo_starts_again(visitor, tmp_path):
    with beside(visitor, "family-marie"):
        visitor.sees("Tout va bien")
        here = visitor.driver.current_url
        visitor.driver.get(here + "data")
        visitor.write("password", PASSWORD)
        visitor.press("Faire une sauvegarde")
        visitor.sees("C'est prêt, pour une heure.")
        data = visitor.stage.demo.house.config.hub.data_dir
        kept = shutil.copy(data / "pages.backup.zip", tmp_path / "kept.zip")
        visitor.stage.do(lambda demo: demo.house.texts("Paul", "STOP"))
        visitor.waits(lambda: visitor.stage.demo.house.state.stopped, "Paul is still told")
        visitor.driver.get(here + "data")
        visitor.finds("[name=file]").send_keys(str(kept))
        visitor.driver.find_elements(By.NAME, "password")[1].send_keys(PASSWORD)
        visitor.press("Examiner")
        visitor.sees("Cette sauvegarde est entière")
        visitor.press("Restaurer maintenant")
        visitor.sees("L'appareil redémarre")
        visitor.press("première page")
        visitor.sees("Tout va bien")
        visitor.waits(lambda: visitor.stage.demo.house.hub is not None, "it does not start again")
        visitor.waits(lambda: not visitor.stage.demo.house.state.stopped, "what was before is not back")
        assert visitor.complaints() == []


def test_everything_is_deleted_and_the_box_of_the_demo_is_set_up_anew(visitor):
    with beside(visitor, "family-marie"):
        visitor.sees("Tout va bien")
        here = visitor.driver.current_url
        visitor.driver.get(here + "data")
        visitor.write("name", "Mme Martin")
        visitor.driver.find_elements(By.NAME, "password")[-1].send_keys(PASSWORD)
        visitor.press("Tout effacer")
        visitor.sees("L'appareil redémarre")
        visitor.waits(lambda: not visitor.stage.demo.house.household.people, "it still knows people")
        visitor.driver.get(here)
        visitor.sees("Le code de cet appareil neuf")
    visitor.open("/")
    with beside(visitor, "set-up"):
        code = re.search(r"appareil neuf : (\S+)", visitor.text)[1]
        assert visitor.complaints() == []
        visitor.write("code", code)
        # Nobody has chosen a language yet: it is the browser's.
        visitor.press("Begin")
        visitor.press_on("input[value=fr]")
        visitor.press("Go on")
        visitor.write("name", "Marie")
        visitor.write("phone", "+33633333333")
        visitor.write("password", PASSWORD)
        visitor.write("again", PASSWORD)
        visitor.press("Continuer")
        visitor.sees("Qui habite ici")
    visitor.open("/?phone=Marie")
    visitor.sees("Téléphone de Marie")
    visitor.click("do-press")
    visitor.sees("! Appel entendu")
    visitor.click("do-go_on")
    visitor.waits(lambda: visitor.stage.demo.house.texts_to("Marie"), "nobody was told")


def test_when_the_demo_has_ended_the_page_says_so(browser):
    with opened("en", port=0, has_broker=False) as (stage, address):
        visitor = Visitor(browser, stage, address)
        visitor.sees("All is well")
    # Five seconds without an answer; the page's own clock is moved ahead instead of waiting for it.
    visitor.driver.execute_script("const now = Date.now; Date.now = () => now() + 6000;")
    visitor.sees("The demo has ended")


def test_without_scripts_everything_works(french):
    stage, address = french
    stage.begin("", "fr")
    with chromium(scripts=False) as driver:
        visitor = Visitor(driver, stage, address)
        visitor.click("do-press")
        visitor.sees("! Appel entendu")
        visitor.click("do-go_on")
        visitor.sees("✖ ALERTE")
        visitor.click("phone-2")
        visitor.sees("Écrire comme Anne")
        visitor.click("phone-1")
        visitor.sees("Écrire comme Paul")
        visitor.click("quick-1")
        visitor.sees("→ Paul y va")
        visitor.begin("fall")
        visitor.sees("Une chute")
