"""The stage: the demo's house, the pace of its time, and one lock around both.

A `DemoHouse` is touched by one thread at a time. The pages do it on the threads of their server, the ticker on its own,
which lets the house's time pass; each takes the lock first, and holds it for milliseconds.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.sim.demo_bridge import DemoBroker
from hub.sim.demo_house import BEYOND_S, DemoHouse, NotHereError
from hub.sim.story import StoryError
from hub.sim.web_demo import lived_in, tales

log = logging.getLogger(__name__)

TICK_S = 0.1
# A laptop that slept has not let the house sleep through an alarm.
LONGEST_TICK_S = 1.0
PACES = (1.0, 60.0, 600.0)
STOP_DEADLINE_S = 5.0
# Between the page that says so and a restart, as in `hub.app`.
PAGE_SHOWN_S = 1.0

# What a visitor does, by its name in the page's forms. `touch` and `text` take a word with them.
DEEDS: dict[str, Callable[[DemoHouse], None]] = {
    "press": DemoHouse.press,
    "hold": DemoHouse.hold,
    "pendant": DemoHouse.press_pendant,
    "plug": DemoHouse.move_plug,
    "network": DemoHouse.move_network,
    "power": DemoHouse.move_power,
    "kill": DemoHouse.kill_hub,
    "battery": DemoHouse.move_battery,
    "go_on": DemoHouse.go_on,
}


class Stage:
    """One house at a time, in ``folder``. ``scene`` counts the houses; ``story`` is the one that plays, or "".

    ``missing``: what the last deed wanted and this house has not (`NotHereError.thing`), or "". ``trouble``: why a
    story could not go on, or "".
    """

    def __init__(
        self, folder: Path, language: str, *, story: str = "", pace: float | None = None, has_broker: bool = True
    ) -> None:
        self.lock = threading.RLock()
        self.language, self.is_paused = language, False
        self.scene, self.story = 0, ""
        self.missing = self.trouble = ""
        self._folder = folder
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="demo clock", daemon=True)
        self.demo = self._open(story)
        self.pace = pace or pace_of(story)
        self.broker = DemoBroker(self.demo.house) if has_broker else None

    # --- its life -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Let time pass from now on."""
        if self.broker is not None:
            self.broker.start()
        self._thread.start()

    def stop(self) -> None:
        """End the clock, the broker and the hub of the house."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_DEADLINE_S)
        if self.broker is not None:
            self.broker.stop()
        with self.lock:
            self.demo.house.stop_hub()

    def _run(self) -> None:
        before = time.monotonic()
        while not self._stopping.wait(TICK_S):
            now = time.monotonic()
            try:
                self.tick(min(now - before, LONGEST_TICK_S))
            except Exception as bug:
                # The top of the clock's thread: a house that a bug has stopped must say so, and another can be opened.
                log.exception("the demo's house stands still")
                self.trouble, self.is_paused = f"{type(bug).__name__}: {bug}", True
            before = now

    def tick(self, seconds: float) -> None:
        """So many real seconds have passed."""
        with self.lock:
            self._try(lambda: self.demo.pass_time(0.0 if self.is_paused else seconds * self.pace))
            if self.broker is not None:
                self.broker.exchange()

    # --- what visitors do -----------------------------------------------------------------------------------

    @contextmanager
    def held(self) -> Iterator[DemoHouse]:
        """Have the house for oneself."""
        with self.lock:
            yield self.demo

    def do(self, deed: Callable[[DemoHouse], None]) -> None:
        """Do something in the house; what cannot be done is said on the page (``missing``)."""
        with self.lock:
            self.missing = ""
            try:
                self._try(lambda: deed(self.demo))
            except NotHereError as missing:
                self.missing = missing.thing

    def run_at(self, pace: float) -> None:
        """Let time pass at this pace; 0 stops it."""
        with self.lock:
            self.is_paused = pace == 0
            self.pace = pace or self.pace

    def restart(self, demo: DemoHouse) -> bool:
        """Have the hub of ``demo`` end and start again, soon; time passes for it. Always true: it will."""
        with self.lock:
            self.is_paused = False
            demo.house.world.after(PAGE_SHOWN_S, demo.house.restart_hub)
        return True

    def begin(self, story: str, language: str) -> None:
        """Open another house: that of ``story``, or the usual one (""). A story that cannot be read is ``trouble``."""
        with self.lock:
            self._try(lambda: self._change(story, language))

    def _change(self, story: str, language: str) -> None:
        if story:
            # A file may have changed since it was last read: found out while this house still stands.
            tales.read(story, language, self._folder)
        before, used = self.demo, self._place()
        self.language = language
        self.demo = self._open(story)
        self.pace = pace_of(story)
        before.house.stop_hub()
        shutil.rmtree(used, ignore_errors=True)
        if self.broker is not None:
            self.broker.move_to(self.demo.house)

    def _open(self, story: str) -> DemoHouse:
        self.scene += 1
        self.story, self.missing, self.trouble, self.is_paused = story, "", "", False
        place = self._place()
        place.mkdir(mode=0o700)
        if story:
            demo = DemoHouse.telling(tales.read(story, self.language, place))
            for _step in range(tales.BY_NAME[story].steps_over if story in tales.BY_NAME else 0):
                demo.go_on()
                demo.go_on(before_s=BEYOND_S)
            return demo
        return DemoHouse.usual(self.language, place, lived_in.remember)

    def _place(self) -> Path:
        return self._folder / f"house-{self.scene}"

    def _try(self, deed: Callable[[], None]) -> None:
        try:
            deed()
        except StoryError as error:
            self.demo.script = None
            self.trouble = str(error)


def pace_of(story: str) -> float:
    """How fast a story is best watched; the usual house lives in real time."""
    return tales.BY_NAME[story].pace if story in tales.BY_NAME else PACES[0]
