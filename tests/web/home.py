"""A home with pages: the real loop on a thread of its own, a week of recorded life, a clock that is moved by hand.

with Home(tmp_path) as home:
    marie = home.browser("marie")
    assert "All is well" in marie.get("/").text
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from hub.control import Settlements
from hub.desk import Desk
from hub.domain.facts import HubWatched, LevelSeen, LifeSeen
from hub.domain.inputs import Booted, ButtonPressed, Input, LinkChanged, Observed, SmsReceived, WindowRefused
from hub.domain.records import Phase, WindowWish
from hub.joining import Joining
from hub.journal import Journal, Numbered
from hub.messages import Catalogue
from hub.settings import SET_UP, InForce, in_force
from hub.sim.world_clock import WorldClock
from hub.web import passwords
from hub.web.accounts import Accounts
from hub.web.application import make_app
from hub.web.house import House
from tests.domain.house import START
from tests.shell import Bench
from tests.system.world import World

# A Monday, 14:20 in Paris.
NOW = START + timedelta(hours=3, minutes=20)
PASSWORD = "lilas garage vélo"
# Opens the door.
# Of a form's token, drawn at random, any four digits may be a part; this never is.
CODE = "43#21"
# Hours of the home's day with some movement in them.
AWAKE = range(7, 22)
EXTRA_PEOPLE = """
[[person]]
id = "anne"
name = "Anne"
phone = "+33644444444"
role = "viewer"
language = "en"

[[person]]
id = "jean"
name = "Jean"
phone = "+33655555555"
language = "fr"
consent = true
"""
CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


class Browser:
    """A client that fills in forms as a browser does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, **more)

    def post(self, path: str, form: dict[str, Any] | None = None, *, page: str = "/settings", **more: Any) -> Any:
        """Post ``form`` with the token that ``page`` has."""
        token = CSRF.search(self.client.get(page).text)
        assert token is not None, page
        headers = {"Origin": "http://localhost", **more.pop("headers", {})}
        return self.client.post(path, data={"csrf": token[1], **(form or {})}, headers=headers, **more)


@dataclass
class _Stamp:
    """Numbers for what is written into the journal before the hub starts."""

    seq: int = 0

    def of(self, fact: Any) -> Numbered:
        self.seq += 1
        return Numbered(self.seq, fact)


