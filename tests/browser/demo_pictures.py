"""Pictures of the demo for README.md and docs/pages.md: `python -m tests.browser.demo_pictures [FOLDER]`.

The same each time: the house's clock stands still, and passes only as told here.
"""

import sys
from pathlib import Path

from hub.sim.demo_house import DemoHouse
from hub.sim.web_demo.server import opened
from hub.sim.web_demo.stage import Stage
from tests.browser.driver import DESK, PHONE, Phone, chromium
from tests.browser.screenshots import DOCS, shoot


def _paul_goes(demo: DemoHouse) -> None:
    demo.press()
    demo.pass_time(71)
    demo.house.texts("Paul", "1, 10 min")
    demo.pass_time(4)


def _falls(stage: Stage) -> None:
    stage.begin("fall", "fr")
    stage.run_at(0)
    stage.do(DemoHouse.go_on)
    stage.do(DemoHouse.go_on)
    stage.do(lambda demo: demo.pass_time(15))


def main() -> None:
    """Take them."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    folder.mkdir(parents=True, exist_ok=True)
    with opened("en", port=0, has_broker=False) as (stage, address), chromium() as driver:
        phone = Phone(driver, None, int(address.rstrip("/").rpartition(":")[2]))

        def picture(name: str, size: tuple[int, int], scheme: str = "light") -> None:
            phone.size(size, scheme=scheme)
            phone.open("/")
            shoot(phone, folder / f"{name}.webp", size, scheme)
            print(folder / f"{name}.webp")

        stage.begin("", "en")
        stage.run_at(0)
        stage.do(_paul_goes)
        picture("demo-desk", DESK)
        picture("demo-phone", PHONE)
        picture("demo-dark", DESK, "dark")
        _falls(stage)
        picture("demo-fall", DESK)


if __name__ == "__main__":
    main()
