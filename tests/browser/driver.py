"""A real browser on real pages: headless Chromium by chromedriver, and a hub that serves on a free port."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from hub.place_forms import Listen
from hub.web.server import WebServer
from tests.web.home import Home

V = TypeVar("V")
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
PHONE, DESK = (360, 740), (1280, 900)
# A loaded machine takes its time; a page that never comes fails the test all the same.
PATIENCE_S = 30
# WCAG 2.2 AA, and the contrast of AAA (7:1).
_RULES = (
    "{runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'],"
    " rules: {'color-contrast-enhanced': {enabled: true}}}"
)
# Of what is shown: a closed fold has no size. A link within a line of small print is as high as its line (WCAG 2.5.8).
_SMALL = (
    "return [...document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden])')]"
    ".filter((each) => each.getBoundingClientRect().width && !each.matches('.skip, p.quiet a'))"
    ".filter((each) => [each, each.closest('label')].every((shape) => {"
    " const box = shape?.getBoundingClientRect(); return !box || box.height < 48 || box.width < 48; }))"
    ".map((each) => each.outerHTML.slice(0, 120))"
)


def is_there() -> bool:
    """Whether this machine has a browser."""
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


@contextlib.contextmanager
def chromium(*, scripts: bool = True) -> Iterator[WebDriver]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    for argument in ("--headless=new", "--disable-dev-shm-usage", "--hide-scrollbars", "--disable-gpu", "--lang=en"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # as root, as in a container, Chromium cannot make one
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    driver = webdriver.Chrome(options=options, service=Service(str(shutil.which("chromedriver"))))
    try:
        yield driver
    finally:
        driver.quit()


class Phone:
    """A browser that somebody holds, logged in or not."""

    def __init__(self, driver: WebDriver, home: Home | None, port: int) -> None:
        self.driver, self.home, self.base = driver, home, f"http://127.0.0.1:{port}"
        self.size(PHONE)

    def size(self, pixels: tuple[int, int], *, scheme: str = "light") -> None:
        metrics = {"width": pixels[0], "height": pixels[1], "deviceScaleFactor": 1, "mobile": False}
        self._cdp("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._cdp("Emulation.setEmulatedMedia", {"features": features})

    def _cdp(self, command: str, values: dict[str, object]) -> None:
        self.driver.execute_cdp_cmd(command, values)  # type: ignore[attr-defined]

    def log_in(self, person: str, language: str = "en") -> None:
        """Have this person's session."""
        assert self.home is not None
        secret = self.home.browser(person, language).client.get_cookie("hub_session")
        assert secret is not None
        self.open("/login")
        self.driver.delete_all_cookies()
        self.driver.add_cookie({"name": "hub_session", "value": secret.value})

    def open(self, path: str) -> None:
        self.driver.get(self.base + path)

    @property
    def text(self) -> str:
        return self.driver.find_element(By.TAG_NAME, "body").text

    def press(self, words: str, *, whole: bool = False) -> None:
        """Press the button or link that says ``words``, once it is there; the page may be changing under it."""
        says = f"normalize-space()='{words}'" if whole else f"contains(., '{words}')"
        self._press(By.XPATH, f"//button[{says}] | //a[{says}] | //summary[{says}]")

    def press_on(self, selector: str) -> None:
        """Press what this CSS selector finds, once it is there."""
        self._press(By.CSS_SELECTOR, selector)

    def _press(self, by: str, found: str) -> None:
        def pressed(driver: WebDriver) -> bool:
            each = next((each for each in driver.find_elements(by, found) if each.is_displayed()), None)
            if each is None:
                return False
            driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", each)
            each.click()
            return True

        WebDriverWait(self.driver, PATIENCE_S, 0.1, [WebDriverException]).until(pressed, f"{found!r} cannot be pressed")

    def finds(self, selector: str) -> WebElement:
        """Wait for what this CSS selector finds: a form that was just sent may still be on its way to the next page."""
        wait = WebDriverWait(self.driver, PATIENCE_S, 0.1, [WebDriverException])
        return wait.until(lambda driver: driver.find_element(By.CSS_SELECTOR, selector), f"no {selector!r} came")

    def write(self, field: str, words: str) -> None:
        """Write ``words`` into the field of that name, once it is there; the page may be changing under it."""

        def written(driver: WebDriver) -> bool:
            each = next((each for each in driver.find_elements(By.NAME, field) if each.is_displayed()), None)
            if each is None:
                return False
            each.clear()
            each.send_keys(words)
            return True

        WebDriverWait(self.driver, PATIENCE_S, 0.1, [WebDriverException]).until(written, f"there is no field {field!r}")

    def sees(self, words: str) -> None:
        """Wait until the page says ``words``; it may be loaded anew meanwhile."""
        wait = WebDriverWait(self.driver, PATIENCE_S, 0.1, [WebDriverException])
        wait.until(lambda _driver: words in self.text, f"{words!r} is not there")

    def waits(self, holds: Callable[[], V], why: str) -> V:
        """Return what holds once something does; the page may be changing meanwhile. ``why``: if nothing ever does."""
        return WebDriverWait(self.driver, PATIENCE_S, 0.1, [WebDriverException]).until(lambda _driver: holds(), why)

    def is_too_wide(self) -> bool:
        return bool(self.driver.execute_script("return document.documentElement.scrollWidth > innerWidth"))

    def too_small(self) -> list[str]:
        """What a finger would miss: below 48 px either way, a tick's own words counted with it."""
        found: list[str] = self.driver.execute_script(_SMALL)
        return found

    def complaints(self) -> list[str]:
        """What axe-core finds wrong for people who see, hear or move less well."""
        self.driver.execute_script(AXE.read_text("utf-8"))
        found = self.driver.execute_async_script(f"axe.run(document, {_RULES}).then(arguments[arguments.length - 1])")
        return [
            f"{each['id']}: {node['html'][:120]} {node.get('failureSummary', '')[:200]}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    def console(self) -> list[str]:
        """What the browser complains of: a broken script, a blocked style, a missing file."""
        return [entry["message"] for entry in self.driver.get_log("browser")]  # type: ignore[attr-defined]


@contextlib.contextmanager
def served(home: Home) -> Iterator[int]:
    """Serve the pages of ``home``; yield the port."""
    server = WebServer(Listen("127.0.0.1", 0), home.house, home.bench.inbox.post)
    server.start()
    try:
        assert server.serving.wait(PATIENCE_S)
        yield server.port
    finally:
        server.stop()
