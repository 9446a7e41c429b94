"""Pictures of the pages for docs/pages.md, and to look at: `python -m tests.browser.screenshots [FOLDER] [--all]`.

Those of the docs are made anew by it; `--all` makes every page at both widths, in both languages, light and dark.
"""

import argparse
import base64
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from hub.domain.inputs import (
    Action,
    Commanded,
    DeliveryReported,
    DeliveryState,
    DeviceHeard,
    Observed,
    PolicyReplaced,
)
from hub.domain.records import Phase
from hub.web.accounts import SETUP
from tests.browser.driver import DESK, PHONE, Phone, chromium, served
from tests.system.world import World
from tests.web.home import Home, alarm, blank, is_in, text

DOCS = Path(__file__).parents[2] / "docs" / "images" / "pages"
LONGEST_PICTURE = 4000  # pixels
TELEPHONE = "Mozilla/5.0 (Android 15; Mobile) Firefox/140.0"


@dataclass(frozen=True, slots=True)
class Picture:
    """One page as somebody sees it."""

    name: str
    path: str
    person: str = "marie"
    language: str = "fr"
    size: tuple[int, int] = PHONE
    scheme: str = "light"
    in_alarm: bool = False
    is_blank: bool = False


_SIZES = (("phone", PHONE), ("desk", DESK))
# Each page as (name, path, whose browser ("": nobody's), whether somebody needs help meanwhile).
_EACH_PAGE = (
    ("today", "/", "marie", False),
    ("alert", "/incident/10", "marie", True),
    ("alerts", "/incidents", "marie", True),
    ("month", "/month", "marie", False),
    ("people", "/people", "marie", False),
    ("rota", "/rota", "marie", False),
    ("times", "/times", "marie", False),
    ("devices", "/devices", "marie", False),
    ("try", "/devices/cuisine/try", "marie", False),
    ("board", "/board", "marie", False),
    ("messages", "/messages", "marie", True),
    ("settings", "/settings", "marie", False),
    ("home", "/home", "marie", False),
    ("data", "/data", "marie", False),
    ("ledger", "/data/ledger", "marie", True),
    ("work", "/data/work", "marie", False),
    ("resident", "/me", "resident", True),
    ("neighbour", "/", "paul", True),
    ("fridge", "/print/fridge", "marie", False),
    ("cards", "/print/cards", "marie", False),
    ("login", "/login", "", False),
    ("welcome", "/welcome", "", False),
    ("forgot", "/forgot", "", False),
    ("setup-resident", "/setup/resident", "marie", False),
    ("setup-people", "/setup/people", "marie", False),
    ("setup-button", "/setup/button", "marie", False),
    ("setup-sensors", "/setup/sensors", "marie", False),
    ("setup-test", "/setup/test", "marie", False),
    ("setup-ready", "/setup/ready", "marie", False),
)
# Of a hub that nobody has set up: whoever has the code, and before that nobody.
_BLANK = (
    ("setup-code", "/setup", ""),
    ("setup-language", "/setup/language", SETUP),
    ("setup-admin", "/setup/admin", SETUP),
)
FOR_DOCS = (
    Picture("today-dark", "/", language="en", scheme="dark"),
    *(
        Picture(f"{name}-{on}", path, person, size=size, in_alarm=in_alarm)
        for name, path, person, in_alarm in _EACH_PAGE
        for on, size in _SIZES
    ),
    *(
        Picture(f"{name}-{on}", path, person, size=size, is_blank=True)
        for name, path, person in _BLANK
        for on, size in _SIZES
    ),
)
_PATHS = (
    "/",
    "/incidents",
    "/people",
    "/times",
    "/devices",
    "/messages",
    "/settings",
    "/print/cards",
    "/incident/10",
    "/setup/resident",
    "/setup/people",
    "/setup/button",
    "/setup/test",
    "/setup/ready",
    "/data",
    "/data/ledger",
    "/board",
    "/rota",
    "/month",
)


def every() -> Iterable[Picture]:
    for path in _PATHS:
        for size, scheme, language in (
            (PHONE, "light", "fr"),
            (DESK, "light", "fr"),
            (PHONE, "dark", "en"),
            (DESK, "dark", "en"),
        ):
            name = f"{path.strip('/').replace('/', '-') or 'today'}-{size[0]}-{scheme}-{language}"
            yield Picture(name, path, "marie", language, size, scheme, in_alarm=True)


