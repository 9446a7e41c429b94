"""The family's pages of the demo's house: the product's own application, on the house's journal, view and inbox.

Nothing in `hub.web` knows of the demo and no door of it is opened: the demo makes accounts and sessions with
`hub.web.accounts`, in its own process, in a database in its own temporary folder, as its owner could. What it adds can
be seen: a bar on every page that says DEMO, and a page that says so while the hub of the house is off.
"""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response, render_template, request, send_from_directory
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader

from hub.control import Settlements
from hub.desk import Desk
from hub.domain.facts import CommandSettled
from hub.settings import InForce
from hub.sim import demo_words
from hub.sim.demo_house import DemoHouse
from hub.sim.house import Happening, House
from hub.sim.house_hub import HouseHub
from hub.sim.web_demo.stage import Stage
from hub.sim.web_demo.words import LANGUAGES
from hub.web import application, passwords
from hub.web.accounts import SETUP, Accounts
from hub.web.guard import HEADERS, is_blank, own_names, refuse_other_hosts, without_login
from hub.web.house import House as PagesHouse

HERE = Path(__file__).parent
OWN_TEMPLATES = HERE / "family"
OWN_STYLE = "bar.css"
OFF = 503
# The page that wants the code of a blank hub, asking and refusing.
ASKS_FOR_CODE = ("setup.begin", "setup.enter")
# Of everybody in the demo's house: the pages of backup, export and deletion ask for it.
PASSWORD = "demo-demo-demo"  # noqa: S105 -- no secret: the bar on every page names it

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Family:
    """The pages of whichever hub runs on the stage. ``port``: that of the demo's own page, to go back to."""

    def __init__(self, stage: Stage, port: int) -> None:
        self._stage, self._port = stage, port
        self._demo: DemoHouse | None = None
        self._settlements = Settlements()
        self._life: HouseHub | None = None
        self._app: Flask | None = None
        self._spare = ""

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answer as the hub of the house does; as nobody does while it is off."""
        app: Wsgi = self.app or self._dark()
        return app(environ, start)

    @property
    def app(self) -> Flask | None:
        """The application of the running hub; each of its lives has its own. None while it is off."""
        with self._stage.held() as demo:
            hub = demo.house.hub
            if hub is None:
                return None
            if hub is not self._life or self._app is None:
                self._life, self._app = hub, self._of(demo, hub)
            return self._app

    def let_in(self, person: str) -> str:
        """Begin a session for somebody of the household; return the secret for the browser's cookie, "" while off."""
        app = self.app
        if app is None:
            return ""
        accounts: Accounts = app.extensions["accounts"]
        if accounts.account(person) is None:
            accounts.set_password(person, passwords.kept(PASSWORD))
            accounts.set_language(person, self._stage.language)
        return accounts.begin(person, "demo")

    def _of(self, demo: DemoHouse, hub: HouseHub) -> Flask:
        if demo is not self._demo:
            self._demo, self._settlements = demo, settlements_of(demo.house)
        app = application.make_app(pages_house(demo, hub, self._settlements, partial(self._stage.restart, demo)))
        self._dress(app)
        return app

    def _dark(self) -> Flask:
        """Nobody serves pages while the hub is off; what is seen then is the demo's."""
        app = Flask(__name__, static_folder=None, template_folder=str(OWN_TEMPLATES))
        self._add_style(app)

        own = own_names(())

        @app.before_request
        def guard() -> None:
            refuse_other_hosts(own)

        @app.get("/", defaults={"_path": ""})
        @app.get("/<path:_path>")
        def dark(_path: str) -> tuple[str, int]:
            with self._stage.held() as demo:
                starts = demo.house.has_power
            return render_template("dark.html", starts=starts, **self._own_values()), OFF

        @app.after_request
        def protect(response: Response) -> Response:
            response.headers.update(HEADERS)
            response.headers["Cache-Control"] = "no-store"
            return response

        return app

    def _dress(self, app: Flask) -> None:
        """Put the bar on every page."""
        theirs = FileSystemLoader(Path(application.__file__).parent / "templates")
        # Our base.html is found first, and extends theirs under another name.
        app.jinja_loader = ChoiceLoader([FileSystemLoader(OWN_TEMPLATES), theirs, PrefixLoader({"hub": theirs})])
        app.context_processor(self._own_values)
        app.context_processor(lambda: {"demo_code": self._code(app)})
        self._add_style(app)

    def _code(self, app: Flask) -> str:
        """The code of a blank hub, where it is asked for: in a real home whoever installed it makes one."""
        if request.endpoint not in ASKS_FOR_CODE or not is_blank(app.extensions["house"]):
            return ""
        accounts: Accounts = app.extensions["accounts"]
        if accounts.invited(self._spare) != SETUP:
            self._spare = accounts.invite(SETUP)
        return self._spare

    def _add_style(self, app: Flask) -> None:
        @app.get("/demo/bar.css", endpoint="demo_style")
        @without_login
        def style() -> Response:
            return send_from_directory(HERE / "static", OWN_STYLE)

    def _own_values(self) -> dict[str, Any]:
        language = self._stage.language
        return {
            "demo": LANGUAGES[language],
            "demo_name": demo_words.LANGUAGES[language].demo,
            "demo_address": beside(self._port),
            "demo_password": PASSWORD,
        }


def beside(port: int) -> str:
    """The address of another port, under the name that this request came by."""
    name = request.host.rpartition(":")[0] or request.host
    return f"http://{name}:{port}/"


def settlements_of(house: House) -> Settlements:
    """Let whoever waits for the end of a command hear of it."""
    settlements = Settlements()

    def settle(happening: Happening) -> None:
        if isinstance(happening.fact, CommandSettled):
            settlements.settle(happening.fact)

    house.on_happening.append(settle)
    return settlements


def pages_house(demo: DemoHouse, hub: HouseHub, settlements: Settlements, restart: Callable[[], bool]) -> PagesHouse:
    """The house as the pages know it: read as in a real home, and told by the same inbox."""
    house = demo.house

    def settings() -> InForce:
        return InForce(house.config, house.household, house.site.policy)

    # A change of the household holds for the hub's next life as well.
    desk = Desk(hub.loop, hub.clock, hub.post, settlements, settings, lambda found: house.hold(found.household))
    return PagesHouse(
        remembered=lambda: hub.loop.remembered,
        policy=lambda: hub.loop.policy,
        settings=settings,
        now=hub.clock.now,
        desk=desk,
        words=demo.words,
        audit=lambda _state: (),
        restart=restart,
    )
