"""The demo's page without a port, its time passing by hand: what visitors post, and what they see."""

import contextlib
import html
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hub.sim.demo_house import DemoHouse
from hub.sim.web_demo.family import Family
from hub.sim.web_demo.pages import make_demo_app
from hub.sim.web_demo.stage import Stage

OWN_PORT, FAMILY_PORT = 8080, 8081
ORIGIN = {"Origin": "http://localhost"}
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
IN_MEMORY = Path("/dev/shm")


class Theatre:
    """The stage, and a browser before it."""

    def __init__(self, folder: Path, language: str, story: str) -> None:
        self.stage = Stage(folder, language, story=story, has_broker=False)
        self.family = Family(self.stage, OWN_PORT)
        self.app = make_demo_app(self.stage, self.family, FAMILY_PORT)
        self.client = self.app.test_client()

    @property
    def demo(self) -> DemoHouse:
        return self.stage.demo

    def page(self, path: str = "/") -> str:
        """What is to be read there."""
        return html.unescape(self.client.get(path).text)

    def token(self) -> str:
        found = _TOKEN.search(self.client.get("/").text)
        assert found is not None
        return found[1]

    def post(self, path: str, headers: dict[str, str] | None = None, **form: str) -> Any:
        """Post a form as the page's own has it."""
        return self.client.post(path, data={"csrf": self.token(), **form}, headers={**ORIGIN, **(headers or {})})

    def wait(self, seconds: float) -> None:
        """Let the house's time pass; no real time does."""
        with self.stage.held() as demo:
            demo.pass_time(seconds)


@contextlib.contextmanager
def theatre(language: str = "en", story: str = "") -> Iterator[Theatre]:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        opened = Theatre(Path(folder), language, story)
        try:
            yield opened
        finally:
            opened.stage.stop()