def shoot(phone: Phone, file: Path, size: tuple[int, int], scheme: str) -> None:
    """Write down the whole page as it stands."""
    driver = phone.driver
    tall = int(driver.execute_script("return document.documentElement.scrollHeight"))
    phone.size((size[0], min(tall, LONGEST_PICTURE)), scheme=scheme)
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "webp", "quality": 60})  # type: ignore[attr-defined]
    file.write_bytes(base64.b64decode(shot["data"]))


def take(pictures: Iterable[Picture], folder: Path, told: Callable[[str], object] = print) -> None:
    """Take them, those of a blank hub first, and those without an alarm before those with one."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = sorted(pictures, key=lambda each: (not each.is_blank, each.in_alarm))
    for is_blank, chosen in groupby(wanted, key=lambda each: each.is_blank):
        how: dict[str, Any] = {"days": 0, "edit": blank} if is_blank else {"edit": _write_places}
        with (
            tempfile.TemporaryDirectory() as place,
            Home(Path(place), **how) as home,
            served(home) as port,
            chromium() as driver,
        ):
            phone = Phone(driver, home, port)
            if not is_blank:
                _lend_life(home)
            for each in chosen:
                _come_in(phone, home, each)
                shoot(phone, folder / f"{each.name}.webp", each.size, each.scheme)
                told(f"{folder / each.name}.webp")


def _come_in(phone: Phone, home: Home, each: Picture) -> None:
    """Open the page as its reader does."""
    if each.in_alarm and not home.bench.state.open_incidents():
        alarm(home)
        text(home, "+33622222222", "1, 10 min")
        home.wait(lambda: is_in(home, Phase.ANSWERED))
    phone.open("/login")  # a cookie belongs to a page
    phone.driver.delete_all_cookies()
    phone.driver.add_cookie({"name": "hub_language", "value": each.language})
    if each.person:
        accounts = home.accounts
        if each.person != SETUP:
            home.browser(each.person, each.language)
        # One session for each, or the page of settings would list one for each picture.
        for session in accounts.sessions(each.person):
            accounts.end(each.person, session.hash)
        phone.driver.add_cookie({"name": "hub_session", "value": accounts.begin(each.person, TELEPHONE)})
    phone.size(each.size, scheme=each.scheme)
    phone.open(each.path)


def _write_places(world: World) -> None:
    """Rooms as an installer writes them for people."""
    text = world.config.read_text("utf-8")
    world.config.write_text(text.replace('id = "entree"', 'id = "entree"\nroom = "entrée"'), "utf-8")


def _lend_life(home: Home) -> None:
    """News on the board, one that did not arrive, days on call; wireless detectors that told of themselves."""
    policy, day = home.bench.loop.policy, timedelta(hours=25)
    sensors = tuple(replace(sensor, link="mqtt", silent_after=day) for sensor in policy.sensors)
    home.tell(PolicyReplaced(home.now, replace(policy, sensors=sensors)))
    for sensor, battery, quality in zip(sensors, (87, 64, 91), (134, 71, 203), strict=False):
        home.tell(DeviceHeard(home.now, sensor.id, battery=battery, link_quality=quality))
    home.tell(Observed(home.now, "disk_free_gb", 12.3))
    text(home, "+33622222222", "TOUS Galette dimanche à 15h chez Mme Martin, amenez vos enfants")
    text(home, "+33633333333", "TOUS Merci à Paul d'être passé hier !")
    # News gives way to a call for help: it would wait for the end of the alarm.
    home.wait(lambda: not home.bench.state.outbox)
    home.tell(DeliveryReported(home.now, home.bench.state.next_message - 1, DeliveryState.FAILED))
    for date, who in (("2026-03-03", "paul"), ("2026-03-05", "jean"), ("2026-03-07", "marie")):
        home.tell(Commanded(home.now, Action.SHIFT, "web", "marie", person=who, text=date))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=DOCS)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", default="", help="those whose name has this in it")
    options = parser.parse_args()
    chosen = every() if options.all else FOR_DOCS
    take([each for each in chosen if options.only in each.name], options.folder)