class Compiled(BytecodeCache):
    """Templates compiled once for all homes of a test run."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.code[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


class Home:
    """The example household with a viewer and one more neighbour, in ``folder``; now is a Monday afternoon."""

    def __init__(self, folder: Path, *, days: int = 7, edit: Callable[[World], None] = lambda _world: None) -> None:
        self.folder = folder
        self.world = World(folder)
        household = folder / "household.toml"
        text = household.read_text()
        text = text.replace('key_code = "4321"', f'key_code = "{CODE}"')
        household.write_text(text.replace("\n[[wave]]", EXTRA_PEOPLE + "\n[[wave]]", 1))
        edit(self.world)
        self.settings: InForce = in_force(self.world.config, NOW)
        self.data = self.settings.config.hub.data_dir
        self._remember(days)
        self.clock = WorldClock(NOW)
        self.bench = Bench(self.data, replace(self.settings.policy), world=self.clock)
        self.settlements = Settlements()
        self.bench.outlets.settled = self.settlements.settle
        self.desk = Desk(
            self.bench.loop,
            self.bench.clock,
            self.bench.inbox.post,
            self.settlements,
            lambda: self.settings,
            self._note,
        )
        self.bench.outlets.mirrors.append(Joining(self.desk.change, self._refuse_window))
        self.complaints: tuple[str, ...] = ()
        self.house = House(
            remembered=lambda: self.bench.loop.remembered,
            policy=lambda: self.bench.loop.policy,
            settings=lambda: self.settings,
            now=self.bench.clock.now,
            desk=self.desk,
            words=Catalogue.load(),
            audit=lambda _state: self.complaints,
        )
        self._app: Flask | None = None
        self._thread = threading.Thread(target=self.bench.loop.run, daemon=True)

    def _refuse_window(self, name: str, wish: WindowWish) -> None:
        self.bench.inbox.post(WindowRefused(self.now, name, wish.opens, wish.closes))

    def _note(self, found: InForce) -> None:
        self.settings = found

    def _remember(self, days: int) -> None:
        """Write a week of an ordinary life, and that the hub watched it; every other day the door is left open."""
        if not days:
            return
        stamp, journal = _Stamp(), Journal(self.data / "journal.sqlite3")
        begins = (NOW - timedelta(days=days)).replace(hour=0, minute=0)
        facts: list[Numbered] = []
        at = begins
        while at < NOW:
            facts.append(stamp.of(HubWatched(at)))
            local = at.astimezone(self.settings.policy.zone)
            if local.hour in AWAKE and (local.hour * 7 + local.day * 5 + local.minute // 15) % 3:
                source = ("cuisine", "entree", "cuisine")[(local.hour + local.minute // 15) % 3]
                facts.append(stamp.of(LifeSeen(at + timedelta(minutes=4), source)))
                if source == "entree":
                    facts.append(stamp.of(LevelSeen(at + timedelta(minutes=4), source, local.day % 2 == 0)))
            at += timedelta(minutes=15)
        journal.append(facts)
        journal.close()

    def __enter__(self) -> Self:
        boot = self.clock.boot_id
        self.bench.tell(Booted(self.now, rebooted=False, clock_trusted=True, watched_until=self.now, boot=boot))
        self.bench.tell(LinkChanged(self.now, "sms", up=True))
        self.bench.tell(Observed(self.now, "mains", True))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bench.loop.stop()
        self._thread.join(10.0)
        self.bench.scribe.close()

    @property
    def now(self) -> datetime:
        return self.bench.now

    @property
    def app(self) -> Flask:
        if self._app is None:
            self._app = make_app(self.house)
            self._app.jinja_env.bytecode_cache = COMPILED
        return self._app

    @property
    def accounts(self) -> Accounts:
        found: Accounts = self.app.extensions["accounts"]
        return found

    def tell(self, seen: Input) -> None:
        """Post an input and wait until the hub has decided about it."""
        before = self.bench.loop.remembered
        self.bench.inbox.post(seen)
        # A report of the road may have come before it, and changed something as well.
        self.wait(lambda: self.bench.loop.remembered is not before and not len(self.bench.inbox))

    def wait(self, holds: Callable[[], bool]) -> None:
        for _ in range(2000):
            if holds():
                return
            threading.Event().wait(0.005)
        raise AssertionError("it did not come about")

    def later(self, **span: float) -> None:
        """Let time pass; the loop looks at the clock when it is woken."""
        self.clock.seconds += timedelta(**span).total_seconds()
        self.bench.inbox.wake()

    def visitor(self) -> Browser:
        """Somebody who has not logged in."""
        return Browser(self.app.test_client())

    def browser(self, person: str, language: str = "en") -> Browser:
        """Somebody who has."""
        if self.accounts.account(person) is None:
            self.accounts.set_password(person, KEPT)
        self.accounts.set_language(person, language)
        client = self.app.test_client()
        client.set_cookie("hub_session", self.accounts.begin(person, "a test"))
        return Browser(client)


# Made with the least work, and once: what is tried against it takes as little.
KEPT = passwords.kept(PASSWORD, p=1)


def alarm(home: Home) -> int:
    """Somebody pressed and did not take it back: the first are told."""
    home.tell(ButtonPressed(home.now, "salon"))
    home.later(seconds=11)
    home.wait(lambda: is_in(home, Phase.ALERTING))
    home.wait(lambda: not home.bench.state.outbox)
    return home.bench.state.open_incidents()[0].number


def is_in(home: Home, phase: Phase) -> bool:
    return any(incident.phase is phase for incident in home.bench.state.incidents.values() if incident.is_call)


def text(home: Home, number: str, words: str) -> None:
    home.tell(SmsReceived(home.now, f"{number}{words}{home.now}", number, words))


def blank(world: World) -> None:
    """A hub that nobody has set up yet, and that waits for it."""
    (world.folder / "household.toml").unlink()
    world.data.mkdir(mode=0o700, exist_ok=True)
    (world.data / SET_UP).touch()
